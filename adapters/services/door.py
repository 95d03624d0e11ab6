"""The door through which HTTP comes in, on the HTTP side and from Slack: nobody holds it open without asking for something."""

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from bot.errors import InfrastructureError

END_SECONDS: Final = 1.0  # for what is being answered when the door is closed
Refused = Callable[[int], web.Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many connections there are at the most, and how long one may take to say what it wants."""

    most: int = 100  # far fewer files than a process may have open
    head: float = (
        75.0  # seconds, also between two requests: a proxy keeps a connection for a minute, and must not lose it
    )
    body: float = 10.0


class _Handler(RequestHandler):
    """Answers on one connection; what it cannot even read, such as a head that is too long, the door says how to answer."""

    __slots__ = ("refused",)
    refused: Refused | None

    def handle_error(self, *given: Any, **named: Any) -> web.StreamResponse:
        """Return the answer to what went wrong on the way to the application, or in it."""
        usual = super().handle_error(*given, **named)
        answer = self.refused(usual.status) if self.refused else usual
        answer.force_close()
        return answer


class Door:
    """Listens at one address for an application. When one comes in above the most, the one that was there longest goes.

    What no application is asked, for it cannot be read, is answered as `refused` says by its status; else in the library's words.
    """

    def __init__(self, app: web.Application, limits: Limits, *, refused: Refused | None = None) -> None:
        self._runner = web.AppRunner(app, shutdown_timeout=END_SECONDS)
        # Nothing is packed by those who are awaited, and what a stranger packs is not taken apart.
        self._manner: dict[str, Any] = {
            "access_log": None, "auto_decompress": False, "keepalive_timeout": limits.head, "lingering_time": limits.body,
        }  # fmt: skip
        self._most = limits.most
        self._refused = refused
        self._listening: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> int:
        """Listen, and return the port; raises OSError where that cannot be."""
        await self._runner.setup()
        self._listening = await asyncio.get_running_loop().create_server(self._come_in, host, port)
        return int(self._listening.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Let nobody in any more, and end what is there."""
        if self._listening:
            self._listening.close()
        await self._runner.cleanup()

    def _come_in(self) -> RequestHandler:
        assert self._runner.server is not None  # noqa: S101  it was set up before anybody could come
        loop = asyncio.get_running_loop()
        loop.call_soon(self._make_way)  # those who came in the same moment are counted by then
        handler = _Handler(self._runner.server, loop=loop, **self._manner)
        handler.refused = self._refused
        return handler

    def _make_way(self) -> None:
        inside = [one for one in self._runner.server.connections if one.connected] if self._runner.server else []
        if len(inside) >= self._most:
            inside[0].force_close()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a side of the bot listens, how it says that it cannot, and how the names of its settings begin."""

    host: str
    port: int
    fault: str
    settings: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def refusal(self, error: OSError) -> str:
        """Say why nothing can listen here, and what to do."""
        mend = {
            errno.EADDRINUSE: f"Another program listens there: end it, or set {self.settings}_PORT to a free port.",
            errno.EACCES: f"Set {self.settings}_PORT to a port above 1023.",
        }
        reason = mend.get(
            error.errno or 0, f"Set {self.settings}_HOST to an address of this machine, such as 127.0.0.1."
        )
        return f"{self.fault} {self}. {reason}"

    async def obstacle(self) -> OSError | None:
        """Return why nothing can listen here now, or nothing."""
        try:
            server = await asyncio.start_server(lambda _, __: None, self.host, self.port)
        except OSError as error:
            return error
        server.close()
        await server.wait_closed()
        return None

    @asynccontextmanager
    async def serving(self, door: Door) -> AsyncIterator[None]:
        """Keep a door open here until the block ends; raises InfrastructureError with what to do."""
        try:
            await self._open(door)
            yield
        finally:
            await door.close()

    async def _open(self, door: Door) -> None:
        try:
            await door.open(self.host, self.port)
        except OSError as error:
            raise InfrastructureError(self.refusal(error)) from error


async def body(request: web.Request, *, within: float) -> bytes:
    """Return a request's body; who takes longer to send it is answered with 408."""
    try:
        async with asyncio.timeout(within):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
