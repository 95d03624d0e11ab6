"""Slack on the loopback, for a bot in a process of its own: the Web API, Socket Mode and signed HTTP over one world.

    async with SlackServer() as slack:
        quiz = slack.team.create_channel("quiz")
        ...start the bot with slack.environment()...
        shown = await slack.create_user("maya").slash(quiz, "principal")

What the server is not able to do ends the test with an error instead of being waved through: see `gaps`.
"""

import asyncio
import json
from datetime import datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl

from aiohttp import web

from tests.doubles.loopback import PATIENCE, free_port
from tests.doubles.slack import lookups  # noqa: F401  importing it declares its methods
from tests.doubles.slack.access import authenticated, basic, install, uninstall
from tests.doubles.slack.answers import downloaded, respond, upload
from tests.doubles.slack.delivery import Delivery, Outbox
from tests.doubles.slack.faults import SlackCall, SlackFaults, SlackLimits
from tests.doubles.slack.members import Member
from tests.doubles.slack.messages import JSON, Message, SlackError
from tests.doubles.slack.methods import call as carry_out
from tests.doubles.slack.methods import decoded
from tests.doubles.slack.people import User
from tests.doubles.slack.world import Team, Token, World

LARGEST_REQUEST: Final = 25 * 1024 * 1024
BROKEN_URL: Final = frozenset({"used_url", "expired_url"})


class SlackServer(World):
    """A world that a bot reaches over HTTP and websockets; the app is installed in its first workspace."""

    def __init__(self, *, start_at: datetime | None = None, manifest: JSON | None = None) -> None:
        super().__init__()
        if start_at is not None:
            self.clock.move_to(start_at)
        if manifest is not None:
            self.app.take(manifest)
        self.calls: list[SlackCall] = []  # every request, in the order of arrival
        self.gaps: list[Exception] = []  # what the bot asked for and this server is not able to do
        self.faults, self.limits = SlackFaults(), SlackLimits()
        self._port = 0
        self._runner: web.AppRunner | None = None
        self.app_token = "xapp-1-A0STUDYHALL-loopback"

    # -------------------------------------------------------------- running

    async def __aenter__(self) -> Self:
        """Start on a free port of the loopback, with one workspace and its people."""
        self.outbox = Outbox(self)
        self.socket, self.http, self.ticket = self.outbox.socket, self.outbox.http, self.outbox.socket.ticket
        await self.start()
        self.tokens[self.app_token] = Token(self.app_token, None, frozenset({"connections:write"}), "app")
        self.team = self.create_team("Study")
        self.token = install(self.team).text
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Stop; a test that went well fails when the bot needed what this server is not able to do."""
        await self.stop()
        await self.outbox.close()
        if error is None and self.gaps:
            raise ExceptionGroup("the bot asked for what the server lacks", self.gaps)

    async def start(self) -> None:
        """Listen; after a `stop` on the same port as before."""
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_get("/link", self.socket.serve)
        app.router.add_route("*", "/{kind:api|actions|upload|files}/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        self._port = self._port or free_port()  # nobody else's while it is stopped
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.home = f"http://127.0.0.1:{self._port}"
        self.socket.address = f"ws://127.0.0.1:{self._port}/link"

    async def listen(self, host: str) -> None:
        """Listen on another address of the loopback too, until it stops."""
        assert self._runner is not None
        await web.TCPSite(self._runner, host, self._port).start()

    async def stop(self) -> None:
        """Be unreachable: what is connected is cut off, what is held is let go."""
        self.faults.clear()
        self.socket.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api(self) -> str:
        """The base address of the Web API."""
        return f"{self.home}/api/"

    def environment(self, way: str = "socket") -> dict[str, str]:
        """Return the settings with which the bot finds this server: over the socket, http, or http with oauth."""
        settings = {"API": self.api}
        if way != "oauth":
            settings["BOT_TOKEN"] = self.token
        if way == "socket":
            settings["APP_TOKEN"] = self.app_token
        else:
            settings["SIGNING_SECRET"] = self.app.signing_secret
        if way == "oauth":
            settings |= {"CLIENT_ID": self.app.client_id, "CLIENT_SECRET": self.app.client_secret}
        return {f"STUDYHALL_SLACK_{name}": value for name, value in settings.items()}

    # ---------------------------------------------------------------- people

    def create_team(self, name: str) -> Team:
        """Make a workspace; the app is not in it yet, but its bot user has an id."""
        team = Team(self, self.mark("T"), name)
        self.teams[team.id] = team
        team.bot = User(team, self.mark("U"), "studyhall", real_name="Studyhall", is_bot=True)
        team.bot_id = self.mark("B")
        team.users[team.bot.id] = team.bot
        return team

    def create_user(self, name: str, *, team: Team | None = None, **details: Any) -> Member:
        """Make a person: display_name, real_name (both the name, capitalised, unless told), admin, owner, tz."""
        inside = team or self.team
        told = {"display_name": name.title(), "real_name": name.title(), **details}
        user = Member(inside, self.mark("U"), name, **told)
        inside.users[user.id] = user
        return user

    def install(self, team: Team) -> Token:
        """Put the app into a workspace."""
        return install(team)

    def uninstall(self, team: Team) -> None:
        """Take the app out of a workspace, as one of its owners may."""
        uninstall(team)

    # ---------------------------------------------------------------- levers

    def deliver(self, *what: Message | Delivery, times: int = 1) -> None:
        """Deliver events in this order, again or for the first time; nothing else follows from it."""
        for one in what:
            for delivery in one.deliveries if isinstance(one, Message) else [one]:
                self.outbox.again(delivery, times=times)

    def retry(self) -> None:
        """Let the minutes pass until the next retry of everything that was not acknowledged."""
        self.outbox.retry()

    def break_token(self, error: str, token: str | None = None) -> None:
        """Let a token meet an error from now on: invalid_auth, token_revoked, account_inactive."""
        self.tokens[token or self.token].broken = error

    # ------------------------------------------------------------- watching

    def requests(self, route: str) -> list[SlackCall]:
        """Return the requests to a route so far: `chat.postMessage`, `chat.*`, `chat.update C1`, `actions`, `upload`."""
        return [one for one in self.calls if one.matches(route)]

    async def request(self, route: str, number: int = 1, *, within: float = PATIENCE) -> SlackCall:
        """Return the n-th request to a route, as soon as it has been answered."""

        def nth() -> SlackCall | None:
            found = self.requests(route)
            return found[number - 1] if len(found) >= number and found[number - 1].status else None

        await self.wait_for(nth, within=within)
        return self.requests(route)[number - 1]

    def told(self, name: str) -> list[Delivery]:
        """Return the deliveries of a kind of event, or of block_actions, view_submission, /quiz and so on."""
        return [
            one
            for one in self.deliveries
            if name in {one.event.get("type"), one.payload.get("type"), one.payload.get("command")}
        ]

    # ------------------------------------------------------------- requests

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        one, body = await self._read(request)
        self.calls.append(one)
        self.happened()
        refusal = self.faults.told_to_wait(one) or self.limits.check(one)
        if refusal is not None:
            return self._noted(one, refusal)
        if (fault := self.faults.strike(one)) is None:
            return self._carry_out(one, request, body)
        done = self._carry_out(one, request, body) if fault.accepted else None
        answer = await fault.happen(request, lambda: done or self._carry_out(one, request, body))
        assert isinstance(answer, web.Response)
        return self._noted(one, answer)

    async def _read(self, request: web.Request) -> tuple[SlackCall, bytes]:
        kind, path = request.match_info["kind"], request.match_info["path"]
        body = await request.read()
        one = SlackCall(request.method, path if kind == "api" else kind, asyncio.get_running_loop().time())
        one.params = {"path": path} if kind != "api" else {}
        if kind != "upload":
            one.json = dict(request.query) | _body(request, body)
        text = (one.json or {}).get("token") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = self.tokens.get(text)
        one.team = token.team.id if token and token.team else ""
        one.channel = str((one.json or {}).get("channel", ""))
        return one, body

    def _carry_out(self, one: SlackCall, request: web.Request, body: bytes) -> web.Response:
        headers: dict[str, str] = {}
        try:
            if one.path == "files":
                return self._noted(one, self._download(one, request))
            if one.path == "actions":
                answer: Any = self._respond(one)
            elif one.path == "upload":
                answer = self._upload(one, body)
            else:
                answer = self._call(one, request.headers.get("Authorization", ""), headers)
        except SlackError as error:
            answer = {"ok": False, "error": error.code, **error.details}
        except Exception as gap:  # noqa: BLE001  the test is told, the bot does not try again
            gap.add_note(f"{one.path} {json.dumps(one.json)[:500]}")
            self.gaps.append(gap)
            self.note(f"   this server lacks it: {gap!r}")
            answer = {"ok": False, "error": "this_server_lacks_it"}
        if isinstance(answer, str):
            return self._noted(one, web.Response(text=answer, headers=headers))
        return self._noted(one, web.json_response(answer, status=_status(one, answer), headers=headers), answer)

    def _call(self, one: SlackCall, authorization: str, headers: dict[str, str]) -> JSON:
        given = decoded(dict(one.json))
        token = authenticated(self, one.path, authorization, given)
        if token is None:
            given = basic(authorization) | given
        else:
            headers["X-OAuth-Scopes"] = ",".join(sorted(token.scopes))
        return carry_out(self, one.path, token, given)

    def _respond(self, one: SlackCall) -> JSON:
        _, trigger = one.params["path"].split("/")
        return respond(self.interactions[trigger], one.json)

    def _upload(self, one: SlackCall, body: bytes) -> str:
        _, team, file, ticket = one.params["path"].split("/")
        found = self.teams[team].files[file]
        if found["ticket"] != ticket:
            raise SlackError("not_found")
        upload(found, body)
        return f"OK - {len(body)}"

    def _download(self, one: SlackCall, request: web.Request) -> web.Response:
        token = self.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        content = downloaded(self, one.params["path"], token)
        if content is None:
            return web.Response(text="<!DOCTYPE html><html>Sign in</html>", content_type="text/html")
        return web.Response(body=content, content_type="application/octet-stream")

    def _noted(self, one: SlackCall, response: web.Response, answer: Any = None) -> web.Response:
        one.status, one.answer = response.status, answer
        error = answer.get("error", "ok") if isinstance(answer, dict) else ""
        self.note(f"<- {one.path} {one.channel}: {response.status} {error}")
        self.happened()
        return response

    async def wait_for(self, predicate: Any, *, within: float = PATIENCE) -> Any:
        """Return the first true value of the predicate, asked again after every request, delivery and connection."""
        try:
            return await super().wait_for(predicate, within=within)
        except TimeoutError:
            latest = "\n".join(self.lines[-12:])
            raise TimeoutError(f"It did not come true within {within} s. What happened last:\n{latest}") from None

    def later(self, **passed: float) -> None:
        """Put this Slack's clock ahead, for example by hours=13."""
        self.advance(timedelta(**passed))


def _body(request: web.Request, body: bytes) -> JSON:
    if not body:
        return {}
    if request.content_type == "application/json":
        found: JSON = json.loads(body)
        return found
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _status(one: SlackCall, answer: JSON) -> int:
    if answer.get("ok") or one.path not in {"actions", "upload"}:
        return HTTPStatus.OK
    return HTTPStatus.NOT_FOUND if answer["error"] in BROKEN_URL else HTTPStatus.BAD_REQUEST
