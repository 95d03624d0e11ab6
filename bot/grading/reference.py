"""The grade of an answer against bare reference answers, for a question that has no key points.

Five signals are added up, with weights that were set by hand: key words found, letters found (what typos and other
forms of a word leave), the reference's order, likeness of the whole, and how much the answer says at all.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import LCSseq

from bot.grading import guards
from bot.grading.glossary import lexicon
from bot.grading.reading import Known, Reading, corrected, read
from bot.grading.result import PointResult
from bot.grading.signs import symbols
from bot.grading.words import Word
from bot.text import clauses, clip

QUESTION_WORD: Final = 0.25  # what a word that the question already says is worth
ALIKE: Final = 0.6  # what a word of nearly the same meaning is worth
_COMMON_WORD: Final = 0.5
_LIKE_COMMON: Final = 0.5  # the same in the likeness of the whole
_COPIED: Final = 0.75
_FEW_NEW: Final = 4
_MUCH: Final = 3.0  # log of the new words from which an answer says much: about twenty
_CHANCE: Final = 0.02  # a blend that a few letters in common make
_SCALE: Final = ((0.0, 0.0), (0.2, 0.35), (0.5, 0.7), (1.0, 1.0))
EVIDENCE_CHARS: Final = 160
_READ: Final = 1_500  # words of an answer whose order is looked at


@dataclass(frozen=True, slots=True)
class Signals:
    """What an answer and a reference have in common, each 0 to 1."""

    words: float
    letters: float
    order: float
    likeness: float
    substance: float
    new: int  # words beyond the question's
    about: float  # share of them that the reference has
    repeats: float  # share of the question's words that the answer says again
    rearranged: bool  # whether words of both stand in another order, or a number or sign is the answer's own

    @property
    def copies(self) -> bool:
        """Whether an answer is the question over again, with nothing of the reference."""
        return not self.about and self.new <= _FEW_NEW and self.repeats >= _COPIED

    @property
    def blend(self) -> float:
        """The signals added up."""
        hit = 0.4 * self.words + 0.3 * self.letters + 0.1 * self.order + 0.1 * self.likeness
        return hit + 0.1 * self.substance * min(1.0, 4 * self.words)

    @property
    def share(self) -> float:
        """The blend on the scale of the bands, so that an honest full answer in other words comes out as correct."""
        lines = (
            start + (self.blend - low) * (end - start) / (high - low) for (low, start), (high, end) in pairwise(_SCALE)
        )
        return min(1.0, *lines) if self.blend > _CHANCE else 0.0  # the scale is steepest at its foot


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference answer made ready for a question."""

    asked: frozenset[str]
    weights: Mapping[str, float]
    own: Mapping[str, frozenset[str]]  # the stems as they are written
    terms: Mapping[str, tuple[str, ...]]  # those of several words, with these
    content: tuple[str, ...]
    letters: frozenset[str]
    symbols: Counter[str]  # how often it and the question have each number, single letter and sign
    vector: Mapping[str, float]
    known: Known
    expected: guards.Expected
    sentences: tuple[frozenset[str], ...]


@lru_cache(maxsize=512)
def prepared(question: str, reference: str) -> Reference:
    """Make a reference answer ready."""
    posed, reading = read(question), read(reference)
    asked = frozenset(t.stem for t in posed.content())
    content = reading.telling()
    stems = tuple(t.stem for t in content)
    weights = {stem: _worth(stem, asked) for stem in stems}
    return Reference(
        asked=asked,
        weights=weights,
        own={stem: frozenset(t.own for t in content if t.stem == stem) for stem in weights},
        terms={term.stem: tuple(t.stem for t in content if term.start <= t.start < term.end) for term in reading.terms},
        content=stems,
        letters=_letters(stems),
        symbols=symbols(reference, reading.words) + symbols(question, posed.words),
        vector=_vector(content, asked),
        known=Known.of((*content, *posed.content()), {}),
        expected=guards.Expected.of(question, reading, asked.union(stems)),
        sentences=tuple(
            told for s in clauses(reference, reading.words) if (told := frozenset(t.stem for t in s) & weights.keys())
        ),
    )


def signals(reference: Reference, text: str, answer: Reading) -> Signals:
    """Compare an answer with a reference."""
    answer = corrected(answer, reference.known)
    content = answer.telling()
    named = [stem for term in answer.terms + answer.words for stem in reference.terms.get(term.stem, ())]
    stems = [*(t.stem for t in content), *named]
    have = {t.stem for t in (*answer.words, *answer.terms)}.union(named)
    exactly = {t.own for t in (*answer.words, *answer.terms)}.union(named)
    found, vector = _letters(stems), _vector(content, reference.asked)
    new = set(stems) - reference.asked
    shared = [t.stem for t in content[:_READ] if t.stem in reference.weights]
    return Signals(
        words=_share(
            sum(w if reference.own[s] & exactly else w * ALIKE for s, w in reference.weights.items() if s in have),
            sum(reference.weights.values()),
        ),
        letters=_share(len(found & reference.letters), len(reference.letters)),
        order=_share(LCSseq.similarity(reference.content, stems[:_READ]), len(reference.content)),
        likeness=_share(
            sum(x * reference.vector.get(s, 0.0) for s, x in vector.items()),
            math.hypot(*vector.values()) * math.hypot(*reference.vector.values()),
        ),
        substance=min(1.0, math.log1p(len(new)) / _MUCH),
        new=len(new),
        about=_share(len(new & reference.weights.keys()), len(new)),
        repeats=_share(len(reference.asked.intersection(stems)), len(reference.asked)),
        rearranged=LCSseq.similarity(reference.content, shared) < min(len(shared), len(reference.content))
        or bool(symbols(text, answer.words) - reference.symbols),
    )


def points(reference: Reference, text: str, answer: Reading) -> Iterator[PointResult]:
    """Yield how far each sentence of a reference is met, and by which clause of the answer."""
    answered = [(words, {t.stem for t in words}) for words in clauses(text, answer.words)]
    terms = {t.stem for t in answer.terms}
    for number, sentence in enumerate(reference.sentences, start=1):
        stems = [stem for stem in sentence if stem in reference.weights]
        met = [s for s in stems if s in terms or any(s in theirs for _, theirs in answered)]
        credit = round(_weight(reference, met) / _weight(reference, stems), 3)
        best = max(answered, key=lambda part: _weight(reference, part[1].intersection(stems)), default=((), set()))
        words = best[0] if credit and best[1].intersection(stems) else ()
        evidence = clip(" ".join(text[words[0].start : words[-1].end].split()), EVIDENCE_CHARS) if words else ""
        yield PointResult(str(number), 1, credit, evidence, sure=round(max(credit, 1 - credit), 2))


def _weight(reference: Reference, stems: Iterable[str]) -> float:
    return sum(sorted(reference.weights[stem] for stem in stems))


def _worth(stem: str, asked: frozenset[str]) -> float:
    return (_COMMON_WORD if stem in lexicon().common else 1.0) * (QUESTION_WORD if stem in asked else 1.0)


def _letters(stems: Iterable[str]) -> frozenset[str]:
    """Return each three letters in a row."""
    row = f" {' '.join(stems)} "
    return frozenset(row[i : i + 3] for i in range(len(row) - 2))


def _vector(words: Sequence[Word], asked: frozenset[str]) -> dict[str, float]:
    counts = Counter(t.stem for t in words)
    return {s: (1 + math.log(n)) * _LIKE_COMMON ** ((s in asked) + (s in lexicon().common)) for s, n in counts.items()}


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
