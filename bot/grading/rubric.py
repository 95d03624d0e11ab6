"""Key points looked for in an answer, clause by clause: the best of each one's phrasings, in the same polarity.

"Does not collapse" never earns "collapses". The member's own words that earned a point are kept with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.grading.guards import Expected
from bot.grading.reading import Known, Reading, read
from bot.grading.reference import ALIKE, EVIDENCE_CHARS, QUESTION_WORD
from bot.grading.result import PointResult
from bot.grading.words import AUXILIARIES, FUNCTION_WORDS, Word, denies
from bot.question import Question
from bot.text import clauses, clip

TURNS: Final = frozenset(("but", "while", "whereas", "although", "however", "so", "because", "rather", "instead"))

_FULL_RECALL, _LEAST_RECALL = 0.8, 0.55  # share of a phrasing's words found: full credit, and none below
_MISCONCEPTION_RECALL = 0.85
_REACH = 2  # words between those of a phrasing, for each of them
_LOOK_BACK = 6  # words before a match in which a "not" counts for it


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrasing ready to be matched: its content stems, both kinds, with what each is worth, and whether it denies."""

    stems: tuple[str, ...]
    own: tuple[str, ...]
    weights: tuple[float, ...]
    total: float
    negated: bool


@dataclass(frozen=True, slots=True)
class Rubric:
    """A question's key points and misconceptions, prepared once a version of it."""

    asked: frozenset[str]
    points: tuple[tuple[str, int, tuple[Phrase, ...]], ...]
    misconceptions: tuple[tuple[str, tuple[Phrase, ...]], ...]
    known: Known
    expected: Expected


@dataclass(frozen=True, slots=True)
class _Span:
    """A clause of an answer, or two: its words, and where each stem stands."""

    words: tuple[Word, ...]
    places: Mapping[str, Sequence[Word]]


@dataclass(frozen=True, slots=True)
class Spans:
    """All clauses of an answer and all neighbours together, and which of them hold a stem."""

    all: tuple[_Span, ...]
    holding: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Match:
    recall: float
    denied: bool = False
    start: int = 0
    end: int = 0


_NO_MATCH: Final = _Match(0.0)


@lru_cache(maxsize=256)
def prepared(question: Question) -> Rubric:
    """Make a question's rubric ready."""
    posed, reference = read(question.question), read(question.reference)
    asked = frozenset(t.stem for t in posed.content() if not denies(t))
    said = asked.union(t.stem for t in posed.terms)
    worded = {phrasing: read(phrasing) for phrasing in _phrasings(question)}

    def phrases(phrasings: Iterable[str]) -> tuple[Phrase, ...]:
        return tuple(phrase for phrasing in phrasings for phrase in _phrases(worded[phrasing], asked, said))

    known = Known.of(t for reading in (*worded.values(), posed, reference) for t in reading.content())
    true = [worded[phrasing] for point in question.key_points for phrasing in point.phrasings]
    stated = [read(point.statement) for point in question.key_points]
    return Rubric(
        asked=asked,
        points=tuple((p.id, p.weight, phrases(p.phrasings)) for p in question.key_points),
        misconceptions=tuple((m.statement, phrases(m.phrasings)) for m in question.misconceptions),
        known=known,
        expected=Expected.of(reference, known.stems, (posed, *stated, *true)),
    )


def _phrasings(question: Question) -> Iterator[str]:
    for point in question.key_points:
        yield from point.phrasings
    for misconception in question.misconceptions:
        yield from misconception.phrasings


def spans_of(text: str, reading: Reading) -> Spans:
    """Part an answer into clauses, and each two neighbours together, for a point made across a comma or full stop."""
    parts = clauses(text, reading.words)
    terms: dict[int, list[Word]] = defaultdict(list)
    for term in reading.terms:
        terms[term.end].append(term)
    spans = [_span(words, terms) for words in (*parts, *((*one, *two) for one, two in pairwise(parts)))]
    holding: dict[str, list[int]] = defaultdict(list)
    for number, span in enumerate(spans):
        for stem in span.places:
            holding[stem].append(number)
    return Spans(tuple(spans), holding)


def meet(key: str, weight: int, phrases: Sequence[Phrase], text: str, spans: Spans) -> PointResult:
    """Return how far a key point is met."""
    matches = list(_up_to_a_whole_one(match for phrase in phrases for match in _find(phrase, spans)))
    best = max(matches, key=lambda m: (not m.denied, m.recall), default=_NO_MATCH)
    denied = best.recall < _FULL_RECALL and any(m.denied and m.recall >= _FULL_RECALL for m in matches)
    if denied or best.denied or best.recall < _LEAST_RECALL:
        return PointResult(key, weight, 0.0, sure=round(1 - min(1.0, best.recall) / 2, 2))
    slope = (best.recall - _LEAST_RECALL) / (_FULL_RECALL - _LEAST_RECALL)
    credit = round(min(1.0, 0.5 + 0.5 * slope), 3)
    evidence = clip(" ".join(text[best.start : best.end].split()), EVIDENCE_CHARS)
    return PointResult(key, weight, credit, evidence, sure=round(min(1.0, best.recall), 2))


def _up_to_a_whole_one(matches: Iterable[_Match]) -> Iterator[_Match]:
    """Yield matches up to the first that no other can better."""
    for match in matches:
        yield match
        if match.recall >= 1 and not match.denied:
            return


def asserts(phrases: Sequence[Phrase], spans: Spans) -> bool:
    """Whether an answer asserts what a misconception says."""
    matches = (match for phrase in phrases for match in _find(phrase, spans))
    return any(m.recall >= _MISCONCEPTION_RECALL and not m.denied for m in matches)


def adds_something(reading: Reading, asked: frozenset[str]) -> bool:
    """Whether an answer says anything beyond the question."""
    return any(t.stem not in asked and not denies(t) for t in reading.content())


def _phrases(reading: Reading, asked: frozenset[str], said: frozenset[str]) -> Iterator[Phrase]:
    """Yield a phrasing as it is written, and with its terms as such."""
    negated = _negated(reading.words)
    for told in dict.fromkeys((_content(reading.words), _content(_in_terms(reading)))):
        stems = tuple(dict(told))
        if any(stem not in said for stem in stems):  # the question's words alone prove nothing
            weights = tuple(QUESTION_WORD if stem in asked else 1.0 for stem in stems)
            yield Phrase(stems, tuple(own for _, own in told), weights, sum(weights), negated)


def _content(words: Iterable[Word]) -> tuple[tuple[str, str], ...]:
    told = [t for t in words if not denies(t)]
    return tuple(
        sorted({(t.stem, t.own) for t in told if t.word not in FUNCTION_WORDS} or {(t.stem, t.own) for t in told})
    )


def _in_terms(reading: Reading) -> Iterator[Word]:
    """Yield a phrasing's words, those of a term as that term."""
    several = [t for t in reading.terms if not any(t.start == w.start and t.end == w.end for w in reading.words)]
    yield from several
    for word in reading.words:
        if not any(t.start <= word.start < t.end for t in several):
            yield word


def _span(words: tuple[Word, ...], terms: Mapping[int, Sequence[Word]]) -> _Span:
    places: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        places[word.stem].append(word)
        for term in terms.get(word.end, ()):
            if term.start >= words[0].start:
                places[term.stem].append(term)
    return _Span(words, dict(places))


def _find(phrase: Phrase, spans: Spans) -> Iterator[_Match]:
    """Look for a phrasing's words close together; unlike polarity makes it a denial."""
    held = [
        (spans.holding[stem], w) for stem, w in zip(phrase.stems, phrase.weights, strict=True) if stem in spans.holding
    ]
    if sum(weight for _, weight in held) < _LEAST_RECALL * phrase.total:
        return
    found: dict[int, float] = defaultdict(float)
    for numbers, weight in held:
        for number in numbers:
            found[number] += weight
    for number, weight in found.items():
        if weight >= _LEAST_RECALL * phrase.total:
            yield _match(phrase, spans.all[number])


def _match(phrase: Phrase, span: _Span) -> _Match:
    worth = zip(phrase.stems, phrase.weights, strict=True)
    present = [(weight, span.places[stem]) for stem, weight in worth if stem in span.places]
    start, end = _tightest([places for _, places in present])
    within = [t for t in span.words if start <= t.start < end]
    stretch = len(within) / (_REACH * len(phrase.stems) + 4)
    negated = _negated([*_just_before(start, span.words), *within, *_just_after(end, span.words)])
    found = sum(w if any(t.own in phrase.own for t in places) else w * ALIKE for w, places in present)
    return _Match(found / phrase.total / max(1.0, stretch), negated != phrase.negated, start, end)


def _tightest(places: Sequence[Sequence[Word]]) -> tuple[int, int]:
    """Return the narrowest stretch of text that holds a token of each kind."""
    row = sorted((t.start, t.end, kind) for kind, some in enumerate(places) for t in some)
    last: dict[int, tuple[int, int]] = {}
    best = (row[0][0], row[-1][1])
    for start, end, kind in row:
        last[kind] = (start, end)
        if len(last) == len(places):
            edge = (min(s for s, _ in last.values()), max(e for _, e in last.values()))
            best = min(best, edge, key=lambda stretch: stretch[1] - stretch[0])
    return best


def _just_before(start: int, words: Sequence[Word]) -> list[Word]:
    """Return up to six words before an offset, no further back than the last pause or turn of the sentence."""
    before: list[Word] = []
    for token in reversed([t for t in words if t.end <= start][-_LOOK_BACK:]):
        if token.pause or token.word in TURNS:
            break
        before.append(token)
    return before


def _just_after(end: int, words: Sequence[Word]) -> list[Word]:
    """Return the "not" of a verb that follows directly: “the KL term is not ...”."""
    after = [t for t in words if t.start >= end][:2]
    ends = any(t.end == end and t.pause for t in words)
    return after[1:] if len(after) == 2 and after[0].word in AUXILIARIES and not ends else []  # noqa: PLR2004


def _negated(words: Sequence[Word]) -> bool:
    return sum(map(denies, words)) % 2 == 1
