"""A schedule that one can shape: its queue, dates left out and taken back, and words as people write them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import outcomes as o
from bot.errors import BadValue
from bot.store.schema import occurrence, round_
from tests.doubles.fakes import SCHEDULE, Hall
from tests.doubles.fakes import hall as start_hall


async def asked(hall: Hall) -> list[str]:
    return [row[0] for row in await hall.rows(round_, "question_id")]


async def test_a_queued_question_is_asked_on_its_date_or_next(hall: Hall):
    """A question with a date comes on it, also from outside the schedule's levels; one without comes next; then they are chosen again."""
    await hall.types("you", SCHEDULE + " levels=mid")
    await hall.types("you", "/schedule queue sea-senior-2 2026-11-25")
    await hall.types("you", "/schedule queue sky-mid-3")
    await hall.types("you", "/schedule queue")
    told = hall.told("you")
    assert "Wed 25 November 2026: sea-senior-2, Why does the daytime" in told
    assert "next: sky-mid-3" in told
    await hall.types("you", "/schedule preview")
    assert "Wed 25 November 2026, 09:00 UTC: sea-senior-2" in hall.told("you")
    await hall.until(11, 26, 9, 0)
    first, second, third, fourth = await asked(hall)
    assert (first, third) == ("sky-mid-3", "sea-senior-2")
    assert {"-mid-" in one for one in (second, fourth)} == {True}
    await hall.types("you", "/schedule queue")
    assert "No question is queued" in hall.told("you")


async def test_a_queued_question_is_moved_and_taken_out(hall: Hall):
    """Queued again it moves; taken out it is not asked; a date has one queued question."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", "/schedule queue sky-mid-0 tomorrow")
    await hall.types("you", "/schedule queue sky-mid-0 friday")
    outcome = await hall.types("you", "/schedule queue")
    assert isinstance(outcome, o.QueueShown)
    assert [(one.id, one.day) for one in outcome.waiting] == [("sky-mid-0", date(2026, 11, 27))]
    await hall.types("you", "/schedule queue sky-mid-1 fri")
    assert "Friday 27 November 2026 has “sky-mid-0” already" in hall.told("you")
    await hall.types("you", "/schedule unqueue SKY-mid-0")
    assert "No question is queued" in hall.told("you")
    await hall.types("you", "/schedule unqueue sky-mid-0")
    assert "is not in this channel's queue" in hall.told("you")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/schedule queue sky-mid-0 saturday", "No question is coming on Saturday 28 November 2026"),
        ("/schedule queue sky-mid-0 2026-11-20", "No question is coming on Friday 20 November 2026"),
        ("/schedule unqueue", "Say which question to take out"),
        ("/schedule queue tomorrow", "Say which question comes on that day"),
        ("/schedule unskip", "No date is left out"),
        ("/schedule unskip tomorrow", "Tuesday 24 November 2026 is not left out"),
    ],
)
async def test_what_cannot_be_queued_or_taken_back(hall: Hall, line: str, said: str):
    """A day without a question, a day without a question's name, and a date that is not left out are refused."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", line)
    assert said in hall.told("you")


async def test_an_open_question_waits_in_the_queue(hall: Hall):
    """A queued question that is open elsewhere is passed over, and comes on a later day."""
    await hall.types("you", "/schedule set 09:00 daily reveal=17:00")
    await hall.types("maya", "/quiz mid sky")
    (open_now,) = await asked(hall)
    await hall.types("you", f"/schedule queue {open_now} today")
    await hall.until(11, 24, 9, 0)
    assert (await asked(hall))[1] != open_now
    assert (await asked(hall))[2] == open_now


async def test_a_date_left_out_is_shown_and_taken_back(hall: Hall):
    """The preview names the dates left out; one that is taken back has its question again, near or far ahead."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", "/schedule skip tomorrow")
    await hall.types("you", "/schedule skip 2027-01-04")
    await hall.types("you", "/schedule preview")
    assert "Left out (take it back with /schedule unskip and the date):\nNone Tue 24 November 2026" in hall.told("you")
    await hall.types("you", "/schedule unskip 2027-01-04")
    assert "2027" not in hall.told("you")
    await hall.types("you", "/schedule set 10:00 reveal=17:00")
    await hall.types("you", "/schedule unskip")
    assert "Left out" not in hall.told("you")
    await hall.until(11, 25, 10, 0)
    days = [row for row in await hall.rows(occurrence, "local_date", "kind", "state") if row[1] == "question"]
    near = sorted((day.day, state) for day, _, state in days if day.month == 11 and day.day < 26)
    assert near == [(23, "posted"), (24, "posted"), (25, "posted")]
    assert [day for day, _, _ in days if day.year == 2027] == []


async def test_a_date_taken_back_while_paused_waits_for_the_schedule(hall: Hall):
    """A paused schedule asks nothing, also not on a date that is no longer left out; going on asks on it."""
    await hall.types("you", SCHEDULE)
    for line in ("/schedule skip tomorrow", "/schedule skip wednesday", "/schedule pause", "/schedule unskip"):
        await hall.types("you", line)
    await hall.until(11, 24, 12, 0)
    assert hall.tags() == []
    for line in ("/schedule unskip", "/schedule resume"):
        await hall.types("you", line)
    await hall.until(11, 25, 12, 0)
    assert hall.tags() == ["question:1"]


async def test_a_date_taken_back_leaves_none_before_it_unplanned(tmp_path: Path):
    """Planning goes on after the last date that is due, so what lies before one that is taken back is planned with it."""
    async with start_hall(tmp_path) as hall:
        await hall.types("you", SCHEDULE)
    async with start_hall(tmp_path, now=datetime(2026, 12, 3, 12, tzinfo=UTC)) as hall:
        hall.events = 100
        await hall.types("you", "/schedule skip 2026-12-15")
        await hall.types("you", "/schedule unskip")
        rows = await hall.rows(occurrence, "local_date", "kind", "state")
    days = {day.day for day, kind, state in rows if (kind, state) == ("question", "due") and day > date(2026, 12, 7)}
    assert days == {8, 9, 10, 11, 14, 15, 16, 17}


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("9am Berlin mon-fri", "Question: mon-fri at 09:00, Europe/Berlin"),
        ("09.30 New York daily", "Question: daily at 09:30, America/New_York"),
        ("noon UK", "Question: mon-fri at 12:00, Europe/London"),
        ("9 am Germany holidays=Germany", "Days off: public holidays of DE"),
        ("9am holidays=DE,FR", "Days off: public holidays of DE and FR"),
        ("9am holidays=Bavaria", "Days off: public holidays of DE-BY"),
        ("9am holidays=de-bayern-catholic", "Days off: public holidays of DE-BY, also catholic"),
        ("9am aloud=off", "Reveal: 17:00, in the thread alone"),
        ("9am MST", "Where clocks are changed, name a city instead, such as America/Denver"),
    ],
)
async def test_a_schedule_is_written_as_people_write(hall: Hall, words: str, line: str):
    """Times, cities and countries are understood; a zone that is an offset is warned about."""
    await hall.types("you", f"/schedule set {words}")
    assert line in hall.told("you")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("9am PST", "did you mean America/Los_Angeles?"),
        ("9am UTC+2", "Name a city, such as Europe/Helsinki, or in summer Europe/Berlin."),
        ("9am USA", "“USA” has several time zones. Choose one, such as America/New_York"),
        ("13am", "“13am” is no time of day. Write it from 00:00 to 23:59, such as 09:00, or 9am."),
    ],
)
async def test_what_leaves_something_open_is_answered_with_what_to_write(hall: Hall, words: str, line: str):
    """An abbreviation, an offset and a country of several zones do not say which clocks are meant."""
    with pytest.raises(BadValue) as raised:
        await hall.types("you", f"/schedule set {words}")
    assert line in str(raised.value)


async def test_two_countries_days_off(tmp_path: Path):
    """A holiday of either country is off."""
    async with start_hall(tmp_path, now=datetime(2026, 10, 1, 8, 0, tzinfo=UTC)) as hall:
        await hall.types("you", "/schedule set 9am daily holidays=US,DE")
        await hall.until(10, 14, 10, 0)
        days = {row[0] for row in await hall.rows(occurrence, "local_date", "kind") if row[1] == "question"}
        assert {date(2026, 10, 3), date(2026, 10, 12)} & days == set()
        assert {date(2026, 10, 2), date(2026, 10, 4), date(2026, 10, 13)} <= days


async def test_a_question_that_is_set_aside_is_not_queued(hall: Hall):
    """What the team retired cannot be queued; retired once it is queued, it is passed over, and one is chosen."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", "/schedule queue sky-mid-0")
    for question in ("sky-mid-0", "sky-mid-1"):
        await hall.types("you", f"/question retire {question} it is old")
    await hall.types("you", "/schedule queue sky-mid-1")
    assert "“sky-mid-1” is set aside. See why: /question show sky-mid-1" in hall.told("you")
    await hall.until(11, 23, 9, 0)
    (first,) = await asked(hall)
    assert first not in {"sky-mid-0", "sky-mid-1"}
