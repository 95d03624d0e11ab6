"""Fitted weights as they stand in `content/`, and measures as the few steps that have one."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

CONTENT: Final = Path(__file__).parents[2] / "content"


@cache
def weights_in(file: Path) -> Mapping[str, float]:
    """Return the weights in a file, by their marks; it is read once."""
    weights: dict[str, float] = json.loads(file.read_text(encoding="utf-8"))
    return weights


def step(value: float, steps: Sequence[float]) -> int:
    """Return how many of rising steps a value has reached."""
    return sum(value >= one for one in steps)
