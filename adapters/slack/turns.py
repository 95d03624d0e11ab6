"""Who goes first: acknowledging before handling, in each workspace a few deliveries at once, and calls not sooner than Slack allows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from bot.errors import Unreachable

HANDLED_AT_ONCE: Final = 16  # in a workspace
SLOWEST: Final = 60.0  # seconds to wait when told to; longer, and the core tries again itself
YIELD_SECONDS: Final = 1.0  # for how long handling lets acknowledging go first


class Turns:
    """Lets handling wait for acknowledging, and no workspace for another."""

    def __init__(self) -> None:
        self._of: dict[str, asyncio.Semaphore] = {}
        self._taking = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @asynccontextmanager
    async def acknowledging(self) -> AsyncIterator[None]:
        """Count what waits for its acknowledgement, which goes before all other work."""
        self._taking += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._taking -= 1
            if not self._taking:
                self._quiet.set()

    @asynccontextmanager
    async def handling(self, team: str) -> AsyncIterator[None]:
        """Wait until few others are handled in a workspace, and none waits to be acknowledged."""
        async with self._of.setdefault(team, asyncio.Semaphore(HANDLED_AT_ONCE)):
            with suppress(TimeoutError):
                async with asyncio.timeout(YIELD_SECONDS):
                    await self._quiet.wait()
            yield


class Pacer:
    """Lets calls through one after the other, not sooner than a key's time has come."""

    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def turn(self, key: str, *, pause: float = 0.0, most: float = SLOWEST) -> None:
        """Wait for a key's turn, not longer than `most` seconds; after it others wait for `pause` seconds."""
        loop = asyncio.get_running_loop()
        async with self._locks.setdefault(key, asyncio.Lock()):
            while (wait := self._free_at.get(key, 0.0) - loop.time()) > 0:
                if wait > most:
                    raise Unreachable(f"Slack asks me to wait for {round(wait)} seconds.")
                await asyncio.sleep(wait)
            self._free_at[key] = loop.time() + pause

    def hold(self, key: str, seconds: float) -> None:
        """Let nobody through for some seconds."""
        self._free_at[key] = max(self._free_at.get(key, 0.0), asyncio.get_running_loop().time() + seconds)
