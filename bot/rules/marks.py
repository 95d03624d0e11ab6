"""Marked answers: what a person found them to be, whether the grader agrees, what a change would make of them, and what they teach."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from bot.errors import Refused
from bot.grading import Band, band_of, grade, idle
from bot.grading.words import FUNCTION_WORDS
from bot.question import Question
from bot.rules.phrasings import Phrasing, Side, taught
from bot.text import Token, clip, stems, tokens

NO_MARK: Final = "none"  # takes a mark back
MARKS: Final = (*Band, NO_MARK)
MARKED: Final = 50  # answers that the grader is held to at once, the newest
PROPOSED: Final = 4  # phrasings
_PHRASE: Final = range(6, 0, -1)  # words of one, the longest first
_SHARED: Final = 2  # answers that say the same, at least


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMark:
    """An answer that may be marked, with the grade that it has."""

    attempt: int
    member: int
    question: str
    text: str
    score: int
    band: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An answer whose grade is known to be right: where it comes from, its words, the best band that it may have, or has to.

    One that a member gave has its `attempt` and its `member`; what the bank knows to be wrong has the `point` that it is wrong about.
    """

    whence: str
    text: str
    band: Band
    exactly: bool = False
    attempt: int = 0
    member: int = 0
    point: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """A marked answer as it is graded before and after a change, and the key points that it earns then."""

    marked: Marked
    before: int
    after: int
    earned: frozenset[str] = frozenset()

    @property
    def agrees(self) -> bool:
        """Whether the grade after the change is the marked one."""
        return band_of(self.after) == self.marked.band

    @property
    def moves(self) -> bool:
        """Whether the change is one of the band."""
        return band_of(self.before) != band_of(self.after)

    @property
    def too_low(self) -> bool:
        """Whether it is graded lower than it is marked."""
        return _above(self.marked.band, band_of(self.after))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Words that so many right answers share and no wrong one has, and the key points that those lack for which they may count."""

    words: str
    times: int
    points: tuple[str, ...]


def guard(
    question: Question, before: Sequence[Phrasing], new: Sequence[Phrasing], marked: Sequence[Marked]
) -> list[Otherwise]:
    """Return the answers that people marked whose band new phrasings would change; raises Refused, saying which wrong answer would pass."""
    _refuse_empty(question, before, new)
    results = _graded(taught(question, before), taught(question, [*before, *new]), marked)
    points = {one.point for one in new if one.side is Side.SAYS}
    for one in results:
        _refuse(one, points)
    return [one for one in results if one.marked.exactly and one.moves]


def _refuse_empty(question: Question, before: Sequence[Phrasing], new: Sequence[Phrasing]) -> None:
    """Raise Refused for words that say nothing, or that would count for a point and not count for it."""
    _both_sides(question, before, new)
    on_one = taught(
        question, [replace(one, side=Side.SAYS) for one in new]
    )  # whichever side it is, it has to say something
    common = {one.words for one in new if all(token.word in FUNCTION_WORDS for token in tokens(one.words))}
    if empty := sorted({one.words for one in new} & {*idle(on_one), *common}):
        raise Refused(f"“{clip(empty[0], 120)}” says nothing beyond the question. Keep the words that tell the point.")


def _refuse(one: Otherwise, points: AbstractSet[str]) -> None:
    """Raise Refused where a wrong answer passes that did not, or one fails that was graded as it is marked.

    What is wrong about one of the `points` that are taught earns nothing more by it: of many points a single one makes no band.
    """
    whence, words = one.marked.whence, clip(one.marked.text, 120)
    passes = _above(band_of(one.after), one.marked.band) or one.marked.point in points
    if passes and one.after > one.before:
        raise Refused(f"That would let {whence} pass: “{words}”. Keep words that only a right answer has.")
    if one.marked.exactly and band_of(one.before) == one.marked.band and not one.agrees:
        raise Refused(f"That would fail {whence}: “{words}”. Keep words that only a wrong answer has.")


def _both_sides(question: Question, before: Sequence[Phrasing], new: Sequence[Phrasing]) -> None:
    """Raise Refused where words would count for a point and not count for it, by other lessons or by the question itself."""
    itself = {_said(one): one.side for one in _own(question)}
    sides = {_said(one): one.side for one in before}
    for one in new:
        words = f"“{clip(one.words, 120)}” cannot both count for {one.point} and not."
        if sides.setdefault(_said(one), one.side) is not one.side:
            raise Refused(f"{words} Choose a side, or take the other back first: /question show.")
        if itself.get(_said(one), one.side) is not one.side:
            raise Refused(f"{words} The question itself has these words on the other side.")


def _said(one: Phrasing) -> tuple[str, ...]:
    return (one.point, *stems(one.words))


def _own(question: Question) -> Iterator[Phrasing]:
    """Yield the question's own wordings of each key point, and what it says is wrong about one."""
    for point in question.key_points:
        yield from (Phrasing(point.id, Side.SAYS, words) for words in (*point.phrasings, *point.says))
    yield from (Phrasing(one.point, Side.NOT, one.text) for one in _wrong_about_points(question) if one.point)


def _above(band: Band, most: Band) -> bool:
    order = (Band.INCORRECT, Band.PARTLY, Band.CORRECT)
    return order.index(band) > order.index(most)


def _graded(now: Question, then: Question, marked: Sequence[Marked]) -> list[Otherwise]:
    return [
        Otherwise(marked=one, before=grade(now, one.text).score, after=grade(then, one.text).score) for one in marked
    ]


def otherwise(
    before: Question, after: Question, learned: Sequence[Phrasing], marked: Sequence[Marked]
) -> list[Otherwise]:
    """Return the marked answers whose band another version of their question would change."""
    return [
        one for one in _graded(taught(before, learned, confirmed=True), taught(after, learned), marked) if one.moves
    ]


def scores(question: Question, before: Sequence[Phrasing], new: Sequence[Phrasing], text: str) -> tuple[int, int]:
    """Return the score of an answer before new phrasings, and with them."""
    now, then = taught(question, before), taught(question, [*before, *new])
    return grade(now, text).score, grade(then, text).score


def wrong_by_itself(question: Question, others: Iterable[Question]) -> Iterator[Marked]:
    """Yield what the bank itself says is wrong as an answer: misconceptions, near misses, and what answers its topic's other questions."""
    yield from _wrong_about_points(question)
    for other in others:
        if other.id != question.id and other.reference:
            yield Marked(whence=f"the answer to {other.id}", text=other.reference, band=Band.PARTLY)


def _wrong_about_points(question: Question) -> Iterator[Marked]:
    wrong = [("a misconception", miss.point, miss.phrasings) for miss in question.misconceptions]
    wrong += [(f"a near miss of {point.id}", point.id, point.not_) for point in question.key_points]
    for whence, point, phrasings in wrong:
        yield from (Marked(whence=whence, text=words, band=Band.INCORRECT, point=point) for words in phrasings)


def tested(question: Question, learned: Sequence[Phrasing], marked: Sequence[Marked]) -> list[Otherwise]:
    """Return a question's marked answers as the grader grades them now."""
    now = taught(question, learned, confirmed=True)
    graded = [grade(now, one.text) for one in marked]
    earned = (frozenset(point.key_point for point in one.points if point.earned) for one in graded)
    return [
        Otherwise(marked=one, before=made.score, after=made.score, earned=points)
        for one, made, points in zip(marked, graded, earned, strict=True)
    ]


def working(question: Question, results: Sequence[Otherwise]) -> dict[str, tuple[int, int]]:
    """Return of each key point how many answers that are marked correct, and incorrect, earn it: which rules do the work."""
    return {
        point.id: (_earning(point.id, Band.CORRECT, results), _earning(point.id, Band.INCORRECT, results))
        for point in question.key_points
    }


def _earning(point: str, band: Band, results: Sequence[Otherwise]) -> int:
    return sum(point in one.earned for one in results if one.marked.band is band)


def proposed(question: Question, learned: Sequence[Phrasing], results: Sequence[Otherwise]) -> list[Proposal]:
    """Return the longest words that answers marked correct share, those marked incorrect lack, and the question does not know."""
    wrong = {stem for one in results if one.marked.band is Band.INCORRECT for stem in stems(one.marked.text)}
    known = wrong | {stem for text in _texts(taught(question, learned)) for stem in stems(text)}
    sharing = _sharing([one for one in results if one.marked.band is Band.CORRECT], known)
    found: list[Proposal] = []
    covered: set[str] = set()
    for phrase, (words, some) in sorted(sharing.items(), key=lambda one: (-len(one[1][1]), -len(one[0]))):
        lacking = tuple(p.id for p in question.key_points if sum(p.id not in one.earned for one in some) >= _SHARED)
        if lacking and not covered & {*phrase}:
            found.append(Proposal(words=words, times=len(some), points=lacking))
            covered |= {*phrase} - known
    return found[:PROPOSED]


def shared_by(text: str, proposals: Iterable[Proposal]) -> dict[str, list[str]]:
    """Return the proposed words that a text has too, by the key points for which they may count."""
    said, found = set(_phrases(text)), dict[str, list[str]]()
    for one in proposals:
        if stems(one.words) in said:
            for point in one.points:
                found.setdefault(point, []).append(one.words)
    return found


def _sharing(right: Sequence[Otherwise], known: set[str]) -> Mapping[tuple[str, ...], tuple[str, Sequence[Otherwise]]]:
    """Return the phrases with something new in them that several answers have, each in the words of the first."""
    sharing: dict[tuple[str, ...], tuple[str, list[Otherwise]]] = {}
    for one in right:
        for phrase, words in _phrases(one.marked.text).items():
            if not known.issuperset(phrase):
                sharing.setdefault(phrase, (words, []))[1].append(one)
    return {phrase: (words, some) for phrase, (words, some) in sharing.items() if len(some) >= _SHARED}


def _phrases(text: str) -> dict[tuple[str, ...], str]:
    """Return a text's phrases: some words without a pause between them, of which neither the first nor the last is a small one."""
    said = tokens(text)
    runs = (said[at : at + length] for length in _PHRASE for at in range(len(said) - length + 1))
    return {tuple(token.stem for token in run): text[run[0].start : run[-1].end] for run in runs if _tells(run)}


def _tells(run: Sequence[Token]) -> bool:
    small = {run[0].word, run[-1].word} & FUNCTION_WORDS
    return not small and not any(token.pause for token in run[:-1])


def _texts(question: Question) -> Iterator[str]:
    yield question.question
    for point in question.key_points:
        yield from (point.statement, *point.phrasings, *point.says)
