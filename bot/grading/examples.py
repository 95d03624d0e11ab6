"""The clauses that word a question's key points, on either side, made ready to be held against an answer's."""

from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from operator import truediv
from typing import Final, TypeVar

from bot.grading.compact import Numbers, Table, row, valued
from bot.grading.glossary import lexicon
from bot.grading.marks import Marked, Place
from bot.grading.pairs import Told
from bot.grading.polarity import denied
from bot.grading.reading import Reading
from bot.grading.words import FUNCTION_WORDS, Word

QUESTION_WORD: Final = 0.25  # what a word that the question already says is worth
LEAST: Final = (0.5, 0.34)  # share of an example's words from which it is compared, and where an opposite may stand
_TOWARDS: Final = frozenset(("into", "to", "from", "than", "before", "after", "onto", "over", "given", "by"))

AnyValue = TypeVar("AnyValue", bound=Hashable)
Ordered = tuple[int, str, int]  # two of an example's words, and the small one that orders them
Side = tuple[int, bool, int]  # a point, whether it is said, and a misconception
Marks = tuple[frozenset[int], tuple[Ordered, ...]]  # the places of words that must be there, and those in an order
Shares = Mapping[int, float]  # the share of each example that is there, and how much speaks for each point
Rows = Mapping[int, Shares]  # by the number of a stem


@dataclass(frozen=True, slots=True)
class Worded:
    """A text that words a key point, on either side; a misconception's point may be none (-1)."""

    number: int  # among all that word the question's points
    point: int
    says: bool
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
    wording: int  # the number of the text that it is a clause of


@lru_cache(maxsize=2_000)
def _shared(some: AnyValue) -> AnyValue:
    """Return the first of equal values: thousands of examples have the same few."""
    return some


class Examples:
    """A question's examples in columns: what is of one word stands in rows, an example's from `starts` on.

    A word is of one of few kinds: what it weighs, whether it is denied, and as what it is written where that is another stem.
    Behind the examples stand the key points, for which words speak too: each lean is a kind, and each total 1.
    """

    __slots__ = (
        "denied", "denies", "kinds", "marked", "marks", "own", "side", "sides", "speaks", "starts", "stems", "totals", "turns",
        "weights", "wording",
    )  # fmt: skip

    def __init__(self, some: Sequence[Example], leans: Sequence[Mapping[str, float]], numbers: Numbers) -> None:
        turns = lexicon().opposites
        self.starts = row(list(accumulate([len(one.stems) for one in some], initial=0)))
        self.stems = row([numbers[stem] for one in some for stem in one.stems])
        kinds, self.kinds = valued([kind for one in some for kind in _kinds(one, numbers)])
        values, places = valued([lean for words in leans for lean in words.values()])
        self.weights = array("d", [*(weight for weight, _, _ in kinds), *values])
        self.denied = bytes([denied for _, denied, _ in kinds])
        self.own = row([own for _, _, own in kinds])
        self.totals = array("d", [*(sum(array("d", one.weights)) for one in some), *(1.0 for _ in leans)])
        self.sides, self.side = valued([_shared((one.point, one.says, one.mistake)) for one in some])
        self.marks, self.marked = valued([_shared((frozenset(one.must), one.towards)) for one in some])
        self.wording = row([one.wording for one in some])
        self.turns = bytes([not turns.keys().isdisjoint(one.stems) for one in some])
        self.denies = bytes([any(one.denied) for one in some])
        whom = [n for n, (start, end) in enumerate(pairwise(self.starts)) for _ in range(start, end)]
        told = [(numbers[stem], point) for point, words in enumerate(leans, len(some)) for stem in words]
        self.speaks = Table(
            [
                *zip(self.stems, whom, self.kinds, strict=True),
                *((stem, point, len(kinds) + place) for (stem, point), place in zip(told, places, strict=True)),
            ]
        )

    def __len__(self) -> int:
        return len(self.wording)

    def shares(self, stems: Iterable[int]) -> Rows:
        """Return by stem the examples that have it, with its share of each, then the points that it speaks for, with how much."""
        weight, total = self.weights.__getitem__, self.totals.__getitem__
        return {
            stem: dict(zip(whom, map(truediv, map(weight, kinds), map(total, whom)), strict=True))
            for stem, whom, kinds in self.speaks.rows(stems)
        }


def _kinds(one: Example, numbers: Numbers) -> Iterator[tuple[float, bool, int]]:
    """Yield of which kind each word of an example is; as what it is written is a number, and one more, or 0 where it is the same stem."""
    for stem, own, weight, denies in zip(one.stems, one.own, one.weights, one.denied, strict=True):
        yield weight, denies, 0 if own == stem else 1 + numbers.setdefault(own, len(numbers))


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
        wording=one.number,
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
