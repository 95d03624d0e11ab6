"""What is decided about schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.outcomes.boards import Crowned
from bot.rules.schedule import Plan, Running, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSaved:
    """A schedule is set, resumed or shown: its plan, pool and next questions, the dates left out and the questions queued for dates.

    `off` are the dates among the next ones that are a holiday, each with its name, or a day off.
    `crowns` are the champions' roles that it gave until now, and nothing gives any more.
    """

    plan: Plan
    channel_name: str
    pool: int
    unseen: int
    coming: Sequence[tuple[date, datetime]]
    saved: bool = True
    off: Sequence[tuple[date, str]] = ()
    left_out: Sequence[date] = ()
    queued: Sequence[tuple[date, str]] = ()
    crowns: Sequence[Crowned] = ()


@dataclass(frozen=True, slots=True)
class SchedulesListed:
    """The team's schedules, each with its next question."""

    schedules: Sequence[tuple[Schedule, datetime | None]]


@dataclass(frozen=True, slots=True)
class ScheduleStopped:
    """A schedule is paused or removed; `crowns` are the champions' roles that nothing gives any more."""

    state: Running
    crowns: Sequence[Crowned] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSkipped:
    """A date's question is left out."""

    day: date
    coming: Sequence[tuple[date, datetime]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedQuestion:
    """A question that waits for its date, or for its turn."""

    id: str
    day: date | None
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueShown:
    """A channel's queue; `changed` is the question that was put in, moved or taken out."""

    channel_name: str
    waiting: Sequence[QueuedQuestion]
    changed: str = ""
