"""What only PostgreSQL needs: one process writes, what is said of a server that does not do, a pooler before it, a world moved."""

import asyncio
import gc
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy import event as events
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from bot.errors import GOES_ON, AlreadyRunning, StoreError, Unfit
from bot.store import ledger, migrate, moving, outside, postgresql, sqlite
from bot.store import turn as turns
from bot.store.database import Database
from bot.store.schema import attempt, event, metadata, team
from bot.store.turn import LASTS, Turn
from tests.doubles import database, older
from tests.doubles import postgresql as double
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, Hall
from tests.doubles.fakes import hall as start_hall
from tests.doubles.loopback import PATIENCE, free_port
from tests.doubles.postgresql import Server

pytestmark = pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")


@pytest.fixture
async def address(server: Server) -> AsyncIterator[str]:
    """Give the address of an empty database of the newest schema."""
    given = await server.fresh()
    yield given
    server.takes_back(given)


async def note(db: Database, name: str) -> bool:
    return await db.write(lambda connection: ledger.first_time(connection, name, now=MONDAY))


async def noted(db: Database) -> list[str]:
    return await db.read(_names)


def _names(connection: Connection) -> list[str]:
    return list(connection.execute(select(event.c.id).order_by(event.c.id)).scalars())


def name_of(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


async def test_one_process_writes_at_a_time(address: str):
    """Whoever comes second is told so; when the first has ended nobody has to wait."""
    async with postgresql.opened(address) as db:
        assert await note(db, "a")
        with pytest.raises(AlreadyRunning, match="Another Studyhall is running"):
            async with postgresql.opened(address, patience=0.01):
                pass
    async with postgresql.opened(address) as db:
        assert not await note(db, "a")


async def test_a_process_that_died_is_taken_over_from(address: str, server: Server):
    """A turn that nobody renewed can be taken; and whoever had it, should it wake, writes nothing more and ends."""

    async def sleep_and_wake() -> None:
        async with postgresql.opened(address) as slept:
            await server.run("UPDATE lease SET ends_at = now() - interval '1 second'", on=name_of(address))
            async with postgresql.opened(address) as db:
                assert await note(db, "mine")
                with pytest.raises(AlreadyRunning, match="it was given up"):
                    await note(slept, "too late")
                assert await noted(db) == ["mine"]
                async with Turn().kept(slept, beat=0):
                    await asyncio.Event().wait()

    with pytest.raises(AlreadyRunning, match="it was given up"):
        await sleep_and_wake()


async def test_who_slept_before_a_post_does_not_post(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A process that noted a post, slept, and wakes after another took over is refused before the post, not after it."""
    loop, slept = asyncio.get_running_loop(), [0]
    clock, note_sending = loop.time, ledger.sending
    monkeypatch.setattr(loop, "time", lambda: clock() + slept[0])

    def note_and_sleep(connection: Connection, *given: Any, **named: Any) -> None:
        note_sending(connection, *given, **named)
        connection.execute(text("DELETE FROM lease WHERE name LIKE 'process:%'"))
        slept[0] = LASTS

    async def sleep_and_wake() -> None:
        async with start_hall(tmp_path) as hall:
            await hall.types("you", SCHEDULE)
            before.update(hall.platform.server.messages)
            seen.append(hall.platform.server)
            monkeypatch.setattr(ledger, "sending", note_and_sleep)
            await hall.until(11, 23, 9)

    before: dict[str, Any] = {}
    seen: list[Any] = []
    with database.on_postgresql(server), pytest.raises(AlreadyRunning, match="it was given up"):
        await sleep_and_wake()
    assert slept == [LASTS]
    assert seen[0].messages == before


async def test_who_waits_takes_over_as_soon_as_it_is_free(
    address: str, server: Server, monkeypatch: pytest.MonkeyPatch
):
    """A process that finds the turn taken looks again, and has it once the other's is over."""
    async with postgresql.opened(address):
        pass
    engine, turn = postgresql.engine(address, size=1, pooled=False), Turn()
    monkeypatch.setattr(turns, "_LOOK", 0.05)
    ends = "clock_timestamp() + interval '0.5 seconds'"
    await server.run(f"UPDATE lease SET holder = 'of an earlier version', ends_at = {ends}", on=name_of(address))  # noqa: S608  our own words
    await turn.take(engine, patience=PATIENCE)
    await turn.give(engine)


async def test_who_is_stopped_as_it_comes_holds_up_nobody_for_long(address: str):
    """The transaction in which a process takes its turn has the writer's row, and is ended by the server like any other of ours."""
    async with postgresql.opened(address):
        pass
    engine, turn, ends = postgresql.engine(address, size=1, pooled=False), Turn(), list[str]()

    def look(connection: Connection) -> None:
        ends.append(connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one())

    events.listen(engine.sync_engine, "commit", look)
    await turn.take(engine, patience=0)
    await turn.give(engine)
    assert ends[0] == "15s"


async def stopped_in_between(address: str, lock: str) -> tuple[Any, asyncio.Event]:
    """Return a connection whose client stopped after a statement was prepared and before it was carried out, and when it is ended."""
    stopped = await asyncpg.connect(address)
    await stopped.execute(f"BEGIN; SET LOCAL idle_in_transaction_session_timeout = '15s'; {lock}")
    await stopped.prepare("SELECT 'which is never carried out'")
    ended = asyncio.Event()
    stopped.add_termination_listener(lambda _: ended.set())
    return stopped, ended


WRITER: Final = "SELECT 1 FROM lease WHERE name = 'writer' FOR UPDATE"
SCHEMA: Final = "SELECT pg_advisory_xact_lock(hashtext('studyhall schema'))"


@pytest.mark.parametrize("lock", [WRITER, SCHEMA])
async def test_who_is_stopped_in_a_statement_holds_up_no_start_for_long(
    address: str, lock: str, monkeypatch: pytest.MonkeyPatch
):
    """The server sets no limit to who stopped between a statement's preparation and its execution: whoever begins has it ended."""
    async with postgresql.opened(address):
        pass
    monkeypatch.setattr(turns, "STOPPED", 0)
    monkeypatch.setattr(turns, "BEAT", 0.05)
    _, ended = await stopped_in_between(address, lock)
    async with asyncio.timeout(PATIENCE), postgresql.opened(address) as db:
        assert await note(db, "a")
        await ended.wait()


async def test_who_is_stopped_in_a_statement_holds_up_no_change_for_long(address: str, monkeypatch: pytest.MonkeyPatch):
    """So has whoever runs already; one that stopped and is in nobody's way is left alone."""
    monkeypatch.setattr(turns, "BEAT", 0.05)
    async with postgresql.opened(address) as db:
        innocent, _ = await stopped_in_between(address, "SELECT 1")
        _, ended = await stopped_in_between(address, WRITER)
        monkeypatch.setattr(turns, "STOPPED", 0)
        async with asyncio.timeout(PATIENCE):
            assert await note(db, "a")
            await ended.wait()
        assert not innocent.is_closed()
        innocent.terminate()


async def test_who_looks_for_the_stopped_bears_a_server_that_is_away(address: str, monkeypatch: pytest.MonkeyPatch):
    """While the database cannot be asked, the look at who holds up others is taken again and again."""
    monkeypatch.setattr(turns, "BEAT", 0)
    engine, tries, thrice = (
        postgresql.engine(f"{address}/nowhere", size=1, pooled=False),
        iter(range(3)),
        asyncio.Event(),
    )
    events.listen(engine.sync_engine, "do_connect", lambda *_: None if next(tries, 2) < 2 else thrice.set())
    async with asyncio.timeout(PATIENCE), turns.watched(engine):
        await thrice.wait()
    await engine.dispose()


async def test_a_turn_is_renewed_where_nothing_is_written(address: str, server: Server):
    """A quiet night takes no turn away, nor does a server that is away for a while; who is stopped is stopped."""
    async with postgresql.opened(address) as db:
        await server.run("UPDATE lease SET ends_at = now() - interval '1 second'", on=name_of(address))
        keeping = asyncio.create_task(kept(db))
        while not await db.read(lives):
            pass
        keeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await keeping
        with pytest.raises(AlreadyRunning):
            async with postgresql.opened(address):
                pass


async def kept(db: Database) -> None:
    """Renew a turn until it is ended from without."""
    async with Turn().kept(db, beat=0):
        await asyncio.Event().wait()


def lives(connection: Connection) -> bool:
    """Whether the one process that is there says that it lives."""
    return bool(
        connection.execute(
            text("SELECT ends_at > clock_timestamp() FROM lease WHERE name LIKE 'process:%'")
        ).scalar_one()
    )


END: Final = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def test_connections_that_the_server_closed_are_made_anew(address: str, server: Server):
    """After the server has ended every connection, the next read and the next change go well, noticed already, later or in their middle."""
    async with postgresql.opened(address) as db:
        for name in ("a", "b"):
            await note(db, name)
            await noted(db)
            await server.run(END, on=name_of(address))
            await asyncio.sleep(0.01)
        assert await noted(db) == ["a", "b"]
        psql: list[str | Path] = [(double.programs() or Path()) / "psql", "-q", "-c", END, address]
        assert not await note(db, "a")
        subprocess.run(psql, check=True, capture_output=True)  # noqa: ASYNC221  nothing of it is heard before the next change
        assert await note(db, "c")
        calls = iter(["SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1"])
        assert await db.read(lambda connection: connection.scalar(text(next(calls)))) == 1
        ends = iter(["SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1"])
        assert await db.write(lambda connection: connection.scalar(text(next(ends)))) == 1
        always = "SELECT pg_terminate_backend(pg_backend_pid())"
        with pytest.raises(StoreError, match="cannot be reached"):
            await db.write(lambda connection: connection.scalar(text(always)))
        assert await note(db, "d")
        assert await noted(db) == ["a", "b", "c", "d"]


def test_a_connection_that_is_being_ended_is_one_that_is_gone():
    """Asyncpg, which still waits for a statement that the server's end cut off, says so of its own state."""
    said = "cannot switch to state 11; another operation (2) is in progress"
    assert postgresql.Dialect().is_disconnect(Exception(said), None, None)  # type: ignore[no-untyped-call]


async def test_migrations_make_exactly_the_schema(address: str):
    """The tables that the migrations made on PostgreSQL are those that the code declares."""

    def compare(connection: Connection) -> list[Any]:
        assert migrate.revision(connection) == migrate.HEAD
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with postgresql.opened(address) as db:
        assert await db.read(compare) == []


async def test_an_older_schema_is_brought_up_and_a_newer_one_refused(
    address: str, server: Server, monkeypatch: pytest.MonkeyPatch
):
    """What is missing is made at the start; a database of a later version is left alone."""
    with monkeypatch.context() as later:
        later.setattr(migrate, "HEAD", "later")
        async with postgresql.opened(address) as db:
            assert await note(db, "a")
    await server.run("UPDATE alembic_version SET version_num = '9999'", on=name_of(address))
    with pytest.raises(StoreError, match=r"newer than this Studyhall.*put back the dump"):
        async with postgresql.opened(address):
            pass
    restore = f"UPDATE alembic_version SET version_num = '{migrate.HEAD}'"  # noqa: S608  our own words
    await server.run(restore, on=name_of(address))


async def test_of_several_that_begin_with_an_older_schema_one_brings_it_up(address: str, server: Server):
    """All of a new version may be started at once: whoever waited for the one that migrates comes in after it, and none is refused."""
    await older.on_server(address, "0021")
    there = asyncio.Barrier(2)

    async def begin() -> None:
        async with postgresql.opened(address, patience=PATIENCE, alone=False):
            await there.wait()

    held, looking = await asyncpg.connect(address), await asyncpg.connect(address)
    await held.execute("BEGIN; LOCK TABLE lease")
    begun = asyncio.gather(begin(), begin())
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not begun.done() and await looking.fetchval(waiting) < 2:
        pass
    for one in (held, looking):
        await one.close()
    async with asyncio.timeout(PATIENCE):
        await begun
    assert (await outside.survey(address)).revision == migrate.HEAD


async def test_an_upgrade_may_take_longer_than_a_process_is_waited_for(address: str, monkeypatch: pytest.MonkeyPatch):
    """Whoever brings the database up has its place for as long as ever from then on: those that waited would give it up at once."""
    await older.on_server(address, "0021")
    upgrade = migrate.upgrade

    def long(connection: Connection) -> None:
        upgrade(connection)
        connection.execute(text("UPDATE lease SET ends_at = now() - interval '1 second' WHERE name LIKE 'process:%'"))

    monkeypatch.setattr(migrate, "upgrade", long)
    async with postgresql.opened(address, alone=False) as db:
        given_up = text("SELECT count(*) FROM lease WHERE ends_at < now()")
        assert await db.read(lambda connection: connection.scalar(given_up)) == 0


async def test_a_conflict_is_the_changes_own_trouble(address: str):
    """A row that is there already refuses a change, and the database is well."""
    async with postgresql.opened(address) as db:

        def twice(connection: Connection) -> None:
            connection.execute(insert(event), [{"id": "a", "at": MONDAY}] * 2)

        with pytest.raises(Unfit):
            await db.write(twice)
        with pytest.raises(StoreError, match=r"The database refused.*42601"):
            await db.read(lambda c: c.execute(text("SELEKT 1")))
        assert db.fault is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("postgresql://postgres@/none?host={folder}", "no such database"),
        ("postgresql://nobody@/begun?host={folder}", "refuses the name or the password"),
        ("postgresql://postgres@/begun?host={folder}/nowhere", "cannot be reached"),
        ("postgresql://postgres:secret@localhost:1/begun", "cannot be reached"),
        ("postgresql://postgres:secret@localhost:port/begun", "cannot be read; write postgresql://"),
        ("postgresql://postgres@/latin?host={folder}", "keeps its text as LATIN1"),
    ],
)
async def test_what_is_wrong_with_an_address_is_said(server: Server, wrong: str, said: str):
    """Each fault on the way to a database has a sentence that says what to do, and none has the password in it."""
    if "latin" in wrong:
        await server.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    given = wrong.format(folder=server.folder)
    with pytest.raises(StoreError, match=said) as caught:
        async with postgresql.opened(given):
            pass
    assert "secret" not in str(caught.value)
    assert said in (await outside.survey(given)).fault


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("sslmode=verify-full", "Name the CA's file there: sslrootcert=/etc/ssl/certs/ca-certificates.crt"),
        ("sslmode=verify-ca&sslrootcert=system", "sslrootcert=system is no file that the bot can read. Name one"),
        ("sslmode=require&sslrootcert=/nowhere/ca.crt", "sslrootcert=/nowhere/ca.crt is no file"),
        ("sslmode=verify-full&sslrootcert={ca}&sslcert={ca}.mine", "sslcert={ca}.mine is no file"),
        ("sslmode=checked", "sslmode is disable, allow, prefer"),
        ("sslmode=verify-full&sslrootcert={ca}", ""),
        ("sslmode=disable", ""),
    ],
)
async def test_files_of_certificates_that_are_not_there_are_named(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, said: str
):
    """Where the address wants the server's certificate checked and names nobody to believe, or no file, that is said, and what to write."""
    monkeypatch.setenv("HOME", str(tmp_path))
    ca = Path(double.__file__).with_name("ca.pem")
    given = f"{address}&{asked.format(ca=ca)}"
    assert said.format(ca=ca) in (fault := (await outside.survey(given)).fault)
    assert bool(said) == bool(fault)


async def test_a_server_without_tls_is_told_from_one_that_is_away():
    """Where the address asks for TLS and the server has none, that is said, and not that it cannot be reached."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            await reader.read(8)
            writer.write(b"N")
            await reader.read()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as listens:
        port = listens.sockets[0].getsockname()[1]
        seen = await outside.survey(f"postgresql://me:secret@127.0.0.1:{port}/world?sslmode=require")
    assert "agree on no TLS" in seen.fault


def test_only_a_running_bot_goes_on():
    """What passes is said to a running bot with what it does then, and without that to whoever ends with it."""
    for error, passes in (
        (ConnectionRefusedError(), True),
        (asyncpg.PostgresError.new({"C": "42501", "M": ""}), False),
    ):
        told = outside.explain(DBAPIError("", None, error))
        assert (GOES_ON in str(told)) == passes
        assert GOES_ON not in told.words


def test_an_older_server_is_refused():
    """PostgreSQL 14 is told from 15."""
    with pytest.raises(StoreError, match="PostgreSQL 14, and Studyhall needs 15"):
        outside.refuse_older(14)
    outside.refuse_older(15)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("53100", "disk is full"),
        ("57P01", "cannot be reached"),
        ("25006", "only be read"),
        ("XX001", "damaged"),
        ("42501", "may not do"),
    ],
)
def test_errors_of_the_server_have_advice(code: str, said: str):
    """What an operator can mend is said in a sentence, with the code by which the server's manual knows it."""
    raised = asyncpg.PostgresError.new({"C": code, "M": "whatever"})
    told = outside.explain(DBAPIError("", None, raised))
    assert said in str(told)
    assert code in str(told)


def test_a_connection_that_the_server_has_ended_is_gone():
    """Also where the driver has not noticed yet, and speaks of its own state."""
    between = asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
    assert "cannot be reached" in str(outside.explain(DBAPIError("", None, between)))


async def test_no_connection_free_is_said():
    """Where all connections wait for a server that does not answer, whoever waits for one of them is told so, and goes on."""

    class Taken:
        async def read(self, _: Any) -> Any:
            raise NoneFree("QueuePool limit of size 4 overflow 0 reached, connection timed out, timeout 30.00")

    db = Database(writer=Any, readers=Taken(), explain=outside.explain)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="cannot be reached"):
        await db.read(_names)


LOOKED_AT = "SELECT reltuples FROM pg_class WHERE relname = 'attempt'"  # -1 before the server has counted its rows


async def play(hall: Hall) -> None:
    """Let members answer two rounds, one of them closed."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9)
    await hall.answers("maya", HALF)
    await hall.answers("maya", FULL)
    await hall.replies("bo", FULL)
    await hall.until(11, 24, 9)
    await hall.answers("bo", HALF, 2)


@pytest.mark.sqlite
async def test_a_world_is_moved_there_and_back(hall: Hall, address: str, tmp_path: Path):
    """Every row arrives, the totals fold to the same, and new rows go on behind the old; what is not empty is no target."""
    await play(hall)
    said: list[str] = []
    async with postgresql.opened(address) as server:
        moved = await moving.move(hall.db, server, tell=said.append)
        assert moved.awards
        assert moved.differences == []
        assert "attempt: 4 rows" in said
        assert await server.read(lambda c: c.scalar(text(LOOKED_AT))) == 4
        with pytest.raises(StoreError, match="not empty"):
            await moving.move(hall.db, server, tell=said.append)
        await server.write(lambda c: c.execute(insert(team).values(ref="new", zone="UTC")))
        async with sqlite.opened(tmp_path / "back" / "studyhall.db", now=MONDAY) as back:
            assert await moving.move(server, back, tell=said.append) == moved
            assert await back.read(lambda c: c.scalar(select(func.count()).select_from(attempt))) == 4
            assert await back.read(lambda c: c.scalar(select(func.max(team.c.id)))) == 2


@pytest.mark.sqlite
async def test_what_did_not_arrive_as_it_was_is_not_moved(hall: Hall, address: str, monkeypatch: pytest.MonkeyPatch):
    """Where a row is another in the new database, the move says so and leaves nothing there."""

    def other(*_: Any, **__: Any) -> moving.Sum:
        return moving.Sum(rows=7)

    async with postgresql.opened(address) as server:
        with monkeypatch.context() as patched:
            patched.setattr(moving, "_sum", other)
            with pytest.raises(StoreError, match=r"team.* did not arrive as they were\. Nothing was moved"):
                await moving.move(hall.db, server, tell=lambda _: None)
        assert await noted(server) == []


async def test_what_may_not_be_done_is_said(server: Server):
    """A user that may make no tables, and a database that is somebody else's, are named with what to do."""
    await server.run("CREATE ROLE guest LOGIN")
    await server.run("CREATE DATABASE others TEMPLATE template0")
    with pytest.raises(StoreError, match="Make it the owner"):
        async with postgresql.opened(server.address("others").replace("postgres@", "guest@")):
            pass
    await server.run("CREATE TABLE alembic_version (version_num text)", on="others")
    assert "The database refused" in (await outside.survey(server.address("others"))).fault


def test_a_server_without_tls_is_named():
    """What TLS says is told, and where to look."""
    assert "agree on no TLS" in str(outside.explain(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong")))


class Away:
    """A database whose server is away, and which another process has when it is back."""

    def __init__(self) -> None:
        self.answers: list[Exception] = [StoreError("away"), StoreError("away"), AlreadyRunning("taken")]

    async def write(self, _: Any) -> None:
        raise self.answers.pop(0)


async def test_a_server_that_is_away_takes_no_turn():
    """While the server is away the turn is not given up: only somebody else's name in it ends the bot."""
    away: Any = Away()
    with pytest.raises(AlreadyRunning, match="taken"):
        async with Turn().kept(away, beat=0):
            await asyncio.Event().wait()
    assert away.answers == []


async def test_a_turn_that_is_lost_as_its_process_fails(caplog: pytest.LogCaptureFixture):
    """Who is told so, and fails with something else as it ends, says that alone: the loss is no error that nobody took."""

    async def lived() -> None:
        away: Any = Away()
        async with Turn().kept(away, beat=0):
            try:
                await asyncio.Event().wait()
            finally:
                raise StoreError("The database is away.")

    with pytest.raises(StoreError, match="away"):
        await asyncio.create_task(lived())
    gc.collect()
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


@contextmanager
def pooled(server: Server, address: str, *, port: int) -> Iterator[str]:
    """Run PgBouncer in transaction mode before a database, with one connection to the server for each pool."""
    program = shutil.which("pgbouncer") or ""
    settings = (
        f"[databases]\n* = host={server.folder} user=postgres\n[pgbouncer]\nlisten_port={port}\nunix_socket_dir={server.folder}\n"
        "auth_type=any\npool_mode=transaction\ndefault_pool_size=2\n"
    )
    (server.folder / "pool.ini").write_text(settings)
    running = subprocess.Popen(
        [program, "-q", server.folder / "pool.ini"], user=double.user(), stderr=subprocess.DEVNULL, cwd=server.folder
    )
    try:
        yield f"{address}&port={port}"
    finally:
        running.terminate()
        running.wait()


@pytest.mark.skipif(shutil.which("pgbouncer") is None, reason="no PgBouncer is installed")
async def test_a_pooler_may_stand_before_it(server: Server, address: str):
    """Behind the real PgBouncer, which gives each transaction another connection, many read and write at once."""
    with pooled(server, address, port=free_port()) as through:
        async with asyncio.timeout(PATIENCE):
            while (await outside.survey(through)).fault:
                pass
        assert await outside.examined(through)
        async with postgresql.opened(through) as db:
            names = [f"{number:03}" for number in range(60)]
            await asyncio.gather(*(note(db, name) for name in names), *(noted(db) for _ in names))
            assert await noted(db) == names
        assert "behind a pooler" in (await outside.survey(through)).is_a


async def test_a_look_says_what_is_wrong_too(address: str):
    """Who only looks at the database is told of its trouble in the same words as who has it."""
    with pytest.raises(StoreError):
        await postgresql.looked(address, lambda connection: connection.exec_driver_sql("SELECT nothing"))
