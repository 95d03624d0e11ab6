"""What I say on Discord where nobody typed a command: to a server that I join, a bare mention, an edit, a direct message."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from contextlib import suppress
from typing import Any, Final

import aiohttp
import discord
import structlog
from discord import InteractionType

from adapters.discord import render
from adapters.discord.places import FOR_WORDS, lacking_in

log = structlog.get_logger(__name__)
JOINED: Final = (
    "Hello, I am Studyhall: I ask questions to study together, grade the answers and keep the points. Type /quiz for a "
    "question now. For one every day, type in its channel: /schedule set 09:00 Europe/Berlin mon-fri. What else there is says /help"
)
BACK: Final = (
    "Welcome back. Questions, answers and points are as they were. Schedules wait until an organiser resumes them in their channels: "
    "/schedule resume"
)
MENTIONED: Final = (
    "Type /quiz for a question, and /help to see what else you can type. An answer goes in the question's thread, or behind "
    "the Answer button on its card."
)
DIRECT: Final = (
    "Questions are asked and answered in a server: type /quiz or /help in a channel of yours. Here I only tell you "
    "what you should know."
)
UNANSWERED: Final = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)  # how a call may end
REST_SECONDS: Final = 60.0  # in which the same is not said again in one place
KNOWN: Final = 10_000


class Greetings:
    """Says a few words of help; what was just said in a place is not repeated, and what cannot be said is let be.

    `commands` are Discord's ids of my commands, `direct` opens the place for direct messages with a user.
    """

    def __init__(
        self, *, commands: Callable[[], Mapping[str, int]], direct: Callable[[int], Awaitable[discord.DMChannel]]
    ) -> None:
        self._commands = commands
        self._direct = direct
        self._said_at: dict[Hashable, float] = {}

    async def answer(self, message: discord.Message, words: str) -> None:
        """Reply to a message, unless somebody has just read these words there."""
        if self.first((message.channel.id, words)):
            await self._say(message.channel, words, reference=message.to_reference(fail_if_not_exists=False))

    async def joined(self, guild: discord.Guild, *, again: bool = False) -> None:
        """Say in a server that I am there, in its channel for such news; where I cannot, to its owner."""
        place: discord.abc.Messageable | None = guild.system_channel
        if guild.system_channel is None or lacking_in(guild.system_channel.permissions_for(guild.me), FOR_WORDS):
            place = None
        try:
            await self._say(place or await self._direct(guild.owner_id or 0), BACK if again else JOINED)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("not_greeted", server=guild.id, reason=str(error))

    async def _say(self, place: discord.abc.Messageable, words: str, **more: Any) -> None:
        said = render.say(words, self._commands())
        try:
            await place.send(said, silent=True, allowed_mentions=discord.AllowedMentions.none(), **more)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("help_not_said", reason=str(error))

    def first(self, key: Hashable) -> bool:
        """Whether something was not said a moment ago."""
        now = asyncio.get_running_loop().time()
        fresh = now - self._said_at.get(key, -REST_SECONDS) >= REST_SECONDS
        if fresh:
            if len(self._said_at) >= KNOWN:
                self._said_at.clear()
            self._said_at[key] = now
        return fresh


async def turn_away(interaction: discord.Interaction[Any]) -> None:
    """Answer where I am not to be used."""
    if interaction.type is not InteractionType.autocomplete:
        with suppress(*UNANSWERED):
            other = "This Studyhall serves other servers only. Ask who runs it."
            words = other if interaction.guild_id else "Type this in a channel of your server."
            await interaction.response.send_message(
                words, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
            )
