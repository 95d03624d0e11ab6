"""What a prepared question keeps, in little memory: its words as numbers, and rows of numbers.

A set of 700 pairs of words takes 100 KiB as Python's own, and 10 as two arrays.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate
from typing import Final, TypeVar

UNKNOWN: Final = -1
_CODES: Final = (("B", 8), ("H", 16), ("I", 32), ("Q", 64))
Numbers = dict[str, int]  # words, each with its number: its place in their order
AnyValue = TypeVar("AnyValue", bound=Hashable)


def row(numbers: Sequence[int]) -> "array[int]":
    """Return numbers in as few bytes as hold them."""
    most = max(numbers, default=0)
    return array(next(code for code, bits in _CODES if most < 1 << bits), numbers)


def valued(some: Sequence[AnyValue]) -> tuple[tuple[AnyValue, ...], "array[int]"]:
    """Return each value among some once, in the order in which they come, and for each of them the place of its own."""
    places = {value: place for place, value in enumerate(dict.fromkeys(some))}
    return tuple(places), row([places[value] for value in some])


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

    def between(self, first: str, after: str) -> Iterator[tuple[str, int]]:
        """Return in their order those from one word up to before another, each with its number."""
        at = slice(bisect_left(self._words, first), bisect_left(self._words, after))
        return zip(self._words[at], self._numbers[at], strict=True)

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

    def between(self, first: str, after: str) -> list[str]:
        """Return in their order those from one word up to before another."""
        return [word for word, number in self.words.between(first, after) if self._has[number]]

    def __iter__(self) -> Iterator[str]:
        return (word for word in self.words if word in self)

    def __len__(self) -> int:
        return sum(self._has)

    @classmethod
    def _from_iterable(cls, it: Iterable[str]) -> AbstractSet[str]:  # type: ignore[override]  # what is left of a set is asked once
        return frozenset(it)


class Table:
    """By the number of a word: whom it speaks for, and as which of some kinds of words."""

    __slots__ = ("_heads", "_kinds", "_whom")

    def __init__(self, some: Sequence[tuple[int, int, int]]) -> None:
        every: list[list[tuple[int, int]]] = [[] for _ in range(1 + max([word for word, _, _ in some], default=-1))]
        for word, whom, kind in some:
            every[word].append((whom, kind))
        self._heads = row(list(accumulate(map(len, every), initial=0)))
        self._whom = row([whom for one in every for whom, _ in one])
        self._kinds = row([kind for one in every for _, kind in one])

    def rows(self, words: Iterable[int]) -> Iterator[tuple[int, "array[int]", "array[int]"]]:
        """Yield each of some words with whom it speaks for, and as which kinds."""
        heads, whom, kinds, last = self._heads, self._whom, self._kinds, len(self._heads) - 1
        for word in words:
            start, end = (heads[word], heads[word + 1]) if word < last else (0, 0)
            yield word, whom[start:end], kinds[start:end]


ODDS_FROM: Final = 12  # the bit from which on a marked pair's odds stand
FIRST: Final = 20  # bits of a pair up to its first word
_SECOND: Final = (1 << FIRST) - 1


class Marked:
    """Pairs that stand in one or more of several sets: in which, as bits, and above these what is told of each besides.

    A pair's upper bits are the number of a word: what follows upon one word stands in a row.
    """

    __slots__ = ("_bits", "_heads", "_kinds", "_seconds")

    def __init__(self, sets: Sequence[Iterable[int]], told: Callable[[int], int]) -> None:
        bits: dict[int, int] = {}
        for place, numbers in enumerate(sets):
            for number in numbers:
                bits[number] = bits.get(number, 0) | 1 << place
        bits = {number: told(number) << ODDS_FROM | of for number, of in bits.items()}
        keys = sorted(bits)
        words = (keys[-1] >> FIRST) + 2 if keys else 1
        self._heads = row([bisect_left(keys, word << FIRST) for word in range(words)])
        self._seconds = row([key & _SECOND for key in keys])
        self._kinds, self._bits = valued([bits[key] for key in keys])

    def found(self, pairs: Iterable[int]) -> list[int]:
        """Return the bits of those pairs that stand in some set."""
        heads, seconds, kinds, bits, last = self._heads, self._seconds, self._kinds, self._bits, len(self._heads) - 1
        found = []
        for pair in pairs:
            if (first := pair >> FIRST) < last and (start := heads[first]) < (end := heads[first + 1]):
                second = pair & _SECOND
                at = bisect_left(seconds, second, start, end)
                if at < end and seconds[at] == second:
                    found.append(kinds[bits[at]])
        return found
