"""Which words stand together in a clause, in which order, denied or not.

It tells “noise into images” from “images into noise”, and “memory is not in the weights” from “memory is in the weights”.
Stems are known by the numbers that a question gives them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from bot.grading.compact import FIRST, Numbers
from bot.grading.words import FUNCTION_WORDS, Word

Said = int  # a stem, and in the last bit whether it is denied
Pair = int  # two stems, the first standing before the second, and in the last bit whether either is denied

_WINDOW: Final = 4  # telling words after one that it is paired with


@dataclass(frozen=True, slots=True)
class Told:
    """What a text's telling words say: each with whether it is denied there, and the pairs that stand near each other in a clause."""

    words: frozenset[Said]
    pairs: frozenset[Pair]


def told_in(parts: Sequence[tuple[int, int]], words: Sequence[Word], denied: Sequence[bool], numbers: Numbers) -> Told:
    """Return what the telling words of a text say, which is parted into clauses; stems without a number get one."""
    said = [
        [
            numbers.setdefault(word.stem, len(numbers)) << 1 | flag
            for word, flag in zip(words[start:end], denied[start:end], strict=True)
            if _tells(word)
        ]
        for start, end in parts
    ]
    return Told(frozenset(chain.from_iterable(said)), frozenset(chain.from_iterable(map(_pairs, said))))


def together(some: Iterable[Told]) -> Told:
    """Return what several texts say."""
    known = list(some)
    return Told(frozenset().union(*(one.words for one in known)), frozenset().union(*(one.pairs for one in known)))


def words_of(pair: Pair) -> tuple[int, int]:
    """Return the numbers of a pair's words."""
    return pair >> FIRST, (pair & (1 << FIRST) - 1) >> 1


def _pairs(said: Sequence[Said]) -> list[Pair]:
    return [
        one >> 1 << FIRST | two | one & 1
        for place, one in enumerate(said)
        for two in said[place + 1 : place + 1 + _WINDOW]
        if two >> 1 != one >> 1
    ]


def _tells(word: Word) -> bool:
    return word.word not in FUNCTION_WORDS and not word.denies
