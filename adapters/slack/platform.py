"""Slack: the connection, and the calls that the core asks for. Everything that goes wrong leaves here as our errors."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from adapters.drawing import chart
from adapters.slack import render
from adapters.slack.attached import hand_over
from adapters.slack.commands import NAME, message_ref, parts, team_ref, thread_ref
from adapters.slack.connection import Access, Connection
from adapters.slack.errors import WHY
from adapters.slack.inbound import Ears
from adapters.slack.oauth import States, Workspaces
from adapters.slack.pages import Installations, Installed, Pages, flow
from adapters.slack.past import Past
from adapters.slack.render import Rendered
from adapters.slack.requests import Asked, Spot
from adapters.slack.web import DIRECT, OneToken, Told, Web
from bot.cards import Card, Form, Sign
from bot.clock import CLOCKS_APART, Clock
from bot.errors import ChannelGone, MessageGone, PlatformError, Unreachable
from bot.ports import Context, Core, Inbox, Link, Notebook, Ref

log = structlog.get_logger(__name__)
EMOJI: Final = {Sign.SAVED: "memo", Sign.NOT_SAVED: "warning"}
EVENT_TYPE: Final = "studyhall_post"  # of the metadata by which a message is found again; it holds the tag alone
FINISH_SECONDS: Final = 5.0
QUIET: Final[dict[str, Any]] = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}


class SlackPlatform:
    """The port to Slack, for one workspace or many."""

    name: str = NAME
    edit_pause = timedelta(seconds=3)
    one_session = False

    def __init__(self, access: Access, *, notebook: Notebook, inbox: Inbox, clock: Clock) -> None:
        self.access = access
        self.clock = clock
        self.notebook = notebook
        self.inbox = inbox
        self.workspaces: Workspaces | None = None
        if not access.bot_token:
            given = (access.api, access.client, access.keys)
            self.workspaces = Workspaces(*given, notebook=notebook, clock=clock, served=access.workspaces)
        self.web = Web(
            access.api,
            self.workspaces or OneToken(access.bot_token),
            pause=access.pause,
            again=access.again,
            tell=Told(limited=self._limited, spoken=self._spoken, taken_out=self.taken_out, sure=notebook.hold),
        )
        self.connection: Connection | None = None
        self._core: Core | None = None

    def ready(self, place: Ref) -> bool:
        """Whether Slack can reach me, and the place's workspace takes my token and is read to the end."""
        team, connection = parts(place)[0], self.connection
        if connection is None or not connection.listening or team in self.web.refused:
            return False
        return connection.past.known(team) and not connection.ears.behind(team)

    def reaches(self, member: Ref) -> bool:
        """Whether a member can be told something now."""
        return self.ready(member)

    def link(self) -> Link:
        """Return since when Slack reaches me, and how many deliveries are being handled."""
        if self.connection is None:
            return Link(since=None)
        since = None if self.web.home in self.web.refused else self.connection.since
        return Link(since=since, answering=len(self.connection.ears.busy))

    async def hindrance(self, place: Ref, *, mentioned: bool = True) -> str:  # noqa: ARG002  roles are Discord's
        """Say that I am not in a channel, where Slack tells."""
        team, channel, _ = parts(place)
        if channel.startswith(DIRECT):
            return ""
        try:
            about = (await self.web.call(team, "conversations.info", channel=channel))["channel"]
        except PlatformError as error:
            return str(error) if isinstance(error, ChannelGone) else ""
        return "" if about["is_member"] else WHY["not_in_channel"]

    def connect(self, core: Core) -> Connection:
        """Return a new connection, not yet started."""
        self._core = core
        ears = Ears(core, self.web, self.inbox, later=self.access.later, left=self.taken_out)
        past = Past(core, ears, self.web, self.inbox, self.clock)
        self.connection = Connection(self.access, self.web, ears, past, self.pages(ears.installed), clock=self.clock)
        return self.connection

    async def run(self, core: Core) -> None:
        """Stay connected until cancelled; raises SettingsError for a token that Slack refuses at the start."""
        connection = self.connect(core)
        try:
            await connection.run()
        finally:
            await connection.ears.finish(FINISH_SECONDS)
            await self.web.close()

    def _limited(self) -> None:
        if self._core is not None:
            self._core.meter.limited(NAME)

    def _spoken(self, began: float) -> None:
        if self.connection is not None:
            self.connection.spoke(began)

    async def taken_out(self, team: str) -> None:
        """Forget a workspace's token, and tell the core that nothing is due there any more."""
        if self.workspaces and not await self.workspaces.forget(team):
            return  # it was known already
        log.warning("workspace_left", team=team)
        if self._core is not None:
            await self._core.left(team_ref(team))

    def pages(self, installed: Installed) -> Pages | None:
        """Return the pages for installing the app, where several workspaces may."""
        if self.workspaces is None:
            return None
        store = Installations(self.workspaces, self.clock, installed)
        states = States(self.workspaces.cipher, self.inbox, self.clock)
        return flow(self.access.api, self.access.client, store, states)

    async def post(self, place: Ref, card: Card, *, tag: str, above: Ref | None = None) -> Ref:
        """Post a card; its metadata holds the tag and nothing else. One that is to be heard of is sent to the channel too."""
        team, channel, thread = parts(place)
        shown = render.card(card, team=team, drawn=True)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"tag": tag}}
        within = {"thread_ts": thread, **({"reply_broadcast": True} if above else {})} if thread else {}
        sent = await self.web.call(
            team,
            "chat.postMessage",
            channel=channel,
            text=shown.text,
            blocks=shown.blocks,
            metadata=metadata,
            **within,
            **QUIET,
        )
        if "thread_ts" in within and "thread_ts" not in sent.get("message", within):
            await self._take_back(team, channel, sent["ts"])
            raise ChannelGone(WHY["thread_not_found"])
        await self._attach(team, channel, thread or sent["ts"], shown)
        return message_ref(team, channel, sent["ts"])

    async def _take_back(self, team: str, channel: str, ts: str) -> None:
        """Delete what Slack put into the channel because its thread's first message is deleted: nobody could tell what it is about."""
        try:
            await self.web.call(team, "chat.delete", channel=channel, ts=ts)
        except MessageGone:
            pass  # by a call whose answer was lost
        except PlatformError as error:
            log.warning("post_not_taken_back", channel=channel, reason=str(error))

    async def edit(self, message: Ref, card: Card) -> None:
        """Replace a message's card; its metadata stays."""
        team, channel, ts = parts(message)
        shown = render.card(card, team=team)
        await self.web.call(
            team,
            "chat.update",
            channel=channel,
            ts=ts,
            text=shown.text,
            blocks=shown.blocks,
            parse="none",
            link_names=False,
        )

    async def open_thread(self, message: Ref, title: str) -> Ref:  # noqa: ARG002  a thread has no title here
        """Return the thread of a message, which is there as soon as somebody replies."""
        return thread_ref(*parts(message))

    async def find(self, place: Ref, tag: str, *, since: datetime) -> Ref | None:
        """Return my message with this tag in its metadata."""
        team, channel, thread = parts(place)
        method, within = ("conversations.replies", {"ts": thread}) if thread else ("conversations.history", {})
        oldest = f"{(since - CLOCKS_APART).timestamp():.6f}"
        me = await self.web.me(team)
        async for message in self.web.pages(
            team, method, channel=channel, oldest=oldest, include_all_metadata=True, **within
        ):
            kept = message.get("metadata") or {}
            if message.get("user") == me and (kept.get("event_payload") or {}).get("tag") == tag:
                return message_ref(team, channel, message["ts"])
        return None

    async def reply(self, context: Context, card: Card) -> None:
        """Answer one member where they asked: on their Home, in a message only they see, or directly."""
        team, channel, _ = parts(context.channel)
        user, asked = parts(context.member)[1], self._asked(context)
        if asked.home:
            view = render.home(card, Spot(channel=channel).kept, team=team)
            await self.web.call(team, "views.publish", user_id=user, view=view)
            return
        shown = render.card(card, team=team)
        words = {"text": shown.text, "blocks": shown.blocks}
        if not asked.thread and await self._answered(asked.answer_to, words):
            pass  # where the request came from, also where I am no member
        elif channel.startswith(DIRECT):
            within = {"thread_ts": asked.thread} if asked.thread else {}
            await self.web.call(team, "chat.postMessage", channel=channel, **within, **words, **QUIET)
        elif not await self._whispered(team, channel, asked.thread, words, to=user):
            await self.direct(context.member, card)
            return
        if shown.files:
            await self._attach(team, await self.web.direct_channel(team, user), "", Rendered("", [], shown.files))

    async def react(self, context: Context, sign: Sign) -> None:
        """Put a reaction to the member's message; one that is there already is fine."""
        team, channel, ts = parts(context.message or "")
        await self.web.call(team, "reactions.add", channel=channel, timestamp=ts, name=EMOJI[sign])

    async def ask(self, context: Context, form: Form) -> None:
        """Open a form, as long as Slack waits for it."""
        asked = self._asked(context)
        if not asked.trigger:
            raise Unreachable("Slack does not wait for this form any more. Press the button again.")
        team, channel, _ = parts(context.channel)
        view = render.form(form, Spot(channel=channel, thread=asked.thread).kept)
        await self.web.call(team, "views.open", trigger_id=asked.trigger, view=view)

    async def enlist(self, member: Ref, role: Ref, *, joins: bool) -> None:  # noqa: ARG002  the same for all
        """Say that there are no roles."""
        raise ChannelGone("There are no roles here.")

    async def direct(self, member: Ref, card: Card) -> None:
        """Send a direct message."""
        team, user, _ = parts(member)
        channel = await self.web.direct_channel(team, user)
        shown = render.card(card, team=team, drawn=True)
        sent = await self.web.call(
            team, "chat.postMessage", channel=channel, text=shown.text, blocks=shown.blocks, **QUIET
        )
        await self._attach(team, channel, sent["ts"], shown)

    def _asked(self, context: Context) -> Asked:
        known = self.connection.ears.asked.get(context.event) if self.connection else None
        return known or Asked(thread=parts(context.thread)[2] if context.thread else "")

    async def _answered(self, address: str, words: Mapping[str, Any]) -> bool:
        """Answer at the address that came with the request; return whether Slack took it."""
        if not address:
            return False
        body = {"response_type": "ephemeral", "replace_original": False, **words}
        return await self.web.answer(address, body)

    async def _whispered(self, team: str, channel: str, thread: str, words: Mapping[str, Any], *, to: str) -> bool:
        """Say something in a channel that one member sees; return whether they can: who left it, or never joined, cannot."""
        within = {"thread_ts": thread} if thread else {}
        quiet = {"parse": "none", "link_names": False}
        try:
            await self.web.call(team, "chat.postEphemeral", channel=channel, user=to, **within, **words, **quiet)
        except ChannelGone as error:
            log.info("answered_directly", channel=channel, reason=str(error))
            return False
        return True

    async def _attach(self, team: str, channel: str, thread: str, shown: Rendered) -> None:
        """Put files and charts beside a message; the message says in words what they show, so none is waited for."""
        within = {"thread_ts": thread} if thread else {}
        try:
            for file in shown.files:
                await self._upload(
                    team, file.content.encode(), file.name, file.description, channel_id=channel, **within
                )
            for drawing in shown.charts:
                drawn = await asyncio.to_thread(chart.png, drawing)
                await self._upload(team, drawn, render.CHART_FILE, drawing.description, channel_id=channel, **within)
        except PlatformError as error:
            log.warning("file_lost", channel=channel, reason=str(error))
            if shown.files:
                raise

    async def _upload(self, team: str, content: bytes, name: str, words: str, **where: str) -> None:
        described = render.words(words, render.FILE_DESCRIPTION)
        await hand_over(self.web, team, content, name=name, alt_txt=described, where=where)
