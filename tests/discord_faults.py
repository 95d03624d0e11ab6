"""What can go wrong between a bot and Discord's REST API: refused for a while, broken, held back, cut off; and rate limits."""

import asyncio
import math
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from aiohttp import web

Headers = dict[str, str]
Continue = Callable[[], web.Response]
BY_TOKEN: Final = ("/interactions/*", "/webhooks/*/*")  # no bot token, and not bound by the global limit


@dataclass
class Upload:
    """A file of a request, as simcord reads it."""

    fp: Any
    filename: str
    description: str | None


@dataclass
class Call:
    """A request that reached the server, and how it was answered (0: it was not)."""

    method: str
    path: str
    at: float
    json: Any = None
    params: dict[str, str] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)
    reason: str | None = None
    status: int = 0
    answer: Any = None

    def matches(self, route: str) -> bool:
        """Whether this is a request to a route, such as `POST /channels/*/messages`."""
        return fnmatchcase(f"{self.method} {self.path}", route)

    @property
    def by_token(self) -> bool:
        """Whether the path itself carries the permission."""
        return any(fnmatchcase(self.path, pattern) for pattern in BY_TOKEN)


class Hold:
    """A request that was held back, until the test lets it go."""

    def __init__(self) -> None:
        self._arrived, self._released = asyncio.Event(), asyncio.Event()

    async def arrived(self, *, within: float = 10.0) -> None:
        """Wait until the bot has made the request."""
        async with asyncio.timeout(within):
            await self._arrived.wait()

    def release(self) -> None:
        """Let the request go on."""
        self._released.set()

    async def wait(self) -> None:
        """Stand where the request is held."""
        self._arrived.set()
        await self._released.wait()


@dataclass
class Fault:
    """One way in which the next requests to a route go wrong."""

    route: str
    times: int
    accepted: bool  # whether Discord carries the request out all the same
    happen: Callable[[web.Request, Continue], Awaitable[web.StreamResponse]]


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
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)

        self._waiting.append(Fault(route, times, accepted, happen))

    def limit(self, route: str, *, retry_after: float, scope: str = "user", times: int = 1) -> None:
        """Answer 429 with Retry-After; the scope is user, shared or global."""

        async def happen(_: web.Request, __: Continue) -> web.StreamResponse:
            return too_many(retry_after, scope)

        self._waiting.append(Fault(route, times, False, happen))

    def hold(self, route: str, *, accepted: bool = False) -> Hold:
        """Hold the next request back until it is released, before or (`accepted`) after it was carried out."""
        held = Hold()

        async def happen(_: web.Request, go_on: Continue) -> web.StreamResponse:
            await held.wait()
            return go_on()

        self._holds.append(held)
        self._waiting.append(Fault(route, 1, accepted, happen))
        return held

    def clear(self) -> None:
        """Let everything that is held go, and forget the faults that did not happen."""
        self._waiting.clear()
        for held in self._holds:
            held.release()

    def strike(self, call: Call) -> Fault | None:
        """Return the fault that befalls a request, and count it."""
        fault = next((fault for fault in self._waiting if call.matches(fault.route)), None)
        if fault is not None:
            fault.times -= 1
            if fault.times == 0:
                self._waiting.remove(fault)
        return fault


@dataclass
class Bucket:
    """So many requests in so many seconds, counted from the first; then it is as good as new, as discord.py expects."""

    limit: int
    per: float
    _since: float = -math.inf
    _used: int = 0

    def take(self, now: float) -> float:
        """Count a request; return how long to wait when it is one too many, else 0."""
        if now - self._since >= self.per:
            self._since, self._used = now, 0
        if self._used >= self.limit:
            return self._since + self.per - now
        self._used += 1
        return 0.0

    def headers(self, name: str, now: float) -> Headers:
        """Return what Discord says about a bucket; the time to wait is never rounded down."""
        after = math.ceil((self._since + self.per - now) * 1000) / 1000
        names = {"Limit": self.limit, "Remaining": self.limit - self._used, "Reset-After": after, "Bucket": name}
        return {f"X-RateLimit-{key}": str(value) for key, value in names.items()}


class Limits:
    """The rate limits: by default generous enough never to matter, a test makes them as narrow as Discord's."""

    def __init__(self) -> None:
        self.everywhere = Bucket(10_000, 1.0)
        self._rules: list[tuple[str, int, float]] = [("*", 1_000, 1.0)]
        self._buckets: dict[str, Bucket] = {}

    def set(self, route: str, limit: int, per: float) -> None:
        """Allow so many requests in so many seconds on a route, for each channel, guild or webhook."""
        self._rules.insert(0, (route, limit, per))
        self._buckets.clear()

    def check(self, call: Call) -> tuple[Headers, web.Response | None]:
        """Return the headers of the answer, or the answer itself when it was one request too many."""
        if not call.by_token and (wait := self.everywhere.take(call.at)):
            return {}, too_many(wait, "global")
        name = bucket_name(call)
        bucket = self._buckets.setdefault(name, self._new(call))
        if wait := bucket.take(call.at):
            return {}, too_many(wait, "user", bucket.headers(name, call.at))
        return bucket.headers(name, call.at), None

    def _new(self, call: Call) -> Bucket:
        return next(Bucket(limit, per) for route, limit, per in self._rules if call.matches(route))


def bucket_name(call: Call) -> str:
    """Return the name of a request's bucket: its method, its first id and the shape of the rest."""
    _, kind, major, *rest = [*call.path.split("/"), "", ""]
    shape = re.sub(r"\d+", "id", "/".join(rest))
    return re.sub(r"\W+", "-", f"{call.method} {kind} {major} {shape}").strip("-")


def too_many(retry_after: float, scope: str, headers: Headers | None = None) -> web.Response:
    """Return a 429 as Discord gives it: the reason in the body, and `Via` to show that it is not the proxy's."""
    everywhere = scope == "global"
    body = {"message": "You are being rate limited.", "retry_after": round(retry_after, 3), "global": everywhere}
    answer = web.json_response(body, status=429, headers={**(headers or {}), "Via": "1.1 google"})
    answer.headers["Retry-After"] = str(int(retry_after) + 1 if retry_after % 1 else int(retry_after))
    answer.headers["X-RateLimit-Scope"] = scope
    if everywhere:
        answer.headers["X-RateLimit-Global"] = "true"
    answer.headers["Content-Type"] = "application/json"
    return answer
