"""Whose a delivery is: the workspace that it is handled in, and whether it concerns me at all.

In a channel that workspaces share, by Slack Connect, Slack names any of those that have me; an answer, and what is pressed,
is for the one whose question it is, wherever its author comes from.
"""

import asyncio
import re
from contextlib import suppress
from typing import Final

from slack_bolt.request.internals import extract_team_id

from adapters.services.tasks import unwatched
from adapters.slack.commands import NAME, channel_ref, parts, thread_ref
from adapters.slack.requests import Body, Spot, said_at, shown_by, spot_of, thread_of, under
from adapters.slack.web import Web
from bot.clock import CLOCKS_APART
from bot.errors import ChannelGone
from bot.ports import Core, Ref

KNOWN_THREADS: Final = 10_000
SHARED: Final = "is_ext_shared_channel"
MENTION: Final = re.compile(r"<@(\w+)")


class Whose:
    """Tells whose what is heard is."""

    def __init__(self, core: Core, web: Web) -> None:
        self._core = core
        self._web = web
        self._rounds: dict[Ref, asyncio.Task[bool]] = {}  # by thread: whether it is a round's

    def team(self, body: Body) -> str:
        """Return the workspace that I am in; a member's own is another one in a channel that two workspaces share."""
        return self._web.home or shown_by(body) or extract_team_id(dict(body)) or ""

    async def mine(self, body: Body) -> Body | None:
        """Return a delivery under its workspace; None where it is not for me: talk in threads without a question is not kept."""
        if body.get("type") == "message_action":
            return await self._chosen(body)
        if (place := thread_of(body)) is None or await self.is_round(self._ref(body, place)):
            return body
        if body.get(SHARED) and (host := await self._host(place.channel, place.thread)):
            return under(body, host)
        return body if body["event"]["type"] == "app_mention" else None

    async def unsettled(self, body: Body) -> bool:
        """Whether what was said is in a thread of which nobody knows yet whose it is: a question is being posted in that channel.

        Members may see and answer it before Slack has told me that it stands there. What stood there before is none.
        """
        if (place := thread_of(body)) is None or await self.is_round(self._ref(body, place)):
            return False
        channel = "" if body.get(SHARED) else channel_ref(self.team(body), place.channel)
        since = [one.since for one in await self._core.coming(NAME, channel) if parts(one.channel)[1] == place.channel]
        return any(said_at(place.thread) >= (at - CLOCKS_APART).timestamp() for at in since)

    def _ref(self, body: Body, place: Spot) -> Ref:
        return thread_ref(self.team(body), place.channel, place.thread)

    async def named(self, told: str, event: Body) -> str:
        """Return the workspace whose bot a mention names: in a channel that is shared Slack tells any of those that have me of it.

        Nothing where it names the bot of a workspace that I do not serve.
        """
        mentioned = MENTION.findall(event.get("text") or "")
        if not mentioned or await self._web.me(told) in mentioned:
            return told
        for user in [] if self._web.home else mentioned:
            with suppress(ChannelGone):  # I am not installed there (any more)
                team = str((await self._web.call(told, "users.info", user=user))["user"].get("team_id") or told)
                if await self._web.me(team) == user:
                    return team
        return ""

    async def _chosen(self, body: Body) -> Body:
        """Return the message shortcut under the workspace whose question is in that thread, if any is."""
        place = spot_of(body)
        if place is None or await self.is_round(self._ref(body, place)):
            return body
        host = await self._host(place.channel, place.thread)
        return under(body, host) if host else body

    async def _host(self, channel: str, top: str) -> str:
        """Return the workspace that has an open round in a thread of a shared channel; all know it by the same name."""
        threads = (parts(one.thread) for one in await self._core.open_threads(NAME))
        return next((team for team, *thread in threads if thread == [channel, top]), "")

    async def is_round(self, thread: Ref) -> bool:
        """Whether a thread is a round's; one that is stays one, so a thousand answers at once ask the database once."""
        if (looking := self._rounds.get(thread)) is None:
            unwatched(looking := asyncio.create_task(self._core.has_round(thread)))  # all who wait for it may be gone
        if len(self._rounds) >= KNOWN_THREADS:
            self._rounds.clear()
        self._rounds[thread] = looking
        try:
            found = await asyncio.shield(looking)
        finally:
            if not looking.done() or looking.exception() or not looking.result():
                self._rounds.pop(thread, None)
        return found
