"""What a team teaches the grader: phrasings of a key point on either side, read from a form, put into a question, guarded."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

from bot.errors import BadValue, Refused
from bot.grading import Band, band_of, grade, idle
from bot.grading.words import FUNCTION_WORDS
from bot.question import KeyPoint, Misconception, Question
from bot.text import clean, clip, stems, tokens

WORDS_CHARS: Final = 200  # of a phrasing
MOST: Final = 20  # phrasings of a question
PROPOSED: Final = 8  # words
_LINE: Final = re.compile(r"(says|not)\s+([a-z0-9-]+)\s*:\s*(.+)", re.IGNORECASE)


class Side(StrEnum):
    """Whether words earn a key point, or are a near miss of it."""

    SAYS = "says"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Words, on one side of a question's key point."""

    point: str
    side: Side
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A phrasing that is in use."""

    id: int
    question: str
    phrasing: Phrasing


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An answer whose grade is known to be right: where it comes from, its words, the best band that it may have, or has to."""

    whence: str
    text: str
    band: Band
    exactly: bool = False


def form_lines(question: Question, text: str, earned: dict[str, str]) -> str:
    """Return what the form is filled in with: a line a key point, each left out until its sign is taken away."""
    words = clip(" ".join(text.split()), WORDS_CHARS)
    return "\n".join(
        f"# {Side.NOT} {p.id}: {earned[p.id] or words}" if p.id in earned else f"# {Side.SAYS} {p.id}: {words}"
        for p in question.key_points
    )


def read_lines(text: str, question: Question) -> list[Phrasing]:
    """Read the lines of the form that were marked; raises BadValue."""
    lines = [line.strip() for line in clean(text).splitlines()]
    found = [_phrasing(line, question) for line in lines if line and not line.startswith("#")]
    if not found:
        raise BadValue("Nothing is marked. Take the # away before each line that I should learn.")
    return found


def _phrasing(line: str, question: Question) -> Phrasing:
    points = [point.id for point in question.key_points]
    match = _LINE.fullmatch(line)
    if match is None or match[2] not in points:
        raise BadValue(
            f"I cannot read “{clip(line, 60)}”. Write says or not, a key point ({', '.join(points)}), a colon and the words."
        )
    if not tokens(match[3]) or len(match[3]) > WORDS_CHARS:
        raise BadValue(
            f"“{clip(match[3], 60)}” is no phrasing: keep the telling words, {WORDS_CHARS} characters at most."
        )
    return Phrasing(match[2], Side(match[1].casefold()), match[3].strip())


def taught(question: Question, learned: Sequence[Phrasing], *, confirmed: bool = False) -> Question:
    """Return a question with what a team taught the grader about it; a draft that was confirmed is none any more."""
    if not learned and not (question.draft and confirmed):
        return question
    return _taught(question, tuple(learned), confirmed=confirmed)


@lru_cache(maxsize=500)
def _taught(question: Question, learned: tuple[Phrasing, ...], *, confirmed: bool) -> Question:
    two_sided = any(point.not_ for point in question.key_points)
    change = {
        "key_points": tuple(_extended(point, learned, two_sided=two_sided) for point in question.key_points),
        "misconceptions": (*question.misconceptions, *(() if two_sided else _misses(question, learned))),
        "draft": question.draft and not confirmed,
    }
    copy = question.model_copy(update=change)
    copy.__dict__.pop("version", None)  # it was another's
    return copy


def _extended(point: KeyPoint, learned: Iterable[Phrasing], *, two_sided: bool) -> KeyPoint:
    says, not_ = ([one.words for one in learned if one.point == point.id and one.side is side] for side in Side)
    change = {"says": (*point.says, *says), "not_": (*point.not_, *(not_ if two_sided else ()))}
    return point.model_copy(update=change)


def _misses(question: Question, learned: Sequence[Phrasing]) -> Iterator[Misconception]:
    """Yield near misses as what is often got wrong, where the bank has none: one alone would be weighed as if it were all."""
    for point in question.key_points:
        if words := tuple(one.words for one in learned if one.point == point.id and one.side is Side.NOT):
            yield Misconception.model_construct(statement=point.statement, phrasings=words, point=point.id)


def guard(question: Question, before: Sequence[Phrasing], new: Sequence[Phrasing], marked: Sequence[Marked]) -> None:
    """Raise Refused where new phrasings would let a wrong answer pass; it says which."""
    now, then = taught(question, before), taught(question, [*before, *new])
    _both_sides([*before, *new])
    on_one = taught(
        question, [replace(one, side=Side.SAYS) for one in new]
    )  # whichever side it is, it has to say something
    common = {one.words for one in new if all(token.word in FUNCTION_WORDS for token in tokens(one.words))}
    if empty := sorted({one.words for one in new} & {*idle(on_one), *common}):
        raise Refused(f"“{clip(empty[0], 120)}” says nothing beyond the question. Keep the words that tell the point.")
    for one in marked:
        was, score = (grade(version, one.text).score for version in (now, then))
        if _above(band_of(score), one.band) and score > was:
            raise Refused(
                f"That would let {one.whence} pass: “{clip(one.text, 120)}”. Keep words that only a right answer has."
            )
        if one.exactly and band_of(was) == one.band != band_of(score):
            raise Refused(
                f"That would fail {one.whence}: “{clip(one.text, 120)}”. Keep words that only a wrong answer has."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """A marked answer that a change grades otherwise: its score before and after, and whether it then agrees with the mark."""

    marked: Marked
    before: int
    after: int

    @property
    def agrees(self) -> bool:
        """Whether the grade after the change is the marked one."""
        return band_of(self.after) == self.marked.band


def tested(question: Question, learned: Sequence[Phrasing], marked: Sequence[Marked]) -> list[Otherwise]:
    """Return a question's marked answers as the grader grades them now."""
    now = taught(question, learned, confirmed=True)
    scores = [grade(now, one.text).score for one in marked]
    return [Otherwise(marked=one, before=score, after=score) for one, score in zip(marked, scores, strict=True)]


def working(
    question: Question, learned: Sequence[Phrasing], marked: Sequence[Marked]
) -> Iterator[tuple[str, int, int]]:
    """Yield each key point with how many answers that are marked correct, and incorrect, earn it: which rules do the work."""
    now = taught(question, learned, confirmed=True)
    graded = [(one.band, {p.key_point for p in grade(now, one.text).points if p.earned}) for one in marked]
    for point in question.key_points:
        right, wrong = (
            sum(point.id in earned for band, earned in graded if band is side)
            for side in (Band.CORRECT, Band.INCORRECT)
        )
        yield point.id, right, wrong


def proposed(question: Question, results: Sequence[Otherwise]) -> list[str]:
    """Return words that answers marked correct share, those marked incorrect lack, and the question does not know."""
    known = {stem for text in _texts(question) for stem in stems(text)}
    wrong = {stem for one in results if one.marked.band is Band.INCORRECT for stem in stems(one.marked.text)}
    right = [one.marked.text for one in results if one.marked.band is Band.CORRECT]
    shared: Counter[str] = Counter()
    word_of: dict[str, str] = {}
    for text in right:
        said = {token.stem: token.word for token in tokens(text) if token.word not in FUNCTION_WORDS}
        shared.update(said.keys())
        word_of |= said
    fitting = [stem for stem, times in shared.most_common() if times > 1 and stem not in known | wrong]
    return [word_of[stem] for stem in fitting[:PROPOSED]]


def _texts(question: Question) -> Iterator[str]:
    yield question.question
    for point in question.key_points:
        yield from (point.statement, *point.phrasings, *point.says)


def otherwise(
    before: Question, after: Question, learned: Sequence[Phrasing], marked: Sequence[Marked]
) -> list[Otherwise]:
    """Return the marked answers whose band another version of their question would change."""
    return _otherwise(taught(before, learned, confirmed=True), taught(after, learned), marked)


def changes(
    question: Question, before: Sequence[Phrasing], new: Sequence[Phrasing], marked: Sequence[Marked]
) -> list[Otherwise]:
    """Return the marked answers whose band new phrasings would change."""
    return _otherwise(taught(question, before), taught(question, [*before, *new]), marked)


def scores(question: Question, before: Sequence[Phrasing], new: Sequence[Phrasing], text: str) -> tuple[int, int]:
    """Return the score of an answer before new phrasings, and with them."""
    now, then = taught(question, before), taught(question, [*before, *new])
    return grade(now, text).score, grade(then, text).score


def _otherwise(now: Question, then: Question, marked: Sequence[Marked]) -> list[Otherwise]:
    graded = [
        Otherwise(marked=one, before=grade(now, one.text).score, after=grade(then, one.text).score) for one in marked
    ]
    return [one for one in graded if band_of(one.before) != band_of(one.after)]


def _both_sides(phrasings: Sequence[Phrasing]) -> None:
    """Raise Refused where words would count for a point and not count for it."""
    sides: dict[tuple[str, ...], Side] = {}
    for one in phrasings:
        said = (one.point, *stems(one.words))
        if sides.setdefault(said, one.side) is not one.side:
            raise Refused(
                f"“{clip(one.words, 120)}” cannot both count for {one.point} and not. Choose a side, or take the other back first: /question show."
            )


def _above(band: Band, most: Band) -> bool:
    order = (Band.INCORRECT, Band.PARTLY, Band.CORRECT)
    return order.index(band) > order.index(most)


def wrong_by_itself(question: Question, others: Iterable[Question]) -> Iterator[Marked]:
    """Yield what the bank itself says is wrong as an answer: misconceptions, and what answers its topic's other questions."""
    for miss in question.misconceptions:
        yield from (Marked(whence="a misconception", text=words, band=Band.INCORRECT) for words in miss.phrasings)
    for other in others:
        if other.id != question.id and other.reference:
            yield Marked(whence=f"the answer to {other.id}", text=other.reference, band=Band.PARTLY)
