"""Start-up time and memory of the whole bot as a process, against a process that only imports its libraries.

The bot is `python -m bot run` on an empty script: it reads the settings and the bank, opens the database, and ends.
The first start makes the database, the second finds it. Memory is the peak that the kernel reports for the process.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.bench.measure import ROOT, SMALL, folder, ratio, size, spread

REPETITIONS: Final = size(5, 1)
LIBRARIES: Final = (
    "sqlalchemy.ext.asyncio", "aiosqlite", "pydantic", "pydantic_settings", "rapidfuzz", "structlog",
    "apscheduler.schedulers.asyncio", "holidays", "yaml", "rich", "prompt_toolkit",
)  # fmt: skip
FLOOR: Final = ("-c", f"import {', '.join(LIBRARIES)}")
BOT: Final = ("-m", "bot", "run")
EMPTY: Final = ("-c", "pass")


def environment(data: Path) -> Mapping[str, str]:
    """Return the environment of an operator's process, which keeps its compiled modules."""
    ours = ("STUDYHALL_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    named = {"STUDYHALL_DATA_DIR": str(data), "STUDYHALL_CONTENT_DIR": str(ROOT / "content")}
    return {**kept, **named, "PYTHONPATH": str(ROOT)}


def run(arguments: Sequence[str], data: Path) -> tuple[float, float]:
    """Run Python to its end, and return its milliseconds and its peak memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=data, env=environment(data), stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin
    process.stdin.close()  # an empty script; the null device would be nobody at all
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return 1000 * taken, usage.ru_maxrss / 1024


def repetition(parent: str) -> list[tuple[float, float]]:
    """Run each process once on a data folder of its own."""
    with tempfile.TemporaryDirectory(dir=parent) as data:
        return [run(arguments, Path(data)) for arguments in (EMPTY, FLOOR, BOT, BOT)]


def main() -> None:
    """Run all in turn, again and again, and print."""
    print(f"bench_start: {REPETITIONS} starts of each, alternated; from the call to the end of the process")
    with folder() as parent:
        if not SMALL:
            repetition(parent)  # compiles what is not compiled yet
        rounds = [repetition(parent) for _ in range(REPETITIONS)]
    floor = list(zip(*[each[1] for each in rounds], strict=True))
    names = ("An empty Python", "Floor, the libraries alone", "First start", "Second start")
    for place, name in enumerate(names):
        times, sizes = (list(figures) for figures in zip(*[each[place] for each in rounds], strict=True))
        print(f"{name}: {spread(times, 'ms')}, {ratio(times, list(floor[0]))}")
        print(f"  memory at most: {spread(sizes, 'MiB', 1)}, {ratio(sizes, list(floor[1]))}")


if __name__ == "__main__":
    main()
