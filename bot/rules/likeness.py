"""Whether an answer repeats another text: measured by its content words, so that order, fillers and added words change nothing.

Two people who answer one question share its words, and those are left out; what remains is compared as sets, whole and in
pairs of neighbours. The thresholds were set on answers written blind; `tests/rules/test_likeness.py` has the figures.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.grading.words import FUNCTION_WORDS
from bot.text import fold, stem, written

LEAST_WORDS: Final = 6  # content words; shorter answers are alike by nature
FEW_WORDS: Final = 20  # below so many a right answer is much like another, and repeats it only with
NEARLY_ALL: Final = 0.95  # this share of its words
LETTERS: Final = 3  # of a content word; single letters are a formula's, and everybody writes the same formula
ALIKE: Final = 0.70  # from which share of all their words in common two texts are one
WITHIN: Final = 0.80  # from which share of its words one text stands within a longer one,
NEIGHBOURS: Final = 0.65  # if as many of its neighbours are neighbours there too
LEAST_SAID: Final = 3  # content words of an attempt that keeps a streak
# With which a reply is told from talk.
_MARK: Final = re.compile(r"^\W*answer\s*:[\s*_]*(?=.)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Content:
    """A text's content words, as they stand in a row."""

    words: frozenset[str]
    row: tuple[str, ...]

    def pairs(self) -> AbstractSet[tuple[str, str]]:
        """Return the neighbours, made anew, for few texts come that near to another."""
        return {(one, two) if one < two else (two, one) for one, two in pairwise(self.row)}


def repeats(text: str, other: str, *, question: str) -> bool:
    """Whether a text says nearly what another one does, the words of the question aside."""
    own, theirs = content(text, question), content(other, question)
    if min(len(own.words), len(theirs.words)) < LEAST_WORDS:
        return False
    shorter, longer = sorted((own, theirs), key=lambda one: len(one.words))
    shared = len(own.words & theirs.words)
    if len(shorter.words) < FEW_WORDS and shared < NEARLY_ALL * len(shorter.words):
        return False
    if 2 * shared >= ALIKE * (len(own.words) + len(theirs.words)):
        return True
    return shared / len(shorter.words) >= WITHIN and _share(shorter.pairs(), longer.pairs()) >= NEIGHBOURS


def _share(some: AbstractSet[object], others: AbstractSet[object]) -> float:
    return len(some & others) / len(some) if some else 0.0


def same(text: str, other: str) -> bool:
    """Whether two texts have the same words in the same order, however they are set apart, and whether or not one is said to be an answer."""
    return _unmarked(text) == _unmarked(other)


def _unmarked(text: str) -> list[str]:
    return _MARK.sub("", text, count=1).split()


def says_something(text: str, *, question: str) -> bool:
    """Whether a text has words enough of its own to be an attempt at an answer, right or wrong: “x” and “no idea” have not."""
    return len(content(text, question).words) >= LEAST_SAID


@lru_cache(maxsize=2_000)
def content(text: str, question: str) -> Content:
    """Return what a text says besides the words of the question; it is compared many times."""
    asked = _asked(question)
    own = tuple([word for word in _words(text) if word not in asked])
    return Content(frozenset(own), own)


@lru_cache(maxsize=500)
def _asked(question: str) -> frozenset[str]:
    return frozenset(_words(question))


def _words(text: str) -> list[str]:
    words = [(word, fold(word)) for word in written(text)]
    return [stem(word) for word, seen in words if len(seen) >= LETTERS and seen not in FUNCTION_WORDS]
