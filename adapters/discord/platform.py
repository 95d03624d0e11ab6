"""Discord: the connection, and the calls that the core asks for. Everything that goes wrong leaves here as our errors."""

import asyncio
import base64
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord import places, render
from adapters.discord.again import FORMS_PATIENCE, repeated
from adapters.discord.asked import ACKNOWLEDGED, Asked
from adapters.discord.commands import NAME, message_ref, numbers, place_ref
from adapters.discord.connection import Access
from adapters.discord.greetings import UNANSWERED
from adapters.discord.shards import Sessions, Shards
from adapters.drawing import chart
from bot.cards import Card, Form, Sign
from bot.clock import CLOCKS_APART, Clock
from bot.errors import ChannelGone, NoThread, PlatformError, Unreachable
from bot.ports import Context, Core, Inbox, Link, Notebook, Ref

log = structlog.get_logger(__name__)
EMOJI: Final = {Sign.SAVED: "📝", Sign.NOT_SAVED: "⚠️"}
NONCE_CHARS: Final = 25
ARCHIVE_MINUTES: Final = 1440
HAS_THREAD: Final = 160004  # Discord's code for a message that has a thread already


class DiscordPlatform:
    """The port to Discord; a server's connection is whatever `Shards` says."""

    name: str = NAME
    edit_pause = timedelta(seconds=3)
    one_session = True

    def __init__(
        self, access: Access, *, notebook: Notebook, inbox: Inbox, clock: Clock, sessions: Sessions | None = None
    ) -> None:
        self.access = access
        self.clock = clock
        self.notebook, self.inbox = notebook, inbox
        self.shards = Shards(
            access, notebook=notebook, inbox=inbox, clock=clock, history=self.history, serves=self.serves, sessions=sessions
        )  # fmt: skip
        Route.BASE = access.api
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(access.gateway)

    def serves(self, guild: int) -> bool:
        """Whether commands of a server are taken."""
        return not self.access.guilds or guild in self.access.guilds

    def ready(self, place: Ref) -> bool:
        """Whether the place's shard is connected and caught up."""
        return self.shards.hears(numbers(place)[0])

    def reaches(self, member: Ref) -> bool:
        """Whether a member can be told something: by whoever hears their server, or by one who does not."""
        return self.shards.reaches(numbers(member)[0])

    def link(self) -> Link:
        """Return since when every shard that is this process's is connected, and how many events are being answered."""
        return self.shards.link()

    async def hindrance(self, place: Ref, *, mentioned: bool = True) -> str:
        """Say what I lack to post in a place, or to give out a role and have it `mentioned`, where it is known."""
        at = numbers(place)
        await self.shards.learn(at[0])
        client = self.shards.of(at[0])
        if ":role:" in place:
            return places.why_no_role(client.get_guild(at[0]), at[1], mentioned=mentioned)
        known = places.found(client, *at)
        return places.hindrance(known) if known else await self._hindrance_of_unknown(*at)

    async def _hindrance_of_unknown(self, guild: int, place: int) -> str:
        """Ask Discord about a place that the library does not know: a thread that is archived, or a private one that I am not in."""
        client = self.shards.of(guild)
        try:
            known = await client.fetch_channel(place)
        except discord.Forbidden as error:
            return places.why(client, guild, place, error)
        except (*UNANSWERED, discord.InvalidData):  # another server's, or nobody's: it is tried
            return ""
        return places.hindrance(known)

    async def run(self, core: Core) -> None:
        """Stay connected until cancelled; raises SettingsError for a token that Discord refuses."""
        await self.shards.run(core)

    async def post(self, place: Ref, card: Card, *, tag: str, above: Ref | None = None) -> Ref:
        """Post a card; Discord drops a second one with the same nonce within minutes.

        Who is to be mentioned is so where the line in the channel is: a role that is mentioned in a thread joins it.
        """
        guild, channel = numbers(place)
        async with self._sent(replace(card, mentions=() if above else card.mentions), place, tag=tag) as parts:
            with self._translated(guild, channel):
                sent = await self._place(place).send(**parts, nonce=nonce(tag))
        if above:
            address = f"https://discord.com/channels/{guild}/{channel}/{sent.id}"
            await self._point_to(above, Card(title=f"{card.title}: {address}", mentions=card.mentions), tag=tag)
        return message_ref(guild, channel, sent.id)

    async def _point_to(self, channel: Ref, line: Card, *, tag: str) -> None:
        """Say in a channel what stands in a thread of it, by a line with a link; the post stands without it too."""
        async with self._sent(line, channel) as parts:
            try:
                with self._translated(*numbers(channel)):
                    quiet = not line.mentions
                    await self._place(channel).send(
                        **parts, nonce=nonce(f"line:{tag}"), silent=quiet, suppress_embeds=True
                    )
            except PlatformError as error:
                log.warning("line_lost", tag=tag, reason=str(error))

    @repeated()
    async def edit(self, message: Ref, card: Card) -> None:
        """Replace a message's card."""
        guild, channel, number = numbers(message)
        async with self._sent(card, message) as parts:
            parts["attachments"] = parts.pop("files")
            if parts["embeds"]:
                del parts["content"]  # the mention above a card stays, and nobody is made aware of it again
            with self._translated(guild, channel):
                await self._place(message).get_partial_message(number).edit(**parts)

    async def open_thread(self, message: Ref, title: str) -> Ref:
        """Open the thread of a message, which has the message's id; where there are no threads, a reply to the message does."""
        guild, channel, number = numbers(message)
        client, thread = self.shards.of(guild), place_ref(guild, number)
        if not places.has_threads(places.found(client, guild, channel)):
            return thread
        with self._translated(guild, channel):
            try:
                await self.shards.main.http.start_thread_with_message(
                    channel, number, name=render.thread_name(title), auto_archive_duration=ARCHIVE_MINUTES
                )
            except discord.HTTPException as error:
                if error.code == HAS_THREAD:
                    return thread
                if isinstance(error, discord.NotFound) or places.may_help_later(error):
                    raise
                reason = places.why_no_thread(client, guild, channel, error)
                raise NoThread(reason, thread=thread) from error
        return thread

    async def find(self, place: Ref, tag: str, *, since: datetime) -> Ref | None:
        """Return my message with this tag in one of its buttons' ids."""
        guild, channel = numbers(place)
        async for message in self.history(place, since=since):
            if message.author.id == self.shards.me and render.tag_on(message) == tag:
                return message_ref(guild, channel, message.id)
        return None

    async def history(self, place: Ref, *, since: datetime) -> AsyncIterator[discord.Message]:
        """Yield a place's messages since an instant, oldest first."""
        guild, channel = numbers(place)
        with self._translated(guild, channel):
            heard = self.shards.of(guild).get_partial_messageable(channel, guild_id=guild)  # it knows who said it
            async for message in heard.history(after=since - CLOCKS_APART, oldest_first=True, limit=None):
                yield message

    async def reply(self, context: Context, card: Card) -> None:
        """Answer privately to an interaction, in the open to a message; in a direct message where Discord waits no more."""
        asked = self.shards.main.ears.asked.get(context.event)
        if not context.private and context.message:
            await self._reply_openly(context.message, card)
        elif asked is None or not (asked.alive or asked.unanswered):
            await self.direct(context.member, card)
        else:
            await self._reply_privately(asked, context, card)
            asked.replied = True

    @repeated()
    async def _reply_privately(self, asked: Asked, context: Context, card: Card) -> None:
        """Answer for the asker's eyes; where their place is gone meanwhile, in a direct message."""
        guild, channel = numbers(context.channel)
        first = asked.unanswered  # what was to open a form is answered now
        send = asked.interaction.response.send_message if first else asked.interaction.followup.send
        try:
            async with self._sent(card, context.channel) as parts:
                with self._translated(guild, channel):
                    await send(**parts, ephemeral=True)
        except ChannelGone as error:
            log.info("answered_directly", reason=str(error))
            await self.direct(context.member, card)

    @repeated()
    async def _reply_openly(self, message: Ref, card: Card) -> None:
        guild, channel, number = numbers(message)
        to = discord.MessageReference(message_id=number, channel_id=channel, guild_id=guild, fail_if_not_exists=False)
        async with self._sent(card, message) as parts:
            with self._translated(guild, channel):
                await self._place(message).send(**parts, reference=to, silent=True, nonce=nonce(f"reply:{message}"))

    @repeated()
    async def react(self, context: Context, sign: Sign) -> None:
        """Put a reaction to the member's message."""
        guild, channel, number = numbers(context.message or "")
        with self._translated(guild, channel):
            await self._place(context.message or "").get_partial_message(number).add_reaction(EMOJI[sign])

    @repeated(sooner=FORMS_PATIENCE)
    async def ask(self, context: Context, form: Form) -> None:
        """Open a form: the first and only answer to its interaction."""
        asked = self.shards.main.ears.asked.get(context.event)
        if asked is None:
            raise Unreachable("Discord does not wait for this form any more. Press the button again.")
        guild, channel = numbers(context.channel)
        with self._translated(guild, channel):
            try:
                await asked.interaction.response.send_modal(render.form(form))
            except discord.HTTPException as error:
                if error.code != ACKNOWLEDGED:  # which says that the form is there, and only its answer was lost
                    raise

    @repeated()
    async def direct(self, member: Ref, card: Card) -> None:
        """Send a direct message."""
        guild, user = numbers(member)
        async with self._sent(card, place_ref(guild, 0)) as parts:
            with self._translated(guild, 0):
                await (await self.shards.main.create_dm(discord.Object(user))).send(**parts)

    @repeated()
    async def enlist(self, member: Ref, role: Ref, *, joins: bool) -> None:
        """Give a member a role that opens nothing, or take it; who has left the server has none."""
        (guild, user), (_, number) = numbers(member), numbers(role)
        await self.shards.learn(guild)
        client = self.shards.of(guild)
        if reason := places.why_no_role(client.get_guild(guild), number, mentioned=False):
            raise ChannelGone(reason)
        http = self.shards.main.http
        change = http.add_role if joins else http.remove_role
        with self._translated(guild, 0), suppress(discord.NotFound):
            await change(guild, user, number, reason="They pressed a button for it, or lead a board")

    def _place(self, ref: Ref) -> discord.PartialMessageable:
        guild, channel = numbers(ref)[:2]
        return self.shards.main.get_partial_messageable(channel, guild_id=guild)

    def _translated(self, guild: int, place: int) -> AbstractContextManager[None]:
        return places.translated(self.shards.of(guild), guild, place)

    @asynccontextmanager
    async def _sent(self, card: Card, at: Ref, *, tag: str = "") -> AsyncIterator[dict[str, Any]]:
        """Give what the library sends of a card in a place, or of a message's new card."""
        guild, place = numbers(at)[:2]
        if place:
            await self.shards.learn(guild)
        client = self.shards.of(guild)
        talk = places.talk(client, *numbers(at), content=self.shards.content)
        known = [one for one in card.mentions if places.is_known(client, *numbers(one), role=":role:" in one)]
        card = replace(card, mentions=tuple(known))
        shown = render.card(card, tag=tag, commands=self.shards.main.commands, talk=talk)
        view = render.Buttons(timeout=None) if shown.buttons else None
        for label, custom_id, primary in shown.buttons:
            style = discord.ButtonStyle.primary if primary else discord.ButtonStyle.secondary
            assert view is not None  # noqa: S101  made because there are buttons
            view.add_item(discord.ui.Button(label=label, custom_id=custom_id, style=style))
        files = [
            discord.File(
                io.BytesIO(f.content.encode(errors="replace")), f.name, description=render.described(f.description)
            )
            for f in shown.files
        ]
        for picture in shown.pictures:
            drawn = await asyncio.to_thread(chart.png, picture.chart)
            words = render.described(picture.chart.description)
            files.append(discord.File(io.BytesIO(drawn), render.CHART_FILE, description=words))
        parts: dict[str, Any] = {"content": shown.content, "embeds": [*shown.embeds], "files": files}
        parts["allowed_mentions"] = shown.mentions
        yield {**parts, "view": view} if view else parts


def nonce(tag: str) -> str:
    """Return the mark by which Discord knows a message that is sent again; each tag has its own."""
    return base64.b32encode(hashlib.sha256(tag.encode()).digest()).decode()[:NONCE_CHARS]
