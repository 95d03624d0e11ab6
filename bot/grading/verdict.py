"""From signals to a grade: the credit of each key point, and how far the answer as a whole stands on the true side, and on the subject.

All are logistic functions of a few signals. Their weights were fitted on answers of our own, marked by what they were
written to be, and are reported on questions that were not fitted on (docs/grading.md).
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.grading.evidence import Evidence, Found
from bot.grading.result import EARNED_FROM

_POINT: Final[Mapping[str, float]] = {
    "first": 3.80,
    "leans": 6.48,
    "pairs": 2.88,
}
_POINT_BIAS: Final = -4.0
_TRUTH: Final[Mapping[str, float]] = {
    "false pairs": -62.70,
    "true pairs": 19.65,
    "known errors": 6.23,
    "false words": -46.31,
    "true clauses": 3.62,
    "missed": -11.54,
    "word odds": -9.52,
    "pair odds": -24.37,
}
_TRUTH_BIAS: Final = 11.72
_BELONGS: Final[Mapping[str, float]] = {
    "foreign terms": -80.11,
    "true words": 43.65,
}
_BELONGS_BIAS: Final = -14.29
SHOWN: Final = 0.05  # credit below which a point has none, and share below which an answer has nothing
_LEAST, _FULL = 0.55, 0.8  # likeness to a phrasing alone: half a point's credit, and all of it
_MISTAKEN: Final = 0.8  # what a misconception that is stated leaves, where there are no near misses


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence amounts to, each 0 to 1: every point's credit, what the answer has of all, and its share of truth."""

    credits: tuple[float, ...]
    share: float
    truth: float

    @property
    def raw(self) -> float:
        """The score of 0 to 100 before anything is taken off."""
        return 100 * self.share * self.truth


def reached(evidence: Evidence) -> Verdict:
    """Return what the evidence amounts to."""
    credits_ = tuple(_credit(found, two_sided=evidence.two_sided) for found in evidence.points)
    return Verdict(credits_, _share(evidence, credits_), truth(evidence))


def aided(alone: Verdict, evidence: Evidence, keys: Collection[str]) -> Verdict:
    """Return a verdict in which some key points are earned besides; the same one where they were earned anyway."""
    credits_ = tuple(
        1.0 if found.point.key in keys and credit < EARNED_FROM else credit
        for found, credit in zip(evidence.points, alone.credits, strict=True)
    )
    return alone if credits_ == alone.credits else Verdict(credits_, _share(evidence, credits_), alone.truth)


def _credit(found: Found, *, two_sided: bool) -> float:
    """Return how surely an answer says a key point (0 to 1), whatever else it says.

    Without near misses the likeness to the nearest phrasing alone decides. Where the author marked what matters, no
    point is earned by words that only lean to it.
    """
    if found.point.marked and not found.won:
        return 0.0
    if not two_sided:
        share = (found.won - _LEAST) / (_FULL - _LEAST)
        denied = found.turned >= _FULL and found.turned > found.won
        return min(1.0, 0.5 + 0.5 * share) if share >= 0 and not denied else 0.0
    sure = _logistic(_POINT_BIAS + sum(weight * getattr(found, name) for name, weight in _POINT.items()))
    return sure if sure >= SHOWN else 0.0


def truth(evidence: Evidence, *, shift: float = 0.0) -> float:
    """Return how far an answer stands on the true side of its subject (0 to 1); `shift` moves it, to see how sure that is."""
    if not evidence.two_sided:
        return _MISTAKEN ** len(evidence.mistakes)
    names_others = evidence.signals["foreign terms"] > 0
    belongs = _of(evidence, _BELONGS, _BELONGS_BIAS) if names_others else 1.0
    return belongs * _of(evidence, _TRUTH, _TRUTH_BIAS + shift)


def _of(evidence: Evidence, weights: Mapping[str, float], bias: float) -> float:
    return _logistic(bias + sum(weight * evidence.signals[name] for name, weight in weights.items()))


def _share(evidence: Evidence, credits_: Sequence[float]) -> float:
    """Return what an answer has of all that was asked for (0 to 1): points that were not asked for only add to it."""
    asked = sum(found.point.weight for found in evidence.points if not found.point.extra)
    had = sum(found.point.weight * credit for found, credit in zip(evidence.points, credits_, strict=True))
    part = min(1.0, had / asked) if asked else 0.0
    return part if part >= SHOWN else 0.0


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
