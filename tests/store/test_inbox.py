"""Deliveries that are written down before they are acknowledged, teams that leave, and where a member stands."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StoreError
from bot.ports import Taken
from bot.store.database import Database
from bot.store.inbox import TOGETHER, StoredInbox
from bot.store.schema import inbox, team
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, Hall, bank, otherwise
from tests.doubles.fakes import hall as start_hall


async def test_a_delivery_is_new_once(hall: Hall):
    """Of the same delivery taken at once and later, one is new; what was in it is kept until it is handled."""
    box = StoredInbox(hall.db, hall.clock)
    at_once = await asyncio.gather(*(box.take("slack:1", {"n": n}) for n in range(4)), box.take("slack:2", {}))
    assert at_once == [True, False, False, False, True]
    assert not await box.take("slack:1", {"n": 9})
    await box.take("zulip:1", {})
    assert [(one.id, one.body) for one in await box.waiting("slack")] == [("slack:1", {"n": 0}), ("slack:2", {})]
    await box.done("slack:1")
    assert not await box.take("slack:1", {})
    assert await StoredInbox(hall.db, hall.clock).waiting("slack") == [
        Taken(id="slack:2", body={}, at=hall.clock.now())
    ]
    assert (await hall.rows(inbox, "id", "body", "done"))[0] == ("slack:1", None, True)


async def test_half_a_character_keeps_nobody_waiting(hall: Hall):
    """What holds half a character, which no database takes as it is, is written down too, and so is what came together with it."""
    box = StoredInbox(hall.db, hall.clock)
    odd = {"text": "half of \ud83d"}
    assert [*await asyncio.gather(box.take("slack:1", odd), box.take("slack:2", {"text": "ä"}))] == [True, True]
    assert [one.body for one in await box.waiting("slack")] == [odd, {"text": "ä"}]


async def test_many_at_once_are_all_written_down(hall: Hall):
    """More deliveries than fit into one statement are taken in several."""
    box = StoredInbox(hall.db, hall.clock)
    new = await asyncio.gather(*(box.take(f"slack:{n}", {"n": n}) for n in range(TOGETHER + 5)))
    assert all(new)
    assert len(await box.waiting("slack")) == TOGETHER + 5


class Full(Database):
    """A database that cannot be written."""

    def __init__(self) -> None:
        """Have nothing to open."""

    async def write(self, change: Any, *, erases: bool = False) -> Any:
        raise StoreError("The disk is full.")


async def test_what_cannot_be_written_down_is_not_taken(hall: Hall):
    """Everybody who waits learns that the disk is full; who has left is not told, and harms nobody."""
    box = StoredInbox(Full(), hall.clock)
    waiting = [asyncio.ensure_future(box.take(f"slack:{n}", {})) for n in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    told = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(told[0], asyncio.CancelledError)
    assert [str(one) for one in told[1:]] == ["The disk is full."] * 2


async def test_who_leaves_keeps_nobody_waiting(hall: Hall):
    """A delivery whose taker was cancelled is written down all the same."""
    box = StoredInbox(hall.db, hall.clock)
    one, two = (asyncio.ensure_future(box.take(f"slack:{n}", {})) for n in range(2))
    await asyncio.sleep(0)
    one.cancel()
    assert await two
    assert not await box.take("slack:0", {})


async def test_old_deliveries_are_forgotten(hall: Hall):
    """After two days no platform repeats a delivery."""
    await StoredInbox(hall.db, hall.clock).take("slack:1", {})
    await hall.later(hours=47)
    assert len(await hall.rows(inbox)) == 1
    await hall.later(hours=2)
    assert await hall.rows(inbox) == []


async def test_a_new_member_stands_nowhere_yet(hall: Hall):
    """Whoever has taken part in no channel is told of none."""
    await hall.types("you", "/quiz mid")
    await hall.presses("maya", "home")
    shown = hall.told("maya")
    assert "Points: 0" in shown
    assert "No question is waiting for you. Ask one in a channel with /quiz." in shown
    assert "hall" not in shown


async def test_home_tells_what_is_open_and_what_comes(hall: Hall):
    """Points, streak, each open question with the attempts left, and the next question of each channel."""
    await hall.types("you", SCHEDULE + " levels=principal")
    await hall.until(11, 23, 9, 0)
    await hall.answers("maya", FULL)
    await hall.until(11, 24, 9, 0)
    await hall.answers("maya", HALF, 2)
    await hall.types("maya", "/quiz senior sea")
    await hall.presses("maya", "home")
    shown = hall.told("maya")
    assert "Points: 300" in shown
    assert "Streak: 1 now, 1 at best" in shown
    assert "Question 2 in #hall: Why does the daytime look blue" in shown
    assert "2 attempts left" in shown
    assert "(The sea, senior, 3 attempts left)" in shown
    assert "#hall: 2026-11-25 09:00:00+00:00" in shown
    assert "[Answer question 2] answer:2\n[Answer question 3] answer:3" in shown
    for times in range(3):
        await hall.answers("maya", otherwise(HALF, times), 3)
    await hall.presses("maya", "home")
    assert "[Answer question 3]" not in hall.told("maya")
    assert "Answered, and not revealed yet:\nNone Question 3 in #hall" in hall.told("maya")


async def test_home_shows_grades_again(hall: Hall):
    """Each open round with an attempt has a button for its grade, which shows one's own and nobody else's."""
    await hall.types("maya", "/quiz mid sky")
    await hall.types("maya", "/quiz mid sea")
    await hall.answers("bo", FULL)
    await hall.answers("maya", HALF)
    await hall.presses("maya", "home")
    shown = hall.told("maya")
    assert "[See my grade of question 1] grade:1" in shown
    assert "grade:2" not in shown
    await hall.presses("maya", "grade:1")
    assert hall.told("maya").startswith("Partly there: 50 of 100")
    await hall.presses("bo", "grade:1")
    assert hall.told("bo").startswith("Correct: 100 of 100")
    await hall.presses("kim", "grade:1")
    assert "You have not answered this question yet." in hall.told("kim")
    await hall.presses("eve", "grade:1", team="memory:other", channel="memory:channel:other")
    assert "There is no question to answer here." in hall.told("eve")
    await hall.types("you", "/reveal 1")
    await hall.presses("maya", "home")
    assert "grade:1" not in hall.told("maya")


async def test_home_has_no_more_buttons_than_can_be_shown(tmp_path: Path):
    """However many questions are open, there are at most 25 buttons, and the newest grades are among them."""
    async with start_hall(tmp_path, questions=bank(each=30)) as hall:
        for number in range(1, 28):
            await hall.types(f"m{number % 3}", "/quiz mid", channel=f"memory:channel:{number % 2}")
            await hall.answers("maya", HALF, number)
            await hall.later(minutes=1)
        await hall.presses("maya", "home")
        actions = hall.platform.private[-1][1].actions
    assert len(actions) == 24  # the last place is for the review
    assert [action.id for action in actions][:6] == [*(f"answer:{n}" for n in range(1, 6)), "grade:9"]
    assert [action.primary for action in actions].count(True) == 1
    assert actions[-1].id == "grade:27"


async def test_the_form_of_the_thread(hall: Hall):
    """A form asked for in a round's thread is that round's; the thread is known as one where answers are given."""
    await hall.types("you", "/quiz mid")
    thread = hall.platform.server.threads[hall.ref("question:1")]
    await hall.presses("maya", "answer", thread=thread)
    assert hall.platform.forms[-1][1].submit == "submit:1"
    assert await hall.app.has_round(thread)
    assert not await hall.app.has_round(hall.ref("question:1"))
    await hall.presses("maya", "answer")
    assert "There is no question to answer here" in hall.told("maya")


async def test_talk_is_let_be_where_answers_are_private(hall: Hall):
    """A message in a thread that is no round's is answered neither openly nor in private."""
    await hall.presses("bo", "submit", "Hello there", thread="memory:thread:other", message="memory:message:said")
    assert (hall.platform.private, hall.platform.signs) == ([], [])


@pytest.mark.parametrize("paused", [True, False])
async def test_a_team_that_leaves_is_deleted_in_the_end(hall: Hall, *, paused: bool):
    """Its schedules stop at once, also one that was paused before; after thirty days nothing of it is left."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    await hall.answers("maya", FULL)
    if paused:
        await hall.types("you", "/schedule pause")
    await hall.app.left("memory:team")
    before = len(hall.tags())
    await hall.later(days=20)
    assert len(hall.tags()) == before
    assert [row[0] for row in await hall.rows(team, "left_at")] == [MONDAY + timedelta(hours=1)]
    await hall.later(days=11)
    assert await hall.rows(team) == []


async def test_a_team_that_comes_back_keeps_all(hall: Hall):
    """Back within thirty days, nothing is deleted."""
    await hall.types("you", "/quiz mid")
    await hall.app.left("memory:team")
    await hall.app.came_back("memory:team")
    await hall.later(days=40)
    assert await hall.rows(team, "ref", "left_at") == [("memory:team", None)]
