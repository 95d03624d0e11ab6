"""Two bots as processes of their own on one PostgreSQL have a shard of the loopback Discord each, and one of them is killed."""

import asyncio
from contextlib import AbstractAsyncContextManager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from tests.doubles import postgresql as double
from tests.doubles.discord.process import cards, signs
from tests.doubles.discord.replicas import Town, town
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import FULL, HALF
from tests.doubles.postgresql import Server
from tests.doubles.process import Bot, bot, write_bank

pytestmark = pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")

SETTLE: Final = "UPDATE lease SET ends_at = now() WHERE name LIKE 'present:%'"
GIVE_UP: Final = (
    "UPDATE lease SET ends_at = now() - interval '1 second' "
    "WHERE name LIKE 'process:%' AND holder IN (SELECT holder FROM lease WHERE name = 'session:discord:2:0')"
)


async def asked(process: Bot, at: Town) -> Any:
    """Let Maya ask, and return the question's thread."""
    await at.maya.slash(at.quiz, "quiz")
    await process.until(lambda: at.quiz.threads)
    return at.quiz.threads[0]


async def said(process: Bot, at: Town, thread: Any, text: str) -> None:
    """Let Maya answer in a thread, and wait until that is heard."""
    words = await at.maya.send(thread, text)
    await process.until(lambda: signs(words, thread))


async def test_two_processes_have_a_shard_each_and_one_is_killed(tmp_path: Path, server: Server):
    """One has both shards at first, and gives one up for the other; killed as it posts, it leaves a question that stands once, and its shard is heard by the other."""
    write_bank(tmp_path)
    address = await server.fresh()
    run = partial(server.run, on=address.partition("?")[0].rpartition("/")[2])
    async with DiscordServer() as discord:
        discord.gateway.shards = 2
        here, there = town(discord, 0), town(discord, 1)

        def replica(name: str) -> AbstractAsyncContextManager[Bot]:
            return bot(discord, tmp_path, DATABASE_URL=address, DATA_DIR=str(tmp_path / name))

        async with replica("one") as one:
            await discord.gateway.connected()
            await one.until(lambda: len(one.events("discord_ready")) == 2)
            async with replica("other") as other:
                while not one.events("shard_given_up"):
                    await run(SETTLE)
                await other.ready()
                for process, at in ((one, here), (other, there)):
                    await said(process, at, await asked(process, at), HALF)
                posting = discord.faults.hold(f"POST /channels/{here.quiz.id}/messages", accepted=True)
                asking = asyncio.create_task(here.maya.slash(here.quiz, "quiz"))
                await posting.arrived()
                await one.kill()
                posting.release()
                lost = await here.maya.send(here.quiz.threads[0], f"{FULL} Said to nobody.")
                await run(GIVE_UP)
                await other.until(lambda: len(here.quiz.threads) == 2)
                await other.until(lambda: signs(lost, here.quiz.threads[0]))
                await said(other, there, there.quiz.threads[0], FULL)
                assert await other.stop() == 0
            asking.cancel()
            await asyncio.wait([asking])
    assert discord.gateway.doubled == []
    begun = [shard for shard, _ in discord.gateway.begun]
    assert (sorted(begun[:2]), begun[2:]) == ([0, 1], [1, 0])  # those of one process in any order
    starts = [at for _, at in discord.gateway.begun]
    assert min(later - sooner for sooner, later in pairwise(starts)) > 2  # six, less a start's way on a busy machine
    assert [len(cards(at.quiz)) for at in (here, there)] == [2, 1]
    assert "Traceback" not in one.log + other.log
    server.takes_back(address)
