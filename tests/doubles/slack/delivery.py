"""What Slack tells the bot: each delivery with its tries, who acknowledged it and when, and the tries that follow."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from tests.doubles.loopback import ACKNOWLEDGED, PATIENCE, NotAcknowledged
from tests.doubles.slack.http import Http
from tests.doubles.slack.messages import JSON
from tests.doubles.slack.socket import Socket
from tests.doubles.slack.world import Team, World

RETRIES: Final = (
    0.0,
    60.0,
    300.0,
)  # seconds until an event is tried again; but for the first, which a test lets pass with `retry`
NO_RETRY: Final = "no_retry"  # the bot's x-slack-no-retry


@dataclass(eq=False)
class Try:
    """One time that something was delivered."""

    at: float
    number: int  # of the retry; 0: the first
    reason: str | None
    over: str = ""  # the connection
    acked_at: float | None = None
    answer: Any = None

    @property
    def ack_seconds(self) -> float | None:
        """How long the bot took."""
        return None if self.acked_at is None else self.acked_at - self.at


@dataclass(eq=False, repr=False)
class Delivery:
    """An event, a command or an interaction on its way to the bot."""

    kind: str  # events_api, interactive or slash_commands
    payload: JSON
    team: Team
    within: float  # the seconds in which it has to be acknowledged
    tries: list[Try] = field(default_factory=list)
    _acked: asyncio.Future[Try] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def __repr__(self) -> str:
        return f"<{self.name}, {len(self.tries)} tries, {'acknowledged' if self.acked else 'not acknowledged'}>"

    @property
    def event(self) -> JSON:
        """The event in it."""
        found: JSON = self.payload.get("event", {})
        return found

    @property
    def acked(self) -> bool:
        """Whether the bot has acknowledged it."""
        return self._acked.done()

    @property
    def name(self) -> str:
        """What it is, for the transcript."""
        inner = self.event or self.payload
        kind = inner.get("command") or ".".join(filter(None, [inner.get("type"), inner.get("subtype")]))
        return f"{kind} {inner.get('text') or ''!s:.60}".strip()

    def acknowledge(self, one: Try, answer: Any) -> None:
        """Note that the bot has acknowledged a try."""
        one.acked_at, one.answer = asyncio.get_running_loop().time(), answer
        if not self._acked.done():
            self._acked.set_result(one)

    async def acknowledged(self, *, within: float = PATIENCE) -> float:
        """Wait for the acknowledgement, and return how long it took since the first try."""
        try:
            async with asyncio.timeout(within):
                one = await asyncio.shield(self._acked)
        except TimeoutError:
            raise NotAcknowledged(f"{self.name}: not acknowledged within {within} s") from None
        assert one.acked_at is not None
        return one.acked_at - self.tries[0].at

    async def answer(self) -> Any:
        """Return what the bot put into its acknowledgement, as a person waits for it."""
        await self.acknowledged(within=self.within)
        return self._acked.result().answer


class Outbox:
    """Sends deliveries over the socket or, once it has an address, over HTTP; and again when they are not acknowledged."""

    def __init__(self, world: World) -> None:
        self.acknowledge_within = ACKNOWLEDGED
        self.retries: tuple[float, ...] = RETRIES
        self.socket, self.http = Socket(world), Http(world.app)
        self._world = world
        self._due = asyncio.Event()
        self._following: set[asyncio.Task[None]] = set()
        world.send, world.delivery = self.send, self.new

    def new(self, kind: str, payload: JSON, team: Team) -> Delivery:
        """Return a delivery that is not sent yet."""
        delivery = Delivery(kind, payload, team, self.acknowledge_within)
        self._world.deliveries.append(delivery)
        return delivery

    def send(self, delivery: Delivery, *, number: int = 0, reason: str | None = None) -> None:
        """Deliver, and see to what follows."""
        one, done = self._offer(delivery, number, reason)
        task = asyncio.create_task(self._follow(delivery, one, done))
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    def again(self, delivery: Delivery, *, times: int = 1) -> None:
        """Deliver once more what was delivered before, as Slack does when an acknowledgement was lost on its way."""
        for _ in range(times):
            self._offer(delivery, len(delivery.tries), "http_timeout" if delivery.tries else None)

    def retry(self) -> None:
        """Let the time of the next retry come for all that waits for it."""
        self._due.set()
        self._due = asyncio.Event()

    async def close(self) -> None:
        """Deliver nothing more."""
        for task in [*self._following]:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)
        await self.http.close()

    def _offer(self, delivery: Delivery, number: int, reason: str | None) -> tuple[Try, asyncio.Future[str | None]]:
        one = Try(asyncio.get_running_loop().time(), number, reason)
        delivery.tries.append(one)
        transport = self.http if self.http.url else self.socket
        done = transport.offer(delivery, one)
        self._world.note(f"-> {one.over or 'nobody'}: {delivery.name}" + (f" (retry {number})" if number else ""))
        self._world.happened()
        return one, done

    async def _follow(self, delivery: Delivery, one: Try, done: asyncio.Future[str | None]) -> None:
        try:
            async with asyncio.timeout(self.acknowledge_within):  # wait_for of Python 3.11 may swallow a cancellation
                failure = await asyncio.shield(done)
        except TimeoutError:
            failure = "http_timeout"
        retried = delivery.kind == "events_api" and one.number < len(self.retries) and failure != NO_RETRY
        if failure is None or not retried:
            return
        self._world.note(f"   {failure}: {delivery.name}")
        await self._until_due(self.retries[one.number])
        if not delivery.acked:
            self.send(delivery, number=one.number + 1, reason=failure)

    async def _until_due(self, delay: float) -> None:
        """Wait until a test lets the time come: a test that lasts for a minute where the machine is slow is no minute later for that."""
        if delay:
            await self._due.wait()
