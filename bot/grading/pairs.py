"""Which words stand together in a clause, and in which order: what tells “noise into images” from “images into noise”."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.grading.reading import Reading
from bot.grading.words import FUNCTION_WORDS, Word, denies
from bot.text import clauses

Pair = tuple[str, str]  # two stems, the first standing before the second

_WINDOW: Final = 4  # telling words after one that it is paired with


def pairs_of(text: str, words: Sequence[Word]) -> frozenset[Pair]:
    """Return the ordered pairs of telling words that stand near each other in one clause of a text."""
    return frozenset(pair for clause in clauses(text, words) for pair in _pairs([w.stem for w in clause if _tells(w)]))


def pairs_in(readings: Iterable[tuple[str, Reading]]) -> frozenset[Pair]:
    """Return the pairs of several texts together."""
    return frozenset().union(*(pairs_of(text, reading.words) for text, reading in readings))


def _pairs(stems: Sequence[str]) -> Iterable[Pair]:
    for place, one in enumerate(stems):
        yield from ((one, two) for two in stems[place + 1 : place + 1 + _WINDOW] if two != one)


def _tells(word: Word) -> bool:
    return word.word not in FUNCTION_WORDS and not denies(word)
