"""What is decided about what the grader learns."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.question import Question
from bot.rules.marks import Otherwise
from bot.rules.phrasings import Phrasing


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnFormOpened:
    """An organiser wants to mark an answer's words; `lines` fill the form in."""

    attempt: int
    question: Question
    lines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonHeld:
    """A lesson waits for its author: a `problem` is in its way, or marked answers are `changed` by it; its own answer would get `score`."""

    attempt: int
    question: Question
    new: Sequence[Phrasing] = ()
    before: int = 0
    score: int = 0
    changed: Sequence[Otherwise] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhrasingsLearned:
    """Words were learned: the answer that they are from would get `score` now, and others' that organisers marked are `changed`."""

    question: Question
    learned: Sequence[Phrasing]
    before: int
    score: int
    changed: Sequence[Otherwise] = ()


@dataclass(frozen=True, slots=True)
class PhrasingForgotten:
    """Words are used no more."""

    phrasing: Phrasing
