"""What is decided about what the grader learns."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.question import Question
from bot.rules.phrasings import Otherwise, Phrasing


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnFormOpened:
    """An organiser wants to mark an answer's words; `lines` fill the form in."""

    attempt: int
    question: Question
    lines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhrasingsLearned:
    """Words were learned: the answer that they are from would get `score` now, and others' that organisers decided are `changed`."""

    question: Question
    learned: Sequence[Phrasing]
    before: int
    score: int
    changed: Sequence[Otherwise] = ()


@dataclass(frozen=True, slots=True)
class PhrasingForgotten:
    """Words are used no more."""

    phrasing: Phrasing
