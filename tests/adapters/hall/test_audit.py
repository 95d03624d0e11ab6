"""The audit in the hall: who decided and changed what, for organisers of the team alone; a page at a time, and as a table."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from adapters.hall.audit import KINDS, audited, table
from bot.bank.exchange.records import unescaped
from bot.bank.loading import Bank
from bot.bank.team_banks import TeamBanks
from bot.outcomes import AuditShown
from bot.store.schema import deed
from tests.doubles.deeds import at_the_desk, worked
from tests.doubles.fakes import SCHEDULE
from tests.doubles.fakes import hall as start_hall
from tests.doubles.visitor import Visited, visited

ANNEX: Any = {"team": "memory:annex", "channel": "memory:channel:annex", "organiser": True}
# What each deed of `worked` is told as, newest first.
TOLD = (
    "Removed the team Owls", "Made the team Owls", "Began a live round of 3 questions in #hall",
    "Dismissed maya as an organiser", "Set the team’s time zone to UTC", "Set the time at which organisers are told what waits: 10:00",
    "Set a team’s score to the mean of its best 2", "Set that live rounds count on the boards", "Appointed maya as an organiser",
    "Set the schedule of #hall: 09:00 daily", "Removed the schedule of #hall", "Resumed the schedule of #hall", "Paused the schedule of #hall", "Took sea-mid-1 out of the queue of #hall",
    "Left 2026-11-25 out of the schedule of #hall", "Took back that 2026-11-26 is left out of the schedule of #hall", "Left 2026-11-26 out of the schedule of #hall", "Queued it in #hall for 2026-11-27",
    "Marked attempt 1 of maya as correct", "Took back that “tiny waves” says “short”", "Taught that “tiny waves” says “short”",
    "Declined a question that maya suggested", "Took a question that somebody who is not named suggested",
    "Retired it", "Reported it", "Went back to the words of the question’s file", "Edited reference",
    "Changed 50 of 100 to 90, attempt 1 of maya, and 1 more that says the same", "Left 50 of 100, attempt 1 of bo",
    "Set the schedule of #hall: 09:00 mon-fri",
)  # fmt: skip


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Visited]:
    async with start_hall(tmp_path) as hall, visited(hall) as there:
        hall.app.deps = replace(hall.app.deps, teams=TeamBanks(tmp_path / "teams"))
        yield there


async def test_what_organisers_did_is_told(there: Visited):
    """Each deed stands in a sentence with its time, its organiser, the question and the reason, newest first; who hides is not named."""
    await worked(there.hall)
    async with there.inside("you") as you:
        assert "/audit" in (await you.get("/desk")).links
        page = await you.get("/audit")
        places = [page.words.find(words) for words in TOLD]
        assert dict(zip(TOLD, places, strict=True)) == dict(zip(TOLD, sorted(places), strict=True))
        assert -1 not in places
        assert page.source.count('<li class="row">') == len(TOLD)
        for words in (
            "Mon 23 Nov 2026, 09:01 UTC · Grades · you",
            "It is odd indeed",
            "Schedules · you",
            "=1+1 is two",
        ):
            assert words in page.words
        assert "/questions/sky-senior-0" in page.links
        assert "quentin" not in page.source
        of_kind = await you.get("/audit?kind=marks")
        assert "Marked attempt 1 of maya" in of_kind.words
        assert "Retired it" not in of_kind.words
        there.hall.app.deps = replace(there.hall.app.deps, bank=Bank({}))
        assert "sea-mid-0, no more in the bank" in (await you.get("/audit?kind=nonsense&page=x")).words


async def test_the_audit_as_a_table(there: Visited):
    """The same comes as CSV that spreadsheets know for UTF-8, and no cell of which they take for a formula."""
    await worked(there.hall)
    async with there.inside("you") as you, you.session.get(f"{there.address}/audit.csv?kind=decisions") as answer:
        assert (answer.content_type, answer.charset) == ("text/csv", "utf-8")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        rows = [*csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig")))]
    assert rows[0] == ["at", "by", "kind", "what", "question", "why"]
    assert [(by, kind, what) for _, by, kind, what, _, _ in rows[1:]] == [("you", "Grades", one) for one in TOLD[-3:-1]]
    assert (rows[2][0], rows[2][5], unescaped(rows[2][5])) == (
        "2026-11-23T09:01:00+00:00",
        "'=1+1 is two",
        "=1+1 is two",
    )


async def test_days_that_were_left_out_by_nobody_who_is_kept(there: Visited):
    """A day that was left out before it was kept by whom is told without a name, and that there is none is said."""
    await there.hall.types("you", SCHEDULE)
    await there.hall.types("you", "/schedule skip 2026-11-26")
    async with there.inside("you") as you:
        assert "nor of who left out" not in (await you.get("/audit")).words
        await there.hall.db.write(lambda connection: connection.execute(delete(deed)))
        page = await you.get("/audit")
    assert "nor of who left out the days that stand under “Days left out”" in page.words
    assert "Days left out Left 2026-11-26 out of the schedule of #hall" in page.words
    assert page.source.count('<li class="row">') == 1


async def test_a_schedule_that_is_set_as_it_was(there: Visited):
    """Where nothing was given nothing is told of it; a name with braces is only a name, and who is deleted has none."""
    for line in (SCHEDULE, "/schedule set"):
        await there.hall.types("you", line, channel="memory:channel:odd", channel_name="{odd}")
    await there.hall.types("maya", "/help")
    await there.hall.types("you", "/settings appoint=maya")
    await there.hall.types("maya", "/privacy delete delete")
    async with there.inside("you") as you:
        page = await you.get("/audit")
    for words in (
        "Set the schedule of #{odd} Mon",
        "Set the schedule of #{odd}: 09:00 mon-fri",
        "Appointed somebody who is not named as",
    ):
        assert words in page.words


async def test_the_audit_is_the_teams_organisers(there: Visited):
    """Members are refused, the table as well as the page; another team's organisers find nothing of it."""
    await at_the_desk(there.hall)
    async with there.inside("maya") as maya, there.inside("kim", **ANNEX) as kim, there.browser() as stranger:
        for path in ("/audit", "/audit.csv"):
            assert [(await one.get(path)).status for one in (maya, stranger)] == [403, 401]
        assert "Nothing was decided or changed yet." in (await kim.get("/audit")).words
        async with kim.session.get(f"{there.address}/audit.csv") as answer:
            assert len((await answer.text()).splitlines()) == 1


def test_a_long_audit_comes_in_pages():
    """Fifty to a page, the newest first; each kind that is kept has its sentence."""
    at = "2026-11-23T09:{:02}:{:02}+00:00"
    rows = [
        {"at": at.format(n // 60, n % 60), "name": "you", "question": "q", "said": "confirm", "reason": str(n)}
        for n in range(120)
    ]
    shown = AuditShown(kept={name: rows if name == "questions" else [] for name in KINDS}, questions={})
    page = audited(shown, "questions", "2")
    assert (page.number, page.pages, page.deeds[0].why, page.deeds[-1].why) == (2, 3, "69", "20")
    assert page.at(3) == "/audit?kind=questions&page=3"
    assert len(audited(shown, "", "99").deeds) == 20
    assert table(shown, "").count(b"\n") == 121


async def test_every_kind_that_is_kept_has_its_words(there: Visited):
    """What the store keeps of a team's decisions and what the page tells of are the same kinds."""
    async with there.inside("you") as you:
        await you.get("/audit")
    await there.hall.types("you", "/audit")
    assert [name for name in KINDS if f'"{name}": []' not in there.hall.told("you")] == []
    assert there.hall.told("you").count(": []") == len(KINDS)
