"""One socket of Slack's Socket Mode, from its greeting to its end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import REACHED

silent: Final = logging.getLogger("studyhall.slack.library")  # it would log what members write; we say what matters
silent.disabled = True
CONNECT_SECONDS: Final = 15.0
CLOSE_SECONDS: Final = 5.0
PING_SECONDS: Final = 5.0
OnRequest = Callable[[Any, SocketModeRequest], Awaitable[None]]


class Socket(SocketModeClient):
    """A socket that does not mend itself: the connection makes a new one, which is simple and known to work."""

    def __init__(self, app_token: str, client: AsyncWebClient, on_request: OnRequest) -> None:
        super().__init__(app_token, silent, client, auto_reconnect_enabled=False, ping_interval=PING_SECONDS)
        self.over = False
        self._hello = asyncio.Event()
        self.message_listeners.append(self._greeted)
        self.socket_mode_request_listeners.append(on_request)

    async def _greeted(self, _: object, message: dict[str, Any], __: str | None = None) -> None:
        if message.get("type") == "hello":
            self._hello.set()

    async def open(self, address: str) -> None:
        """Connect, and wait for the greeting; raises TimeoutError or what the library raises."""
        self.wss_uri = address
        async with asyncio.timeout(
            CONNECT_SECONDS
        ):  # not wait_for, which may swallow a cancellation before Python 3.12
            await self.connect()  # type: ignore[no-untyped-call]
            await self._hello.wait()

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  the library's signature
        """Note that Slack wants this socket to end."""
        self.over = True

    async def end(self) -> None:
        """Close, within seconds, also where the other side is silent."""
        with suppress(TimeoutError, *REACHED):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.close()  # type: ignore[no-untyped-call]
        for task in (self.message_processor, self.current_session_monitor, self.message_receiver):
            if task is not None:
                task.cancel()
        await self.aiohttp_client_session.close()
