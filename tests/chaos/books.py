"""The two stores of the chaos suite: looked into while bots write, and made full, slow, cut off or locked."""

import asyncio
import os
import resource
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

import asyncpg

from bot.store import postgresql, recompute
from tests.doubles import database, older, small_disk
from tests.doubles.postgresql import Server

SLOW: Final = 1.0  # seconds, of the machine's
GIVE_UP: Final = "UPDATE lease SET ends_at = now() - interval '1 second' WHERE name = 'process:{}' RETURNING 1"
LOCKS: Final = "SELECT 1 FROM lease WHERE name = 'writer' FOR UPDATE"
# A table keeps a row or two a page, so that the next ones need room.
SPARSE: Final = """
    SELECT string_agg(format('ALTER TABLE %I SET (fillfactor = 10)', tablename), ';') FROM pg_tables WHERE schemaname = 'public'
"""
NEW_LOG: Final = "SELECT pg_switch_wal()"
AWAY: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Books(Protocol):
    """A store, as somebody sees it who is no bot."""

    name: str
    settings: dict[str, str]

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        ...

    async def take(self) -> None:
        """Let nobody write."""
        ...

    def let_go(self) -> None:
        """Let everybody write again."""
        ...

    async def slow(self) -> None:
        """Let what is written take a second longer."""
        ...

    def full(self, pid: int) -> AbstractAsyncContextManager[None]:
        """Leave no room on the disk of a process's store until the block ends."""
        ...

    async def go_back(self) -> None:
        """Be as an older version left it."""
        ...

    async def end(self) -> None:
        """Leave nothing behind that others need the room of."""
        ...

    async def differences(self, *, now: datetime) -> list[str]:
        """Return what of the totals is not as the facts have it; nobody runs on it meanwhile."""
        ...


class File:
    """An SQLite file."""

    name = "SQLite"
    settings: dict[str, str]

    def __init__(self, folder: Path) -> None:
        self.path = folder / "data" / "studyhall.db"
        self.settings = {}
        self._held: sqlite3.Connection | None = None

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read it as anybody may."""
        with closing(sqlite3.connect(self.path)) as db:
            return list(db.execute(query))

    async def take(self) -> None:
        """Take the lock that a writer takes."""
        held = sqlite3.connect(self.path, timeout=10, check_same_thread=False, isolation_level=None)
        await asyncio.to_thread(held.execute, "BEGIN IMMEDIATE")
        self._held = held

    def let_go(self) -> None:
        """Give it back."""
        if self._held:
            self._held.close()
        self._held = None

    async def slow(self) -> None:
        """Write nothing, and hold who writes up."""
        await self.take()
        await asyncio.sleep(SLOW)
        self.let_go()

    async def go_back(self) -> None:
        """Be of a version in which a table was of another shape, which is copied then."""
        await asyncio.to_thread(older.file, self.path, "0013")

    async def end(self) -> None:
        """Leave it to its folder."""

    def full(self, pid: int) -> AbstractAsyncContextManager[None]:
        """Let no file of the process grow."""
        return _kept_small(pid)

    async def differences(self, *, now: datetime) -> list[str]:
        """Open it as a bot does."""
        async with database.opened(self.path, now=now) as db:
            return [str(one) for one in (await db.read(recompute.compare)).differences]


@asynccontextmanager
async def _kept_small(pid: int) -> AsyncIterator[None]:
    """Let the files of a process grow no more, as on a full disk."""
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


class Base:
    """A database of a PostgreSQL server."""

    name = "PostgreSQL"

    def __init__(self, server: Server, address: str) -> None:
        self._server = server
        self.address = address
        self._name = address.partition("?")[0].rpartition("/")[2]
        self._others = f"FROM pg_stat_activity WHERE datname = '{self._name}' AND pid <> pg_backend_pid()"
        self.settings = {"DATABASE_URL": address}
        self._held: Any = None
        self._closing: set[asyncio.Task[Any]] = set()

    async def begin(self) -> None:
        """Let what is committed outlive a crash, which other tests do without; where the disk can be filled, let much need room."""
        await self.rows(f"ALTER DATABASE {self._name} SET synchronous_commit = on")
        if self._server.small:
            ((statements,),) = await self.rows(SPARSE)
            await self._server.run(str(statements), on=self._name)

    async def go_back(self) -> None:
        """Be of the first version that knew this server."""
        await older.on_server(self.address, "0021")

    async def end(self) -> None:
        """Leave the room on a small disk to the next."""
        if self._server.small:
            await self._server.run(f"DROP DATABASE {self._name} WITH (FORCE)")

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read it; a server that is coming back is asked again."""
        while True:
            try:
                connection = await asyncpg.connect(self.address)
                try:
                    return [tuple(row) for row in await connection.fetch(query)]
                finally:
                    await connection.close()
            except AWAY:
                await asyncio.sleep(0.05)

    async def take(self) -> None:
        """Take the row that a writer takes."""
        self._held = await asyncpg.connect(self.address)
        await self._held.execute(f"BEGIN; {LOCKS}")

    def let_go(self) -> None:
        """Give it back."""
        if self._held is not None:
            self._held.terminate()
        self._held = None

    async def slow(self) -> None:
        """Let the server's processes stand still for a second."""
        found = await self._backends()
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in found:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            await asyncio.sleep(SLOW if number == signal.SIGSTOP else 0)

    async def cut(self) -> None:
        """End each connection to it."""
        await self.rows(f"SELECT pg_terminate_backend(pid) {self._others}")

    async def crash(self) -> None:
        """Let the server lose one of its processes, upon which it ends all others and begins again from its log."""
        for pid in (await self._backends())[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @asynccontextmanager
    async def full(self, _pid: int) -> AsyncIterator[None]:
        """Fill up the server's disk; a server that could not bear it is begun again once there is room."""
        async with small_disk.filled(self._server.folder):
            yield
        await asyncio.to_thread(self._server.revive)

    async def end_log(self) -> None:
        """Let whatever is written next need a new file of the log."""
        with suppress(*AWAY):
            connection = await asyncpg.connect(self.address)
            await connection.execute(NEW_LOG)
            connection.terminate()

    async def holders(self) -> list[str]:
        """Return the names of the processes that live."""
        found = await self.rows("SELECT holder FROM lease WHERE name LIKE 'process:%'")
        return [str(holder) for (holder,) in found]

    async def give_up(self, holder: str) -> None:
        """Let a process have been silent for too long."""
        await self.rows(GIVE_UP.format(holder))

    async def _backends(self) -> list[int]:
        found = await self.rows(f"SELECT pid {self._others} ORDER BY pid")
        return [int(pid) for (pid,) in found]

    async def differences(self, *, now: datetime) -> list[str]:
        """Open it as a bot does."""
        async with postgresql.opened(self.address, patience=30) as db:
            return [str(one) for one in (await db.read(recompute.compare)).differences]
