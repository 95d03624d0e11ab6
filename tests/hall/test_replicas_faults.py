"""What goes wrong at one of several processes keeps nothing from the others: no claim stays with a process that lives on."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import outcomes as o
from bot.bank.editing import texts_of
from bot.errors import ChannelGone, NoThread, Unreachable
from bot.store.schema import message, occurrence
from bot.store.turn import reap
from tests.doubles import postgresql as double
from tests.doubles.fakes import FULL, HALF, Hall, text_of
from tests.doubles.postgresql import Server
from tests.doubles.replicas import address_of, dies, side_by_side, slow

pytestmark = pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")


@pytest.fixture
async def two(server: Server) -> AsyncIterator[tuple[Hall, Hall]]:
    """Give two processes' halls, one clock, and one chat platform; the first one leads."""
    async with side_by_side(server) as halls:
        yield halls


@asynccontextmanager
async def held(hall: Hall, doing: Callable[[], Awaitable[object]]) -> AsyncIterator[asyncio.Task[object]]:
    """Have a process stand in the middle of a call of the platform, then go on to the end."""
    slow(hall).holds()
    task = asyncio.ensure_future(doing())
    await slow(hall).begun.wait()
    yield task
    slow(hall).through.set()
    await asyncio.wait([task])


async def claims(hall: Hall) -> list[str]:
    """Return by whom messages are claimed."""
    return [by for (by,) in await hall.rows(message, "claimed_by") if by]


async def test_a_database_that_fails_over_a_post_keeps_nobody_from_it(two: tuple[Hall, Hall], server: Server):
    """Where the end of a post cannot be written down, any process finds the message once the database is well again."""
    one, other = two
    name = (await address_of(one, server)).partition("?")[0].rpartition("/")[2]
    async with held(other, lambda: other.types("maya", "/quiz mid")):
        await server.run("ALTER TABLE message RENAME TO mislaid", on=name)
        slow(other).through.set()
        await asyncio.sleep(0)
    await server.run("ALTER TABLE mislaid RENAME TO message", on=name)
    await other.app.flush()
    await one.later(minutes=1)
    assert one.tags() == ["question:1"]
    assert ("question", "posted") in await one.rows(occurrence, "kind", "state")


async def test_a_database_that_fails_over_an_edit_keeps_nobody_from_the_card(two: tuple[Hall, Hall], server: Server):
    """A card that a process could not let go of is drawn by the others once the database is well again."""
    one, other = two
    name = (await address_of(one, server)).partition("?")[0].rpartition("/")[2]
    await one.types("you", "/quiz mid")
    async with held(other, lambda: other.answers("bo", HALF)):
        await server.run("ALTER TABLE message RENAME TO mislaid", on=name)
    await server.run("ALTER TABLE mislaid RENAME TO message", on=name)
    await other.app.flush()
    await one.answers("maya", FULL)
    assert "bo, maya" in text_of(one.card("question:1"))
    assert await claims(one) == []


async def test_who_is_cancelled_keeps_nobody_from_a_post(two: tuple[Hall, Hall]):
    """A platform that fails takes what it was doing with it, and the process lives on: others post it."""
    one, other = two
    async with held(other, lambda: other.types("maya", "/quiz mid")) as asking:
        asking.cancel()
    await other.app.flush()
    await one.later(minutes=1)
    assert one.tags() == ["question:1"]


async def test_what_is_being_done_is_not_let_go_of(two: tuple[Hall, Hall]):
    """A post that takes longer than a second stays in the hand that makes it."""
    one, other = two
    async with held(other, lambda: other.types("maya", "/quiz mid")):
        await other.app.flush()
        assert await claims(one) == [other.db.holder]
    assert one.tags() == ["question:1"]


@pytest.mark.parametrize("method", ["post", "edit", "open_thread"])
@pytest.mark.parametrize(
    "error", [Unreachable("away"), ChannelGone("gone"), NoThread("none", thread="memory:thread:1"), ValueError("bug")]
)
async def test_nothing_is_in_hand_after_a_failure(two: tuple[Hall, Hall], method: str, error: Exception):
    """Whatever a call of the platform raises, what was in hand is free."""
    one, other = two
    if method == "edit":
        await one.types("you", "/quiz mid")
    slow(other).failing[method] = [error]
    await (other.answers("bo", HALF) if method == "edit" else other.types("maya", "/quiz mid"))
    assert await claims(one) == []


async def test_a_card_that_is_known_no_more_is_drawn(two: tuple[Hall, Hall], server: Server):
    """A message whose row was forgotten for its age is drawn by whoever still knows where it stands."""
    one, _ = two
    await one.types("you", "/quiz mid")
    name = (await address_of(one, server)).partition("?")[0].rpartition("/")[2]
    await one.answers("maya", FULL)
    await server.run("DELETE FROM message", on=name)
    assert isinstance(await one.answers("bo", HALF), o.AttemptGraded)
    assert "maya, bo" in text_of(one.card("question:1"))


async def test_who_renames_is_not_named_by_an_older_card(two: tuple[Hall, Hall]):
    """An edit that waits at one process is not put over one of as many members that another has drawn since."""
    one, other = two
    await one.types("you", "/quiz mid")
    one.platform.edit_pause = timedelta(seconds=3)
    await one.answers("maya", FULL)
    await one.answers("bo", HALF)
    await other.types("maya", "/privacy hide")
    assert "maya" not in text_of(one.card("question:1"))
    one.clock.move_to(one.clock.now() + timedelta(seconds=4))
    await one.app.flush()
    assert "maya" not in text_of(one.card("question:1"))


async def test_what_a_team_edited_is_gone_everywhere_when_the_team_is(two: tuple[Hall, Hall]):
    """A team that took the bot out long ago and comes back is not asked what it once made of a question, by any process."""
    one, other = two
    before = (await other.app.bank_of("memory:team")).every["sky-mid-1"]
    texts = texts_of(before)
    fields = {"text": "Why is it blue, all told?", "reference": texts.reference, "points": texts.points}
    await other.sends("you", "edit-send:sky-mid-1", fields)
    assert (await other.app.bank_of("memory:team")).every["sky-mid-1"] != before
    await one.app.left("memory:team")
    await one.later(days=31)
    assert (await other.app.bank_of("memory:team")).every["sky-mid-1"] == before


async def test_edits_are_looked_for_once_in_a_while(two: tuple[Hall, Hall]):
    """Each answer asks for a team's questions, and one look whether another process saved an edit does for many."""
    one, other = two
    one.app.deps.edits.fresh = math.inf
    before = (await one.app.bank_of("memory:team")).every["sky-mid-1"]
    texts = texts_of(before)
    fields = {"text": "Why is it blue, all told?", "reference": texts.reference, "points": texts.points}
    await other.sends("you", "edit-send:sky-mid-1", fields)
    assert (await one.app.bank_of("memory:team")).every["sky-mid-1"] == before
    one.app.deps.edits.fresh = 0
    assert (await one.app.bank_of("memory:team")).every["sky-mid-1"].question == fields["text"]


async def test_who_was_given_up_leaves_what_is_kept_to_others(two: tuple[Hall, Hall]):
    """A process that others took for dead tells nobody that nothing was saved where one of them answers; what is nowhere else, it says is not done."""
    one, other = two
    await one.types("maya", "/quiz mid")
    await dies(other)
    await one.db.write(reap)
    asked: dict[str, Any] = {"event": "memory:kept", "kept": True}
    with capture_logs() as logs:
        left = await other.answers("maya", FULL, **asked)
        await other.jobs._tick_or_log()
    assert isinstance(left, o.Failure)
    assert [(row["event"], "reason" in row, "exc_info" in row) for row in logs] == [("command_failed", True, False)]
    assert other.platform.private == []
    assert isinstance(await one.answers("maya", FULL, again=True, **asked), o.AttemptGraded)
    await other.types("maya", "/help")
    assert isinstance(await other.types("maya", "/quiz senior"), o.Failure)
    assert "Nothing of it was saved" in other.told("maya")
