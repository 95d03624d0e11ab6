"""Processes on one PostgreSQL share out a platform's sessions: each is with one that lives, and no two are begun too soon after each other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from bot.errors import AlreadyRunning
from bot.store import postgresql
from bot.store.database import Database
from bot.store.sessions import StoredSessions
from bot.store.turn import Turn
from tests.doubles import postgresql as double
from tests.doubles.postgresql import Server

pytestmark = pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")


@dataclass
class Process:
    """A process that takes part."""

    db: Database
    sessions: StoredSessions

    async def look(self, count: int = 2, *, settles: float = 0.0) -> list[int]:
        """Return what it has, without what it gives up at once."""
        share = await self.sessions.look(count, settles=settles)
        for number in share.surplus:
            await self.sessions.let_go(number)
        return sorted(share.held - share.surplus)

    async def run(self, statement: str, **values: Any) -> None:
        await self.db.write(lambda connection: connection.execute(text(statement), values))

    async def dies(self) -> None:
        """Let nothing be heard of it any more."""
        async with self.db.in_steps() as step:
            await step(
                lambda connection: connection.execute(
                    text("UPDATE lease SET ends_at = now() - interval '1 second' WHERE holder = :holder"),
                    {"holder": self.db.holder},
                )
            )


@pytest.fixture
async def two(server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Process]]:
    """Give two processes on one database, whose hearts do not beat: one that dies would be heard of between its death and the next look."""
    monkeypatch.setattr(Turn, "kept", lambda *_: nullcontext())
    address = await server.fresh()
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(postgresql.opened(address, alone=False)) for _ in range(2)]
        yield [Process(db, StoredSessions(db, "discord")) for db in opened]
    server.takes_back(address)


async def test_the_first_has_all_and_gives_up_half(two: list[Process]):
    """Who comes first has every session; who comes later has its share as soon as that is given up, and both keep theirs."""
    one, other = two
    assert await one.look() == [0, 1]
    assert await other.look() == []
    assert await one.look() == [0]
    assert await other.look() == [1]
    assert [await one.look(), await other.look()] == [[0], [1]]


async def test_a_newcomer_waits_until_it_has_settled(two: list[Process]):
    """For one that has just begun nobody gives anything up; it has what is free all the same."""
    one, other = two
    assert await one.look(settles=60) == [0, 1]
    assert await other.look(settles=60) == []
    assert await one.look(settles=60) == [0, 1]
    await one.sessions.let_go(1)
    assert await other.look(settles=60) == [1]
    await other.sessions.leave()
    assert await one.look(settles=60) == [0, 1]


async def test_what_the_dead_had_is_taken_at_once(two: list[Process]):
    """As soon as a process is given up its sessions are another's, and it can neither have nor begin any more."""
    one, other = two
    await one.look()
    await other.look()
    await one.look()
    await other.look()
    await one.dies()
    assert await other.look() == [0, 1]
    for refused in (one.sessions.look(2, settles=0), one.sessions.begin(0, every=5), one.sessions.let_go(0)):
        with pytest.raises(AlreadyRunning):
            await refused
    assert await other.look() == [0, 1]


async def test_a_server_that_was_away_takes_nobodys_turn(two: list[Process]):
    """Where everybody's time ran out, whoever is back first gives up nobody and takes nothing; whoever does not come back is given up a little later."""
    one, other = two
    assert (await one.look(), await other.look()) == ([0, 1], [])
    assert (await one.look(), await other.look(), await one.look()) == ([0], [1], [0])
    await one.dies()
    await other.dies()
    assert (await one.look(), await other.look(), await one.look()) == ([0], [1], [0])
    await other.dies()
    await one.run("UPDATE lease SET ends_at = now() - interval '1 second' WHERE name = 'respite'")
    assert await one.look() == [0, 1]
    with pytest.raises(AlreadyRunning):
        await other.look()


async def test_two_that_look_at_one_instant_have_each_session_once(two: list[Process]):
    """However their looks fall, no session is had twice."""
    for _ in range(5):
        await asyncio.gather(*(one.look(5) for one in two * 2))
        has = [(await one.sessions.look(5, settles=0)).held for one in two]
        assert sorted([*has[0], *has[1]]) == [0, 1, 2, 3, 4]
        await two[0].sessions.leave()


async def test_all_count_alike(two: list[Process]):
    """Who is told of another number of sessions takes that of those who have some, as long as anybody has."""
    one, other = two
    assert await one.look(1) == [0]
    share = await other.sessions.look(2, settles=0)
    assert (share.count, share.held) == (1, frozenset())
    await one.sessions.leave()
    share = await other.sessions.look(2, settles=0)
    assert (share.count, share.held) == (2, frozenset({0, 1}))


async def test_a_number_that_is_too_small(two: list[Process]):
    """Told that there are to be more, nobody takes one of the old number; there are more as soon as nobody has any, or after a minute as many as before."""
    one, other = two
    assert (await one.look(2), await other.look(2), await one.look(2)) == ([0, 1], [], [0])
    await one.sessions.outgrow(2)
    assert (await other.sessions.look(2, settles=0.0)).outgrown
    await one.sessions.leave()
    assert await other.look(2) == []
    assert (await one.look(3), await other.look(2)) == ([0, 1], [2])
    await one.sessions.leave()
    await other.sessions.leave()
    await one.run("UPDATE lease SET ends_at = now() WHERE name = 'outgrown:discord:2'")
    assert await one.look(2) == [0, 1]


async def test_another_platforms_sessions_are_its_own(two: list[Process]):
    """What is shared out of one platform says nothing of another's."""
    await two[0].look()
    share = await StoredSessions(two[1].db, "other").look(3, settles=0)
    assert (share.count, share.held) == (3, frozenset({0, 1, 2}))


async def test_starts_are_apart_whoever_makes_them(two: list[Process]):
    """Of any number that ask at once one may begin; the others are told how long to wait, also once that one has ended."""
    one, other = two
    waits = await asyncio.gather(*(each.sessions.begin(0, every=30) for each in two * 4))
    assert min(waits) == 0
    assert all(25 < wait <= 30 for wait in sorted(waits)[1:])
    assert await other.sessions.begin(1, every=30) == 0
    await one.sessions.leave()
    await one.dies()
    assert await other.sessions.begin(0, every=30) > 0
    await other.run("UPDATE lease SET ends_at = clock_timestamp() WHERE name = 'begun:discord:0'")
    assert await other.sessions.begin(0, every=30) == 0
    assert await other.sessions.begin(0, every=30) > 25
