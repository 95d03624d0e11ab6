"""What an answer asserts: where it denies something, the rubric tells whether that is true, an error, or nothing of its subject."""

from functools import partial
from typing import Final

from bot.grading import denial, evidence, verdict
from bot.grading.reading import corrected, read
from bot.grading.refuted import Side
from bot.grading.rubric import Rubric

_FALSE: Final = 0.5  # share of truth below which what a sentence says is an error
_KNOWN: Final = 3  # words of the question from which it can be told
_NONE_OF_IT: Final = (
    1  # of the rubric's words beyond the question's, up to which a short sentence says nothing of its subject
)
_HEARD: Final = 0.6  # likeness to an example from which it does
_SHORT: Final = 6  # telling words


def asserted(rubric: Rubric, text: str) -> str:
    """Return a text with blanks for what it only denies, every offset as it was."""
    return denial.asserted(text, partial(_judged, rubric))


def _judged(rubric: Rubric, said: str) -> Side:
    """Tell whether a sentence alone stands on the side of the near misses, or is like one, or says nothing of the subject."""
    reading = corrected(read(said), rubric.known)
    told = reading.content()
    known = [word.stem for word in told if word.stem in rubric.known.stems]
    if not told:
        return Side.TRUE
    found = evidence.gathered(rubric, said, reading)
    won, missed = max(one.won for one in found.points), max(one.missed for one in found.points)
    short = len(told) <= _SHORT
    if short and found.mistakes:
        return Side.FALSE
    if short and won < _HEARD and len({*known} - rubric.asked) <= _NONE_OF_IT:
        return Side.ELSE
    if missed <= won and not found.mistakes:
        return Side.TRUE
    return (
        Side.FALSE
        if len(known) >= _KNOWN and missed >= _HEARD and verdict.reached(found).truth < _FALSE
        else Side.MISSED
    )
