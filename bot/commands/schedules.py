"""Commands about a channel's schedule: set it, list, preview, pause, resume, remove it, skip a date."""

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Spec
from bot.question import Level
from bot.rules.days import Day


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSchedule:
    """Set this channel's daily question; options that are left out keep their value."""

    spec: ClassVar = Spec(name="schedule set", summary="Set this channel's daily question", organiser=True, posts=True)
    at: Annotated[tuple[time, ...] | None, Opt(options.TIMES, "local time of the question, or several")] = None
    zone: Annotated[str | None, Opt(options.ZONE, "IANA time zone")] = None
    days: Annotated[frozenset[int] | None, Opt(options.DAYS, "weekdays")] = None
    weekly: Annotated[bool | None, Opt(options.MODE, "one question a week, open until the next")] = None
    reveal: Annotated[time | None, Opt(options.OTHER_TIME, "local time of the reveal")] = None
    levels: Annotated[tuple[Level, ...] | None, Opt(options.LEVELS, "levels to draw from")] = None
    topics: Annotated[tuple[str, ...] | None, Opt(options.TOPICS, "topics to draw from")] = None
    board: Annotated[int | None, Opt(options.DAY, "day of the weekly board")] = None
    board_at: Annotated[time | None, Opt(options.OTHER_TIME, "local time of the weekly board")] = None
    holidays: Annotated[str | None, Opt(options.COUNTRY, "country whose holidays are off, or none")] = None
    half: Annotated[
        bool | None,
        Opt(options.SWITCH, "after the reveal's time answers count half, until the next question", named=True),
    ] = None
    warmup: Annotated[bool | None, Opt(options.SWITCH, "begin with the lowest levels", named=True)] = None
    aloud: Annotated[
        bool | None, Opt(options.SWITCH, "say reveals in the channel too, not in the thread alone", named=True)
    ] = None
    days_off: Annotated[frozenset[date] | None, Opt(options.DATES, "own dates off, or none")] = None
    role: Annotated[str | None, Opt(options.ROLE, "role to mention with questions and reveals; @everyone: none")] = None
    champion: Annotated[str | None, Opt(options.ROLE, "role of the month's or season's champion; @everyone: none")] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSchedules:
    """List the team's schedules."""

    spec: ClassVar = Spec(name="schedule list", summary="List the team's schedules", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSchedule:
    """Show the next ten questions' dates and times."""

    spec: ClassVar = Spec(name="schedule preview", summary="Show the next ten dates and times", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSchedule:
    """Stop this channel's daily question until it is resumed."""

    spec: ClassVar = Spec(name="schedule pause", summary="Pause the daily question", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSchedule:
    """Go on with a paused schedule."""

    spec: ClassVar = Spec(name="schedule resume", summary="Go on with a paused schedule", organiser=True, posts=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSchedule:
    """Remove this channel's schedule; rounds and points stay."""

    spec: ClassVar = Spec(name="schedule remove", summary="Remove the schedule; points stay", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipDate:
    """Leave out one date, by default the next one due."""

    spec: ClassVar = Spec(name="schedule skip", summary="Leave out one date, by default the next", organiser=True)
    day: Annotated[Day | None, Opt(options.DATE, "a local date, tomorrow, or friday")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnskipDate:
    """Take back that a date is left out, by default the next one that is."""

    spec: ClassVar = Spec(name="schedule unskip", summary="Ask on a date after all that was left out", organiser=True)
    day: Annotated[Day | None, Opt(options.DATE, "a local date, tomorrow, or friday")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueQuestion:
    """Queue a question for a date, or to come next; without one, list the queue."""

    spec: ClassVar = Spec(
        name="schedule queue", summary="Queue a question for a date, or next; list the queue", organiser=True
    )
    question: Annotated[str | None, Opt(options.QUEUED, "a question of the bank")] = None
    day: Annotated[Day | None, Opt(options.DATE, "a local date, tomorrow, or friday")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnqueueQuestion:
    """Take a question out of the queue."""

    spec: ClassVar = Spec(name="schedule unqueue", summary="Take a question out of the queue", organiser=True)
    question: Annotated[str | None, Opt(options.QUEUED, "a question of the queue")] = None
