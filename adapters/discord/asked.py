"""An interaction while it is being answered: how far that is, and the first answer, which Discord waits for but a moment."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import aiohttp
import discord
import structlog
from discord import InteractionType

from adapters.discord.commands import NAME
from adapters.discord.greetings import UNANSWERED
from adapters.services.again import again
from bot.errors import StoreError
from bot.ports import Context, Inbox

log = structlog.get_logger(__name__)
BROKEN: Final = (aiohttp.ClientError, OSError)  # how a connection breaks off
WAITED_FOR: Final = 3.0  # seconds in which Discord takes a first answer; what was asked for is done without one too
KEPT: Final = ("team", "channel", "channel_name", "thread", "member", "name", "event", "organiser")
ACKNOWLEDGED: Final = 40060  # Discord's code for an interaction that was: by my call whose answer was lost


def passes(error: Exception) -> bool:
    """Whether what a call failed with may be over the next time: an error of Discord's own, too many calls, or a connection that broke."""
    if isinstance(error, discord.HTTPException):
        return error.status >= HTTPStatus.INTERNAL_SERVER_ERROR or error.status == HTTPStatus.TOO_MANY_REQUESTS
    return isinstance(error, BROKEN)


@dataclass(slots=True)
class Asked:
    """An interaction while it is being answered."""

    interaction: discord.Interaction[Any]
    since: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    acknowledged: bool = False
    replied: bool = False
    form: bool = False  # it is to be answered with a form, so nothing was acknowledged before

    @property
    def alive(self) -> bool:
        """Whether Discord still takes answers to it, over the connection that heard it."""
        return self.acknowledged and not self.interaction.is_expired() and not self._hung_up

    @property
    def unanswered(self) -> bool:
        """Whether it waits for its first answer, which was to be a form."""
        return self.form and not self.interaction.response.is_done() and not self._hung_up

    @property
    def thinking(self) -> bool:
        """Whether its member still sees that an answer comes, and it can be told that none does."""
        typed = self.interaction.type is InteractionType.application_command
        return typed and self.acknowledged and not self.replied and not self._hung_up

    @property
    def _hung_up(self) -> bool:
        """Whether that connection is closed, as where another process was given the shard meanwhile."""
        return bool(self.interaction.client.is_closed())


async def acknowledge(interaction: discord.Interaction[Any]) -> bool:
    """Tell Discord at once that an answer will come; return whether it still wants one."""
    typed = interaction.type is InteractionType.application_command
    try:
        async with asyncio.timeout(WAITED_FOR):
            defer = partial(interaction.response.defer, ephemeral=True, thinking=typed)
            await again(defer, (0,), passes=lambda error: isinstance(error, BROKEN))  # Discord says if it had heard it
    except UNANSWERED as error:
        if getattr(error, "code", 0) == ACKNOWLEDGED:
            return True
        log.warning("not_acknowledged", interaction=interaction.id, reason=str(error) or type(error).__name__)
        return False
    return True


class Forms:
    """Answers in forms, written down until they are saved: Discord brings each once, and nothing of it to who starts later."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def take(self, context: Context, data: Mapping[str, Any]) -> bool:
        """Write a form down, and return whether it is; what cannot be written down cannot be saved either, which its member is told."""
        own = {name: getattr(context, name) for name in KEPT}
        read = {name: data[name] for name in ("custom_id", "components") if name in data}
        try:
            await self._inbox.take(context.event, {"context": own, "data": read})
        except StoreError:
            return False
        return True

    async def done(self, event: str) -> None:
        """Forget a form that was handled; one that cannot be forgotten is found again, and known for handled."""
        with suppress(StoreError):
            await self._inbox.done(event)

    async def left(self) -> list[tuple[Context, Mapping[str, Any]]]:
        """Return what a process that ended has left; nobody knows whether its answer was seen."""
        waiting = await self._inbox.waiting(NAME)
        return [(Context(**one.body["context"], again=True, kept=True), one.body["data"]) for one in waiting]
