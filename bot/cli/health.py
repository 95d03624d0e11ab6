"""`python -m bot health`: whether the bot on a data folder is alive, told by a file that it touches again and again."""

import asyncio
import contextlib
import faulthandler
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.cli import doctor
from bot.clock import SystemClock
from bot.settings import DATABASE
from bot.store import sqlite
from bot.store.survey import Survey

SIGN: Final = "alive"  # in the data folder; its time says when the bot was last seen to work
SILENT: Final = timedelta(seconds=60)
PULSE_SECONDS: Final = 1
HUNG_SECONDS: Final = 300.0
STANDARD_ERROR: Final = 2  # its file descriptor


def problem(folder: Path, *, now: datetime, seen: Survey | None = None) -> str:
    """Return why the bot on a data folder cannot be taken for alive, or nothing when it can; `seen` is a server's database."""
    try:
        since = now - datetime.fromtimestamp((folder / SIGN).stat().st_mtime, UTC)
    except OSError as error:
        return f"No bot runs on {folder} ({error.strerror}). Start it, or name its folder with STUDYHALL_DATA_DIR."
    if abs(since) > SILENT:
        seconds = round(since.total_seconds())
        return f"The bot on {folder} gave its last sign of life {seconds} seconds ago. See its log, and start it again."
    return seen.fault or seen.unwritable if seen else sqlite.fault(folder / DATABASE)


def alive(folder: Path, *, now: datetime, seen: Survey | None = None) -> str:
    """Return the word that the bot is alive, and which platform is dark all the same: to start the bot again would not help."""
    dark = doctor.dark_in(seen, now=now) if seen else doctor.dark(folder / DATABASE, now=now)
    return " ".join(["The bot is alive.", *(f"{name}: {words}." for name, words in dark)])


@contextlib.contextmanager
def signs(folder: Path) -> Iterator[Callable[[], None]]:
    """Give what makes a sign of life; signs of earlier runs are taken away first, and this run's own at its end."""
    sign = folder / SIGN

    def give() -> None:
        with contextlib.suppress(OSError):  # a full or failing disk: then there is no sign, which is what it should say
            sign.touch()
            now = SystemClock().now().timestamp()  # a file system of another machine would take its own clock
            os.utime(sign, (now, now))

    sign.unlink(missing_ok=True)
    try:
        yield give
    finally:
        sign.unlink(missing_ok=True)


@contextlib.contextmanager
def ended_when_hung(*, seconds: float = HUNG_SECONDS) -> Iterator[Callable[[], None]]:
    """Give what is to be called again and again: where it is not for so long, the process says where it hangs, and ends with 1.

    No engine starts an unhealthy container again, but each starts one again that has ended. The watch is a thread of the
    interpreter's own, so that it ends also what does not let other threads run.
    """

    def stir() -> None:
        faulthandler.dump_traceback_later(seconds, exit=True, file=STANDARD_ERROR)

    stir()
    try:
        yield stir
    finally:
        faulthandler.cancel_dump_traceback_later()


@contextlib.asynccontextmanager
async def pulse(give: Callable[[], None]) -> AsyncIterator[None]:
    """Give a sign of life every second until the block ends: where no scheduler ticks, as in a script."""

    async def beat() -> None:
        while True:
            give()
            await asyncio.sleep(PULSE_SECONDS)

    beating = asyncio.create_task(beat(), name="pulse")
    try:
        yield
    finally:
        beating.cancel()
