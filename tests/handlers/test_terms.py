"""Boards of any time: past weeks, months and seasons, what stands on them, and the posts at their end."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import outcomes as o
from bot.store.schema import occurrence
from tests.doubles.fakes import FULL, HALF, SCHEDULE, WRONG, Hall, bank, text_of
from tests.doubles.fakes import hall as start_hall
from tests.handlers.test_boards import play


def boards(hall: Hall) -> list[str]:
    return [text_of(hall.card(tag)) for tag in hall.tags() if tag.startswith("board")]


async def test_a_board_of_a_time_that_is_over(hall: Hall):
    """Last week, a month and a season are shown as they ended, whichever way they are named."""
    await hall.types("maya", "/quiz mid")
    await play(hall, 1, {"maya": FULL, "bo": HALF})
    await hall.until(11, 30, 9, 0)
    await hall.types("maya", "/quiz mid")
    await play(hall, 2, {"bo": FULL})
    for line, title in (
        ("last week", "Leaderboard · 23 to 29 November 2026"),
        ("2026-w48", "Leaderboard · 23 to 29 November 2026"),
    ):
        await hall.types("bo", f"/leaderboard {line}")
        assert hall.told("bo").splitlines()[:3] == [title, "1 maya 100 1 0 None", "2 bo 50 1 0 None you"]
    await hall.until(12, 2, 0)
    for line in ("last month", "november", "2026-11", "november 2026"):
        await hall.types("bo", f"/leaderboard {line} mid")
        assert hall.told("bo").splitlines()[0] == "Leaderboard · November 2026 · mid"
        assert "1 bo 150" in hall.told("bo")
    await hall.types("bo", "/leaderboard autumn")
    assert hall.told("bo").startswith("Leaderboard · this season")
    await hall.types("bo", "/leaderboard summer")
    assert "Nobody earned points here in summer 2026." in hall.told("bo")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/leaderboard 2027-01", "That has not begun: it starts on 1 January 2027"),
        ("/leaderboard 2025-w53", "There is no week 53 in that year"),
    ],
)
async def test_a_time_that_is_not_yet_or_never(hall: Hall, line: str, said: str):
    """A time to come and a week that its year has not are refused with what can be asked for."""
    await hall.types("maya", line)
    assert said in hall.told("maya")


async def test_who_has_nothing_sees_the_own_line(hall: Hall):
    """A member without points is told so on a board that others are on, now and afterwards."""
    await hall.types("maya", "/quiz mid")
    await play(hall, 1, {"maya": FULL, "bo": WRONG})
    for name in ("bo", "ines"):
        await hall.types(name, "/leaderboard")
        assert "Your place: none yet, for you have no points here." in hall.told(name)
    await hall.types("maya", "/leaderboard")
    assert "Your place" not in hall.told("maya")
    await hall.later(days=7)
    await hall.types("bo", "/leaderboard last week")
    assert "Your place: none, for you have no points here." in hall.told("bo")


async def test_new_is_only_who_is_new(hall: Hall):
    """Whoever earned points in an earlier week, and none last week, comes back and is not new."""
    await hall.types("maya", "/quiz mid")
    await play(hall, 1, {"maya": FULL, "bo": HALF})
    await hall.later(days=14)
    await hall.types("maya", "/quiz mid")
    await play(hall, 2, {"maya": FULL, "ines": HALF})
    for period in ("week", "season"):
        outcome = await hall.types("maya", f"/leaderboard {period}")
        assert isinstance(outcome, o.BoardShown)
        moved = {line.name: line.moved for line in outcome.board.lines}
        assert (moved["maya"], moved["ines"]) == (0, None)


async def test_the_month_and_the_season_end_with_a_champion(tmp_path: Path):
    """On the first of the next month the month's board is posted, and after a quarter the season's, each with its champion."""
    start = datetime(2026, 12, 28, 8, 0, tzinfo=UTC)
    async with start_hall(tmp_path, now=start) as hall:
        await hall.types("you", SCHEDULE + " levels=mid")
        for name, text in (("maya", FULL), ("bo", FULL), ("ines", HALF)):
            await hall.jobs.travel(hall.clock, datetime(2026, 12, 28, 9, 0, tzinfo=UTC))
            await hall.answers(name, text)
        await hall.jobs.travel(hall.clock, datetime(2026, 12, 29, 9, 0, tzinfo=UTC))
        await hall.answers("maya", HALF, 2)
        await hall.jobs.travel(hall.clock, datetime(2027, 1, 1, 17, 1, tzinfo=UTC))
        week, month, season = boards(hall)
        assert week.startswith("Weekly board · 28 December to 3 January 2027")
        assert month.startswith("The month's board · December 2026\nChampion of December 2026: maya, 150 points.")
        assert season.startswith("The season's board · autumn 2026\nChampion of autumn 2026: maya, 150 points.")
        assert "leaderboard:2026-12" in month
        await hall.presses("bo", "leaderboard:2026-q4")
        assert "2 bo 100 1 0 None you" in hall.told("bo")
        await hall.jobs.travel(hall.clock, datetime(2027, 2, 1, 18, 0, tzinfo=UTC))
        assert len([text for text in boards(hall) if "month's" in text]) == 1  # nobody earned points in January


async def test_an_answer_before_midnight_counts_for_the_month_that_ends(tmp_path: Path):
    """A question counts for the date on which it was asked: answered before midnight, revealed after it, it is the old month's; the month's board waits for it."""
    async with start_hall(tmp_path, questions=bank(each=20)) as hall:
        await hall.types("you", "/schedule set 20:00 daily reveal=09:00 board_at=08:00 levels=mid")
        await hall.until(11, 30, 23, 50)
        number = len([tag for tag in hall.tags() if tag.startswith("question")])
        await hall.answers("maya", FULL, number)
        await hall.types("bo", "/quiz mid")
        await hall.answers("bo", HALF, number + 1)
        await hall.until(12, 1, 0, 10)
        await hall.answers("ines", HALF, number)
        await hall.until(12, 1, 12, 0)
        assert [text for text in boards(hall) if "month's" in text] == []
        await hall.types("maya", "/leaderboard last month")
        assert "1 maya 100" in hall.told("maya")
        await hall.types("maya", "/leaderboard month")
        assert "Nobody has points here yet" in hall.told("maya")
        await hall.until(12, 2, 0, 0)
        (month,) = (text for text in boards(hall) if "month's" in text)
        assert "Champion of November 2026: maya, 100 points." in month
        assert "2 bo 50" in month
        assert "2 ines 50" in month


async def test_a_months_board_is_late_rather_than_lost(tmp_path: Path):
    """After an outage a month's board is still posted for fifteen days, and not after that."""
    for days, posted in ((14, 1), (16, 0)):
        folder = tmp_path / str(days)
        folder.mkdir()
        async with start_hall(folder) as hall:
            await hall.types("you", SCHEDULE)
            await hall.until(11, 23, 9, 0)
            await hall.answers("maya", FULL)
            await hall.until(11, 27, 18, 0)
            hall.clock.move_to(datetime(2026, 12, 1 + days, 17, 1, tzinfo=UTC))
            await hall.jobs.tick()
            assert len([text for text in boards(hall) if "month's" in text]) == posted
            ends = [state for kind, state in await hall.rows(occurrence, "kind", "state") if kind == "month"]
            assert ends == ["posted" if posted else "missed"]


async def test_statistics_say_what_could_not_earn(tmp_path: Path):
    """Points are told of the questions that could earn them; what was practice, a copy, or one too many on a day is told besides, to its member alone."""
    async with start_hall(tmp_path, questions=bank(each=1)) as hall:
        await hall.types("you", "/quiz mid sky")
        await hall.replies("ines", FULL)
        await hall.replies("maya", FULL)
        await hall.presses("you", "reveal:1")
        for number, kind in enumerate(("mid sky", "mid sea", "senior sky", "senior sea"), start=2):
            await hall.types("you", f"/quiz {kind}")
            await hall.answers("maya", HALF, number)
            await hall.presses("you", f"reveal:{number}")
        await hall.types("maya", "/stats")
        assert "50 points from 1 question, 0 correct" in hall.told("maya")
        assert (
            "Without points: 1 for practice, their answers having been revealed before; "
            "2 beyond the 3 of /quiz that count on a day; 1 in which you nearly repeated an earlier answer"
        ) in hall.told("maya")
        await hall.types("ines", "/stats maya")
        assert "50 points from 1 question" in hall.told("ines")
        assert "Without points" not in hall.told("ines")
