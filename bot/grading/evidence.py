"""What an answer's clauses say for and against each key point: the signals from which the grade is made.

Each clause is taken for the side that it is nearer to: an example that earns the point, or a near miss.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import attrgetter
from typing import Final

from bot.grading.compact import ODDS_FROM, UNKNOWN, Numbers
from bot.grading.glossary import lexicon
from bot.grading.likeness import Heard, Rivals, Span, joined, span_of
from bot.grading.nearest import Nearest, Sides, nearest, summed
from bot.grading.odds import STEP, ZERO
from bot.grading.pairs import Told, told_in, words_of
from bot.grading.polarity import denied
from bot.grading.reading import Reading
from bot.grading.rubric import (
    MISSED_PAIR,
    PHRASED_WORD,
    TRUE_PAIR,
    TRUE_WORD,
    Point,
    Rubric,
    adds_something,
)  # fmt: skip
from bot.grading.words import Word
from bot.text import parted

EVIDENCE_CHARS: Final = 160
_STATED: Final = 0.5  # likeness from which a clause counts as stating something, true or false
_MANY: Final = 4  # pairs beyond which more tell nothing new
_MOST_LEANS: Final = 20.0  # ... and how far the words of a clause may speak for a point
_LEANS: Final = 10.0  # what words that speak for a point are worth beside a likeness, to find the clause that says it
_SOME_PAIRS: Final = 20  # added to an answer's, so that a few wrong ones weigh less in a short one
_TWO: Final = 0.8  # what two clauses together are worth as the words that say it, beside one alone
_PHRASED: Final = 0.95  # of an answer's telling words, from which it may be a pile of the phrasings'
_TIED: Final = (0.4, 0.6)  # true pairs for each known word, below which words do not stand together, or may not
_OF_PAIRS: Final = 0.18  # ... and of the pairs that could be
_SHORT: Final = 60  # words up to which it is looked at
_FEW: Final = 9  # telling words below which they may say it in short
_UNHEARD: Final = Sides()
_SAYS, _AGAINST = attrgetter("says"), attrgetter("against")
_NOBODY: Final[AbstractSet[int]] = frozenset()


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
    like: int  # the example that the best clause was taken for, or UNKNOWN
    unlike: int  # the one against the point that a clause was most like


@dataclass(frozen=True, slots=True)
class Ties:
    """How far a short answer's words stand together as in what is true."""

    words: int = 0  # that tell something; none where it is too long to be looked at
    phrased: float = 0.0  # share of its words that are the phrasings'
    each: float = math.inf  # pairs that stand together in what is true, for each word that does
    of_pairs: float = 1.0  # these, of the pairs that could be

    @property
    def loose(self) -> bool:
        """Whether it has hardly a word but the phrasings' own, and few of them stand together."""
        apart, may_be = (self.each < limit for limit in _TIED)
        return self.words >= _FEW and self.phrased >= _PHRASED and (apart or (may_be and self.of_pairs < _OF_PAIRS))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found of all key points, the answer's signals as a whole, and the misconceptions that it states."""

    points: tuple[Found, ...]
    signals: Mapping[str, float]
    mistakes: frozenset[int]
    two_sided: bool  # whether the question has examples on both sides
    mixes: bool  # whether it has few, and compares things: hardly anything tells then what is said of which
    clauses: int
    words: int
    ties: Ties


def gathered(rubric: Rubric, text: str, reading: Reading) -> Evidence:
    """Return what an answer says for and against each key point."""
    flags, parts = denied(reading.words), parted(text, reading.words)
    numbers = _numbered(reading, rubric)
    spans = spans_of(rubric, parts, reading, flags, numbers)
    stems = set().union(*[span.first for span in spans])
    sums = summed(rubric.examples.shares(stems), spans, rubric)
    heard = nearest(rubric, spans, sums)
    told = told_in(parts, reading.words, flags, numbers)
    pairs = rubric.pairs.found(told.pairs)
    leans = _leaning(rubric, sums)
    best, most = _best(heard.sides), [max(column) for column in zip(*leans, strict=True)]
    points = tuple(
        _found(point, sides, best, pairs, _first(leans[number], most), _place(sides, spans, leans[number]))
        for number, (point, sides) in enumerate(zip(rubric.points, heard.sides, strict=True))
    )
    alone = (len(spans) + 1) // 2
    signals = {**_of_words(rubric, reading, told, pairs, numbers), **_of_clauses(heard, best, alone)}
    ties = _ties(rubric, reading, told, pairs, numbers) if len(reading.words) <= _SHORT else Ties()
    mixes = rubric.compares and not rubric.rich
    return Evidence(
        points, signals, frozenset(heard.mistakes), rubric.two_sided, mixes, alone, len(reading.words), ties
    )


def _numbered(reading: Reading, rubric: Rubric) -> Numbers:
    """Return the numbers of an answer's words; those that the question does not know get others."""
    stems = dict.fromkeys([word.stem for word in reading.words])
    known, others = rubric.words.known(stems), itertools.count(len(rubric.words))
    return {stem: known[stem] if stem in known else next(others) for stem in stems}


def spans_of(
    rubric: Rubric, parts: Iterable[tuple[int, int]], reading: Reading, flags: Sequence[bool], numbers: Numbers
) -> tuple[Span, ...]:
    """Return an answer's clauses that say something new, then each two neighbours together, for a point made across a comma or full stop."""
    words: list[Word] = []
    denied_: list[bool] = []
    told: list[tuple[int, int, AbstractSet[int]]] = []
    last = _NOBODY
    for start, end in parts:
        clause = reading.words[start:end]
        last = _subjects(clause, rubric.rivals, numbers) or last
        if adds_something(clause, rubric.asked):
            told.append((len(words), len(words) + len(clause), last))
            words += clause
            denied_ += flags[start:end]
    heard = _heard(rubric, words, denied_, reading.terms, numbers)
    alone = [span_of(heard, start, end, about) for start, end, about in told]
    return (*alone, *(joined(one, two) for one, two in pairwise(alone)))


def _subjects(words: Iterable[Word], rivals: Rivals, numbers: Numbers) -> AbstractSet[int]:
    """Return of which of the compared things a clause speaks."""
    return {number for word in words if (number := numbers[word.stem]) in rivals} if rivals else _NOBODY


def _heard(
    rubric: Rubric, words: Sequence[Word], flags: Sequence[bool], terms: Sequence[Word], numbers: Numbers
) -> Heard:
    """Return words of an answer as the question knows them."""
    stems = {word.stem for word in words}
    near, against = _related(stems, lexicon().near), _related(stems, lexicon().opposites)
    others = (*(word.own for word in words if word.own != word.stem), *(term.stem for term in terms))
    known = rubric.words.known({*others, *chain.from_iterable((*near.values(), *against.values()))})
    meant = {stem: (numbers[stem],) if numbers[stem] < len(rubric.words) else () for stem in stems}
    meant.update((stem, (*meant[stem], *_numbers_of(kin, known))) for stem, kin in near.items())
    turned = {stem: _numbers_of(kin, known) for stem, kin in against.items()}
    return Heard(
        words=words,
        stems=[numbers[word.stem] for word in words],
        own=[numbers[word.stem] if word.own == word.stem else known.get(word.own, UNKNOWN) for word in words],
        meant=[meant[word.stem] for word in words],
        named=_named(words, terms, known),
        against={at: turned[word.stem] for at, word in enumerate(words) if word.stem in turned},
        denied=flags,
    )


def _related(stems: Iterable[str], kin: Mapping[str, Iterable[str]]) -> dict[str, Iterable[str]]:
    return {stem: kin[stem] for stem in stems if stem in kin}


def _numbers_of(stems: Iterable[str], known: Mapping[str, int]) -> tuple[int, ...]:
    return tuple([known[stem] for stem in stems if stem in known])


def _named(
    words: Sequence[Word], terms: Iterable[Word], known: Mapping[str, int]
) -> Mapping[int, Sequence[tuple[int, int]]]:
    """Return at which words terms end that the question knows, each with its number and where it begins."""
    ends = {word.end: at for at, word in enumerate(words)}
    named: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for term in terms:
        if term.stem in known and term.end in ends:
            named[ends[term.end]].append((known[term.stem], term.start))
    return named


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
    won = [(number, one) for number, one in sides.items() if one.says > one.against]
    lost = [one for one in sides.values() if one.says <= one.against]
    said = max([one for _, one in won], key=_SAYS, default=_UNHEARD)
    return Found(
        point=point,
        at=at,
        won=said.says,
        first=max([one.says * (one.says / best[number]) ** 2 for number, one in won], default=0.0),
        leans=leans,
        pairs=min(len([one for one in pairs if one & point.true_pair]), _MANY) / _MANY,
        missed=max([one.against for one in lost if one.is_miss], default=0.0),
        turned=max([one.against for one in lost if not one.is_miss], default=0.0),
        like=said.like,
        unlike=max(lost, key=_AGAINST, default=_UNHEARD).unlike,
    )


def _place(sides: Mapping[int, Sides], spans: Sequence[Span], leans: Sequence[float]) -> tuple[int, int]:
    """Return where the clause stands that speaks most for a point, by its words where none is like an example."""
    alone = (len(spans) + 1) // 2
    won = {number: one.says + leans[number] / _LEANS for number, one in sides.items() if one.won}
    speaks = won or dict(enumerate(leans))
    clause = max(speaks, key=lambda n: speaks[n] * (1.0 if n < alone else _TWO), default=None)
    return (0, 0) if clause is None else _extent(spans[clause])


def _extent(span: Span) -> tuple[int, int]:
    words = span.heard.words
    return words[span.start].start, words[span.end - 1].end


def _of_words(
    rubric: Rubric, reading: Reading, told: Told, pairs: Sequence[int], numbers: Numbers
) -> Mapping[str, float]:
    """Return what single words and pairs of words tell: how many belong to what is true, to near misses alone, to neither.

    Odds are how much more often near misses have them than what is true has, on average, as a logarithm.
    """
    stems = {word.stem: rubric.sides_of(numbers[word.stem]) for word in reading.content()}
    field_, count, all_pairs = lexicon().field, max(1, len(stems)), len(told.pairs) + _SOME_PAIRS
    known = [rubric.said[said] for said in told.words if said < len(rubric.said)]
    return {
        "false pairs": len([one for one in pairs if one & (TRUE_PAIR | MISSED_PAIR) == MISSED_PAIR]) / all_pairs,
        "true pairs": len([one for one in pairs if one & TRUE_PAIR]) / all_pairs,
        "pair odds": sum([(one >> ODDS_FROM) - ZERO for one in pairs]) / STEP / all_pairs,
        "known errors": rubric.known_errors,
        "false words": sum([said & 1 for said in known]) / count,
        "word odds": sum([(said >> 1) - ZERO for said in known]) / STEP / max(1, len(told.words)),
        "true words": len([of for of in stems.values() if of & TRUE_WORD]) / count,
        "foreign terms": len([s for s, of in stems.items() if not of and s in field_ and s not in rubric.asked])
        / count,
    }


def _ties(rubric: Rubric, reading: Reading, told: Told, pairs: Sequence[int], numbers: Numbers) -> Ties:
    """Return how far an answer's words stand together."""
    sides = {word.stem: rubric.sides_of(numbers[word.stem]) for word in reading.content() if not word.denies}
    telling = [of for stem, of in sides.items() if stem not in lexicon().common]
    words = {numbers[stem] for stem, of in sides.items() if of & TRUE_WORD}
    true, may = len([one for one in pairs if one & TRUE_PAIR]), sum(map(words.issuperset, map(words_of, told.pairs)))
    phrased = len([of for of in telling if of & PHRASED_WORD]) / max(1, len(telling))
    return Ties(words=len(telling), phrased=phrased, each=true / max(1, len(words)), of_pairs=true / max(1, may))


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
