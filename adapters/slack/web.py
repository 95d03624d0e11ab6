"""Slack's Web API: with whose token, how often, and what an error means. What goes wrong leaves here as our errors."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChannelGone, PlatformError, Unreachable

log = structlog.get_logger(__name__)
T = TypeVar("T")
SECONDS: Final = 20.0  # that a call may take
SLOWEST: Final = 60.0  # seconds to wait when told to; longer, and the core tries again itself
AGAIN: Final = (1.0, 3.0)  # seconds until a call that changes nothing, or nothing twice, is tried again
PATIENCE: Final = 10  # times that one call is told to wait
PAUSE: Final = 1.0  # seconds between two posts in a channel
PAGE: Final = 200
DIRECT: Final = "D"  # the first letter of a channel of direct messages
KNOWN: Final = 10_000  # names that are remembered
FRESH: Final = 600.0  # seconds for which a name, and who is an admin, is believed
POSTS: Final = frozenset({"chat.postMessage", "chat.postEphemeral", "files.upload"})  # doubled when tried again blindly
REACHED: Final = (aiohttp.ClientError, SlackClientError, OSError, TimeoutError)  # what not reaching Slack raises
REFUSED: Final = frozenset(
    {"account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "token_revoked"}
)
CONNECT: Final = "connections:write"  # the one scope that an app token has, and no bot token
APP_SCOPE: Final = "under Basic Information, App-Level Tokens, generate a token with it, and set that one."
BOT_SCOPE: Final = "add it under OAuth & Permissions, and install the app again."
FINE: Final = frozenset({"already_reacted"})  # what was to be done is done
PACED: Final = frozenset({"chat.postMessage", "files.upload"})  # what everybody in a channel sees
AWAY: Final = frozenset({
    "account_inactive", "fatal_error", "internal_error", "invalid_auth", "not_authed", "ratelimited", "request_timeout",
    "service_unavailable", "team_added_to_org", "token_expired", "token_revoked",
})  # fmt: skip
WHY: Final = {
    "cannot_dm_bot": "This member is a bot.",
    "channel_not_found": "Slack knows no such channel, or I am not in it. Invite me there with /invite @Studyhall.",
    "expired_trigger_id": "Slack does not wait for this form any more. Press the button again.",
    "is_archived": "The channel is archived. Unarchive it, or use another one.",
    "message_not_found": "The message is deleted.",
    "not_in_channel": "I am not in the channel. Invite me there with /invite @Studyhall.",
    "restricted_action": "The workspace does not let me post in this channel. Allow it in the channel's settings, under Posting permissions.",
    "thread_not_found": "The message of this thread is deleted.",
    "user_not_in_channel": "This member is not in the channel.",
}


class Tokens(Protocol):
    """Which token is whose."""

    async def of(self, team: str) -> str:
        """Return a workspace's token; raises ChannelGone where the bot is not installed (any more)."""
        ...


class OneToken:
    """The token of the one workspace that is served."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def of(self, team: str) -> str:  # noqa: ARG002  there is but one
        """Return it."""
        return self._token


@dataclass(frozen=True, slots=True)
class Person:
    """A member as Slack describes them."""

    name: str
    organiser: bool


class Pacer:
    """Lets calls through one after the other, not sooner than a key's time has come."""

    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def turn(self, key: str, *, pause: float = 0.0) -> None:
        """Wait for a key's turn, after which others wait for `pause` seconds."""
        loop = asyncio.get_running_loop()
        async with self._locks.setdefault(key, asyncio.Lock()):
            while (wait := self._free_at.get(key, 0.0) - loop.time()) > 0:
                if wait > SLOWEST:
                    raise Unreachable(f"Slack asks me to wait for {round(wait)} seconds.")
                await asyncio.sleep(wait)
            self._free_at[key] = loop.time() + pause

    def hold(self, key: str, seconds: float) -> None:
        """Let nobody through for some seconds."""
        self._free_at[key] = max(self._free_at.get(key, 0.0), asyncio.get_running_loop().time() + seconds)


class Web:
    """Calls to Slack on behalf of every workspace."""

    def __init__(self, base: str, tokens: Tokens, *, pause: float = PAUSE) -> None:
        self.tokens = tokens
        self.limited: Callable[[], None] = _unnoted  # called when Slack asks for patience
        self.spoken: Callable[[], None] = _unnoted  # called when a message stands in a channel
        self._base = base
        self._pause = pause
        self._pacer = Pacer()
        self._session: aiohttp.ClientSession | None = None
        self._me: dict[str, str] = {}
        self._people: dict[str, tuple[float, Person]] = {}
        self._channels: dict[str, tuple[float, str]] = {}

    def client(self, token: str) -> AsyncWebClient:
        """Return a client whose library tries nothing again by itself: what may be, is tried again in `call`."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        return AsyncWebClient(token=token, base_url=self._base, session=self._session, retry_handlers=[])

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def call(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call a method when its turn has come; raises Unreachable when trying again may help, else ChannelGone."""
        if method in PACED and (channel := arguments.get("channel")):
            await self._pacer.turn(f"{team}:{channel}", pause=self._pause)
        waits, patience = iter(AGAIN), PATIENCE
        while True:
            await self._pacer.turn(f"{team}:{method}")
            try:
                return await self._once(await self.tokens.of(team), method, arguments)
            except SlackApiError as error:
                seconds, patience = _told_to_wait(error), patience - 1
                if seconds is not None:
                    self.limited()
                if seconds is not None and patience:
                    self._pacer.hold(f"{team}:{method}", seconds)
                    continue
                if _code(error) in FINE:
                    return {}
                problem: PlatformError = translated(error)
                problem.__cause__ = error
            except REACHED as error:
                problem = Unreachable(f"Slack cannot be reached ({type(error).__name__}).")
            wait = next(waits, None)
            if wait is None or method in POSTS or not isinstance(problem, Unreachable):
                raise problem
            await asyncio.sleep(wait)

    async def _once(self, token: str, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        client = self.client(token)
        name = "files_upload_v2" if method == "files.upload" else method.replace(".", "_")
        answer = await getattr(client, name)(**arguments)
        if method == "chat.postMessage" and not arguments["channel"].startswith(DIRECT):
            self.spoken()
        return answer.data if isinstance(answer.data, dict) else {}

    async def answer(self, address: str, body: Mapping[str, Any]) -> bool:
        """Answer at the address that came with a request, which ends after a while; return whether Slack took it."""
        self.client("")
        assert self._session is not None  # noqa: S101  made just now
        try:
            async with self._session.post(address, json=body) as answer:
                return answer.status == HTTPStatus.OK
        except REACHED:
            return False

    async def pages(self, team: str, method: str, **arguments: Any) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the messages of all pages of a method."""
        cursor = ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            answer = await self.call(team, method, limit=PAGE, **more, **arguments)
            for message in answer.get("messages", ()):
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    async def me(self, team: str) -> str:
        """Return my own user id in a workspace."""
        if team not in self._me:
            self._me[team] = (await self.call(team, "auth.test"))["user_id"]
        return self._me[team]

    async def person(self, team: str, user: str) -> Person:
        """Return a member's name as the workspace shows it, and whether they run it; a stranger is called by their id."""
        now = asyncio.get_running_loop().time()
        known = self._people.get(f"{team}:{user}")
        if known is None or now - known[0] > FRESH:
            try:
                person = _person((await self.call(team, "users.info", user=user))["user"])
            except ChannelGone as error:
                log.warning("member_not_known", user=user, reason=str(error))
                person = Person(name=user, organiser=False)
            known = _remember(self._people, f"{team}:{user}", (now, person))
        return known[1]

    async def channel_name(self, team: str, channel: str) -> str:
        """Return a channel's name; one that I may not look at has none."""
        now = asyncio.get_running_loop().time()
        known = self._channels.get(f"{team}:{channel}")
        if known is None or now - known[0] > FRESH:
            try:
                found = (await self.call(team, "conversations.info", channel=channel))["channel"]
            except ChannelGone:
                found = {}
            known = _remember(self._channels, f"{team}:{channel}", (now, str(found.get("name") or "")))
        return known[1]

    async def direct_channel(self, team: str, user: str) -> str:
        """Return the channel of direct messages with a member."""
        opened = await self.call(team, "conversations.open", users=user)
        return str(opened["channel"]["id"])


def translated(error: SlackApiError) -> PlatformError:
    """Return Slack's error as ours, with a sentence that says what to do."""
    code, status = _code(error), getattr(error.response, "status_code", 200)
    if code in AWAY or status >= HTTPStatus.INTERNAL_SERVER_ERROR or not code:
        return Unreachable(f"Slack does not answer ({code or status}).")
    if code == "missing_scope":
        needed = error.response.get("needed", "")
        return ChannelGone(f"I lack the scope {needed}: {APP_SCOPE if needed == CONNECT else BOT_SCOPE}")
    known = "restricted_action" if code.startswith("restricted_action") else code
    return ChannelGone(WHY.get(known, f"Slack refused it ({code})."))


def _unnoted() -> None:
    """Nobody wants to know."""


def refused(error: PlatformError) -> bool:
    """Whether Slack refused the token itself."""
    return isinstance(error.__cause__, SlackApiError) and _code(error.__cause__) in REFUSED


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", error.response)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def _told_to_wait(error: SlackApiError) -> float | None:
    """Return for how many seconds Slack asks to be left alone, if it does."""
    if getattr(error.response, "status_code", 200) != HTTPStatus.TOO_MANY_REQUESTS and _code(error) != "ratelimited":
        return None
    headers = {name.lower(): value for name, value in (getattr(error.response, "headers", None) or {}).items()}
    written = str(headers.get("retry-after", "1"))
    return float(written) if written.isdecimal() else 1.0


def _person(user: Mapping[str, Any]) -> Person:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), user.get("real_name"), profile.get("real_name"), user.get("name"))
    runs = any(user.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner"))
    return Person(name=next(filter(None, names), "somebody"), organiser=runs)


def _remember(known: dict[str, T], key: str, value: T) -> T:
    if len(known) >= KNOWN:
        known.clear()
    known[key] = value
    return value
