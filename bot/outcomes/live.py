"""What is decided about live rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.outcomes.boards import BoardLine
from bot.ports import Ref
from bot.question import Question
from bot.rules.live import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveQuestion:
    """One question of a live round, from 1 to `of`; `had` are the names of those who had it, `members` how many answered."""

    live: int
    number: int
    of: int
    question: Question
    topic_title: str
    item: Item
    closes_at: datetime | None
    had: Sequence[str] = ()
    right: int = 0
    members: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveWentOn:
    """A live round goes on: one question is closed, and the next is open, or the board says how it went."""

    live: int
    channel: Ref
    closed: LiveQuestion | None
    open: LiveQuestion | None
    board: Sequence[BoardLine] = ()
    counts: bool = False  # whether its points are on the team's boards too
    settles: int | None = None


@dataclass(frozen=True, slots=True)
class LiveFormOpened:
    """A member is shown the form of a live question."""

    question: LiveQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAnswered:
    """An answer is in; whether it is right is told to all at the end of the question."""

    closes_at: datetime


@dataclass(frozen=True, slots=True)
class LiveStopped:
    """A live round ends with the question that is open."""


OfLive = LiveWentOn | LiveFormOpened | LiveAnswered | LiveStopped
