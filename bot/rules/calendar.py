"""A month of a schedule, day by day: what was asked, what comes, and why on some dates nothing does.

Pure functions of a schedule and of what is written down of it; `bot/store/calendar.py` reads that.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Final

from bot.rules.schedule import Kind, Plan, Running, Schedule, holiday, local_date

DAY: Final = timedelta(days=1)
BEFORE: Final = timedelta(days=35)  # a month: how much earlier a question may have come that is revealed in it
Asked = tuple[date, int]  # a question by its date, and its number in the day


class Fate(StrEnum):
    """What became of a question, or becomes of it."""

    COMING = "coming"
    ASKED = "asked"
    LEFT_OUT = "left out"
    MISSED = "missed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question of a day: when, what became of it, and which it is, where that is known."""

    at: datetime
    fate: Fate
    question: str = ""
    reveal_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is written down of a schedule in a stretch of days.

    `rounds` are the questions that were asked; `settled` is what became of each that was due, with its instant; `queued`
    are the questions that wait for a date, in order.
    """

    rounds: Sequence[tuple[date, Asking]] = ()
    settled: Mapping[Asked, tuple[Fate, datetime]] = field(default_factory=dict)
    queued: Sequence[tuple[date, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """A day of a schedule. `off` says why a date of a chosen weekday has no question: a holiday's name, or nothing for a day off of one's own.

    `reveals` are those of another day's questions. What is still to come can be left out (`skips`), what is left out be taken back (`unskips`).
    """

    askings: Sequence[Asking] = ()
    off: str | None = None
    reveals: Sequence[datetime] = ()
    skips: bool = False
    unskips: bool = False


def off(plan: Plan, day: date) -> str | None:
    """Return why a date of a chosen weekday has no question: a holiday's name, or nothing for a day off; None where it is not off."""
    if day.weekday() not in plan.weekdays:
        return None
    return holiday(plan.country, day) or ("" if day in plan.days_off else None)


def days_off(plan: Plan, first: date, last: date) -> list[tuple[date, str]]:
    """Return the dates of chosen weekdays in a stretch that are off, the last included, each with why."""
    every = (first + n * DAY for n in range((last - first).days + 1))
    return [(day, why) for day in every if (why := off(plan, day)) is not None]


def month_end(first: date) -> date:
    """Return the first date of the month that follows one."""
    return (first + timedelta(days=31)).replace(day=1)


def month(schedule: Schedule, known: Known, *, first: date, now: datetime) -> dict[date, DayPlan]:
    """Return the days of a month on which there is something to say; of a schedule that cannot be followed, none."""
    if schedule.fault:
        return {}
    end, found = month_end(first), _askings(schedule, known, first, now)
    reveals = _reveals(schedule.plan, found)
    days = ((first + n * DAY) for n in range((end - first).days))
    drawn = {
        day: DayPlan(
            askings=tuple(some), off=off(schedule.plan, day), reveals=reveals.get(day, ()),
            skips=_one(some, Fate.COMING, now), unskips=_one(some, Fate.LEFT_OUT, now),
        )
        for day in days
        for some in [found.get(day, [])]
    }  # fmt: skip
    return {day: one for day, one in drawn.items() if one != DayPlan()}


def _one(some: Sequence[Asking], fate: Fate, now: datetime) -> bool:
    """Whether one of some questions is still to come, and of that fate."""
    return any(one.fate is fate and one.at > now for one in some)


def _askings(schedule: Schedule, known: Known, first: date, now: datetime) -> dict[date, list[Asking]]:
    """Return a month's questions by their dates, and those before that may be revealed in it."""
    by_day: defaultdict[date, list[Asking]] = defaultdict(list)
    for day, one in (*known.rounds, *_unasked(schedule, known, first, now)):
        by_day[day].append(one)
    return {day: _with_queued(day, sorted(some, key=lambda one: one.at), known) for day, some in by_day.items()}


def _unasked(schedule: Schedule, known: Known, first: date, now: datetime) -> Iterator[tuple[date, Asking]]:
    """Yield what was not asked: what is still to come by the plan, what waits, and what came to nothing."""
    plan = schedule.plan
    for (day, slot), (fate, due_at) in known.settled.items():
        if fate is Fate.LEFT_OUT and due_at > now:
            if plan.has_question(day) and slot < len(plan.times):
                yield day, _planned(plan, day, slot, fate)
        elif fate is not Fate.ASKED and (due_at <= now or fate is not Fate.COMING):
            yield day, Asking(at=due_at, fate=fate)
    if schedule.state is not Running.ACTIVE:
        return
    for day, slot in _slots(plan, first):
        one = _planned(plan, day, slot, Fate.COMING)
        if one.at > now and known.settled.get((day, slot), (Fate.COMING, now))[0] is Fate.COMING:
            yield day, one


def _slots(plan: Plan, first: date) -> Iterator[Asked]:
    """Yield the questions of a plan by the day and their number in it, from so long before a month as is revealed in it."""
    end = month_end(first)
    for day in takewhile(lambda day: day < end, plan.days(Kind.QUESTION, first - BEFORE)):
        yield from ((day, slot) for slot in range(len(plan.times)))


def _planned(plan: Plan, day: date, slot: int, fate: Fate) -> Asking:
    reveal_at = plan.due(Kind.REVEAL, day, slot) if fate is Fate.COMING else None
    return Asking(at=plan.due(Kind.QUESTION, day, slot), fate=fate, reveal_at=reveal_at)


def _with_queued(day: date, some: list[Asking], known: Known) -> list[Asking]:
    """Return a day's questions, the queued ones named that are still to come."""
    waiting = iter([question for of, question in known.queued if of == day])
    return [replace(one, question=next(waiting, "")) if one.fate is Fate.COMING else one for one in some]


def _reveals(plan: Plan, found: Mapping[date, Sequence[Asking]]) -> dict[date, list[datetime]]:
    """Return by their dates the reveals that come on another day than their questions."""
    pairs = {(day, one.reveal_at) for day, some in found.items() for one in some if one.reveal_at}
    by_day: defaultdict[date, set[datetime]] = defaultdict(set)
    for asked, at in pairs:
        if (day := local_date(at, plan.zone)) != asked:
            by_day[day].add(at)
    return {day: sorted(some) for day, some in by_day.items()}
