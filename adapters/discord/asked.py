"""An interaction while it is being answered: how far that is, and the first answer, which Discord waits for but a moment."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import aiohttp
import discord
import structlog
from discord import InteractionType

from adapters.discord.greetings import UNANSWERED
from adapters.services.again import again
from bot.ports import Context

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
        """Whether Discord still takes answers to it."""
        return self.acknowledged and not self.interaction.is_expired()

    @property
    def unanswered(self) -> bool:
        """Whether it waits for its first answer, which was to be a form."""
        return self.form and not self.interaction.response.is_done()


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


def written_down(context: Context, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a form until its answer is saved: Discord takes it once, and tells nobody who starts later."""
    own = {name: getattr(context, name) for name in KEPT}
    return {"context": own, "data": {name: data[name] for name in ("custom_id", "components") if name in data}}


def read_again(body: Mapping[str, Any]) -> tuple[Context, Mapping[str, Any]]:
    """Return what was written down of a form; nobody knows whether its answer was seen."""
    return Context(**body["context"], again=True), body["data"]
