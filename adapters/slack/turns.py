"""Who goes first: acknowledging before handling, and in each workspace a few deliveries at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

HANDLED_AT_ONCE: Final = 16  # in a workspace
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
