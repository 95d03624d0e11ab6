"""From signals to a grade: the credit of each key point, and how far the answer as a whole stands on the true side.

Both are logistic functions of a few signals. Their weights were fitted on answers of our own, marked by what they were
written to be, and are reported on questions that were not fitted on (docs/grading.md).
"""

import math
from collections.abc import Mapping
from typing import Final

from bot.grading.evidence import Evidence, Found

_POINT: Final[Mapping[str, float]] = {}
_POINT_BIAS: Final = 0.0
_TRUTH: Final[Mapping[str, float]] = {}
_TRUTH_BIAS: Final = 0.0
_STRETCH: Final = 1.3


def credit(found: Found) -> float:
    """Return how surely an answer says a key point (0 to 1), whatever else it says."""
    return _logistic(_POINT_BIAS + sum(weight * getattr(found, name) for name, weight in _POINT.items()))


def truth(evidence: Evidence, *, shift: float = 0.0) -> float:
    """Return how far an answer stands on the true side (0 to 1); `shift` moves it, to see how sure that is."""
    return _logistic(shift + _TRUTH_BIAS + sum(weight * evidence.signals[name] for name, weight in _TRUTH.items()))


def share(evidence: Evidence) -> float:
    """Return what an answer has of all that was asked for (0 to 1): points that were not asked for only add to it."""
    asked = sum(found.point.weight for found in evidence.points if not found.point.extra)
    had = sum(found.point.weight * credit(found) for found in evidence.points)
    return min(1.0, _STRETCH * had / asked) if asked else 0.0


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
