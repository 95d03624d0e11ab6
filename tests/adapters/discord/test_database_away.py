"""The database is away just as Discord has something to tell: it is tried again, and a line in the log says so."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.discord.past import AGAIN_AFTER
from bot.errors import StoreError
from tests.doubles.discord.hall import DiscordHall, discord_hall
from tests.doubles.fakes import HALF

AWAY = "The database server cannot be reached."


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[DiscordHall]:
    """Give a Studyhall on Discord."""
    async with discord_hall(tmp_path) as running:
        yield running


def away(of: Any, name: str, *, times: int = 1) -> None:
    """Let the next calls of a method meet a database that is away."""
    well: Callable[..., Any] = getattr(of, name)
    left = iter(range(times))

    async def call(*given: Any, **named: Any) -> Any:
        if next(left, None) is not None:
            raise StoreError(AWAY)
        return await well(*given, **named)

    setattr(of, name, call)


async def test_as_it_catches_up(hall: DiscordHall):
    """A connection is ready once the threads could be read, and what was said in them counts."""
    _, thread = await hall.asked()
    await hall.away()
    await hall.maya.send(thread, HALF)
    away(hall.app, "open_threads")
    with capture_logs() as logs:
        await hall.back()
        assert not hall.platform.ready(hall.ref(hall.channel))
        await hall.env.advance_time(AGAIN_AFTER)
    assert hall.platform.ready(hall.ref(hall.channel))
    assert [one["reason"] for one in logs if one["event"] == "database_awaited"] == [AWAY]
    assert await hall.attempts() == [HALF]


async def test_as_a_session_is_to_be_started(hall: DiscordHall):
    """A start that cannot be noted is not made yet."""
    client: Any = hall.env.bot
    away(hall.platform.notebook, "put")
    with capture_logs() as logs:
        with hall.env._bot_scope():  # so that time is Discord's, and nobody sleeps
            waiting = asyncio.ensure_future(client.before_identify_hook(7, initial=True))
        await hall.env.advance_time(AGAIN_AFTER - 1)
        assert not waiting.done()
        await hall.env.advance_time(1)
    assert waiting.done()
    assert [one["event"] for one in logs] == ["database_awaited"]


async def test_as_somebody_replies(hall: DiscordHall):
    """A reply in a thread of which nobody knows yet whose it is waits for the database."""
    _, thread = await hall.asked()
    away(hall.app, "has_round")
    await hall.maya.send(thread, HALF)
    await hall.env.advance_time(1)
    assert await hall.attempts() == [HALF]


async def test_as_something_else_happens(hall: DiscordHall, caplog: pytest.LogCaptureFixture):
    """What meets it elsewhere is one line, and no trace; a fault of the bot's own is traced as ever."""
    client = hall.platform.shards.connect(hall.app)  # one that no double watches
    with capture_logs() as logs:
        for error in (StoreError(AWAY), RuntimeError("a bug")):
            try:
                raise error
            except (StoreError, RuntimeError):
                await client.on_error("on_guild_remove")
    assert logs == [{"event": "event_lost", "what": "on_guild_remove", "reason": AWAY, "log_level": "warning"}]
    assert [(one.message, bool(one.exc_info)) for one in caplog.records] == [
        ("Ignoring exception in on_guild_remove", True)
    ]
