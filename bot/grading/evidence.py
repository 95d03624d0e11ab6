"""What an answer's clauses say for and against each key point: the signals from which the grade is made.

Each clause is taken for the side that it is nearer to: an example that earns the point, or a near miss.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final

from bot.grading.compact import UNKNOWN, Numbers
from bot.grading.examples import LEAST
from bot.grading.glossary import lexicon
from bot.grading.likeness import Heard, Match, Rivals, Span, matched, span_of
from bot.grading.pairs import Told, told_in
from bot.grading.polarity import denied
from bot.grading.reading import Reading
from bot.grading.rubric import (
    FALSE_WORD,
    MISSED_PAIR,
    TRUE_PAIR,
    TRUE_WORD,
    Point,
    Rubric,
    adds_something,
)  # fmt: skip
from bot.text import clauses

EVIDENCE_CHARS: Final = 160
_ORDER: Final = 0.1  # of a likeness hangs on the order of the words
_TURNED: Final = 0.9  # what an example turned around is worth on the other side
_STATED: Final = 0.5  # likeness from which a clause counts as stating something, true or false
_MANY: Final = 4  # pairs beyond which more tell nothing new
_MOST_LEANS: Final = 20.0  # ... and how far the words of a clause may speak for a point
_LEANS: Final = 10.0  # what words that speak for a point are worth beside a likeness, to find the clause that says it
_SOME_PAIRS: Final = 20  # added to an answer's, so that a few wrong ones weigh less in a short one
_TWO: Final = 0.8  # what two clauses together are worth as the words that say it, beside one alone
_A_MISTAKE: Final = 0.85  # likeness to a misconception from which it is heard
_LEAST_FOUND: Final = 2  # words of it


@dataclass(slots=True)
class Sides:
    """The nearest example on either side, of one clause and one key point."""

    says: float = 0.0
    against: float = 0.0
    like: str = ""  # its words
    unlike: str = ""  # those of the one against it
    is_miss: bool = False  # whether the one against it is a near miss as it was written, not something true turned

    def hear(self, match: Match, likeness: float, text: str, *, against: bool) -> None:
        """Take an example into account."""
        if against and likeness > self.against:
            self.against, self.is_miss, self.unlike = likeness, not match.turned, text
        elif not against and likeness > self.says:
            self.says, self.like = likeness, text

    @property
    def won(self) -> bool:
        """Whether the clause is nearer to what earns the point."""
        return self.says > self.against


_UNHEARD: Final = Sides()
Rows = Mapping[int, Sequence[tuple[int, float]]]  # by the number of a stem whom it speaks for, and how much


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer says of one key point; every signal lies between 0 and 1."""

    point: Point
    at: tuple[int, int]  # where in the answer the clause stands that speaks most for it
    won: float  # likeness of the clause that says it best
    first: float  # the same, the less, the more the clause says another point
    leans: float  # how far the words of one clause speak for it, the less, the more they speak for another point
    pairs: float  # pairs of words that stand together in what says the point, and not in its near misses
    missed: float  # likeness to a near miss of a clause that is nearer to it
    turned: float  # likeness to something true of a clause that turns it around
    like: str  # the example that the best clause was taken for
    unlike: str  # the one against the point that a clause was most like


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found of all key points, the answer's signals as a whole, and the misconceptions that it states."""

    points: tuple[Found, ...]
    signals: Mapping[str, float]
    mistakes: frozenset[int]
    two_sided: bool  # whether the question has examples on both sides
    clauses: int


@dataclass(slots=True)
class _Told:
    sides: list[dict[int, Sides]]  # by key point and clause
    mistakes: set[int] = field(default_factory=set)


def gathered(rubric: Rubric, text: str, reading: Reading) -> Evidence:
    """Return what an answer says for and against each key point."""
    flags = denied(reading.words)
    numbers = _numbered(reading, rubric)
    spans = spans_of(text, _known(reading, rubric, flags, numbers), rubric)
    rows = {stem: rubric.speaks.row(stem) for stem in {stem for span in spans for stem in span.places}}
    sums = _summed(rows, spans)
    heard = _heard(rubric, spans, sums)
    told = told_in(text, reading.words, flags, numbers)
    pairs = rubric.pairs.found(told.pairs)
    leans = _leaning(rubric, sums)
    best, most = _best(heard.sides), [max(column) for column in zip(*leans, strict=True)]
    points = tuple(
        _found(point, sides, best, [*pairs.values()], _first(leans[number], most), _place(sides, spans, leans[number]))
        for number, (point, sides) in enumerate(zip(rubric.points, heard.sides, strict=True))
    )
    alone = (len(spans) + 1) // 2
    signals = {**_of_words(rubric, reading, told, pairs, numbers), **_of_clauses(heard, best, alone)}
    return Evidence(points, signals, frozenset(heard.mistakes), rubric.two_sided, alone)


def _numbered(reading: Reading, rubric: Rubric) -> Numbers:
    """Return the numbers of an answer's words; those that the question does not know get others."""
    numbers: Numbers = {}
    for word in reading.words:
        if word.stem not in numbers:
            number = rubric.words.number(word.stem)
            numbers[word.stem] = number if number != UNKNOWN else len(rubric.words) + len(numbers)
    return numbers


def _known(reading: Reading, rubric: Rubric, flags: Sequence[bool], numbers: Numbers) -> list[Heard]:
    """Return an answer's words as the question knows them."""
    number, near, opposites = rubric.words.number, lexicon().near, lexicon().opposites
    terms: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for term in reading.terms:
        if (known := number(term.stem)) != UNKNOWN:
            terms[term.end].append((known, term.start))
    meant = {s: tuple([n for kin in (s, *near.get(s, ())) if (n := number(kin)) != UNKNOWN]) for s in numbers}
    against = {s: tuple([n for other in opposites.get(s, ()) if (n := number(other)) != UNKNOWN]) for s in numbers}
    return [
        Heard(
            word, numbers[word.stem], numbers[word.stem] if word.own == word.stem else number(word.own),
            meant[word.stem], tuple(terms.get(word.end, ())), against[word.stem], flag,
        )
        for word, flag in zip(reading.words, flags, strict=True)
    ]  # fmt: skip


def spans_of(text: str, heard: Sequence[Heard], rubric: Rubric) -> tuple[Span, ...]:
    """Part an answer into clauses that say something new, then each two neighbours together, for a point made across a comma or full stop."""
    place = {one.word.start: number for number, one in enumerate(heard)}
    parts = [heard[place[part[0].start] :][: len(part)] for part in clauses(text, [one.word for one in heard])]
    told = [
        (words, about)
        for words, about in zip(parts, _subjects(parts, rubric.rivals), strict=True)
        if adds_something([one.word for one in words], rubric.asked)
    ]
    alone = [span_of(words, about) for words, about in told]
    both = [span_of((*one, *two), a | b) for (one, a), (two, b) in pairwise(told)]
    return (*alone, *both)


def _subjects(parts: Iterable[Sequence[Heard]], rivals: Rivals) -> Iterator[frozenset[int]]:
    """Yield of which of the compared things each clause speaks: its own, or the last one that was named."""
    last: frozenset[int] = frozenset()
    for words in parts:
        if rivals:
            last = frozenset([heard.stem for heard in words if heard.stem in rivals]) or last
        yield last


def _heard(rubric: Rubric, spans: Sequence[Span], sums: Sequence[Mapping[int, float]]) -> _Told:
    """Hold each clause against the examples that it shares enough words with; two together where they have more than either."""
    found = _Told([defaultdict(Sides) for _ in rubric.points])
    examples, turns, count = rubric.examples, rubric.examples.turns, len(rubric.examples)
    alone = (len(spans) + 1) // 2
    for number, span in enumerate(spans):
        enough = [(one, share) for one, share in sums[number].items() if one < count and share >= LEAST[turns[one]]]
        if number >= alone:
            one, two = sums[number - alone], sums[number - alone + 1]
            enough = [(e, share) for e, share in enough if share > one.get(e, 0.0) and share > two.get(e, 0.0)]
        for example, _ in enough:
            if match := matched(examples, example, span, rubric.rivals):
                _hear(found, rubric, example, number, match)
    return found


def _summed(rows: Rows, spans: Sequence[Span]) -> list[dict[int, float]]:
    """Add up for each clause whom its words speak for, and how much; two together have what the first has, and more."""
    sums: list[dict[int, float]] = []
    alone = (len(spans) + 1) // 2
    for number, span in enumerate(spans):
        first = number - alone
        found = dict(sums[first]) if first >= 0 else {}
        for stem in islice(span.places, len(spans[first].places) if first >= 0 else 0, None):
            for whom, value in rows[stem]:
                found[whom] = found.get(whom, 0.0) + value
        sums.append(found)
    return sums


def _hear(heard: _Told, rubric: Rubric, number: int, span: int, match: Match) -> None:
    examples = rubric.examples
    likeness = min(1.0, match.likeness) * (1 - _ORDER + _ORDER * match.order)
    against = bool(examples.says[number]) is match.turned
    mistake, point = examples.mistake[number], examples.point[number]
    if mistake >= 0 and against and likeness >= _A_MISTAKE and match.found >= _LEAST_FOUND:
        heard.mistakes.add(mistake)
    if point >= 0:
        worth = likeness * _TURNED if match.turned else likeness
        heard.sides[point][span].hear(match, worth, examples.text[number], against=against)


def _leaning(rubric: Rubric, sums: Sequence[Mapping[int, float]]) -> list[list[float]]:
    """Return for each point how much each clause's words speak for it."""
    first = len(rubric.examples)  # the points follow the examples
    return [[one.get(first + point, 0.0) for one in sums] for point in range(len(rubric.points))]


def _first(leans: Sequence[float], most: Sequence[float]) -> float:
    """Return how far the words of one clause speak for a point, the less, the more they speak for the one they do most (`most`)."""
    best = max((lean * (lean / other) ** 2 for lean, other in zip(leans, most, strict=True) if lean), default=0.0)
    return math.sqrt(min(best, _MOST_LEANS) / _MOST_LEANS)


def _best(sides: Iterable[Mapping[int, Sides]]) -> Mapping[int, float]:
    """Return how well each clause says the point that it says best."""
    best: dict[int, float] = defaultdict(float)
    for number, one in ((number, one) for clauses_ in sides for number, one in clauses_.items() if one.won):
        best[number] = max(best[number], one.says)
    return best


def _found(
    point: Point, sides: Mapping[int, Sides], best: Mapping[int, float], pairs: Sequence[int], leans: float,
    at: tuple[int, int],
) -> Found:  # fmt: skip
    won = [(number, one) for number, one in sides.items() if one.won]
    lost = [one for one in sides.values() if not one.won]
    return Found(
        point=point,
        at=at,
        won=max((one.says for _, one in won), default=0.0),
        first=max((one.says * (one.says / best[number]) ** 2 for number, one in won), default=0.0),
        leans=leans,
        pairs=min(sum(one & point.true_pair > 0 for one in pairs), _MANY) / _MANY,
        missed=max((one.against for one in lost if one.is_miss), default=0.0),
        turned=max((one.against for one in lost if not one.is_miss), default=0.0),
        like=max(won, key=lambda it: it[1].says, default=(0, _UNHEARD))[1].like,
        unlike=max(lost, key=lambda one: one.against, default=_UNHEARD).unlike,
    )


def _place(sides: Mapping[int, Sides], spans: Sequence[Span], leans: Sequence[float]) -> tuple[int, int]:
    """Return where the clause stands that speaks most for a point, by its words where none is like an example."""
    alone = (len(spans) + 1) // 2
    won = {number: one.says + leans[number] / _LEANS for number, one in sides.items() if one.won}
    speaks = won or dict(enumerate(leans))
    clause = max(speaks, key=lambda n: speaks[n] * (1.0 if n < alone else _TWO), default=None)
    return (0, 0) if clause is None else _extent(spans[clause])


def _extent(span: Span) -> tuple[int, int]:
    return span.words[0].word.start, span.words[-1].word.end


def _of_words(
    rubric: Rubric, reading: Reading, told: Told, pairs: Mapping[int, int], numbers: Numbers
) -> Mapping[str, float]:
    """Return what single words and pairs of words tell: how many belong to what is true, to near misses alone, to neither.

    A denied miss is what a near miss says, denied where it says it, or the reverse.
    """
    stems = {word.stem: rubric.sides_of(numbers[word.stem]) for word in reading.content()}
    opposites, field_, count, all_pairs = lexicon().opposites, lexicon().field, max(1, len(stems)), len(told.pairs)
    foreign = [
        s for s, of in stems.items() if s in field_ and not of & (TRUE_WORD | FALSE_WORD) and s not in rubric.asked
    ]
    turned = rubric.pairs.found([pair ^ 1 for pair in told.pairs if pair not in pairs])
    known = pairs.values()
    return {
        "false pairs": sum([one & (TRUE_PAIR | MISSED_PAIR) == MISSED_PAIR for one in known])
        / (all_pairs + _SOME_PAIRS),
        "denied misses": sum([one & MISSED_PAIR > 0 for one in turned.values()]) / (all_pairs + _SOME_PAIRS),
        "true pairs": sum([one & TRUE_PAIR > 0 for one in known]) / (all_pairs + _SOME_PAIRS),
        "known errors": rubric.known_errors,
        "false words": sum([rubric.false_said[said] for said in told.words if said < len(rubric.false_said)]) / count,
        "true words": sum([of & TRUE_WORD > 0 for of in stems.values()]) / count,
        "foreign terms": len(foreign) / count,
        "foreign opposites": sum([s in opposites and not of & TRUE_WORD for s, of in stems.items()]) / count,
    }


def _of_clauses(heard: _Told, best: Mapping[int, float], alone: int) -> Mapping[str, float]:
    """Return what the clauses say, on average: how surely something true, and how surely a near miss."""
    clause = [[sides[number] for sides in heard.sides if number in sides] for number in range(alone)]

    def mean(values: Iterable[float]) -> float:
        return sum(values) / max(1, alone)

    says = [max((one.says for one in sides), default=0.0) for sides in clause]
    against = [max((one.against for one in sides), default=0.0) for sides in clause]
    return {
        "true clauses": mean(a > b and a > _STATED for a, b in zip(says, against, strict=True)),
        "said": mean(best.get(number, 0.0) for number in range(alone)),
        "missed": mean(
            max((one.against for one in sides if not one.won and one.is_miss), default=0.0) for sides in clause
        ),
    }
