"""What an operator does at the command line where the database is a PostgreSQL server's."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.__main__ import CONFIG, FOUND, OK, UNAVAILABLE, main
from bot.clock import SystemClock
from bot.ports import HELD
from bot.settings import load
from bot.store import opening
from tests.cli.test_cli import DATABASE
from tests.cli.test_cli import folder as folder  # noqa: PLC0414  a fixture
from tests.doubles import database, postgresql
from tests.doubles.postgresql import Server

pytestmark = pytest.mark.skipif(postgresql.programs() is None, reason="no PostgreSQL is installed")
Capture = pytest.CaptureFixture[str]


def add(path: Path, team: str) -> None:
    """Put a team into a database's file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO team (ref, zone) VALUES (?, 'UTC')", [team])


@pytest.fixture
def address(folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let the settings name a database that is made for it."""
    given = asyncio.run(server.fresh())
    monkeypatch.setenv("STUDYHALL_DATABASE_URL", given)
    yield given
    server.takes_back(given)


def test_a_world_is_moved_by_hand(address: str, capsys: Capture):
    """The file's world is brought to the server and back; what is not empty, not there or not set is refused with what to do."""
    assert main(["move", "postgresql"]) == UNAVAILABLE
    assert "There is no database at data/studyhall.db" in capsys.readouterr().err
    database.begin(DATABASE)
    assert main(["move", "postgresql"]) == OK
    assert "Moved, row by row the same: 0 closed rounds, 0 awards, 0 differences of totals." in capsys.readouterr().out
    assert main(["move", "sqlite"]) == OK
    assert "Take STUDYHALL_DATABASE_URL away" in capsys.readouterr().out
    add(DATABASE, "slack:T7")
    assert main(["move", "postgresql"]) == OK
    for target, how in (
        ("postgresql", "make it anew (dropdb, then createdb"),
        ("sqlite", "Move the file in the data folder away"),
    ):
        assert main(["move", target]) == UNAVAILABLE
        assert how in capsys.readouterr().err
    copy = Path("data/backups/one.db")
    copy.parent.mkdir(exist_ok=True)
    copy.touch()
    DATABASE.rename(copy)
    assert main(["move", "sqlite"]) == UNAVAILABLE
    assert "Move that folder away, and the database comes to data/studyhall.db" in capsys.readouterr().err
    copy.parent.rename("elsewhere")
    assert main(["move", "sqlite"]) == OK
    os.environ.pop("STUDYHALL_DATABASE_URL")
    assert main(["move", "sqlite"]) == UNAVAILABLE
    assert "Set STUDYHALL_DATABASE_URL" in capsys.readouterr().err


def test_a_world_left_in_the_file_is_told_of(address: str, server: Server, capsys: Capture):
    """While a file with teams is in the data folder the doctor, migrate and a start say what to do with it, by whether the server has teams."""
    database.begin(DATABASE)
    assert main(["doctor"]) == OK
    add(DATABASE, "slack:T7")
    assert main(["migrate"]) == OK
    assert "the server's database has none: stop the bot, and python -m bot move postgresql" in capsys.readouterr().err
    on = urlsplit(address).path.removeprefix("/")
    asyncio.run(server.run("INSERT INTO team (ref, zone) VALUES ('slack:T7', 'UTC')", on=on))
    assert main(["doctor"]) == FOUND
    assert "the bot keeps all on the server: move the file away" in capsys.readouterr().out


def test_a_database_that_only_reads_is_told_of(address: str, server: Server, capsys: Capture):
    """A standby, or a database that is set so, is no place to write, which the doctor and health say; questions are read there all the same."""
    on = urlsplit(address).path.removeprefix("/")
    asyncio.run(server.run(f"ALTER DATABASE {on} SET default_transaction_read_only = on"))
    Path("data").mkdir()
    Path("data/alive").touch()
    for command, status in (("doctor", FOUND), ("health", FOUND), ("questions", OK)):
        assert main([command]) == status
        assert ("The database can only be read" in capsys.readouterr().out) == bool(status)
    asyncio.run(server.run(f"ALTER DATABASE {on} RESET default_transaction_read_only"))


def test_upkeep_is_the_servers(address: str, capsys: Capture):
    """Migrations and recompute work on the server; a backup is the server's own, and the words never hold the address."""
    for command in ("migrate", "recompute"):
        assert main([command]) == OK
    assert main(["backup"]) == UNAVAILABLE
    said = capsys.readouterr()
    assert "the database of STUDYHALL_DATABASE_URL has schema" in said.out
    assert "pg_dump" in said.err
    assert address not in said.out + said.err
    assert Path("data").stat().st_mode & 0o777 == 0o700


def test_a_server_of_another_version_is_not_read(address: str, server: Server, capsys: Capture):
    """What is known of questions is read from a database of this version alone; what the server refuses is said in words."""
    on = urlsplit(address).path.removeprefix("/")
    assert main(["questions"]) == OK
    for change, words, back in (
        ("UPDATE alembic_version SET version_num = '0' || version_num", "is not of this version", "UPDATE alembic_version SET version_num = substr(version_num, 2)"),
        ("ALTER TABLE team RENAME TO kept_apart", "The database", "ALTER TABLE kept_apart RENAME TO team"),
    ):  # fmt: skip
        asyncio.run(server.run(change, on=on))
        assert main(["questions"]) == UNAVAILABLE
        assert words in capsys.readouterr().err
        asyncio.run(server.run(back, on=on))


def test_an_import_asks_the_server_for_teams(
    address: str, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: Capture
):
    """A team that the server does not have is refused, with those that it has; a server that is not there refuses none."""
    on = urlsplit(address).path.removeprefix("/")
    asyncio.run(server.run("INSERT INTO team (ref, zone) VALUES ('slack:T7', 'UTC')", on=on))
    Path("notes.md").write_text(
        "# What is wind?\n\nAir that moves from high pressure to low pressure, since the sun warms it.\n"
    )
    assert main(["import", "notes.md", "--team", "slack:T7"]) == OK
    assert main(["import", "notes.md", "--team", "slack:T9"]) == CONFIG
    assert "did you mean slack:T7?" in capsys.readouterr().err
    monkeypatch.setenv("STUDYHALL_DATABASE_URL", "postgresql://studyhall:secret@localhost:1/studyhall")
    assert main(["import", "notes.md", "--team", "slack:T9"]) == OK


def test_the_doctor_looks_at_the_server(address: str, server: Server, capsys: Capture):
    """The server, its version and the schema are named, a fault too, and a file that was not brought over; health does the same."""
    name = urlsplit(address).path.removeprefix("/")
    later = SystemClock().now().replace(year=SystemClock().now().year + 1)
    held = f"INSERT INTO kept VALUES ('discord{HELD}', '{later.isoformat()}')"  # noqa: S608  our own words
    asyncio.run(server.run(held, on=name))
    assert main(["doctor"]) == FOUND  # Discord is held back
    said = capsys.readouterr().out
    assert "PostgreSQL 1" in said
    assert "the next waits until" in said
    assert main(["health"]) == FOUND
    Path("data").mkdir()
    Path("data/alive").touch()
    assert main(["health"]) == OK
    assert "The bot is alive. discord: too many starts" in capsys.readouterr().out
    assert list(asyncio.run(opening.roles(load()))) == []


def test_the_doctor_of_an_empty_or_absent_server(
    folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: Capture
):
    """A database without tables is fine until a file waits to be brought over; a server that is not there is not."""
    asyncio.run(server.run("CREATE DATABASE bare TEMPLATE template0"))
    monkeypatch.setenv("STUDYHALL_DATABASE_URL", server.address("bare"))
    assert main(["doctor"]) == OK
    database.begin(DATABASE)
    add(DATABASE, "slack:T7")
    assert main(["doctor"]) == FOUND
    assert "python -m bot move postgresql brings them over" in capsys.readouterr().out
    monkeypatch.setenv("STUDYHALL_DATABASE_URL", "postgresql://studyhall:secret@localhost:1/studyhall")
    assert main(["doctor"]) == FOUND
    assert main(["migrate"]) == UNAVAILABLE
    said = "".join(capsys.readouterr())
    assert said.count("The database server cannot be reached. (") == 2
    assert "goes on" not in said  # for nothing does
    assert "secret" not in said
