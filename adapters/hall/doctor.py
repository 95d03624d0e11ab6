"""What `python -m bot doctor` says of the hall: whether it can listen, or does already."""

import errno
from typing import Final

import aiohttp
import yarl

from adapters.hall.connection import HEADERS, where
from adapters.services.door import Address
from bot.ports import Finding
from bot.settings import Settings

WHAT: Final = "hall"
ASK_SECONDS: Final = 5.0


async def examine(loaded: Settings) -> list[Finding]:
    """Say whether the hall's port is free, or a Studyhall answers there; nothing where no address is set."""
    if not loaded.hall_url:
        return []
    at = where(loaded)
    if error := await at.obstacle():
        if error.errno == errno.EADDRINUSE and await _answers(at):
            words = f"the bot that runs answers on {at} for {loaded.hall_url}"
            return [Finding(fine=True, what=WHAT, words=words)]
        return [Finding(fine=False, what=WHAT, words=at.refusal(error))]
    return [Finding(fine=True, what=WHAT, words=f"{at} is free for {loaded.hall_url}")]


async def _answers(at: Address) -> bool:
    """Whether a hall of ours answers there."""
    address = yarl.URL.build(scheme="http", host=at.host, port=at.port, path="/icon.svg")
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ASK_SECONDS)) as session,
            session.get(address) as answer,
        ):
            return answer.headers.get("Server") == HEADERS["Server"]
    except (aiohttp.ClientError, TimeoutError):
        return False
