"""Whether a person should look at a grade: where the signals are weak, or disagree, the grade says so.

A grade is not made better by this, only honest (docs/grading.md says how often the sure ones are right).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from bot.grading import verdict
from bot.grading.contradiction import Wording
from bot.grading.denial import may_deny_all
from bot.grading.evidence import Evidence
from bot.grading.guards import Cut
from bot.grading.reading import Reading
from bot.grading.reference import Signals
from bot.grading.result import Band, Grade, band_of
from bot.grading.verdict import Verdict

FOREIGN: Final = "it seems to be in another language than the question, which I cannot judge."
DENIED: Final = "it is not clear what of it is said only to deny it."
TURNED: Final = "it is not clear whether its words say what is true or turn it around."
REPEATED: Final = "I know none of its words but the question's own, and it may be right in these."
OF_WHICH: Final = "it may say of one thing what is true of the other, and I know too few mistakes here to tell."
MIXED: Final = "it names options that are right and others that are wrong."

_DENIED: Final = 0.5  # of an answer's words, from which it may be meant otherwise
_REPEATED: Final = 0.5  # of an answer's pairs of words, from which it surely is the question again
_SHIFT: Final = 3.0  # of the share of truth, on the logistic scale, by which a grade must hold
_SPREAD: Final = 0.15  # of what was asked for, by which it must hold
_SAYS: Final = 0.4  # likeness of the clauses to something true, on average, from which an answer says it
_HEARD: Final = 0.3  # likeness to something true from which an answer may be right in other words
_FEW_CLAUSES: Final = 3
_FEW: Final = 25  # words up to which hardly one tells on which side an answer stands
_PART: Final = 0.15  # credit from which a point counts as met in part
_WRONG: Final = 0.6  # likeness to something false from which there is something wrong in an answer
_LIKE, _VERY_LIKE = 0.75, 0.9  # blends from which an answer is surely right, if it says little else, and anyway
_LITTLE_ELSE: Final = 0.6
_REARRANGED: Final = "it has the reference's words in another order, or a number or sign of its own."
_UNLIKE: Final = 0.05
_FEW_WORDS: Final = 2  # up to here an answer unlike the reference is surely wrong; a longer one may be in other words


def of_rubric(found: Evidence, made: Verdict, score: int, against: Sequence[Cut]) -> str:
    """Return why a grade by key points is unsure, or nothing."""
    band = band_of(score)
    if any(cut.factor < 1 for cut in against):
        return "what was taken off decides between two grades." if band is not band_of(round(made.raw)) else ""
    for reason, other in _otherwise(found, made):
        if band_of(round(100 * other)) is not band:
            return reason
    if band is Band.INCORRECT and _is_clean(found) and _may_be_right(found, made):
        return "it may be right in other words than I know."
    return OF_WHICH if found.mixes and band is not Band.INCORRECT else ""


def of_denial(text: str, heard: str) -> str:
    """Return why it is unsure what an answer denies, of which the rest is `heard`, or nothing."""
    opens = bool(text.strip()) and not heard[: len(text) - len(text.lstrip()) + 1].strip()
    left = len(heard.split()) < _DENIED * len(text.split())
    return DENIED if opens or left or may_deny_all(heard) else ""


def of_repetition(question: str, text: str) -> str:
    """Return why a grade is unsure of an answer without a word beyond the question's, or nothing where it is the question again."""
    told, asked = [*pairwise(text.lower().split())], {*pairwise(question.lower().split())}
    return "" if told and sum(pair in asked for pair in told) >= _REPEATED * len(told) else REPEATED


def _otherwise(found: Evidence, made: Verdict) -> Iterator[tuple[str, float]]:
    """Yield what the grade would be if a signal were a little stronger or weaker, each with what is then not clear."""
    for shift in (-_SHIFT, _SHIFT):
        yield TURNED, made.share * verdict.truth(found, shift=shift)
    for by in (-_SPREAD, _SPREAD):
        yield "it turns on points that the words meet only in part.", min(1.0, max(0.0, made.share + by)) * made.truth
    if found.words <= _FEW:
        yield TURNED, min(1.0, made.share + _SPREAD)


def of_draft(found: Grade) -> Grade:
    """Return a grade of a question whose key points nobody has confirmed: it is never surely incorrect."""
    if found.unsure or found.band is Band.CORRECT:
        return found
    return replace(found, unsure="the question is a draft, so that only its reference answer was compared.")


def of_reference(signals: Signals, score: int, reference: Wording, answer: Reading) -> str:
    """Return why a grade by reference answers is unsure, or nothing."""
    if signals.copies or (signals.blend <= _UNLIKE and signals.new <= _FEW_WORDS):
        return ""
    if any(reference.denials) is not any(word.denies for word in answer.words):
        return "it denies something where the reference does not, or the other way round."
    alike = signals.blend >= _VERY_LIKE or (signals.blend >= _LIKE and signals.about >= _LITTLE_ELSE)
    if alike and band_of(score) is Band.CORRECT:
        return _REARRANGED if signals.rearranged else ""
    return "it shares too few or too many words with the reference."


def _may_be_right(found: Evidence, made: Verdict) -> bool:
    """Whether an answer has part of a point, or is too short to tell."""
    heard = any(one.won >= _HEARD for one in found.points)
    return any(credit * made.truth >= _PART for credit in made.credits) or (heard and found.clauses <= _FEW_CLAUSES)


def _is_clean(found: Evidence) -> bool:
    """Whether nothing that an answer says is like something false, or most of it like something true."""
    said, missed = found.signals["said"], found.signals["missed"]
    states = said >= max(_SAYS, missed) or all(max(one.missed, one.turned) < _WRONG for one in found.points)
    return states and not found.mistakes
