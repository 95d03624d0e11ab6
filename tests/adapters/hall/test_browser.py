"""The hall in a real browser: a member comes in, answers by the keyboard, and reads every page, by day and by night, on a phone."""

from pathlib import Path
from typing import Final

import pytest

from tests.doubles.chromium import HINDRANCES, INSTALLED, chromium
from tests.doubles.fakes import FULL, HALF, SCHEDULE
from tests.doubles.fakes import hall as start_hall
from tests.doubles.visitor import visited

PAGES: Final = (
    "/", "/question/1", "/answers", "/board?period=all", "/statistics", "/review", "/settings", "/desk", "/questions", "/schedule", "/status",
    "/difficulty",
)  # fmt: skip
# How many lines the menu has.
LINES: Final = "new Set([...document.querySelectorAll('.top nav a')].flatMap(one => [...one.getClientRects()].map(at => at.bottom))).size"


@pytest.mark.process
@pytest.mark.skipif(not INSTALLED, reason="chromium is not on the path")
async def test_a_visit_in_a_real_browser(tmp_path: Path):
    """In by the link's button, an answer by the keyboard, then each page light and dark: its policy blocks nothing of ours, all is legible."""
    async with start_hall(tmp_path) as hall, visited(hall) as there, chromium(tmp_path / "browser") as browser:
        await hall.types("you", SCHEDULE)
        await hall.until(11, 23, 9, 1)
        await browser.screen(390, 844, "light")
        await browser.goes(await there.link("you"))
        assert await browser.sees(HINDRANCES) == []
        await browser.presses("Come in")
        await browser.presses("Answer question 1")
        await browser.types("text", HALF)
        await browser.presses("Send")
        assert "Partly there" in await browser.words()
        assert await browser.sees("getComputedStyle(document.querySelector('mark')).borderBottomStyle") == "solid"
        await hall.answers("maya", FULL)
        await hall.until(11, 23, 17, 1)
        for width, scheme, paths in ((390, "dark", PAGES), (1100, "light", PAGES[:2])):
            await browser.screen(width, 844, scheme)
            for path in paths:
                await browser.goes(f"{there.address}{path}")
                assert (path, await browser.sees(HINDRANCES)) == (path, [])
        await browser.presses("Leave")
        assert "You have left" in await browser.words()
        assert browser.problems == []


@pytest.mark.process
@pytest.mark.skipif(not INSTALLED, reason="chromium is not on the path")
async def test_a_date_is_left_out_in_a_real_browser(tmp_path: Path):
    """By the keyboard alone: a day is opened, left out and asked on after all, a question is queued for it; light and dark, wide and on a phone nothing hinders."""
    async with start_hall(tmp_path) as hall, visited(hall) as there, chromium(tmp_path / "browser") as browser:
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
        for width, scheme in ((390, "light"), (390, "dark"), (1100, "light"), (1100, "dark")):
            await browser.screen(width, 844, scheme)
            await browser.goes(f"{there.address}/schedule?month=2026-12")
            assert await browser.sees(LINES) == (2 if width == 390 else 1)
            for label in ("09:00 #hall Why does the daytime", "What is set in #hall"):
                await browser.opens(label)
            assert (width, scheme, await browser.sees(HINDRANCES)) == (width, scheme, [])
            assert "Take out" in await browser.words()
        assert browser.problems == []
