"""What was said on Discord while nobody listened: read once a connection is there, before anything that is due is carried out."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Final, Protocol

import aiohttp
import discord
import structlog

from adapters.discord.commands import NAME, numbers
from adapters.discord.inbound import Ears
from bot.errors import ChannelGone, StoreError, Unreachable
from bot.ports import Core, OpenThread, Ref

log = structlog.get_logger(__name__)
AGAIN_AFTER: Final = 5.0  # seconds


class History(Protocol):
    """Reads what was said in a place."""

    def __call__(self, place: Ref, *, since: datetime) -> AsyncIterator[discord.Message]:
        """Yield its messages since an instant, oldest first."""
        ...


class Past:
    """Reads the threads of open rounds. What was said before `began_at` may have been saved by a process that ended before it said so."""

    def __init__(self, core: Core, ears: Ears, history: History, *, began_at: datetime) -> None:
        self._core = core
        self._ears = ears
        self._history = history
        self._began_at = began_at

    async def catch_up(self, served: Iterable[discord.Guild]) -> None:
        """Read what was said in the threads of open rounds while nobody listened; what was heard is passed over."""
        with suppress(StoreError):  # it is tried again with the next connection
            await self._ears.work_off()
        guilds = {guild.id: guild for guild in served}
        for thread in await self._core.open_threads(NAME):
            guild, place = numbers(thread.thread)
            while guild in guilds:
                try:
                    await self._read_thread(guilds[guild], place, thread)
                    break
                except ChannelGone as error:
                    log.warning("thread_not_read", thread=thread.thread, reason=str(error))
                    break
                except Unreachable as error:
                    log.warning("catching_up_interrupted", reason=str(error))
                    await asyncio.sleep(AGAIN_AFTER)

    async def _read_thread(self, guild: discord.Guild, place: int, thread: OpenThread) -> None:
        self._ears.knows(thread)
        messages = await self._said_in(thread, place)
        told = {message.reference.message_id for message in messages if message.author.bot and message.reference}
        for message in messages:
            if not any(reaction.me for reaction in message.reactions):
                again = message.created_at < self._began_at and message.id not in told
                await self._ears.on_message(await self._with_member(message, guild), again=again)

    async def _said_in(self, thread: OpenThread, card: int) -> list[discord.Message]:
        """Return what was said in a thread; where there is none, the replies to its card."""
        try:
            return [message async for message in self._history(thread.thread, since=thread.since)]
        except ChannelGone:
            around = [message async for message in self._history(thread.channel, since=thread.since)]
            return [one for one in around if one.reference and one.reference.message_id == card]

    async def _with_member(self, message: discord.Message, guild: discord.Guild) -> discord.Message:
        """Give a message from the history its author's name in this server, which Discord leaves out there."""
        if not message.author.bot and not isinstance(message.author, discord.Member):
            with suppress(discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
                message.author = guild.get_member(message.author.id) or await guild.fetch_member(message.author.id)
        return message
