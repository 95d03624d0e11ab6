"""The grade of a free-text answer: one pure function, offline and deterministic, that explains itself.

Each key point is looked for clause by clause: the best of its phrasings, typos forgiven, in the same polarity ("does
not collapse" never earns "collapses"). The member's own words that earned a point are kept with it.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.guards import FUNCTION_WORDS, TURNS, asserted, cuts, denies, share_of_nots
from bot.question import Question
from bot.text import Token, clauses, clip, tokens

VERSION: Final = "1.0"
CORRECT_FROM: Final = 70
PARTLY_FROM: Final = 35
EARNED_FROM: Final = 0.5  # the credit from which a key point counts as covered

_FULL_RECALL, _LEAST_RECALL = 0.8, 0.55  # share of a phrasing's words found: full credit, and none below
_QUESTION_WORD = 0.25  # what a word that the question already says is worth
_MISCONCEPTION_COST = 15
_MISCONCEPTION_RECALL = 0.85
_EVIDENCE_CHARS = 160
_REACH = 2  # words between those of a phrasing, for each of them
_LOOK_BACK = 6  # words before a match in which a "not" counts for it
_TYPO_LETTERS, _TWO_TYPOS_LETTERS = 5, 8


class Band(StrEnum):
    """What a member is told first."""

    CORRECT = "correct"
    PARTLY = "partly"
    INCORRECT = "incorrect"


@dataclass(frozen=True, slots=True)
class PointResult:
    """How far one key point was met: credit 0 to 1, and the member's own words that earned it."""

    key_point: str
    weight: int
    credit: float
    evidence: str = ""

    @property
    def earned(self) -> bool:
        """Whether the point counts as covered."""
        return self.credit >= EARNED_FROM


@dataclass(frozen=True, slots=True)
class Grade:
    """A score of 0 to 100 with what explains it; `version` names the grader that gave it.

    `notes` may be shown at once; `mistakes` are the misconceptions found, which tell the truth and wait for the reveal.
    `unsure` says why a person should look at it, and is empty where the grade is sure.
    """

    score: int
    band: Band
    points: tuple[PointResult, ...]
    notes: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    unsure: str = ""
    version: str = VERSION

    @property
    def covered(self) -> int:
        """How many key points the answer covers."""
        return sum(point.earned for point in self.points)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrasing ready to be matched: its content stems with what each is worth, and whether it denies."""

    weights: tuple[tuple[str, float], ...]
    total: float
    negated: bool


@dataclass(frozen=True, slots=True)
class _Span:
    """A clause, or two, of the answer: its words, and the words of each stem."""

    words: tuple[Token, ...]
    places: dict[str, list[Token]] = field(init=False)

    def __post_init__(self) -> None:
        places: dict[str, list[Token]] = {}
        for token in self.words:
            places.setdefault(token.stem, []).append(token)
        object.__setattr__(self, "places", places)


@dataclass(frozen=True, slots=True)
class _Match:
    recall: float
    denied: bool = False
    start: int = 0
    end: int = 0


_NO_MATCH: Final = _Match(0.0)


@dataclass(frozen=True, slots=True)
class _Rubric:
    """A question's key points and misconceptions, prepared once a version of it."""

    question_stems: frozenset[str]
    points: tuple[tuple[str, int, tuple[_Phrase, ...]], ...]
    misconceptions: tuple[tuple[str, tuple[_Phrase, ...]], ...]
    stems: frozenset[str]
    long_stems: tuple[str, ...]  # those that a typo may be corrected to
    nots: float  # the reference's share of words that deny


def grade(question: Question, text: str) -> Grade:
    """Grade an answer against a question's key points; the same text always gets the same grade."""
    rubric = _rubric(question)
    heard = asserted(text)
    denial = () if heard == text else ("It denies what it goes on to say.",)
    spans = _spans(heard, rubric)
    if not any(_adds_something(span, rubric.question_stems) for span in spans):
        zero = tuple(PointResult(key, weight, 0.0) for key, weight, _ in rubric.points)
        return Grade(0, Band.INCORRECT, zero, denial or ("It says nothing beyond the question.",))
    points = tuple(_meet(key, weight, phrases, heard, spans) for key, weight, phrases in rubric.points)
    against = cuts(heard, tokens(heard), nots=rubric.nots)
    mistakes = tuple(statement for statement, phrases in rubric.misconceptions if _asserted(phrases, spans))
    raw = 100 * sum(p.weight * p.credit for p in points) / sum(p.weight for p in points)
    kept = math.prod(cut.factor for cut in against)
    score = max(0, round(raw * kept) - _MISCONCEPTION_COST * len(mistakes))
    return Grade(score, band_of(score), points, (*denial, *(cut.reason for cut in against)), mistakes)


def band_of(score: int) -> Band:
    """Return the band of a score of 0 to 100."""
    if score >= CORRECT_FROM:
        return Band.CORRECT
    return Band.PARTLY if score >= PARTLY_FROM else Band.INCORRECT


@lru_cache(maxsize=2_000)
def _rubric(question: Question) -> _Rubric:
    known = frozenset(t.stem for t in tokens(question.question) if t.word not in FUNCTION_WORDS)
    points = tuple((p.id, p.weight, tuple(_phrases(p.phrasings, known))) for p in question.key_points)
    misconceptions = tuple((m.statement, tuple(_phrases(m.phrasings, known))) for m in question.misconceptions)
    phrases = [p for _, _, some in points for p in some] + [p for _, some in misconceptions for p in some]
    stems = known.union(stem for phrase in phrases for stem, _ in phrase.weights)
    long_stems = tuple(sorted(s for s in stems if len(s) >= _TYPO_LETTERS))
    return _Rubric(known, points, misconceptions, stems, long_stems, share_of_nots(tokens(question.reference)))


def _phrases(phrasings: Iterable[str], known: frozenset[str]) -> Iterator[_Phrase]:
    for phrasing in phrasings:
        words = [t for t in tokens(phrasing) if not denies(t)]
        content = {t.stem for t in words if t.word not in FUNCTION_WORDS} or {t.stem for t in words}
        weights = tuple((s, _QUESTION_WORD if s in known else 1.0) for s in sorted(content))
        if any(weight == 1.0 for _, weight in weights):  # a phrasing made of the question's words alone proves nothing
            yield _Phrase(weights, sum(w for _, w in weights), negated=_negated(tokens(phrasing)))


def _spans(text: str, rubric: _Rubric) -> list[_Span]:
    """Return each clause, and each two neighbours together, for a point that is made across a comma or full stop."""
    parts = [tuple(_corrected(token, rubric) for token in clause) for clause in clauses(text)]
    return [_Span(words) for words in (*parts, *((*one, *two) for one, two in pairwise(parts)))]


def _corrected(token: Token, rubric: _Rubric) -> Token:
    """Read a slip of the finger as the rubric's word: same first letter, one edit from 5 letters on, two from 8."""
    if token.stem in rubric.stems or len(token.stem) < _TYPO_LETTERS or token.stem.isdigit():
        return token
    edits = 1 if len(token.word) < _TWO_TYPOS_LETTERS else 2
    meant = _meant(token.stem, edits, rubric.long_stems)
    return replace(token, stem=meant) if meant else token


@lru_cache(maxsize=100_000)
def _meant(stem: str, edits: int, known: tuple[str, ...]) -> str | None:
    choices = [k for k in known if k[0] == stem[0]]
    found = process.extractOne(stem, choices, scorer=OSA.distance, score_cutoff=edits)
    return found[0] if found else None


def _adds_something(span: _Span, known: frozenset[str]) -> bool:
    return any(t.stem not in known and t.word not in FUNCTION_WORDS for t in span.words)


def _meet(key: str, weight: int, phrases: Sequence[_Phrase], text: str, spans: Sequence[_Span]) -> PointResult:
    matches = [_find(phrase, span) for phrase in phrases for span in spans]
    best = max(matches, key=lambda m: (not m.denied, m.recall), default=_NO_MATCH)
    denied = best.recall < _FULL_RECALL and any(m.denied and m.recall >= _FULL_RECALL for m in matches)
    if denied or best.denied or best.recall < _LEAST_RECALL:
        return PointResult(key, weight, 0.0)
    slope = (best.recall - _LEAST_RECALL) / (_FULL_RECALL - _LEAST_RECALL)
    credit = round(min(1.0, 0.5 + 0.5 * slope), 3)
    return PointResult(key, weight, credit, clip(" ".join(text[best.start : best.end].split()), _EVIDENCE_CHARS))


def _find(phrase: _Phrase, span: _Span) -> _Match:
    """Look for a phrasing's words in one span, close together; unlike polarity makes it a denial."""
    present = [(stem, weight) for stem, weight in phrase.weights if stem in span.places]
    recall = sum(weight for _, weight in present) / phrase.total
    if recall < _LEAST_RECALL:
        return _NO_MATCH
    start, end = _tightest([span.places[stem] for stem, _ in present])
    within = [t for t in span.words if start <= t.start < end]
    stretch = len(within) / (_REACH * len(phrase.weights) + 4)
    negated = _negated([*_just_before(start, span.words), *within])
    return _Match(recall / max(1.0, stretch), negated != phrase.negated, start, end)


def _tightest(places: Sequence[Sequence[Token]]) -> tuple[int, int]:
    """Return the narrowest stretch of text that holds a token of each kind, seen from each token of the rarest."""
    around = (
        [min(kind, key=lambda t: abs(t.start - anchor.start)) for kind in places] for anchor in min(places, key=len)
    )
    edges = ((min(t.start for t in some), max(t.end for t in some)) for some in around)
    return min(edges, key=lambda edge: edge[1] - edge[0])


def _just_before(start: int, words: Sequence[Token]) -> list[Token]:
    """Return up to four words before an offset, no further back than the last pause or turn of the sentence."""
    before: list[Token] = []
    for token in reversed([t for t in words if t.end <= start][-_LOOK_BACK:]):
        if token.pause or token.word in TURNS:
            break
        before.append(token)
    return before


def _negated(words: Sequence[Token]) -> bool:
    return sum(map(denies, words)) % 2 == 1


def _asserted(phrases: Sequence[_Phrase], spans: Sequence[_Span]) -> bool:
    matches = (_find(phrase, span) for phrase in phrases for span in spans)
    return any(m.recall >= _MISCONCEPTION_RECALL and not m.denied for m in matches)
