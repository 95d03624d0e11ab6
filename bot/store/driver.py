"""SQLite's side of the store: what is read or changed runs whole in the thread of one of aiosqlite's connections, in one hop.

A hop to another thread and back takes longer than most statements, so none of them makes one. SQLAlchemy is used as its
synchronous self there: it finds the connection that belongs to the thread it runs in.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from threading import local
from typing import Any, Final, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import SingletonThreadPool

from bot.store.database import Steps, Work
from bot.store.ready import DIRECTLY

T = TypeVar("T")
_CHUNK: Final = 64  # rows fetched at a time by aiosqlite's own cursors, of which there are none here


class Threads:
    """Connections to one file, each with a thread of its own; whoever comes while all are busy waits for the next."""

    def __init__(
        self, path: Path, *, size: int, prepare: Callable[[sqlite3.Connection], None], begin: str = "BEGIN"
    ) -> None:
        self._path = path
        self._prepare = prepare
        self._begin = begin  # what a change begins with; as an event of the engine it would slow down every statement
        self._mine = local()
        self._opened: list[aiosqlite.Connection] = []
        self._idle: list[aiosqlite.Connection] = []
        self._free = asyncio.Semaphore(size)
        # Parameters are hidden from errors: they are people's answers, and errors are logged.
        self.engine: Engine = create_engine(
            "sqlite://", creator=lambda: self._mine.connection, poolclass=SingletonThreadPool, pool_size=size,
            hide_parameters=True, execution_options={DIRECTLY: self._directly},
        )  # fmt: skip

    async def read(self, query: Work[T]) -> T:
        """Run a query; each of its statements sees what is committed at that moment."""

        def run() -> T:
            with self.engine.connect() as connection:
                return query(connection)

        return await self.call(run)

    async def change(self, change: Work[T]) -> T:
        """Run a change in a transaction, and commit it."""

        def run() -> T:
            with self.engine.begin() as connection:
                connection.exec_driver_sql(self._begin)
                return change(connection)

        return await self.call(run)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[Steps]:
        """Give what runs one change after another in one transaction, which is committed at the end of the block."""
        thread = await self._lent()
        try:
            connection = await _call(thread, self.engine.connect)
            try:
                transaction = await _call(thread, connection.begin)
                try:
                    await _call(thread, lambda: connection.exec_driver_sql(self._begin))
                    yield lambda change: _call(thread, lambda: change(connection))
                except BaseException:
                    await _call(thread, transaction.rollback)
                    raise
                await _call(thread, transaction.commit)
            finally:
                await _call(thread, connection.close)
        finally:
            self._returned(thread)

    async def call(self, function: Callable[[], T]) -> T:
        """Call a function in the thread of a connection."""
        thread = await self._lent()
        try:
            return await _call(thread, function)
        finally:
            self._returned(thread)

    async def raw(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Call a function with a connection as the driver has it."""
        return await self.call(lambda: function(self._mine.connection))

    def _directly(self, _: Connection, statement: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Carry out a statement, in the thread of a connection, and return its rows."""
        try:
            return self._mine.connection.execute(statement, parameters).fetchall()  # type: ignore[no-any-return]
        except sqlite3.Error as error:
            raise DBAPIError.instance(None, None, error, sqlite3.Error) from error  # as SQLAlchemy says it

    async def dispose(self) -> None:
        """Close all connections, once what runs in their threads is done."""
        opened, self._opened = self._opened, []
        for thread in opened:
            await thread.close()

    async def _lent(self) -> aiosqlite.Connection:
        """Lend a connection, which has to be returned; a new one only where none is idle."""
        await self._free.acquire()
        try:
            return self._idle.pop() if self._idle else await self._another()
        except BaseException:
            self._free.release()
            raise

    def _returned(self, thread: aiosqlite.Connection) -> None:
        self._idle.append(thread)
        self._free.release()

    async def _another(self) -> aiosqlite.Connection:
        made = aiosqlite.Connection(self._connect, _CHUNK)
        made._thread.daemon = True  # noqa: SLF001  nobody waits for it at the end of the process
        try:
            await made
            self._opened.append(made)
        except sqlite3.Error as error:
            raise OperationalError("connect", None, error) from error  # as SQLAlchemy says it
        finally:
            if made not in self._opened:
                await asyncio.to_thread(made._thread.join)  # noqa: SLF001  which has been told to end, and tells the loop so
        return made

    def _connect(self) -> sqlite3.Connection:
        """Open a connection, in its thread.

        Without an isolation level the driver begins nothing by itself: a reader's statement sees what is committed (as in
        PostgreSQL's default), the writer begins as it is told.
        """
        connection = sqlite3.connect(self._path, isolation_level=None)
        self._prepare(connection)
        self._mine.connection = connection
        return connection


async def _call(thread: aiosqlite.Connection, function: Callable[[], T]) -> T:
    done: T = await thread._execute(function)  # type: ignore[no-untyped-call]  # noqa: SLF001  its way to run anything
    return done
