"""Whose turn it is to write on PostgreSQL: one process at a time holds the lease, and each write transaction renews it.

All that the code decides in a change (points, places, what is posted) is right because no other change runs meanwhile. SQLite
sees to that with a lock on its file; here a row does. To renew it locks the row until the transaction ends, so two changes
never run at once; where somebody else has taken the row, nothing is renewed and the change is refused, so a process that slept
too long cannot write. It is a row and no session's lock, which a pooler would hand to others; and the server's clock counts.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import AlreadyRunning, StoreError
from bot.store.database import FAULTS, Database, nothing

LASTS: Final = 30  # seconds after which a process that died is taken over from
SURE: Final = (
    LASTS / 2
)  # seconds in which what a change has noted may be begun, with as long to end before anybody takes over
BEAT: Final = 10.0  # seconds between two renewals where nothing is written
_LOOK: Final = 1.0  # seconds between two looks whether it is free
# A process that is stopped in the middle of a change keeps its row no longer than this.
_IDLE: Final = "set_config('idle_in_transaction_session_timeout', '20s', true)"
_END: Final = f"clock_timestamp() + interval '{LASTS} seconds'"
_RENEW: Final = (
    f"WITH mine AS (UPDATE lease SET ends_at = {_END} WHERE name = 'writer' AND holder = $1 RETURNING 1) "  # noqa: S608  our own words
    f"SELECT count(*), {_IDLE} FROM mine"
)
_TAKE: Final = text(
    f"INSERT INTO lease (name, holder, ends_at) VALUES ('writer', :holder, {_END}) "  # noqa: S608  the same
    "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at "
    "WHERE lease.ends_at < clock_timestamp() OR lease.holder = excluded.holder RETURNING holder"
)
_GIVE: Final = text("DELETE FROM lease WHERE name = 'writer' AND holder = :holder")
RUNNING: Final = (
    "Another Studyhall is running on this database. Stop it first, or give this one a database of its own with STUDYHALL_DATABASE_URL. "
    f"One that was killed is taken over from after {LASTS} seconds."
)
LOST: Final = (
    "Another Studyhall has taken over this database, for nothing was heard of this one for too long. This one ends."
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A process's right to write, under a name that no other has."""

    holder: str = field(default_factory=lambda: secrets.token_hex(8))

    def renew(self, connection: Connection) -> None:
        """Renew it at the start of a transaction, which has the row until its end; raises AlreadyRunning where it is lost."""
        _refuse(lost=not connection.exec_driver_sql(_RENEW, (self.holder,)).scalar_one())

    async def take(self, engine: AsyncEngine, *, patience: float) -> None:
        """Take it, within so many seconds; raises AlreadyRunning where another process keeps it."""
        until = asyncio.get_running_loop().time() + patience
        while not await self._taken(engine):
            if asyncio.get_running_loop().time() >= until:
                raise AlreadyRunning(RUNNING)
            await asyncio.sleep(min(_LOOK, patience))

    async def _taken(self, engine: AsyncEngine) -> bool:
        async with engine.begin() as connection:
            return bool((await connection.execute(_TAKE, {"holder": self.holder})).first())

    async def give(self, engine: AsyncEngine) -> None:
        """Give it back, so that nobody has to wait for it; where that cannot be, it ends by itself."""
        with suppress(StoreError, *FAULTS):
            async with engine.begin() as connection:
                await connection.execute(_GIVE, {"holder": self.holder})
        await engine.dispose()

    @asynccontextmanager
    async def kept(self, database: Database, *, beat: float = BEAT) -> AsyncIterator[None]:
        """Renew it until the block ends; where it is lost, the block is cancelled and AlreadyRunning raised."""
        owner: asyncio.Task[Any] | None = asyncio.current_task()
        assert owner is not None  # noqa: S101  in a coroutine
        beating = asyncio.create_task(_renewed(database, beat), name="turn")
        beating.add_done_callback(lambda ended: ended.cancelled() or owner.cancel())
        try:
            yield
        except asyncio.CancelledError:
            if beating.done() and (lost := beating.exception()):
                owner.uncancel()
                raise lost from None
            raise
        finally:
            beating.cancel()


def _refuse(*, lost: bool) -> None:
    if lost:
        raise AlreadyRunning(LOST)


async def _renewed(database: Database, beat: float) -> None:
    """Write nothing again and again, until the turn is lost; a server that is away for a while takes nobody's turn."""
    while True:
        await asyncio.sleep(beat)
        try:
            await database.write(nothing)
        except AlreadyRunning:
            raise
        except StoreError:
            continue
