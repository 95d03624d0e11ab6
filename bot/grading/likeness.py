"""How like a clause of an answer is to an example: which of its words it has, in what order, of what subject, denied or not.

An example says something true, or something false. A clause that is like it and turns it around (a denial more or less,
an opposite in a word's place, two sides exchanged, another subject) counts for the other side.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
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
    denied: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A clause of an answer, or two: its words, where each stem that the question knows stands, and of what it speaks."""

    words: tuple[Heard, ...]
    stems: tuple[str, ...]
    places: Mapping[int, Sequence[int]]
    again: frozenset[int]  # stems that stand in several places
    terms: Mapping[int, Sequence[int]]  # where several words stand for one stem
    subjects: frozenset[int]


class Match(NamedTuple):
    """How far a span says what an example says (0 to 1), or its opposite; in how many of its words, and how far in its order."""

    likeness: float
    turned: bool
    found: int
    order: float


def matched(examples: Examples, number: int, span: Span, rivals: Rivals) -> Match | None:
    """Compare a span with an example; None where what must be there is not."""
    start, end = examples.starts[number], examples.starts[number + 1]
    stems, weights = examples.stems[start:end], examples.weights[start:end]
    chosen = _chosen(stems, span)
    first, last = min(chosen.values()), max(chosen.values())
    opposed = _opposed(examples.opposites, span, stems, chosen, (first, last)) if len(chosen) < len(stems) else ()
    if number in examples.must and not examples.must[number] <= chosen.keys() and not opposed:
        return None
    found, denied_alike = _weighed(examples, start, weights, chosen, span)
    turns = len(opposed) + (not denied_alike)
    if number in examples.towards:
        turns += _is_exchanged(examples.towards[number], span, chosen)
    if rivals:
        turns += _is_of_another(set(stems), span, rivals)
    if opposed:
        found += ALIKE * sum([weights[k] for k in opposed])
    stretch = (last - first + 1) / (_REACH * len(chosen) + _SLACK)
    return Match(found / examples.total[number] / max(1.0, stretch), turns % 2 == 1, len(chosen), _order(chosen))


def _chosen(stems: Sequence[int], span: Span) -> dict[int, int]:
    """Return where an example's words stand: closest together, where some stand in several places."""
    places = span.places
    if span.again.isdisjoint(stems):
        return {k: places[stem][0] for k, stem in enumerate(stems) if stem in places}
    return _tightest({k: places[stem] for k, stem in enumerate(stems) if stem in places})


def _weighed(
    examples: Examples, start: int, weights: Sequence[float], chosen: Mapping[int, int], span: Span
) -> tuple[float, bool]:
    """Return what the found words are worth, and whether enough of them are denied as in the example, or not denied as there."""
    found = whole = differ = 0.0
    for k, at in chosen.items():
        word, weight = span.words[at], weights[k]
        exact = word.own == examples.own[start + k] or at in span.terms.get(examples.stems[start + k], ())
        found += weight if exact else weight * ALIKE
        whole += weight
        if word.denied != examples.denied[start + k]:
            differ += weight
    return found, differ < _TURNED * whole


def _opposed(
    opposites: Mapping[int, frozenset[str]],
    span: Span,
    stems: Sequence[int],
    chosen: Mapping[int, int],
    extent: tuple[int, int],
) -> Sequence[int]:
    """Return the places of an example's words in whose stead an opposite stands."""
    missing = [k for k, stem in enumerate(stems) if stem in opposites and k not in chosen]
    if not missing:
        return ()
    around = slice(max(0, extent[0] - _AROUND), extent[1] + _AROUND + 1)
    near = span.stems[around]
    if all(opposites[stems[k]].isdisjoint(near) for k in missing):
        return ()
    new = [heard.word.stem for heard in span.words[around] if heard.stem not in stems]
    return [k for k in missing if not opposites[stems[k]].isdisjoint(new)]


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


def _is_of_another(stems: AbstractSet[int], span: Span, rivals: Rivals) -> bool:
    """Whether the clause says it of the other of two things that are compared."""
    mine = [stem for stem in stems if stem in rivals]
    if len(mine) != 1 or mine[0] in span.subjects or not rivals[mine[0]].isdisjoint(stems):
        return False
    return not span.subjects.isdisjoint(rivals[mine[0]])


def _order(chosen: Mapping[int, int]) -> float:
    """Return the share of neighbours in an example that stand in its order."""
    if len(chosen) == 1:
        return 1.0
    row = [chosen[k] for k in sorted(chosen)]
    return [*map(le, row, row[1:])].count(True) / (len(row) - 1)


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
    for at, heard in enumerate(words):
        for stem in heard.meant:
            places.setdefault(stem, []).append(at)
        for stem, begun in heard.named:
            if begun >= words[0].word.start:
                places.setdefault(stem, []).append(at)
                named.setdefault(stem, []).append(at)
    again = frozenset([stem for stem, some in places.items() if len(some) > 1])
    return Span(tuple(words), tuple([heard.word.stem for heard in words]), places, again, named, subjects)
