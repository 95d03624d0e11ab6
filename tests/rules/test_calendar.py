"""A month of a schedule: the same questions as its preview, each reveal on its date, and why a date has none."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rules.calendar import Asking, DayPlan, Fate, Known, days_off, month, month_end
from bot.rules.schedule import Kind, Plan, Running, Schedule, local_date

DECEMBER = date(2026, 12, 1)
NOW = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata")
wall = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))


def planned(**changes: Any) -> Plan:
    plan: dict[str, Any] = {
        "zone": "UTC", "at": time(9), "weekdays": frozenset(range(5)), "reveal": time(17), "board_day": 4, "board_at": time(17),
    }  # fmt: skip
    return Plan(**{**plan, **changes})


def schedule(plan: Plan, state: Running = Running.ACTIVE) -> Schedule:
    return Schedule(id=1, team=1, channel=1, channel_ref="c", channel_name="c", member=1, plan=plan, state=state, effective_at=NOW)  # fmt: skip


def drawn(plan: Plan, known: Known | None = None, *, now: datetime = NOW) -> dict[date, DayPlan]:
    return month(schedule(plan), known or Known(), first=DECEMBER, now=now)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    times = sorted(draw(st.lists(wall, min_size=1, max_size=3, unique=True)))
    days = frozenset(draw(st.lists(st.integers(0, 6), min_size=1, max_size=7)))
    weekly = draw(st.booleans())
    return planned(
        zone=draw(st.sampled_from(ZONES)), at=times[0], more=() if weekly else tuple(times[1:]), half=draw(st.booleans()),
        weekdays=frozenset([min(days)]) if weekly else days, weekly=weekly, country=draw(st.sampled_from(["", "DE-BY", "US,FR"])),
        days_off=frozenset(draw(st.lists(st.dates(DECEMBER, date(2027, 2, 1)), max_size=5))), reveal=draw(wall),
    )  # fmt: skip


def months(first: date, count: int) -> Iterator[date]:
    for _ in range(count):
        yield first
        first = month_end(first)


@given(plans(), st.datetimes(datetime(2026, 11, 20), datetime(2027, 1, 20), timezones=st.just(UTC)))
@example(planned(zone="Pacific/Auckland", at=time(0), reveal=time(0, 30)), NOW)
def test_the_calendar_is_what_the_preview_says(plan: Plan, now: datetime):
    """What comes in three months is exactly what the preview lists, each day's by the clock; a day has a question or is off, never both."""
    found = {day: one for first in months(date(2026, 11, 1), 4) for day, one in month(schedule(plan), Known(), first=first, now=now).items()}  # fmt: skip
    coming = [(day, one.at) for day in sorted(found) for one in found[day].askings]
    listed = [pair for pair in plan.coming(now, 400) if pair[0] < date(2027, 3, 1)]
    assert sorted(coming) == sorted(listed)
    for day, one in found.items():
        assert not one.askings or one.off is None
        assert one.skips == bool(one.askings)
        assert all(local_date(at, plan.zone) == day for at in one.reveals)


@given(plans())
def test_each_reveal_of_another_day_is_on_its_date(plan: Plan):
    """The reveals that stand on a day by themselves are those of other days' questions, also of the month before."""
    found = month(schedule(plan), Known(), first=DECEMBER, now=datetime(2026, 10, 1, tzinfo=UTC))
    asked = [date(2026, 10, 27) + timedelta(days=n) for n in range(66)]
    expected = {
        (local_date(at, plan.zone), at)
        for day in asked
        if plan.has_question(day)
        for slot in range(len(plan.times))
        if local_date(at := plan.due(Kind.REVEAL, day, slot), plan.zone) != day
    }
    stands = {(day, at) for day, one in found.items() for at in one.reveals}
    assert stands == {pair for pair in expected if pair[0].month == DECEMBER.month}


def test_what_became_of_each_question():
    """What was asked is named; what was left out can be taken back while it is to come; what waits, was missed or failed is told."""
    days = [date(2026, 12, n) for n in range(1, 10)]
    at = [datetime(2026, 12, n, 9, tzinfo=UTC) for n in range(1, 10)]
    asked = Asking(at=at[1], fate=Fate.ASKED, question="q-1", reveal_at=datetime(2026, 12, 2, 17, tzinfo=UTC))
    late = NOW - timedelta(minutes=5)
    known = Known(
        rounds=[(days[1], asked)],
        settled={
            (days[0], 0): (Fate.MISSED, at[0]), (days[1], 0): (Fate.ASKED, at[1]), (days[2], 0): (Fate.LEFT_OUT, at[2]),
            (days[3], 0): (Fate.FAILED, at[3]), (days[4], 0): (Fate.LEFT_OUT, at[4]), (days[6], 0): (Fate.COMING, at[6]),
            (days[7], 1): (Fate.LEFT_OUT, at[7]), (date(2026, 11, 30), 0): (Fate.COMING, late),
        },
        queued=[(days[6], "q-2"), (days[6], "q-3"), (days[8], "q-4")],
    )  # fmt: skip
    found = drawn(planned(), known)
    told = {day.day: [(one.fate, one.question) for one in found[day].askings] for day in days if day in found}
    assert told == {
        1: [(Fate.MISSED, "")], 2: [(Fate.ASKED, "q-1")], 3: [(Fate.LEFT_OUT, "")], 4: [(Fate.FAILED, "")],
        7: [(Fate.COMING, "q-2")], 8: [(Fate.COMING, "")], 9: [(Fate.COMING, "q-4")],
    }  # fmt: skip
    assert (found[days[2]].skips, found[days[2]].unskips) == (False, True)
    assert (found[days[6]].skips, found[days[6]].unskips) == (True, False)


def test_a_question_that_is_late_waits_on_its_day():
    """A question that is due and not posted yet is still coming, and can be left out no more."""
    known = Known(settled={(date(2026, 12, 2), 0): (Fate.COMING, datetime(2026, 12, 2, 9, tzinfo=UTC))})
    day = drawn(planned(), known)[date(2026, 12, 2)]
    assert [one.fate for one in day.askings] == [Fate.COMING]
    assert not day.skips


def test_why_a_date_is_off():
    """A holiday is told by its name, a day off of one's own without; at the weekend of a weekday schedule nothing is off."""
    plan = planned(country="US", days_off=frozenset([date(2026, 12, 24), date(2026, 12, 26)]))
    found = drawn(plan)
    assert found[date(2026, 12, 25)].off == "Christmas Day"
    assert found[date(2026, 12, 24)].off == ""
    assert date(2026, 12, 26) not in found
    assert days_off(plan, date(2026, 12, 21), date(2026, 12, 31)) == [
        (date(2026, 12, 24), ""),
        (date(2026, 12, 25), "Christmas Day"),
    ]


@pytest.mark.parametrize("state", [Running.PAUSED, Running.BROKEN])
def test_of_a_schedule_that_stands_still_nothing_comes(state: Running):
    """While it is paused nothing comes, but what was asked and what is off stay."""
    known = Known(rounds=[(DECEMBER, Asking(at=NOW, fate=Fate.ASKED, question="q-1"))])
    found = month(schedule(planned(country="US"), state), known, first=DECEMBER, now=NOW)
    assert [day.day for day in found] == [1, 25]
