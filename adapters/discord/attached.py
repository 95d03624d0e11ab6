"""A file that came with a slash command: what Discord says of it, and how it is fetched."""

import asyncio
from functools import partial
from typing import Any, Final

import discord

from adapters.discord.asked import passes
from adapters.discord.commands import sent
from adapters.discord.greetings import UNANSWERED
from adapters.services.again import again
from bot.errors import Unreachable
from bot.ports import Attached

SECONDS: Final = 30.0  # that a file may take


def attached(interaction: discord.Interaction[Any]) -> Attached | None:
    """Return the file of a command's option; None where it has none."""
    files: dict[str, Any] = (sent(interaction).get("resolved") or {}).get("attachments") or {}
    for one in files.values():
        fetch = partial(_fetched, interaction.client, str(one["url"]))
        return Attached(name=str(one["filename"]), size=int(one["size"]), fetch=fetch)
    return None


async def _fetched(client: Any, address: str) -> bytes:
    """Return what stands at an address that Discord named; its library goes there without my token."""
    try:
        async with asyncio.timeout(SECONDS):
            return await again(partial(client.http.get_from_cdn, address), client.waits, passes=passes)
    except UNANSWERED as error:
        raise Unreachable("Discord does not give it to me just now. Attach it once more in a minute.") from error
