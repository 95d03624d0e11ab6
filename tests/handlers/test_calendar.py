"""The calendar of a team's schedules: what was asked, what comes, what is left out, off or queued; for organisers, of their team alone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot import outcomes as o
from bot.errors import ChannelGone
from bot.rules.schedule import Running
from bot.store.schema import schedule
from tests.doubles.fakes import SCHEDULE, Hall, bank
from tests.doubles.fakes import hall as start_hall

ANNEX: Any = {
    "member": "memory:member:annex-you",
    "team": "memory:team:annex",
    "channel": "memory:channel:annex",
    "channel_name": "annex",
}


async def calendar(hall: Hall, spelled: str = "", **where: Any) -> o.CalendarShown:
    """Return the calendar as an organiser sees it."""
    shown = await hall.presses("you", f"calendar{spelled}", **where)
    assert isinstance(shown, o.CalendarShown)
    return shown


def told(shown: o.CalendarShown, at: int = 0) -> dict[int, list[tuple[str, str]]]:
    """Return the questions of each day of a schedule's month."""
    days = shown.months[at].days.items()
    return {day.day: [(one.fate.value, one.question) for one in plan.askings] for day, plan in days if plan.askings}


async def test_a_month_of_a_schedule(hall: Hall):
    """Each day has its question: asked, coming, left out, or queued for it; what waits for no date stands in the queue alone."""
    await hall.types("you", f"{SCHEDULE} holidays=US days_off=2026-11-30")
    await hall.types("you", "/schedule skip 2026-11-25")
    await hall.types("you", "/schedule queue sky-mid-1 2026-11-27")
    await hall.types("you", "/schedule queue sky-mid-2 2026-12-01")
    await hall.types("you", "/schedule queue sea-senior-1")
    await hall.until(11, 24, 12)
    shown = await calendar(hall)
    asked = told(shown)
    assert [asked[day][0][0] for day in (23, 24, 25, 27)] == ["asked", "asked", "left out", "coming"]
    assert (asked[23], asked[27]) == ([("asked", "sea-senior-1")], [("coming", "sky-mid-1")])
    assert {11, 26, 30} & asked.keys() == set()
    offs = {day.day: plan.off for day, plan in shown.months[0].days.items() if plan.off is not None}
    assert offs == {11: "Veterans Day", 26: "Thanksgiving Day", 30: ""}
    assert [(one.id, one.day) for one in shown.months[0].waiting] == [
        ("sky-mid-1", date(2026, 11, 27)),
        ("sky-mid-2", date(2026, 12, 1)),
    ]
    assert "number 1" in shown.titles["sky-mid-1"]
    assert len(shown.offered) == len(hall.app.deps.bank.questions)
    assert told(await calendar(hall, ":2026-12"))[1] == [("coming", "sky-mid-2")]


async def test_a_month_or_page_that_is_not_there_is_the_nearest(hall: Hall):
    """Months go a year back and a year on, and schedules come five at a time, that of the asker's channel first."""
    assert (await calendar(hall, ":2026-12:9")).months == []
    for name in ("zoo", "a", "b", "c", "d", "hall"):
        await hall.types("you", SCHEDULE, channel=f"memory:channel:{name}", channel_name=name)
    shown = await calendar(hall)
    assert [one.schedule.channel_name for one in shown.months] == ["hall", "a", "b", "c", "d"]
    assert (shown.page, shown.pages, shown.earlier, shown.later) == (1, 2, True, True)
    last = await calendar(hall, ":2099-01:9")
    assert [one.schedule.channel_name for one in last.months] == ["zoo"]
    assert (last.first, last.page, last.later) == (date(2027, 11, 1), 2, False)
    first = await calendar(hall, ":1999-01:0")
    assert (first.first, first.page, first.earlier) == (date(2025, 11, 1), 1, False)
    assert (await calendar(hall, ":last week")).first == date(2026, 11, 1)


async def test_what_was_not_asked(hall: Hall):
    """A question that could not be posted, what an outage passed over, and what waits for its platform are each told."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 12)
    hall.platform.away = True
    await hall.until(11, 24, 9, 1)
    shown = await calendar(hall)
    assert told(shown)[24] == [("coming", "")]
    assert not shown.months[0].days[date(2026, 11, 24)].skips
    await hall.until(11, 24, 12)
    hall.platform.away, hall.platform.failing["post"] = False, [ChannelGone("It is gone.")]
    await hall.until(11, 25, 9, 1)
    shown = await calendar(hall)
    assert [told(shown)[day][0][0] for day in (23, 24, 25)] == ["asked", "missed", "failed"]
    assert 26 not in told(shown)
    assert shown.months[0].schedule.state is Running.BROKEN


async def test_a_schedule_that_cannot_be_followed_has_no_days(hall: Hall):
    """One whose zone is not known any more is named with what is wrong, and the others are drawn."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", SCHEDULE, channel="memory:channel:other", channel_name="other")
    ((plan,), _) = await hall.rows(schedule, "plan")

    def spoil(connection: Connection) -> None:
        of = schedule.c.id == 1
        connection.execute(update(schedule).where(of).values(plan={**plan, "zone": "Mars/Olympus"}))

    await hall.db.write(spoil)
    stuck, other = (await calendar(hall)).months
    assert ("not known any more" in stuck.schedule.fault, stuck.days) == (True, {})
    assert other.days


@pytest.mark.parametrize("name", ["maya", "bo"])
async def test_the_calendar_is_for_organisers(hall: Hall, name: str):
    """A member is refused, and another team's organiser sees nothing of this one's."""
    await hall.types("you", SCHEDULE)
    assert isinstance(await hall.presses(name, "calendar"), o.Refusal)
    assert (await calendar(hall, **ANNEX)).months == []


async def test_a_large_bank_is_not_listed(tmp_path: Path):
    """Of more questions than one can choose from none is offered: they are written by their names."""
    async with start_hall(tmp_path, questions=bank(each=100)) as hall:
        assert (await calendar(hall)).offered == {}


async def test_a_question_that_is_no_more_in_the_bank_is_named(hall: Hall):
    """What was asked and has left the bank since is called by its id."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 12)
    ((_, name),) = told(await calendar(hall))[23]
    del hall.app.deps.bank.every[name]  # type: ignore[attr-defined]
    assert (await calendar(hall)).titles[name] == name


async def test_the_preview_names_what_is_off_among_the_next_dates(hall: Hall):
    """Holidays and days off among the next ten dates are told with why; not in the word that a schedule is set."""
    await hall.types("you", f"{SCHEDULE} holidays=US days_off=2026-11-30")
    assert "No question in between" not in hall.told("you")
    await hall.types("you", "/schedule preview")
    preview = hall.told("you")
    assert "No question in between on:" in preview
    assert "Thu 26 November 2026: Thanksgiving Day" in preview
    assert "Mon 30 November 2026: a day off" in preview
    await hall.types("you", "/schedule pause")
    await hall.types("you", "/schedule preview")
    assert "No question in between" not in hall.told("you")
