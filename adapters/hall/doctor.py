"""What `python -m bot doctor` says of the hall: whether it can listen, or does already."""

import asyncio
import errno
from typing import Final

import aiohttp
import yarl

from adapters.hall.connection import HEADERS, refusal, where
from bot.ports import Finding
from bot.settings import Settings

WHAT: Final = "hall"
ASK_SECONDS: Final = 5.0


async def examine(loaded: Settings) -> list[Finding]:
    """Say whether the hall's port is free, or a Studyhall answers there; nothing where no address is set."""
    if not loaded.hall_url:
        return []
    host, port = where(loaded)
    try:
        server = await asyncio.start_server(lambda _, __: None, host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and await _answers(host, port):
            return [
                Finding(fine=True, what=WHAT, words=f"the bot that runs answers on {host}:{port} for {loaded.hall_url}")
            ]
        return [Finding(fine=False, what=WHAT, words=refusal(host, port, error))]
    server.close()
    await server.wait_closed()
    return [Finding(fine=True, what=WHAT, words=f"{host}:{port} is free for {loaded.hall_url}")]


async def _answers(host: str, port: int) -> bool:
    """Whether a hall of ours answers there."""
    address = yarl.URL.build(scheme="http", host=host, port=port, path="/icon.svg")
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ASK_SECONDS)) as session,
            session.get(address) as answer,
        ):
            return answer.headers.get("Server") == HEADERS["Server"]
    except (aiohttp.ClientError, TimeoutError):
        return False
