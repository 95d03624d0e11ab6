"""What is decided about questions that are edited."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.bank.editing import Texts
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
