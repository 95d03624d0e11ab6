"""What can go wrong between a bot and Slack's Web API: told to wait, broken, held back, cut off; and rate limits."""

import math
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from aiohttp import web

from tests.doubles.loopback import Bucket, Call, Continue, Fault, Faults

PER_MINUTE: Final = {  # Slack's tiers
    "conversations.history": 50, "conversations.replies": 50, "conversations.info": 50, "chat.update": 50,
    "chat.postEphemeral": 100, "users.info": 100, "reactions.add": 50, "conversations.open": 50, "views.open": 100,
    "views.publish": 100, "views.update": 100, "users.conversations": 50, "files.completeUploadExternal": 20,
    "files.getUploadURLExternal": 20, "team.info": 50, "apps.connections.open": 1,
}  # fmt: skip


@dataclass
class SlackCall(Call):
    """A request to a method, with the workspace of its token and the channel it is about."""

    team: str = ""
    channel: str = ""

    def matches(self, route: str) -> bool:
        """Whether this is a request to `chat.postMessage`, or to `chat.postMessage C1` in one channel."""
        return fnmatchcase(self.path, route) or fnmatchcase(f"{self.path} {self.channel}", route)


class SlackFaults(Faults):
    """The faults that wait for a request; told to wait, Slack means it for the method in the workspace."""

    def __init__(self) -> None:
        super().__init__()
        self.until: dict[tuple[str, str], float] = {}

    def limit(self, route: str, *, retry_after: float, scope: str = "user", times: int = 1) -> None:
        """Answer 429 with Retry-After, and so every further call of that method in that workspace until then."""

        async def happen(_: web.Request, __: Continue) -> web.StreamResponse:
            return too_many(retry_after)

        self._waiting.append(Limit(route, times, False, happen, retry_after=retry_after))

    def answer(self, route: str, answer: dict[str, object], *, times: int = 1) -> None:
        """Answer as Slack does where it refuses something, for example {"ok": False, "error": "expired_trigger_id"}."""

        async def happen(_: web.Request, __: Continue) -> web.StreamResponse:
            return web.json_response(answer)

        self._waiting.append(Fault(route, times, False, happen))

    def strike(self, call: Call) -> Fault | None:
        """Return the fault that befalls a request, and count it."""
        fault = super().strike(call)
        if isinstance(fault, Limit):
            self.until[_whose(call)] = call.at + fault.retry_after
        return fault

    def told_to_wait(self, call: Call) -> web.Response | None:
        """Return the refusal of a call that came before its Retry-After was over."""
        left = self.until.get(_whose(call), 0.0) - call.at
        return too_many(left) if left > 0 else None


@dataclass
class Limit(Fault):
    """A 429 that holds for some seconds."""

    retry_after: float = 0.0


class SlackLimits:
    """The rate limits; none, until a test sets them."""

    def __init__(self) -> None:
        self._rules: list[tuple[str, int, float, bool]] = []
        self._buckets: dict[tuple[str, str, str], Bucket] = {}

    def set(self, route: str, limit: int, per: float, *, each_channel: bool = False) -> None:
        """Allow so many requests in so many seconds to a method, for each workspace or for each channel."""
        self._rules.insert(0, (route, limit, per, each_channel))
        self._buckets.clear()

    def like_slack(self) -> None:
        """Set the limits that Slack has: one post a second in a channel, and the tiers."""
        for name, number in PER_MINUTE.items():
            self.set(name, number, 60.0)
        self.set("chat.postMessage", 1, 0.95, each_channel=True)

    def check(self, call: SlackCall) -> web.Response | None:
        """Return the refusal of a request that was one too many."""
        rule = next((rule for rule in self._rules if call.matches(rule[0])), None)
        if rule is None:
            return None
        _, limit, per, each_channel = rule
        key = (call.path, call.team, call.channel if each_channel else "")
        wait = self._buckets.setdefault(key, Bucket(limit, per)).take(call.at)
        return too_many(wait) if wait else None


def too_many(retry_after: float) -> web.Response:
    """Return Slack's 429."""
    headers = {"Retry-After": str(math.ceil(retry_after))}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _whose(call: Call) -> tuple[str, str]:
    return call.path, call.team if isinstance(call, SlackCall) else ""
