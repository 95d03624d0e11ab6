"""A question's key points made ready: examples on both sides of each, and which words stand together in either.

Prepared once a version of the question; everything about an answer is in `evidence.py`.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.grading.compact import Marked, Numbers, Words
from bot.grading.examples import Example, Examples, Worded, example_of
from bot.grading.glossary import lexicon
from bot.grading.guards import Expected
from bot.grading.likeness import Rivals
from bot.grading.listed import in_a_row
from bot.grading.marks import marked
from bot.grading.odds import SOME_PAIRS, SOME_WORDS, Odds
from bot.grading.pairs import Pair, Told, together, told_in
from bot.grading.polarity import denied
from bot.grading.reading import Known, Reading, read
from bot.grading.words import FUNCTION_WORDS, Word
from bot.question import Question
from bot.text import parted

_READY: Final = 2_000  # questions kept ready, each some 45 KiB; making one ready takes 60 ms and more
TRUE_PAIR, MISSED_PAIR = 1, 2  # bits of the pairs of words, true and of near misses; that of each point follows
TRUE_WORD, FALSE_WORD, PHRASED_WORD = 1, 2, 4  # bits of the words; the false ones stand in near misses alone
_COMPARED: Final = frozenset(("and", "or", "versus", "vs", "than", "from", "with", "against"))
_MOST_OF_IT, _FEW = 0.8, 4  # share of the question's words said again, for each new word so many, that only repeat it
_ASKS_TO_NAME: Final = re.compile(r"(?:^|[.?!] )(?:name|list|give|enumerate|which|what are)\b", re.IGNORECASE)
_ASKS_TO_COMPARE: Final = re.compile(
    r"\b(?:differ|differs|differences?|compare[sd]?|comparison|versus|vs|distinguish(?:es)?|distinction|contrast|prefer)\b",
    re.IGNORECASE,
)
_MUCH: Final = 150  # stems of a rubric, from which it is as rich as those by which all was measured
_SOME: Final = 100  # pairs added to either side, so that a few known ones weigh little
_UNSEEN: Final = 0.25  # how often a word is thought to stand where it was never seen
_MOST_LEAN: Final = 2.5


class Counts:
    """In how many texts each stem stands, by point and side."""

    def __init__(self, worded: Sequence[Worded]) -> None:
        self.stems: dict[tuple[int, bool], Counter[str]] = defaultdict(Counter)
        self.texts: Counter[tuple[int, bool]] = Counter()
        self.every: Counter[str] = Counter()
        for one in worded:
            self.stems[one.point, one.says].update(one.stems)
            self.texts[one.point, one.says] += 1
            self.every.update(one.stems)

    def worth(self, point: int, *, says: bool) -> Mapping[str, float]:
        """Return what a stem is worth on a point's side: the more, the more it tells the two apart."""
        here, there = self.stems[point, says], self.stems[point, not says]
        mine, others = max(1, self.texts[point, says]), max(1, self.texts[point, not says])
        return {stem: 0.6 + 0.8 * (n / mine) / (n / mine + there[stem] / others) for stem, n in here.items()}

    def leans(self, point: int) -> Iterator[tuple[str, float]]:
        """Yield how much more often a stem stands in what says a point than in what words the question's others."""
        here, against = self.stems[point, True], self.stems[point, False]
        mine = self.texts[point, True]
        others = self.texts.total() - mine - self.texts[point, False]
        for stem, n in here.items():
            there = self.every[stem] - n - against[stem]
            yield stem, math.log(((n + _UNSEEN) / (mine + 1)) / ((there + _UNSEEN) / (others + 1)))


@dataclass(frozen=True, slots=True)
class Point:
    """A key point: what it weighs, and the bit of the pairs of words that stand in what says it alone."""

    key: str
    weight: int
    extra: bool
    true_pair: int
    marked: bool  # whether its author marked what has to be there


@dataclass(frozen=True, slots=True)
class Rubric:
    """A question's key points and misconceptions, ready to be held against an answer."""

    asked: frozenset[str]
    points: tuple[Point, ...]
    statements: tuple[str, ...]  # of the misconceptions
    words: Words
    sides: bytes  # by the number of a word the sides on which it stands
    examples: Examples
    rivals: Rivals  # things that the question compares
    pairs: Marked
    said: bytes  # by what a word says (`pairs.Said`), how much more often near misses say it (`odds`), and in the last bit whether they alone do
    known_errors: float  # how many pairs of words near misses have beside what is true, as a logarithm
    two_sided: bool  # whether there are near misses, without which only phrasings can be looked for
    compares: bool  # whether things are to be compared
    names: bool  # whether no more than names may be asked for
    phrasings: str  # in a row, as answers are held against them (`listed.py`)
    known: Known
    expected: Expected

    @property
    def rich(self) -> bool:
        """Whether it has so many wordings on both sides that they tell true from false, and terms alone from an answer."""
        return self.two_sided and len(self.known.stems) >= _MUCH

    def sides_of(self, number: int) -> int:
        """Return on which sides a word stands."""
        return self.sides[number] if number < len(self.sides) else 0


@lru_cache(maxsize=_READY)
def prepared(question: Question) -> Rubric:
    """Make a question's rubric ready."""
    numbers: Numbers = {}
    posed, reference = read(question.asks), read(question.reference)
    worded = tuple(_worded(question, numbers))
    asked, counts, many = _stems(posed), Counts(worded), len(question.key_points)
    true, false = _both_sides(question.reference, reference, worded, numbers)
    says, missed = together(true), together(false)
    leans = [_leans(counts, point, asked) for point in range(many)]
    examples = Examples(tuple(_examples(worded, counts, asked, posed, numbers)), leans, numbers)
    phrased = _phrased(question, worded)
    readings = (*(one.reading for one in worded), posed, reference)
    known = Known.of((word for reading in readings for word in reading.content()), numbers)
    expected = Expected.of(question.asks, reference, known.stems, [one.reading for one in worded if one.says])
    return Rubric(
        asked=asked,
        points=tuple(_points(question, worded)),
        statements=tuple(mistake.statement for mistake in question.misconceptions),
        words=known.stems.words,
        sides=_sides(reference, worded, phrased, numbers),
        examples=examples,
        rivals=_rivals(posed, numbers),
        pairs=Marked(
            (says.pairs, missed.pairs, *(_pairs_of(n, worded) for n in range(many))),
            Odds([one.pairs for one in true], [one.pairs for one in false], SOME_PAIRS).of,
        ),
        said=_said(true, false, missed.words - says.words, len(numbers)),
        known_errors=_odds(len(missed.pairs - says.pairs), len(says.pairs)),
        two_sided=any(point.not_ for point in question.key_points),
        compares=bool(_ASKS_TO_COMPARE.search(question.question)),
        names=expected.lists or bool(_ASKS_TO_NAME.search(question.question)),
        phrasings=in_a_row(one.reading for one in phrased),
        known=known,
        expected=expected,
    )


def _both_sides(
    text: str, reference: Reading, worded: Sequence[Worded], numbers: Numbers
) -> tuple[Sequence[Told], Sequence[Told]]:
    """Return what each text says of what is true, and each near miss."""
    said = told_in(parted(text, reference.words), reference.words, denied(reference.words), numbers)
    return [*(one.told for one in worded if one.says), said], [one.told for one in worded if not one.says]


def _said(true: Sequence[Told], false: Sequence[Told], alone: AbstractSet[int], words: int) -> bytes:
    odds = Odds([one.words for one in true], [one.words for one in false], SOME_WORDS)
    return bytes([odds.of(said) << 1 | (said in alone) for said in range(2 * words)])


def _points(question: Question, worded: Sequence[Worded]) -> Iterator[Point]:
    with_marks = {one.point for one in worded if one.says and one.marks.words}
    for number, one in enumerate(question.key_points):
        yield Point(one.id, one.weight, one.extra, MISSED_PAIR << number + 1, number in with_marks)


def _phrased(question: Question, worded: Sequence[Worded]) -> list[Worded]:
    """Return what words the points in the field's terms."""
    texts = {text for point in question.key_points for text in point.phrasings}
    return [one for one, (text, *_) in zip(worded, wordings(question), strict=True) if one.says and text in texts]


def _sides(reference: Reading, worded: Sequence[Worded], phrased: Sequence[Worded], numbers: Numbers) -> bytes:
    """Return by the number of a word the sides on which it stands."""
    true = _stems(reference).union(*(one.stems for one in worded if one.says))
    false = frozenset().union(*(one.stems for one in worded if not one.says)) - true
    terms = frozenset().union(*(one.stems for one in phrased))
    bits = ((TRUE_WORD, true), (FALSE_WORD, false), (PHRASED_WORD, terms))
    return bytes([sum(bit for bit, words in bits if word in words) for word in numbers])


def _odds(errors: int, truths: int) -> float:
    """Return the logarithm of how many errors are known for each truth: the more are, the more words of a right answer meet one."""
    return math.log((errors + _SOME) / (truths + _SOME))


def adds_something(words: Sequence[Word], asked: frozenset[str]) -> bool:
    """Whether words say anything beyond the question."""
    common = lexicon().common
    return any(
        t.stem not in asked and t.stem not in common and t.word not in FUNCTION_WORDS and not t.denies for t in words
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


def wordings(question: Question) -> Iterator[tuple[str, int, bool, int]]:
    """Yield what words each point, on either side, and each misconception: as it was written, of which point, whether it says it, of which misconception."""
    numbers = {point.id: number for number, point in enumerate(question.key_points)}
    for number, point in enumerate(question.key_points):
        for text in dict.fromkeys((*point.phrasings, *point.says, point.statement)):
            yield text, number, True, -1
        for text in point.not_:
            yield text, number, False, -1
    for number, mistake in enumerate(question.misconceptions):
        for text in mistake.phrasings:
            yield text, numbers.get(mistake.point or "", -1), False, number


def _worded(question: Question, known: Numbers) -> Iterator[Worded]:
    """Yield what words the points, made ready."""
    for number, (text, point, says, mistake) in enumerate(wordings(question)):
        marks = marked(text)
        reading = read(marks.text)
        flags = denied(reading.words)
        told = told_in(parted(marks.text, reading.words), reading.words, flags, known)
        yield Worded(number, point, says, mistake, reading, told, flags, _stems(reading), marks)


def _examples(
    worded: Sequence[Worded], counts: Counts, asked: frozenset[str], posed: Reading, numbers: Numbers
) -> Iterator[Example]:
    said = asked.union(t.stem for t in posed.terms)
    worth = {side: counts.worth(side[0], says=side[1]) for side in tuple(counts.texts)}
    for one in worded:
        for reading in _variants(one.reading):
            made = example_of(one, reading, worth=worth[one.point, one.says], asked=asked)
            if made and any(stem not in said for stem in made.stems):  # the question's words alone prove nothing
                numbers.update((stem, len(numbers)) for stem in made.stems if stem not in numbers)
                yield made


def _variants(reading: Reading) -> Iterator[Reading]:
    """Yield a text's reading, and another with its terms of several words as such."""
    yield reading
    several = [t for t in reading.terms if not any(t.start == w.start and t.end == w.end for w in reading.words)]
    if several:
        words = [w for w in reading.words if not any(t.start <= w.start < t.end for t in several)]
        yield Reading(tuple(sorted((*words, *several), key=lambda w: w.start)))


def _stems(reading: Reading) -> frozenset[str]:
    return frozenset(t.stem for t in reading.content() if not t.denies)


def _pairs_of(number: int, worded: Sequence[Worded]) -> frozenset[Pair]:
    """Return the pairs of words that stand in what says a point, and not in its near misses."""
    true = together(w.told for w in worded if w.point == number and w.says).pairs
    false = together(w.told for w in worded if w.point == number and not w.says and w.mistake < 0).pairs
    return true - false


def _leans(counts: Counts, point: int, asked: frozenset[str]) -> Mapping[str, float]:
    """Return the words that speak for a point, by how much more often they stand in what says it."""
    return {stem: min(lean, _MOST_LEAN) for stem, lean in counts.leans(point) if stem not in asked and lean > 0}


def _rivals(posed: Reading, numbers: Numbers) -> Rivals:
    """Return the things that a question compares (“GANs and VAEs”), each with the others."""
    pairs: dict[int, set[int]] = defaultdict(set)
    words = [w for w in posed.words if w.word not in {"a", "an", "the"}]
    for one, small, two in zip(words, words[1:], words[2:], strict=False):
        if small.word in _COMPARED and not {one.word, two.word} & FUNCTION_WORDS and one.stem != two.stem:
            here, there = (numbers.setdefault(word.stem, len(numbers)) for word in (one, two))
            pairs[here].add(there)
            pairs[there].add(here)
    return {stem: frozenset(others) for stem, others in pairs.items()}
