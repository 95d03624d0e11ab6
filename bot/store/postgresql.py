"""PostgreSQL: everything that only this database needs. Opening, what may stand before it, and what its errors mean."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import asyncpg
from sqlalchemy import Connection, event, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from bot.errors import StoreError, Unfit
from bot.store import migrate
from bot.store.database import FAULTS, Database, Steps, Work, nothing
from bot.store.ready import DIRECTLY
from bot.store.survey import Coming, Survey
from bot.store.turn import SURE, Turn

T = TypeVar("T")
OLDEST: Final = 15
_DRIVER: Final = "studyhall"
ENCODING: Final = "UTF8"
_READERS: Final = 4
_CONNECT: Final = 10.0  # seconds until a server that does not answer is unreachable
_STATEMENT: Final = 60.0  # seconds that a statement may take
_GONE: Final = "The database server cannot be reached. The bot goes on by itself when it is back; what was being saved must be sent again."
_REFUSED: Final = "The database server refuses the name or the password (or asks for TLS). Look at STUDYHALL_DATABASE_URL, and at the server's pg_hba.conf."
_IN_BETWEEN: Final = "cannot switch to state"
_DAMAGED: Final = "The database is damaged. Stop the bot, and restore the newest copy that pg_dump made."
_MEANING: Final = {  # by the beginning of SQLSTATE; the longest that fits counts
    "08": _GONE,
    "57P": _GONE,
    "28": _REFUSED,
    "3D000": "The server has no such database. Make it (createdb), or mend its name in STUDYHALL_DATABASE_URL.",
    "42501": "The database's user may not do this. Make it the owner of the database that STUDYHALL_DATABASE_URL names.",
    "25006": "The database can only be read: it is a standby, or set so. Name the primary in STUDYHALL_DATABASE_URL.",
    "53100": "The database server's disk is full. Free some space; the bot goes on by itself, and what was being saved must be sent again.",
    "53300": "The database server has no connection free. Raise its max_connections, or close other programs; the bot goes on by itself.",
    "58": "The database server's disk failed. Look at the server's log.",
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}


class Dialect(PGDialect_asyncpg):
    """SQLAlchemy's asyncpg without its questions about JSON at each connection, which we read and write ourselves."""

    supports_statement_cache = True

    def on_connect(self) -> None:
        """Ask nothing."""

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Whether the connection is gone: also where the server has said that it ends it, and it is not closed yet.

        In between asyncpg takes the statement before for one that still runs, and says that of its own state.
        """
        ended = (getattr(e, "sqlstate", None) or "").startswith(("08", "57P")) or _IN_BETWEEN in str(e)
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
    await _prepared(address, turn, pooled=pooled, patience=patience)
    writer, readers = engine(address, size=1, pooled=pooled), engine(address, size=_READERS, pooled=pooled, reads=True)
    database = Database(writer=Pool(writer, turn.renew), readers=Pool(readers), explain=explain, lasts=SURE, place=turn)
    try:
        async with database.running(), turn.kept(database):
            yield database
    finally:
        await turn.give(writer)


def explain(error: DBAPIError | OSError) -> StoreError:
    """Say what an error of PostgreSQL, or on the way to it, means and what to do about it."""
    if isinstance(error, IntegrityError):
        return Unfit(f"The database refused it beside what is there: {error.orig}")
    return _explain(error.orig if isinstance(error, DBAPIError) else error)


def _explain(error: BaseException | None) -> StoreError:
    code = getattr(error, "sqlstate", None) or ""
    if meaning := next((words for start, words in _MEANING.items() if code.startswith(start)), ""):
        return StoreError(f"{meaning} ({code})")
    if isinstance(error, ssl.SSLError):
        return StoreError(
            f"The database server and this machine agree on no TLS ({error}). Look at sslmode in STUDYHALL_DATABASE_URL."
        )
    if isinstance(error, OSError) or any(words in str(error) for words in ("connection", _IN_BETWEEN)):
        return StoreError(f"{_GONE} ({getattr(error, 'strerror', None) or type(error).__name__})")
    return StoreError(f"The database refused: {error} ({code or type(error).__name__})")


async def connect(address: str, **options: Any) -> Any:
    """Connect, or raise StoreError with what to do; the address may hold whatever libpq takes (sslmode, a socket's folder)."""
    settings = {"application_name": "studyhall"}
    try:
        return await asyncpg.connect(address, timeout=_CONNECT, server_settings=settings, **options)
    except (OSError, asyncpg.PostgresError) as error:
        raise _explain(error) from error
    except (asyncpg.InterfaceError, ValueError) as error:
        # asyncpg's words may have the address in them, with its password
        words = "STUDYHALL_DATABASE_URL cannot be read; write postgresql://user:password@host:5432/studyhall"
        raise StoreError(f"{words} ({type(error).__name__})") from None


_SEEN: Final = """
    SELECT version_num AS revision, current_setting('server_version') AS version,
    pg_size_pretty(pg_database_size(current_database())) AS size, (SELECT max(newest.at) FROM (
        SELECT max(at) AS at FROM event UNION ALL SELECT max(effective_at) FROM schedule
        UNION ALL (SELECT at FROM attempt ORDER BY id DESC LIMIT 1)
    ) AS newest) AS newest FROM alembic_version
"""
_COMING: Final = """
    SELECT occurrence.kind, channel.name AS channel_name, occurrence.due_at, coalesce(schedule.plan->>'zone', team.zone) AS zone
    FROM occurrence JOIN channel ON channel.id = occurrence.channel_id JOIN team ON team.id = occurrence.team_id
    LEFT JOIN schedule ON schedule.id = occurrence.schedule_id
    WHERE occurrence.state = 'due' ORDER BY occurrence.due_at LIMIT 3
"""
_ROLES: Final = (
    "SELECT DISTINCT plan->>'role' AS role FROM schedule WHERE state = 'active' AND plan->>'role' <> '' ORDER BY role"
)


async def looked(address: str, query: Work[T]) -> T:
    """Run a query on a database, also one in use, without the right to write."""
    readers = engine(address, size=1, pooled=await examined(address), reads=True)
    try:
        return await Pool(readers).read(query)
    except FAULTS as error:
        raise explain(error) from error
    finally:
        await readers.dispose()


async def survey(address: str) -> Survey:
    """Look at a database, also one in use, without changing anything."""
    try:
        pooled = await examined(address)
        connection = await connect(address, statement_cache_size=0)
    except StoreError as error:
        return Survey(fault=str(error))
    try:
        async with connection.transaction(readonly=True):  # behind a pooler too, all is asked of one process
            return await _seen(connection, pooled=pooled)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return Survey(fault=str(_explain(error)))
    finally:
        await connection.close(timeout=_CONNECT)


async def _seen(connection: Any, *, pooled: bool) -> Survey:
    if not await connection.fetchval("SELECT to_regclass('alembic_version')"):
        return Survey()
    row = await connection.fetchrow(_SEEN)
    kept = await connection.fetch("SELECT key, value FROM kept WHERE key LIKE '%:%until'")
    return Survey(
        revision=row["revision"],
        newest=row["newest"],
        coming=tuple(Coming(**one) for one in await connection.fetch(_COMING)),
        is_a=f"PostgreSQL {row['version']}{' behind a pooler' if pooled else ''}, {row['size']}",
        kept=dict(map(tuple, kept)),
        roles=tuple(one["role"] for one in await connection.fetch(_ROLES)),
    )


async def examined(address: str) -> bool:
    """Return whether a pooler stands before the server; raises StoreError for a server or database that does not do.

    A pooler gives a process number of its own, and the server tells its true one.
    """
    connection = await connect(address, statement_cache_size=0)
    try:
        row = await connection.fetchrow(
            "SELECT pg_backend_pid() AS pid, current_setting('server_encoding') AS encoding"
        )
        refuse_older(connection.get_server_version().major)
        if row["encoding"] != ENCODING:
            how = f"CREATE DATABASE studyhall ENCODING '{ENCODING}' TEMPLATE template0"
            raise StoreError(
                f"The database keeps its text as {row['encoding']}, and answers need {ENCODING}. Make one with: {how}"
            )
        return bool(row["pid"] != connection.get_server_pid())
    finally:
        await connection.close(timeout=_CONNECT)


def refuse_older(version: int) -> None:
    """Raise StoreError for a server that is too old."""
    if version < OLDEST:
        raise StoreError(f"The database server is PostgreSQL {version}, and Studyhall needs {OLDEST} or newer.")


async def _prepared(address: str, turn: Turn, *, pooled: bool, patience: float) -> None:
    """Take the turn and run the migrations that are missing, all of them or none."""
    plain = engine(address, size=1, pooled=pooled, timeout=None)
    try:
        async with plain.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('studyhall schema'))"))
            if not (found := await connection.run_sync(migrate.revision)):  # nobody can have it yet
                await connection.run_sync(migrate.upgrade)
            migrate.refuse_newer(found, "of STUDYHALL_DATABASE_URL", before="the dump")
        behind = found not in {"", migrate.HEAD}
        await replace(turn, alone=turn.alone or behind).take(plain, patience=patience)
        if behind:
            await _brought_up(plain, turn)
    except (DBAPIError, OSError) as error:
        raise explain(error) from error
    finally:
        await plain.dispose()


async def _brought_up(plain: AsyncEngine, turn: Turn) -> None:
    """Run the migrations that are missing while nobody else is there, then let others in again if they may be."""
    async with plain.begin() as connection:
        await connection.run_sync(turn.renew)
        await connection.run_sync(migrate.upgrade)
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
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if lost := on.dialect.is_disconnect(error, held.dbapi_connection, None):
            on.invalidate(error)
        kind = IntegrityError if isinstance(error, asyncpg.IntegrityConstraintViolationError) else DBAPIError
        raise kind(None, None, error, connection_invalidated=lost) from error
    return rows


def _still_connected(adapted: Any, *_: Any) -> None:
    """Have a connection that the server has closed meanwhile replaced by a new one."""
    if adapted.driver_connection.is_closed():
        raise DisconnectionError
