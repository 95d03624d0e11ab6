"""Socket Mode on the loopback: hello, envelopes and their acknowledgements over websockets, with levers to break them."""

import asyncio
import json
import secrets
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from aiohttp import WSMsgType, web

from tests.doubles.loopback import PATIENCE
from tests.doubles.slack.messages import JSON, SlackError
from tests.doubles.slack.world import World

if TYPE_CHECKING:
    from tests.doubles.slack.delivery import Delivery, Try

MOST: Final = 10  # connections of an app
GRACE: Final = 0.5  # seconds that a connection lives on after it was told to go
APPROXIMATE: Final = 18_060  # seconds that a connection is said to last


class Link:
    """One connection: frames leave in order, and a close leaves after them."""

    def __init__(self, number: int, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.number = number
        self.frozen = False  # half-open: nothing comes through any more, and nobody knows
        self.deaf = False  # answers pings, but no envelope leaves any more
        self.leaving = False  # told to go: gets no more envelopes
        self.pings = 0
        self.waiting: dict[str, tuple[Delivery, Try, asyncio.Future[str | None]]] = {}
        self._transport, self._socket = request.transport, socket
        self._out: asyncio.Queue[JSON | None] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, frame: JSON) -> None:
        """Put a frame on the wire, after those before it."""
        if not self.frozen:
            self._out.put_nowait(frame)

    def close(self) -> None:
        """Close after what was sent."""
        self.leaving = True
        self._out.put_nowait(None)

    def drop(self) -> None:
        """Cut the connection, without a word."""
        self.leaving = True
        if self._transport is not None:
            self._transport.abort()

    async def serve(self, socket: "Socket") -> None:
        """Take what the bot sends, to the connection's end."""
        async for frame in self._socket:
            if self.frozen:
                continue
            if frame.type is WSMsgType.TEXT:
                socket.received(self, json.loads(frame.data))
            elif frame.type is WSMsgType.PING:
                self.pings += 1
                await self._socket.pong(frame.data)
        self.leaving = True

    async def ended(self) -> None:
        """Clear up: what was not acknowledged has failed."""
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
        for _, _, done in self.waiting.values():
            if not done.done():
                done.set_result("connection_failed")
        if not self.frozen:
            await self._socket.close()

    async def _write(self) -> None:
        while (frame := await self._out.get()) is not None:
            await self._socket.send_str(json.dumps(frame))
        await self._socket.close()


class Socket:
    """All connections of the app, for tests to watch and to break."""

    def __init__(self, world: World) -> None:
        self.address = ""  # ws://..., set by the server
        self.most = MOST
        self.links: list[Link] = []
        self.opened = 0  # connections that were greeted, in all
        self.refused = 0  # connections that were one too many
        self.acks: list[JSON] = []  # all that the bot sent
        self.enabled = True
        self.losing = False  # what the bot acknowledges gets lost on its way
        self._world = world
        self._tickets: set[str] = set()
        self._envelopes = count(1)
        self._turn = 0

    # ---------------------------------------------------------------- levers

    @property
    def live(self) -> list[Link]:
        """The connections that Slack believes in."""
        return [link for link in self.links if not link.leaving]

    async def connected(self, times: int = 1, *, within: float = PATIENCE) -> None:
        """Wait until the bot has connected so many times in all, and a connection is well."""
        await self._world.wait_for(
            lambda: self.opened >= times and any(not link.frozen for link in self.live), within=within
        )

    def drop(self) -> None:
        """Cut every connection without a close frame."""
        for link in [*self.links]:
            link.drop()

    def close(self) -> None:
        """Close every connection properly, without saying why."""
        for link in self.live:
            link.close()

    def warn(self) -> None:
        """Announce to every connection that it will end in about ten seconds; it goes on until then."""
        for link in self.live:
            link.send(_disconnect("warning"))

    def refresh(self) -> None:
        """Ask every connection to reconnect, and end it."""
        self._leave("refresh_requested")

    def disable(self) -> None:
        """Switch Socket Mode off on the app's page: connections end, and no new one is given out."""
        self.enabled = False
        self._leave("link_disabled")

    def freeze(self) -> None:
        """Let the present connections be half-open: no frame passes any more, either way. New ones are well."""
        for link in self.live:
            link.frozen = True

    def deafen(self) -> None:
        """Let the present connections answer pings and deliver nothing more. New ones are well."""
        for link in self.live:
            link.deaf = True

    def _leave(self, reason: str) -> None:
        for link in self.live:
            link.send(_disconnect(reason))
            link.leaving = True
            asyncio.get_running_loop().call_later(GRACE, link.close)

    # ------------------------------------------------------------ connection

    def ticket(self) -> str:
        """Return the address of a new connection, as apps.connections.open gives it."""
        if not self.enabled:
            raise SlackError("socket_mode_disabled")
        self._tickets.add(ticket := secrets.token_hex(8))
        return f"{self.address}?ticket={ticket}&app_id={self._world.app.id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection from hello to its end."""
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse(autoping=False, autoclose=False)
        await socket.prepare(request)
        link = Link(self.opened + self.refused + 1, request, socket)
        self._greet(link)
        try:
            await link.serve(self)
        finally:
            if link in self.links:
                self.links.remove(link)
            self._world.note(f"socket {link.number} ended")
            await link.ended()
            self._world.happened()
        return socket

    def _greet(self, link: Link) -> None:
        if len(self.live) >= self.most:
            self.refused += 1
            link.send(_disconnect("too_many_websockets"))
            link.close()
            return
        self.links.append(link)
        self.opened += 1
        link.send(
            {
                "type": "hello",
                "num_connections": len(self.live),
                "debug_info": _debug() | {"approximate_connection_time": APPROXIMATE},
                "connection_info": {"app_id": self._world.app.id},
            }
        )
        self._world.note(f"socket {link.number} greeted")
        self._world.happened()

    def received(self, link: Link, frame: JSON) -> None:
        """Take an acknowledgement; one that comes over another connection than its envelope is none."""
        self.acks.append(frame)
        if self.losing:
            self._world.happened()
            return
        if frame["envelope_id"] not in link.waiting:
            self._world.note(f"socket {link.number}: an acknowledgement of nothing, {frame['envelope_id']}")
            return
        delivery, one, done = link.waiting.pop(frame["envelope_id"])
        delivery.acknowledge(one, frame.get("payload"))
        if not done.done():
            done.set_result(None)
        self._world.happened()

    # ------------------------------------------------------------- envelopes

    def offer(self, delivery: "Delivery", one: "Try") -> asyncio.Future[str | None]:
        """Send an envelope over the connection whose turn it is; the future tells why it failed, or None."""
        done: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        if not self.live:
            done.set_result("connection_failed")
            return done
        self._turn += 1
        link = self.live[self._turn % len(self.live)]
        one.over = f"socket {link.number}"
        envelope = f"{next(self._envelopes):08d}-{secrets.token_hex(4)}"
        link.waiting[envelope] = (delivery, one, done)
        if not link.deaf:
            link.send(self._envelope(envelope, delivery, one))
        return done

    def _envelope(self, envelope: str, delivery: "Delivery", one: "Try") -> JSON:
        frame: dict[str, Any] = {"envelope_id": envelope, "type": delivery.kind, "payload": delivery.payload}
        frame["accepts_response_payload"] = delivery.kind != "events_api"
        if delivery.kind == "events_api":
            frame |= {"retry_attempt": one.number, "retry_reason": one.reason or ""}
        return frame


def _debug() -> JSON:
    return {"host": "applink-loopback", "build_number": 1}


def _disconnect(reason: str) -> JSON:
    return {"type": "disconnect", "reason": reason, "debug_info": _debug()}
