"""How Slack reaches the bot: over a socket that we open (Socket Mode), or with signed requests over HTTP."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiohttp import web as http
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.services.door import Door, Limits, body
from adapters.services.tasks import give_up
from adapters.slack.bolt import bolt, dispatched, signed
from adapters.slack.commands import HTTP_PATH, INSTALL_PATH, REDIRECT_PATH
from adapters.slack.errors import REACHED, refused, translated
from adapters.slack.hearing import ECHO_SECONDS, QUIET_SECONDS, Hearing
from adapters.slack.inbound import LATER, Ears
from adapters.slack.oauth import cipher
from adapters.slack.past import Past
from adapters.slack.socket import Socket
from adapters.slack.web import AGAIN, PAUSE, Web
from bot.clock import Clock
from bot.errors import PlatformError, SettingsError, StoreError, Unreachable
from bot.rules.lateness import back_off
from bot.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

log = structlog.get_logger(__name__)
LOOK_SECONDS: Final = 0.25  # between two looks whether the socket answers its pings; four unanswered ones end it
AGAIN_SECONDS: Final = (1.0, 5.0, 15.0, 60.0)
NOT_TAKEN: Final = "Slack refuses it. Copy the token again from the app's settings at api.slack.com/apps."
ROTATING: Final = "xoxe"  # how tokens begin that end after twelve hours, and what they are renewed with
NOT_KEPT: Final = (
    "ends after twelve hours, as the app rotates its tokens; make an app for one workspace anew, as docs/slack.md says"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach Slack: with an app token over a socket, else with a signing secret over HTTP.

    Without a bot token of its own the app serves every workspace that installs it (`client`: id and secret), and keeps
    their tokens under `keys`, the newest first; with `workspaces` only these may.
    """

    api: str = "https://slack.com/api/"
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client: tuple[str, str] = field(default=("", ""), repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)
    workspaces: frozenset[str] = frozenset()
    host: str = "127.0.0.1"
    port: int = 3000
    pause: float = PAUSE
    again: tuple[float, ...] = AGAIN
    later: tuple[float, ...] = LATER
    echo: float = ECHO_SECONDS
    quiet: float = QUIET_SECONDS
    limits: Limits = field(default_factory=Limits)


def access(loaded: Settings) -> Access:
    """Return the access that the settings describe; raises SettingsError with what is missing."""
    if lacking := problems(loaded):
        raise SettingsError(lacking)
    secrets = _secrets(loaded)
    several = bool(loaded.slack_client_id) and not secrets["app_token"]
    return Access(
        api=loaded.slack_api, bot_token="" if several else secrets["bot_token"], app_token=secrets["app_token"],
        signing_secret=secrets["signing_secret"], client=(loaded.slack_client_id, secrets["client_secret"]),
        keys=_keys(secrets["encryption_key"]),
        host=loaded.slack_host, port=loaded.slack_port, workspaces=loaded.slack_workspaces,
    )  # fmt: skip


def problems(loaded: Settings) -> list[str]:
    """Return all that keeps what is set for Slack from being one of the ways into it."""
    if not loaded.slack:
        return []
    given = {"client_id": loaded.slack_client_id, **_secrets(loaded)}
    rotates = given["bot_token"].startswith(ROTATING) and (given["app_token"] or not given["client_id"])
    found = [f"STUDYHALL_SLACK_BOT_TOKEN: {NOT_KEPT}"] if rotates else []
    unfit = () if given["app_token"] else _unfit(_keys(given["encryption_key"]))
    return [*found, *_missing(given), *unfit]


def _missing(given: Mapping[str, str]) -> list[str]:
    """Return what is missing to one of the three ways: socket, HTTP for one workspace, HTTP for several."""
    needed: tuple[str, ...] = ("signing_secret", "client_id", "client_secret", "encryption_key")
    way = "several workspaces"
    if given["app_token"]:
        needed, way = ("bot_token",), "Socket Mode"
    elif given["bot_token"] and not given["client_id"]:
        if not given["signing_secret"]:
            words = (
                "STUDYHALL_SLACK_APP_TOKEN: missing for Socket Mode; set it, or STUDYHALL_SLACK_SIGNING_SECRET for HTTP"
            )
            return [words]
        needed = ()
    return [f"STUDYHALL_SLACK_{name.upper()}: missing for {way}; set it too" for name in needed if not given[name]]


def _unfit(keys: Sequence[str]) -> Sequence[str]:
    """Return what is wrong with the keys."""
    try:
        if keys:
            cipher(keys)
    except SettingsError as error:
        return error.problems
    return ()


def _secrets(loaded: Settings) -> dict[str, str]:
    names = ("bot_token", "app_token", "signing_secret", "client_secret", "encryption_key")
    values = {name: getattr(loaded, f"slack_{name}") for name in names}
    return {name: value.get_secret_value() if value else "" for name, value in values.items()}


def _keys(written: str) -> tuple[str, ...]:
    return tuple(filter(None, (key.strip() for key in written.split(","))))


class Connection:
    """The way in for Slack's requests; `listening` while it is open and what was said meanwhile is read."""

    def __init__(
        self, access: Access, web: Web, ears: Ears, past: Past, pages: AsyncOAuthFlow | None = None, *, clock: Clock
    ) -> None:
        self.since: datetime | None = None
        self.port = access.port
        self.ears = ears
        self.past = past
        self.bolt = bolt(ears, signing_secret=access.signing_secret, verify=not access.app_token)
        self._access = access
        self._web = web
        self._pages = pages
        self._clock = clock
        self._signed = True  # whether the last request over HTTP was Slack's
        self._taken = False  # whether Slack has taken the socket's token
        self._hearing = Hearing(past.look_again, past.work_off, echo=access.echo, quiet=access.quiet)
        self._hearing.alone = past.alone

    @property
    def listening(self) -> bool:
        """Whether what is said on Slack is heard."""
        return self.since is not None

    @listening.setter
    def listening(self, on: bool) -> None:
        self.since = (self.since or self._clock.now()) if on else None

    def spoke(self, began: float) -> None:
        """Note that I posted something, of which Slack tells me in turn."""
        self._hearing.spoke(began)

    async def run(self) -> None:
        """Stay connected until cancelled; raises SettingsError for tokens that Slack refuses at the start."""
        if self._access.bot_token:
            try:
                await self._web.find_home()
            except PlatformError as error:  # when Slack cannot be reached, that is no fault of the token's
                _complain_if_refused(error, "STUDYHALL_SLACK_BOT_TOKEN")
                log.warning("slack_unreachable", reason=str(error))
        try:
            await (self._over_socket() if self._access.app_token else self._over_http())
        finally:
            self.listening = False

    async def _hear(self) -> str:
        """Read what was said meanwhile, then listen; return why that does not do, once something is missing."""
        if self._access.bot_token:
            await self.ears.installed(await self._web.find_home())
        self.past.reset()
        if not self.listening:
            log.info("slack_ready", port=None if self._access.app_token else self.port)
        self.listening = True
        await self.past.catch_up()
        return await self._hearing.lost()

    async def _over_socket(self) -> None:
        """Keep a socket open; one that Slack asks to end serves until the next one is there."""
        sockets: list[Socket] = []
        tries = 0
        try:
            while True:
                sockets.append(Socket(self._access.app_token, self._web.client(""), self._on_request))
                try:
                    await sockets[-1].open(await self._address())
                    await _end(sockets, but=1)
                    asked, tries = await self._listen(sockets[-1]), 0
                except (PlatformError, StoreError, TimeoutError, OSError) as error:
                    log.warning("slack_unreachable", reason=str(error) or type(error).__name__)
                    asked = False
                if not asked:
                    await sockets.pop().end()
                    if not (sockets and await sockets[0].is_connected()):  # one that is asked to end may serve a while
                        self.listening = False
                        await _end(sockets)
                    await asyncio.sleep(back_off(AGAIN_SECONDS, tries))
                    tries += 1
        finally:
            await _end(sockets)

    async def _address(self) -> str:
        """Ask Slack where to open a socket; raises SettingsError when it never took the token."""
        try:
            answer = await self._web.client("").apps_connections_open(app_token=self._access.app_token)
        except SlackApiError as error:
            problem = translated(error)
            problem.__cause__ = error
            if not self._taken:
                _complain_if_refused(problem, "STUDYHALL_SLACK_APP_TOKEN")
            raise problem from error
        except REACHED as error:
            raise Unreachable(f"Slack cannot be reached ({type(error).__name__}).") from error
        self._taken = True
        return str(answer["url"])

    async def _listen(self, socket: Socket) -> bool:
        """Listen as long as a socket answers and delivers; return whether Slack asked for its end."""
        hearing = asyncio.create_task(self._hear())
        try:
            while not (socket.over or hearing.done()) and await socket.is_connected():
                await asyncio.wait([hearing], timeout=LOOK_SECONDS)
            if hearing.done():
                log.warning("slack_socket_deaf", reason=hearing.result())
        finally:
            give_up(hearing)
        log.info("slack_socket_ended", asked=socket.over)
        return socket.over

    async def _on_request(self, socket: Any, request: SocketModeRequest) -> None:
        self._hearing.heard()
        response = await dispatched(self.bolt, _read(request))
        await send_async_response(socket, request, response, 0.0)

    async def _over_http(self) -> None:
        server = http.Application()
        server.add_routes([http.post(HTTP_PATH, self._on_post)])
        if self._pages:
            server.add_routes([http.get(INSTALL_PATH, self._on_install), http.get(REDIRECT_PATH, self._on_return)])
        door = Door(server, self._access.limits)
        try:
            await self._serve(door)
            while True:
                await self._hear_posts()
        finally:
            await door.close()

    async def _hear_posts(self) -> None:
        """Listen until deliveries are missing, and log it: Slack does not reach the bot, which only its operator can mend."""
        try:
            log.warning("slack_does_not_deliver", reason=await self._hear())
        except (PlatformError, StoreError) as error:
            log.warning("slack_unreachable", reason=str(error))
            await asyncio.sleep(AGAIN_SECONDS[1])

    async def _serve(self, door: Door) -> None:
        try:
            self.port = await door.open(self._access.host, self._access.port)
        except OSError as error:
            words = f"STUDYHALL_SLACK_PORT: port {self._access.port} of {self._access.host} cannot be had ({error.strerror}); choose another"
            raise SettingsError([words]) from None

    async def _on_install(self, request: http.Request) -> http.Response:
        assert self._pages is not None  # noqa: S101  the route is there because it is
        return await to_aiohttp_response(await self._pages.handle_installation(await to_bolt_request(request)))

    async def _on_return(self, request: http.Request) -> http.Response:
        assert self._pages is not None  # noqa: S101  the route is there because it is
        return await to_aiohttp_response(await self._pages.handle_callback(await to_bolt_request(request)))

    async def _on_post(self, request: http.Request) -> http.Response:
        """Let Bolt read what Slack signed; what a stranger sends is read by nobody."""
        said = await body(request, within=self._access.limits.body)
        good = signed(said, request.headers, self._access.signing_secret)
        self._note_signature(good=good)
        if not good:
            return http.Response(status=HTTPStatus.UNAUTHORIZED)
        return await to_aiohttp_response(await dispatched(self.bolt, to_bolt_request(request)))

    def _note_signature(self, *, good: bool) -> None:
        """Count what Slack signed as heard, and warn once of what it did not, or not with the secret that is set."""
        if good:
            self._hearing.heard()
        elif self._signed:
            log.warning("slack_signature_refused", setting="STUDYHALL_SLACK_SIGNING_SECRET")
        self._signed = good


async def _read(request: SocketModeRequest) -> AsyncBoltRequest:
    return AsyncBoltRequest(mode="socket_mode", body=request.payload)


async def _end(sockets: list[Socket], *, but: int = 0) -> None:
    """Close the oldest sockets, but for the newest ones."""
    while len(sockets) > but:
        await sockets.pop(0).end()


def _complain_if_refused(error: PlatformError, name: str) -> None:
    if refused(error):
        raise SettingsError([f"{name}: {NOT_TAKEN}"]) from None
