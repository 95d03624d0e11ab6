"""Schedules that ask several times a day, where the clocks skip or repeat an hour: nothing twice, nothing lost, each revealed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.rules.planning import Outlook, unplanned
from bot.rules.schedule import Kind, Plan, Running, Schedule, instant

CHANGES = [  # the dates on which a zone's clocks go forward, and back
    ("Europe/Berlin", date(2026, 3, 29)), ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)), ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)), ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Pacific/Auckland", date(2026, 9, 27)), ("Pacific/Auckland", date(2026, 4, 5)),
    ("America/Santiago", date(2026, 9, 6)), ("America/Santiago", date(2026, 4, 4)),
    ("America/Nuuk", date(2026, 3, 28)), ("America/Nuuk", date(2026, 10, 24)),
]  # fmt: skip
MINUTE = timedelta(minutes=1)

near = st.builds(time, st.sampled_from([23, 0, 1, 2, 3]), st.sampled_from([0, 15, 30, 59]))
times = st.lists(near, min_size=2, max_size=4, unique=True).map(sorted)


def planned(zone: str, asked: list[time], reveal: time) -> Plan:
    every = frozenset(range(7))
    first, *more = asked
    return Plan(zone=zone, at=first, more=tuple(more), weekdays=every, reveal=reveal, board_day=0, board_at=time(9))


def written(plan: Plan, since: datetime) -> list[tuple[date, int, datetime]]:
    """Return the questions that planning writes down for a schedule that was set at an instant."""
    schedule = Schedule(id=1, team=1, channel=1, channel_ref="c", channel_name="c", member=1, plan=plan, state=Running.ACTIVE, effective_at=since)  # fmt: skip
    there = Outlook(schedule=schedule, afresh=False, until={}, skipped=frozenset(), waiting=())
    return [(one.day, one.slot, one.due_at) for one in unplanned(there, since) if one.kind is Kind.QUESTION]


def reads_as(due: datetime, day: date, wall: time, zone: str) -> bool:
    """Whether an instant reads as a wall time on a date, or the clocks never showed that."""
    local = due.astimezone(ZoneInfo(zone))
    shown = instant(day, wall, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.combine(day, wall)
    return not shown or (local.date(), local.time(), local.fold) == (day, wall, 0)


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(CHANGES), times, near)
@example(CHANGES[0], [time(2, 30), time(3)], time(2, 15))
@example(CHANGES[4], [time(2), time(2, 15)], time(2, 30))
def test_each_of_a_day_is_asked_once_and_revealed_later(change: tuple[str, date], asked: list[time], reveal: time):
    """Around a change of clocks each date has each question once, at its time where that exists, and its reveal after it, within about a day."""
    zone, day = change
    plan, since = planned(zone, asked, reveal), datetime.combine(day - timedelta(days=3), time(12), UTC)
    found = written(plan, since)
    days = [day + timedelta(days=n) for n in range(-1, 9)]
    for one in days:
        assert sorted(slot for on, slot, _ in found if on == one) == list(range(len(asked)))
    for on, slot, due in found:
        assert reads_as(due, on, asked[slot], zone)
        assert MINUTE <= plan.due(Kind.REVEAL, on, slot) - due <= timedelta(hours=25)
