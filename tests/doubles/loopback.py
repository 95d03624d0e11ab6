"""What the loopback Discord and the loopback Slack have in common: waiting for something, requests, and what befalls them."""

import asyncio
import json
import math
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import count
from typing import Any, Final, TypeVar

from aiohttp import web

# No test passes or fails by how fast a machine is, so what only ends a wait for what never comes is long: a start takes two seconds, on
# a machine that is busy with other things sixteen.
PATIENCE: Final = 180.0  # seconds
# Discord and Slack wait for three seconds. That the bot answers before it begins with anything is seen where what it would begin with is held
# back; a test in which nobody answers says how long that takes itself.
ACKNOWLEDGED: Final = 60.0  # seconds
LOOK: Final = 0.1  # seconds until somebody who waits looks again, although nothing is known to have happened
Continue = Callable[[], web.Response]
T = TypeVar("T")


# Below the ports that the system gives to whoever asks for any: one of those may be somebody's before a bot has started and listens on it.
_PORTS: Final = 20_000, 12_000  # the first of them, and how many
_next: Final = count(os.getpid() * 997)  # so that processes of tests begin far from each other


class NotAcknowledged(AssertionError):
    """The bot did not acknowledge in time: a person sees that the application did not respond."""


def free_port() -> int:
    """Return a port of the loopback that nobody listens on, nor will by chance."""
    first, many = _PORTS
    while True:
        port = first + next(_next) % many
        with closing(socket.socket()) as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


class Watch:
    """Wakes whoever waits for something to become true, each time something happened."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    def happened(self) -> None:
        """Look again at everything that is waited for."""
        for predicate, future in self._waiting:
            if not future.done():
                self._look(predicate, future)

    async def wait_for(self, predicate: Callable[[], T], *, within: float = PATIENCE) -> T:
        """Return the first true value of the predicate, which is asked again after every happening, and now and then: it may be about a bot."""
        entry = (predicate, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            self._look(*entry)
            async with asyncio.timeout(within):
                while not (await asyncio.wait([entry[1]], timeout=LOOK))[0]:
                    self._look(*entry)
                value: T = entry[1].result()
                return value
        finally:
            self._waiting.remove(entry)

    @staticmethod
    def _look(predicate: Callable[[], Any], future: asyncio.Future[Any]) -> None:
        try:
            value = predicate()
        except Exception as error:  # noqa: BLE001  it belongs to whoever asks, not to whoever made it happen
            future.set_exception(error)
            return
        if value:
            future.set_result(value)


@dataclass
class Call:
    """A request that reached the server, and how it was answered (0: it was not)."""

    method: str
    path: str
    at: float
    json: Any = None
    params: dict[str, str] = field(default_factory=dict)
    status: int = 0
    answer: Any = None

    def matches(self, route: str) -> bool:
        """Whether this is a request to a route, such as `POST /channels/*/messages`."""
        return fnmatchcase(f"{self.method} {self.path}", route)


class Hold:
    """A request that was held back, until the test lets it go."""

    def __init__(self) -> None:
        self.host = ""  # as the one who made it calls the server, by which a test tells several apart
        self.lost = False
        self._arrived, self._released = asyncio.Event(), asyncio.Event()

    async def arrived(self, *, within: float = PATIENCE) -> None:
        """Wait until the bot has made the request."""
        async with asyncio.timeout(within):
            await self._arrived.wait()

    def release(self) -> None:
        """Let the request go on."""
        self._released.set()

    def lose(self) -> None:
        """Cut its connection in place of an answer; what was not carried out yet never is."""
        self.lost = True
        self._released.set()

    async def wait(self, request: web.Request) -> None:
        """Stand where the request is held."""
        self.host = request.host
        self._arrived.set()
        await self._released.wait()


@dataclass
class Fault:
    """One way in which the next requests to a route go wrong."""

    route: str
    times: int
    accepted: bool  # whether the server carries the request out all the same
    happen: Callable[[web.Request, Continue], Awaitable[web.StreamResponse]]
    says: str = ""  # what is in the request that it is meant for

    def befalls(self, call: Call) -> bool:
        """Whether it is meant for a request."""
        return call.matches(self.route) and (not self.says or self.says in json.dumps(call.json))


class Faults:
    """The faults that wait for a request, the oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._holds: list[Hold] = []

    def fail(self, route: str, *, status: int = 502, accepted: bool = False, times: int = 1) -> None:
        """Answer with a server error, before or (`accepted`) after the request was carried out."""

        async def happen(_: web.Request, __: Continue) -> web.StreamResponse:
            return web.Response(status=status, body=b"<html>something went wrong</html>", content_type="text/html")

        self._waiting.append(Fault(route, times, accepted, happen))

    def drop(self, route: str, *, accepted: bool = False, times: int = 1) -> None:
        """Cut the connection instead of answering, before or (`accepted`) after the request was carried out."""

        async def happen(request: web.Request, _: Continue) -> web.StreamResponse:
            return _cut(request)

        self._waiting.append(Fault(route, times, accepted, happen))

    def hold(self, route: str, *, accepted: bool = False, says: str = "") -> Hold:
        """Hold the next request that says something back until it is released, before or (`accepted`) after it was carried out."""
        held = Hold()

        async def happen(request: web.Request, go_on: Continue) -> web.StreamResponse:
            await held.wait(request)
            return _cut(request) if held.lost else go_on()

        self._holds.append(held)
        self._waiting.append(Fault(route, 1, accepted, happen, says=says))
        return held

    def clear(self) -> None:
        """Let everything that is held go, and forget the faults that did not happen."""
        self._waiting.clear()
        for held in self._holds:
            held.release()

    def strike(self, call: Call) -> Fault | None:
        """Return the fault that befalls a request, and count it."""
        fault = next((fault for fault in self._waiting if fault.befalls(call)), None)
        if fault is not None:
            fault.times -= 1
            if fault.times == 0:
                self._waiting.remove(fault)
        return fault


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


@dataclass
class Bucket:
    """So many requests in so many seconds, counted from the first; then it is as good as new."""

    limit: int
    per: float
    _since: float = -math.inf
    _used: int = 0

    def take(self, now: float) -> float:
        """Count a request; return how long to wait when it is one too many, else 0."""
        if now - self._since >= self.per:
            self._since, self._used = now, 0
        if self._used >= self.limit:
            return self.renewed_in(now)
        self._used += 1
        return 0.0

    @property
    def left(self) -> int:
        """How many more requests it allows."""
        return self.limit - self._used

    def renewed_in(self, now: float) -> float:
        """Return the seconds until it is as good as new."""
        return self._since + self.per - now
