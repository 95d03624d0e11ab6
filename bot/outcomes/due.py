"""What became of what was due: planned, missed, or stuck."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.outcomes.rounds import RoundRevealed, RoundView
from bot.ports import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Questions of one schedule that an outage swallowed, and whom to tell."""

    channel_name: str
    days: Sequence[date]
    tell: Sequence[Ref]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreaksAtRisk:
    """A round that is soon revealed would end streaks: whom to tell, each with the length of theirs."""

    view: RoundView
    channel_name: str
    tell: Sequence[tuple[Ref, int]]
    settles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBroken:
    """Something due cannot be done: organisers are told once, with what to do."""

    channel_name: str
    reason: str
    paused: bool
    tell: Sequence[Ref]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLost:
    """The answer to a question that a member asked cannot be shown where it was asked: they are told it, and why."""

    revealed: RoundRevealed
    channel_name: str
    reason: str
    tell: Ref


@dataclass(frozen=True, slots=True)
class Planned:
    """The coming days are planned; `missed` is what cannot be made up for, `broken` what could not be planned."""

    missed: Sequence[Missed] = ()
    broken: Sequence[ScheduleBroken] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadsRefused:
    """No thread may be opened on a channel's questions, or the champion's `role` not be given: organisers are told once what is lacking."""

    reason: str
    tell: Sequence[Ref]
    role: bool = False
