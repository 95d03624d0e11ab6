"""The hall in a real browser: all that members and organisers do there is pressed, and every page read by day and by night, on a phone and a desk."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from bot.bank.team_banks import TeamBanks
from bot.rules.questions import Said
from bot.store.schema import appeal, attempt, award, decision, edit, grade, hint, remark
from tests.doubles.chromium import LACKS, Chromium, chromium
from tests.doubles.deeds import worked
from tests.doubles.fakes import FULL, HALF, SCHEDULE
from tests.doubles.fakes import hall as start_hall
from tests.doubles.visitor import Visited, visited

pytestmark = [pytest.mark.process, pytest.mark.skipif(bool(LACKS), reason=LACKS)]

LOOKS: Final = [(width, scheme) for width in (390, 1100) for scheme in ("dark", "light")]
OF_A_ROUTE: Final = {
    "number": "1",
    "id": "sky-senior-0",
    "csv": "",
    "link": "over",
}  # what stands for each part that varies
# How many lines the menu has.
LINES: Final = "new Set([...document.querySelectorAll('.top nav a')].flatMap(one => [...one.getClientRects()].map(at => at.bottom))).size"
NO_PAGES: Final = {"/hall.css", "/icon.svg"}
EMPTY: Final[dict[str, Any]] = {
    "team": "memory:annex",
    "channel": "memory:channel:annex",
    "member": "memory:kim",
    "organiser": True,
}
NOTES: Final = (
    "# Weather\n\n## What is fog?\n\nA cloud that touches the ground: water drops that hang in the air near it.\n"
)
BETTER: Final = f"{FULL} That is how the air of the day works."


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Visited]:
    async with start_hall(tmp_path) as hall, visited(hall, folder=tmp_path) as there:
        hall.app.deps = replace(hall.app.deps, teams=TeamBanks(tmp_path / "teams"))
        yield there


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Chromium]:
    async with chromium(tmp_path / "browser") as browser:
        yield browser


async def shows(browser: Chromium, *words: str) -> None:
    """See to it that a page says something, and hinders nobody who reads it."""
    said = " ".join((await browser.words()).split())
    assert [one for one in words if one not in said] == [], said
    assert await browser.hindrances() == []


async def comes_in(browser: Chromium, there: Visited, name: str, **where: Any) -> None:
    await browser.goes(await there.link(name, **where))
    await shows(browser, f"Come in, {name}")
    await browser.presses("Come in")
    await shows(browser, f"You are {name}")


async def as_a_member(browser: Chromium, there: Visited) -> None:
    """Answer by the keyboard after a hint, appeal after the reveal, and look at the board."""
    await comes_in(browser, there, "maya")
    await browser.presses("Answer question 1")
    await browser.presses("Take a hint")
    await shows(browser, "Think of light.")
    await browser.types("text", HALF)
    await browser.presses("Send")
    await shows(browser, "Partly there: 50 of 100", "Answered so far: 1 member.")
    assert await browser.sees("getComputedStyle(document.querySelector('mark')).borderBottomStyle") == "solid"
    await there.hall.until(11, 23, 17, 1)
    await browser.goes(f"{there.address}/question/1")
    await shows(browser, "This is reference answer", "you missed it")
    await browser.presses("Appeal")
    await shows(browser, "Your appeal")
    await browser.types("text", "I meant all of it.")
    await browser.presses("Send")
    await browser.presses("Board")
    await browser.fills("period", "all")
    await browser.presses("Show")
    await shows(browser, "Leaderboard", "maya")
    await browser.presses("Leave")
    await shows(browser, "You have left")


async def decides(browser: Chromium) -> None:
    """Write the reason of a decision beside its buttons, and decide by a key."""
    await browser.presses("Desk")
    await shows(browser, "maya appeals", "I meant all of it.")
    await browser.types("text", "You meant it, so it counts.")
    number = "[...document.querySelectorAll('button')].find(one => one.textContent.startsWith('Correct')).accessKey"
    await browser.keys(await browser.sees(number))
    await shows(browser, "Every grade is decided")


async def edits(browser: Chromium) -> None:
    """Find the question, try another answer to it, save it."""
    await browser.presses("Questions")
    await browser.types("words", "number 0")
    await browser.presses("Find")
    await browser.presses("Why does the daytime look blue to people, number 0?")
    await browser.presses("Edit")
    await browser.fills("reference", BETTER)
    await browser.types("samples", HALF)
    await browser.presses("Try")
    await shows(browser, "Tried, and nothing saved", "Partly there: 50 of 100")
    await browser.presses("Save")
    await shows(browser, "The edit is saved")


async def imports(browser: Chromium, notes: Path) -> None:
    """Drop a file of notes, and confirm what becomes of it at the desk."""
    await browser.presses("Questions")
    await browser.drops("file", notes)
    await browser.presses("Import")
    await shows(browser, "1 draft")
    await browser.presses("Desk")
    await shows(browser, "What is fog?")
    await browser.presses("It is right")


async def test_all_that_people_do_in_a_real_browser(there: Visited, browser: Chromium, tmp_path: Path):
    """In by a link; a hint, an answer, an appeal; a decision, an edit, an import; the board: each is pressed, and then in the store."""
    hall, notes = there.hall, tmp_path / "notes.md"
    notes.write_text(NOTES)
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 1)
    await browser.screen(390, 844, "light")
    await as_a_member(browser, there)
    assert [len(await hall.rows(one)) for one in (attempt, hint, appeal)] == [1, 1, 1]
    await comes_in(browser, there, "you")
    await decides(browser)
    assert await hall.rows(decision, "before", "after", "reason") == [(50, 90, "You meant it, so it counts.")]
    assert [score for (score,) in await hall.rows(grade, "score")] == [50, 90]
    assert (await hall.rows(award, "score"))[0] == (90,)
    await edits(browser)
    ((body,),) = await hall.rows(edit, "body")
    assert body["reference"] == BETTER
    await imports(browser, notes)
    assert (await hall.app.bank_of("memory:team")).every["what-is-fog"].reference.startswith("A cloud")
    assert ("what-is-fog", Said.CONFIRM) in await hall.rows(remark, "question_id", "said")
    await browser.goes(f"{there.address}/audit")
    await shows(browser, "Confirmed it", "Edited reference", "Changed 50 of 100 to 90, attempt 1 of maya")
    assert browser.problems == []


async def test_a_date_is_left_out_in_a_real_browser(there: Visited, browser: Chromium):
    """By the keyboard alone: a day is opened, left out and asked on after all, a question is queued for it; light and dark, wide and on a phone nothing hinders."""
    hall = there.hall
    await hall.types("you", f"{SCHEDULE} holidays=US")
    await hall.types("you", SCHEDULE, channel="memory:channel:other", channel_name="other")
    await hall.until(11, 23, 9, 1)
    await browser.goes(await there.link("you"))
    await browser.presses("Come in")
    await browser.presses("Schedule")
    await browser.presses("Dec 2026")
    await browser.opens("09:00 #hall, change 3 December")
    await browser.presses("Leave out 3 December in #hall")
    assert await browser.sees("location.hash") == "#day-2026-12-03"
    await browser.opens("09:00 left out #hall, change 3 December")
    await browser.presses("Ask after all on 3 December in #hall")
    await browser.opens("09:00 #hall, change 3 December")
    await browser.types("question", "sky-mid-1", within="#day-2026-12-03")
    await browser.presses("Queue for 3 December in #hall")
    for width, scheme in LOOKS:
        await browser.screen(width, 844, scheme)
        await browser.goes(f"{there.address}/schedule?month=2026-12")
        assert await browser.sees(LINES) == (2 if width == 390 else 1)
        for label in ("09:00 #hall Why does the daytime", "What is set in #hall"):
            await browser.opens(label)
        assert (width, scheme, await browser.hindrances()) == (width, scheme, [])
        assert "Take out" in await browser.words()
    assert browser.problems == []


def paths(there: Visited) -> list[str]:
    """Return an address of each page that there is; a new route with a part that varies has to be named above."""
    pages = [one.path for one in there.pages.routes() if one.method == "GET" and one.path not in NO_PAGES]
    part = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")
    return [*(part.sub(lambda found: OF_A_ROUTE[found[1]], path) for path in pages), "/nowhere", "/board?period=all"]


@pytest.mark.parametrize("where", [{}, EMPTY], ids=["full", "empty"])
async def test_every_page_can_be_read_by_everybody(there: Visited, browser: Chromium, where: Any):
    """axe-core finds nothing on any page, light or dark, wide or on a phone; nor where there is nothing yet."""
    await worked(there.hall)
    await comes_in(browser, there, "you", **where)
    for path in paths(there):
        await browser.goes(f"{there.address}{path}")
        for width, scheme in LOOKS:
            await browser.screen(width, 844, scheme)
            assert (path, width, scheme, await browser.hindrances()) == (path, width, scheme, [])
    assert [one for one in browser.problems if "status of 4" not in one] == []
    await browser.sees("document.querySelector('main').innerHTML += '<button></button><input name=x>'")
    assert {one.partition(":")[0] for one in await browser.hindrances()} >= {"button-name", "no label", "label"}
