"""A question's key points made ready: examples on both sides of each, and which words stand together in either.

Prepared once a version of the question; everything about an answer is in `evidence.py`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bot.grading.glossary import lexicon
from bot.grading.guards import Expected
from bot.grading.likeness import Example, example_of
from bot.grading.pairs import Pair, Said, Told, together, told_in
from bot.grading.reading import Known, Reading, read
from bot.grading.words import FUNCTION_WORDS, Word, denies
from bot.question import Question

_READY: Final = 300  # questions kept ready, each some 250 KiB; making one ready takes 10 ms
_COMPARED: Final = frozenset(("and", "or", "versus", "vs", "than", "from", "with", "against"))
_MOST_OF_IT, _FEW = 0.8, 4  # share of the question's words said again, for each new word so many, that only repeat it
_UNSEEN: Final = 0.25  # how often a word is thought to stand where it was never seen


@dataclass(frozen=True, slots=True)
class Worded:
    """A text that words a key point, on either side; a misconception's point may be none (-1)."""

    point: int
    says: bool
    text: str
    mistake: int
    reading: Reading
    told: Told


@dataclass(frozen=True, slots=True)
class Point:
    """A key point: what it weighs, the pairs of words of either side alone, and how much each word speaks for it."""

    key: str
    weight: int
    extra: bool
    true_pairs: frozenset[Pair]
    false_pairs: frozenset[Pair]
    lean: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Rubric:
    """A question's key points and misconceptions, ready to be held against an answer."""

    asked: frozenset[str]
    points: tuple[Point, ...]
    statements: tuple[str, ...]  # of the misconceptions
    examples: tuple[Example, ...]
    index: Mapping[str, tuple[tuple[int, float], ...]]  # stem -> examples that have it, each with its share of them
    rivals: Mapping[str, frozenset[str]]  # things that the question compares
    true_pairs: frozenset[Pair]
    false_pairs: frozenset[Pair]
    true_words: frozenset[str]
    false_words: frozenset[str]
    false_said: frozenset[Said]
    two_sided: bool  # whether there are near misses, without which only phrasings can be looked for
    known: Known
    expected: Expected


@lru_cache(maxsize=_READY)
def prepared(question: Question) -> Rubric:
    """Make a question's rubric ready."""
    posed, reference = read(question.asks), read(question.reference)
    worded = tuple(_worded(question))
    asked = frozenset(t.stem for t in posed.content() if not denies(t))
    examples = tuple(_examples(worded, asked, posed))
    true, false = [w for w in worded if w.says], [w for w in worded if not w.says]
    says = together((*(w.told for w in true), told_in(question.reference, reference.words)))
    denies_it = together(w.told for w in false)
    true_words = frozenset().union(*(_stems(w.reading) for w in true), _stems(reference))
    known = Known.of(t for reading in (*(w.reading for w in worded), posed, reference) for t in reading.content())
    return Rubric(
        asked=asked,
        points=tuple(_points(question, worded, asked)),
        statements=tuple(m.statement for m in question.misconceptions),
        examples=examples,
        index=_index(examples),
        rivals=_rivals(posed),
        true_pairs=says.pairs,
        false_pairs=denies_it.pairs - says.pairs,
        true_words=true_words,
        false_words=frozenset().union(*(_stems(w.reading) for w in false)) - true_words,
        false_said=denies_it.words - says.words,
        two_sided=any(point.not_ for point in question.key_points),
        known=known,
        expected=Expected.of(reference, known.stems),
    )


def adds_something(words: Sequence[Word], asked: frozenset[str]) -> bool:
    """Whether words say anything beyond the question."""
    common = lexicon().common
    return any(
        t.stem not in asked and t.stem not in common and t.word not in FUNCTION_WORDS and not denies(t) for t in words
    )


def idle(question: Question) -> list[str]:
    """Return what words key points and has no word beyond the question's, so that it earns nothing."""
    posed = read(question.asks)
    asked = frozenset(t.stem for t in posed.content()).union(t.stem for t in posed.terms)
    told = ((text, read(text).telling()) for point in question.key_points for text in (*point.phrasings, *point.says))
    return [text for text, words in told if all(word.stem in asked for word in words)]


def repeats_the_question(words: Sequence[Word], asked: frozenset[str]) -> bool:
    """Whether words say nothing beyond the question, or have most of it and next to nothing else."""
    stems = {t.stem for t in words if t.word not in FUNCTION_WORDS}
    new, again = len(stems - asked - lexicon().common), len(stems & asked)
    return not adds_something(words, asked) or (again >= _MOST_OF_IT * len(asked) and new * _FEW <= again)


def _worded(question: Question) -> Iterator[Worded]:
    """Yield what words each point, on either side, and each misconception."""
    numbers = {point.id: number for number, point in enumerate(question.key_points)}
    for number, point in enumerate(question.key_points):
        for text in dict.fromkeys((*point.phrasings, *point.says, point.statement)):
            yield _word(text, number, says=True)
        for text in point.not_:
            yield _word(text, number, says=False)
    for number, mistake in enumerate(question.misconceptions):
        for text in mistake.phrasings:
            yield _word(text, numbers.get(mistake.point or "", -1), says=False, mistake=number)


def _word(text: str, point: int, *, says: bool, mistake: int = -1) -> Worded:
    reading = read(text)
    return Worded(point, says, text, mistake, reading, told_in(text, reading.words))


def _examples(worded: Sequence[Worded], asked: frozenset[str], posed: Reading) -> Iterator[Example]:
    said = asked.union(t.stem for t in posed.terms)
    worth = {point: _worth([w for w in worded if w.point == point]) for point in {w.point for w in worded}}
    for one in worded:
        for reading in _variants(one.reading):
            made = example_of(
                reading, point=one.point, says=one.says, mistake=one.mistake, asked=asked,
                worth=worth[one.point][one.says],
            )  # fmt: skip
            if made and any(stem not in said for stem in made.stems):  # the question's words alone prove nothing
                yield replace(made, text=one.text)


def _variants(reading: Reading) -> Iterator[Reading]:
    """Yield a text's reading, and another with its terms of several words as such."""
    yield reading
    several = [t for t in reading.terms if not any(t.start == w.start and t.end == w.end for w in reading.words)]
    if several:
        words = [w for w in reading.words if not any(t.start <= w.start < t.end for t in several)]
        yield Reading(tuple(sorted((*words, *several), key=lambda w: w.start)))


def _stems(reading: Reading) -> frozenset[str]:
    return frozenset(t.stem for t in reading.content() if not denies(t))


def _worth(worded: Sequence[Worded]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return what a stem is worth among a point's near misses and among what says it: the more, the more it tells the two apart."""
    counts = [Counter(s for w in worded if w.says is side for s in _stems(w.reading)) for side in (False, True)]
    texts = [max(1, sum(w.says is side for w in worded)) for side in (False, True)]

    def worth(side: int) -> Mapping[str, float]:
        return {
            stem: 0.6 + 0.8 * (n / texts[side]) / (n / texts[side] + counts[1 - side][stem] / texts[1 - side])
            for stem, n in counts[side].items()
        }

    return worth(0), worth(1)


def _points(question: Question, worded: Sequence[Worded], asked: frozenset[str]) -> Iterator[Point]:
    for number, point in enumerate(question.key_points):
        true = together(w.told for w in worded if w.point == number and w.says).pairs
        false = together(w.told for w in worded if w.point == number and not w.says and w.mistake < 0).pairs
        lean = _lean(number, worded, asked)
        yield Point(point.id, point.weight, point.extra, true - false, false - true, lean)


def _lean(number: int, worded: Sequence[Worded], asked: frozenset[str]) -> Mapping[str, float]:
    """Return how much more often a stem stands in what says a point than in what words the question's others."""
    mine = [_stems(w.reading) for w in worded if w.point == number and w.says]
    others = [_stems(w.reading) for w in worded if w.point != number]
    here, there = Counter(s for stems in mine for s in stems), Counter(s for stems in others for s in stems)
    leans = {
        stem: math.log(((n + _UNSEEN) / (len(mine) + 1)) / ((there[stem] + _UNSEEN) / (len(others) + 1)))
        for stem, n in here.items()
        if stem not in asked
    }
    return {stem: min(lean, 2.5) for stem, lean in leans.items() if lean > 0}


def _index(examples: Sequence[Example]) -> Mapping[str, tuple[tuple[int, float], ...]]:
    index: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, example in enumerate(examples):
        for stem, weight in zip(example.stems, example.weights, strict=True):
            index[stem].append((number, weight / example.total))
    return {stem: tuple(rows) for stem, rows in index.items()}


def _rivals(posed: Reading) -> Mapping[str, frozenset[str]]:
    """Return the things that a question compares (“GANs and VAEs”), each with the others."""
    pairs: dict[str, set[str]] = defaultdict(set)
    words = [w for w in posed.words if w.word not in {"a", "an", "the"}]
    for one, small, two in zip(words, words[1:], words[2:], strict=False):
        if small.word in _COMPARED and not {one.word, two.word} & FUNCTION_WORDS and one.stem != two.stem:
            pairs[one.stem].add(two.stem)
            pairs[two.stem].add(one.stem)
    return {stem: frozenset(others) for stem, others in pairs.items()}
