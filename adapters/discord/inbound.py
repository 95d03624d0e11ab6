"""Discord's events -> commands with their context: interactions, messages in threads, and what was said meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any, Final

import discord
import structlog
from discord import InteractionType, MessageType

from adapters.discord import render
from adapters.discord.asked import Asked, Forms, acknowledge
from adapters.discord.attached import attached
from adapters.discord.commands import (
    NAME,
    completions,
    follows,
    is_typed,
    legible,
    member_ref,
    message_ref,
    named,
    numbers,
    opens_form,
    place_ref,
    pressed_command,
    sent,
    team_ref,
    typed_command,
)
from adapters.discord.greetings import DIRECT, MENTIONED, UNANSWERED, Greetings, turn_away
from bot.commands import Command, OpenAnswerForm, SubmitAnswer
from bot.errors import StoreError, UnknownWord, UserError
from bot.ports import Context, Core, Inbox, Meter, OpenThread, Ref
from bot.rules.rounds import QUESTION_TAG

log = structlog.get_logger(__name__)
HANDLED_AT_ONCE: Final = 16  # so that a thousand answers at once do not keep each other from being acknowledged
KNOWN_THREADS: Final = 10_000
NOT_YET_KNOWN: Final = (*[1.0] * 60, *[15.0] * 480)  # seconds, for as long as opening a thread is tried again


class Ears:
    """What one connection hears: acknowledges at once, then hands commands to the core, a few at a time.

    `me` is my user id once I am connected, `serves` tells which servers' commands are taken.
    """

    def __init__(
        self, core: Core, greetings: Greetings, inbox: Inbox, *, me: Callable[[], int], serves: Callable[[int], bool]
    ) -> None:
        self.asked: dict[str, Asked] = {}
        self._core = core
        self._greetings = greetings
        self._forms = Forms(inbox)
        self._me = me
        self._serves = serves
        self._turn = asyncio.Semaphore(HANDLED_AT_ONCE)
        self._busy: set[asyncio.Task[Any]] = set()
        self._parents: dict[int, int | None] = {}  # the channel of a round's thread, None for a place that is no thread

    @property
    def meter(self) -> Meter:
        """Who counts what happens on the connection."""
        return self._core.meter

    @property
    def answering(self) -> int:
        """How many events are being answered, or wait for their turn."""
        return len(self._busy)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer a slash command, a button or a form."""
        if interaction.guild_id is None or not self._serves(interaction.guild_id):
            await turn_away(interaction)
        elif interaction.type is InteractionType.autocomplete:
            await self._complete(interaction, interaction.guild_id)
        else:
            async with self._listening():
                await self._answer(interaction, interaction.guild_id)

    async def _complete(self, interaction: discord.Interaction[Any], guild: int) -> None:
        bank = await self._core.bank_of(team_ref(guild))
        with suppress(*UNANSWERED, UnknownWord), legible():
            await interaction.response.autocomplete(completions(sent(interaction), bank))

    async def _answer(self, interaction: discord.Interaction[Any], guild: int) -> None:
        context = await self._context(interaction, guild)
        asked = self.asked[context.event] = Asked(interaction)
        try:
            await self._carry_out(interaction, guild, context, asked)
        finally:
            del self.asked[context.event]
        if asked.thinking:
            with suppress(*UNANSWERED):
                await interaction.delete_original_response()  # what was asked for stands in the channel

    async def _carry_out(
        self, interaction: discord.Interaction[Any], guild: int, context: Context, asked: Asked
    ) -> None:
        waits = False
        try:
            with legible():
                waits = is_typed(interaction) and not opens_form(sent(interaction))
                context = replace(context, named=named(sent(interaction), guild), file=attached(interaction))
            if waits:
                await self._acknowledge(asked)
            command = await self._read(interaction, guild)
        except UserError as error:
            if not waits:
                await self._acknowledge(asked)
            await self._core.refuse(error, context)
            return
        if command.spec.form:
            asked.form = True
            await self._core.handle(command, context)
            self._count(asked)
            return
        answers = isinstance(command, SubmitAnswer)
        if answers:
            context = replace(context, kept=await self._forms.take(context, sent(interaction)))
        if not waits:
            await self._acknowledge(asked)
        async with self._turn:
            await self._core.handle(command, context)
        if answers:
            await self._forms.done(context.event)

    async def work_off(self) -> None:
        """Save the forms that were sent to a process that ended before it had."""
        for context, data in await self._forms.left():
            if context.event not in self.asked:
                async with self._listening(), self._turn:
                    await self._core.handle(pressed_command(data, await self._core.bank_of(context.team)), context)
                    await self._forms.done(context.event)

    async def _acknowledge(self, asked: Asked) -> None:
        asked.acknowledged = await acknowledge(asked.interaction)
        self._count(asked)

    def _count(self, asked: Asked) -> None:
        """Count how long Discord waited for its first answer, where it got one."""
        if asked.interaction.response.is_done():
            self.meter.acknowledged(NAME, asyncio.get_running_loop().time() - asked.since)

    async def _read(self, interaction: discord.Interaction[Any], guild: int) -> Command:
        data, bank = sent(interaction), await self._core.bank_of(team_ref(guild))
        if interaction.type is InteractionType.application_command:
            return typed_command(data, guild, bank) if is_typed(interaction) else OpenAnswerForm()
        return pressed_command(data, bank)

    async def _context(self, interaction: discord.Interaction[Any], guild: int) -> Context:
        """Return the context; a thread that is no question's is a channel of its own.

        A message whose menu was used stands for its thread, which has its id.
        """
        place: Any = interaction.channel
        in_thread = isinstance(place, discord.Thread) and await self._is_rounds(place)
        channel = place.parent_id if in_thread else interaction.channel_id
        return Context(
            team=team_ref(guild), channel=place_ref(guild, channel or 0),
            channel_name=_name(place.parent if in_thread else place),
            thread=place_ref(guild, int(at)) if (at := place.id if in_thread else sent(interaction).get("target_id")) else None,
            member=member_ref(guild, interaction.user.id), name=interaction.user.display_name,
            event=f"{NAME}:interaction:{interaction.id}", organiser=interaction.permissions.manage_guild,
        )  # fmt: skip

    async def on_message(self, message: discord.Message, *, again: bool = False) -> None:
        """Take a message in a question's thread, or a reply to a question's card, as an answer, maybe `again`.

        Whoever writes to me alone or only mentions me wants to know what to do.
        """
        if message.author.bot or message.type not in {MessageType.default, MessageType.reply}:
            return
        if message.guild is None:
            await self._greetings.answer(message, DIRECT)
        elif self._serves(message.guild.id):
            async with self._listening():
                await self._hear(message, message.guild, again=again)

    async def _hear(self, message: discord.Message, guild: discord.Guild, *, again: bool) -> None:
        text, mentioned = self._text(message), f"<@{self._me()}>" in message.content
        if not (text or mentioned or message.attachments):
            return
        place = await self._place(message, guild)
        if place is None or not (text or message.attachments):
            if mentioned:
                await self._greetings.answer(message, MENTIONED)
            return
        async with self._turn:
            context = replace(self._said(message, guild, *place), again=again)
            if text:
                await self._core.handle(SubmitAnswer(text=text), context)
            elif (error := await self._core.on_file(context)) and self._greetings.first(
                (context.thread, context.member)
            ):
                await self._core.refuse(error, context)

    async def on_edit(self, message: discord.Message) -> None:
        """Say to who edited a reply in an open question's thread what became of it, where that matters."""
        guild = message.guild
        if guild is None or message.author.bot or message.edited_at is None or not self._serves(guild.id):
            return
        card = message.reference.message_id if message.reference else None  # maybe, where there are no threads
        threads = {one.thread for one in await self._core.open_threads(NAME)}
        if threads.isdisjoint(place_ref(guild.id, at) for at in (message.channel.id, card) if at):
            return
        context = self._said(message, guild, *(await self._place(message, guild) or (0, message.channel.id)))
        if error := await self._core.on_edit(context, self._text(message)):
            await self._greetings.answer(message, str(error))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that a server has me, maybe again, and greet it if I am to serve it."""
        back = await self._core.came_back(team_ref(guild.id))
        if self._serves(guild.id):
            await self._greetings.joined(guild, again=back)

    async def on_guild_remove(self, guild: int) -> None:
        """Stop what is planned for a server that took me out."""
        log.warning("server_left", server=guild)
        await self._core.left(team_ref(guild))

    async def take_stock(self, here: Collection[int], *, mine: Callable[[int], bool]) -> None:
        """Find out which of the servers that are `mine` to hear have let me in or taken me out while nobody listened."""
        for team, known in (await self._core.teams_of(NAME)).items():
            for guild in numbers(team)[:1]:
                if known and guild not in here and mine(guild):
                    await self.on_guild_remove(guild)
                elif not known and guild in here:
                    await self._core.came_back(team)

    def _text(self, message: discord.Message) -> str:
        """Return what a message says, without mentioning me; empty where Discord withholds it from me."""
        me = self._me()
        return message.content.replace(f"<@{me}>", "").replace(f"<@!{me}>", "").strip()

    async def _place(self, message: discord.Message, guild: discord.Guild) -> tuple[int, int] | None:
        """Return the channel and the thread that a message answers in, or None where it answers nothing of mine."""
        parent = await self._parent(message, guild)
        if parent is not None:
            return parent, message.channel.id
        if message.reference and message.reference.message_id and self._answers_me(message, message.reference):
            card = message.reference.message_id  # the thread of a message has the message's id
            to = message.reference.resolved
            asked = isinstance(to, discord.Message) and render.tag_on(to).startswith(QUESTION_TAG)
            await self._becomes_rounds(place_ref(guild.id, card), message.id, mine=asked)
            return message.channel.id, card
        return None

    def _answers_me(self, message: discord.Message, to: discord.MessageReference) -> bool:
        """Whether a reply is to a message of mine; where Discord does not show that message, it mentions me."""
        mine = isinstance(to.resolved, discord.Message) and to.resolved.author.id == self._me()
        return mine or any(user.id == self._me() for user in message.mentions)

    async def _parent(self, message: discord.Message, guild: discord.Guild) -> int | None:
        """Return the channel of a thread that is a round's, whoever opened it, None for any other place."""
        place: Any = message.channel
        if place.id not in self._parents:
            unknown = isinstance(place, discord.PartialMessageable)  # a thread that was archived when I came
            try:
                thread = await guild.fetch_channel(place.id) if unknown else place
            except UNANSWERED:  # another message may be luckier
                return None
            if isinstance(thread, discord.Thread) and not await self._becomes_rounds(
                place_ref(guild.id, thread.id), message.id, mine=thread.owner_id == self._me()
            ):
                return None
            if len(self._parents) >= KNOWN_THREADS:
                self._parents.clear()
            self._parents[place.id] = thread.parent_id if isinstance(thread, discord.Thread) else None
        return self._parents[place.id]

    async def _becomes_rounds(self, thread: Ref, said: int, *, mine: bool) -> bool:
        """Whether a thread is a round's; what is said in one of mine waits while the core may yet hear that it is there."""
        waits = mine and follows(said, numbers(thread)[1], sum(NOT_YET_KNOWN))
        for seconds in NOT_YET_KNOWN if waits else ():
            with suppress(StoreError):  # a database that is away for a while
                if await self._core.has_round(thread):
                    return True
            await asyncio.sleep(seconds)
        return await self._core.has_round(thread)

    async def _is_rounds(self, thread: discord.Thread) -> bool:
        return thread.owner_id == self._me() or await self._core.has_round(place_ref(thread.guild.id, thread.id))

    def _said(self, message: discord.Message, guild: discord.Guild, channel: int, thread: int) -> Context:
        author = message.author
        rights = author.guild_permissions if isinstance(author, discord.Member) else discord.Permissions.none()
        return Context(
            team=team_ref(guild.id), channel=place_ref(guild.id, channel),
            channel_name=_name(guild.get_channel_or_thread(channel)), thread=place_ref(guild.id, thread),
            member=member_ref(guild.id, author.id), name=author.display_name, event=f"{NAME}:message:{message.id}",
            organiser=rights.manage_guild, message=message_ref(guild.id, message.channel.id, message.id), private=False, kept=True,
        )  # fmt: skip

    def knows(self, thread: OpenThread) -> None:
        """Take a thread for that of a round."""
        self._parents[numbers(thread.thread)[1]] = numbers(thread.channel)[1]

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        """Count what is being answered, so that the end waits for it."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  coroutines run in tasks
        self._busy.add(task)
        try:
            yield
        finally:
            self._busy.discard(task)

    async def finish(self, seconds: float) -> None:
        """Wait for what is being answered, not longer than some seconds."""
        if self._busy:
            await asyncio.wait(self._busy, timeout=seconds)


def _name(place: Any) -> str:
    return str(getattr(place, "name", "") or "")
