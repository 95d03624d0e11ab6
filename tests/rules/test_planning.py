"""What planning decides of a schedule, from what is there and the present instant alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import pytest

from bot.rules.planning import AT_LAST_AFTER, PATIENCE, Entry, Outlook, agenda
from bot.rules.schedule import PLAN_DAYS, Kind, Plan, Running, Schedule

MONDAY: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PLAN: Final = Plan(
    zone="UTC", at=time(9), weekdays=frozenset(range(5)), reveal=time(17), board_day=4, board_at=time(17)
)
SCHEDULE: Final = Schedule(
    id=1, team=1, channel=1, channel_ref="memory:channel:hall", channel_name="hall", member=1, plan=PLAN,
    state=Running.ACTIVE, effective_at=MONDAY,
)  # fmt: skip
NEW: Final = Outlook(schedule=SCHEDULE, afresh=True, until={}, skipped=frozenset(), waiting=())


def asked(day: date, hour: int = 9, number: int | None = None) -> Entry:
    return Entry(kind=Kind.QUESTION, day=day, due_at=datetime.combine(day, time(hour), UTC), id=number)


def test_a_new_schedule_has_two_weeks_written_down():
    """The coming fourteen days are written down, each question and each board once, and nothing is missed."""
    made = agenda(NEW, MONDAY)
    assert len([e for e in made.coming if e.kind is Kind.QUESTION]) == 11
    assert [e.day for e in made.coming if e.kind is Kind.BOARD] == [date(2026, 11, 27), date(2026, 12, 4)]
    assert (made.missed, made.unasked) == ([], [])


def test_what_is_there_is_not_written_again():
    """Planning goes on where it ended, and leaves out what was left out."""
    ends = {Kind.QUESTION: date(2026, 12, 2), Kind.BOARD: date(2026, 12, 4), Kind.MONTH: date(2026, 12, 1)}
    there = {(kind, 0): day for kind, day in ends.items()}
    made = agenda(replace(NEW, until=there, skipped=frozenset({date(2026, 12, 4)})), MONDAY)
    assert [e.day for e in made.coming] == [date(2026, 12, 3), date(2026, 12, 7)]


def test_a_schedule_begins_after_it_was_set():
    """What would have been due before the schedule was set is not planned."""
    late = MONDAY + timedelta(hours=3)
    made = agenda(replace(NEW, schedule=replace(SCHEDULE, effective_at=late)), late)
    assert made.coming[0].day == date(2026, 11, 24)


def test_after_an_outage_the_newest_in_time_is_asked():
    """Of what fell due meanwhile, written down or not, only the newest that is in time is asked; the rest is missed."""
    waiting = [asked(date(2026, 11, day), number=day) for day in (23, 24)]
    now = datetime(2026, 12, 8, 10, 30, tzinfo=UTC)
    there = replace(NEW, until={(Kind.QUESTION, 0): date(2026, 11, 24)}, waiting=waiting)
    made = agenda(there, now)
    assert made.unasked[:3] == [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
    assert made.unasked[-1] == date(2026, 12, 7)
    assert made.coming[0] == asked(date(2026, 12, 8))
    assert [e.id for e in made.missed if e.id] == [23, 24]


def test_of_two_that_are_in_time_the_newer_is_asked():
    """A question that waits gives way to one that is due after it."""
    older, newer = (asked(date(2026, 11, 23), hour, hour) for hour in (8, 9))
    made = agenda(
        replace(NEW, until={(Kind.QUESTION, 0): date(2026, 11, 23)}, waiting=[older, newer]),
        MONDAY + timedelta(hours=1),
    )
    assert made.missed == [older]


@pytest.mark.parametrize(("kind", "patience"), PATIENCE.items())
def test_the_last_instant_is_in_time(kind: Kind, patience: timedelta):
    """What is late by no more than its patience is carried out, and by a microsecond more is missed."""
    due = Entry(kind=kind, day=date(2026, 11, 23), due_at=MONDAY, id=7)
    there = replace(NEW, until={(kind, 0): date(2026, 11, 23)}, waiting=[due])
    assert due not in agenda(there, MONDAY + patience).missed
    assert due in agenda(there, MONDAY + patience + timedelta(microseconds=1)).missed


def test_what_can_wait_is_planned_before_it_must_be():
    """The days that are planned ahead last until the last moment at which the next are."""
    assert timedelta(days=PLAN_DAYS) > AT_LAST_AFTER
