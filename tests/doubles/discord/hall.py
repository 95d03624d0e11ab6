"""A Studyhall on simcord's Discord, in process: real discord.py, real SQLite, a clock moved by hand."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from random import Random
from typing import Any

import discord
import simcord
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import OverwriteType
from sqlalchemy import Table, select

from adapters.discord.connection import Access, Client
from adapters.discord.platform import DiscordPlatform
from bot.app import App
from bot.bank.loading import Bank
from bot.clock import MovableClock
from bot.delivery import Delivery
from bot.handlers.deps import Deps
from bot.jobs import Jobs
from bot.ports import Ref
from bot.store.database import Database
from bot.store.inbox import StoredInbox
from bot.store.notebook import StoredNotebook
from bot.store.schema import attempt
from tests.doubles import database
from tests.doubles.discord.threads import Discord
from tests.doubles.fakes import bank

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

    @property
    def discord(self) -> Discord:
        """Discord itself, with the rules about threads."""
        assert isinstance(self.env.backend, Discord)
        return self.env.backend

    async def restart(self) -> None:
        """Start the bot again: a new platform and a new connection on the same database and the same Discord."""
        self.platform = DiscordPlatform(
            self.platform.access, notebook=self.platform.notebook, inbox=self.platform.inbox, clock=self.clock
        )
        delivery = Delivery(self.db, {self.platform.name: self.platform})
        self.app = App(self.app.deps, clock=self.clock, delivery=delivery)
        self.jobs = Jobs(self.app)
        client = self.platform.shards.connect(self.app, shards=1)
        await self.env.restart_bot(client)

    def ref(self, channel: Any) -> Ref:
        """Return a channel's or thread's reference."""
        return f"discord:{self.guild.id}:{channel.id}"

    def member_ref(self, member: Any) -> Ref:
        """Return a member's reference."""
        return f"discord:{self.guild.id}:member:{member.id}"

    def everything(self) -> str:
        """Return all that the bot has sent, as text."""
        return json.dumps([request.json for request in self.env.http_requests], ensure_ascii=False)

    def sent(self, call: str) -> list[Any]:
        """Return the payloads of the bot's calls to a place: `POST /channels/*/messages`."""
        made = ((f"{one.method} {one.path}", one.json) for one in self.env.http_requests)
        return [payload for name, payload in made if fnmatch(name, call)]

    async def asked(self, level: str = "mid", **options: str) -> tuple[Any, ChannelHandle]:
        """Let Maya ask a question; return its card and its thread."""
        await self.maya.slash(self.channel, "quiz", level=level, **options)
        return self.newest()

    def newest(self) -> tuple[Any, ChannelHandle]:
        """Return the newest question's card and its thread."""
        thread = max(self.channel.threads, key=lambda one: one.id)
        return next(message for message in self.channel.history() if message.id == thread.id), thread

    async def answered(self, member: Any, card: Any, text: str) -> Any:
        """Let a member answer in the private form; return what they are shown."""
        opened = await member.click(card, custom_id=next(i for i in ids(card) if i.startswith("answer:")))
        return await member.submit_modal(opened, {"text": text})

    async def revealed(self, member: Any, card: Any) -> Any:
        """Let a member press Reveal and mean it; return what they are shown then."""
        asked = await member.click(card, label="Reveal")
        return await member.click(asked.followups[0], label="Reveal to everybody")

    async def attempts(self) -> list[str]:
        """Return the texts of all attempts, oldest first."""

        def look(connection: Any) -> Any:
            return connection.execute(select(attempt.c.text).order_by(attempt.c.id)).scalars().all()

        return [*await self.db.read(look)]

    async def rows(self, table: Table) -> Sequence[Any]:
        """Return a table's rows."""

        def look(connection: Any) -> Any:
            return connection.execute(select(table)).all()

        found: Sequence[Any] = await self.db.read(look)
        return found

    async def again(self, event: str) -> None:
        """Deliver the newest event of a kind once more."""
        payload = next(p for _, name, p in reversed(self.env.backend.transcript) if name == event)
        self.env.backend.emit(event, payload)
        await self.env.settle()

    async def until(self, *when: int) -> None:
        """Let time pass to an instant of January 2026 (day, hour, minute), for the bot and for Discord."""
        day, hour, minute = (*when, 0, 0)[:3]
        to = datetime(2026, 1, day, hour, minute, tzinfo=UTC)
        await self.env.advance_time((to - self.env.now()).total_seconds())
        with self.env._bot_scope():
            await self.jobs.travel(self.clock, to)
        await self.env.settle()

    async def later(self, **step: float) -> None:
        """Let time pass by a step."""
        span = timedelta(**step)
        await self.env.advance_time(span.total_seconds())
        await self.jobs.travel(self.clock, self.clock.now() + span)

    async def away(self) -> None:
        """Break the connection: what is said from now on is not heard."""
        bot: Any = self.env.bot
        await bot.shards[0].disconnect()
        await self.env.settle()

    async def back(self) -> None:
        """Connect again, as after an outage."""
        bot: Any = self.env.bot
        with self.env._bot_scope():
            await bot.shards[0].reconnect()
        await self.env.advance_time(3)  # in which the library waits for the servers to be listed

    def take(self, *names: str, channel: Any = None) -> None:
        """Take permissions away from the bot in a channel."""
        deny = discord.Permissions(**dict.fromkeys(names, True)).value
        overwrite = Overwrite(self.guild.default_role.id, OverwriteType.ROLE, deny=deny)
        self.env.backend.set_overwrite((channel or self.channel).id, overwrite)


def bodies(hall: DiscordHall) -> list[dict[str, Any]]:
    """Return everything that was sent and may be shown: messages, edits, answers, forms, completions, threads."""
    sent = [one.json for one in hall.env.http_requests if isinstance(one.json, dict)]
    return [{**body, **(body.get("data") or {})} for body in sent]


def ids(message: Any) -> list[str]:
    """Return the ids of a message's buttons, in order."""
    return [str(item.custom_id) for row in message.components for item in row.children]


def labels(message: Any) -> list[str]:
    """Return the labels of a message's buttons, in order."""
    return [str(item.label) for row in message.components for item in row.children]


def private(result: Any) -> str:
    """Return what an interaction's asker was shown, all of it for their eyes only."""
    shown = [one for one in (result.response, *result.followups) if one is not None and one.ephemeral]
    return "\n".join(words(one) for one in shown)


def words(message: Any) -> str:
    """Return what a message says: its content, and its embeds' texts."""
    return "\n".join([message.content, *texts([embed.to_dict() for embed in message.embeds])])


def texts(value: Any) -> list[str]:
    """Return every string in a payload, however deep."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, Sequence) else ()
    return [text for one in inner for text in texts(one)]


@asynccontextmanager
async def connected(client: Client, **options: Any) -> AsyncIterator[simcord.Env]:
    """Connect a client to a Discord of its own; at the end, what it swallowed is raised."""
    env = simcord.Env(client, **options)  # not simcord.run: a fixture begins and ends in contexts of its own
    env.backend = Discord()
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
    async with database.opened(folder / "studyhall.db", now=START) as db:
        platform = DiscordPlatform(
            access or Access(token="token", again=(0.0, 0.0)), notebook=StoredNotebook(db), inbox=StoredInbox(db, clock),
            clock=clock,
        )  # fmt: skip
        deps = Deps(db=db, bank=questions or bank(), rng=Random(seed))
        app = App(deps, clock=clock, delivery=Delivery(db, {platform.name: platform}))
        client: Client = platform.shards.connect(app, shards=1)
        async with connected(client, **options) as env:
            guild = env.create_guild(name="Study group")
            channel = guild.create_text_channel("general")
            organisers = guild.create_role("Organisers", permissions=discord.Permissions(manage_guild=True))
            ada = guild.add_member(env.create_user("ada"), roles=[organisers])
            maya = guild.add_member(env.create_user("maya"))
            yield DiscordHall(app, Jobs(app), clock, platform, db, env, guild, channel, ada, maya)
