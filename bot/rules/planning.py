"""What planning decides of one schedule: the occurrences to write down, and which are too late to be made up for.

Pure functions of what is there already; `bot/store/planning.py` reads that for a few schedules at a time, and writes down
what came of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.rules.lateness import BOARD_CATCH_UP, CATCH_UP, END_CATCH_UP
from bot.rules.schedule import BOARDS, MOST_A_DAY, PLAN_DAYS, Kind, Schedule, local_date

PATIENCE: Final[Mapping[Kind, timedelta]] = {  # how late each may still be posted
    Kind.QUESTION: CATCH_UP, Kind.BOARD: BOARD_CATCH_UP, Kind.MONTH: END_CATCH_UP, Kind.SEASON: END_CATCH_UP,
}  # fmt: skip
Series = tuple[Kind, int]  # what comes once a date: the questions of one slot, the boards of one kind
PLANNED: Final[tuple[Series, ...]] = (  # what a schedule plans; the rest is planned when its question is asked
    *((Kind.QUESTION, slot) for slot in range(MOST_A_DAY)), *((kind, 0) for kind in BOARDS),
)  # fmt: skip
AGAIN_AFTER: Final = timedelta(days=1)  # since a schedule was planned last, until its next days are, when there is time
AT_LAST_AFTER: Final = timedelta(days=PLAN_DAYS - 1)  # the same, whatever else is to be done


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An occurrence of a schedule; one that is not written down yet has no id."""

    kind: Kind
    day: date
    due_at: datetime
    id: int | None = None
    slot: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is there of a schedule before it is planned.

    `until` is the last local date of each series that is due or was dealt with, dates left out ahead (`skipped`) aside;
    `afresh`, what lies ahead is taken back first, and does not count. `waiting` is due and not begun, oldest first.
    """

    schedule: Schedule
    afresh: bool
    until: Mapping[Series, date]
    skipped: frozenset[date]
    waiting: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What planning makes of a schedule: entries to write down as due, and those that are missed."""

    schedule: Schedule
    afresh: bool
    coming: Sequence[Entry]
    missed: Sequence[Entry]

    @property
    def unasked(self) -> list[date]:
        """The dates whose questions are not made up for."""
        return [entry.day for entry in self.missed if entry.kind is Kind.QUESTION]


def agenda(there: Outlook, now: datetime) -> Agenda:
    """Return what is to be done about a schedule: the coming days planned, and what is too late settled."""
    new = list(unplanned(there, now))
    overdue = sorted((e for e in (*there.waiting, *new) if e.due_at <= now), key=lambda entry: entry.due_at)
    missed = [*_missed_questions(overdue, now), *_missed_boards(overdue, now)] if overdue else []
    coming = [entry for entry in new if entry not in missed] if missed else new
    return Agenda(schedule=there.schedule, afresh=there.afresh, coming=coming, missed=missed)


def unplanned(there: Outlook, now: datetime) -> Iterator[Entry]:
    """Yield what is not written down yet: from where planning ended up to PLAN_DAYS ahead."""
    plan, since = there.schedule.plan, there.schedule.effective_at
    last = local_date(now, plan.zone) + timedelta(days=PLAN_DAYS)
    for kind, slot in PLANNED:
        if slot >= len(plan.times):
            continue
        start = local_date(since, plan.zone) - timedelta(days=1)
        start = max(start, there.until[kind, slot] + timedelta(days=1)) if (kind, slot) in there.until else start
        for day in plan.days(kind, start):
            if day > last:
                break
            left_out = kind is Kind.QUESTION and day in there.skipped
            if not left_out and (due_at := plan.due(kind, day, slot)) > since:
                yield Entry(kind=kind, day=day, due_at=due_at, slot=slot)


def _missed_questions(overdue: Sequence[Entry], now: datetime) -> Iterator[Entry]:
    """Return the questions that are too late, and all but the newest of those that are not; of one instant there may be several."""
    waiting = [entry for entry in overdue if entry.kind is Kind.QUESTION]
    return (entry for entry in waiting if entry.due_at < waiting[-1].due_at or _too_late(entry, now))


def _missed_boards(overdue: Sequence[Entry], now: datetime) -> Iterator[Entry]:
    return (entry for entry in overdue if entry.kind in BOARDS and _too_late(entry, now))


def _too_late(entry: Entry, now: datetime) -> bool:
    return now - entry.due_at > PATIENCE[entry.kind]
