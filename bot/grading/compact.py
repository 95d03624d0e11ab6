"""What a prepared question keeps, in little memory: its words as numbers, and rows of numbers.

A set of 700 pairs of words takes 100 KiB as Python's own, and 10 as two arrays.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate
from typing import Final

UNKNOWN: Final = -1
_CODES: Final = (("B", 8), ("H", 16), ("I", 32), ("Q", 64))
Numbers = dict[str, int]  # words, each with its number: its place in their order


def row(numbers: Sequence[int]) -> "array[int]":
    """Return numbers in as few bytes as hold them."""
    most = max(numbers, default=0)
    return array(next(code for code, bits in _CODES if most < 1 << bits), numbers)


def valued(numbers: Sequence[float]) -> tuple["array[float]", "array[int]"]:
    """Return each value among numbers once, in the order in which they come, and for each number the place of its own."""
    places = {value: place for place, value in enumerate(dict.fromkeys(numbers))}
    return array("d", places), row([places[number] for number in numbers])


class Words:
    """Words that have numbers, in their order: a dictionary of them takes four times as much."""

    __slots__ = ("_numbers", "_words")

    def __init__(self, numbers: Numbers) -> None:
        self._words = tuple(sorted(numbers))
        self._numbers = row([numbers[word] for word in self._words])

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __getitem__(self, place: int) -> str:
        return self._words[place]

    def place(self, word: str) -> int:
        """Return a word's place in the order of letters, or UNKNOWN."""
        words, place = self._words, bisect_left(self._words, word)
        return place if place < len(words) and words[place] == word else UNKNOWN

    def known(self, some: Iterable[str]) -> dict[str, int]:
        """Return those of some words that have numbers, with these."""
        words, numbers, end = self._words, self._numbers, len(self._words)
        places = [(word, bisect_left(words, word)) for word in some]
        return {word: numbers[at] for word, at in places if at < end and words[at] == word}

    def number(self, word: str) -> int:
        """Return a word's number, or UNKNOWN."""
        words, place = self._words, bisect_left(self._words, word)
        return self._numbers[place] if place < len(words) and words[place] == word else UNKNOWN


class Some(AbstractSet[str]):
    """Some of the words that have numbers."""

    __slots__ = ("_has", "words")

    def __init__(self, some: Iterable[str], words: Words) -> None:
        has = bytearray(len(words) + 1)  # the last is that of an unknown one
        for word in some:
            has[words.number(word)] = 1
        self.words, self._has = words, bytes(has)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._has[self.words.number(word)] == 1

    def among(self, some: Iterable[str]) -> set[str]:
        """Return those of some words that are these."""
        return {word for word, number in self.words.known(some).items() if self._has[number]}

    def __iter__(self) -> Iterator[str]:
        return (word for word in self.words if word in self)

    def __len__(self) -> int:
        return sum(self._has)

    @classmethod
    def _from_iterable(cls, it: Iterable[str]) -> AbstractSet[str]:  # type: ignore[override]  # what is left of a set is asked once
        return frozenset(it)


class Table:
    """By the number of a word: whom it speaks for, and how much."""

    __slots__ = ("_heads", "_values", "_whom")

    def __init__(self, rows: Mapping[int, Sequence[tuple[int, float]]], words: int) -> None:
        every = [rows.get(word, ()) for word in range(words)]
        self._heads = row(list(accumulate(map(len, every), initial=0)))
        self._whom = row([whom for one in every for whom, _ in one])
        self._values = valued([value for one in every for _, value in one])

    def rows(self, words: Iterable[int]) -> dict[int, dict[int, float]]:
        """Return by word whom it speaks for, each with how much, in their order."""
        heads, whom, (values, places) = self._heads, self._whom, self._values
        value = values.__getitem__
        stretches = [(word, slice(heads[word], heads[word + 1])) for word in words]
        return {word: dict(zip(whom[at], map(value, places[at]), strict=True)) for word, at in stretches}


ODDS_FROM: Final = 12  # the bit from which on a marked number's odds stand


class Marked:
    """Numbers that stand in one or more of several sets: in which, as bits, and above these what is told of each besides."""

    __slots__ = ("_bits", "_keys", "_kinds")

    def __init__(self, sets: Sequence[Iterable[int]], told: Callable[[int], int]) -> None:
        bits: dict[int, int] = {}
        for place, numbers in enumerate(sets):
            for number in numbers:
                bits[number] = bits.get(number, 0) | 1 << place
        bits = {number: told(number) << ODDS_FROM | of for number, of in bits.items()}
        self._keys = row(sorted(bits))
        self._kinds = row(sorted(set(bits.values())))
        places = {kind: place for place, kind in enumerate(self._kinds)}
        self._bits = row([places[bits[key]] for key in self._keys])

    def found(self, numbers: Iterable[int]) -> list[int]:
        """Return the bits of those numbers that stand in some set."""
        keys, kinds, bits, end = self._keys, self._kinds, self._bits, len(self._keys)
        places = [(number, bisect_left(keys, number)) for number in numbers]
        return [kinds[bits[at]] for number, at in places if at < end and keys[at] == number]
