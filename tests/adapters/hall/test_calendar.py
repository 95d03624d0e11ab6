"""The calendar in the hall: a month as a table, whose forms leave out dates, take that back, and change queues, also of another channel."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hall.keys import words
from tests.doubles.fakes import SCHEDULE
from tests.doubles.fakes import hall as start_hall
from tests.doubles.visitor import Browser, Page, Visited, visited

EVENINGS: Any = {"channel": "memory:channel:evenings", "channel_name": "evenings"}
ANNEX: Any = {
    "team": "memory:team:annex", "channel": "memory:channel:annex", "channel_name": "annex", "member": "memory:member:annex-you",
}  # fmt: skip


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Visited]:
    """Open a hall on a Tuesday, with a schedule that reveals on the next day."""
    async with start_hall(tmp_path) as hall, visited(hall) as there:
        await hall.types("you", "/schedule set 09:00 mon-fri reveal=08:30 holidays=US days_off=2026-12-24")
        await hall.until(11, 24, 9, 1)
        yield there


async def changed(browser: Browser, page: Page, label: str, **texts: str) -> Page:
    """Press a button of the calendar, and return the month to which it leads back."""
    page = await browser.press(page, label, **texts)
    assert (page.status, "<h1>Schedule: " in page.source) == (200, True)
    return page


async def test_a_month_is_a_table(there: Visited):
    """Each day says what was asked, what comes and why nothing does; months before and after are a year's worth."""
    async with there.inside("you") as you:
        page = await you.get("/schedule")
        assert 'aria-current="page">Schedule' in page.source
        for said in (
            "Schedule: November 2026",
            "24 November today",
            "09:00 asked Why does the",
            "Reveal 08:30",
            "Veterans Day",
        ):
            assert said in page.words
        assert page.source.count('scope="col"') == 7
        assert "This month" not in page.words
        assert "#hall" not in page.words.partition("The queue of")[0]
        december = await you.get(next(link for link in page.links if "2026-12" in link))
        for said in (
            "25 December Christmas Day",
            "24 December Day off",
            "This month",
            "← Nov 2026",
            "Jan 2027 →",
        ):
            assert said in december.words
        for strange, status in (("month=2031-01", 200), ("month=nonsense", 200), ("page=-1", 200), ("month=1", 200)):
            assert (await you.get(f"/schedule?{strange}")).status == status
        assert not [link for link in (await you.get("/schedule?month=2031-01")).links if "2027-12" in link]
        assert "I know no time “nonsense”" in (await you.get("/schedule?month=nonsense")).words


async def test_dates_are_left_out_and_taken_back(there: Visited):
    """A press leaves a date out, and another asks on it after all; each leads back to the month, and to the day in it."""
    async with there.inside("you") as you:
        page = await you.get("/schedule?month=2026-12")
        page = await changed(you, page, "Leave out 3 December")
        assert "Schedule: December 2026" in page.words
        assert "09:00 left out , change 3 December" in page.words
        await there.hall.types("you", "/schedule preview")
        assert "None Thu 3 December 2026" in there.hall.told("you").partition("Left out")[2]
        page = await changed(you, page, "Ask after all on 3 December")
        assert "left out" not in page.words.partition("The queue of")[0]
        stale = page.form("Leave out 4 December")
        for _ in range(2):
            assert "left out , change 4 December" in (await you.post(stale.action, stale.fields)).words
        other = stale.fields | {"once": "another"}
        assert "is left out already" in (await you.post(stale.action, other)).words


async def test_questions_are_queued_moved_and_taken_out(there: Visited):
    """A question is queued on a day or to come next, moved to a date, and taken out; what cannot be is said."""
    async with there.inside("you") as you:
        page = await you.get("/schedule?month=2026-12")
        assert '<option value="sky-mid-1">Why does' in page.source
        page = await changed(you, page, "Queue for 3 December", question=" SKY-mid-1 ")
        assert "09:00 Why does the daytime look blue to people, number 1? , change 3 December" in page.words
        page = await changed(you, page, "Queue it", question="sea-mid-2")
        assert "Thu 3 December 2026" in page.words
        assert "Next Why does" in page.words
        page = await changed(you, page, "Move sea-mid-2", day="2026-12-04")
        assert "Fri 4 December 2026" in page.words
        page = await changed(you, page, "Take out sea-mid-2")
        page = await changed(you, page, "Move sky-mid-1")
        page = await changed(you, page, "Queue it", question="sky-mid-3", day="2026-12-07")
        page = await changed(you, page, "Move sky-mid-1", day="2026-12-08")
        refused = await you.press(page, "Queue for 7 December", question="sky-mid-0")
        assert "has “sky-mid-3” already" in refused.words
        assert "I know no question" in (await you.press(page, "Queue it", question="nonsense")).words


async def test_schedules_of_other_channels(there: Visited):
    """Those of the team's other channels stand there too, by name and on their own clocks, and are changed from here."""
    hall = there.hall
    await hall.types("you", "/schedule set 18:00,20:00 America/New_York mon,wed", **EVENINGS)
    async with there.inside("you") as you:
        page = await you.get("/schedule?month=2026-12")
        for said in (
            "09:00 UTC #hall",
            "18:00 EST , 20:00 EST #evenings",
            "The queue of #evenings",
            "those of America/New_York",
        ):
            assert said in page.words
        page = await changed(you, page, "Leave out 2 December in #evenings")
        assert "18:00 EST left out, 20:00 EST left out #evenings" in page.words
        await hall.types("you", "/schedule preview", **EVENINGS)
        assert "The daily questions of this channel" in hall.told("you")
        await hall.types("you", "/schedule pause", **EVENINGS)
        assert "It is paused: go on there with /schedule resume" in (await you.get("/schedule")).words
        for name in ("a", "b", "c", "d"):
            await hall.types("you", SCHEDULE, channel=f"memory:channel:{name}", channel_name=name)
        page = await you.get("/schedule")
        assert "page 1 of 2" in page.words
        assert "What is set in #hall" in page.words
        page = await you.get(next(link for link in page.links if "page=2" in link))
        assert "The queue of #evenings" in page.words


async def test_a_channel_without_a_schedule(there: Visited):
    """Who comes from a channel without one sees the others', and how to set one there."""
    async with there.inside("you", **EVENINGS) as you:
        page = await you.get("/schedule")
        for said in ("The queue of #hall", "What is set in #evenings", "This channel has no schedule. Set one"):
            assert said in page.words


async def test_only_what_stood_on_the_page_can_be_sent(there: Visited):
    """Another place or command than a form's own fits no seal, and what is no matter of the calendar is not done by its address."""
    async with there.inside("you") as you, there.inside("maya") as maya:
        fields = (await you.get("/schedule?month=2026-12")).form("Leave out 3 December").fields
        assert fields["place"] == "memory:channel:hall"
        for forged in ({"place": "memory:channel:secret"}, {"called": "hall "}, {"do": "schedule skip:2026-12-04"}, {"seal": ""}, {"place": "", "called": ""}):  # fmt: skip
            assert (await you.post("/schedule", fields | forged)).status == 403
        assert (await maya.post("/schedule", fields)).status == 403
        assert (await you.post("/schedule", fields, Origin="https://elsewhere.example")).status == 403
        other = (await you.get("/settings")).form("Send").fields | {"line": "schedule pause"}
        assert "older version" in (await you.post("/schedule", other)).words
        drop = (await maya.get("/question/2")).form("Take a hint").fields
        assert (await maya.post("/schedule", drop)).status == 400
        back = fields | {"month": "//x.example/", "page": "\r\nX: y", "day_at": "<b>"}
        assert (await you.ask("POST", "/schedule", data=back, headers={"Origin": you.address}, allow_redirects=False)).headers["Location"] == "/schedule?month=%2F%2Fx.example%2F&page=%0AX%3A+y#%3Cb%3E"  # fmt: skip


async def test_the_calendar_is_for_organisers_of_the_team(there: Visited):
    """A member is refused; another team's organiser sees that no channel of theirs has a schedule, and how to set one."""
    async with there.inside("maya") as maya, there.inside("you", **ANNEX) as other:
        refused = await maya.get("/schedule")
        assert (refused.status, "for organisers" in refused.words) == (403, True)
        page = await other.get("/schedule")
        assert (
            page.status,
            "No channel has a schedule yet" in page.words,
            "#hall" in page.words.partition("You are")[0],
        ) == (200, True, False)


@given(
    st.lists(st.text(alphabet="a1:", max_size=4), max_size=4), st.lists(st.text(alphabet="a1:", max_size=4), max_size=4)
)
def test_no_part_of_a_seal_runs_into_the_next(some: list[str], others: list[str]):
    """What is sealed tells where each part ends, so that two different lists are never one."""
    assert (words(*some) == words(*others)) == (some == others)
