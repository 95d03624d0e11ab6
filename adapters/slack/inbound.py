"""Slack's requests -> commands with their context: written down, acknowledged, and then handled, a few at a time.

A request passes three places: `Ears.hear` writes it down and acknowledges it, `Ears.work` sees that it is handled, now or
after a restart, and `Reading.carry_out` tells what it asks for.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from itertools import repeat
from typing import Final

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.commands import NAME, team_ref
from adapters.slack.reading import Reading
from adapters.slack.render import escape
from adapters.slack.requests import Asked, Body, delivery_of, opens_form, unfinished, worth_handling
from adapters.slack.shapes import wrong
from adapters.slack.turns import Turns
from adapters.slack.web import Web
from adapters.slack.whose import Whose
from bot.errors import AlreadyRunning, ChannelGone, InfrastructureError
from bot.ports import Core, Inbox

log = structlog.get_logger(__name__)
LATER: Final = (5.0, 15.0, 60.0)  # seconds until a delivery is tried again
WORTH_TRYING: Final = 120  # times that a delivery is tried again, a minute apart
UNREADABLE: Final = "I cannot read what Slack sent me. Try it once more, and tell who runs me if it stays so."
NO_WORKSPACE: Final = (
    "I work in single workspaces, not in a whole organisation at once. Ask an admin to install me in this one."
)
NOT_YET_KNOWN: Final = (*[0.25] * 40, *[1.0] * 50, *[15.0] * 480)  # seconds, for as long as a post is tried again
A_WHILE, LONGEST_WAIT = 1.0, 120.0  # seconds in which what waits holds up what is due


class Ears:
    """What the bot hears on Slack, in all workspaces.

    `later` are the seconds until a delivery is tried again; `left` is told of a workspace that took the bot out.
    """

    def __init__(
        self, core: Core, web: Web, inbox: Inbox, *, later: Sequence[float], left: Callable[[str], Awaitable[None]]
    ) -> None:
        self._core = core
        self._web = web
        self._inbox = inbox
        self._later = later
        self._turns = Turns()
        self._whose = Whose(core, web)
        self._reading = Reading(core, web, self._whose, left)
        self._unsettled: set[asyncio.Task[None]] = set()
        self._working: dict[str, tuple[asyncio.Task[None], str, float]] = {}  # with their workspace, and since when

    async def hear(self, request: AsyncBoltRequest) -> BoltResponse | None:
        """Write a request down and acknowledge it; None for what is not from a workspace."""
        body = request.body
        if body.get("type") == "app_rate_limited":  # events are dropped, and read from the threads a little later
            log.warning("slack_drops_events", team=body.get("team_id"))
            return BoltResponse(status=200, body="")
        if field := wrong(body):
            log.warning("slack_request_odd", field=field)
            return await self._turned_away(body, UNREADABLE)
        if not (delivery := delivery_of(body)):
            return None
        if (refused := unfinished(body)) is not None:
            return BoltResponse(status=200, body=refused)
        if worth_handling(body) and not self._whose.team(body):
            log.warning("slack_request_of_no_workspace")
            return await self._turned_away(body, NO_WORKSPACE)
        if worth_handling(body) and await self._whose.unsettled(body):
            self._keep(asyncio.create_task(self._take_once_settled(delivery, body)))
        elif worth_handling(body):
            await self._take(delivery, body)
        return BoltResponse(status=200, body="")

    async def _take(self, delivery: str, body: Body) -> None:
        """Write a delivery down and begin with it, if it is for me."""
        if (mine := await self._whose.mine(body)) is None:
            return
        since = asyncio.get_running_loop().time()
        async with self._turns.acknowledging():
            new = await self._inbox.take(delivery, {name: one for name, one in mine.items() if name != "token"})
        self._core.meter.acknowledged(NAME, asyncio.get_running_loop().time() - since)
        if new:
            self.begin(delivery, mine)

    async def _take_once_settled(self, delivery: str, body: Body) -> None:
        """Take what was said under what may be a question's message, once it is known whether it is.

        Until then it is nowhere but here, for it may be none of my business; what is lost here is read from the thread.
        """
        for seconds in NOT_YET_KNOWN:
            await asyncio.sleep(seconds)
            try:
                if not await self._whose.unsettled(body):
                    await self._take(delivery, body)
                    return
            except InfrastructureError as error:
                log.warning("delivery_waits", delivery=delivery, reason=str(error))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._unsettled.add(task)
        task.add_done_callback(self._unsettled.discard)

    async def _turned_away(self, body: Body, words: str) -> BoltResponse:
        """Acknowledge what I can do nothing with, and tell who asked; where I cannot, Slack tells them that nothing came of it."""
        if "event_id" in body or await self._told(body, words):
            return BoltResponse(status=HTTPStatus.OK, body="")
        return BoltResponse(status=HTTPStatus.BAD_REQUEST, body="")

    async def _told(self, body: Body, words: str) -> bool:
        """Tell who asked, at the address that came with it, if one did; return whether they know."""
        address = body.get("response_url")
        said = {"response_type": "ephemeral", "replace_original": False, "text": escape(words)}
        return isinstance(address, str) and bool(address) and await self._web.answer(address, said)

    def begin(self, delivery: str, body: Body, *, late: bool = False) -> asyncio.Task[None]:
        """Have a delivery handled, unless it is already."""
        if (known := self._working.get(delivery)) is None:
            task = asyncio.create_task(self.work(delivery, body, late=late))
            known = self._working[delivery] = (task, self._whose.team(body), asyncio.get_running_loop().time())
            task.add_done_callback(lambda _: self._working.pop(delivery, None))
        return known[0]

    @property
    def asked(self) -> Mapping[str, Asked]:
        """What is known of each that is being answered, by its event."""
        return self._reading.asked

    @property
    def busy(self) -> set[asyncio.Task[None]]:
        """What is being handled."""
        return {task for task, _, _ in self._working.values()}

    def behind(self, team: str) -> bool:
        """Whether something has been waiting for a while in a workspace: an answer that was given before the reveal counts."""
        now = asyncio.get_running_loop().time()
        return any(of == team and A_WHILE < now - at < LONGEST_WAIT for _, of, at in self._working.values())

    async def work(self, delivery: str, body: Body, *, late: bool = False) -> None:
        """Handle a delivery, again while the platform does not answer, and note that it is done."""
        for wait in (*self._later, *repeat(self._later[-1], WORTH_TRYING)):
            try:
                await self._handle_in_turn(delivery, body, late=late)
            except ChannelGone as error:
                log.warning("delivery_dropped", delivery=delivery, reason=str(error))
                await self._told(body, str(error))
            except InfrastructureError as error:
                log.warning("delivery_waits", delivery=delivery, reason=str(error))
                await asyncio.sleep(wait)
                continue
            except Exception:
                log.exception("delivery_not_understood", delivery=delivery)
            break
        try:
            with contextlib.suppress(AlreadyRunning):  # others handle it, and say so
                await self._inbox.done(delivery)
        except InfrastructureError as error:  # it is found in the inbox again
            log.warning("delivery_waits", delivery=delivery, reason=str(error))

    async def _handle_in_turn(self, delivery: str, body: Body, *, late: bool) -> None:
        """Handle a delivery when its turn has come; a form cannot wait for one, Slack gives it 3 s."""
        turn = contextlib.nullcontext() if opens_form(body) else self._turns.handling(self._whose.team(body))
        async with turn:
            await self._reading.carry_out(delivery, body, late=late)

    async def installed(self, team: str) -> None:
        """Tell the core that a workspace has me, maybe again."""
        self._web.welcome(team)
        await self._core.came_back(team_ref(team))

    async def finish(self, seconds: float) -> None:
        """Wait for what is being answered, not longer than some seconds; the rest waits in the inbox, or stands in its thread."""
        for task in self._unsettled:
            task.cancel()
        if busy := self.busy:
            _, late = await asyncio.wait(busy, timeout=seconds)
            for task in late:
                task.cancel()
