"""How a running Studyhall is, for those who watch it from outside: whether it could do its work now, and what waits."""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import StoreError
from bot.ports import Link, Platform
from bot.rules.schedule import Kind, State
from bot.settings import DATABASE
from bot.store import inbox, schedules
from bot.store.database import Database
from bot.store.migrate import HEAD
from bot.store.notebook import putting

STUCK: Final = timedelta(seconds=30)  # since the scheduler's last step
PROBE: Final = "probe"  # what the write probe writes, over and over
PROBE_SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether everything works that a question needs: `database` says what is in the way of writing."""

    links: dict[str, Link]
    database: str
    since_step: timedelta | None

    @property
    def on_time(self) -> bool:
        """Whether the scheduler goes on."""
        return self.since_step is not None and self.since_step <= STUCK

    @property
    def ready(self) -> bool:
        """Whether a question could be posted now."""
        return all(link.since for link in self.links.values()) and not self.database and self.on_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What waits, over all teams, and how much room there is: `file` bytes of a database file (None on a server), `free` on its disk."""

    changes: int
    overdue: int
    deliveries: int
    oldest: datetime | None
    file: int | None
    free: int | None


class Vitals:
    """Looks at the parts of one running bot. The scheduler calls `beat` after each step; `sign` is told of it too."""

    def __init__(
        self, db: Database, platforms: Sequence[Platform], clock: Clock, *, sign: Callable[[], None] = lambda: None,
        folder: Path | None = None,
    ) -> None:  # fmt: skip
        self._db = db
        self._platforms = platforms
        self._clock = clock
        self._sign = sign
        self._folder = folder
        self._stepped_at: datetime | None = None

    def beat(self) -> None:
        """Note that the scheduler got through a step."""
        self._stepped_at = self._clock.now()
        self._sign()

    @property
    def since_step(self) -> timedelta | None:
        """How long ago the scheduler's last step was; None before the first."""
        return self._clock.now() - self._stepped_at if self._stepped_at else None

    @property
    def links(self) -> dict[str, Link]:
        """The platforms' connections by name."""
        return {platform.name: platform.link() for platform in self._platforms}

    @property
    def schema(self) -> str:
        """The database's schema."""
        return HEAD

    @property
    def changes_waiting(self) -> int:
        """How many changes wait for the database's writer."""
        return self._db.waiting

    async def readiness(self, *, patience: float = PROBE_SECONDS) -> Readiness:
        """Look whether the bot could do its work now."""
        return Readiness(database=await self._probe(patience), links=self.links, since_step=self.since_step)

    async def _probe(self, patience: float) -> str:
        """Try to write to the database, and return what is in the way; only after a failure is something kept, to see it over."""
        try_it = self._db.write if self._db.fault else self._db.rehearse
        try:
            async with asyncio.timeout(patience):
                await try_it(putting(PROBE, self._clock.now().isoformat()))
        except StoreError as error:
            return str(error)
        except TimeoutError:
            return f"The database took longer than {patience:g} seconds to write. See whether the disk or another program holds it up."
        return ""

    async def load(self) -> Load:
        """Return what waits, and how much room there is."""

        def look(connection: Connection) -> tuple[int, tuple[int, datetime | None]]:
            waiting = schedules.due(connection, now=self._clock.now())
            return len(waiting), inbox.unhandled(connection)

        overdue, (deliveries, oldest) = await self._db.read(look)
        file, free = await asyncio.to_thread(_room, self._folder)
        return Load(
            changes=self.changes_waiting, overdue=overdue, deliveries=deliveries, oldest=oldest, file=file, free=free
        )

    async def lost(self) -> list[tuple[Kind, State, int]]:
        """Return how many occurrences of each kind were missed or failed, over all restarts."""

        def look(connection: Connection) -> list[tuple[Kind, State, int]]:
            return schedules.lost(connection)

        return await self._db.read(look)


def _room(folder: Path | None) -> tuple[int | None, int | None]:
    """Return the bytes of the database's file, and those that are free beside it; None of what is not there."""
    if folder is None or not (file := folder / DATABASE).exists():  # a server's disk is another's
        return None, None
    return file.stat().st_size, shutil.disk_usage(folder).free
