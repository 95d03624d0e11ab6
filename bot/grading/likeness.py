"""How like a clause of an answer is to an example: which of its words it has, in what order, of what subject, denied or not.

An example says something true, or something false. A clause that is like it and turns it around (a denial more or less,
an opposite in a word's place, two sides exchanged, another subject) counts for the other side.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.grading.glossary import lexicon
from bot.grading.polarity import denied
from bot.grading.reading import Reading
from bot.grading.words import FUNCTION_WORDS, Word, denies

QUESTION_WORD: Final = 0.25  # what a word that the question already says is worth
ALIKE: Final = 0.8  # what a word of nearly the same meaning is worth
_LEAST: Final = 0.5  # share of an example's words from which it is compared
_LEAST_TURNABLE: Final = 0.34  # the same where an opposite may stand
_REACH, _SLACK = 2, 4  # words that an example may be stretched over: so many for each of its own, and some
_AROUND: Final = 3  # words before and after in which an opposite turns it
_TOWARDS: Final = frozenset(("into", "to", "from", "than", "before", "after", "onto", "over", "given", "by"))
_TURNED: Final = 0.34  # share of the found words that are denied on one side only, from which it is the opposite
_NO_PLACE: Final[frozenset[int]] = frozenset()  # one for all: an empty set takes 216 bytes


@dataclass(frozen=True, slots=True)
class Example:
    """A clause that earns a key point, or a near miss: its telling stems in order, with what each is worth.

    `must` are the places of those without which it is not said (numbers); `towards` are pairs that a small word orders.
    """

    point: int
    says: bool
    stems: tuple[str, ...]
    own: tuple[str, ...]
    weights: tuple[float, ...]
    denied: tuple[bool, ...]
    must: frozenset[int]
    towards: tuple[tuple[int, str, int], ...]
    total: float
    least: float
    mistake: int
    text: str = ""


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
    """How far a span says what an example says (0 to 1), or its opposite; in how many of its words, and how far in its order."""

    likeness: float
    turned: bool
    found: int
    order: float


def matched(example: Example, span: Span, rivals: Mapping[str, frozenset[str]]) -> Match | None:
    """Compare a span with an example; None where what must be there is not."""
    present = {k: span.places[stem] for k, stem in enumerate(example.stems) if stem in span.places}
    chosen = _tightest(present)
    first, last = min(chosen.values()), max(chosen.values())
    opposed = _opposed(example, span, chosen, first, last)
    if not example.must <= chosen.keys() and not opposed:
        return None
    turns = (
        len(opposed)
        + _is_denied(example, span, chosen)
        + _is_exchanged(example, span, chosen)
        + _is_of_another(example, span, rivals)
    )
    found = sum(_worth(example, span, k, at) for k, at in chosen.items()) + ALIKE * sum(
        example.weights[k] for k in opposed
    )
    stretch = (last - first + 1) / (_REACH * len(chosen) + _SLACK)
    return Match(
        likeness=found / example.total / max(1.0, stretch),
        turned=turns % 2 == 1,
        found=len(chosen),
        order=_order(chosen),
    )


def _worth(example: Example, span: Span, k: int, at: int) -> float:
    exact = span.words[at].own == example.own[k] or at in span.terms.get(example.stems[k], ())
    return example.weights[k] * (1.0 if exact else ALIKE)


def _opposed(example: Example, span: Span, chosen: Mapping[int, int], first: int, last: int) -> list[int]:
    """Return the places of an example's words in whose stead an opposite stands."""
    missing = [k for k, stem in enumerate(example.stems) if k not in chosen and stem in lexicon().opposites]
    if not missing:
        return []
    around = {word.stem for word in span.words[max(0, first - _AROUND) : last + _AROUND + 1]}.difference(example.stems)
    return [k for k in missing if lexicon().opposites[example.stems[k]] & around]


def _is_denied(example: Example, span: Span, chosen: Mapping[int, int]) -> bool:
    """Whether enough of the found words are denied on one side only."""
    differ = sum(example.weights[k] for k, at in chosen.items() if span.denied[at] != example.denied[k])
    return differ >= _TURNED * sum(example.weights[k] for k in chosen)


def _is_exchanged(example: Example, span: Span, chosen: Mapping[int, int]) -> bool:
    """Whether the two sides of a small word (“into”, “from”, “than”) stand the other way round."""
    for one, small, two in example.towards:
        if one in chosen and two in chosen and chosen[two] < chosen[one]:
            between = span.words[chosen[two] : chosen[one]]
            if any(word.word == small for word in between) and not any(word.pause for word in between):
                return True
    return False


def _is_of_another(example: Example, span: Span, rivals: Mapping[str, frozenset[str]]) -> bool:
    """Whether the clause says it of the other of two things that are compared."""
    mine = [stem for stem in example.stems if stem in rivals]
    if len(mine) != 1 or mine[0] in span.subjects or rivals[mine[0]] & set(example.stems):
        return False
    return bool(span.subjects & rivals[mine[0]])


def _order(chosen: Mapping[int, int]) -> float:
    """Return the share of neighbours in an example that stand in its order."""
    row = [at for _, at in sorted(chosen.items())]
    return sum(one <= two for one, two in pairwise(row)) / (len(row) - 1) if len(row) > 1 else 1.0


def _tightest(present: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Return the places in which the stems stand closest together."""
    if all(len(places) == 1 for places in present.values()):
        return {k: places[0] for k, places in present.items()}
    last: dict[int, int] = {}
    best: dict[int, int] = {}
    for at, k in sorted((at, k) for k, places in present.items() for at in places):
        last[k] = at
        width = at - min(last.values())
        if len(last) == len(present) and (not best or width < max(best.values()) - min(best.values())):
            best = dict(last)
    return best


def span_of(
    words: Sequence[Word], flags: Sequence[bool], terms: Mapping[int, Sequence[Word]], subjects: frozenset[str]
) -> Span:
    """Make a stretch of an answer ready to be compared; `terms` are those of several words, by where they end."""
    places: dict[str, list[int]] = {}
    named: dict[str, list[int]] = {}
    near = lexicon().near
    for at, word in enumerate(words):
        for stem in (word.stem, *near.get(word.stem, ())):
            places.setdefault(stem, []).append(at)
        for term in terms.get(word.end, ()):
            if term.start >= words[0].start:
                places.setdefault(term.stem, []).append(at)
                named.setdefault(term.stem, []).append(at)
    return Span(tuple(words), tuple(flags), places, named, subjects)


def example_of(
    reading: Reading, *, point: int, says: bool, mistake: int, worth: Mapping[str, float], asked: frozenset[str]
) -> Example | None:
    """Make an example ready; None where the question's own words are all that it has."""
    told = _told(reading)
    if all(stem in asked for stem in told):
        return None
    stems = tuple(sorted(told, key=told.__getitem__))
    weights = tuple((QUESTION_WORD if stem in asked else 1.0) * worth.get(stem, 1.0) for stem in stems)
    flags = denied(reading.words)
    turnable = any(stem in lexicon().opposites for stem in stems)
    return Example(
        point=point,
        says=says,
        stems=stems,
        own=tuple(reading.words[told[stem]].own for stem in stems),
        weights=weights,
        denied=tuple(flags[told[stem]] for stem in stems),
        must=frozenset(k for k, stem in enumerate(stems) if stem[:1].isdigit()) or _NO_PLACE,
        towards=tuple(_towards(reading.words, {told[stem]: k for k, stem in enumerate(stems)})),
        total=sum(weights),
        least=_LEAST_TURNABLE if turnable else _LEAST,
        mistake=mistake,
    )


def _told(reading: Reading) -> dict[str, int]:
    """Return the telling stems of a text, or all where there is none, each with the place of its first word."""
    said = [(at, word) for at, word in enumerate(reading.words) if not denies(word)]
    telling = [(at, word) for at, word in said if word.word not in FUNCTION_WORDS] or said
    return {word.stem: at for at, word in reversed(telling)}


def _towards(words: Sequence[Word], places: Mapping[int, int]) -> Iterator[tuple[int, str, int]]:
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
