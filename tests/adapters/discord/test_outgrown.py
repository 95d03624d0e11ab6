"""Connections that several processes share out end: where Discord wants more shards, and in the middle of catching up."""

import asyncio

import pytest

from bot.clock import MovableClock
from bot.errors import StoreError, Unreachable
from bot.store.sessions import StoredSessions
from tests.adapters.discord.test_shards import address, clock, discord, pytestmark, until
from tests.doubles.discord.replicas import process, town
from tests.doubles.discord.server import DiscordServer
from tests.doubles.loopback import PATIENCE

__all__ = ["address", "clock", "discord", "pytestmark"]  # fixtures


def told(discord: DiscordServer, shard: int) -> None:
    """Close the connection of one shard, for there are to be more."""
    (link,) = [one for one in discord.gateway._links if one.session and one.session.shard[0] == shard]
    link.close(4011)


async def test_one_is_told_and_all_begin_anew(discord: DiscordServer, address: str, clock: MovableClock):
    """Whoever hears well with the old number gives its shards up too, or else the one that was told could begin none."""
    async with process(address, discord, clock) as one, process(address, discord, clock) as other:
        await until(discord, lambda: sorted([one.shards, other.shards]) == [[0], [1]])
        discord.gateway.shards = 3
        told(discord, 0)
        with pytest.raises(Unreachable, match="for more shards than there are"):
            await one.running
        with pytest.raises(Unreachable, match="for more shards than there are"):
            await other.running
        anew = [asyncio.create_task(each.platform.run(each.app)) for each in (one, other)]
        await until(
            discord, lambda: sorted(map(len, (one.shards, other.shards))) == [1, 2]
        )  # none is on its way to the other
        await until(discord, lambda: discord.gateway.hearing == [(0, 3), (1, 3), (2, 3)])
        for task in anew:
            task.cancel()
        await asyncio.wait(anew)
    assert discord.gateway.doubled == []


async def test_it_cannot_be_said(
    discord: DiscordServer, address: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
):
    """Where the database is away as one is told, that one begins anew all the same."""

    async def outgrow(_: StoredSessions, count: int) -> None:
        raise StoreError("The database server cannot be reached.")

    monkeypatch.setattr(StoredSessions, "outgrow", outgrow)
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0, 1])
        told(discord, 1)
        with pytest.raises(Unreachable, match="for more shards than there are"):
            await one.running


async def test_who_begins_anew_leaves_no_catching_up_behind(discord: DiscordServer, address: str, clock: MovableClock):
    """What was being read as the connection was hung up is read by the next one, and not by one that knows no server, and would take it for a direct message."""
    here = town(discord, 0)
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0, 1])
        await here.maya.slash(here.quiz, "quiz")
    held = discord.faults.hold(f"GET /channels/{here.quiz.threads[0].id}/messages")
    async with process(address, discord, clock) as other:
        await held.arrived()
        other.running.cancel()
        await asyncio.wait([other.running])
        reading = [one for one in asyncio.all_tasks() if "shard_ready" in one.get_name()]
        held.release()
        if reading:
            await asyncio.wait(reading, timeout=PATIENCE)
        assert all(one.done() for one in reading)


async def test_who_is_told_twice_to_end_leaves_no_connection_behind(
    discord: DiscordServer, address: str, clock: MovableClock
):
    """A process that is given up is told so by whoever notices it, in the middle of ending: a connection left half closed would hold it up for ever."""
    here = town(discord, 0)
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0, 1])
        held = discord.faults.hold(f"POST /channels/{here.quiz.id}/messages")
        asking = asyncio.create_task(here.maya.slash(here.quiz, "quiz"))
        await held.arrived()
        clients = [*one.platform.shards._own.values()]
        one.running.cancel()
        await until(discord, lambda: all(client.deaf for client in clients))
        one.running.cancel()
        held.release()
        await asyncio.wait([one.running])
        assert all(client.is_closed() for client in clients)
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "discord-connection"]
        asking.cancel()
