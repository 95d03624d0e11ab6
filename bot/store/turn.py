"""Who may write on PostgreSQL: any number of processes side by side, one change at a time, and none that was given up for dead.

All that the code decides in a change (points, places, what is posted) is right because no other change runs meanwhile. SQLite
sees to that with a lock on its file; here the row `writer` does, which each write transaction locks until its end. The same
statement renews the row of the process itself. A process of which nothing was heard for too long loses that row to whoever
looks, and then nothing is renewed and each of its changes is refused: so what it had taken in hand (a delivery, a post, all that
one does for the others) is free as soon as its row is gone, and it can never come back to it. It is a row and no session's lock,
which a pooler would hand to others; and the server's clock counts.
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
from bot.store.claims import PROCESS
from bot.store.database import FAULTS, Database, Work

LASTS: Final = 24  # seconds after which a process that died is given up
SURE: Final = (
    LASTS / 2
)  # seconds in which what a change has noted may be begun, with as long to end before anybody takes over
BEAT: Final = 4.0  # seconds between two renewals where nothing is written, and between two looks at the others
_LOOK: Final = 1.0  # seconds between two looks whether it is free
# A process that is stopped in the middle of a change holds up the others no longer than this many seconds, and a look.
STOPPED: Final = 15
_IDLE: Final = f"set_config('idle_in_transaction_session_timeout', '{STOPPED}s', true)"
LIMITED: Final = text(f"SELECT {_IDLE}")
# The server has no limit for who stopped between a statement's preparation and its execution, which the driver sends one after
# another: it is in the middle of a statement then, and waits for its client. So whoever is held up by one has it ended.
_FREE: Final = text(
    "SELECT pg_terminate_backend(held.pid) FROM pg_stat_activity AS held WHERE held.datname = current_database() "
    "AND held.usename = current_user AND held.state = 'active' AND held.wait_event = 'ClientRead' "
    "AND held.state_change < clock_timestamp() - make_interval(secs => :after) AND EXISTS ("
    "SELECT 1 FROM pg_stat_activity AS waits WHERE waits.datname = held.datname AND waits.wait_event_type = 'Lock' "
    "AND held.pid = ANY(pg_blocking_pids(waits.pid)))"
)
_END: Final = f"clock_timestamp() + interval '{LASTS} seconds'"
_NEVER: Final = "timestamptz '9999-01-01 00:00+00'"
# Who finds that its own time ran out, and nobody took its turn, could not write for so long: the others may not have been able to either
# (the server was away), so nobody is given up until they had time to say that they live.
RESPITE: Final = "EXISTS (SELECT 1 FROM lease WHERE name = 'respite' AND ends_at >= clock_timestamp())"
_RENEW: Final = (
    "WITH turn AS (SELECT 1 FROM lease WHERE name = 'writer' FOR UPDATE), "  # noqa: S608  our own words
    f"late AS (INSERT INTO lease (name, holder, ends_at) SELECT 'respite', '', clock_timestamp() + interval '{SURE} seconds' "
    "FROM lease WHERE name = $1 AND ends_at < clock_timestamp() ON CONFLICT (name) DO UPDATE SET ends_at = excluded.ends_at), "
    f"mine AS (UPDATE lease SET ends_at = {_END} WHERE name = $1 RETURNING 1) "
    f"SELECT (SELECT count(*) FROM mine), (SELECT count(*) FROM turn), {_IDLE}"
)
_LOCK: Final = (
    LIMITED,
    text(f"INSERT INTO lease (name, holder, ends_at) VALUES ('writer', '', {_NEVER}) ON CONFLICT DO NOTHING"),  # noqa: S608  the same
    text("SELECT 1 FROM lease WHERE name = 'writer' FOR UPDATE"),
)
# Who is gone loses also what one does for all, and a platform's sessions. An earlier version, which is alone, has the writer's row under its own name.
_REAP: Final = text(
    f"WITH gone AS (DELETE FROM lease WHERE name IN (SELECT name FROM lease WHERE name LIKE '{PROCESS}%' "  # noqa: S608  the same
    f"AND ends_at < clock_timestamp() AND NOT {RESPITE} FOR UPDATE SKIP LOCKED) RETURNING holder), "
    f"freed AS (DELETE FROM lease WHERE name NOT LIKE '{PROCESS}%' AND holder IN (SELECT holder FROM gone)) "
    f"UPDATE lease SET holder = '', ends_at = {_NEVER} WHERE name = 'writer' AND ends_at < clock_timestamp()"
)
_OTHERS: Final = text(
    "SELECT count(*) FROM lease WHERE holder NOT IN ('', :holder) AND (name IN ('writer', 'alone') OR name LIKE :kind)"
)
_ENTER: Final = text(f"INSERT INTO lease (name, holder, ends_at) VALUES (:name, :holder, {_END})")  # noqa: S608  the same
_KEEP: Final = text(
    f"INSERT INTO lease (name, holder, ends_at) VALUES (:name, :holder, {_NEVER}) ON CONFLICT DO NOTHING"  # noqa: S608  the same
)
_OPEN: Final = text("DELETE FROM lease WHERE name = 'alone' AND holder = :holder AND NOT CAST(:alone AS boolean)")
_GIVE: Final = text("DELETE FROM lease WHERE holder = :holder")
_VACANT: Final = text(
    "SELECT NOT EXISTS (SELECT 1 FROM lease AS jobs JOIN lease AS process ON process.holder = jobs.holder "  # noqa: S608  the same
    f"WHERE jobs.name = 'jobs' AND process.name LIKE '{PROCESS}%' AND process.ends_at >= clock_timestamp())"
)
_LEADS: Final = text("SELECT count(*) FROM lease WHERE name = 'jobs' AND holder = :holder")
RUNNING: Final = (
    "Another Studyhall is running on this database. Stop each that is, or give this one a database of its own with STUDYHALL_DATABASE_URL. "
    f"One that was killed is given up after {LASTS} seconds."
)
LOST: Final = "Nothing was heard of this Studyhall for too long, so that it was given up, and others have its work. This one ends; start it again."


def never(_: Connection) -> bool:
    """Nothing has to be brought up."""
    return False


@dataclass(frozen=True, slots=True)
class Turn:
    """A process's right to write, under a name that no other has; where it is `alone`, nobody else may be there."""

    alone: bool = True
    holder: str = field(default_factory=lambda: secrets.token_hex(8))

    def renew(self, connection: Connection) -> None:
        """Renew it at the start of a transaction, and wait for the others' changes; raises AlreadyRunning where it is lost."""
        _refuse(lost=not connection.exec_driver_sql(_RENEW, (f"{PROCESS}{self.holder}",)).scalar_one())

    async def take(self, engine: AsyncEngine, *, patience: float, behind: Work[bool] = never) -> bool:
        """Take it, within so many seconds, and return whether the database is `behind`, which nobody else can be at then.

        Raises AlreadyRunning where another process does not let it in.
        """
        until = asyncio.get_running_loop().time() + patience
        while (found := await self._taken(engine, behind)) is None:
            if asyncio.get_running_loop().time() >= until:
                raise AlreadyRunning(RUNNING)
            await asyncio.sleep(min(_LOOK, patience))
        return found

    async def _taken(self, engine: AsyncEngine, behind: Work[bool]) -> bool | None:
        """Be one of the processes, unless somebody is alone or this one has to be: whom it waited for may have brought the database up."""
        async with engine.begin() as connection:
            for statement in (*_LOCK, _REAP):
                await connection.execute(statement)
            found = await connection.run_sync(behind)
            alone = self.alone or found
            others = await connection.execute(_OTHERS, {"holder": self.holder, "kind": f"{PROCESS}%" if alone else ""})
            if others.scalar_one():
                return None
            names = [f"{PROCESS}{self.holder}", *(["alone"] if alone else [])]
            await connection.execute(_ENTER, [{"name": name, "holder": self.holder} for name in names])
        return found

    def let_others_in(self, connection: Connection) -> None:
        """Be alone no longer, unless this one wants to be."""
        connection.execute(_OPEN, {"holder": self.holder, "alone": self.alone})

    def vacant(self, connection: Connection) -> bool:
        """Whether nobody does what one does for all."""
        return bool(connection.execute(_VACANT).scalar_one())

    def lead(self, connection: Connection) -> bool:
        """Do what one does for all, unless another does; return whether it is this one."""
        reap(connection)
        connection.execute(_KEEP, {"name": "jobs", "holder": self.holder})
        return bool(connection.execute(_LEADS, {"holder": self.holder}).scalar_one())

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
        beating.add_done_callback(lambda ended: ended.cancelled() or (ended.exception() and owner.cancel()))
        try:
            yield
        except asyncio.CancelledError:
            if beating.done() and (lost := beating.exception()):
                owner.uncancel()
                raise lost from None
            raise
        finally:
            beating.cancel()


def reap(connection: Connection) -> None:
    """Give up the processes of which nothing was heard for too long, and let what they had in hand be free."""
    connection.execute(_REAP)


@asynccontextmanager
async def watched(readers: AsyncEngine) -> AsyncIterator[None]:
    """Until the block ends, have those ended that stopped where the server sets them no limit, and hold up others."""
    watching = asyncio.create_task(_freed(readers), name="freeing")
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _freed(readers: AsyncEngine) -> None:
    while True:
        await asyncio.sleep(BEAT)
        with suppress(StoreError, *FAULTS):  # what is wrong with the database, others tell of
            async with readers.connect() as connection:
                await connection.execute(_FREE, {"after": STOPPED})


def _refuse(*, lost: bool) -> None:
    if lost:
        raise AlreadyRunning(LOST)


async def _renewed(database: Database, beat: float) -> None:
    """Look after the others again and again, until the turn is lost; a server that is away for a while takes nobody's turn."""
    while True:
        await asyncio.sleep(beat)
        try:
            await database.write(reap)
        except AlreadyRunning:
            raise
        except StoreError:
            continue
