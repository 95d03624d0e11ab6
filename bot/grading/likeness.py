"""How like a clause of an answer is to an example: which of its words it has, in what order, of what subject, denied or not.

An example says something true, or something false. A clause that is like it and turns it around (a denial more or less,
an opposite in a word's place, two sides exchanged, another subject) counts for the other side.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
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
_made: Final = tuple.__new__  # a match, from a tuple of its fields: by their names it takes twice as long

Rivals = Mapping[int, frozenset[int]]  # stems of things that are compared, each with the others


@dataclass(slots=True)
class Heard:
    """An answer's words as a question knows them, in columns: by place, and where few have something, by those places."""

    words: Sequence[Word]
    stems: Sequence[int]  # their numbers
    own: Sequence[int]  # the numbers of the stems as they are written
    meant: Sequence[Sequence[int]]  # and of what they may mean
    named: Mapping[int, Sequence[tuple[int, int]]]  # terms of several words that end there, each with where it begins
    against: Mapping[int, Sequence[int]]  # the words that it is the opposite of
    denied: Sequence[bool]


@dataclass(slots=True)  # not frozen, as that takes three times as long to make
class Span:
    """A clause of an answer, or two: from which word to which, where each stem that the question knows stands, and of what it speaks."""

    heard: Heard
    start: int
    end: int
    places: Mapping[int, Sequence[int]]
    first: Mapping[int, int]  # where each stem stands first
    again: AbstractSet[int]  # stems that stand in several places
    terms: Mapping[int, Sequence[int]]  # where several words stand for one stem
    turned: AbstractSet[int]  # stems of which an opposite stands here
    subjects: AbstractSet[int]
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
    chosen, at = _chosen(stems, span)
    opposed = () if len(chosen) == len(stems) or span.turned.isdisjoint(stems) else _opposed(span, stems, chosen)
    if number in examples.must and not opposed and not chosen.keys() >= {*examples.must[number]}:
        return None
    turns = len(opposed)
    if span.denies or examples.denies[number]:
        turns += _is_denied_otherwise(examples, start, chosen, span)
    if number in examples.towards:
        turns += _is_exchanged(examples.towards[number], span, chosen)
    if span.subjects and not rivals.keys().isdisjoint(stems):
        turns += _is_of_another(stems, span, rivals)
    found = _weighed(examples, start, chosen, span)
    for k in opposed:
        found += ALIKE * examples.weights[examples.weighs[start + k]]
    order, stretch = _order(at)
    return _made(Match, (found / examples.totals[number] / stretch, turns % 2 == 1, len(chosen), order))


def may_turn(examples: Examples, number: int, span: Span) -> Turns:
    """Return whether a span might turn an example around, as far as can be seen without comparing them."""
    if not span.turned.isdisjoint(examples.stems[examples.starts[number] : examples.starts[number + 1]]):
        return Turns.BY_WORDS
    ordered = examples.denies[number] or number in examples.towards
    return Turns.AS_IT_IS if ordered or span.denies or span.subjects else Turns.NOT


def _chosen(stems: Sequence[int], span: Span) -> tuple[dict[int, int], list[int]]:
    """Return where an example's words stand, closest together where some stand in several places; and the places in its order."""
    if span.again and not span.again.isdisjoint(stems):
        chosen = _tightest({k: span.places[stem] for k, stem in enumerate(stems) if stem in span.places})
        return chosen, [chosen[k] for k in sorted(chosen)]
    first = span.first
    chosen = {k: first[stem] for k, stem in enumerate(stems) if stem in first}
    return chosen, [*chosen.values()]


def _weighed(examples: Examples, start: int, chosen: Mapping[int, int], span: Span) -> float:
    """Return what the found words are worth."""
    found, mine, terms, own = 0.0, span.heard.own, span.terms, examples.own
    weights, weighs = examples.weights, examples.weighs
    for k, at in chosen.items():
        one = start + k
        exact = mine[at] == own[one] or (terms and at in terms.get(examples.stems[one], ()))
        found += weights[weighs[one]] if exact else weights[weighs[one]] * ALIKE
    return found


def _is_denied_otherwise(examples: Examples, start: int, chosen: Mapping[int, int], span: Span) -> bool:
    """Whether too many of the found words are denied as in the example not, or not denied as there."""
    whole = differ = 0.0
    for k, at in chosen.items():
        weight = examples.weights[examples.weighs[start + k]]
        whole += weight
        if span.heard.denied[at] != examples.denied[start + k]:
            differ += weight
    return differ >= _TURNED * whole


def _opposed(span: Span, stems: Sequence[int], chosen: Mapping[int, int]) -> Sequence[int]:
    """Return the places of an example's words in whose stead an opposite stands."""
    missing = [k for k, stem in enumerate(stems) if stem in span.turned and k not in chosen]
    if not missing:
        return ()
    at, heard = chosen.values(), span.heard
    around = range(max(span.start, min(at) - _AROUND), min(span.end, max(at) + _AROUND + 1))
    turned = {
        stem
        for place in around
        if place in heard.against and heard.stems[place] not in stems
        for stem in heard.against[place]
    }
    return [k for k in missing if stems[k] in turned]


def _is_exchanged(towards: Sequence[Ordered], span: Span, chosen: Mapping[int, int]) -> bool:
    """Whether the two sides of a small word (“into”, “from”, “than”), or of a mark, stand the other way round."""
    for one, small, two in towards:
        if one in chosen and two in chosen and chosen[two] < chosen[one]:
            if not small:
                return True
            between = span.heard.words[chosen[two] : chosen[one]]
            if any(word.word == small for word in between) and not any(word.pause for word in between):
                return True
    return False


def _is_of_another(stems: Sequence[int], span: Span, rivals: Rivals) -> bool:
    """Whether the clause says it of the other of two things that are compared."""
    mine = [stem for stem in stems if stem in rivals]
    if len(mine) != 1 or mine[0] in span.subjects or not rivals[mine[0]].isdisjoint(stems):
        return False
    return not span.subjects.isdisjoint(rivals[mine[0]])


def _order(at: Sequence[int]) -> tuple[float, float]:
    """Return the share of neighbours in an example that stand in its order, and how far they are stretched apart."""
    row = sorted(at)
    stretch = (row[-1] - row[0] + 1) / (_REACH * len(at) + _SLACK)
    order = 1.0 if at == row else [*map(le, at, at[1:])].count(True) / (len(at) - 1)
    return order, stretch if stretch > 1 else 1.0


def _tightest(present: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Return the places in which the stems stand closest together."""
    last: dict[int, int] = {}
    best: dict[int, int] = {}
    narrowest = -1
    for at, k in sorted([(at, k) for k, places in present.items() for at in places]):
        last[k] = at
        if len(last) == len(present):
            width = at - min(last.values())
            if narrowest < 0 or width < narrowest:
                best, narrowest = dict(last), width
    return best


def span_of(heard: Heard, start: int, end: int, subjects: AbstractSet[int]) -> Span:
    """Make a stretch of an answer ready to be compared."""
    places: dict[int, list[int]] = {}
    named: dict[int, list[int]] = {}
    begin = heard.words[start].start
    for at in range(start, end):
        for stem in heard.meant[at]:
            places.setdefault(stem, []).append(at)
        for stem, begun in heard.named.get(at, ()):
            if begun >= begin:
                places.setdefault(stem, []).append(at)
                named.setdefault(stem, []).append(at)
    return Span(
        heard, start, end,
        places=places,
        first={stem: some[0] for stem, some in places.items()},
        again={stem for stem, some in places.items() if len(some) > 1},
        terms=named,
        turned={stem for at in range(start, end) if at in heard.against for stem in heard.against[at]},
        subjects=subjects,
        denies=any(heard.denied[start:end]),
    )  # fmt: skip


def joined(one: Span, two: Span) -> Span:
    """Make two neighbouring stretches of an answer ready to be compared as one."""
    heard, subjects = one.heard, one.subjects | two.subjects
    begin = heard.words[two.start].start
    if any(begun < begin for at in range(two.start, two.end) for _, begun in heard.named.get(at, ())):
        return span_of(heard, one.start, two.end, subjects)  # a term reaches over both
    return Span(
        heard, one.start, two.end,
        places=_merged(one.places, two.places),
        first={**two.first, **one.first},
        again=one.again | two.again | (one.first.keys() & two.first.keys()),
        terms=_merged(one.terms, two.terms),
        turned=one.turned | two.turned,
        subjects=subjects,
        denies=one.denies or two.denies,
    )  # fmt: skip


def _merged(one: Mapping[int, Sequence[int]], two: Mapping[int, Sequence[int]]) -> Mapping[int, Sequence[int]]:
    return {**one, **two, **{stem: [*one[stem], *two[stem]] for stem in one.keys() & two.keys()}}
