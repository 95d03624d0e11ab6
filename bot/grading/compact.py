"""What a prepared question keeps, in little memory: its words as numbers, and rows of numbers.

A set of 700 pairs of words takes 100 KiB as Python's own, and 10 as two arrays.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate
from typing import Final

UNKNOWN: Final = -1
Numbers = dict[str, int]  # words, each with its number: its place in their order


def row(numbers: Sequence[int]) -> "array[int]":
    """Return numbers in as few bytes as hold them."""
    return array("H" if max(numbers, default=0) < 1 << 16 else "I", numbers)


class Some(AbstractSet[str]):
    """Some of the words that have numbers."""

    __slots__ = ("_has", "_numbers")

    def __init__(self, words: Iterable[str], numbers: Numbers) -> None:
        has = bytearray(len(numbers))
        for word in words:
            has[numbers[word]] = 1
        self._numbers, self._has = numbers, bytes(has)

    def __contains__(self, word: object) -> bool:
        return self._has[number] == 1 if (number := self._numbers.get(word)) is not None else False  # type: ignore[call-overload]

    def __iter__(self) -> Iterator[str]:
        return (word for word in self._numbers if word in self)

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
        self._values = array("d", [value for one in every for _, value in one])

    def row(self, word: int) -> list[tuple[int, float]]:
        """Return whom a word speaks for, each with how much, in their order."""
        start, end = self._heads[word], self._heads[word + 1]
        return list(zip(self._whom[start:end], self._values[start:end], strict=True))


class Marked:
    """Numbers that stand in one or more of several sets: in which, as bits."""

    __slots__ = ("_bits", "_keys")

    def __init__(self, sets: Sequence[Iterable[int]]) -> None:
        bits: dict[int, int] = {}
        for place, numbers in enumerate(sets):
            for number in numbers:
                bits[number] = bits.get(number, 0) | 1 << place
        self._keys = array("Q", sorted(bits))
        self._bits = row([bits[key] for key in self._keys])

    def found(self, numbers: AbstractSet[int]) -> list[int]:
        """Return the bits of those numbers that stand in some set."""
        return [bits for key, bits in zip(self._keys, self._bits, strict=True) if key in numbers]
