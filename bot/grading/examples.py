"""The clauses that word a question's key points, on either side, made ready to be held against an answer's."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from typing import Final, TypeVar

from bot.grading.compact import Numbers, row, valued
from bot.grading.glossary import lexicon
from bot.grading.marks import Marked, Place
from bot.grading.pairs import Told
from bot.grading.polarity import denied
from bot.grading.reading import Reading
from bot.grading.words import FUNCTION_WORDS, Word

QUESTION_WORD: Final = 0.25  # what a word that the question already says is worth
LEAST: Final = (0.5, 0.34)  # share of an example's words from which it is compared, and where an opposite may stand
_TOWARDS: Final = frozenset(("into", "to", "from", "than", "before", "after", "onto", "over", "given", "by"))

AnyPlaces = TypeVar("AnyPlaces", bound=tuple[object, ...])
Ordered = tuple[int, str, int]  # two of an example's words, and the small one that orders them


@dataclass(frozen=True, slots=True)
class Worded:
    """A text that words a key point, on either side; a misconception's point may be none (-1)."""

    point: int
    says: bool
    text: str
    mistake: int
    reading: Reading
    told: Told
    denied: Sequence[bool]
    stems: frozenset[str]
    marks: Marked


@dataclass(frozen=True, slots=True)
class Example:
    """A clause that earns a key point, or a near miss: its telling stems in order, with what each is worth.

    `must` are the places of those without which it is not said (numbers, and what is marked); `towards` are pairs that a
    small word orders, or a mark (without one).
    """

    point: int
    says: bool
    stems: tuple[str, ...]
    own: tuple[str, ...]
    weights: tuple[float, ...]
    denied: tuple[bool, ...]
    must: tuple[int, ...]
    towards: tuple[Ordered, ...]
    mistake: int
    text: str


@lru_cache(maxsize=2_000)
def _shared(places: AnyPlaces) -> AnyPlaces:
    """Return the first of equal places of words: thousands of examples have the same few."""
    return places


class Examples:
    """A question's examples in columns: what is of one word stands in rows, an example's from `starts` on.

    A word `weighs` one of the `weights`, of which there are few.
    """

    __slots__ = (
        "denied", "denies", "mistake", "must", "own", "point", "says", "starts", "stems", "text", "totals", "towards",
        "turns", "weighs", "weights",
    )  # fmt: skip

    def __init__(self, some: Sequence[Example], numbers: Numbers) -> None:
        turns = lexicon().opposites
        self.starts = row(list(accumulate([len(one.stems) for one in some], initial=0)))
        self.stems = row([numbers[stem] for one in some for stem in one.stems])
        self.own = row([numbers.setdefault(own, len(numbers)) for one in some for own in one.own])
        self.weights, self.weighs = valued([weight for one in some for weight in one.weights])
        self.totals = array("d", [sum(array("d", one.weights)) for one in some])
        self.denied = bytes([flag for one in some for flag in one.denied])
        self.point = array("h", [one.point for one in some])
        self.says = bytes([one.says for one in some])
        self.mistake = array("h", [one.mistake for one in some])
        self.text = tuple([one.text for one in some])
        self.turns = bytes([not turns.keys().isdisjoint(one.stems) for one in some])
        self.denies = bytes([any(one.denied) for one in some])
        self.must = {number: _shared(one.must) for number, one in enumerate(some) if one.must}
        self.towards = {number: _shared(one.towards) for number, one in enumerate(some) if one.towards}

    def __len__(self) -> int:
        return len(self.text)

    def shares(self) -> dict[int, list[tuple[int, float]]]:
        """Return by stem the examples that have it, each with its share of them."""
        rows: dict[int, list[tuple[int, float]]] = {}
        for number, (start, end) in enumerate(pairwise(self.starts)):
            total = self.totals[number]
            for at, stem in enumerate(self.stems[start:end], start):
                rows.setdefault(stem, []).append((number, self.weights[self.weighs[at]] / total))
        return rows


def example_of(one: Worded, reading: Reading, *, worth: Mapping[str, float], asked: frozenset[str]) -> Example | None:
    """Make an example ready; None where the question's own words are all that it has."""
    told = _told(reading)
    if all(stem in asked for stem in told):
        return None
    stems = tuple(sorted(told, key=told.__getitem__))
    flags = one.denied if reading is one.reading else denied(reading.words)

    def there(place: Place) -> list[int]:
        """Return the places of the stems of what is marked."""
        words = {word.stem for word in reading.words if word.start < place[1] and place[0] < word.end}
        return [k for k, stem in enumerate(stems) if stem in words]

    return Example(
        point=one.point,
        says=one.says,
        stems=stems,
        own=tuple(reading.words[told[stem]].own for stem in stems),
        weights=tuple((QUESTION_WORD if stem in asked else 1.0) * worth.get(stem, 1.0) for stem in stems),
        denied=tuple(flags[told[stem]] for stem in stems),
        must=(
            *(k for k, stem in enumerate(stems) if stem[:1].isdigit()),
            *chain.from_iterable(map(there, one.marks.words)),
        ),
        towards=(
            *_towards(reading.words, {told[stem]: k for k, stem in enumerate(stems)}),
            *((a, "", b) for before, after in one.marks.order for a in there(before) for b in there(after)),
        ),
        mistake=one.mistake,
        text=one.text,
    )


def _told(reading: Reading) -> dict[str, int]:
    """Return the telling stems of a text, or all where there is none, each with the place of its first word."""
    said = [(at, word) for at, word in enumerate(reading.words) if not word.denies]
    telling = [(at, word) for at, word in said if word.word not in FUNCTION_WORDS] or said
    return {word.stem: at for at, word in reversed(telling)}


def _towards(words: Sequence[Word], places: Mapping[int, int]) -> Iterator[Ordered]:
    """Yield each two neighbouring words of an example that a small word orders."""
    before, small = -1, ""
    for at, word in enumerate(words):
        if at in places:
            if small and before >= 0:
                yield before, small, places[at]
            before, small = places[at], ""
        elif word.word in _TOWARDS:
            small = word.word
        if word.pause:
            before, small = -1, ""
