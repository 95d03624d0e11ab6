"""What is decided about notes that come in from chat: offered, a form for them, taken."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.question import Question


@dataclass(frozen=True, slots=True)
class ImportOffered:
    """Notes can be pasted."""


@dataclass(frozen=True, slots=True)
class ImportFormOpened:
    """The form for notes is to be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsImported:
    """What was taken from notes: the new drafts, how many are there already, the importer's line about the whole, and what it left out or found there."""

    new: Sequence[Question]
    known: int  # how many are in the team's bank already
    line: str
    said: Sequence[str]
