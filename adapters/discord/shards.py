"""This process's connections to Discord: all shards in one where it is alone, else those that are its own by turns with other processes.

Each shard is a connection of its own then, which is hung up before another process has it. Besides them one that hears nothing makes calls, for what is to
be drawn and told where others hear. A shard that another process had is begun anew and not resumed: a session that goes on tells nothing of the
servers in it, which a library that has just begun has to know.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol

import aiohttp
import discord
import structlog

from adapters.discord import places
from adapters.discord.commands import NAME
from adapters.discord.connection import CONTENT_INTENT, Access, Client, Part
from adapters.discord.greetings import Greetings
from adapters.discord.inbound import Ears
from adapters.discord.past import History, Past
from adapters.discord.silence import Silence
from bot.clock import Clock
from bot.errors import AlreadyRunning, SettingsError, StoreError, Unreachable
from bot.ports import Core, Inbox, Link, Notebook
from bot.rules.lateness import back_off
from bot.rules.sessions import Share

log = structlog.get_logger(__name__)
AGAIN_SECONDS: Final = (5.0, 15.0, 60.0)
LOOK_SECONDS: Final = 1.0  # between two looks at which shards are this process's
BELIEVED: Final = timedelta(minutes=10)  # what was asked about a server that another process hears
UNREACHABLE: Final = (discord.DiscordException, aiohttp.ClientError, OSError)
ANOTHER_COUNT: Final = {4010, 4011}  # with which Discord closes where there are to be more shards
OUTGROWN: Final = "Discord asks for more shards than there are: I begin anew, with as many."
SILENT: Final = "I reach Discord's gateway for none of my shards: I let the other processes have them, and begin anew."
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
REFUSED: Final = (
    "STUDYHALL_DISCORD_TOKEN: Discord refuses it. Reset it in the developer portal under Bot, and set the new one."
)


class Sessions(Protocol):
    """How several processes share out the shards, and begin no two sessions too soon after each other."""

    async def look(self, count: int, *, settles: float) -> Share:
        """Take part, and take what is free; return what this process has."""

    async def outgrow(self, count: int) -> None:
        """Let all know that there are to be more sessions than so many."""

    async def let_go(self, number: int) -> None:
        """Give up a session."""

    async def leave(self) -> None:
        """Give up all, and take part no longer."""

    async def begin(self, bucket: int, *, every: float) -> float:
        """Take the turn to begin a session; return 0, or the seconds until it may be."""


class Shards:
    """Keeps the connections, and knows which of them is to be used for a server."""

    def __init__(  # noqa: PLR0913  each is one thing that connections need
        self, access: Access, *, notebook: Notebook, inbox: Inbox, clock: Clock, history: History,
        serves: Callable[[int], bool], sessions: Sessions | None = None,
    ) -> None:  # fmt: skip
        self._access = access
        self._notebook, self._inbox = notebook, inbox
        self._clock = clock
        self._history = history
        self._serves = serves
        self._sessions = sessions
        self._main: Client | None = None  # the one that hears all, or that makes calls
        self._own: dict[int, Client] = {}  # those that hear a shard each
        self._hearing: dict[int, asyncio.Task[None]] = {}  # what keeps each of these connected
        self._shared_since: datetime | None = None  # since when it is known which shards are this process's
        self._count = 1
        self._at_once = 1  # sessions that may be begun at once
        self._began_at = clock.now()
        self._silence = Silence()
        self._asked_at: dict[int, datetime] = {}  # when Discord was asked about a server that others hear
        self.content = access.content

    @property
    def main(self) -> Client:
        """The connection that every call can be made with."""
        if self._main is None or self._main.is_closed():
            raise Unreachable("I am not connected to Discord.")
        return self._main

    @property
    def me(self) -> int:
        """My own user id."""
        return self.main.user.id if self.main.user else 0

    def of(self, guild: int) -> Client:
        """Return the connection that knows a server, or the one that can be asked; calls are made with `main`, which is not hung up meanwhile."""
        client = self._own.get(self._shard_of(guild))
        return client if client and not client.is_closed() and client.get_guild(guild) else self.main

    def _shard_of(self, guild: int) -> int:
        return (guild >> 22) % self._count

    def hears(self, guild: int) -> bool:
        """Whether the server's shard is connected here, and caught up."""
        if self._sessions is None:
            return self._main is not None and self._main.hears(guild)
        client = self._own.get(self._shard_of(guild))
        return client is not None and client.hears(guild)

    def reaches(self, guild: int) -> bool:
        """Whether calls can be made for a server: where this process is to hear it, once it does."""
        others = self._shared_since is not None and self._shard_of(guild) not in self._hearing
        return self.hears(guild) or (others and self._main is not None and not self._main.is_closed())

    def link(self) -> Link:
        """Return since when every shard of this process's is connected, and how many events are being answered."""
        if self._main is None or self._main.is_closed():
            return Link(since=None)
        if self._sessions is None:
            return Link(since=self._main.whole_since, answering=self._main.ears.answering)
        own = [self._own[one].whole_since if one in self._own else None for one in self._hearing]
        whole = [one for one in (self._shared_since, *own) if one]
        return Link(since=max(whole) if len(whole) > len(own) else None, answering=self._main.ears.answering)

    def connect(self, core: Core, *, shards: int | None = None) -> Client:
        """Return the new connection of a process that is alone, not yet started."""
        self._main = self._made(core, self._ears(core), began_at=self._began_at, shards=shards)
        return self._main

    def _ears(self, core: Core) -> Ears:
        greetings = Greetings(
            commands=lambda: self.main.commands,
            direct=lambda user: self.main.create_dm(discord.Object(user)),
        )
        return Ears(core, greetings, self._inbox, me=lambda: self.me, serves=self._serves)

    def _made(self, core: Core, ears: Ears, *, began_at: datetime, **which: Any) -> Client:
        past = Past(core, ears, self._history, began_at=began_at)
        own: dict[str, Any] = {"notebook": self._notebook, "clock": self._clock, "again": self._access.again}
        return Client(ears, past, content=self.content, **own, **which)

    async def run(self, core: Core) -> None:
        """Stay connected until cancelled; raises SettingsError for a token that Discord refuses."""
        self._began_at, self.content = self._clock.now(), self._access.content
        if self._sessions is None:
            await self._stay(partial(self.connect, core))
        else:
            await self._take_part(core, self._sessions)

    async def _stay(self, connect: Callable[[], Client]) -> None:
        """Stay connected; a new connection is made when Discord ends the old for good."""
        tries = 0
        while True:
            client = connect()
            try:
                await client.stay(self._access.token)
                tries = 0
            except discord.LoginFailure:
                raise SettingsError([REFUSED]) from None
            except discord.PrivilegedIntentsRequired:
                if not client.intents.message_content:
                    raise
                self._do_without_content()
                continue
            except UNREACHABLE as error:
                if client.part and getattr(error, "code", 0) in ANOTHER_COUNT:
                    raise
                log.warning("discord_unreachable", reason=str(error))
            await asyncio.sleep(back_off(AGAIN_SECONDS, tries))
            tries += 1

    def _do_without_content(self) -> None:
        if self.content:
            log.warning(
                "no_message_content", todo="switch on Message Content Intent in the developer portal, under Bot"
            )
        self.content = False

    async def _take_part(self, core: Core, sessions: Sessions) -> None:
        """Hear the shards that are this process's, until one of them cannot be heard for good."""
        ears = self._ears(core)
        async with AsyncExitStack() as stack:
            count = await stack.enter_async_context(self._calling(core, ears))
            stack.push_async_callback(self._leave, sessions)
            while True:
                try:
                    await self._look(sessions, count, partial(self._own_shard, core, ears, sessions))
                except StoreError as error:  # the jobs tell of a database that is away
                    if isinstance(error, AlreadyRunning):
                        raise
                    self._note_silence(others=False, counts=False)
                await asyncio.sleep(LOOK_SECONDS)
                await self._raise_ended(sessions)

    async def _raise_ended(self, sessions: Sessions) -> None:
        """Raise what a shard ended with; where there are to be more of them, all are told."""
        for task in self._hearing.values():
            if task.done():
                try:
                    await task
                except discord.ConnectionClosed:
                    with suppress(StoreError):
                        await sessions.outgrow(self._count)
                    raise Unreachable(OUTGROWN) from None

    @asynccontextmanager
    async def _calling(self, core: Core, ears: Ears) -> AsyncIterator[int]:
        """Log in to make calls; give the number of shards that there should be."""
        tries = 0
        while True:
            async with self._made(core, ears, began_at=self._began_at) as client:
                try:
                    await client.login(self._access.token)
                    count, _, limits = await client.http.get_bot_gateway()
                except discord.LoginFailure:
                    raise SettingsError([REFUSED]) from None
                except UNREACHABLE as error:
                    log.warning("discord_unreachable", reason=str(error))
                else:
                    self._main, self._at_once = client, limits["max_concurrency"]
                    self._asked_at.clear()  # what another connection was told
                    if not client.application_flags.value & CONTENT_INTENT:
                        self._do_without_content()
                    yield count
                    return
            await asyncio.sleep(back_off(AGAIN_SECONDS, tries))
            tries += 1

    async def _look(self, sessions: Sessions, count: int, hear: Callable[[int], Coroutine[Any, Any, None]]) -> None:
        """Begin to hear what is this process's now, and give up what others are to have."""
        share = await sessions.look(count, settles=self._silence.settles(self._access.settles))
        if share.outgrown and share.held:
            raise Unreachable(OUTGROWN)
        self._note_silence(others=share.others)
        self._count = share.count
        for shard in share.surplus | (self._hearing.keys() - share.held):
            # What is being begun cannot be closed by the library.
            if shard not in self._hearing or self._listens(shard):
                await self._hang_up(shard)
                await sessions.let_go(shard)
        for shard in sorted(share.held - share.surplus - self._hearing.keys()):
            log.info("shard_taken", shard=shard, of=share.count)
            self._hearing[shard] = asyncio.create_task(hear(shard), name=f"{NAME}-shard-{shard}")
        self._shared_since = self._shared_since or self._clock.now()

    def _note_silence(self, *, others: bool, counts: bool = True) -> None:
        """Begin anew where Discord cannot be reached for any of its shards, and others may be better off."""
        heard = any(client.connected for client in self._own.values())
        self._silence.lasts(asyncio.get_running_loop().time(), heard=heard, counts=counts)
        if others and self._silence.too_long():
            self._silence.gives_up()
            raise Unreachable(SILENT)

    def _listens(self, shard: int) -> bool:
        return shard in self._own and bool(self._own[shard].listening)

    async def _own_shard(self, core: Core, ears: Ears, sessions: Sessions, shard: int) -> None:
        """Hear a shard; what was said there before may have been saved by a process that ended before it said so."""
        began_at = self._clock.now()

        def connect() -> Client:
            part = Part(
                shard=shard, count=self._count, commands=self.main.commands, turn=partial(self._turn, sessions, shard)
            )
            self._own[shard] = self._made(core, ears, began_at=began_at, part=part)
            return self._own[shard]

        await self._stay(connect)

    async def _turn(self, sessions: Sessions, shard: int) -> None:
        """Wait until no process has begun a session in the shard's bucket within the last seconds."""
        while True:
            wait = await sessions.begin(shard % self._at_once, every=self._access.pause)
            if not wait:
                self._silence.begins(asyncio.get_running_loop().time())
                return
            await asyncio.sleep(wait)

    async def _hang_up(self, shard: int) -> None:
        if task := self._hearing.pop(shard, None):
            log.info("shard_given_up", shard=shard)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._own.pop(shard, None)
            if not self._own:
                self._silence.ends()

    async def _leave(self, sessions: Sessions) -> None:
        """Hear nothing more, and let others have it at once."""
        await asyncio.gather(*map(self._hang_up, [*self._hearing]))
        self._shared_since = None
        with suppress(StoreError):  # then it is theirs once this process is given up
            await sessions.leave()

    async def learn(self, guild: int) -> None:
        """Ask Discord about a server that another process hears, unless that was just done: the library knows it then as if it had been told."""
        client, now = self.of(guild), self._clock.now()
        asked_at = self._asked_at.get(guild, _NEVER)
        if self._sessions is None or client is not self.main or timedelta(0) <= now - asked_at < BELIEVED:
            return
        with places.translated(client, guild, 0):
            known: Any = {**await client.http.get_guild(guild, with_counts=False)}
            known["channels"] = await client.http.get_all_guild_channels(guild)
            known["members"] = [await client.http.get_member(guild, self.me)]
            known["threads"] = (await client.http.get_active_threads(guild))["threads"]
        client._connection._add_guild_from_data(known)  # noqa: SLF001  what an event does that comes to those who hear it
        self._asked_at[guild] = now
