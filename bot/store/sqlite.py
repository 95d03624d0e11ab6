"""SQLite: everything that only this database needs. Opening, locking, copying, and what its errors mean."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import filelock
from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import AlreadyRunning, StoreError, Unfit
from bot.store import migrate
from bot.store.database import Database

_READERS: Final = 4
_PRAGMAS: Final = (
    "journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "temp_store=MEMORY",
    "secure_delete=ON",  # what people have deleted is written over, and not only given free
)  # fmt: skip

_MEANING: Final = {
    "SQLITE_FULL": "The disk is full. Free some space; the bot goes on by itself, and what was being saved must be sent again.",
    "SQLITE_READONLY": "The database cannot be written. Make its file and folder writable for the user the bot runs as.",
    "SQLITE_CANTOPEN": "The database file cannot be opened. Check that its folder exists and is writable.",
    "SQLITE_IOERR": "The disk failed while the database was being read or written. Check the disk, then the copies in backups/.",
    "SQLITE_CORRUPT": "The database is damaged. Stop the bot, keep the file, and put the newest copy from backups/ in its place.",
    "SQLITE_NOTADB": "The file is not a database, or it is damaged. Move it away, or put the newest copy from backups/ in its place.",
    "SQLITE_BUSY": "Another program holds the database. Close it; the bot goes on by itself.",
}


@asynccontextmanager
async def opened(path: Path, *, now: datetime) -> AsyncIterator[Database]:
    """Open (or make) the database file, brought up to the code's schema, for this process alone.

    Raises AlreadyRunning when another process has it, StoreError when it cannot be used, both with what to do.
    """
    with _locked(path):
        _probe(path)
        writer, readers = _engine(path, size=1), _engine(path, size=_READERS)
        event.listen(writer.sync_engine, "begin", _begin_immediate)
        event.listen(readers.sync_engine, "connect", _only_queries)
        try:
            await _bring_up_to_date(path, writer, now=now)
        except BaseException:
            await writer.dispose()
            raise
        async with Database(writer=writer, readers=readers, explain=explain).running() as database:
            yield database


def explain(error: DBAPIError) -> StoreError:
    """Say what an error of SQLite means and what to do about it."""
    if isinstance(error, IntegrityError):
        return Unfit(f"The database refused it beside what is there: {error.orig}")
    return _explain(error.orig)


def _explain(error: BaseException | None) -> StoreError:
    name = getattr(error, "sqlite_errorname", "") or ""
    for code, meaning in _MEANING.items():
        if name.startswith(code):
            return StoreError(f"{meaning} ({name})")
    return StoreError(f"The database refused: {error} ({name or type(error).__name__})")


def _probe(path: Path) -> None:
    """Open the file once before any thread is started for it, so that one that cannot be opened leaves none behind."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.Error as error:
        raise _explain(error) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Something that is due, and the time zone in which its schedule or team lives."""

    kind: str
    channel_name: str
    due_at: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What can be seen of a database from outside: its first fault, its schema, its newest entry, and what is due next."""

    fault: str = ""
    revision: str = ""
    newest: datetime | None = None
    coming: tuple[Coming, ...] = ()


_NEWEST: Final = """
    SELECT max(at) FROM (
        SELECT max(at) AS at FROM event UNION ALL SELECT max(effective_at) FROM schedule
        UNION ALL SELECT at FROM (SELECT at FROM attempt ORDER BY id DESC LIMIT 1)
    )
"""
_COMING: Final = """
    SELECT occurrence.kind, channel.name, occurrence.due_at, coalesce(json_extract(schedule.plan, '$.zone'), team.zone)
    FROM occurrence JOIN channel ON channel.id = occurrence.channel_id JOIN team ON team.id = occurrence.team_id
    LEFT JOIN schedule ON schedule.id = occurrence.schedule_id
    WHERE occurrence.state = 'due' ORDER BY occurrence.due_at LIMIT 3
"""


def survey(path: Path) -> Survey:
    """Look at a database, also one in use, without changing anything."""
    try:
        with closing(_read_only(path)) as connection:
            found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            if found != "ok":
                return Survey(fault=f"{_MEANING['SQLITE_CORRUPT']} ({found})")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
                return Survey()
            return _inside(connection)
    except sqlite3.Error as error:
        return Survey(fault=str(_explain(error)))


def _inside(connection: sqlite3.Connection) -> Survey:
    newest = connection.execute(_NEWEST).fetchone()[0]
    return Survey(
        revision=str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]),
        newest=newest and _instant(newest),
        coming=tuple(
            Coming(kind=kind, channel_name=name, due_at=_instant(due), zone=zone)
            for kind, name, due, zone in connection.execute(_COMING)
        ),
    )


def _instant(stored: int) -> datetime:
    return datetime.fromtimestamp(stored / 1_000_000, UTC)


def fault(path: Path) -> str:
    """Return what is in the way of reading a database, also one in use, or nothing; it takes no longer as it grows."""
    try:
        with closing(_read_only(path)) as connection:
            connection.execute("SELECT name FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.Error as error:
        return str(_explain(error))
    return ""


def noted(path: Path, mark: str, *, now: datetime) -> dict[str, datetime]:
    """Return until when platforms are in the state that a mark notes (held back, failing), by their names."""
    try:
        with closing(_read_only(path)) as connection:
            rows = connection.execute("SELECT key, value FROM kept WHERE key LIKE ?", (f"%{mark}",)).fetchall()
    except sqlite3.Error:
        return {}  # what is wrong with it is said elsewhere
    found = {key.removesuffix(mark): datetime.fromisoformat(value) for key, value in rows}
    return {name: until for name, until in found.items() if until > now}


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def copy(path: Path, target: Path) -> None:
    """Copy a database in use, whole and consistent, with SQLite's backup API; a copy that fails leaves no file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as copied:
            source.backup(copied)
            fault = copied.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if fault != "ok":
            raise StoreError(f"{_MEANING['SQLITE_CORRUPT']} ({fault})")
        part.rename(target)
    except sqlite3.Error as error:
        raise _explain(error) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the file's lock, which the kernel takes back however the process ends."""
    lock = filelock.FileLock(path.with_name(path.name + ".lock"), blocking=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout:
        raise AlreadyRunning(
            f"Another Studyhall is running on {path}. Stop it first, or give this one a folder of its own "
            "with STUDYHALL_DATA_DIR."
        ) from None
    except OSError as error:
        raise StoreError(
            f"The data folder {path.parent}, or the lock in it, cannot be written ({error.strerror}). Make it writable "
            "for the user the bot runs as, or name another with STUDYHALL_DATA_DIR."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _engine(path: Path, *, size: int) -> AsyncEngine:
    url = URL.create("sqlite+aiosqlite", database=str(path))
    # Without an isolation level the driver begins nothing by itself: a reader's statement sees what is committed (as
    # in PostgreSQL's default), the writer begins as the event below says. Parameters are hidden from errors: they are
    # people's answers, and errors are logged.
    engine = create_async_engine(
        url, pool_size=size, max_overflow=0, hide_parameters=True, connect_args={"isolation_level": None}
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a transaction that reads first and upgrades later fails in spite of the timeout."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _only_queries(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


async def _bring_up_to_date(path: Path, writer: AsyncEngine, *, now: datetime) -> None:
    """Run the migrations that are missing, after a copy of a file that has data."""
    try:
        async with writer.begin() as connection:
            found = await connection.run_sync(migrate.revision)
            if found == migrate.HEAD:
                return
            migrate.refuse_newer(found, str(path))
            if found:
                copy(path, path.parent / "backups" / f"{path.stem}-{found}-{now:%Y%m%dT%H%M%SZ}.db")
            await connection.run_sync(migrate.upgrade)
    except DBAPIError as error:
        raise explain(error) from error
