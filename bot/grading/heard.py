"""What an answer asserts: where it opens with a denial, the rubric tells whether the truth is denied, and so all that follows."""

from functools import partial
from typing import Final

from bot.grading import denial, evidence, verdict
from bot.grading.reading import corrected, read
from bot.grading.rubric import Rubric

_FALSE: Final = 0.5  # share of truth below which what a sentence says is an error
_KNOWN: Final = 3  # words of the question from which it can be told


def asserted(rubric: Rubric, text: str) -> str:
    """Return a text with blanks for what it only denies, every offset as it was."""
    return denial.asserted(text, partial(_may_be_true, rubric))


def _may_be_true(rubric: Rubric, said: str) -> bool:
    """Whether a sentence alone does not stand on the side of the near misses, or is not like one."""
    reading = corrected(read(said), rubric.known)
    if sum(word.stem in rubric.known.stems for word in reading.content()) < _KNOWN:
        return True
    found = evidence.gathered(rubric, said, reading)
    missed = found.mistakes or max(one.missed for one in found.points) > max(one.won for one in found.points)
    return not missed or verdict.reached(found).truth >= _FALSE
