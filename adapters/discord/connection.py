"""One connection to Discord: how it starts, what it does on the library's events, how it ends."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.asked import passes
from adapters.discord.commands import NAME, by_name, command_tree, holds, tree_hash
from adapters.discord.greetings import UNANSWERED
from adapters.discord.inbound import Ears
from adapters.discord.past import AGAIN_AFTER, Past
from adapters.discord.render import NOBODY
from adapters.discord.starts import Starts
from adapters.services.again import again
from adapters.services.tasks import unwatched
from bot.clock import Clock
from bot.errors import StoreError
from bot.ports import Notebook
from bot.rules.lateness import back_off

if TYPE_CHECKING:
    from datetime import datetime

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here, and no advice about it
log = structlog.get_logger(__name__)
SLOWEST: Final = 60.0  # seconds to wait when told to; longer, and the core tries again itself
CONTENT_INTENT: Final = (1 << 18) | (1 << 19)  # in an application's flags: Message Content, approved or limited
CLOSE_SECONDS: Final = 3.0
FINISH_SECONDS: Final = 5.0
END_SECONDS: Final = 1.0
ENDINGS: Final = 3  # times that a connection is told to end: the library does not hear of it while it connects
TOO_MANY: Final = 429
CAUGHT_UP_AFTER: Final = (5.0, 30.0, 120.0)  # seconds until it is tried again where a fault of the bot's own was met
AGAIN: Final = (1.0, 3.0)  # seconds until a call is tried again that Discord did not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach Discord: `guilds` are the servers to serve, all when empty; `content` asks to read messages' words; `again` are the waits of a call.

    Between the starts of two sessions a `pause` lies, whichever process makes them; one that `settles` is given some of the others' after so many seconds.
    """

    token: str
    api: str = Route.BASE
    gateway: str = str(DiscordWebSocket.DEFAULT_GATEWAY)
    guilds: frozenset[int] = frozenset()
    content: bool = True
    again: tuple[float, ...] = AGAIN
    pause: float = 6.0  # Discord asks for five seconds, and a start may be a moment on its way
    settles: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The one shard of a `count` that a connection hears where other processes hear others, my commands, and what waits for the `turn` to begin a session."""

    shard: int
    count: int
    commands: dict[str, int]
    turn: Callable[[], Awaitable[None]]


class Client(discord.AutoShardedClient):
    """One connection: tells its events to the ears, and counts its starts."""

    def __init__(  # noqa: PLR0913  each is one thing that a connection needs
        self, ears: Ears, past: Past, *, notebook: Notebook, clock: Clock, content: bool, shards: int | None = None,
        again: Sequence[float], part: Part | None = None,
    ) -> None:  # fmt: skip
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=content)
        which: dict[str, Any] = (
            {"shard_count": part.count, "shard_ids": [part.shard]} if part else {"shard_count": shards}
        )
        super().__init__(
            **which, intents=intents, allowed_mentions=NOBODY, max_messages=None,
            chunk_guilds_at_startup=False, shard_connect_timeout=None, max_ratelimit_timeout=SLOWEST, http_trace=_trace(ears),
        )  # fmt: skip
        self.ears = ears
        self._past = past
        self.connected: set[int] = set()  # the shards that are
        self.listening: set[int] = set()  # those of them that have caught up
        self.whole_since: datetime | None = None  # while every shard is
        self.deaf = False  # while it ends
        self._catching_up: dict[asyncio.Task[Any] | None, int] = {}
        self.part = part
        self.commands = part.commands if part else {}  # Discord's ids of my commands, once they are known
        self._notebook = notebook
        self._starts = Starts(notebook, clock)
        self._begun = False  # whether a session was that does not count yet
        self._clock = clock
        self.waits = again

    async def setup_hook(self) -> None:
        """Publish the commands once it is known who I am, unless another connection of mine does."""
        if self.part is None:
            await self._publish_commands()

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Hold the one shard's start back before a socket is open, which the library could not close while its start is waited for."""
        if self.part:
            await self._wait_for_turn(self.part)
        if not self.deaf:
            waited = self.part is not None  # also before another try, which the library takes for no first one
            await super().launch_shard(gateway, shard_id, initial=initial or waited)
        if self._begun:  # by then the library can close the socket
            self._begun = False
            await _once_kept(partial(self._starts.count, shard_id), what="start")

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Hold back a start too many, or too soon after another; here it counts, for now it is made."""
        if self.part is None:
            await super().before_identify_hook(shard_id, initial=initial)
        elif initial:
            self._begun = True
            return
        else:
            await self._wait_for_turn(self.part)
        await _once_kept(partial(self._starts.count, shard_id or 0), what="start")

    async def _wait_for_turn(self, part: Part) -> None:
        await _once_kept(partial(self._starts.wait, part.shard), what="start")
        await _once_kept(part.turn, what="start")

    async def on_shard_ready(self, shard_id: int) -> None:
        """Catch up with what was said and done meanwhile, also where the database is away for a while, then be ready."""
        self.connected.add(shard_id)
        self._catching_up[task := asyncio.current_task()] = shard_id
        try:
            await self._once_caught_up(shard_id)
        finally:
            del self._catching_up[task]
        self._hear(shard_id)
        log.info("discord_ready", shard=shard_id, servers=len(self.guilds))

    async def _once_caught_up(self, shard_id: int) -> None:
        """Catch up, again where something of the bot's own fails: it is not heard without what was said before, nor is it kept and never heard."""
        tries = 0
        while True:
            try:
                return await _once_kept(partial(self._catch_up, shard_id), what="catching up")
            except Exception:  # whatever it is, the shard would be heard by nobody
                wait = back_off(CAUGHT_UP_AFTER, tries)
                log.exception("catching_up_failed", shard=shard_id, again_in_seconds=wait)
                await asyncio.sleep(wait)
                tries += 1

    async def _catch_up(self, shard_id: int) -> None:
        await self.ears.take_stock(
            {guild.id for guild in self.guilds}, mine=lambda guild: self._shard_of(guild) == shard_id
        )
        await self._past.catch_up(guild for guild in self.guilds if guild.shard_id == shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Go on, once what was said before is read: Discord has sent again what was missed."""
        self.connected.add(shard_id)
        self._hear(shard_id)

    def hears(self, guild: int) -> bool:
        """Whether a server's shard is connected here, caught up, and not about to be hung up."""
        return self._shard_of(guild) in self.listening and not self.deaf

    def _shard_of(self, guild: int) -> int:
        """Return the connection that hears of a server, by Discord's rule."""
        return (guild >> 22) % (self.shard_count or 1)

    def _hear(self, shard_id: int) -> None:
        if shard_id not in self.connected or shard_id in self._catching_up.values():
            return
        self.listening.add(shard_id)
        if len(self.listening) >= len(self.shard_ids or range(self.shard_count or 1)) and self.whole_since is None:
            self.whole_since = self._clock.now()

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Nothing is carried out there until the connection is back."""
        self.connected.discard(shard_id)
        self.listening.discard(shard_id)
        self.whole_since = None

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Hear an interaction."""
        if not self.deaf:
            await self.ears.on_interaction(interaction)

    async def on_message(self, message: discord.Message) -> None:
        """Hear a message."""
        if not self.deaf:
            await self.ears.on_message(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Hear that a message was edited."""
        if not self.deaf:
            await self.ears.on_edit(payload.message)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say that I am there, and what can be typed."""
        await self.ears.on_guild_join(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that a server took me out."""
        await self.ears.on_guild_remove(guild.id)

    async def on_thread_remove(self, thread: discord.Thread) -> None:
        """Note that I was taken out of a thread, which the library does not."""
        thread.me = None

    async def stay(self, token: str) -> None:
        """Be connected until the connection ends, or until cancelled; then it is closed.

        The library takes a cancellation that meets it in a new attempt for the attempt's failure, and goes on waiting.
        So it runs in a task of its own, which is closed before it is cancelled.
        """
        working = asyncio.create_task(self.start(token), name=f"{NAME}-connection")
        try:
            await asyncio.wait([working])
        finally:
            await _to_its_end(self._end(working))
        await working

    async def _end(self, working: asyncio.Task[None]) -> None:
        await self.hang_up()
        for _ in range(ENDINGS):
            if not working.done():
                working.cancel()
                await asyncio.wait([working], timeout=END_SECONDS)
        unwatched(
            working
        )  # whoever cancelled this asks for nothing any more, and a call that the end broke off is no news

    async def hang_up(self) -> None:
        """Finish what is being answered, then close, all within seconds."""
        self.deaf = True
        await self.ears.finish(FINISH_SECONDS)
        for task in filter(
            None, self._catching_up
        ):  # whoever hears next reads it all, by a connection that knows the servers
            task.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.close(), CLOSE_SECONDS)
        await self.http.close()  # which the library never does where it was not done with closing by then

    async def _publish_commands(self) -> None:
        """Tell Discord of the commands, when they have changed since it was told last or are not there any more."""
        try:
            published = await again(self._published, self.waits, passes=passes)
        except UNANSWERED as error:
            log.warning("commands_not_published", reason=str(error))
        else:
            self.commands = {one["name"]: int(one["id"]) for one in published}

    async def _published(self) -> Sequence[Mapping[str, Any]]:
        """Return the commands as Discord has them in the end; what it was told once may be wiped there."""
        tree, me = command_tree(), self.application_id or 0
        key, now = f"{NAME}:commands:{me}", tree_hash(tree)
        there = await self.http.get_global_commands(me)
        if await self._notebook.get(key) == now and holds(by_name(there), by_name(tree)):
            return there
        made = await self.http.bulk_upsert_global_commands(me, tree)
        log.info("commands_published", commands=len(made))
        await self._notebook.put(key, now)
        return made

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what went wrong with an event; where the database was away, that is no fault to be traced."""
        if isinstance(error := sys.exception(), StoreError):
            log.warning("event_lost", what=event_method, reason=str(error))
        else:
            await super().on_error(event_method, *args, **kwargs)


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do something whole, however often this is cancelled meanwhile: what the library is left at half closed would never end."""
    task, cancelled = asyncio.create_task(work), False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError


async def _once_kept(work: Callable[[], Awaitable[None]], *, what: str) -> None:
    """Do something, again while the database is away; the library would trace that, and go on without it."""
    while True:
        try:
            return await work()
        except StoreError as error:
            log.warning("database_awaited", what=what, reason=str(error))
            await asyncio.sleep(AGAIN_AFTER)


def _trace(ears: Ears) -> aiohttp.TraceConfig:
    """Return what counts the requests that Discord puts off; the library repeats them without a word."""

    async def ended(_: aiohttp.ClientSession, __: SimpleNamespace, seen: aiohttp.TraceRequestEndParams) -> None:
        if seen.response.status == TOO_MANY:
            ears.meter.limited(NAME)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace
