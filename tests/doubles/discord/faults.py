"""What can go wrong between a bot and Discord's REST API: refused for a while, and rate limits; and files of requests."""

import math
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from aiohttp import web

from tests.doubles.loopback import Bucket, Call, Continue, Fault, Faults

Headers = dict[str, str]
BY_TOKEN: Final = ("/interactions/*", "/webhooks/*/*")  # no bot token, and not bound by the global limit


@dataclass
class Upload:
    """A file of a request, as simcord reads it."""

    fp: Any
    filename: str
    description: str | None


@dataclass
class DiscordCall(Call):
    """A request with its files and the reason for the audit log."""

    files: list[Upload] = field(default_factory=list)
    reason: str | None = None

    @property
    def by_token(self) -> bool:
        """Whether the path itself carries the permission."""
        return any(fnmatchcase(self.path, pattern) for pattern in BY_TOKEN)


class DiscordFaults(Faults):
    """The faults that wait for a request; told to wait, Discord says for whom."""

    def limit(self, route: str, *, retry_after: float, scope: str = "user", times: int = 1) -> None:
        """Answer 429 with Retry-After; the scope is user, shared or global."""

        async def happen(_: web.Request, __: Continue) -> web.StreamResponse:
            return too_many(retry_after, scope)

        self._waiting.append(Fault(route, times, False, happen))


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

    def check(self, call: DiscordCall) -> tuple[Headers, web.Response | None]:
        """Return the headers of the answer, or the answer itself when it was one request too many."""
        if not call.by_token and (wait := self.everywhere.take(call.at)):
            return {}, too_many(wait, "global")
        name = bucket_name(call)
        bucket = self._buckets.setdefault(name, self._new(call))
        if wait := bucket.take(call.at):
            return {}, too_many(wait, "user", bucket_headers(bucket, name, call.at))
        return bucket_headers(bucket, name, call.at), None

    def _new(self, call: DiscordCall) -> Bucket:
        return next(Bucket(limit, per) for route, limit, per in self._rules if call.matches(route))


def bucket_headers(bucket: Bucket, name: str, now: float) -> Headers:
    """Return what Discord says about a bucket; the time to wait is never rounded down."""
    after = math.ceil(bucket.renewed_in(now) * 1000) / 1000
    names = {"Limit": bucket.limit, "Remaining": bucket.left, "Reset-After": after, "Bucket": name}
    return {f"X-RateLimit-{key}": str(value) for key, value in names.items()}


def bucket_name(call: DiscordCall) -> str:
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
