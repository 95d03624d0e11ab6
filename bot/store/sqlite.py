"""SQLite: everything that only this database needs. Opening, erasing, copying, and what its errors mean."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import StoreError, Unfit
from bot.store import driver, files, migrate
from bot.store.database import Database
from bot.store.files import BACKUPS, PRIVATE, PRIVATE_FOLDER, UNOPENED, UNWRITABLE
from bot.store.survey import Coming, Survey
from bot.store.survey import noted as noted_in

_READERS: Final = 4
_PATIENCE: Final = "busy_timeout=5000"
_BEGIN: Final = (
    "BEGIN IMMEDIATE"  # the write lock at once: who reads first and upgrades later fails in spite of the timeout
)
_PRAGMAS: Final = (
    "journal_mode=WAL", "synchronous=FULL", _PATIENCE, "foreign_keys=ON", "temp_store=MEMORY",
    "secure_delete=ON",  # what people have deleted is written over, and not only given free
)  # fmt: skip

_MEANING: Final = {
    "SQLITE_FULL": "The disk is full. Free some space.",
    "SQLITE_READONLY": UNWRITABLE,
    "SQLITE_CANTOPEN": UNOPENED,
    "SQLITE_IOERR": "The disk failed while the database was being read or written. Check the disk, then the copies in backups/.",
    "SQLITE_CORRUPT": "The database is damaged. Stop the bot, keep the file, and put the newest copy from backups/ in its place.",
    "SQLITE_NOTADB": "The file is not a database, or it is damaged. Move it away, or put the newest copy from backups/ in its place.",
    "SQLITE_BUSY": "Another program holds the database. Close it.",
}
_PASSING: Final = {"SQLITE_FULL", "SQLITE_BUSY"}


@asynccontextmanager
async def opened(path: Path, *, now: datetime, readers_at_once: int = _READERS) -> AsyncIterator[Database]:
    """Open (or make) the database file, brought up to the code's schema, for this process alone.

    Raises AlreadyRunning when another process has it, StoreError when it cannot be used, both with what to do.
    """
    with files.locked(path):
        writer = Writer(path, size=1, prepare=_prepare, begin=_BEGIN)
        readers = driver.Threads(path, size=readers_at_once, prepare=_prepare_reader)
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
            return StoreError(f"{meaning} ({name})", passing=code in _PASSING)
    return StoreError(f"The database refused: {error} ({name or type(error).__name__})")


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
        return Survey(fault=_explain(error).words)


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
        return _explain(error).words
    return ""


def noted(path: Path, mark: str, *, now: datetime) -> dict[str, datetime]:
    """Return until when platforms are in the state that a mark notes (held back, failing), by their names."""
    try:
        with closing(_read_only(path)) as connection:
            rows = connection.execute("SELECT key, value FROM kept WHERE key LIKE ?", (f"%{mark}",)).fetchall()
    except sqlite3.Error:
        return {}  # what is wrong with it is said elsewhere
    return noted_in(dict(rows), mark, now=now)


def roles(path: Path) -> list[str]:
    """Return the roles that schedules mention, by reference."""
    where = "state = 'active' AND json_extract(plan, '$.role') <> ''"
    return _listed(path, f"SELECT DISTINCT json_extract(plan, '$.role') FROM schedule WHERE {where}")  # noqa: S608  our own words


def teams(path: Path) -> list[str]:
    """Return the teams, by reference."""
    return _listed(path, "SELECT ref FROM team ORDER BY id")


def _listed(path: Path, query: str) -> list[str]:
    try:
        with closing(_read_only(path)) as connection:
            return [str(one) for (one,) in connection.execute(query)]
    except sqlite3.Error:
        return []  # what is wrong with it is said elsewhere


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def copy(path: Path, target: Path) -> None:
    """Copy a database in use, whole and consistent, with SQLite's backup API; a copy that fails leaves no file."""
    target.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=PRIVATE)
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


class Writer(driver.Threads):
    """The one connection that writes."""

    async def erase(self) -> bool:
        """Move all that is in the write-ahead log into the file, and empty it; False where a reader needs it still."""
        return await self.raw(_emptied)


def _emptied(connection: sqlite3.Connection) -> bool:
    """Empty the write-ahead log if that can be done at once: the writer would stand still meanwhile."""
    try:
        connection.execute("PRAGMA busy_timeout=0")
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False  # such as a full disk, which the next change will tell of
    finally:
        connection.execute(f"PRAGMA {_PATIENCE}")
    return not busy


def _prepare(connection: sqlite3.Connection) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: sqlite3.Connection) -> None:
    _prepare(connection)
    connection.execute("PRAGMA query_only=ON")


async def _bring_up_to_date(path: Path, writer: Writer, *, now: datetime) -> None:
    """Run the migrations that are missing, after a copy of a file that has data."""

    def change(connection: Connection) -> None:
        found = migrate.revision(connection)
        if found == migrate.HEAD:
            return
        migrate.refuse_newer(found, str(path))
        if not found and (problem := files.unlike_copies(path, files.BARE)):
            raise StoreError(problem)
        if found:
            copy(path, path.parent / BACKUPS / f"{path.stem}-{found}-{now:%Y%m%dT%H%M%SZ}.db")
        migrate.upgrade(connection)

    try:
        await writer.change(change)
    except DBAPIError as error:
        raise explain(error) from error
