"""Which words stand together in a clause, in which order, denied or not.

It tells “noise into images” from “images into noise”, and “memory is not in the weights” from “memory is in the weights”.
Stems are known by the numbers that a question gives them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.grading.compact import Numbers
from bot.grading.words import FUNCTION_WORDS, Word, denies
from bot.text import clauses

Said = int  # a stem, and in the last bit whether it is denied
Pair = int  # two stems, the first standing before the second, and in the last bit whether either is denied

_FIRST: Final = 20  # bits of a pair up to its first stem: a pair of two of the first 4,000 words takes four bytes
_WINDOW: Final = 4  # telling words after one that it is paired with


@dataclass(frozen=True, slots=True)
class Told:
    """What a text's telling words say: each with whether it is denied there, and the pairs that stand near each other in a clause."""

    words: frozenset[Said]
    pairs: frozenset[Pair]


def told_in(text: str, words: Sequence[Word], denied: Sequence[bool], numbers: Numbers) -> Told:
    """Return what the telling words of a text say; stems without a number get one."""
    flags = {word.start: flag for word, flag in zip(words, denied, strict=True)}
    parts = [
        [numbers.setdefault(w.stem, len(numbers)) << 1 | flags[w.start] for w in clause if _tells(w)]
        for clause in clauses(text, words)
    ]
    return Told(
        frozenset([said for part in parts for said in part]), frozenset([p for part in parts for p in _pairs(part)])
    )


def together(some: Iterable[Told]) -> Told:
    """Return what several texts say."""
    known = list(some)
    return Told(frozenset().union(*(one.words for one in known)), frozenset().union(*(one.pairs for one in known)))


def _pairs(said: Sequence[Said]) -> list[Pair]:
    return [
        one >> 1 << _FIRST | two | one & 1
        for place, one in enumerate(said)
        for two in said[place + 1 : place + 1 + _WINDOW]
        if two >> 1 != one >> 1
    ]


def _tells(word: Word) -> bool:
    return word.word not in FUNCTION_WORDS and not denies(word)
