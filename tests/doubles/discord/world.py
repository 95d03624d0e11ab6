"""A Discord without a bot in it: simcord's world on the machine's clock, and people who wait until the bot has answered.

`simcord` keeps guilds, messages, permissions and the rules of interactions; `threads` has the rules that it leaves out. Here is
the step from a bot in the process to one outside it: whoever clicks or types gets the result as soon as the bot has answered
over HTTP, and is told when it has not.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import discord
from simcord._clock import Clock
from simcord.backend.models import Interaction
from simcord.builders import ChannelHandle, GuildHandle
from simcord.env import Env
from simcord.results import InteractionResult, ResponseMessage

from bot.clock import SystemClock
from tests.doubles.discord.threads import Discord
from tests.doubles.loopback import ACKNOWLEDGED, PATIENCE, NotAcknowledged, Watch

T = TypeVar("T")


class MachineClock(Clock):
    """The machine's clock; `advance` puts it ahead, so that tokens and nonces run out."""

    def now(self) -> datetime:
        """Return the present instant."""
        return SystemClock().now() + timedelta(seconds=self.elapsed)


class World(Env):
    """Simcord's world for a bot in another process: what members do returns when the bot has answered it."""

    backend: Discord
    acknowledge_within = ACKNOWLEDGED  # for the first answer to an interaction
    patience = PATIENCE  # for what a deferred answer has promised

    def __init__(self) -> None:
        super().__init__(discord.Client(intents=discord.Intents(guilds=True)))  # only lends its parser to results
        self.backend = Discord(clock=MachineClock())
        self._message_states.add(self.bot._connection)
        self._watch = Watch()
        self._interactions: dict[int, Watch] = {}
        self._asked: dict[asyncio.Task[Any] | None, Interaction] = {}
        self._asked_at: dict[int, float] = {}
        self._answered_at: dict[int, float] = {}

    def move_to(self, instant: datetime) -> None:
        """Go to an instant; Discord's clock runs on from there."""
        self.backend.advance_clock((instant - self.backend.clock.now()).total_seconds())

    async def wait_for(self, predicate: Callable[[], T], *, within: float = PATIENCE) -> T:
        """Return the first true value of the predicate, asked again after every request, event and connection."""
        try:
            return await self._watch.wait_for(predicate, within=within)
        except TimeoutError:
            raise TimeoutError(f"It did not come true within {within} s.{self._latest()}") from None

    def happened(self) -> None:
        """Let everybody who waits look again."""
        self._watch.happened()

    async def followup(
        self, result: InteractionResult, number: int = 1, *, within: float = PATIENCE
    ) -> ResponseMessage:
        """Return the bot's n-th follow-up to an interaction, as soon as it is there."""
        watch = self._interactions[result._interaction.id]
        await watch.wait_for(lambda: len(result.followups) >= number, within=within)
        return result.followups[number - 1]

    def ack_seconds(self, result: InteractionResult) -> float:
        """Return the time between a member's click and the bot's first answer to it."""
        number = result._interaction.id
        return self._answered_at[number] - self._asked_at[number]

    def channel(self, channel_id: int) -> ChannelHandle:
        """Return a channel or thread by its id."""
        channel = self.backend.get_channel(channel_id)
        guild = GuildHandle(self, self.backend.get_guild(channel.guild_id)) if channel.guild_id else None
        return ChannelHandle(self, guild, channel)

    def answered(self, interaction: Interaction) -> None:
        """Note that the bot did something about an interaction."""
        if interaction.responded:
            self._answered_at.setdefault(interaction.id, asyncio.get_running_loop().time())
        if watch := self._interactions.get(interaction.id):
            watch.happened()

    # What follows is how simcord's members reach the bot: announce, then wait until it has settled.

    def _begin_operation(self, label: str) -> None:
        """Let any number of members act at once."""

    def _end_operation(self) -> None:
        """End nothing: see above."""

    def _mark_mutation(self) -> None:
        self.happened()

    def _notify_dispatch_observers(self, interaction: Interaction) -> None:
        interaction.initial_response_deadline = self.backend.iso_after(self.acknowledge_within)
        self._asked[asyncio.current_task()] = interaction
        self._interactions[interaction.id] = Watch()
        self._asked_at[interaction.id] = asyncio.get_running_loop().time()

    async def _settle_internal(self, **how: Any) -> None:
        if (asked := self._asked.pop(asyncio.current_task(), None)) is not None:
            await self._until_answered(asked)

    async def _until_answered(self, asked: Interaction) -> None:
        watch = self._interactions[asked.id]
        try:
            await watch.wait_for(lambda: asked.responded, within=self.acknowledge_within)
        except TimeoutError:
            raise NotAcknowledged(
                f"The application did not respond within {self.acknowledge_within} s.{self._latest()}"
            ) from None
        await watch.wait_for(lambda: not asked.loading or self._deleted(asked), within=self.patience)

    def _latest(self) -> str:
        return " What happened last:\n" + "\n".join(self.transcript().splitlines()[-12:])

    def _deleted(self, asked: Interaction) -> bool:
        return asked.message_id not in self.backend.messages.get(asked.channel_id, {})
