"""What a team teaches the grader: phrasings of a key point on either side, read from a form, put into a question."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from bot.errors import BadValue
from bot.question import KeyPoint, Misconception, Question
from bot.text import clean, clip, tokens

WORDS_CHARS: Final = 200  # of a phrasing
MOST: Final = 20  # phrasings of a question
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


def form_lines(question: Question, text: str, earned: Mapping[str, str], shared: Mapping[str, Sequence[str]]) -> str:
    """Return what the form is filled in with, each line left out until its sign is taken away.

    For a key point that was earned it is the words that did it; for another one, words that right answers share, then the whole.
    """
    words = clip(" ".join(text.split()), WORDS_CHARS)
    lines: list[str] = []
    for point in question.key_points:
        if point.id in earned:
            lines.append(f"# {Side.NOT} {point.id}: {earned[point.id] or words}")
        else:
            lines += [f"# {Side.SAYS} {point.id}: {said}" for said in (*shared.get(point.id, ()), words)]
    return "\n".join(lines)


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
