"""From signals to a grade: the credit of each key point, and how far the answer as a whole stands on the true side.

Both are logistic functions of a few signals. Their weights were fitted on answers of our own, marked by what they were
written to be, and are reported on questions that were not fitted on (docs/grading.md).
"""

import math
from collections.abc import Mapping
from typing import Final

from bot.grading.evidence import Evidence, Found

_POINT: Final[Mapping[str, float]] = {
    "won": 1.40,
    "pairs": 4.77,
    "wrong_pairs": -0.09,
    "lean": 18.92,
}
_POINT_BIAS: Final = -7.93
_TRUTH: Final[Mapping[str, float]] = {
    "false pairs": -68.20,
    "false words": -55.03,
    "true words": -3.81,
    "foreign opposites": -24.23,
    "true clauses": 5.05,
    "false clauses": -2.19,
    "said": -0.06,
    "said at length": 1.07,
    "missed": -10.20,
    "turned": 6.00,
}
_TRUTH_BIAS: Final = 8.08
_SHOWN: Final = 0.05  # credit below which a point has none
_STRETCH: Final = 1.04  # an honest full answer need not say every point outright


_ABOUT: Final[Mapping[str, float]] = {"foreign terms": -40.5, "true words": 27.0}
_ABOUT_BIAS: Final = -5.6
_LEAST, _FULL = 0.55, 0.8  # likeness to a phrasing alone: half a point's credit, and all of it
_MISTAKEN: Final = 0.8  # what a misconception that is stated leaves, where there are no near misses


def credit(found: Found, *, two_sided: bool) -> float:
    """Return how surely an answer says a key point (0 to 1), whatever else it says.

    Without near misses the likeness to the nearest phrasing alone decides.
    """
    if not two_sided:
        share = (found.won - _LEAST) / (_FULL - _LEAST)
        denied = found.turned >= _FULL and found.turned > found.won
        return min(1.0, 0.5 + 0.5 * share) if share >= 0 and not denied else 0.0
    sure = _logistic(_POINT_BIAS + sum(weight * getattr(found, name) for name, weight in _POINT.items()))
    return sure if sure >= _SHOWN else 0.0


def aboutness(evidence: Evidence) -> float:
    """Return how surely an answer speaks of this question and not of another one of the field (0 to 1)."""
    if not evidence.two_sided:
        return 1.0
    return _logistic(_ABOUT_BIAS + sum(weight * evidence.signals[name] for name, weight in _ABOUT.items()))


def truth(evidence: Evidence, *, shift: float = 0.0) -> float:
    """Return how far an answer stands on the true side (0 to 1); `shift` moves it, to see how sure that is."""
    if not evidence.two_sided:
        return _MISTAKEN ** len(evidence.mistakes)
    return _logistic(shift + _TRUTH_BIAS + sum(weight * evidence.signals[name] for name, weight in _TRUTH.items()))


def share(evidence: Evidence) -> float:
    """Return what an answer has of all that was asked for (0 to 1): points that were not asked for only add to it."""
    asked = sum(found.point.weight for found in evidence.points if not found.point.extra)
    had = sum(found.point.weight * credit(found, two_sided=evidence.two_sided) for found in evidence.points)
    stretch = _STRETCH if evidence.two_sided else 1.0
    return aboutness(evidence) * min(1.0, stretch * had / asked) if asked else 0.0


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
