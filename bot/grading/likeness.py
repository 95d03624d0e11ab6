"""How like a clause of an answer is to an example: which of its words it has, in what order, of what subject, denied or not.

An example says something true, or something false. A clause that is like it and turns it around (a denial more or less,
an opposite in a word's place, two sides exchanged, another subject) counts for the other side.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import le
from typing import Final

from bot.grading.examples import Examples, Ordered
from bot.grading.words import Word

ALIKE: Final = 0.8  # what a word of nearly the same meaning is worth
_REACH, _SLACK = 2, 4  # words that an example may be stretched over: so many for each of its own, and some
_AROUND: Final = 3  # words before and after in which an opposite turns it
_TURNED: Final = 0.34  # share of the found words that are denied on one side only, from which it is the opposite
_ORDER: Final = 0.1  # of a likeness hangs on the order of the words
_NONE: Final[AbstractSet[int]] = frozenset()

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
    first: Mapping[int, int]  # where each stem stands first
    again: Mapping[int, Sequence[int]]  # all places of those that stand in several
    terms: Mapping[int, Sequence[int]]  # where several words stand for one stem
    turned: AbstractSet[int]  # stems of which an opposite stands here
    subjects: AbstractSet[int]
    denies: bool  # whether any of its words is denied

    def places(self, stem: int) -> Sequence[int]:
        """Return where a stem stands that does."""
        return self.again.get(stem) or (self.first[stem],)


Match = tuple[float, bool, int]  # how far a span says an example (0 to 1), or its opposite, and in how many words


def matched(examples: Examples, number: int, span: Span, rivals: Rivals) -> Match | None:
    """Compare a span with an example; None where what must be there is not."""
    start = examples.starts[number]
    stems = examples.stems[start : examples.starts[number + 1]]
    must, towards = examples.marks[examples.marked[number]]
    chosen, at = _chosen(stems, span)
    opposed = _opposed(span, stems, chosen) if span.turned and len(chosen) < len(stems) else ()
    if must and not opposed and not chosen.keys() >= must:
        return None
    turns = len(opposed)
    if span.denies or examples.denies[number]:
        turns += _is_denied_otherwise(examples, start, chosen, span)
    if towards:
        turns += _is_exchanged(towards, span, chosen)
    if span.subjects and not rivals.keys().isdisjoint(stems):
        turns += _is_of_another(stems, span, rivals)
    found = _weighed(examples, start, chosen, span)
    for k in opposed:
        found += ALIKE * examples.weights[examples.kinds[start + k]]
    return _in_order(found / examples.totals[number], at), turns % 2 == 1, len(chosen)


def may_turn(examples: Examples, number: int, span: Span, *, far: bool) -> bool:
    """Return whether a span might turn an example around, as far as can be seen without comparing them.

    By opposites, which count as words of it; by denial, order or subject where what it has of it reaches `far` enough.
    """
    if far and (span.denies or span.subjects or examples.denies[number] or examples.marks[examples.marked[number]][1]):
        return True
    stems = examples.stems[examples.starts[number] : examples.starts[number + 1]] if span.turned else ()
    return not span.turned.isdisjoint(stems)


def _chosen(stems: Sequence[int], span: Span) -> tuple[dict[int, int], list[int]]:
    """Return where an example's words stand, closest together where some stand in several places; and the places in its order."""
    first = span.first
    chosen = {k: first[stem] for k, stem in enumerate(stems) if stem in first}
    if span.again and not span.again.keys().isdisjoint(stems):
        chosen = _tightest({k: span.places(stems[k]) for k in chosen})
        return chosen, [chosen[k] for k in sorted(chosen)]
    return chosen, [*chosen.values()]


def _weighed(examples: Examples, start: int, chosen: Mapping[int, int], span: Span) -> float:
    """Return what the found words are worth."""
    found, mine, terms, stems, kinds = 0.0, span.heard.own, span.terms, examples.stems, examples.kinds
    weights, own = examples.weights, examples.own
    for k, at in chosen.items():
        kind, stem = kinds[start + k], stems[start + k]
        written = own[kind]
        if mine[at] == (written - 1 if written else stem) or (terms and at in terms.get(stem, ())):
            found += weights[kind]
        else:
            found += weights[kind] * ALIKE
    return found


def _is_denied_otherwise(examples: Examples, start: int, chosen: Mapping[int, int], span: Span) -> bool:
    """Whether too many of the found words are denied as in the example not, or not denied as there."""
    whole = differ = 0.0
    kinds, weights, mine, theirs = examples.kinds, examples.weights, span.heard.denied, examples.denied
    for k, at in chosen.items():
        kind = kinds[start + k]
        whole += weights[kind]
        if mine[at] != theirs[kind]:
            differ += weights[kind]
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


def _in_order(likeness: float, at: Sequence[int]) -> float:
    """Return a likeness, less where the words are stretched apart, or neighbours in the example stand in another order."""
    row = sorted(at)
    reach, most = row[-1] - row[0] + 1, _REACH * len(at) + _SLACK
    if reach > most:
        likeness /= reach / most
    order = 1.0 if at == row else [*map(le, at, at[1:])].count(True) / (len(at) - 1)
    return (likeness if likeness < 1 else 1.0) * (1 - _ORDER + _ORDER * order)


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
    first: dict[int, int] = {}
    again: dict[int, list[int]] = {}
    named: dict[int, list[int]] = {}
    begin, meant, terms, against = heard.words[start].start, heard.meant, heard.named, heard.against
    for at in range(start, end):
        ended = [stem for stem, begun in terms[at] if begun >= begin] if at in terms else ()
        for stem in (*meant[at], *ended) if ended else meant[at]:
            if stem in first:
                again.setdefault(stem, [first[stem]]).append(at)
            else:
                first[stem] = at
        for stem in ended:
            named.setdefault(stem, []).append(at)
    return Span(
        heard, start, end,
        first=first,
        again=again,
        terms=named,
        turned={stem for at in range(start, end) if at in against for stem in against[at]} if against else _NONE,
        subjects=subjects,
        denies=any(heard.denied[start:end]),
    )  # fmt: skip


def joined(one: Span, two: Span) -> Span:
    """Make two neighbouring stretches of an answer ready to be compared as one."""
    heard, subjects = one.heard, one.subjects | two.subjects
    begin = heard.words[two.start].start
    if heard.named and any(begun < begin for at in range(two.start, two.end) for _, begun in heard.named.get(at, ())):
        return span_of(heard, one.start, two.end, subjects)  # a term reaches over both
    both = one.first.keys() & two.first.keys()
    return Span(
        heard, one.start, two.end,
        first={**one.first, **two.first, **one.first},  # in their order
        again={**one.again, **two.again, **{stem: [*one.places(stem), *two.places(stem)] for stem in both}},
        terms=_merged(one.terms, two.terms) if one.terms and two.terms else one.terms or two.terms,
        turned=one.turned | two.turned,
        subjects=subjects,
        denies=one.denies or two.denies,
    )  # fmt: skip


def _merged(one: Mapping[int, Sequence[int]], two: Mapping[int, Sequence[int]]) -> Mapping[int, Sequence[int]]:
    return {**one, **two, **{stem: [*one[stem], *two[stem]] for stem in one.keys() & two.keys()}}
