"""The database's file: private, held by one process whatever becomes of its lock, and never made anew in silence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bot import log
from bot.cli import doctor
from bot.errors import AlreadyRunning, StoreError
from bot.store import sqlite
from bot.store.migrate import HEAD
from bot.store.schema import team
from bot.store.survey import Survey
from tests.doubles.fakes import MONDAY


def mode(path: Path) -> str:
    return f"{path.stat().st_mode & 0o777:o}"


def set_mode(path: Path, mode: int) -> None:
    path.chmod(mode)


def add(connection: Connection) -> None:
    connection.execute(insert(team).values(ref="memory:team", zone="UTC"))


async def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path):
    """The folder that is made is 0700, and each file in it 0600: the database, what SQLite puts beside it, lock, copy, log."""
    path = tmp_path / "data" / "studyhall.db"
    async with sqlite.opened(path, now=MONDAY) as db:
        await db.write(add)
        sqlite.copy(path, path.parent / "backups" / "one.db")
        (path.parent / "anything").touch()
        assert {file.name: mode(file) for file in sorted(path.parent.iterdir())} == {
            "anything": "600", "backups": "700", "studyhall.db": "600", "studyhall.db-shm": "600", "studyhall.db-wal": "600",
            "studyhall.db.lock": "600",
        }  # fmt: skip
    assert (mode(path.parent), mode(path.parent / "backups" / "one.db")) == ("700", "600")
    (tmp_path / "after").touch(mode=0o644)
    assert mode(tmp_path / "after") == "644"


async def test_what_others_could_read_is_closed_to_them(tmp_path: Path):
    """Files of an earlier version, which everybody could read, are closed at the next start; an own folder stays as it is."""
    path = tmp_path / "studyhall.db"
    set_mode(tmp_path, 0o755)
    async with sqlite.opened(path, now=MONDAY):
        (tmp_path / "backups").mkdir()
    for name in ("studyhall.db", "studyhall.db.lock", "studyhall.log"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)
    (tmp_path / "backups").chmod(0o755)
    async with sqlite.opened(path, now=MONDAY):
        with log.kept(tmp_path / "studyhall.log", level="info", form="json"):
            assert mode(tmp_path / "studyhall.log") == mode(path) == mode(tmp_path / "studyhall.db.lock") == "600"
    assert (mode(tmp_path / "backups"), mode(tmp_path)) == ("700", "755")


async def test_the_lock_outlives_its_file(tmp_path: Path):
    """Where the lock file was removed, or the whole folder's but the database, a second start is refused all the same."""
    path = tmp_path / "studyhall.db"
    async with sqlite.opened(path, now=MONDAY) as db:
        (tmp_path / "studyhall.db.lock").unlink()
        with pytest.raises(AlreadyRunning, match="Another Studyhall is running"):
            async with sqlite.opened(path, now=MONDAY):
                pass
        await db.write(add)
    async with sqlite.opened(path, now=MONDAY):
        pass


@pytest.mark.parametrize("what", ["missing", "empty"])
async def test_a_database_that_has_been_there_is_asked_about(tmp_path: Path, what: str):
    """Missing or empty beside its copies, it is not made anew: the refusal says how to put the newest copy in its place."""
    path = tmp_path / "studyhall.db"
    async with sqlite.opened(path, now=MONDAY) as db:
        await db.write(add)
        sqlite.copy(path, tmp_path / "backups" / "one.db")
    path.unlink()
    if what == "empty":
        path.touch()
    with pytest.raises(StoreError, match=f"is {what}, and there are copies .* && cp {tmp_path}/backups/one.db {path}"):
        async with sqlite.opened(path, now=MONDAY):
            pass
    assert path.exists() == (what == "empty")
    (tmp_path / "backups" / "one.db").rename(path)
    async with sqlite.opened(path, now=MONDAY):
        pass
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT ref FROM team").fetchall() == [("memory:team",)]


async def test_a_database_that_refuses_is_asked_again(tmp_path: Path):
    """Where what was deleted cannot be erased just now, no error is raised: it says so, and the next change tries again."""
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert not sqlite._emptied(connection)


async def test_a_copy_that_waits_is_doctors_business_too(tmp_path: Path):
    """The doctor finds the same before the start does; an empty file is no copy to put in place."""
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "one.db").touch()
    (found,) = doctor._database(tmp_path / "studyhall.db", Survey())
    assert "copies" not in found.words
    (tmp_path / "backups" / "one.db").write_text("what was", encoding="utf-8")
    (found,) = doctor._database(tmp_path / "studyhall.db", Survey())
    assert not found.fine
    assert "is missing, and there are copies of it" in found.words


async def test_a_database_without_tables_is_not_filled_beside_copies(tmp_path: Path):
    """What a first start that was cut short leaves is asked about as a missing file is; without copies it is simply filled."""
    path = tmp_path / "studyhall.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")
    (tmp_path / "backups").mkdir()
    copy = tmp_path / "backups" / "one.db"
    copy.write_text("what was", encoding="utf-8")
    (found,) = doctor._database(path, sqlite.survey(path))
    assert "has no tables, and there are copies of it" in found.words
    with pytest.raises(StoreError, match="has no tables, and there are copies of it"):
        async with sqlite.opened(path, now=MONDAY):
            pass
    copy.unlink()
    assert all(one.fine for one in doctor._database(path, sqlite.survey(path)))
    async with sqlite.opened(path, now=MONDAY):
        assert sqlite.survey(path).revision == HEAD
