"""Occurrences over every zone there is: one a local date, at the wall time that was set, in spite of the clocks."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.schedule import (
    ORDER,
    Kind,
    Plan,
    board_week,
    exists,
    holiday,
    instant,
    known_countries,
    local_date,
    week_start,
)

pytestmark = pytest.mark.no_cover  # test_schedules.py covers it; a sweep would take twice as long
FIRST, DAYS = date(2026, 1, 1), 730  # 2026 and 2027
WALLS = [time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(9), time(23, 30)]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

zones = st.deferred(lambda: st.sampled_from(sorted(zoneinfo.available_timezones())))
walls = st.builds(time, st.integers(0, 23), st.integers(0, 59))
dates = st.dates(date(1950, 1, 1), date(2100, 1, 1))
near_dates = st.dates(FIRST, date(2027, 12, 31))


@pytest.fixture(scope="module", autouse=True)
def _pinned_zones() -> Iterator[None]:
    """Take the zones from the tzdata package that is locked with the code, not from the machine."""
    machine = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[])
    ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(to=machine)
    ZoneInfo.clear_cache()


def planned(**changes: Any) -> Plan:
    """Return a plan for every day at 09:00 in Berlin, revealed at 17:00, board on Mondays, with a test's own changes."""
    usual = {
        "zone": "Europe/Berlin",
        "at": time(9),
        "weekdays": frozenset(range(7)),
        "reveal": time(17),
        "board_day": 0,
        "board_at": time(9),
    }
    return Plan(**{**usual, **changes})


plans = st.builds(
    planned,
    zone=zones,
    at=walls,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    country=st.sampled_from(["", "DE", "DE-BY", "US-CA", "IN"]),
    days_off=st.frozensets(near_dates, max_size=30),
)


def different_zones() -> list[str]:
    """Return a name for each way in which clocks went in those years and a week around them: most names share theirs with others."""
    ways = {tuple(changes(ZoneInfo(name))): name for name in sorted(zoneinfo.available_timezones())}
    return sorted(ways.values())


def changes(zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta | None]]:
    """Yield the first instant and, to the minute, every one from which the clocks were set otherwise, with what they were set to."""
    start = datetime.combine(FIRST, time(), tzinfo=UTC) - timedelta(days=7)
    known = start.astimezone(zone).utcoffset()
    yield start, known
    for step in range(2 * (DAYS + 14)):
        at = start + 12 * HOUR * step
        if (at + 12 * HOUR).astimezone(zone).utcoffset() != known:
            while at.astimezone(zone).utcoffset() == known:
                at += MINUTE
            known = at.astimezone(zone).utcoffset()
            yield at, known


def dates_lived(zone: ZoneInfo) -> list[date]:
    """Return the dates that a wall calendar showed, read every twelve hours: the long way to what `exists` computes."""
    start = datetime.combine(FIRST, time(), tzinfo=UTC) - timedelta(days=2)
    shown = {(start + 12 * HOUR * step).astimezone(zone).date() for step in range(2 * (DAYS + 4))}
    return sorted(day for day in shown if FIRST <= day < FIRST + timedelta(days=DAYS))


def gap_before(read: datetime, late: timedelta) -> timedelta:
    """Return by how much the clocks of a zone went forward in the time before a reading."""
    before = (read.astimezone(UTC) - late).astimezone(read.tzinfo)
    return (read.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())


def test_the_sweep_of_all_zones() -> None:
    """Every local date of two years has one occurrence, in order, at its wall time or later by the gap it fell in."""
    in_gaps = 0
    for name in different_zones():
        zone = ZoneInfo(name)
        days = list(planned(zone=name).days(Kind.QUESTION, FIRST))
        assert days == dates_lived(zone), name
        for wall in WALLS:
            planned_at = [datetime.combine(day, wall, zone) for day in days]  # in one zone, compared as wall times
            dues = [instant(day, wall, name) for day in days]
            assert dues == sorted(set(dues)), (name, wall)
            reads = [due.astimezone(zone) for due in dues]
            assert {read.fold for read in reads} == {0}, (name, wall)
            moved = [(read, read - at) for read, at in zip(reads, planned_at, strict=True) if read != at]
            assert all(by == gap_before(read, by) > timedelta(0) for read, by in moved), (name, wall)
            in_gaps += len(moved)
    assert in_gaps, "a sweep that meets no gap proves little"


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("Europe/Berlin", datetime(2026, 3, 28, 2, 30), datetime(2026, 3, 28, 1, 30)),  # an ordinary day
        ("Europe/Berlin", datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 30)),  # a gap: read as 03:30
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30)),  # twice: the first
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), datetime(2026, 10, 3, 15, 45)),  # a gap of 30 minutes
        ("America/Nuuk", datetime(2026, 3, 28, 23, 30), datetime(2026, 3, 29, 1, 30)),  # a gap into the next date
    ],
)
def test_a_wall_time_in_a_gap_or_a_fold(zone: str, wall: datetime, utc: datetime) -> None:
    """A wall time means its first occurrence, and one that is jumped over the instant that it would have been."""
    assert instant(wall.date(), wall.time(), zone) == utc.replace(tzinfo=UTC)
    assert instant(wall.date(), wall.time().replace(fold=1), zone) == utc.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Pacific/Apia", date(2011, 12, 30)),
        ("Pacific/Kwajalein", date(1993, 8, 21)),
        ("Pacific/Kiritimati", date(1994, 12, 31)),
    ],
)
def test_a_date_that_does_not_exist(zone: str, day: date) -> None:
    """A local date that a zone jumped over has neither question nor board, its neighbours have both."""
    around = [day + timedelta(days=offset) for offset in (-1, 0, 1)]
    assert [exists(d, zone) for d in around] == [True, False, True]
    question = planned(zone=zone).days(Kind.QUESTION, around[0])
    board = planned(zone=zone, board_day=day.weekday()).days(Kind.BOARD, around[0])
    assert [next(question), next(question)] == [around[0], around[2]]
    assert next(board) == day + timedelta(days=7)


@given(zones, walls, walls, dates)
def test_reveal_after_question(zone: str, at: time, reveal: time, day: date) -> None:
    """The reveal never comes before its question, whatever times an organiser sets and whatever the clocks do."""
    plan = planned(zone=zone, at=at, reveal=reveal)
    assert plan.due(Kind.REVEAL, day) >= plan.due(Kind.QUESTION, day) + MINUTE


@pytest.mark.parametrize(
    ("at", "reveal", "after"),
    [
        (time(9), time(17), 8 * HOUR),
        (time(9), time(9, 1), MINUTE),
        (time(17), time(9), 16 * HOUR),
        (time(9), time(9), 24 * HOUR),
    ],
)
def test_reveal_on_the_same_or_the_next_date(at: time, reveal: time, after: timedelta) -> None:
    """A reveal time later than the question's is on the same date, any other on the next."""
    plan = planned(at=at, reveal=reveal)
    assert plan.due(Kind.REVEAL, date(2026, 11, 23)) - plan.due(Kind.QUESTION, date(2026, 11, 23)) == after


def test_reveal_of_a_question_moved_by_a_gap() -> None:
    """A question that a gap moves past its reveal takes the reveal with it: 02:30 is 03:30, so 03:00 is 03:31."""
    plan = planned(at=time(2, 30), reveal=time(3))
    assert plan.due(Kind.REVEAL, date(2026, 3, 29)) == datetime(2026, 3, 29, 1, 31, tzinfo=UTC)


@given(zones, walls, walls, dates)
def test_reveal_before_the_next_question(zone: str, at: time, reveal: time, day: date) -> None:
    """No reveal comes after the next day's question, whatever the clocks do, unless its own was moved past that."""
    plan, after = planned(zone=zone, at=at, reveal=reveal), day + timedelta(days=1)
    latest = max(plan.due(Kind.QUESTION, after), plan.due(Kind.QUESTION, day) + MINUTE)
    assert plan.due(Kind.REVEAL, day) <= latest


def test_reveal_in_the_gap_before_a_question() -> None:
    """A reveal at 02:30 that the clocks move to 03:30 still comes before the next question, at 03:00."""
    plan = planned(at=time(3), reveal=time(2, 30))
    assert plan.due(Kind.REVEAL, date(2026, 3, 28)) == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert plan.due(Kind.QUESTION, date(2026, 3, 29)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@given(plans, st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC)), st.data())
def test_coming(plan: Plan, now: datetime, data: st.DataObject) -> None:
    """What comes is after now, in order, on dates that have a question, and a skipped date is passed over."""
    coming = plan.coming(now, 6)
    assert len(coming) == 6
    assert all(now < earlier < later for (_, earlier), (_, later) in pairwise(coming))
    assert all(plan.has_question(day) and due == plan.due(Kind.QUESTION, day) for day, due in coming)
    assert plan.coming(coming[0][1], 5) == coming[1:]
    gone = data.draw(st.frozensets(st.sampled_from([day for day, _ in coming])))
    skipped = frozenset((day, slot) for day in gone for slot in range(len(plan.times)))
    left = [pair for pair in coming if pair[0] not in gone]
    after_skips = plan.coming(now, 6, skipped=skipped)
    assert after_skips[: len(left)] == left
    assert len(after_skips) == 6
    assert gone.isdisjoint(day for day, _ in after_skips)


def test_coming_of_an_empty_schedule() -> None:
    """A schedule without weekdays has nothing to come, and asking for nothing gives nothing."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert planned(weekdays=frozenset()).coming(now, 10) == []
    assert planned().coming(now, 0) == []


@given(plans, near_dates)
def test_dates_with_a_question(plan: Plan, day: date) -> None:
    """A date that was not chosen, a public holiday and an own day off have no question, any other has one."""
    due = next(plan.days(Kind.QUESTION, day)) == day
    off = day.weekday() not in plan.weekdays or day in plan.days_off or holiday(plan.country, day) != ""
    assert due != off


@given(plans, near_dates)
def test_reveals_follow_questions_and_boards_their_weekday(plan: Plan, start: date) -> None:
    """A reveal falls on each date with a question; a board on its weekday, holiday or not."""
    assert list(plan.days(Kind.REVEAL, start)) == list(plan.days(Kind.QUESTION, start))
    boards = list(plan.days(Kind.BOARD, start))
    assert len(boards) in {104, 105}  # Mondays in 730 days
    assert {day.weekday() for day in boards} == {plan.board_day}


def test_a_board_at_its_own_time() -> None:
    """A board is posted at its wall time in the schedule's zone."""
    plan = planned(board_at=time(8, 15))
    assert plan.due(Kind.BOARD, date(2026, 11, 23)) == datetime(2026, 11, 23, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "day", "free"),
    [
        ("DE", date(2026, 12, 25), True),
        ("DE", date(2026, 1, 6), False),
        ("DE-BY", date(2026, 1, 6), True),  # Epiphany, in Bavaria only
        ("US-CA", date(2026, 7, 4), True),
        ("DE", date(2026, 7, 4), False),
        ("", date(2026, 12, 25), False),
    ],
)
def test_holidays(country: str, day: date, *, free: bool) -> None:
    """Public holidays go by country and subdivision; without a country there are none."""
    assert bool(holiday(country, day)) == free
    assert planned(country=country).has_question(day) != free


def test_known_countries() -> None:
    """Every country whose holidays are known says which subdivisions it has."""
    known = known_countries()
    assert "BY" in known["DE"]
    assert "CA" in known["US"]
    assert known["SG"] == []


@given(dates)
def test_weeks(day: date) -> None:
    """A week starts on the Monday on or before a date; a board is about the week of the day before it."""
    assert week_start(day).weekday() == board_week(day).weekday() == 0
    assert timedelta(0) <= day - week_start(day) <= timedelta(days=6)
    assert timedelta(days=1) <= day - board_week(day) <= timedelta(days=7)


def test_a_board_on_a_monday() -> None:
    """A board on a Monday is about the week before, one on a Sunday about the week that ends."""
    assert board_week(date(2026, 11, 23)) == date(2026, 11, 16)
    assert board_week(date(2026, 11, 29)) == date(2026, 11, 23)


def test_local_date() -> None:
    """One instant is different dates in different zones."""
    now = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert local_date(now, "Europe/Berlin") == date(2026, 11, 24)
    assert local_date(now, "America/New_York") == date(2026, 11, 23)


def test_the_order_of_kinds() -> None:
    """What falls on one instant happens in this order: question, reminder, reveal, then the boards, the longest last; a live round waits."""
    boards = [Kind.BOARD, Kind.MONTH, Kind.SEASON]
    assert [Kind.QUESTION, Kind.REMINDER, Kind.REVEAL, *boards, Kind.LIVE] == list(Kind) == list(ORDER)
