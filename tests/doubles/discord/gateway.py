"""Discord's gateway on the loopback: HELLO, IDENTIFY, RESUME and events over a websocket, with levers to break it.

What an event looks like and which intent it needs is simcord's; sessions, sequence numbers and close codes are here.
Frames go out uncompressed, which discord.py takes although it asks for compression.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any, Final

import discord
from aiohttp import WSMsgType, web
from simcord.backend import serializers
from simcord.backend.models import Guild
from simcord.gateway import FakeGateway, FakeWebSocket
from simcord.intents import missing_privileged_intents

from tests.doubles.discord.threads import Discord
from tests.doubles.discord.world import World
from tests.doubles.loopback import PATIENCE

LONGEST_FRAME: Final = 4096  # bytes a client may send
CLEAN: Final = (1000, 1001)  # codes with which a client gives its session up
FLAGS: Final = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}  # of the application, by intent


class Link:
    """One websocket: frames leave in order, and a close leaves after them."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.session: Session | None = None
        self.frozen = False
        self._transport, self._socket = request.transport, socket
        self._out: asyncio.Queue[str | tuple[int, str]] = asyncio.Queue()
        self.closed_with: int | None = None
        self._writer = asyncio.create_task(self._write())

    @property
    def live(self) -> bool:
        """Whether events reach the bot over this connection."""
        return not self.frozen and self.session is not None and self.session.link is self

    def send(self, frame: str) -> None:
        """Put a frame on the wire, after those before it."""
        self._out.put_nowait(frame)

    def close(self, code: int, reason: str = "") -> None:
        """Close with a code."""
        self.closed_with = code
        self._out.put_nowait((code, reason))

    def drop(self) -> None:
        """Cut the connection, without a word."""
        if self._transport is not None:
            self._transport.abort()

    async def ended(self) -> None:
        """Clear up behind a connection that is over; one that we closed is closed to the end."""
        if self.closed_with is None:
            self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)

    async def _write(self) -> None:
        while isinstance(frame := await self._out.get(), str):
            await self._socket.send_str(frame)
        # Not socket.close(): it cuts the connection at once, and the client, about to answer, may see 1006 and no code.
        assert self._socket._writer is not None
        await self._socket._writer.close(frame[0], frame[1].encode())


class Session:
    """What a bot has been told since its IDENTIFY: lives on while the connection does not, until it is given up."""

    def __init__(self, backend: Discord, intents: discord.Intents, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(8)
        self.shard = shard
        self.link: Link | None = None
        self.sent: list[str] = []  # the frame with sequence number n stands at n - 1
        self._backend = backend
        self._feed = FakeGateway(backend, SimpleNamespace(intents=intents, parsers=self))

    def __getitem__(self, event: str) -> Callable[[Any], None]:
        """Stand where simcord looks for discord.py's parser of an event."""
        return partial(self.dispatch, event)

    get = __getitem__

    def dispatch(self, event: str, data: Any) -> None:
        """Send an event, or keep it for the RESUME."""
        self.sent.append(json.dumps({"op": 0, "t": event, "s": len(self.sent) + 1, "d": data}))
        if self.link is not None and not self.link.frozen:
            self.link.send(self.sent[-1])

    def feed(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send an event of the world, if it belongs to this shard and its intent was asked for."""
        guild = (
            payload.get("id") if event in {"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"} else payload.get("guild_id")
        )
        if self.holds(int(guild or 0)):
            self._feed.feed(event, payload)

    def holds(self, guild_id: int) -> bool:
        """Whether a guild belongs to this shard; direct messages belong to the first."""
        return (guild_id >> 22) % self.shard[1] == self.shard[0]

    async def members(self, asked: dict[str, Any]) -> None:
        """Answer a request for members."""
        guild, limit = int(asked["guild_id"]), int(asked.get("limit", 0))
        rest = {key: asked[key] for key in ("query", "user_ids", "presences", "nonce") if key in asked}
        await FakeWebSocket(self._backend, self._feed).request_chunks(guild, limit=limit, **rest)


class Gateway:
    """The gateway of one server, for tests to watch and to break."""

    def __init__(self, world: World, token: str) -> None:
        self.url = ""
        self.approved = discord.Intents.all()  # the switches of the developer portal
        self.heartbeat_seconds = 41.25
        self.shards = 1  # what /gateway/bot recommends
        self.at_once = 1  # sessions that may be begun in five seconds
        self.begun: list[tuple[int, float]] = []  # the shard of each session, and when it was begun
        self.refusing = False  # whether no connection is taken
        self.refused = 0  # connections that were not
        self.doubled: list[int] = []  # the shards of sessions that were begun while another of the shard was connected
        self.identifies: list[dict[str, Any]] = []
        self.resumes: list[dict[str, Any]] = []
        self.heartbeats = 0
        self.sessions: dict[str, Session] = {}
        self._world, self._backend, self._token = world, world.backend, token
        self._links: set[Link] = set()
        world.backend.subscribers.append(self._publish)

    # ---------------------------------------------------------------- levers

    @property
    def online(self) -> bool:
        """Whether every recommended shard has a live session."""
        return len([link for link in self._links if link.live]) >= self.shards

    @property
    def hearing(self) -> list[tuple[int, int]]:
        """The shards that have a live session, each with their number."""
        return sorted(link.session.shard for link in self._links if link.live and link.session)

    async def connected(self, *, within: float = PATIENCE) -> None:
        """Wait until the bot is connected: what is sent from now on reaches it."""
        await self._world.wait_for(lambda: self.online, within=within)

    async def resumed(self, times: int = 1, *, within: float = PATIENCE) -> None:
        """Wait until the bot has resumed so many times in all, and is connected."""
        await self._world.wait_for(lambda: len(self.resumes) >= times and self.online, within=within)

    async def identified(self, times: int = 1, *, within: float = PATIENCE) -> None:
        """Wait until the bot has identified so many times in all, and is connected."""
        await self._world.wait_for(lambda: len(self.identifies) >= times and self.online, within=within)

    def drop(self) -> None:
        """Cut every connection without a close frame; the bot may resume."""
        for link in self._detach():
            link.drop()

    def close(self, code: int) -> None:
        """Close every connection with a code (4000 may be resumed, 4004 or 4014 may not)."""
        for link in self._detach():
            link.close(code)

    def reconnect(self) -> None:
        """Ask every connection to reconnect (op 7); the bot may resume."""
        for link in self._detach():
            link.send(json.dumps({"op": 7, "d": None}))

    def invalidate(self, *, resumable: bool = False) -> None:
        """Invalidate every session (op 9)."""
        for link in self._detach():
            if link.session and not resumable:
                del self.sessions[link.session.id]
            link.send(json.dumps({"op": 9, "d": resumable}))

    def freeze(self) -> None:
        """Let the present connections say nothing more: no acknowledged heartbeat, no event. New ones are well."""
        for link in self._links:
            link.frozen = True

    def redeliver(self, event: str, *, times: int = 1) -> None:
        """Deliver the latest event of a kind again, as Discord may."""
        for session in self.sessions.values():
            frames = (json.loads(text) for text in reversed(session.sent))
            latest = next((frame["d"] for frame in frames if frame["t"] == event), None)
            for _ in range(times if latest is not None else 0):
                session.dispatch(event, latest)

    def bot_info(self) -> dict[str, Any]:
        """Return the body of /gateway/bot."""
        left = 1000 - len(self.identifies)
        limit = {"total": 1000, "remaining": left, "reset_after": 86_400_000, "max_concurrency": self.at_once}
        return {"url": self.url, "shards": self.shards, "session_start_limit": limit}

    def application_flags(self) -> int:
        """Return the application's flags: which privileged intents are switched on."""
        return sum(flag for name, flag in FLAGS.items() if getattr(self.approved, name))

    # ------------------------------------------------------------ connection

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection from HELLO to its end."""
        if self.refusing:
            self.refused += 1
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        link = Link(request, socket)
        self._links.add(link)
        link.send(json.dumps({"op": 10, "d": {"heartbeat_interval": int(self.heartbeat_seconds * 1000)}}))
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._received(link, frame.data)
        finally:
            self._ended(link, link.closed_with or socket.close_code)
            await link.ended()
        return socket

    def _ended(self, link: Link, code: int | None) -> None:
        self._links.discard(link)
        if (session := link.session) and session.link in (link, None):
            session.link = None
            if code in CLEAN:
                self.sessions.pop(session.id, None)
        self._world.happened()

    async def _received(self, link: Link, text: str) -> None:
        frame = json.loads(text)
        op, data = frame["op"], frame.get("d")
        if len(text.encode()) > LONGEST_FRAME:
            link.close(4002, "Error while decoding payload.")
        elif op == 1:
            self._heartbeat(link)
        elif op in (2, 6):
            self._start(link, op, data)
        elif link.session is None:
            link.close(4003, "Not authenticated.")
        elif op == 8:
            await link.session.members(data)
        elif op not in (3, 4):
            link.close(4001, "Unknown opcode.")
        self._world.happened()

    def _heartbeat(self, link: Link) -> None:
        self.heartbeats += 1
        if not link.frozen:
            link.send(json.dumps({"op": 11}))

    def _start(self, link: Link, op: int, data: dict[str, Any]) -> None:
        (self.identifies if op == 2 else self.resumes).append(data)
        if link.session is not None:
            link.close(4005, "Already authenticated.")
        elif data["token"] != self._token:
            link.close(4004, "Authentication failed.")
        elif op == 2:
            self._identify(link, data)
        else:
            self._resume(link, data)

    def _identify(self, link: Link, data: dict[str, Any]) -> None:
        intents = discord.Intents._from_value(int(data["intents"]))
        if missing_privileged_intents(intents, self.approved):
            link.close(4014, "Disallowed intent(s).")
            return
        first, count = data.get("shard") or (0, 1)
        session = Session(self._backend, intents, (int(first), int(count)))
        self.begun.append((session.shard[0], asyncio.get_running_loop().time()))
        self.doubled += [s.shard[0] for s in self.sessions.values() if s.shard == session.shard and s.link is not None]
        for old in [s for s in self.sessions.values() if s.shard == session.shard and s.link is None]:
            del self.sessions[old.id]  # of a process that is gone
        self.sessions[session.id] = session
        link.session, session.link = session, link
        guilds = [guild for guild in self._backend.guilds.values() if session.holds(guild.id)]
        session.dispatch("READY", self._ready(session, guilds))
        for guild in guilds:
            session.feed("GUILD_CREATE", self._guild(guild))

    def _ready(self, session: Session, guilds: list[Guild]) -> dict[str, Any]:
        return {
            "v": 10,
            "user": serializers.user_payload(self._backend.bot_user),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self._backend.application_id), "flags": self.application_flags()},
        }

    def _guild(self, guild: Guild) -> dict[str, Any]:
        payload: dict[str, Any] = dict(serializers.guild_create_payload(self._backend, guild))
        payload["threads"] = [t for t in payload["threads"] if not t["thread_metadata"]["archived"]]
        return payload

    def _resume(self, link: Link, data: dict[str, Any]) -> None:
        session, seen = self.sessions.get(data["session_id"]), int(data["seq"] or 0)
        if session is None or seen > len(session.sent):
            link.send(json.dumps({"op": 9, "d": False}))
            return
        link.session, session.link = session, link
        for frame in session.sent[seen:]:
            link.send(frame)
        session.dispatch("RESUMED", {})

    def _publish(self, event: str, payload: Mapping[str, Any]) -> None:
        for session in list(self.sessions.values()):
            session.feed(event, payload)
        self._world.happened()

    def _detach(self) -> list[Link]:
        """Return the connections; their sessions send nothing more over them, so that it is left for the RESUME."""
        for link in self._links:
            if link.session is not None and link.session.link is link:
                link.session.link = None
        return list(self._links)
