"""What a delivery from Slack asks for -> a command with its context, which the core carries out."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from adapters.slack.attached import shared
from adapters.slack.commands import addressed, channel_ref, member_ref, message_ref, plain, read, team_ref, thread_ref
from adapters.slack.requests import (
    Asked,
    Body,
    Spot,
    among_people,
    is_edited,
    is_shared,
    is_typed,
    is_wordless,
    opens_form,
    pressed,
    replied_in,
    said_id,
    spot_of,
)
from adapters.slack.web import DIRECT, Web
from adapters.slack.whose import Whose
from bot.commands import Command, ImportQuestions, ShowHome, SubmitAnswer
from bot.errors import UserError
from bot.ports import Context, Core


class Reading:
    """Reads deliveries and has them carried out; `left` is told of a workspace that took the bot out.

    `asked` is what is known of each that is being answered, by its event.
    """

    def __init__(self, core: Core, web: Web, whose: Whose, left: Callable[[str], Awaitable[None]]) -> None:
        self.asked: dict[str, Asked] = {}
        self._core = core
        self._web = web
        self._whose = whose
        self._left = left

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
            member=member_ref(team, user), name=person.name, event=event, organiser=person.organiser, kept=True, **more,
        )  # fmt: skip
