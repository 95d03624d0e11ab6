"""What stands behind `run`: platforms run side by side until a signal comes, and one that fails is started again by itself."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.clock import Clock
from bot.errors import AlreadyRunning, ContentError, SettingsError, StoreError, Unfit, Unreachable
from bot.ports import FAILED, Core, Notebook, Platform
from bot.rules.lateness import back_off

log = structlog.get_logger(__name__)
AGAIN_AFTER: Final = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))
ENDING: Final = (signal.SIGTERM, signal.SIGINT)
STEADY: Final = timedelta(minutes=2)  # a platform that ran so long was well, and may fail anew


def refuse(error: SettingsError | ContentError, *, hold: bool) -> None:
    """Say what somebody has to mend, and with `hold` wait to be stopped: whoever starts it again at once mends nothing."""
    what = "The settings cannot be used:" if isinstance(error, SettingsError) else "The question bank cannot be used:"
    print(what, *error.problems, sep="\n  ", file=sys.stderr)
    if hold:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        print("Mend it, and start again: until then I wait to be stopped.", file=sys.stderr, flush=True)
        signal.sigwait(ENDING)


class Keeper:
    """Keeps platforms running: what goes wrong inside one, or inside its library, is that platform's trouble alone."""

    def __init__(
        self, core: Core, *, notebook: Notebook, clock: Clock, again_after: Sequence[timedelta] = AGAIN_AFTER
    ) -> None:
        self._core = core
        self._notebook = notebook
        self._clock = clock
        self._again_after = again_after

    async def keep(self, platform: Platform) -> None:
        """Run a platform until it is left for good; raises SettingsError, for what only its operator can mend, and AlreadyRunning where others have its work."""
        tries = 0
        while True:
            began = self._clock.now()
            error = await self._end_of(platform)
            if error is None:
                return
            if self._clock.now() - began >= STEADY:
                tries = 0
            await self._wait(platform.name, error, back_off(self._again_after, tries))
            tries += 1

    async def _end_of(self, platform: Platform) -> Exception | None:
        """Run a platform to its end, and return what broke it."""
        try:
            await platform.run(self._core)
        except (SettingsError, AlreadyRunning):
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the other platforms and what is due go on
            return error
        return None

    async def _wait(self, name: str, error: Exception, wait: timedelta) -> None:
        """Say what went wrong, and wait; where it is the database or the way to the platform, nothing of ours broke, and nothing is noted."""
        told = {"platform": name, "again_in_seconds": wait.total_seconds()}
        if isinstance(error, StoreError) and not isinstance(error, Unfit):
            log.warning("database_awaited", reason=str(error), **told)
        elif isinstance(error, Unreachable):
            log.warning("platform_unreachable", reason=str(error), **told)
        else:
            log.error("platform_failed", exc_info=error, **told)
            await self._note(name, self._clock.now() + wait + STEADY)
        await asyncio.sleep(wait.total_seconds())

    async def _note(self, name: str, until: datetime) -> None:
        try:
            await self._notebook.put(f"{name}{FAILED}", until.isoformat())
        except StoreError as unkept:
            log.warning("failure_not_noted", reason=str(unkept))


async def until_signal(
    platforms: Mapping[str, Coroutine[Any, Any, None]], waking: AbstractAsyncContextManager[object]
) -> None:
    """Run platforms until one ends or SIGTERM or SIGINT comes, or this is cancelled; then the schedule stops first, and they hang up after it."""
    stop = asyncio.create_task(asyncio.Event().wait(), name="signal")
    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, stop.cancel)
    running = [asyncio.create_task(runs, name=name) for name, runs in platforms.items()]
    try:
        async with waking:
            await asyncio.wait([stop, *running], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stop, *running):
            task.cancel()
        ends = await asyncio.gather(*running, return_exceptions=True)
    for error in ends:
        if isinstance(error, Exception):
            raise error
