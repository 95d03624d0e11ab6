"""A Studyhall on simcord's Discord, in process: real discord.py, real SQLite, a clock moved by hand."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import discord
import simcord

from adapters.discord.connection import Access, Client
from adapters.discord.platform import DiscordPlatform
from bot.app import App
from bot.bank import Bank
from bot.clock import MovableClock
from bot.delivery import Delivery
from bot.handlers.deps import Deps
from bot.jobs import Jobs
from bot.ports import Ref
from bot.store import sqlite
from bot.store.database import Database
from bot.store.notebook import StoredNotebook
from tests.fakes import bank

START = datetime(2026, 1, 1, tzinfo=UTC)  # where simcord's own clock starts


@dataclass
class DiscordHall:
    """A running Studyhall with its Discord: a server, a channel, an organiser and a member."""

    app: App
    jobs: Jobs
    clock: MovableClock
    platform: DiscordPlatform
    db: Database
    env: simcord.Env
    guild: Any
    channel: Any
    ada: Any
    maya: Any

    async def restart(self) -> None:
        """Start the bot again: a new platform and a new connection on the same database and the same Discord."""
        self.platform = DiscordPlatform(self.platform.access, notebook=self.platform.notebook, clock=self.clock)
        delivery = Delivery(self.db, {self.platform.name: self.platform})
        self.app = App(self.app.deps, clock=self.clock, delivery=delivery)
        self.jobs = Jobs(self.app)
        await self.env.restart_bot(self.platform.connect(self.app, shards=1))

    def ref(self, channel: Any) -> Ref:
        """Return a channel's or thread's reference."""
        return f"discord:{self.guild.id}:{channel.id}"

    def member_ref(self, member: Any) -> Ref:
        """Return a member's reference."""
        return f"discord:{self.guild.id}:member:{member.id}"

    def everything(self) -> str:
        """Return all that the bot has sent, as text."""
        return json.dumps([request.json for request in self.env.http_requests], ensure_ascii=False)


@asynccontextmanager
async def connected(client: Client, **options: Any) -> AsyncIterator[simcord.Env]:
    """Connect a client to a Discord of its own; at the end, what it swallowed is raised."""
    env = simcord.Env(client, **options)  # not simcord.run: a fixture begins and ends in contexts of its own
    await env.start()
    try:
        yield env
    finally:
        await env.shutdown()
    simcord.assert_no_errors(env)


@asynccontextmanager
async def discord_hall(
    folder: Path, *, questions: Bank | None = None, access: Access | None = None, seed: int = 1, **options: Any
) -> AsyncIterator[DiscordHall]:
    """Start a Studyhall on a folder's database, connected to a Discord of its own."""
    clock = MovableClock()
    clock.move_to(START)
    async with sqlite.opened(folder / "studyhall.db", now=START) as db:
        platform = DiscordPlatform(access or Access(token="token"), notebook=StoredNotebook(db), clock=clock)
        deps = Deps(db=db, bank=questions or bank(), rng=Random(seed))
        app = App(deps, clock=clock, delivery=Delivery(db, {platform.name: platform}))
        client: Client = platform.connect(app, shards=1)
        async with connected(client, **options) as env:
            guild = env.create_guild(name="Study group")
            channel = guild.create_text_channel("general")
            organisers = guild.create_role("Organisers", permissions=discord.Permissions(manage_guild=True))
            ada = guild.add_member(env.create_user("ada"), roles=[organisers])
            maya = guild.add_member(env.create_user("maya"))
            yield DiscordHall(app, Jobs(app), clock, platform, db, env, guild, channel, ada, maya)
