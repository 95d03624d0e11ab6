"""Processes' Discord platforms on one PostgreSQL and one loopback Discord, whose servers are on two shards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import discord as library
from simcord.builders import GuildHandle
from sqlalchemy import text

from adapters.discord.connection import Access
from adapters.discord.platform import DiscordPlatform
from bot.app import App
from bot.clock import MovableClock
from bot.delivery import Delivery
from bot.errors import AlreadyRunning
from bot.handlers.deps import Deps
from bot.jobs import Jobs
from bot.store import postgresql
from bot.store.database import Database
from bot.store.inbox import StoredInbox
from bot.store.notebook import StoredNotebook
from bot.store.sessions import StoredSessions
from bot.store.turn import reap
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import bank
from tests.doubles.loopback import PATIENCE

DIES = "UPDATE lease SET ends_at = now() - interval '1 second' WHERE holder = '{}'"
# As if a session had been begun just now: the next is begun later, and one that is given up while it lives has ended by then.
APART = "INSERT INTO lease (name, holder, ends_at) VALUES ('begun:discord:0', '', clock_timestamp() + interval '2 seconds') ON CONFLICT (name) DO UPDATE SET ends_at = excluded.ends_at"


@dataclass
class Process:
    """One of several processes, with its platform at work."""

    db: Database
    platform: DiscordPlatform
    app: App
    jobs: Jobs
    running: asyncio.Task[None]

    @property
    def shards(self) -> list[int]:
        """The shards that it hears."""
        return sorted(number for number, one in self.platform.shards._own.items() if one.listening)

    async def dies(self) -> None:
        """Let nothing have been heard of it for so long that it is given up."""
        async with self.db.in_steps() as step:
            await step(lambda connection: connection.execute(text(DIES.format(self.db.holder))))
            await step(lambda connection: connection.execute(text(APART)))
            await step(reap)

    async def ended(self) -> None:
        """Wait until its platform has ended for that: by its own next look, or told so as its process is."""
        await asyncio.wait([self.running], timeout=PATIENCE)
        assert self.running.cancelled() or isinstance(self.running.exception(), AlreadyRunning)


@asynccontextmanager
async def process(address: str, discord: DiscordServer, clock: MovableClock, **more: Any) -> AsyncIterator[Process]:
    """Run a process's platform until the block ends; it lives in a task of its own, which is cancelled where it is given up for dead."""
    made: asyncio.Future[Process] = asyncio.get_running_loop().create_future()
    how: dict[str, Any] = {"again": (0.0, 0.0), "pause": 0.0, "settles": 0.0, "token": discord.token, **more}
    access = Access(api=discord.api, gateway=discord.gateway.url, **how)
    life = asyncio.create_task(_lived(address, access, clock, made))
    try:
        yield await made
    finally:
        life.cancel()
        await asyncio.wait([life])
        if not life.cancelled():
            life.exception()  # of one that was given up


async def _lived(address: str, access: Access, clock: MovableClock, made: asyncio.Future[Process]) -> None:
    async with postgresql.opened(address, alone=False) as db:
        own: dict[str, Any] = {"notebook": StoredNotebook(db), "inbox": StoredInbox(db, clock), "clock": clock}
        platform = DiscordPlatform(access, **own, sessions=StoredSessions(db, "discord"))
        app = App(
            Deps(db=db, bank=bank(), rng=Random(1)), clock=clock, delivery=Delivery(db, {platform.name: platform})
        )
        running = asyncio.create_task(platform.run(app))
        made.set_result(Process(db, platform, app, Jobs(app), running))
        try:
            await asyncio.Event().wait()
        finally:
            running.cancel()
            await asyncio.wait([running])


@dataclass
class Town:
    """A server on a shard, with a channel and two people."""

    guild: Any
    quiz: Any
    ada: Any
    maya: Any

    @property
    def ref(self) -> str:
        """The channel's reference."""
        return f"discord:{self.guild.id}:{self.quiz.id}"


def town(discord: DiscordServer, shard: int) -> Town:
    """Make a server of which one of two shards hears."""
    guild: Any = GuildHandle(discord, discord.backend.create_guild("Study", shard_id=shard, shard_count=2))
    organisers = guild.create_role("Organisers", permissions=library.Permissions(manage_guild=True))
    ada = guild.add_member(discord.create_user("ada", global_name="Ada"), roles=[organisers])
    maya = guild.add_member(discord.create_user("maya", global_name="Maya"))
    return Town(guild, guild.create_text_channel("quiz"), ada, maya)
