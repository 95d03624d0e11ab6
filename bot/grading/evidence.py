"""What an answer's clauses say for and against each key point: the signals from which the grade is made.

Each clause is taken for the side that it is nearer to: an example that earns the point, or a near miss.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.grading.compact import UNKNOWN, Numbers
from bot.grading.glossary import lexicon
from bot.grading.likeness import Heard, Rivals, Span, span_of
from bot.grading.nearest import Nearest, Sides, nearest, summed
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
_STATED: Final = 0.5  # likeness from which a clause counts as stating something, true or false
_MANY: Final = 4  # pairs beyond which more tell nothing new
_MOST_LEANS: Final = 20.0  # ... and how far the words of a clause may speak for a point
_LEANS: Final = 10.0  # what words that speak for a point are worth beside a likeness, to find the clause that says it
_SOME_PAIRS: Final = 20  # added to an answer's, so that a few wrong ones weigh less in a short one
_TWO: Final = 0.8  # what two clauses together are worth as the words that say it, beside one alone
_UNHEARD: Final = Sides()


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


def gathered(rubric: Rubric, text: str, reading: Reading) -> Evidence:
    """Return what an answer says for and against each key point."""
    flags = denied(reading.words)
    numbers = _numbered(reading, rubric)
    spans = spans_of(text, _known(reading, rubric, flags, numbers), rubric)
    rows = {stem: rubric.speaks.row(stem) for stem in {stem for span in spans for stem in span.places}}
    sums = summed(rows, spans)
    heard = nearest(rubric, spans, sums)
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


def _of_clauses(heard: Nearest, best: Mapping[int, float], alone: int) -> Mapping[str, float]:
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
