"""What was said on Slack and not heard: deliveries that are not handled, and the threads of open rounds."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import structlog

from adapters.slack.commands import NAME, parts
from adapters.slack.inbound import Ears
from adapters.slack.requests import ANSWERS, Body, is_said, said_id, signed
from adapters.slack.web import Web
from bot.clock import Clock
from bot.errors import ChannelGone, Unreachable
from bot.ports import Core, Inbox, OpenThread, Ref

log = structlog.get_logger(__name__)
WORTH_HANDLING: Final = timedelta(hours=2)  # a command that has waited longer would only surprise; an answer counts
LEFT_AFTER: Final = timedelta(minutes=1)  # for which something new may be on its way to being handled
PATIENCE: Final = 2.0  # seconds that an answer waits for the one before it, which may be waiting for Slack
ON_THE_WAY: Final = timedelta(seconds=5)  # in which Slack may still deliver what is in a thread already
MARGIN: Final = timedelta(minutes=10)  # by which two machines' clocks may differ


class Past:
    """Reads what was missed, workspace by workspace: one that does not answer keeps no other waiting."""

    def __init__(self, core: Core, ears: Ears, web: Web, inbox: Inbox, clock: Clock) -> None:
        self._core = core
        self._ears = ears
        self._web = web
        self._inbox = inbox
        self._clock = clock
        self._began_at = clock.now()
        self._read_at: dict[Ref, datetime] = {}  # when a thread was read last
        self._closed: set[Ref] = set()  # threads that cannot be read, which is said once
        self._behind: set[str] | None = None  # workspaces whose threads are not read; None: nobody has looked

    async def alone(self) -> bool:
        """Whether Slack tells no other process of anything."""
        return await self._core.alone()

    def known(self, team: str) -> bool:
        """Whether what was said in a workspace while nobody listened is read."""
        return self._behind is not None and team not in self._behind

    def reset(self) -> None:
        """Note that nobody listened for a while."""
        self._behind = None

    async def catch_up(self) -> None:
        """Handle what is left in the inbox, and read the threads of open rounds from their beginning."""
        await self.work_off()
        threads = await self._core.open_threads(NAME)
        self._behind = {parts(one.thread)[0] for one in threads}
        self._read_at.clear()
        await self._read_all(threads, guard=None)

    async def look_again(self) -> bool:
        """Read what was said in the threads of open rounds since they were read; return whether any of it is news.

        What is left in the inbox is handled. Where my token was refused it is tried again, or nobody would learn that it works.
        """
        await self.work_off()
        trying = (self._try_token(team) for team in [*self._web.refused])
        news, _ = await asyncio.gather(
            self._read_what_is_new(), asyncio.gather(*trying)
        )  # at once, and broken off at once
        return news

    async def _read_what_is_new(self) -> bool:
        return await self._read_all(await self._core.open_threads(NAME), guard=ON_THE_WAY)

    async def work_off(self) -> None:
        """Begin with what was acknowledged and is not handled: after a crash, also another process's, or where the database failed meanwhile."""
        now = self._clock.now()
        for one in await self._inbox.waiting(NAME):
            left = one.orphan or one.at < max(self._began_at, now - LEFT_AFTER)
            if left and (one.at > now - WORTH_HANDLING or one.id.startswith(ANSWERS)):
                self._ears.begin(one.id, one.body, late=True)

    async def _try_token(self, team: str) -> None:
        with suppress(Unreachable):
            await self._web.lets_me_in(team)

    async def _read_all(self, threads: Sequence[OpenThread], *, guard: timedelta | None) -> bool:
        by_team: dict[str, list[Ref]] = {}
        for one in threads:
            by_team.setdefault(parts(one.thread)[0], []).append(one.thread)
        self._read_at = {one.thread: self._read_at[one.thread] for one in threads if one.thread in self._read_at}
        self._closed &= {one.thread for one in threads}
        return any(await asyncio.gather(*(self._read_team(team, mine, guard) for team, mine in by_team.items())))

    async def _read_team(self, team: str, threads: Sequence[Ref], guard: timedelta | None) -> bool:
        news = False
        for thread in threads:
            now = self._clock.now()
            try:
                news |= await self._read(thread, self._read_at.get(thread), now - guard if guard else None)
            except Unreachable as error:
                log.warning("catching_up_interrupted", thread=thread, reason=str(error))
                return news
            except ChannelGone as error:
                if thread not in self._closed:
                    log.warning("thread_not_read", thread=thread, reason=str(error))
                self._closed.add(thread)
            else:
                self._closed.discard(thread)
            self._read_at[thread] = now
        (self._behind or set()).discard(team)
        return news

    async def _read(self, thread: Ref, since: datetime | None, newest: datetime | None) -> bool:
        """Hand over what was said in a thread and has no sign of mine yet; return whether any of it was news."""
        team, channel, top = parts(thread)
        me, news = await self._web.me(team), False
        within = {"oldest": f"{(since - MARGIN).timestamp():.6f}"} if since else {}
        async for message in self._web.pages(team, "conversations.replies", channel=channel, ts=top, **within):
            on_the_way = newest is not None and float(message["ts"]) > newest.timestamp()
            if on_the_way or signed(message, me) or not is_said(message):
                continue
            if await self._take(team, {**message, "type": "message", "channel": channel}):
                news |= "edited" not in message  # which may have had no words before
        return news

    async def _take(self, team: str, event: Body) -> bool:
        """Write a reply down as if it were heard, and have it handled before the next; return whether it is new."""
        delivery = said_id(event["channel"], event["ts"])
        body = {"type": "event_callback", "team_id": team, "event": event}
        if not await self._inbox.take(delivery, body):
            return False
        await asyncio.wait([self._ears.begin(delivery, body)], timeout=PATIENCE)
        return True
