"""Several questions a day, and one a week: each with its reveal, its dates, its queue and its board."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import outcomes as o
from bot.errors import BadValue
from bot.rules.schedule import holiday
from bot.store.schema import award, occurrence, round_
from tests.doubles.fakes import FULL, HALF, Hall, text_of
from tests.doubles.fakes import hall as start_hall
from tests.handlers.test_boards import compared

ASSUMPTION = date(2026, 8, 15)
TWICE = "/schedule set 09:00,13:00 mon-fri reveal=17:00 board=fri"


async def posted(hall: Hall) -> list[str]:
    """Return when each question was asked and is revealed."""
    return [f"{at:%d %H:%M} {end:%d %H:%M}" for at, end in await hall.rows(round_, "opened_at", "reveal_at")]


async def test_two_questions_a_day_are_asked_and_revealed(hall: Hall):
    """Each comes at its time, is another question, counts for itself, and is revealed at the reveal that follows it."""
    await hall.types("you", TWICE)
    assert hall.told("you").startswith(
        "The daily questions are set\nQuestion: mon-fri at 09:00 and 13:00, UTC\nReveal: 17:00\n"
    )
    await hall.until(11, 23, 13, 0)
    for number in (1, 2):
        await hall.answers("maya", FULL, number)
    await hall.until(11, 24, 17, 0)
    assert await posted(hall) == ["23 09:00 23 17:00", "23 13:00 23 17:00", "24 09:00 24 17:00", "24 13:00 24 17:00"]
    assert len({question for (question,) in await hall.rows(round_, "question_id")}) == 4
    await hall.types("maya", "/stats")
    assert "from 2 questions, 2 correct" in hall.told("maya")
    assert "Streak: 0 now, 2 at best" in hall.told("maya")
    await hall.until(11, 27, 18, 0)
    board = next(m["card"] for m in hall.platform.server.messages.values() if m["tag"].startswith("board:"))
    assert "1 maya" in text_of(board)
    assert {state for kind, state in await hall.rows(occurrence, "kind", "state") if kind == "question"} == {
        "posted",
        "due",
    }
    assert not (await compared(hall)).differences


async def test_a_question_after_the_reveal_is_open_until_the_next(hall: Hall):
    """A reveal is the first that comes after its question; so the evening's question is revealed on the next day."""
    await hall.types("you", "/schedule set 09:00 18:00 daily reveal=17:00")
    assert "Reveal: 17:00 the day after for the last" in hall.told("you")
    await hall.until(11, 24, 17, 0)
    assert await posted(hall) == ["23 09:00 23 17:00", "23 18:00 24 17:00", "24 09:00 24 17:00"]


async def test_two_that_a_change_of_clocks_brings_together_are_both_asked(tmp_path: Path):
    """Where the clocks jump over one question's time to that of another, both come at that instant, also late, and none counts as missed."""
    async with start_hall(tmp_path, now=datetime(2026, 3, 28, 12, tzinfo=UTC)) as hall:
        await hall.types("you", "/schedule set 02:30,03:30 Europe/Berlin daily reveal=17:00")
        hall.clock.move_to(datetime(2026, 3, 29, 1, 45, tzinfo=UTC))
        await hall.jobs.tick()
        assert await posted(hall) == ["29 01:45 29 15:00"] * 2
        assert hall.platform.direct_messages == []


async def test_a_date_is_left_out_and_taken_back_whole(hall: Hall):
    """Skipping a date leaves out what is still to come of it, preview shows the others, and unskip brings all of it back."""
    await hall.types("you", TWICE)
    await hall.until(11, 23, 10, 0)
    await hall.types("you", "/schedule skip")
    assert "No question on Monday 23 November 2026" in hall.told("you")
    await hall.types("you", "/schedule skip tomorrow")
    await hall.types("you", "/schedule preview")
    assert "None Wed 25 November 2026, 09:00 UTC\nNone Wed 25 November 2026, 13:00 UTC" in hall.told("you")
    assert (
        "Left out (take it back with /schedule unskip and the date):\nNone Mon 23 November 2026\nNone Tue 24"
        in hall.told("you")
    )
    await hall.types("you", "/schedule unskip")
    await hall.types("you", "/schedule unskip tomorrow")
    await hall.until(11, 24, 13, 0)
    assert [when[:8] for when in await posted(hall)] == ["23 09:00", "23 13:00", "24 09:00", "24 13:00"]
    await hall.types("you", "/schedule skip today")
    assert isinstance(await hall.types("you", "/schedule skip today"), o.Refusal)


async def test_a_date_that_is_left_out_has_none_of_its_questions(hall: Hall):
    """Of a date with several questions that is skipped beforehand none is asked, nor is one shown as coming."""
    await hall.types("you", TWICE)
    await hall.types("you", "/schedule skip tomorrow")
    await hall.types("you", "/schedule preview")
    assert "Tue 24 November 2026, 13:00" not in hall.told("you")
    await hall.until(11, 25, 9, 0)
    assert [when[:8] for when in await posted(hall)] == ["23 09:00", "23 13:00", "25 09:00"]


async def test_a_date_takes_as_many_queued_questions_as_it_has(hall: Hall):
    """Two are queued for a date with two questions and are asked in that order; a third is refused."""
    await hall.types("you", TWICE)
    for number in (1, 2):
        await hall.types("you", f"/schedule queue sea-mid-{number} tuesday")
    assert isinstance(await hall.types("you", "/schedule queue sea-mid-3 tuesday"), o.Refusal)
    await hall.types("you", "/schedule preview")
    assert "09:00 UTC: sea-mid-1\nNone Tue 24 November 2026, 13:00 UTC: sea-mid-2" in hall.told("you")
    await hall.until(11, 24, 13, 0)
    assert [q for (q,) in await hall.rows(round_, "question_id")][2:] == ["sea-mid-1", "sea-mid-2"]
    await hall.types("you", "/schedule queue sea-mid-3 today")
    assert "No question is coming on Tuesday 24" in hall.told("you")


async def test_a_change_at_noon_loses_no_question(hall: Hall):
    """What was asked today is not asked again, what is still to come of today comes, at the new times."""
    await hall.types("you", TWICE)
    await hall.until(11, 23, 10, 0)
    await hall.types("you", "/schedule set 08:00,14:00,15:00")
    await hall.until(11, 24, 9, 0)
    assert [when[:8] for when in await posted(hall)] == ["23 09:00", "23 14:00", "23 15:00", "24 08:00"]
    await hall.types("you", "/schedule set 10:00")
    await hall.until(11, 25, 10, 0)
    assert [when[:8] for when in await posted(hall)][4:] == ["25 10:00"]


async def test_a_weekly_question_is_open_until_the_next(hall: Hall):
    """It is asked on one day, revealed just before the next, and the board of its week follows at once."""
    await hall.types("you", "/schedule set weekly mon 09:00 days_off=2026-12-07")
    assert hall.told("you").startswith(
        "The weekly question is set\nQuestion: each Monday at 09:00, UTC\nReveal: just before the next question\nWeekly board: mon at 09:00"
    )
    await hall.until(11, 23, 9, 0)
    assert hall.card("question:1").title.startswith("Question of the week")
    await hall.until(11, 29, 12, 0)
    await hall.answers("maya", HALF)
    await hall.until(12, 1, 12, 0)
    await hall.answers("maya", FULL, 2)
    await hall.until(12, 14, 9, 0)
    assert await posted(hall) == ["23 09:00 30 08:59", "30 09:00 14 08:59", "14 09:00 21 08:59"]
    boards = [text_of(m["card"]) for m in hall.platform.server.messages.values() if m["tag"].startswith("board:")]
    assert [text.partition("\n")[0] for text in boards] == [
        "Weekly board · 23 to 29 November 2026",
        "The month's board · November 2026",
        "Weekly board · 30 November to 6 December 2026",
    ]
    assert all("maya" in text for text in boards)
    await hall.types("maya", "/stats")
    assert "Streak: 2 now, 2 at best" in hall.told("maya")


async def test_a_weekly_question_has_one_day_and_one_time(hall: Hall):
    """Several of them are refused with the word weekly, and without it they end the weekly mode, as a reveal does; its board comes and goes with it."""
    await hall.types("you", "/schedule set weekly mon,tue 09:00")
    assert "one day and one time" in hall.told("you")
    await hall.types("you", "/schedule set weekly 09:00 wed")
    assert "Weekly board: wed at 09:00" in hall.told("you")
    await hall.types("you", "/schedule set 10:00 thu")
    assert (
        "Question: each Thursday at 10:00, UTC\nReveal: just before the next question\nWeekly board: thu at 10:00"
        in hall.told("you")
    )
    await hall.types("you", "/schedule set mon-fri")
    assert "Question: mon-fri at 10:00, UTC\nReveal: 17:00\nWeekly board: fri at 17:00" in hall.told("you")
    await hall.types("you", "/schedule set weekly board=fri board_at=12:00")
    assert (
        "Question: each Monday at 10:00, UTC\nReveal: just before the next question\nWeekly board: fri at 12:00"
        in hall.told("you")
    )
    await hall.types("you", "/schedule set reveal=18:00")
    assert "Question: mon at 10:00, UTC\nReveal: 18:00\nWeekly board: mon at 18:00" in hall.told("you")
    await hall.until(11, 27, 18, 0)
    assert len(await hall.rows(award)) == 0


async def test_a_missed_question_counts_half_until_the_next(hall: Hall):
    """With half=on nothing is told at the reveal's time: from then on an answer counts half, and the answer comes before the next question."""
    await hall.types("you", "/schedule set 09:00 mon-fri reveal=17:00 levels=mid half=on")
    assert (
        "Reveal: just before the next question; from 17:00 on answers count half\nWeekly board: mon at 09:00"
        in hall.told("you")
    )
    for name in ("bo", "ines"):
        await hall.types(name, "/settings remind=on")
    await hall.until(11, 23, 9, 0)
    assert "Half the points from: 2026-11-23 17:00:00+00:00\nReveal: 2026-11-24 08:59:00+00:00" in text_of(
        hall.card("question:1")
    )
    await hall.answers("maya", FULL)
    await hall.until(11, 23, 17, 0)
    assert "reveal:1" not in hall.tags()
    await hall.answers("bo", FULL)
    assert "Worth 50 points, half for coming late." in hall.told("bo")
    await hall.presses("bo", "grade:1")
    assert "Worth 50 points, half for coming late." in hall.told("bo")
    await hall.until(11, 24, 8, 59)
    assert "reveal:1" in hall.tags()
    await hall.answers("ines", FULL)
    assert "For practice" in hall.told("ines")
    assert sorted(await hall.rows(award, "points")) == [(50,), (100,)]
    await hall.types("bo", "/stats")
    assert "Streak: 1 now" in hall.told("bo")
    await hall.until(11, 24, 15, 0)
    assert [who for who, _ in hall.platform.direct_messages] == ["memory:member:bo"]
    await hall.until(11, 30, 9, 0)
    board = next(m["card"] for m in hall.platform.server.messages.values() if m["tag"].startswith("board:"))
    assert text_of(board).startswith("Weekly board · 23 to 29 November 2026\nChampion of the week: maya, 100 points.")
    assert not (await compared(hall)).differences


async def test_a_late_question_counts_in_full_for_some_time(hall: Hall):
    """A question that came an hour and a half late, after its reveal's time, counts in full for an hour, and half from then on."""
    await hall.types("you", "/schedule set 09:00 mon-fri reveal=09:30 half=on")
    hall.clock.move_to(hall.clock.now().replace(hour=10, minute=30))
    await hall.jobs.tick()
    assert await hall.rows(round_, "half_at") == [(hall.clock.now().replace(hour=11),)]
    await hall.types("you", "/schedule set weekly")
    assert "Reveal: just before the next question\n" in hall.told("you")
    await hall.types("you", "/schedule set half=off mon-fri")
    assert "Reveal: 09:30\nWeekly board: fri at 09:30" in hall.told("you")


async def test_a_new_channel_warms_up(hall: Hall):
    """With warmup=on the first five questions are of the lowest level, the next five of the next, and then all come."""
    await hall.types("you", "/schedule set 09:00,10:00,11:00,12:00 daily reveal=17:00 warmup=on")
    assert "begins with the lowest levels, five questions of each" in hall.told("you")
    await hall.until(11, 25, 12, 0)
    levels = [level for (level,) in await hall.rows(round_, "level")]
    assert levels[:5] == ["mid"] * 5
    assert levels[5:10] == ["senior"] * 5
    assert "principal" in levels[10:]
    await hall.types("you", "/schedule set levels=mid")
    await hall.until(11, 26, 12, 0)
    assert [level for (level,) in await hall.rows(round_, "level")][12:] == ["mid"] * 4


async def test_holidays_of_one_denomination_are_off(hall: Hall):
    """Where a calendar splits holidays by denomination one may be named; an unknown one is answered with those there are."""
    await hall.types("you", "/schedule set 09:00 mon-fri holidays=DE-BY")
    assert holiday("DE-BY", ASSUMPTION) == ""
    await hall.types("you", "/schedule set holidays=DE-BY+Catholic")
    assert "Days off: public holidays of DE-BY, also catholic" in hall.told("you")
    assert holiday("DE-BY+catholic", ASSUMPTION) != ""
    for country, known in (("DE-BY+quaker", "Known: catholic"), ("GB+catholic", "Write GB alone")):
        with pytest.raises(BadValue, match=known):
            await hall.types("you", f"/schedule set holidays={country}")


async def test_times_that_cannot_be(hall: Hall):
    """A reveal at the very time of a question, and more than four questions a day, are refused."""
    assert isinstance(await hall.types("you", "/schedule set 09:00,17:00 reveal=17:00"), o.Refusal)
    with pytest.raises(BadValue, match="Write one to 4, such as 09:00,13:00"):
        await hall.types("you", "/schedule set 9am,noon,1pm,2pm,3pm")
