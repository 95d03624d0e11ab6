"""Which words stand together in a clause, in which order, denied or not.

It tells “noise into images” from “images into noise”, and “memory is not in the weights” from “memory is in the weights”.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.grading.polarity import denied
from bot.grading.reading import Reading
from bot.grading.words import FUNCTION_WORDS, Word, denies
from bot.text import clauses

Said = tuple[str, bool]  # a stem, and whether it is denied
Pair = tuple[str, str, bool]  # two stems, the first standing before the second, and whether either is denied

_WINDOW: Final = 4  # telling words after one that it is paired with


def said_in(words: Sequence[Word]) -> frozenset[Said]:
    """Return the telling words of a text, each with whether it is denied there."""
    return frozenset((word.stem, flag) for word, flag in zip(words, denied(words), strict=True) if _tells(word))


def pairs_of(text: str, words: Sequence[Word]) -> frozenset[Pair]:
    """Return the ordered pairs of telling words that stand near each other in one clause of a text."""
    flags = {word.start: flag for word, flag in zip(words, denied(words), strict=True)}
    told = ([(w.stem, flags[w.start]) for w in clause if _tells(w)] for clause in clauses(text, words))
    return frozenset(pair for said in told for pair in _pairs(said))


def pairs_in(readings: Iterable[tuple[str, Reading]]) -> frozenset[Pair]:
    """Return the pairs of several texts together."""
    return frozenset().union(*(pairs_of(text, reading.words) for text, reading in readings))


def _pairs(said: Sequence[Said]) -> Iterable[Pair]:
    for place, (one, no) in enumerate(said):
        yield from ((one, two, no or not_) for two, not_ in said[place + 1 : place + 1 + _WINDOW] if two != one)


def _tells(word: Word) -> bool:
    return word.word not in FUNCTION_WORDS and not denies(word)
