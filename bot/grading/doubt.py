"""Whether a person should look at a grade: where the signals are weak, or disagree, the grade says so.

A grade is not made better by this, only honest: the sure ones are right nine times in ten (docs/grading.md has the figures).
"""

from collections.abc import Sequence
from typing import Final

from bot.grading.contradiction import Wording
from bot.grading.reading import Reading
from bot.grading.reference import Signals
from bot.grading.result import Band, PointResult, band_of
from bot.grading.words import denies

_WEAK: Final = 0.7  # a point met less surely than this might not be
_NEAR: Final = 0.75  # a point missed less surely than this might be met in other words
_LIKE, _VERY_LIKE = 0.75, 0.9  # blends from which an answer is surely right, if it says little else, and anyway
_LITTLE_ELSE: Final = 0.6
_UNLIKE: Final = 0.05
_FEW_WORDS: Final = 2  # up to here an answer unlike the reference is surely wrong; a longer one may be in other words


def of_rubric(points: Sequence[PointResult], score: int, raw: float) -> str:
    """Return why a grade by key points is unsure, or nothing."""
    if band_of(score) is not band_of(round(raw)):
        return "what was taken off decides between two grades."
    whole = sum(point.weight for point in points)
    weak = [p for p in points if p.earned and p.sure < _WEAK]
    near = [p for p in points if not p.credit and p.sure < _NEAR]
    least = score - 100 * sum(p.weight * p.credit for p in weak) / whole
    most = score + 100 * sum(p.weight for p in near) / whole
    if band_of(round(least)) is not band_of(score):
        return "it turns on points that the words meet only in part."
    if band_of(round(most)) is not band_of(score):
        return "it turns on points that the words nearly meet."
    return ""


def of_reference(signals: Signals, score: int, reference: Wording, answer: Reading) -> str:
    """Return why a grade by reference answers is unsure, or nothing."""
    if signals.copies or (signals.blend <= _UNLIKE and signals.new <= _FEW_WORDS):
        return ""
    if any(reference.denials) is not any(map(denies, answer.words)):
        return "it denies something where the reference does not, or the other way round."
    alike = signals.blend >= _VERY_LIKE or (signals.blend >= _LIKE and signals.about >= _LITTLE_ELSE)
    if alike and band_of(score) is Band.CORRECT:
        return ""
    return "it shares too few or too many words with the reference."
