"""How a running Studyhall is, for those who watch it from outside: whether it could do its work now, and what waits."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import StoreError
from bot.ports import Link, Platform
from bot.rules.schedule import Kind, State
from bot.store import schedules
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
    def ready(self) -> bool:
        """Whether a question could be posted now."""
        connected = all(link.since for link in self.links.values())
        return connected and not self.database and self.since_step is not None and self.since_step <= STUCK


class Vitals:
    """Looks at the parts of one running bot. The scheduler calls `beat` after each step; `sign` is told of it too."""

    def __init__(
        self, db: Database, platforms: Sequence[Platform], clock: Clock, *, sign: Callable[[], None] = lambda: None
    ) -> None:
        self._db = db
        self._platforms = platforms
        self._clock = clock
        self._sign = sign
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

    async def lost(self) -> list[tuple[Kind, State, int]]:
        """Return how many occurrences of each kind were missed or failed, over all restarts."""

        def look(connection: Connection) -> list[tuple[Kind, State, int]]:
            return schedules.lost(connection)

        return await self._db.read(look)
