"""What is decided about questions that are edited."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.bank.editing import Texts
from bot.grading import Grade, PointResult
from bot.question import Question
from bot.rules.marks import Otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class EditFormOpened:
    """An organiser wants to edit a question, maybe on an `edit` that waits; the texts fill the form in."""

    question: Question
    texts: Texts
    edit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditHeld:
    """An edit waits for its author: what speaks against it, and which marked answers it grades otherwise; `new` is None where it makes no question."""

    edit: int
    question: Question
    new: Question | None
    doubts: Sequence[str]
    changed: Sequence[Otherwise] = ()

    @property
    def against(self) -> bool:
        """Whether anything speaks against it."""
        return bool(self.doubts or self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A sample answer with its grade; none where it is taken for talk."""

    text: str
    grade: Grade | None

    @property
    def points(self) -> Sequence[PointResult]:
        """What became of each key point."""
        return self.grade.points if self.grade else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTried:
    """What an edit would make of answers, with nothing saved; `new` is None where it makes no question.

    `changed` are the marked answers that would be graded otherwise, `given` those of the `looked_at` newest that members gave.
    """

    question: Question
    version: str
    texts: Texts
    new: Question | None
    faults: Sequence[str]
    samples: Sequence[Tried] = ()
    changed: Sequence[Otherwise] = ()
    given: Sequence[Otherwise] = ()
    looked_at: int = 0
