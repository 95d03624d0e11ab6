"""What the benchmarks share: sizes, a folder on the real disk, alternated repetitions, and figures with their spread.

With `--small` each runs once on next to nothing, which measures nothing: so the tests see that it still runs.
"""

import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SMALL: Final = "--small" in sys.argv[1:]


def size(usual: int, small: int) -> int:
    """Return how many there are of something in this run."""
    return small if SMALL else usual


def folder() -> tempfile.TemporaryDirectory[str]:
    """Return a temporary folder beside the bot's own database, so that both are on the same disk; anywhere for a small run."""
    if SMALL:
        return tempfile.TemporaryDirectory(prefix="bench-")
    (ROOT / "data").mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "data")


async def alternated(repetitions: int, *runs: Callable[[], Awaitable[object]]) -> list[list[float]]:
    """Run all in turn, again and again, so that noise hits them alike; return the seconds of each."""
    seconds: list[list[float]] = [[] for _ in runs]
    for _ in range(repetitions):
        for run, taken in zip(runs, seconds, strict=True):
            start = time.perf_counter()
            await run()
            taken.append(time.perf_counter() - start)
    return seconds


def spread(figures: list[float], unit: str, digits: int = 0) -> str:
    """Return the median with the least and the most."""
    low, mid, high = (f"{figure:,.{digits}f}" for figure in (min(figures), median(figures), max(figures)))
    return f"{mid} {unit} ({low} to {high})"


def ratio(figures: list[float], floor: list[float]) -> str:
    """Return the median of the ratios of neighbours in time, with the least and the most."""
    return spread([one / bare for one, bare in zip(figures, floor, strict=True)], "x the floor", 3)
