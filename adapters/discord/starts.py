"""How often a session is started: Discord allows 1,000 a day, and resets the token of whoever makes more."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog

from adapters.discord.commands import NAME
from bot.clock import Clock
from bot.ports import HELD, Notebook

log = structlog.get_logger(__name__)
STARTS: Final = 20  # of a session at once: a few restarts need not wait, a crash loop must not use up the day's 1,000
START_EVERY: Final = timedelta(seconds=100)  # after that: 884 a day at most


class Starts:
    """Counts the starts of each shard's sessions, over restarts and whichever process makes them.

    Kept is until when the starts are used up, each for START_EVERY: one instant that says how many may follow at once.
    """

    def __init__(self, notebook: Notebook, clock: Clock) -> None:
        self._notebook = notebook
        self._clock = clock
        self._awaited: dict[int, tuple[str | None, datetime]] = {}  # what was kept of a shard as its start was free

    async def wait(self, shard: int) -> None:
        """Wait until a session may be started. It does not count: whether one is, shows only once a connection is open."""
        self._awaited[shard] = await self._free(shard)

    async def count(self, shard: int) -> None:
        """Count a start that is made now; it waits where there were too many meanwhile, and counts for nothing where it is not waited for."""
        known = shard in self._awaited  # then it is one write: a turn was taken for now
        kept, used = self._awaited.pop(shard) if known else await self._free(shard)
        while not await self._replace(_key(shard), kept, (used + START_EVERY).isoformat()):
            kept, used = await self._free(shard)

    async def _free(self, shard: int) -> tuple[str | None, datetime]:
        """Wait until there may be one more start than kept; return what is, and until when those before it are used up."""
        kept, now = await self._notebook.get(_key(shard)), self._clock.now()
        used = max(now, datetime.fromisoformat(kept or now.isoformat()))
        used = min(used, now + STARTS * START_EVERY)  # a clock that was put back holds nobody
        wait = used - (STARTS - 1) * START_EVERY - now
        if wait > timedelta(0):
            log.warning("too_many_starts", shard=shard, waiting_seconds=round(wait.total_seconds()))
            await self._notebook.put(f"{NAME}{HELD}", (now + wait).isoformat())
            await asyncio.sleep(wait.total_seconds())
        return kept, used

    async def _replace(self, key: str, kept: str | None, value: str) -> bool:
        """Keep a value, unless another process has kept one since."""
        if kept is not None:
            return await self._notebook.replace(key, kept, value)
        await self._notebook.put(key, value)  # the first there ever is
        return True


def _key(shard: int) -> str:
    return f"{NAME}:starts_used_until:{shard}"
