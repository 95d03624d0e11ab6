"""Slack's Web API: with whose token, and how often. What goes wrong leaves here as our errors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.services.again import again
from adapters.slack.errors import ENDED, REACHED, code_of, refused, told_to_wait, translated
from adapters.slack.socket import silent
from adapters.slack.turns import SLOWEST, Pacer
from bot.errors import ChannelGone, PlatformError, Unreachable

log = structlog.get_logger(__name__)
T = TypeVar("T")
SECONDS: Final = 20.0  # that a call may take
SLOWEST_POST: Final = 5.0  # the same for what everybody sees, which other channels may be waiting behind
AGAIN: Final = (1.0, 3.0)  # seconds until a call that changes nothing, or nothing twice, is tried again
PATIENCE: Final = 10  # times that one call is told to wait
PAUSE: Final = 1.0  # seconds between two posts in a channel
PAGE: Final = 200
DIRECT: Final = "D"  # the first letter of a channel of direct messages
KNOWN: Final = 10_000  # names that are remembered
FRESH: Final = 600.0  # seconds for which a name, and who is an admin, is believed
SHARE: Final = "files.completeUploadExternal"  # in a channel doubled when tried again blindly, like a post with a tag
POST: Final = "chat.postMessage"
FORM: Final = "views.open"
FORMS_PATIENCE: Final = 3  # seconds for which Slack waits for a form: it is tried again that many times sooner
FINE: Final = frozenset({"already_reacted", "exchanged_trigger_id"})  # what was to be done is done
PACED: Final = frozenset({POST, SHARE})  # what everybody in a channel sees


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


def _unnoted(*_: float) -> None:
    """Nobody wants to know."""


async def _unnoted_yet(_: str) -> None:
    """Nobody wants to know yet."""


async def _sure() -> None:
    """Nobody else would post it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who is told when Slack puts a call off, when a message stands in a channel (with its call's start), and when a workspace has removed me; `sure` refuses a post that waited until others had it."""

    limited: Callable[[], None] = _unnoted
    spoken: Callable[[float], None] = _unnoted
    taken_out: Callable[[str], Awaitable[None]] = _unnoted_yet
    sure: Callable[[], Awaitable[None]] = _sure


class Web:
    """Calls to Slack on behalf of every workspace."""

    def __init__(
        self, base: str, tokens: Tokens, *, pause: float = PAUSE, again: Sequence[float] = AGAIN, tell: Told | None = None,
    ) -> None:  # fmt: skip
        self.tokens = tokens
        self._tell = tell or Told()
        self.home = ""  # the one workspace that is served, once it is known
        self.refused: set[str] = set()  # workspaces that took my token no more, at the last call
        self._base = base
        self._pause = pause
        self._pauses = again
        self._pacer = Pacer()
        self._session: aiohttp.ClientSession | None = None
        self._me: dict[str, str] = {}
        self._tokens: dict[str, str] = {}  # with which I called last
        self._people: dict[str, tuple[float, Person]] = {}
        self._channels: dict[str, tuple[float, str]] = {}

    def client(self, token: str) -> AsyncWebClient:
        """Return a client whose library tries nothing again by itself: what may be, is tried again in `call`."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        return AsyncWebClient(token=token, base_url=self._base, session=self._session, retry_handlers=[], logger=silent)

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def call(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call a method when its turn has come; raises Unreachable when trying again may help, else ChannelGone."""
        if method in PACED and (channel := arguments.get("channel") or arguments.get("channel_id")):
            await self._pacer.turn(f"{team}:{channel}", pause=self._pause)
        waits, patience = self._waits(method, arguments), PATIENCE
        while True:
            await self._pacer.turn(f"{team}:{method}", most=SLOWEST_POST if method in PACED else SLOWEST)
            token = await self._token(team)
            try:
                answer = await self._once(token, method, arguments)
                self.refused.discard(team)
                return answer  # noqa: TRY300  an else would stand far below
            except SlackApiError as error:
                seconds, patience = told_to_wait(error), patience - 1
                if seconds is not None:
                    self._tell.limited()
                if seconds is not None and patience:
                    self._pacer.hold(f"{team}:{method}", seconds)
                    continue
                if code_of(error) in FINE:
                    return {}
                problem: PlatformError = translated(error)
                problem.__cause__ = error
                if refused(problem) and await self._has_newer(team, token, code_of(error)):
                    continue
            except REACHED as error:
                problem = Unreachable(f"Slack cannot be reached ({type(error).__name__}).")
            wait = next(waits, None)
            if wait is None or refused(problem) or not isinstance(problem, Unreachable):
                raise problem
            await asyncio.sleep(wait)

    async def _token(self, team: str) -> str:
        """Return a workspace's token; with one that is new to this process, I may be another user there."""
        token = await self.tokens.of(team)
        if self._tokens.setdefault(team, token) != token:
            self._tokens[team] = token
            self._me.pop(team, None)
        return token

    def _waits(self, method: str, arguments: Mapping[str, Any]) -> Iterator[float]:
        """Yield the seconds until a call is tried again: never where the core looks for a post by its tag instead.

        What one member is told, or handed as a file, has no tag: told twice is better than never.
        """
        to_many = not str(arguments.get("channel_id", "")).startswith(DIRECT)
        if (method == SHARE and to_many) or (method == POST and "metadata" in arguments):
            return
        for seconds in self._pauses:
            yield seconds / FORMS_PATIENCE if method == FORM else seconds

    async def _has_newer(self, team: str, token: str, code: str) -> bool:
        """Whether there is a newer token than one that was refused, of a renewal or another installation; else note that."""
        if await self.tokens.of(team) != token:
            return True
        await self._note_refused(team, code)
        return False

    async def _note_refused(self, team: str, code: str) -> None:
        """Say once that a workspace takes my token no more; what is due there waits until it does again."""
        if team not in self.refused:
            self.refused.add(team)
            say = log.info if code in ENDED and not self.home else log.error  # it is no fault to be taken out
            say("slack_refuses_the_token", team=team, code=code)
            if code in ENDED and not self.home:
                await self._tell.taken_out(team)

    async def _once(self, token: str, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        client = self.client(token)
        if method == POST:
            await self._tell.sure()
        began = asyncio.get_running_loop().time()
        answer = await getattr(client, method.replace(".", "_"))(**arguments)
        if method == POST and not arguments["channel"].startswith(DIRECT):
            self._tell.spoken(began)
        return answer.data if isinstance(answer.data, dict) else {}

    async def again(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call that is none of a method's, and may be repeated, again while Slack does not answer."""
        return await again(call, self._pauses)

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

    async def find_home(self) -> str:
        """Return the workspace of the one token that there is."""
        if not self.home:
            about = await self.call("", "auth.test")
            self.home, self._me[about["team_id"]] = about["team_id"], about["user_id"]
        return self.home

    def welcome(self, team: str) -> None:
        """Forget what was known of an earlier installation in a workspace."""
        self.refused.discard(team)
        self._me.pop(team, None)

    async def lets_me_in(self, team: str) -> bool:
        """Whether a workspace takes my token; raises Unreachable where Slack does not say."""
        try:
            await self.call(team, "auth.test")
        except ChannelGone:
            return False
        except Unreachable as error:
            if not refused(error):
                raise
            return False
        return True

    async def person(self, team: str, user: str, *, fresh: bool = True) -> Person:
        """Return a member's name as the workspace shows it, and whether they run it; a stranger is called by their id.

        What was known earlier is enough where Slack does not answer, or nobody may be kept waiting (not `fresh`).
        """
        now = asyncio.get_running_loop().time()
        known = self._people.get(f"{team}:{user}")
        if known is None or (fresh and now - known[0] > FRESH):
            try:
                person = _person((await self.call(team, "users.info", user=user))["user"], team)
            except Unreachable:
                if known is None:
                    raise
                return known[1]
            except ChannelGone as error:
                log.warning("member_not_known", user=user, reason=str(error))
                person = Person(name=user, organiser=False)
            known = _remember(self._people, f"{team}:{user}", (now, person))
        return known[1]

    async def channel_name(self, team: str, channel: str, *, fresh: bool = True) -> str:
        """Return a channel's name, an earlier one as above; one that I may not look at has none."""
        now = asyncio.get_running_loop().time()
        known = self._channels.get(f"{team}:{channel}")
        if known is None or (fresh and now - known[0] > FRESH):
            try:
                found = (await self.call(team, "conversations.info", channel=channel))["channel"]
            except Unreachable:
                if known is None:
                    raise
                return known[1]
            except ChannelGone:
                found = {}
            known = _remember(self._channels, f"{team}:{channel}", (now, str(found.get("name") or "")))
        return known[1]

    async def direct_channel(self, team: str, user: str) -> str:
        """Return the channel of direct messages with a member."""
        opened = await self.call(team, "conversations.open", users=user)
        return str(opened["channel"]["id"])


def _person(user: Mapping[str, Any], team: str) -> Person:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), user.get("real_name"), profile.get("real_name"), user.get("name"))
    own = user.get("team_id", team) == team or "enterprise_user" in user  # not from a workspace that shares a channel
    runs = own and any(user.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner"))
    return Person(name=next(filter(None, names), "somebody"), organiser=runs)


def _remember(known: dict[str, T], key: str, value: T) -> T:
    if len(known) >= KNOWN:
        known.clear()
    known[key] = value
    return value
