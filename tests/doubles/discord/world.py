"""A Discord without a bot in it: simcord's world on the machine's clock, and people who wait until the bot has answered.

`simcord` keeps guilds, messages, permissions and the rules of interactions. Here are the few rules it leaves out (archived
and locked threads, one thread a message, the nonce of a message) and the step from a bot in the process to one outside it:
whoever clicks or types gets the result as soon as the bot has answered over HTTP, and is told when it has not.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import discord
from simcord._clock import Clock
from simcord.backend import Backend
from simcord.backend import permissions as bits
from simcord.backend.errors import BackendError, invalid_form_body
from simcord.backend.models import Channel, Interaction, Message
from simcord.builders import ChannelHandle, GuildHandle
from simcord.env import Env
from simcord.results import InteractionResult, ResponseMessage

from bot.clock import SystemClock
from tests.doubles.loopback import PATIENCE, NotAcknowledged, Watch

THREAD_ARCHIVED: Final = (50083, "Thread is archived")
THREAD_LOCKED: Final = (160005, "Thread is locked")
THREAD_EXISTS: Final = (160004, "A thread has already been created for this message")
TOKEN_EXPIRED: Final = (50027, "Invalid Webhook Token")
ARCHIVE_AFTER: Final = (60, 1440, 4320, 10080)

T = TypeVar("T")


class MachineClock(Clock):
    """The machine's clock; `advance` puts it ahead, so that tokens and nonces run out."""

    def now(self) -> datetime:
        """Return the present instant."""
        return SystemClock().now() + timedelta(seconds=self.elapsed)


class Discord(Backend):
    """Simcord's backend with the rules about threads that it leaves out."""

    nonce: str | None = None  # of the message that is being created

    def emit(self, event: str, payload: Mapping[str, Any]) -> None:
        """Announce an event; a new message carries the nonce it was sent with."""
        super().emit(event, {**payload, "nonce": self.nonce} if event == "MESSAGE_CREATE" and self.nonce else payload)

    def commit_message(self, message: Message, *, broadcast: bool = True) -> Message:
        """Keep a message; in an archived thread it wakes the thread, in a locked one only moderators speak."""
        thread = self.get_channel(message.channel_id)
        if (meta := thread.thread_metadata) is not None and not message.is_ephemeral:
            if meta.locked and not self.may(message.author_id, thread, "manage_threads"):
                raise BackendError(403, *(THREAD_ARCHIVED if meta.archived else THREAD_LOCKED))
            if meta.archived:
                self.edit_channel(thread.id, {}, thread_metadata={"archived": False})
        return super().commit_message(message, broadcast=broadcast)

    def edit_message(self, channel_id: int, message_id: int, fields: dict[str, Any]) -> Message:
        """Change a message, unless it stands in an archived thread."""
        if not self.get_message(channel_id, message_id).is_ephemeral:
            self._refuse_archived(channel_id)
        return super().edit_message(channel_id, message_id, fields)

    def set_reaction(self, channel_id: int, message_id: int, emoji: str, user_id: int, reacted: bool) -> None:
        """Add or take away a reaction, unless the thread is archived."""
        self._refuse_archived(channel_id)
        super().set_reaction(channel_id, message_id, emoji, user_id, reacted)

    def create_thread(self, parent_id: int, name: str, owner_id: int, **options: Any) -> Channel:
        """Open a thread; a message has one at most, whose id is the message's."""
        if options.get("message_id") in self.channels:
            raise BackendError(400, *THREAD_EXISTS)
        if not 1 <= len(name) <= 100:
            raise invalid_form_body("name: Must be between 1 and 100 in length.")
        if options.get("auto_archive_duration", 1440) not in ARCHIVE_AFTER:
            raise invalid_form_body(f"auto_archive_duration: Value must be one of {ARCHIVE_AFTER}.")
        return super().create_thread(parent_id, name, owner_id, **options)

    def delete_channel(self, channel_id: int) -> None:
        """Delete a channel, and its threads with it."""
        for thread in [c for c in self.channels.values() if c.is_thread and c.parent_id == channel_id]:
            super().delete_channel(thread.id)
        super().delete_channel(channel_id)

    def interaction_by_token(self, token: str) -> Interaction:
        """Return an interaction, unless its fifteen minutes are over."""
        known = self.interactions.get(self.interaction_tokens.get(token, 0))
        if (
            known is not None
            and known.responded
            and known.expires_at is not None
            and self.now_iso() >= known.expires_at
        ):
            raise BackendError(401, *TOKEN_EXPIRED)
        return super().interaction_by_token(token)

    def may(self, user_id: int, channel: Channel, permission: str) -> bool:
        """Whether a user has a permission in a channel."""
        held = self.compute_permissions(channel.guild_id, user_id, channel.id) if channel.guild_id else 0
        return bool(held & bits.flag(permission))

    def _refuse_archived(self, channel_id: int) -> None:
        meta = self.get_channel(channel_id).thread_metadata
        if meta is not None and meta.archived:
            raise BackendError(400, *THREAD_ARCHIVED)


class World(Env):
    """Simcord's world for a bot in another process: what members do returns when the bot has answered it."""

    backend: Discord
    acknowledge_within = 3.0  # Discord's limit for the first answer to an interaction, in seconds
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
