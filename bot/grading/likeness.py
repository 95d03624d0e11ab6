"""How like a clause of an answer is to an example: which of its words it has, in what order, of what subject, denied or not.

An example says something true, or something false. A clause that is like it and turns it around (a denial more or less,
an opposite in a word's place, two sides exchanged, another subject) counts for the other side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from operator import le
from typing import Final, NamedTuple

from bot.grading.examples import Examples, Ordered
from bot.grading.words import Word

ALIKE: Final = 0.8  # what a word of nearly the same meaning is worth
_REACH, _SLACK = 2, 4  # words that an example may be stretched over: so many for each of its own, and some
_AROUND: Final = 3  # words before and after in which an opposite turns it
_TURNED: Final = 0.34  # share of the found words that are denied on one side only, from which it is the opposite

Rivals = Mapping[int, frozenset[int]]  # stems of things that are compared, each with the others


class Heard(NamedTuple):
    """A word of an answer as a question knows it: the numbers of its stems and of what it may mean, and whether it is denied."""

    word: Word
    stem: int
    own: int
    meant: tuple[int, ...]
    named: tuple[tuple[int, int], ...]  # terms of several words that end with it, each with where it begins
    against: tuple[int, ...]  # the words that it is the opposite of
    denied: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A clause of an answer, or two: its words, where each stem that the question knows stands, and of what it speaks."""

    words: tuple[Heard, ...]
    places: Mapping[int, Sequence[int]]
    first: Mapping[int, int]  # where each stem stands first
    again: frozenset[int]  # stems that stand in several places
    terms: Mapping[int, Sequence[int]]  # where several words stand for one stem
    turned: frozenset[int]  # stems of which an opposite stands here
    subjects: frozenset[int]
    denies: bool  # whether any of its words is denied


class Match(NamedTuple):
    """How far a span says what an example says (0 to 1), or its opposite; in how many of its words, and how far in its order."""

    likeness: float
    turned: bool
    found: int
    order: float


class Turns(Enum):
    """How a span might turn an example around: by opposites, which count as words of it, by denial, order or subject, or not at all."""

    BY_WORDS = auto()
    AS_IT_IS = auto()
    NOT = auto()


def matched(examples: Examples, number: int, span: Span, rivals: Rivals) -> Match | None:
    """Compare a span with an example; None where what must be there is not."""
    start = examples.starts[number]
    stems = examples.stems[start : examples.starts[number + 1]]
    chosen = _chosen(stems, span)
    at = [*chosen.values()]
    opposed = _opposed(span, stems, chosen) if len(at) < len(stems) else ()
    if number in examples.must and not opposed and not chosen.keys() >= {*examples.must[number]}:
        return None
    found = _weighed(examples, start, chosen, span)
    turns = len(opposed)
    if span.denies or number in examples.denies:
        turns += _is_denied_otherwise(examples, start, chosen, span)
    if number in examples.towards:
        turns += _is_exchanged(examples.towards[number], span, chosen)
    if span.subjects:
        turns += _is_of_another(stems, span, rivals)
    for k in opposed:
        found += ALIKE * examples.weights[start + k]
    stretch = (max(at) - min(at) + 1) / (_REACH * len(at) + _SLACK)
    return Match(found / examples.totals[number] / max(1.0, stretch), turns % 2 == 1, len(at), _order(chosen))


def may_turn(examples: Examples, number: int, span: Span) -> Turns:
    """Return whether a span might turn an example around, as far as can be seen without comparing them."""
    if not span.turned.isdisjoint(examples.stems[examples.starts[number] : examples.starts[number + 1]]):
        return Turns.BY_WORDS
    ordered = number in examples.denies or number in examples.towards
    return Turns.AS_IT_IS if ordered or span.denies or span.subjects else Turns.NOT


def _chosen(stems: Sequence[int], span: Span) -> dict[int, int]:
    """Return where an example's words stand: closest together, where some stand in several places."""
    if span.again.isdisjoint(stems):
        first = span.first
        return {k: first[stem] for k, stem in enumerate(stems) if stem in first}
    places = span.places
    return _tightest({k: places[stem] for k, stem in enumerate(stems) if stem in places})


def _weighed(examples: Examples, start: int, chosen: Mapping[int, int], span: Span) -> float:
    """Return what the found words are worth."""
    found, words, terms, own, weights = 0.0, span.words, span.terms, examples.own, examples.weights
    for k, at in chosen.items():
        one = start + k
        exact = words[at].own == own[one] or (terms and at in terms.get(examples.stems[one], ()))
        found += weights[one] if exact else weights[one] * ALIKE
    return found


def _is_denied_otherwise(examples: Examples, start: int, chosen: Mapping[int, int], span: Span) -> bool:
    """Whether too many of the found words are denied as in the example not, or not denied as there."""
    whole = differ = 0.0
    for k, at in chosen.items():
        weight = examples.weights[start + k]
        whole += weight
        if span.words[at].denied != examples.denied[start + k]:
            differ += weight
    return differ >= _TURNED * whole


def _opposed(span: Span, stems: Sequence[int], chosen: Mapping[int, int]) -> Sequence[int]:
    """Return the places of an example's words in whose stead an opposite stands."""
    if span.turned.isdisjoint(stems):
        return ()
    missing = [k for k, stem in enumerate(stems) if stem in span.turned and k not in chosen]
    if not missing:
        return ()
    around = span.words[max(0, min(chosen.values()) - _AROUND) : max(chosen.values()) + _AROUND + 1]
    turned = {stem for heard in around if heard.against and heard.stem not in stems for stem in heard.against}
    return [k for k in missing if stems[k] in turned]


def _is_exchanged(towards: Sequence[Ordered], span: Span, chosen: Mapping[int, int]) -> bool:
    """Whether the two sides of a small word (“into”, “from”, “than”), or of a mark, stand the other way round."""
    for one, small, two in towards:
        if one in chosen and two in chosen and chosen[two] < chosen[one]:
            if not small:
                return True
            between = [heard.word for heard in span.words[chosen[two] : chosen[one]]]
            if any(word.word == small for word in between) and not any(word.pause for word in between):
                return True
    return False


def _is_of_another(stems: Sequence[int], span: Span, rivals: Rivals) -> bool:
    """Whether the clause says it of the other of two things that are compared."""
    mine = [stem for stem in stems if stem in rivals]
    if len(mine) != 1 or mine[0] in span.subjects or not rivals[mine[0]].isdisjoint(stems):
        return False
    return not span.subjects.isdisjoint(rivals[mine[0]])


def _order(chosen: Mapping[int, int]) -> float:
    """Return the share of neighbours in an example that stand in its order."""
    row = [chosen[k] for k in sorted(chosen)]
    return 1.0 if row == sorted(row) else [*map(le, row, row[1:])].count(True) / (len(row) - 1)


def _tightest(present: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Return the places in which the stems stand closest together."""
    last: dict[int, int] = {}
    best: dict[int, int] = {}
    narrowest = -1
    for at, k in sorted([(at, k) for k, places in present.items() for at in places]):
        last[k] = at
        if len(last) == len(present) and (narrowest < 0 or at - min(last.values()) < narrowest):
            best, narrowest = dict(last), at - min(last.values())
    return best


def span_of(words: Sequence[Heard], subjects: frozenset[int]) -> Span:
    """Make a stretch of an answer ready to be compared."""
    places: dict[int, list[int]] = {}
    named: dict[int, list[int]] = {}
    begin = words[0].word.start
    for at, heard in enumerate(words):
        for stem in heard.meant:
            places.setdefault(stem, []).append(at)
        for stem, begun in heard.named:
            if begun >= begin:
                places.setdefault(stem, []).append(at)
                named.setdefault(stem, []).append(at)
    return Span(
        words=tuple(words),
        places=places,
        first={stem: some[0] for stem, some in places.items()},
        again=frozenset([stem for stem, some in places.items() if len(some) > 1]),
        terms=named,
        turned=frozenset([stem for heard in words for stem in heard.against]),
        subjects=subjects,
        denies=any(heard.denied for heard in words),
    )
