"""Discord on the loopback, for a bot in a process of its own: REST and gateway over one world of simcord.

    async with DiscordServer() as discord:
        quiz = discord.create_guild("Study").create_text_channel("quiz")
        ...start the bot with discord.environment()...
        shown = await maya.slash(quiz, "quiz", level="easy")

Requests are carried out by simcord's routes, so that permissions, limits and error codes are Discord's and not ours. What
the world is not able to do ends the test with an error instead of being waved through: see `gaps`.
"""

import asyncio
import io
import json
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import unquote

from aiohttp import BodyPartReader, web
from simcord import http as _routes  # noqa: F401  importing it registers simcord's routes
from simcord.backend import serializers
from simcord.backend.errors import BackendError, invalid_form_body, unknown_message
from simcord.http.router import RouteNotImplemented, UnsupportedField, dispatch

from tests.doubles.discord.faults import DiscordCall, DiscordFaults, Headers, Limits, Upload
from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.rules import check_commands, check_message
from tests.doubles.discord.world import World
from tests.doubles.loopback import PATIENCE, free_port

PREFIX: Final = "/api/v10"
LARGEST_REQUEST: Final = 25 * 1024 * 1024
NONCE_LENGTH: Final = 25
NONCE_WINDOW: Final = timedelta(minutes=5)  # "the past few minutes"
TOKEN: Final = "MTA.loopback.token"


class DiscordServer(World):
    """A world that a bot reaches over HTTP and a websocket."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__()
        self.token = token
        self.calls: list[DiscordCall] = []  # every request, in the order of arrival
        self.gaps: list[BaseException] = []  # what the bot asked for and this server is not able to do
        self.faults, self.limits = DiscordFaults(), Limits()
        self.gateway = Gateway(self, token)
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._nonces: dict[tuple[int, str], tuple[int, datetime]] = {}
        self._own = {
            "GET /gateway/bot": lambda _: self.gateway.bot_info(),
            "GET /users/@me/guilds": self._my_guilds,
            "GET /oauth2/applications/@me": self._application,
            "GET /applications/@me": self._application,
            "PUT /applications/*/commands": self._commands,
            "GET /channels/*/messages": self._history,
            "POST /channels/*/messages": self._send,
            "POST /interactions/*/*/callback": self._callback,
        }

    # -------------------------------------------------------------- running

    async def __aenter__(self) -> Self:
        """Start on a free port of the loopback."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Stop; a test that went well fails when the bot needed what this server is not able to do."""
        await self.stop()
        if error is None and self.gaps:
            raise ExceptionGroup(
                "the bot asked for what the server lacks", [g for g in self.gaps if isinstance(g, Exception)]
            )

    async def start(self) -> None:
        """Listen; after a `stop` on the same port as before."""
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_route("*", PREFIX + "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        self._port = self._port or free_port()  # nobody else's while it is stopped
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.gateway.url = f"ws://127.0.0.1:{self._port}/gateway"

    async def listen(self, host: str) -> None:
        """Listen on another address of the loopback too, until it stops."""
        assert self._runner is not None
        await web.TCPSite(self._runner, host, self._port).start()

    async def stop(self) -> None:
        """Be unreachable: what is connected is cut off, what is held is let go."""
        self.faults.clear()
        self.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api(self) -> str:
        """The base address of the REST API."""
        return f"http://127.0.0.1:{self._port}{PREFIX}"

    def environment(self) -> dict[str, str]:
        """Return the settings with which the bot finds this server."""
        settings = {"TOKEN": self.token, "API": self.api, "GATEWAY": self.gateway.url}
        return {f"STUDYHALL_DISCORD_{name}": value for name, value in settings.items()}

    # ------------------------------------------------------------- watching

    def requests(self, route: str) -> list[DiscordCall]:
        """Return the requests to a route so far, such as `POST /channels/*/messages`."""
        return [call for call in self.calls if call.matches(route)]

    async def request(self, route: str, number: int = 1, *, within: float = PATIENCE) -> DiscordCall:
        """Return the n-th request to a route, as soon as it has been answered."""

        def nth() -> DiscordCall | None:
            found = self.requests(route)
            return found[number - 1] if len(found) >= number and found[number - 1].status else None

        found = await self.wait_for(nth, within=within)
        assert found is not None
        return found

    # ------------------------------------------------------------- requests

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        call = await self._read(request)
        self.calls.append(call)
        self.happened()
        if not call.by_token and request.headers.get("Authorization") != f"Bot {self.token}":
            return self._answer(call, 401, {"message": "401: Unauthorized", "code": 0})
        headers, refusal = self.limits.check(call)
        if refusal is not None:
            call.status = refusal.status
            return refusal
        if (fault := self.faults.strike(call)) is None:
            return self._carry_out(call, headers)
        done = self._carry_out(call, headers) if fault.accepted else None
        answer = await fault.happen(request, lambda: done or self._carry_out(call, headers))
        call.status = answer.status
        self.happened()
        return answer

    async def _read(self, request: web.Request) -> DiscordCall:
        path = request.rel_url.raw_path.removeprefix(PREFIX)
        reason = request.headers.get("X-Audit-Log-Reason")
        call = DiscordCall(request.method, path, asyncio.get_running_loop().time(), params=dict(request.query))
        call.reason = unquote(reason) if reason else None
        if request.content_type == "multipart/form-data":
            await self._read_form(request, call)
        elif body := await request.read():
            call.json = json.loads(body)
        return call

    async def _read_form(self, request: web.Request, call: DiscordCall) -> None:
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            content = bytes(await part.read())
            if part.name == "payload_json":
                call.json = json.loads(content)
            else:
                call.files.append(Upload(io.BytesIO(content), part.filename or "", None))
        about = {str(item["id"]): item for item in (_message(call).get("attachments") or [])}
        for number, upload in enumerate(call.files):
            upload.description = about.get(str(number), {}).get("description")

    def _carry_out(self, call: DiscordCall, headers: Headers) -> web.Response:
        try:
            check_message(_message(call))
            own = next((own for route, own in self._own.items() if call.matches(route)), self._dispatch)
            body = own(call)
        except (RouteNotImplemented, UnsupportedField) as gap:
            return self._gap(call, gap)
        except BackendError as error:
            return self._answer(call, error.status, error.to_json(), headers)
        except Exception as error:  # noqa: BLE001  simcord stumbled: the test is told, the bot does not try again
            return self._gap(call, error)
        self._note_interaction(call)
        return self._answer(call, 204 if body is None else 200, body, headers)

    def _gap(self, call: DiscordCall, gap: Exception) -> web.Response:
        gap.add_note(f"{call.method} {call.path} {json.dumps(call.json)[:500]}")
        self.gaps.append(gap)
        return self._answer(call, 501, {"message": str(gap), "code": 0})

    def _note_interaction(self, call: DiscordCall) -> None:
        kind, first, second = call.path.split("/")[1:4] if call.by_token else ("", "", "")
        number = int(first) if kind == "interactions" else self.backend.interaction_tokens.get(second)
        if number is not None and (interaction := self.backend.interactions.get(number)):
            self.answered(interaction)

    def _answer(self, call: DiscordCall, status: int, body: Any, headers: Headers | None = None) -> web.Response:
        call.status, call.answer = status, body
        self.happened()
        text = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}  # a charset, and discord.py reads no JSON
        return web.Response(status=status, body=text, headers={**(headers or {}), **kind})

    def _dispatch(self, call: DiscordCall) -> Any:
        return dispatch(
            self.backend,
            call.method,
            call.path,
            json=call.json,
            params=dict(call.params),
            files=call.files,
            reason=call.reason,
            message_content_access=self.gateway.approved.message_content,
        )

    # -------------------------------------- what simcord's routes leave out

    def _my_guilds(self, call: DiscordCall) -> list[dict[str, Any]]:
        kept = ("id", "name", "icon", "banner", "features")
        return [{k: guild[k] for k in kept} | self._standing(int(guild["id"])) for guild in self._dispatch(call)]

    def _standing(self, guild_id: int) -> dict[str, Any]:
        guild = self.backend.get_guild(guild_id)
        held = self.backend.compute_permissions(guild_id, self.backend.bot_user.id)
        return {"owner": False, "permissions": str(held), "approximate_member_count": len(guild.members)}

    def _application(self, call: DiscordCall) -> dict[str, Any]:
        known = dispatch(self.backend, "GET", "/oauth2/applications/@me")
        return {**known, "flags": self.gateway.application_flags(), "approximate_guild_count": len(self.backend.guilds)}

    def _commands(self, call: DiscordCall) -> Any:
        check_commands(call.json)
        return self._dispatch(call)

    def _history(self, call: DiscordCall) -> Any:
        """Return a page, the newest message first; `after` gives the messages next to it, where simcord gives the newest."""
        limit = int(call.params.get("limit", 50))
        if not 1 <= limit <= 100:
            raise invalid_form_body("limit: Value must be between 1 and 100.")
        if "after" not in call.params:
            return self._with_own_signs(self._dispatch(call))
        all_after = self._dispatch(replace(call, params={**call.params, "limit": str(sys.maxsize)}))
        return self._with_own_signs(all_after[-limit:])

    def _with_own_signs(self, page: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Say of each reaction whether it is the bot's own, which simcord leaves out of a page."""
        for shown in page:
            message = self.backend.get_message(int(shown["channel_id"]), int(shown["id"]))
            there = [reaction for reaction in message.reactions if reaction.user_ids]
            for one, reaction in zip(shown["reactions"], there, strict=True):
                one["me"] = self.backend.bot_user.id in reaction.user_ids
        return page

    def _callback(self, call: DiscordCall) -> Any:
        body = self._dispatch(call)
        return body if call.params.get("with_response", "").lower() in {"1", "true"} else None

    def _send(self, call: DiscordCall) -> Any:
        """Create a message, or return the one that was created with the same nonce."""
        channel = self.backend.get_channel(int(call.path.split("/")[2]))
        body = _message(call)
        needed = [name for name, used in (("embed_links", body.get("embeds")), ("attach_files", call.files)) if used]
        self.backend.require_permissions(channel.guild_id, self.backend.bot_user.id, channel.id, *needed)
        if (nonce := body.get("nonce")) is None:
            return self._dispatch(call)
        if len(str(nonce)) > NONCE_LENGTH:
            raise invalid_form_body(f"nonce: Must be {NONCE_LENGTH} or fewer in length.")
        if body.get("enforce_nonce") and (known := self._known(channel.id, str(nonce))):
            return known
        return self._create(call, channel.id, str(nonce))

    def _known(self, channel_id: int, nonce: str) -> dict[str, Any] | None:
        number, at = self._nonces.get((channel_id, nonce), (0, self.now() - NONCE_WINDOW))
        if self.now() - at >= NONCE_WINDOW:
            return None
        try:
            message = self.backend.get_message(channel_id, number)
        except BackendError as error:
            if error.code != unknown_message().code:
                raise
            return None
        return {**serializers.message_payload(self.backend, message), "nonce": nonce}

    def _create(self, call: DiscordCall, channel_id: int, nonce: str) -> dict[str, Any]:
        self.backend.nonce = nonce
        try:
            created = self._dispatch(call)
        finally:
            self.backend.nonce = None
        self._nonces[channel_id, nonce] = (int(created["id"]), self.now())
        return {**created, "nonce": nonce}


def _message(call: DiscordCall) -> dict[str, Any]:
    """Return the message in a request: its body, or what an interaction's callback carries."""
    body = call.json if isinstance(call.json, dict) else {}
    return body.get("data") or {} if call.path.endswith("/callback") else body
