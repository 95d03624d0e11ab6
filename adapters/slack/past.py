"""What was said on Slack and not heard: deliveries that a crash left unhandled, and the threads of open rounds."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

import structlog
from slack_bolt.request.internals import extract_team_id

from adapters.slack.commands import NAME, parts
from adapters.slack.requests import Body, is_said, said_id, signed
from bot.errors import ChannelGone, Unreachable
from bot.ports import Inbox, OpenThread, Ref

if TYPE_CHECKING:
    from adapters.slack.inbound import Ears
    from adapters.slack.web import Web
    from bot.app import App
    from bot.clock import Clock

log = structlog.get_logger(__name__)
PATIENCE: Final = 20.0  # seconds for which what was left over may hold up the start
ON_THE_WAY: Final = timedelta(seconds=5)  # in which Slack may still deliver what is in a thread already
MARGIN: Final = timedelta(minutes=10)  # by which two machines' clocks may differ


class Past:
    """Reads what was missed, workspace by workspace: one that does not answer keeps no other waiting."""

    def __init__(self, app: "App", ears: "Ears", web: "Web", inbox: Inbox, clock: "Clock") -> None:
        self._app = app
        self._ears = ears
        self._web = web
        self._inbox = inbox
        self._clock = clock
        self._left_over: list[tuple[str, Body]] = []
        self._read_at: dict[Ref, datetime] = {}  # when a thread was read last
        self._behind: frozenset[str] | None = None  # the workspaces with threads that are not; None: nobody has looked

    def known(self, team: str) -> bool:
        """Whether what was said in a workspace while nobody listened is handled."""
        return self._behind is not None and team not in self._behind

    async def look_back(self) -> None:
        """See, before anything new can come, what was acknowledged and not handled before a crash."""
        waiting = await self._inbox.waiting()
        self._left_over = [(delivery, body) for delivery, body in waiting if delivery.startswith(f"{NAME}:")]

    async def catch_up(self) -> None:
        """Handle what was acknowledged before a crash, then read the threads of open rounds from their beginning."""
        left_over, self._left_over = self._left_over, []
        by_team = groupby(sorted(left_over, key=_team), key=_team)
        await asyncio.gather(*(self._handle([*mine], late=True) for _, mine in by_team))
        self._read_at.clear()
        await self.look_again()

    async def look_again(self) -> bool:
        """Read what was said in the threads of open rounds since they were read; return whether any of it is news.

        Where my token was refused it is tried again, or nobody would learn that it works.
        """
        for team in [*self._web.refused]:
            with suppress(Unreachable):
                await self._web.lets_me_in(team)
        threads = await self._app.open_threads(NAME)
        by_team = {parts(one.thread)[0]: [t for t in threads if t.team == one.team] for one in threads}
        self._read_at = {one.thread: self._read_at[one.thread] for one in threads if one.thread in self._read_at}
        news = await asyncio.gather(*(self._read_team(mine) for mine in by_team.values()))
        self._behind = frozenset(
            t for t, mine in by_team.items() if any(one.thread not in self._read_at for one in mine)
        )
        return any(news)

    async def _read_team(self, threads: Sequence[OpenThread]) -> bool:
        news = False
        for thread in threads:
            now = self._clock.now()
            try:
                news |= await self._read(thread.thread, self._read_at.get(thread.thread))
            except Unreachable as error:
                log.warning("catching_up_interrupted", thread=thread.thread, reason=str(error))
                return news
            except ChannelGone as error:
                log.warning("thread_not_read", thread=thread.thread, reason=str(error))
            self._read_at[thread.thread] = now
        return news

    async def _read(self, thread: Ref, since: datetime | None) -> bool:
        """Handle what was said in a thread and has no sign of mine yet; return whether any of it was news."""
        team, channel, top = parts(thread)
        me, news = await self._web.me(team), []
        within: Mapping[str, str] = {"oldest": f"{(since - MARGIN).timestamp():.6f}"} if since else {}
        newest = (self._clock.now() - ON_THE_WAY).timestamp() if since else float("inf")
        async for message in self._web.pages(team, "conversations.replies", channel=channel, ts=top, **within):
            if is_said(message) and not signed(message, me) and float(message["ts"]) < newest:
                event = {**message, "type": "message", "channel": channel}
                delivery, body = (
                    said_id(channel, message["ts"]),
                    {"type": "event_callback", "team_id": team, "event": event},
                )
                if await self._inbox.take(delivery, body):  # written down as if it were heard
                    news.append((delivery, body))
        await self._handle(news)
        return bool(news)

    async def _handle(self, deliveries: Sequence[tuple[str, Body]], *, late: bool = False) -> None:
        """Have deliveries handled in their order; wait for it, but not for ever."""

        async def work() -> None:
            for delivery, body in deliveries:
                await self._ears.work(delivery, body, late=late)

        await asyncio.wait([self._ears.start(work())], timeout=PATIENCE)


def _team(one: tuple[str, Body]) -> str:
    return extract_team_id(dict(one[1])) or ""
