"""What is decided about the hall: who is let in, and what it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.grading import Band
from bot.outcomes.answers import AttemptGraded
from bot.outcomes.rounds import RoundRevealed, RoundView
from bot.outcomes.schedules import QueuedQuestion
from bot.rules.calendar import DayPlan
from bot.rules.difficulty import Facts
from bot.rules.rounds import Round
from bot.rules.schedule import Kind, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class HallOpened:
    """A member gets a link into the hall, which is good once and not for long."""

    link: str
    until: datetime


@dataclass(frozen=True, slots=True)
class HallClosed:
    """Every visit of a member has ended; `visits` are how many."""

    visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An own attempt with its words, where they are kept."""

    attempt: AttemptGraded
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkShown:
    """A question with the asker's own attempts, newest first, and the hints that they took; `revealed` once it is, and never before.

    Of a question that is open, `left` attempts are left, and `more` hints.
    """

    view: RoundView
    channel_name: str
    works: Sequence[Work]
    left: int
    hints: Sequence[str]
    more: int
    revealed: RoundRevealed | None = None


class OwnDay(StrEnum):
    """What became of a day's scheduled questions, as the streak sees it."""

    ANSWERED = "answered"
    MISSED = "missed"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRound:
    """A round that a member has answered: how often, how well, and for how many points once it is closed."""

    round: Round
    question: str
    topic_title: str
    channel_name: str
    attempts: int
    score: int
    band: Band
    points: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordShown:
    """What a member has answered, newest first, with `more` before; and what their days were from `first` on until `today`."""

    rounds: Sequence[OwnRound]
    more: bool
    days: Mapping[date, OwnDay]
    first: date
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """How often what is of a kind was carried out, and how often not; how late it was, mostly and at the worst."""

    kind: Kind
    posted: int
    missed: int
    failed: int
    median: timedelta
    worst: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusShown:
    """How punctual a team's posts were `since` an instant; how many are `overdue`, and when the next is due."""

    since: datetime
    kinds: Sequence[Punctuality]
    overdue: int
    coming: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """How a question went in a team; without a topic's title where the bank has it no more."""

    id: str
    question: str
    topic_title: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class DifficultyShown:
    """How each question went that a team was asked."""

    questions: Sequence[Difficulty]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelMonth:
    """A month of one schedule, the days on which there is something to say; and all that waits in its queue."""

    schedule: Schedule
    days: Mapping[date, DayPlan]
    waiting: Sequence[QueuedQuestion]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarShown:
    """A month of a team's schedules, from its `first` date on, a page of them at a time; whether there is an `earlier` one to see, or a `later`.

    `titles` are the words of the questions that are named in it, by their ids; `offered` those of the questions that can be queued.
    """

    first: date
    today: date
    months: Sequence[ChannelMonth]
    titles: Mapping[str, str]
    page: int
    pages: int
    earlier: bool
    later: bool
    offered: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditShown:
    """What was decided and changed in a team, a list a kind, as the export has it; and the words of its questions by id, those of the bank."""

    kept: Mapping[str, Sequence[Mapping[str, Any]]]
    questions: Mapping[str, str]


OfHall = HallOpened | HallClosed | WorkShown | RecordShown | StatusShown | DifficultyShown | CalendarShown | AuditShown
