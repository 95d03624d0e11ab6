"""What an answer's clauses say for and against each key point: the signals from which the grade is made.

Each clause is taken for the side that it is nearer to: an example that earns the point, or a near miss.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from bot.grading.glossary import lexicon
from bot.grading.likeness import Match, Span, matched, span_of
from bot.grading.pairs import Pair, Told, told_in
from bot.grading.polarity import denied
from bot.grading.reading import Reading
from bot.grading.rubric import Point, Rubric, adds_something
from bot.grading.words import Word
from bot.text import clauses

EVIDENCE_CHARS: Final = 160
_ORDER: Final = 0.1  # of a likeness hangs on the order of the words
_TURNED: Final = 0.9  # what an example turned around is worth on the other side
_STATED: Final = 0.5  # likeness from which a clause counts as stating something, true or false
_MANY: Final = 4  # pairs beyond which more tell nothing new
_LEANS: Final = 10.0  # what words that speak for a point are worth beside a likeness, to find the clause that says it
_OWN: Final = 20.0  # ... and how far words may speak for a point
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


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer says of one key point; every signal lies between 0 and 1."""

    point: Point
    at: tuple[int, int]  # where in the answer the clause stands that speaks most for it
    won: float  # likeness of the clause that says it best
    first: float  # the same, the less, the more the clause says another point
    own: float  # how far words of the answer speak for this point, and for no other as much
    pairs: float  # pairs of words that stand together in what says the point
    wrong_pairs: float  # ... in its near misses alone
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
class _Heard:
    sides: list[dict[int, Sides]]  # by key point and clause
    mistakes: set[int] = field(default_factory=set)


def gathered(rubric: Rubric, text: str, reading: Reading) -> Evidence:
    """Return what an answer says for and against each key point."""
    spans = spans_of(text, reading, rubric)
    heard = _heard(rubric, spans)
    told = told_in(text, reading.words)
    best = _best(heard.sides)
    points = tuple(
        _found(point, sides, best, told.pairs, spans) for point, sides in zip(rubric.points, heard.sides, strict=True)
    )
    alone = (len(spans) + 1) // 2
    signals = {**_of_words(rubric, reading, told), **_of_clauses(heard, alone)}
    return Evidence(points, signals, frozenset(heard.mistakes), rubric.two_sided, alone)


def spans_of(text: str, reading: Reading, rubric: Rubric) -> tuple[Span, ...]:
    """Part an answer into clauses that say something new, then each two neighbours together, for a point made across a comma or full stop."""
    terms: dict[int, list[Word]] = defaultdict(list)
    for term in reading.terms:
        terms[term.end].append(term)
    flags = {word.start: flag for word, flag in zip(reading.words, denied(reading.words), strict=True)}
    parts = clauses(text, reading.words)
    told = [
        (words, about)
        for words, about in zip(parts, _subjects(parts, rubric.rivals), strict=True)
        if adds_something(words, rubric.asked)
    ]

    def span(words: Sequence[Word], about: frozenset[str]) -> Span:
        return span_of(words, [flags[word.start] for word in words], terms, about)

    alone = [span(words, about) for words, about in told]
    both = [span((*one, *two), a | b) for (one, a), (two, b) in pairwise(told)]
    return (*alone, *both)


def _subjects(parts: Iterable[Sequence[Word]], rivals: Mapping[str, frozenset[str]]) -> Iterator[frozenset[str]]:
    """Yield of which of the compared things each clause speaks: its own, or the last one that was named."""
    last: frozenset[str] = frozenset()
    for words in parts:
        last = frozenset(word.stem for word in words if word.stem in rivals) or last
        yield last


def _heard(rubric: Rubric, spans: Sequence[Span]) -> _Heard:
    """Hold each clause against the examples that it shares enough words with; two together where they have more than either."""
    found = _Heard([defaultdict(Sides) for _ in rubric.points])
    shares = [_shares(rubric, span) for span in spans]
    alone = (len(spans) + 1) // 2
    for number, span in enumerate(spans):
        before = (shares[number - alone], shares[number - alone + 1]) if number >= alone else ()
        for example, share in shares[number].items():
            if share < rubric.examples[example].least or any(share <= one.get(example, 0.0) for one in before):
                continue
            if match := matched(rubric.examples[example], span, rubric.rivals):
                _hear(found, rubric, example, number, match)
    return found


def _shares(rubric: Rubric, span: Span) -> Mapping[int, float]:
    """Return how much of each example's words a clause has."""
    found: dict[int, float] = defaultdict(float)
    for stem in span.places:
        for example, share in rubric.index.get(stem, ()):
            found[example] += share
    return found


def _hear(heard: _Heard, rubric: Rubric, number: int, span: int, match: Match) -> None:
    example = rubric.examples[number]
    likeness = min(1.0, match.likeness) * (1 - _ORDER + _ORDER * match.order)
    against = example.says is match.turned
    if example.mistake >= 0 and against and likeness >= _A_MISTAKE and match.found >= _LEAST_FOUND:
        heard.mistakes.add(example.mistake)
    if example.point >= 0:
        worth = likeness * _TURNED if match.turned else likeness
        heard.sides[example.point][span].hear(match, worth, example.text, against=against)


def _found(
    point: Point, sides: Mapping[int, Sides], best: Mapping[int, float], pairs: frozenset[Pair], spans: Sequence[Span]
) -> Found:
    won = [(number, one) for number, one in sides.items() if one.won]
    lost = [one for one in sides.values() if not one.won]
    return Found(
        point=point,
        at=_place(point, won, spans),
        won=max((one.says for _, one in won), default=0.0),
        first=max((one.says * (one.says / best[number]) ** 2 for number, one in won), default=0.0),
        own=min(sum(point.own.get(stem, 0.0) for stem in {s for span in spans for s in span.places}), _OWN) / _OWN,
        pairs=min(len(pairs & point.true_pairs), _MANY) / _MANY,
        wrong_pairs=min(len(pairs & point.false_pairs), _MANY) / _MANY,
        missed=max((one.against for one in lost if one.is_miss), default=0.0),
        turned=max((one.against for one in lost if not one.is_miss), default=0.0),
        like=max(won, key=lambda it: it[1].says, default=(0, _UNHEARD))[1].like,
        unlike=max(lost, key=lambda one: one.against, default=_UNHEARD).unlike,
    )


def _best(sides: Iterable[Mapping[int, Sides]]) -> Mapping[int, float]:
    """Return how well each clause says the point that it says best."""
    best: dict[int, float] = defaultdict(float)
    for number, one in ((number, one) for clauses_ in sides for number, one in clauses_.items() if one.won):
        best[number] = max(best[number], one.says)
    return best


def _place(point: Point, won: Sequence[tuple[int, Sides]], spans: Sequence[Span]) -> tuple[int, int]:
    """Return where the clause stands that speaks most for a point, by its words where none is like an example."""
    leans = [sum(point.lean.get(stem, 0.0) for stem in span.places) for span in spans]
    alone = (len(spans) + 1) // 2
    speaks = {n: one.says + leans[n] / _LEANS for n, one in won} or dict(enumerate(leans))
    clause = max(speaks, key=lambda n: speaks[n] * (1.0 if n < alone else _TWO), default=None)
    return (0, 0) if clause is None else _extent(spans[clause])


def _extent(span: Span) -> tuple[int, int]:
    return span.words[0].start, span.words[-1].end


def _of_words(rubric: Rubric, reading: Reading, told: Told) -> Mapping[str, float]:
    """Return what single words and pairs of words tell: how many belong to what is true, to near misses alone, to neither."""
    stems = {word.stem for word in reading.content()}
    opposites, count, pairs = lexicon().opposites, max(1, len(stems)), told.pairs
    foreign = stems & lexicon().field - rubric.true_words - rubric.false_words - rubric.asked
    return {
        "false pairs": len(pairs & rubric.false_pairs) / (len(pairs) + _SOME_PAIRS),
        "denied misses": len(pairs & rubric.denied_misses) / (len(pairs) + _SOME_PAIRS),
        "true pairs": len(pairs & rubric.true_pairs) / (len(pairs) + _SOME_PAIRS),
        "false words": len(told.words & rubric.false_said) / count,
        "true words": len(stems & rubric.true_words) / count,
        "foreign terms": len(foreign) / count,
        "foreign opposites": sum(s in opposites and s not in rubric.true_words for s in stems) / count,
    }


def _of_clauses(heard: _Heard, alone: int) -> Mapping[str, float]:
    """Return what the clauses say, on average: how surely something true, and how surely a near miss."""
    clause = [[sides[number] for sides in heard.sides if number in sides] for number in range(alone)]

    def mean(values: Iterable[float]) -> float:
        return sum(values) / max(1, alone)

    says = [max((one.says for one in sides), default=0.0) for sides in clause]
    against = [max((one.against for one in sides), default=0.0) for sides in clause]
    return {
        "true clauses": mean(a > b and a > _STATED for a, b in zip(says, against, strict=True)),
        "said": mean(max((one.says for one in sides if one.won), default=0.0) for sides in clause),
        "missed": mean(
            max((one.against for one in sides if not one.won and one.is_miss), default=0.0) for sides in clause
        ),
    }
