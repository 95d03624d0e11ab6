"""What is decided about schedules, and what went wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.ports import Ref
from bot.rules.schedule import Plan
from bot.store.schedules import Running, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSaved:
    """A schedule is set, resumed or shown: its plan, pool and next questions."""

    plan: Plan
    channel_name: str
    pool: int
    unseen: int
    coming: Sequence[tuple[date, datetime]]
    saved: bool = True


@dataclass(frozen=True, slots=True)
class SchedulesListed:
    """The team's schedules, each with its next question."""

    schedules: Sequence[tuple[Schedule, datetime | None]]


@dataclass(frozen=True, slots=True)
class ScheduleStopped:
    """A schedule is paused or removed."""

    state: Running


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSkipped:
    """A date's question is left out."""

    day: date
    coming: Sequence[tuple[date, datetime]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Questions of one schedule that an outage swallowed, and whom to tell."""

    channel_name: str
    days: Sequence[date]
    tell: Sequence[Ref]


@dataclass(frozen=True, slots=True)
class Planned:
    """The coming days are planned; `missed` is what cannot be made up for."""

    missed: Sequence[Missed] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBroken:
    """Something due cannot be done: organisers are told once, with what to do."""

    channel_name: str
    reason: str
    paused: bool
    tell: Sequence[Ref]
