"""How like a clause of an answer is to an example: which of its words it has, in what order, of what subject, denied or not.

An example says something true or something false. A clause that is like it and turns it around (a denial more or less,
an opposite in a word's place, two sides exchanged) counts for the other side.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.grading.glossary import lexicon
from bot.grading.polarity import denied
from bot.grading.reading import Reading
from bot.grading.words import FUNCTION_WORDS, Word, denies

ALIKE: Final = 0.8  # what a word of nearly the same meaning is worth
_REACH: Final = 2  # words between those of an example, for each of them
_TOWARDS: Final = frozenset(("into", "to", "from", "than", "before", "after", "onto", "over", "given", "by"))
_SYMBOL_LETTERS: Final = 2
_FLIPPED: Final = 0.34  # share of the found words that are denied here and not there, from which the clause says the opposite
_LEAST, _LEAST_TURNABLE = 0.5, 0.34
_NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Example:
    """A clause that earns a key point, or a near miss: its telling stems in order, with what each is worth.

    `must` are the places of those without which it is not said at all; `towards` are pairs that a small word orders.
    """

    point: int
    says: bool
    text: str
    stems: tuple[str, ...]
    own: tuple[str, ...]
    weights: tuple[float, ...]
    denied: tuple[bool, ...]
    must: frozenset[int]
    towards: tuple[tuple[int, str, int], ...]
    total: float
    least: float  # share of the words from which it is worth a look; less where an opposite may stand in a word's place
    mistake: int = -1  # the misconception that it words


@dataclass(frozen=True, slots=True)
class Span:
    """A clause of an answer, or two: its words, which are denied, where each stem stands, and of what it speaks."""

    words: tuple[Word, ...]
    denied: tuple[bool, ...]
    places: Mapping[str, Sequence[int]]
    terms: Mapping[str, Sequence[int]]  # where several words stand for one stem
    subjects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """How far a span says what an example says (0 to 1), or its opposite, and in which words."""

    likeness: float
    turned: bool
    start: int
    end: int
    found: int
    order: float = 1.0


def matched(example: Example, span: Span, rivals: Mapping[str, frozenset[str]]) -> Match | None:
    """Compare a span with an example; None where what must be there is not."""
    present = {k: span.places[stem] for k, stem in enumerate(example.stems) if stem in span.places}
    if not present:
        return None
    chosen = _tightest(present)
    first, last = min(chosen.values()), max(chosen.values())
    turns, opposed = 0, 0.0
    lex = lexicon()
    around = {span.words[i].stem for i in range(max(0, first - 3), min(len(span.words), last + 4))}
    for k, stem in enumerate(example.stems):
        if k not in chosen and (others := lex.opposites.get(stem, _NONE) & around) and not others & set(example.stems):
            turns += 1
            opposed += example.weights[k] * ALIKE
    if not example.must <= chosen.keys() and not turns:
        return None
    found = sum(
        example.weights[k] * (1.0 if span.words[at].own == example.own[k] or at in span.terms.get(example.stems[k], ()) else ALIKE)
        for k, at in chosen.items()
    )
    differ = sum(example.weights[k] for k, at in chosen.items() if span.denied[at] != example.denied[k])
    whole = sum(example.weights[k] for k in chosen)
    turns += differ >= _FLIPPED * whole
    turns += _exchanged(example, span, chosen)
    turns += _of_another(example, span, chosen, rivals)
    stretch = (last - first + 1) / (_REACH * len(chosen) + 4)
    likeness = (found + opposed) / example.total / max(1.0, stretch)
    return Match(
        likeness, turns % 2 == 1, span.words[first].start, span.words[last].end, len(chosen), _order(chosen)
    )


def _order(chosen: Mapping[int, int]) -> float:
    row = [at for _, at in sorted(chosen.items())]
    pairs = len(row) - 1
    return 1.0 if pairs < 1 else sum(a <= b for a, b in zip(row, row[1:], strict=False)) / pairs


def _exchanged(example: Example, span: Span, chosen: Mapping[int, int]) -> bool:
    """Whether the two sides of a small word (“into”, “from”, “than”) stand the other way round."""
    for one, small, two in example.towards:
        if one in chosen and two in chosen and chosen[two] < chosen[one]:
            between = {span.words[i].word for i in range(chosen[two] + 1, chosen[one])}
            if small in between and not any(span.words[i].pause for i in range(chosen[two], chosen[one])):
                return True
    return False


def _of_another(example: Example, span: Span, chosen: Mapping[int, int], rivals: Mapping[str, frozenset[str]]) -> bool:
    """Whether the clause says it of the other of two things that are compared."""
    mine = {stem for stem in example.stems if stem in rivals}
    if len(mine) != 1:
        return False
    stem = next(iter(mine))
    return stem not in span.subjects and bool(span.subjects & rivals[stem]) and not rivals[stem] & set(example.stems)


def _tightest(present: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Return the places in which the stems stand closest together."""
    if all(len(places) == 1 for places in present.values()):
        return {k: places[0] for k, places in present.items()}
    row = sorted((at, k) for k, places in present.items() for at in places)
    last: dict[int, int] = {}
    best: dict[int, int] = {}
    width = 1_000_000
    for at, k in row:
        last[k] = at
        if len(last) == len(present) and at - min(last.values()) < width:
            width, best = at - min(last.values()), dict(last)
    return best


def span_of(words: Sequence[Word], flags: Sequence[bool], terms: Mapping[int, Sequence[Word]], subjects: frozenset[str]) -> Span:
    """Make a stretch of an answer ready to be compared."""
    places: dict[str, list[int]] = {}
    named: dict[str, list[int]] = {}
    near = lexicon().near
    for at, word in enumerate(words):
        places.setdefault(word.stem, []).append(at)
        for kin in near.get(word.stem, ()):
            places.setdefault(kin, []).append(at)
        for term in terms.get(word.end, ()):
            if term.start >= words[0].start:
                places.setdefault(term.stem, []).append(at)
                named.setdefault(term.stem, []).append(at)
    return Span(tuple(words), tuple(flags), places, named, subjects)


def example_of(
    reading: Reading, text: str, *, point: int, says: bool, worth: "Mapping[str, float] | None" = None, asked: frozenset[str] = _NONE,
    question_word: float = 0.25, must: Iterable[str] = (), mistake: int = -1,
) -> Example | None:  # fmt: skip
    """Make an example ready; None where the question's own words are all that it has."""
    flags = denied(reading.words)
    told: dict[str, tuple[int, str, bool]] = {}
    for at, word in enumerate(reading.words):
        if word.word not in FUNCTION_WORDS and not denies(word):
            told.setdefault(word.stem, (at, word.own, flags[at]))
    if not told:
        for at, word in enumerate(reading.words):
            if not denies(word):
                told.setdefault(word.stem, (at, word.own, flags[at]))
    if not any(stem not in asked for stem in told):
        return None
    stems = tuple(told)
    worth = worth or {}
    weights = tuple((question_word if stem in asked else 1.0) * worth.get(stem, 1.0) for stem in stems)
    turnable = any(stem in lexicon().opposites for stem in stems)
    needed = {k for k, stem in enumerate(stems) if stem in set(must) or stem[:1].isdigit()}
    return Example(
        point, says, text, stems, tuple(told[s][1] for s in stems), weights, tuple(told[s][2] for s in stems),
        frozenset(needed), tuple(_towards(reading.words, {told[s][0]: k for k, s in enumerate(stems)})), sum(weights),
        _LEAST_TURNABLE if turnable else _LEAST, mistake,
    )  # fmt: skip


def _towards(words: Sequence[Word], places: Mapping[int, int]) -> Iterator[tuple[int, str, int]]:
    before = -1
    small = ""
    for at, word in enumerate(words):
        if at in places:
            if small and before >= 0:
                yield before, small, places[at]
            before, small = places[at], ""
        elif word.word in _TOWARDS:
            small = word.word
        if word.pause:
            before, small = -1, ""
