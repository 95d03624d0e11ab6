"""The store's promises on a real SQLite file: groups, faults, locks, migrations, copies."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, insert, select, text
from sqlalchemy import event as events
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from bot.errors import AlreadyRunning, StoreError, Unfit
from bot.store import migrate, sqlite
from bot.store.database import Database
from bot.store.schema import doubt, event, metadata, reported, team
from bot.store.types import Day, Flag, Json, Moment
from tests.doubles import database
from tests.doubles.fakes import MONDAY
from tests.doubles.loopback import PATIENCE

# Seven answers: one that waits, one that was decided, one for practice, one whose words were deleted, and three with appeals: one
# that waits, one for practice that does too, and one that was decided. Of two questions with reports, one was confirmed since.
BEFORE_0007: Final = """
    INSERT INTO team (id, ref, zone) VALUES (1, 't', 'UTC');
    INSERT INTO channel (id, team_id, ref, name) VALUES (1, 1, 'c', 'hall');
    INSERT INTO member (id, team_id, name, organiser, hidden, shares) VALUES (1, 1, 'maya', 0, 0, 0);
    INSERT INTO round (id, team_id, channel_id, question_id, version, level, topic, scheduled, local_date, opened_at,
        reveal_at, void, repeat) VALUES (1, 1, 1, 'q', '1', 'mid', 'sky', 1, '2026-11-23', 0, 0, 0, 0);
    INSERT INTO attempt (id, team_id, round_id, member_id, number, text, public, late, hints, at) VALUES
        (1, 1, 1, 1, 1, 'a', 0, 0, 0, 0), (2, 1, 1, 1, 2, 'b', 0, 0, 0, 0), (3, 1, 1, 1, 3, 'c', 0, 1, 0, 0),
        (4, 1, 1, 1, 4, NULL, 0, 0, 0, 0), (5, 1, 1, 1, 5, 'e', 0, 0, 0, 0), (6, 1, 1, 1, 6, 'f', 0, 1, 0, 0),
        (7, 1, 1, 1, 7, 'g', 0, 0, 0, 0);
    INSERT INTO grade (attempt_id, score, band, version, points, notes, unsure, reason, at) VALUES
        (1, 50, 'partly', '2', '[]', '[]', 'why', 'first', 0), (2, 50, 'partly', '2', '[]', '[]', 'why', 'first', 0),
        (2, 50, 'partly', '2', '[]', '[]', NULL, 'organiser', 0), (3, 50, 'partly', '2', '[]', '[]', 'why', 'first', 0),
        (4, 50, 'partly', '2', '[]', '[]', 'why', 'first', 0), (5, 50, 'partly', '2', '[]', '[]', NULL, 'first', 0),
        (6, 50, 'partly', '2', '[]', '[]', NULL, 'first', 0), (7, 50, 'partly', '2', '[]', '[]', NULL, 'first', 0),
        (7, 50, 'partly', '2', '[]', '[]', NULL, 'organiser', 0);
    INSERT INTO appeal (attempt_id, grade_id, team_id, member_id, reason, at) SELECT attempt_id, min(id), 1, 1, '', 0
        FROM grade WHERE attempt_id > 4 GROUP BY attempt_id;
    INSERT INTO remark (team_id, question_id, member_id, said, organiser, version, reason, at) VALUES
        (1, 'q', 1, 'report', 0, '1', '', 0), (1, 'q', 1, 'confirm', 1, '1', '', 0), (1, 'r', 1, 'confirm', 1, '1', '', 0),
        (1, 'r', 1, 'report', 0, '1', '', 0), (1, 'r', 1, 'report', 0, '1', '', 0)
"""


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with sqlite.opened(tmp_path / "studyhall.db", now=MONDAY) as database:
        yield database


def adding(ref: str) -> Any:
    def add(connection: Connection) -> None:
        connection.execute(insert(team).values(ref=ref, zone="UTC"))

    return add


def count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(team)).scalar_one())


def refuse(connection: Connection) -> None:
    connection.execute(insert(team).values(ref="half", zone="UTC"))
    raise ValueError("no")


def ending(db: Database) -> list[str]:
    """Return how the writer's transactions end from now on."""
    ends: list[str] = []
    engine: Any = db._writer
    for how in ("commit", "rollback"):
        events.listen(getattr(engine.engine, "sync_engine", engine.engine), how, lambda _, how=how: ends.append(how))
    return ends


def pragma(connection: Connection, name: str) -> Any:
    return connection.execute(text(f"PRAGMA {name}")).scalar_one()


async def test_the_pragmas_hold_on_every_connection(db: Database):
    """WAL, synchronous=FULL (2), foreign keys and a busy timeout are set; readers cannot write."""

    def look(connection: Connection) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        return [pragma(connection, name) for name in names]

    assert await db.write(look) == ["wal", 2, 1, 5000, 0]
    assert await db.read(look) == ["wal", 2, 1, 5000, 1]
    with pytest.raises(StoreError):
        await db.read(adding("sneaky"))


async def test_concurrent_changes_are_all_kept(db: Database):
    """Two hundred changes at once are all committed when their writes return."""
    await asyncio.gather(*(db.write(adding(f"t{n}")) for n in range(200)))
    assert await db.read(count) == 200


async def test_a_failing_change_takes_nobody_with_it(db: Database):
    """In a group, the change that fails leaves nothing, and every other one is kept."""
    jobs = [db.write(adding(f"t{n}")) for n in range(10)]
    done = await asyncio.gather(*jobs[:5], db.write(refuse), *jobs[5:], db.write(adding("t3")), return_exceptions=True)
    assert [type(d) for d in done if d is not None] == [ValueError, Unfit]
    assert await db.read(count) == 10


async def test_a_change_in_steps_is_kept_whole_or_not_at_all(db: Database):
    """Several steps are one transaction, others wait for its end, and where one fails none is kept."""

    async def add(*refs: str) -> None:
        async with db.in_steps() as step:
            for ref in refs:
                await step(adding(ref))

    one, other = await asyncio.gather(add("one", "two"), db.write(count))
    assert (one, other) == (None, 2)
    with pytest.raises(Unfit):
        await add("three", "one")
    assert await db.read(count) == 2


@pytest.mark.both_stores
async def test_what_is_only_tried_costs_nobody_a_commit(tmp_path: Path):
    """A change that is tried among others' leaves nothing and their transaction whole; where nobody else changes, nothing is committed."""
    async with database.opened(tmp_path / "a.db", now=MONDAY) as db:
        ends = ending(db)
        await asyncio.gather(
            *(db.write(adding(f"t{n}")) for n in range(5)), db.rehearse(adding("tried")), db.write(adding("t5"))
        )
        assert (await db.read(count), ends) == (6, ["commit"])
        ends.clear()
        await asyncio.gather(db.rehearse(adding("tried")), db.rehearse(adding("tried")))
        assert (await db.read(count), {*ends}) == (6, {"rollback"})
        with pytest.raises(Unfit):
            await db.rehearse(adding("t0"))
        done = await asyncio.gather(db.write(adding("t6")), db.rehearse(adding("t0")), return_exceptions=True)
        assert [type(one) for one in done] == [type(None), Unfit]
        assert await db.read(count) == 7


async def test_a_cancelled_caller_stops_nobody(db: Database):
    """Cancelling one who waits for a change disturbs neither the group nor the writer."""
    tasks = [asyncio.ensure_future(db.write(adding(f"t{n}"))) for n in range(5)]
    failing = asyncio.ensure_future(db.write(refuse))
    await asyncio.sleep(0)
    tasks[0].cancel()
    failing.cancel()
    await asyncio.gather(*tasks, failing, return_exceptions=True)
    await db.write(adding("after"))
    assert await db.read(count) in {5, 6}


async def test_what_is_queued_is_committed_at_the_end(tmp_path: Path):
    """Closing waits for the changes that were asked for before it."""
    async with sqlite.opened(tmp_path / "a.db", now=MONDAY) as db:
        tasks = [asyncio.ensure_future(db.write(adding(f"t{n}"))) for n in range(120)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    async with sqlite.opened(tmp_path / "a.db", now=MONDAY) as db:
        assert await db.read(count) == 120


@pytest.mark.both_stores
async def test_who_comes_after_the_end_is_refused(tmp_path: Path):
    """Whoever reads or writes when the database is closed opens it no more, for nobody would close it."""
    async with database.opened(tmp_path / "a.db", now=MONDAY) as db:
        assert await db.read(count) == 0
    for late in (db.read(count), db.write(count)):
        with pytest.raises(StoreError, match="The bot is ending"):
            await late


async def test_a_second_opening_is_refused_and_the_lock_is_given_back(tmp_path: Path):
    """One process has the file; when it lets go, the next may have it."""
    path = tmp_path / "studyhall.db"
    async with sqlite.opened(path, now=MONDAY):
        with pytest.raises(AlreadyRunning, match="Another Studyhall is running"):
            async with sqlite.opened(path, now=MONDAY):
                pass
    async with sqlite.opened(path, now=MONDAY) as db:
        assert await db.read(count) == 0


async def test_a_full_disk_is_said_and_recovered_from(db: Database):
    """When no page can be added the change is refused with what to do, nothing is half kept, and room makes it work."""

    def limit(connection: Connection, pages: int) -> None:
        connection.execute(text(f"PRAGMA max_page_count={pages}"))

    def fill(connection: Connection) -> None:
        connection.execute(insert(event).values(id="x" * 500_000, at=MONDAY))

    await db.write(lambda c: limit(c, 1))
    with pytest.raises(StoreError, match=r"The disk is full\. Free some space"):
        await db.write(fill)
    await db.write(lambda c: limit(c, 1_000_000))
    await db.write(fill)


@pytest.mark.parametrize("damage", [b"this is no database", b""])
async def test_a_file_that_is_no_database_is_said(tmp_path: Path, damage: bytes):
    """Garbage in the file's place is refused with what to do; an empty file is simply a new database."""
    path = tmp_path / "studyhall.db"
    path.write_bytes(damage * 100)
    if not damage:
        async with sqlite.opened(path, now=MONDAY) as db:
            assert await db.read(count) == 0
        return
    with pytest.raises(StoreError, match=r"not a database, or it is damaged.*backups"):
        async with sqlite.opened(path, now=MONDAY):
            pass
    assert path.read_bytes() == damage * 100


async def test_damage_inside_is_said_when_it_is_met(tmp_path: Path):
    """Overwritten pages are reported as damage, with where the copies are."""
    path = tmp_path / "studyhall.db"
    async with sqlite.opened(path, now=MONDAY) as db:
        await asyncio.gather(*(db.write(adding(f"{n}" * 100)) for n in range(200)))
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    with pytest.raises(StoreError, match="damaged"):
        async with sqlite.opened(path, now=MONDAY) as db:
            await db.read(count)
    assert sqlite.survey(path).fault


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path):
    """A data folder that cannot be written is refused with the setting that names another."""
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="STUDYHALL_DATA_DIR"):
        async with sqlite.opened(tmp_path / "file" / "studyhall.db", now=MONDAY):
            pass


async def test_an_unwritable_database_file_is_said(tmp_path: Path):
    """A database path that SQLite cannot open is refused with what to check."""
    (tmp_path / "studyhall.db").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        async with sqlite.opened(tmp_path / "studyhall.db", now=MONDAY):
            pass


async def test_a_newer_database_is_refused_untouched(tmp_path: Path):
    """A database that a later version has changed is left alone, and the message says what to start."""
    path = tmp_path / "studyhall.db"
    async with sqlite.opened(path, now=MONDAY):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer than this Studyhall: its schema is 9999"):
        async with sqlite.opened(path, now=MONDAY):
            pass
    assert sqlite.survey(path).revision == "9999"


async def test_an_older_database_is_copied_before_it_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Before a migration touches a database with data, a whole copy of it is kept; a failed one leaves it as it was."""
    path = tmp_path / "studyhall.db"
    async with sqlite.opened(path, now=MONDAY) as db:
        await db.write(adding("kept"))
    made = migrate.HEAD
    monkeypatch.setattr(migrate, "HEAD", "9999")

    def fail(connection: Connection) -> None:
        connection.execute(text("DROP TABLE team"))
        connection.execute(text("SELECT nonsense"))

    monkeypatch.setattr(migrate, "upgrade", fail)
    with pytest.raises(StoreError, match="no such column"):
        async with sqlite.opened(path, now=MONDAY):
            pass
    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name == f"studyhall-{made}-20261123T080000Z.db"
    for file in (path, copy):
        with closing(sqlite3.connect(file)) as raw:
            assert raw.execute("SELECT ref FROM team").fetchall() == [("kept",)]


def test_migrations_make_exactly_the_schema():
    """Running every migration on an empty database gives the tables that the code declares, STRICT ones."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate.upgrade(connection)
        assert migrate.revision(connection) == migrate.HEAD
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        tables = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    engine.dispose()
    loose = [name for name, sql in tables if name != "alembic_version" and not sql.rstrip().endswith("STRICT")]
    assert loose == []


def test_head_is_the_newest_migration():
    """The revision that the code expects is the newest in the folder."""
    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    assert scripts.get_current_head() == migrate.HEAD
    assert migrate.HEAD in migrate.known()


def test_every_table_has_postgresql_ddl_without_sqlites_types():
    """The same declarations compile for PostgreSQL, with its own types for instants, dates, flags and documents."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    ddl = "\n".join(str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables)
    assert "STRICT" not in ddl
    for spelled in ("TIMESTAMP WITH TIME ZONE", "DATE", "BOOLEAN", "JSON", "BIGSERIAL"):
        assert spelled in ddl


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_column_types_give_back_what_was_put_in(name: str):
    """Instants, dates, flags and documents come back as they were, whatever the database keeps; None stays None."""
    dialect: Any = sqlite_dialect() if name == "sqlite" else postgresql.dialect()  # type: ignore[no-untyped-call]
    samples: list[tuple[Any, Any]] = [
        (Moment(), datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)),
        (Day(), date(2026, 11, 23)),
        (Flag(), True),
        (Flag(), False),
        (Json(), {"a": ["ü", None, 1]}),
    ]
    for kind, value in samples:
        for one in (value, None):
            assert kind.process_result_value(kind.process_bind_param(one, dialect), dialect) == one


def sqlite_dialect() -> Any:
    return create_engine("sqlite://").dialect


def test_naive_datetimes_are_refused():
    """A datetime without a zone is somebody's local time, and nobody knows whose: it is not stored."""
    with pytest.raises(ValueError, match="naive"):
        Moment().process_bind_param(datetime(2026, 1, 1), sqlite_dialect())


async def test_unexpected_errors_keep_their_name(db: Database):
    """An error without advice of its own is reported with its SQLite name."""
    with pytest.raises(StoreError, match=r"The database refused.*SQLITE_ERROR"):
        await db.read(lambda c: pragma(c, "nonsense("))


async def test_what_waits_is_still_waiting_after_an_upgrade(tmp_path: Path):
    """A database of the version before what waits for an organiser had tables has the same on the desk after the upgrade."""
    path = tmp_path / "studyhall.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
        command.upgrade(config, "0005")
        for statement in BEFORE_0007.split(";"):
            connection.execute(text(statement))
    engine.dispose()
    async with sqlite.opened(path, now=MONDAY) as db:

        def look(connection: Connection) -> tuple[list[int], list[str]]:
            grades = connection.execute(select(doubt.c.attempt_id).order_by(doubt.c.attempt_id))
            return list(grades.scalars()), list(connection.execute(select(reported.c.question_id)).scalars())

        assert await db.read(look) == ([1, 5, 6], ["r"])


async def test_who_comes_after_the_end_is_told(tmp_path: Path):
    """A change that comes when nobody takes any more is refused, and does not wait for ever; so is one that comes just before."""
    async with sqlite.opened(tmp_path / "studyhall.db", now=MONDAY) as db:
        db._queue.put_nowait(None)
        late = asyncio.create_task(db.write(lambda connection: connection.execute(text("SELECT 1"))))
    for write in (late, db.write(lambda connection: connection.execute(text("SELECT 1")))):
        with pytest.raises(StoreError, match="nothing is saved any more"):
            await asyncio.wait_for(write, PATIENCE)
