"""Slack's requests -> commands with their context: written down, acknowledged, and then handled, a few at a time.

A request passes three places: `Ears.hear` writes it down and acknowledges it, `Ears.work` sees that it is handled, now or
after a restart, and `Ears.carry_out` tells what it asks for.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from itertools import repeat
from typing import Any, Final

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.attached import shared
from adapters.slack.commands import (
    NAME,
    addressed,
    channel_ref,
    member_ref,
    message_ref,
    plain,
    read,
    team_ref,
    thread_ref,
)
from adapters.slack.render import escape
from adapters.slack.requests import (
    Asked,
    Body,
    Spot,
    among_people,
    delivery_of,
    is_edited,
    is_shared,
    is_typed,
    is_wordless,
    opens_form,
    pressed,
    replied_in,
    said_id,
    spot_of,
    unfinished,
    worth_handling,
)
from adapters.slack.shapes import wrong
from adapters.slack.turns import Turns
from adapters.slack.web import DIRECT, Web
from adapters.slack.whose import Whose
from bot.commands import Command, ImportQuestions, ShowHome, SubmitAnswer
from bot.errors import ChannelGone, InfrastructureError, UserError
from bot.ports import Context, Core, Inbox

log = structlog.get_logger(__name__)
LATER: Final = (5.0, 15.0, 60.0)  # seconds until a delivery is tried again
WORTH_TRYING: Final = 120  # times that a delivery is tried again, a minute apart
UNREADABLE: Final = "I cannot read what Slack sent me. Try it once more, and tell who runs me if it stays so."
NO_WORKSPACE: Final = (
    "I work in single workspaces, not in a whole organisation at once. Ask an admin to install me in this one."
)
A_WHILE, LONGEST_WAIT = 1.0, 120.0  # seconds in which what waits holds up what is due


class Ears:
    """What the bot hears on Slack, in all workspaces.

    `later` are the seconds until a delivery is tried again; `left` is told of a workspace that took the bot out.
    """

    def __init__(
        self, core: Core, web: Web, inbox: Inbox, *, later: Sequence[float], left: Callable[[str], Awaitable[None]]
    ) -> None:
        self.asked: dict[str, Asked] = {}
        self._core = core
        self._web = web
        self._inbox = inbox
        self._later = later
        self._left = left
        self._turns = Turns()
        self._whose = Whose(core, web)
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
        if worth_handling(body) and (mine := await self._whose.mine(body)):
            since = asyncio.get_running_loop().time()
            async with self._turns.acknowledging():
                new = await self._inbox.take(delivery, {name: one for name, one in mine.items() if name != "token"})
            self._core.meter.acknowledged(NAME, asyncio.get_running_loop().time() - since)
            if new:
                self.begin(delivery, mine)
        return BoltResponse(status=200, body="")

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
            await self._inbox.done(delivery)
        except InfrastructureError as error:  # it is found in the inbox again
            log.warning("delivery_waits", delivery=delivery, reason=str(error))

    async def _handle_in_turn(self, delivery: str, body: Body, *, late: bool) -> None:
        """Handle a delivery when its turn has come; a form cannot wait for one, Slack gives it 3 s."""
        turn = contextlib.nullcontext() if opens_form(body) else self._turns.handling(self._whose.team(body))
        async with turn:
            await self.carry_out(delivery, body, late=late)

    async def carry_out(self, delivery: str, body: Body, *, late: bool = False) -> None:
        """Do what a delivery asks for; to one that is `late` no form can be shown any more, which is said."""
        if body.get("type") == "event_callback":
            await self._event(self._whose.team(body), body["event"], delivery, late=late)
        else:
            await self._interaction(delivery, body, late=late)

    async def _event(self, team: str, event: Body, delivery: str, *, late: bool) -> None:
        match event["type"]:
            case "message" if is_typed(event):
                await self._mentioned(team, event, delivery)
            case "message" if is_shared(event):
                await self._shared(team, event, delivery)
            case "message" if is_edited(event):
                await self._beside(team, event["channel"], event["message"], edited=True)
            case "message" if is_wordless(event):
                await self._beside(team, event["channel"], event, edited=False)
            case "message":
                await self._said(team, event, again=late)
            case "app_mention":
                await self._mentioned(team, event, delivery)
            case "app_home_opened":
                place = Spot(channel=event["channel"])
                await self._handle(
                    ShowHome(), await self._context(team, event["user"], place, delivery), Asked(home=True)
                )
            case "tokens_revoked" if not (event.get("tokens") or {}).get("bot"):
                return  # a member's own token, of which there are none
            case _:  # app_uninstalled, or the bot's token was revoked
                if not await self._web.lets_me_in(team):  # else it comes late, after I was installed anew
                    await self._left(team)

    async def _said(self, team: str, message: Body, *, again: bool) -> None:
        """Take a message in a round's thread as an answer; talk elsewhere was not written down in the first place."""
        channel = message["channel"]
        place = Spot(channel=channel, thread=message["thread_ts"])
        said, where = said_id(channel, message["ts"]), message_ref(team, channel, message["ts"])
        context = await self._context(team, message["user"], place, said, message=where, again=again)
        await self._handle(SubmitAnswer(text=await self._words(team, message)), context, Asked(thread=place.thread))

    async def _shared(self, team: str, message: Body, delivery: str) -> None:
        """Take each file that a member sent to me alone as notes of theirs."""
        for number, file in enumerate(shared(self._web, team, message)):
            event = f"{delivery}:{number}" if number else delivery
            context = await self._context(team, message["user"], Spot(channel=message["channel"]), event, file=file)
            await self._handle(ImportQuestions(), context, Asked())

    async def _beside(self, team: str, channel: str, message: Body, *, edited: bool) -> None:
        """Say to who edited a reply, or sent but a file, what became of it, where that matters."""
        place = Spot(channel=channel, thread=message["thread_ts"])
        context = await self._context(team, message["user"], place, said_id(channel, message["ts"]))
        words = await self._words(team, message)
        if error := await (self._core.on_edit(context, words) if edited else self._core.on_file(context)):
            await self._refuse(error, context, Asked(thread=place.thread))

    async def _words(self, team: str, message: Body) -> str:
        return plain((message.get("text") or "").replace(f"<@{await self._web.me(team)}>", "")).strip()

    async def _mentioned(self, team: str, event: Body, delivery: str) -> None:
        """Read the words after a mention as a command, except in a round's thread, where they are an answer."""
        thread = event.get("thread_ts", "")
        if thread and await self._whose.is_round(thread_ref(team, event["channel"], thread)):
            return
        if event["type"] == "app_mention" and not (team := await self._whose.named(team, event)):
            return
        context = await self._context(team, event["user"], Spot(channel=event["channel"], thread=thread), delivery)
        words = addressed(event.get("text") or "", await self._web.me(team))
        await self._typed(words, team, context, Asked(thread=thread))

    async def _interaction(self, delivery: str, body: Body, *, late: bool) -> None:
        team = self._whose.team(body)
        user = (body.get("user") or {}).get("id") or body["user_id"]
        place = spot_of(body) or Spot(channel=await self._web.direct_channel(team, user))
        context = await self._context(team, user, place, delivery, fresh=not opens_form(body), again=late)
        alone = body.get("type") == "message_action" and not replied_in(body["message"])
        asked = Asked(
            trigger="" if late else body.get("trigger_id", ""),
            answer_to=body.get("response_url", ""),
            thread="" if alone else place.thread,
        )
        if "command" in body:
            heard = not among_people(body) or place.channel == await self._web.direct_channel(team, user)
            await self._typed(body.get("text", ""), team, context, asked, heard=heard)
            return
        try:
            command = pressed(body, await self._core.bank_of(context.team))
        except UserError as error:
            await self._refuse(error, context, asked)
            return
        await self._handle(command, context, asked)

    async def _typed(self, words: str, team: str, context: Context, asked: Asked, *, heard: bool = True) -> None:
        try:
            command = read(words, team, await self._core.bank_of(context.team), heard=heard)
        except UserError as error:
            await self._refuse(error, context, asked)
        else:
            await self._handle(command, context, asked)

    async def _refuse(self, error: UserError, context: Context, asked: Asked) -> None:
        with self._answering(context, asked):
            await self._core.refuse(error, context)

    async def _handle(self, command: Command, context: Context, asked: Asked) -> None:
        with self._answering(context, asked):
            await self._core.handle(command, context)

    @contextmanager
    def _answering(self, context: Context, asked: Asked) -> Iterator[None]:
        """Know of a request while it is being answered."""
        self.asked[context.event] = asked
        try:
            yield
        finally:
            self.asked.pop(context.event, None)  # a message that is heard and read at once has one entry

    async def _context(
        self, team: str, user: str, place: Spot, event: str, *, fresh: bool = True, **more: Any
    ) -> Context:
        person = await self._web.person(team, user, fresh=fresh)
        direct = place.channel.startswith(DIRECT)
        return Context(
            team=team_ref(team), channel=channel_ref(team, place.channel),
            channel_name="direct message" if direct else await self._web.channel_name(team, place.channel, fresh=fresh),
            thread=thread_ref(team, place.channel, place.thread) if place.thread else None,
            member=member_ref(team, user), name=person.name, event=event, organiser=person.organiser, **more,
        )  # fmt: skip

    async def installed(self, team: str) -> None:
        """Tell the core that a workspace has me, maybe again."""
        self._web.welcome(team)
        await self._core.came_back(team_ref(team))

    async def finish(self, seconds: float) -> None:
        """Wait for what is being answered, not longer than some seconds; the rest waits in the inbox."""
        if busy := self.busy:
            _, late = await asyncio.wait(busy, timeout=seconds)
            for task in late:
                task.cancel()
