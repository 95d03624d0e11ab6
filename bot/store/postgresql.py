"""PostgreSQL: everything that only this database needs (but for what `outside.py` asks of a server). Opening, and connections that are as SQLite's."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import asyncpg
from sqlalchemy import Connection, event, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from bot.store import migrate
from bot.store.database import FAULTS, Database, Steps, Work, nothing
from bot.store.outside import IN_BETWEEN, connect, examined, explain
from bot.store.ready import DIRECTLY
from bot.store.turn import LIMITED, SURE, Turn, watched

T = TypeVar("T")
_DRIVER: Final = "studyhall"
_READERS: Final = 4
_STATEMENT: Final = 60.0  # seconds that a statement may take


class Dialect(PGDialect_asyncpg):
    """SQLAlchemy's asyncpg without its questions about JSON at each connection, which we read and write ourselves."""

    supports_statement_cache = True

    def on_connect(self) -> None:
        """Ask nothing."""

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Whether the connection is gone: also where the server has said that it ends it, and it is not closed yet.

        In between asyncpg takes the statement before for one that still runs, and says that of its own state.
        """
        ended = (getattr(e, "sqlstate", None) or "").startswith(("08", "57P")) or IN_BETWEEN in str(e)
        return ended or super().is_disconnect(e, connection, cursor)  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Pool:
    """Connections to a server; what is read or changed is the same plain function as in a thread of SQLite's.

    A change begins with `begin`; as an event of the engine it would slow down every statement.
    """

    engine: AsyncEngine
    begin: Work[None] = nothing

    async def read(self, query: Work[T]) -> T:
        """Run a query, each of whose statements sees what is committed at that moment."""
        async with self.engine.connect() as connection:
            return await connection.run_sync(query)

    async def change(self, change: Work[T]) -> T:
        """Run a change in a transaction, and commit it."""

        def whole(connection: Connection) -> T:
            self.begin(connection)
            return change(connection)

        async with self.engine.begin() as connection:
            return await connection.run_sync(whole)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[Steps]:
        """Give what runs one change after another in one transaction, which is committed at the end of the block."""
        async with self.engine.begin() as connection:
            await connection.run_sync(self.begin)
            yield connection.run_sync

    async def erase(self) -> bool:
        """Leave it to the server, whose autovacuum overwrites what was deleted."""
        return True

    async def dispose(self) -> None:
        """Close all."""
        await self.engine.dispose()


@asynccontextmanager
async def opened(address: str, *, patience: float = 0, alone: bool = True) -> AsyncIterator[Database]:
    """Open a database, brought up to the code's schema, for this process alone or beside others; wait so many seconds for those in the way.

    Raises AlreadyRunning when another process is, StoreError when it cannot be used, both with what to do.
    """
    pooled = await examined(address)
    turn = Turn(alone=alone)
    writer, readers = engine(address, size=1, pooled=pooled), engine(address, size=_READERS, pooled=pooled, reads=True)
    database = Database(writer=Pool(writer, turn.renew), readers=Pool(readers), explain=explain, lasts=SURE, place=turn)
    try:
        async with watched(readers):
            await _prepared(address, turn, pooled=pooled, patience=patience)
        async with database.running(), turn.kept(database), watched(readers):
            yield database
    finally:
        await readers.dispose()
        await turn.give(writer)


async def looked(address: str, query: Work[T]) -> T:
    """Run a query on a database, also one in use, without the right to write."""
    readers = engine(address, size=1, pooled=await examined(address), reads=True)
    try:
        return await Pool(readers).read(query)
    except FAULTS as error:
        raise explain(error) from error
    finally:
        await readers.dispose()


async def _prepared(address: str, turn: Turn, *, pooled: bool, patience: float) -> None:
    """Take the turn and run the migrations that are missing, all of them or none."""
    plain = engine(address, size=1, pooled=pooled, timeout=None)
    try:
        async with plain.begin() as connection:
            await connection.execute(LIMITED)
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('studyhall schema'))"))
            if not await connection.run_sync(migrate.revision):  # nobody can have it yet
                await connection.run_sync(migrate.upgrade)
            await connection.run_sync(_behind)  # of a newer one no table is known
        if await turn.take(plain, patience=patience, behind=_behind):
            await _brought_up(plain, turn)
    except (DBAPIError, OSError) as error:
        raise explain(error) from error
    finally:
        await plain.dispose()


def _behind(connection: Connection) -> bool:
    """Whether the database has to be brought up; raises StoreError for a newer one."""
    found = migrate.revision(connection)
    migrate.refuse_newer(found, "of STUDYHALL_DATABASE_URL", before="the dump")
    return found != migrate.HEAD


async def _brought_up(plain: AsyncEngine, turn: Turn) -> None:
    """Run the migrations that are missing while nobody else is there, then let others in again if they may be."""
    async with plain.begin() as connection:
        await connection.run_sync(turn.renew)
        await connection.run_sync(migrate.upgrade)
        await connection.run_sync(turn.renew)  # it may have taken long, and those that wait look at once
        await connection.run_sync(turn.let_others_in)


def engine(
    address: str, *, size: int, pooled: bool, reads: bool = False, timeout: float | None = _STATEMENT
) -> AsyncEngine:
    """Return connections to a database.

    Behind a pooler no statement stays prepared, for the next transaction may be with another of the server's processes, and
    reads have a transaction each. Parameters are hidden from errors: they are people's answers, and errors are logged.
    """
    registry.register(f"postgresql.{_DRIVER}", __name__, "Dialect")

    async def creator(**_: Any) -> Any:
        cached = {"statement_cache_size": 0} if pooled else {}
        return await connect(address, command_timeout=timeout, **cached)

    unprepared = {"prepared_statement_cache_size": 0, "prepared_statement_name_func": str} if pooled else {}
    made = create_async_engine(
        f"postgresql+{_DRIVER}://",
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"async_creator_fn": creator, **unprepared},
        execution_options={} if pooled else {DIRECTLY: _directly},
        **({"isolation_level": "AUTOCOMMIT"} if reads and not pooled else {}),
    )
    event.listen(made.sync_engine, "checkout", _still_connected)
    return made


def _directly(connection: Connection, statement: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
    """Carry out a statement, within the transaction if there is one, and return its rows; what goes wrong is raised as SQLAlchemy says it."""
    return await_only(_fetched(connection, connection.connection, statement, parameters))


async def _fetched(on: Connection, held: Any, statement: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
    try:
        rows: Sequence[Sequence[Any]] = await held.driver_connection.fetch(statement, *parameters)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        if lost := on.dialect.is_disconnect(error, held.dbapi_connection, None):
            on.invalidate(error)
        kind = IntegrityError if isinstance(error, asyncpg.IntegrityConstraintViolationError) else DBAPIError
        raise kind(None, None, error, connection_invalidated=lost) from error
    return rows


def _still_connected(adapted: Any, *_: Any) -> None:
    """Have a connection that the server has closed meanwhile replaced by a new one."""
    if adapted.driver_connection.is_closed():
        raise DisconnectionError
