"""A process that cannot connect to Discord's gateway, or whose database is away meanwhile: others may have its shards, and wait for nothing that never was."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.discord import starts
from adapters.discord.silence import LONGEST_SECONDS, SILENT_SECONDS, Silence
from bot.clock import MovableClock
from bot.errors import StoreError, Unreachable
from bot.store.sessions import StoredSessions
from tests.adapters.discord.test_shards import address, clock, discord, pytestmark, until
from tests.doubles.discord.replicas import Process, process
from tests.doubles.discord.server import DiscordServer
from tests.doubles.loopback import PATIENCE

__all__ = ["address", "clock", "discord", "pytestmark"]  # fixtures


def silent(one: Process) -> None:
    """Let a process have heard nothing for longer than others wait for it."""
    quiet = one.platform.shards._silence
    assert quiet._looked_at is not None
    quiet._looked_at -= SILENT_SECONDS + 1


def looks(one: Process) -> list[float]:
    """Return the seconds after which a process counts as one that stays, as it gives them from now on with each look."""
    look, given = one.platform.shards._sessions.look, []  # type: ignore[union-attr]

    def looked(count: int, *, settles: float) -> Coroutine[Any, Any, Any]:
        given.append(settles)
        return look(count, settles=settles)

    one.platform.shards._sessions.look = looked  # type: ignore[union-attr,method-assign]
    return given


@asynccontextmanager
async def anew(one: Process) -> AsyncIterator[None]:
    """Run a process's platform once more until the block ends, as its keeper does."""
    one.running = asyncio.create_task(one.platform.run(one.app))
    try:
        yield
    finally:
        one.running.cancel()
        await asyncio.wait([one.running])


@pytest.fixture
async def cut_off(discord: DiscordServer, address: str, clock: MovableClock) -> AsyncIterator[Process]:
    """Give a process that had all shards, and cannot connect to the gateway any more."""
    async with process(address, discord, clock, settles=0.1) as one:
        await until(discord, lambda: one.shards == [0, 1])
        discord.gateway.refusing = True
        discord.gateway.drop()
        await until(discord, lambda: one.shards == [])
        yield one


async def test_who_reaches_no_gateway_lets_others_have_its_shards(
    discord: DiscordServer, address: str, clock: MovableClock, cut_off: Process
):
    """A process that can make calls and hear nothing keeps no shard from those that would hear it; where it is alone it goes on trying."""
    one, looked = cut_off, looks(cut_off)
    silent(one)
    await until(discord, lambda: one.platform.shards._silence.too_long() and len(looked) > 2)
    assert not one.running.done()
    async with process(address, discord, clock, settles=0.1) as other:
        with pytest.raises(Unreachable, match="for none of my shards"):
            await asyncio.wait_for(one.running, PATIENCE)
        discord.gateway.refusing = False
        await until(discord, lambda: other.shards == [0, 1])
        looked.clear()
        async with anew(one):
            await until(discord, lambda: (other.shards, one.shards) == ([0], [1]))
            assert looked[0] == 1.0  # others are asked to give shards up once it has been there for longer
            await until(discord, lambda: looked[-1] == 0.1)  # … and as soon as ever once it has heard
    assert discord.gateway.doubled == []


async def test_a_silence_ends_with_the_shards(
    discord: DiscordServer, address: str, clock: MovableClock, cut_off: Process
):
    """Who has let others have the shards and begins anew is silent from its next try on, and gives up nothing before that."""
    one, looked = cut_off, looks(cut_off)
    async with process(address, discord, clock, settles=0.1):
        silent(one)
        with pytest.raises(Unreachable, match="for none of my shards"):
            await asyncio.wait_for(one.running, PATIENCE)
        looked.clear()
        async with anew(one):
            await until(discord, lambda: len(looked) > 2)
            assert not one.running.done()


async def test_a_database_that_was_away_is_no_silence(
    discord: DiscordServer, address: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
):
    """Who was connected while the database was away, and is broken off just as it returns, has five minutes from then on, as ever."""
    look, away = StoredSessions.look, asyncio.Event()
    looked: list[bool] = []

    async def looks(self: StoredSessions, count: int, *, settles: float) -> Any:
        looked.append(away.is_set())
        if away.is_set():
            raise StoreError("The database server cannot be reached.")
        return await look(self, count, settles=settles)

    async with process(address, discord, clock) as one, process(address, discord, clock) as other:
        await until(discord, lambda: sorted([one.shards, other.shards]) == [[0], [1]])
        monkeypatch.setattr(StoredSessions, "look", looks)
        away.set()
        await until(discord, lambda: looked[-4:] == [True] * 4)
        for each in (one, other):
            silent(each)
        looked.clear()
        await until(discord, lambda: looked[-4:] == [True] * 4)
        discord.gateway.refusing = True
        discord.gateway.drop()
        await until(discord, lambda: not one.shards and not other.shards)
        away.clear()
        looked.clear()
        await until(discord, lambda: looked[-6:] == [False] * 6)
        assert not one.running.done()
        assert not other.running.done()


async def test_a_connection_that_fails_is_no_start(
    discord: DiscordServer, address: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
):
    """Whoever takes a shard over from a process that could not connect begins its session at once, for none was begun; the next waits, before a connection is open."""
    monkeypatch.setattr(starts, "STARTS", 1)
    discord.gateway.shards, discord.gateway.refusing = 1, True
    with capture_logs() as logs:
        async with process(address, discord, clock) as one:
            await until(discord, lambda: discord.gateway.refused)
            one.running.cancel()
            await asyncio.wait([one.running])
            discord.gateway.refusing = False
            async with process(address, discord, clock) as other:
                await until(discord, lambda: other.shards == [0])
                assert [line for line in logs if line["event"] == "too_many_starts"] == []
        async with process(address, discord, clock):
            await until(discord, lambda: [line for line in logs if line["event"] == "too_many_starts"])
            assert discord.gateway._links == set()
    assert [shard for shard, _ in discord.gateway.begun] == [0]


async def test_a_session_that_is_begun_anew_counts(discord: DiscordServer, address: str, clock: MovableClock):
    """Where Discord wants another session over a new connection, it waits for its turn as the first did, and counts once."""
    discord.gateway.shards = 1
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0])
        discord.gateway.invalidate()
        await until(discord, lambda: len(discord.gateway.begun) == 2 and one.shards == [0])
        used = await one.platform.notebook.get("discord:starts_used_until:0")
        assert used == (clock.now() + 2 * starts.START_EVERY).isoformat()


def test_only_time_that_counts_is_silence():
    """From the first try on, while the database can be asked, until a shard is heard or none is to be heard any more."""
    quiet = Silence()
    quiet.lasts(1000, heard=False)
    assert not quiet.too_long()  # nothing was tried
    quiet.begins(1000)
    quiet.begins(1200)
    quiet.lasts(1300, heard=False)
    assert not quiet.too_long()
    quiet.lasts(9000, heard=False, counts=False)
    assert not quiet.too_long()
    quiet.lasts(9001, heard=False)
    assert quiet.too_long()
    quiet.lasts(9002, heard=True)
    assert not quiet.too_long()
    quiet.lasts(9303, heard=False)
    assert quiet.too_long()
    quiet.ends()
    quiet.lasts(99999, heard=False)
    assert not quiet.too_long()


def test_however_often_it_gave_up_it_settles_in_the_end():
    """Ten times as long each time, an hour at the most, also after a year of it."""
    quiet, given = Silence(), []
    for _ in range(4):
        given.append(quiet.settles(60))
        quiet.gives_up()
    assert given == [60, 600, LONGEST_SECONDS, LONGEST_SECONDS]
    for _ in range(10_000):
        quiet.gives_up()
    assert quiet.settles(60) == LONGEST_SECONDS
    assert quiet.settles(0.001) == LONGEST_SECONDS
    quiet.lasts(0, heard=True)
    assert quiet.settles(60) == 60
