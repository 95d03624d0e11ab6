"""How Slack reaches the bot: over a socket that we open (Socket Mode), or with signed requests over HTTP."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiohttp import web as http
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.commands import HTTP_PATH, INSTALL_PATH, REDIRECT_PATH
from adapters.slack.hearing import ECHO_SECONDS, QUIET_SECONDS, Hearing
from adapters.slack.inbound import Ears
from adapters.slack.web import PAUSE, REACHED, Web, refused, translated
from bot.clock import Clock
from bot.errors import InfrastructureError, PlatformError, SettingsError, StoreError, Unreachable
from bot.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

log = structlog.get_logger(__name__)
silent: Final = logging.getLogger("studyhall.slack.library")  # the library's own words: we say what matters ourselves
CONNECT_SECONDS: Final = 15.0
CLOSE_SECONDS: Final = 5.0
PING_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 1.0  # between two looks whether the socket answers its pings; four unanswered ones end it
AGAIN_SECONDS: Final = (1.0, 5.0, 15.0, 60.0)
NOT_TAKEN: Final = "Slack refuses it. Copy the token again from the app's settings at api.slack.com/apps."
ROTATING: Final = "xoxe"  # how tokens begin that end after twelve hours, and what they are renewed with
NOT_KEPT: Final = (
    "ends after twelve hours, as the app rotates its tokens; make an app for one workspace anew, as the README says"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach Slack: with an app token over a socket, else with a signing secret over HTTP.

    Without a bot token of its own the app serves every workspace that installs it (`client`: id and secret), and keeps
    their tokens under `keys`, the newest first.
    """

    api: str = "https://slack.com/api/"
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client: tuple[str, str] = field(default=("", ""), repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)
    host: str = "127.0.0.1"
    port: int = 3000
    pause: float = PAUSE
    echo: float = ECHO_SECONDS
    quiet: float = QUIET_SECONDS


def access(loaded: Settings) -> Access:
    """Return the access that the settings describe; raises SettingsError with what is missing."""
    secrets = {
        name: value.get_secret_value() if (value := getattr(loaded, f"slack_{name}")) else ""
        for name in ("bot_token", "app_token", "signing_secret", "client_secret", "encryption_key")
    }
    if missing := _missing(loaded.slack_client_id, secrets):
        raise SettingsError(missing)
    several = bool(loaded.slack_client_id) and not secrets["app_token"]
    return Access(
        api=loaded.slack_api, bot_token="" if several else secrets["bot_token"], app_token=secrets["app_token"],
        signing_secret=secrets["signing_secret"], client=(loaded.slack_client_id, secrets["client_secret"]),
        keys=tuple(filter(None, (key.strip() for key in secrets["encryption_key"].split(",")))),
        host=loaded.slack_host, port=loaded.slack_port,
    )  # fmt: skip


def _missing(client_id: str, secrets: Mapping[str, str]) -> list[str]:
    """Return what is missing to one of the three ways: socket, HTTP for one workspace, HTTP for several."""
    given = {"client_id": client_id, **secrets}
    needed: tuple[str, ...] = ("signing_secret", "client_id", "client_secret", "encryption_key")
    way = "several workspaces"
    if given["bot_token"].startswith(ROTATING) and (given["app_token"] or not client_id):
        return [f"STUDYHALL_SLACK_BOT_TOKEN: {NOT_KEPT}"]
    if given["app_token"]:
        needed, way = ("bot_token",), "Socket Mode"
    elif given["bot_token"] and not client_id:
        if not given["signing_secret"]:
            words = (
                "STUDYHALL_SLACK_APP_TOKEN: missing for Socket Mode; set it, or STUDYHALL_SLACK_SIGNING_SECRET for HTTP"
            )
            return [words]
        needed = ()
    return [f"STUDYHALL_SLACK_{name.upper()}: missing for {way}; set it too" for name in needed if not given[name]]


class Socket(SocketModeClient):
    """A socket that does not mend itself: the connection makes a new one, which is simple and known to work."""

    over = False

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


class Connection:
    """The way in for Slack's requests; `listening` once it is open and what was said meanwhile is read."""

    def __init__(
        self, access: Access, web: Web, ears: Ears, pages: AsyncOAuthFlow | None = None, *, clock: Clock
    ) -> None:
        self.since: datetime | None = None
        self.port = access.port
        self.ears = ears
        self.bolt = bolt(ears, access)
        self._access = access
        self._web = web
        self._pages = pages
        self._clock = clock
        self._taken = False  # whether Slack has taken the socket's token
        self._hearing = Hearing(ears.look_again, echo=access.echo, quiet=access.quiet)
        web.spoken = self._hearing.spoke

    @property
    def listening(self) -> bool:
        """Whether what is said on Slack is heard."""
        return self.since is not None

    @listening.setter
    def listening(self, on: bool) -> None:
        self.since = (self.since or self._clock.now()) if on else None

    async def run(self) -> None:
        """Stay connected until cancelled; raises SettingsError for tokens that Slack refuses at the start."""
        if self._access.bot_token:
            try:
                await self._web.me("")
            except PlatformError as error:  # when Slack cannot be reached, that is no fault of the token's
                _complain_if_refused(error, "STUDYHALL_SLACK_BOT_TOKEN")
                log.warning("slack_unreachable", reason=str(error))
        await self.ears.look_back()
        await (self._over_socket() if self._access.app_token else self._over_http())

    async def _over_socket(self) -> None:
        tries = 0
        while True:
            try:
                if await self._one_socket():
                    tries = 0
            except (PlatformError, StoreError, TimeoutError, OSError) as error:
                log.warning("slack_unreachable", reason=str(error) or type(error).__name__)
            self.listening = False
            await asyncio.sleep(AGAIN_SECONDS[min(tries, len(AGAIN_SECONDS) - 1)])
            tries += 1

    async def _open(self) -> str:
        """Ask Slack for a socket's address; raises SettingsError when it never took the token."""
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

    async def _one_socket(self) -> bool:
        """Open a socket and listen until it ends; return whether it ever worked."""
        silent.setLevel(logging.CRITICAL + 1)
        address = await self._open()
        client = self._web.client("")
        socket = Socket(
            self._access.app_token, silent, client, auto_reconnect_enabled=False, ping_interval=PING_SECONDS
        )
        socket.wss_uri = address
        hello = asyncio.Event()

        async def greeted(_: object, message: dict[str, Any], __: str | None = None) -> None:
            if message.get("type") == "hello":
                hello.set()

        socket.message_listeners.append(greeted)
        socket.socket_mode_request_listeners.append(self._on_request)
        try:
            async with asyncio.timeout(
                CONNECT_SECONDS
            ):  # not wait_for, which may swallow a cancellation before Python 3.12
                await socket.connect()  # type: ignore[no-untyped-call]
                await hello.wait()
            await self._listen(socket)
        finally:
            await socket.end()
        return hello.is_set()

    async def _listen(self, socket: Socket) -> None:
        """Read what was said meanwhile, then listen, as long as the socket answers and delivers."""
        reading = asyncio.create_task(self._read_and_listen())
        try:
            while not (socket.over or reading.done()) and await socket.is_connected():
                await asyncio.wait([reading], timeout=LOOK_SECONDS)
            if reading.done():
                log.warning("slack_socket_deaf", reason=reading.result())
        finally:
            self.listening = False
            reading.cancel()
        log.info("slack_socket_ended", asked=socket.over)

    async def _read_and_listen(self) -> str:
        """Return why the socket does not do, once what it should deliver is missing."""
        await self.ears.catch_up()
        self.listening = True
        log.info("slack_ready")
        return await self._hearing.lost()

    async def _on_request(self, socket: Any, request: SocketModeRequest) -> None:
        self._hearing.heard()
        response = await run_async_bolt_app(self.bolt, request)
        await send_async_response(socket, request, response, 0.0)

    async def _over_http(self) -> None:
        server = http.Application()
        server.add_routes([http.post(HTTP_PATH, self._on_post)])
        if self._pages:
            server.add_routes([http.get(INSTALL_PATH, self._on_install), http.get(REDIRECT_PATH, self._on_return)])
        runner = http.AppRunner(server, access_log=None, shutdown_timeout=CLOSE_SECONDS)
        await runner.setup()
        try:
            await self._serve(runner)
            await self.ears.catch_up()
            self.listening = True
            log.info("slack_ready", port=self.port)
            await asyncio.Event().wait()
        finally:
            self.listening = False
            await runner.cleanup()

    async def _serve(self, runner: http.AppRunner) -> None:
        try:
            await http.TCPSite(runner, self._access.host, self._access.port).start()
        except OSError as error:
            words = f"STUDYHALL_SLACK_PORT: port {self._access.port} of {self._access.host} cannot be had ({error.strerror}); choose another"
            raise SettingsError([words]) from None

        self.port = runner.addresses[0][1]

    async def _on_install(self, request: http.Request) -> http.Response:
        assert self._pages is not None  # noqa: S101  the route is there because it is
        return await to_aiohttp_response(await self._pages.handle_installation(await to_bolt_request(request)))

    async def _on_return(self, request: http.Request) -> http.Response:
        assert self._pages is not None  # noqa: S101  the route is there because it is
        return await to_aiohttp_response(await self._pages.handle_callback(await to_bolt_request(request)))

    async def _on_post(self, request: http.Request) -> http.Response:
        return await to_aiohttp_response(await self.bolt.async_dispatch(await to_bolt_request(request)))


def _complain_if_refused(error: PlatformError, name: str) -> None:
    if refused(error):
        raise SettingsError([f"{name}: {NOT_TAKEN}"]) from None


class Taking(AsyncMiddleware):
    """Where Bolt, once it has checked a request's signature, hands it to the ears, and no listener of its own."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002  Bolt's names
    ) -> BoltResponse | None:  # fmt: skip
        """Answer a request; one that cannot be written down is not acknowledged, and Slack delivers it again."""
        try:
            return await self._ears.hear(req) or await next()
        except InfrastructureError as error:
            log.error("not_acknowledged", reason=str(error))  # noqa: TRY400  the reason says all
            return BoltResponse(status=500, body="")


def bolt(ears: Ears, access: Access) -> AsyncApp:
    """Return Bolt, which checks signatures and reads requests."""

    async def authorize(**_: Any) -> Any:
        """Nothing comes this far: the ears have taken all there is to take."""

    return AsyncApp(
        signing_secret=access.signing_secret or None, before_authorize=Taking(ears), authorize=authorize,
        request_verification_enabled=not access.app_token,
    )  # fmt: skip
