"""aiosqlite with one call of its thread a statement, which executes, fetches all and closes at once.

Each call is a hop to another thread and back, and by itself a statement makes four: for a cursor, to execute, to fetch and
to close. Hops are most of what an answer takes (`make bench` prints the anatomy).
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final, Self

import aiosqlite

_CHUNK: Final = 64  # rows fetched at a time by what iterates, which nothing here does


class Statement:
    """A cursor as SQLAlchemy's asyncio uses one: it executes once, and has everything after that."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        """Execute a statement and fetch what it returns."""
        await self._connection.call(self._run, "execute", operation, parameters)

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Execute a statement with each of several rows."""
        await self._connection.call(self._run, "executemany", operation, parameters)

    def _run(self, connection: sqlite3.Connection, how: str, operation: str, parameters: Sequence[Any]) -> None:
        """Do all of it, in the connection's thread."""
        cursor = getattr(connection, how)(operation, parameters)
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()

    async def fetchall(self) -> list[Any]:
        """Return what was fetched."""
        return self._rows

    async def close(self) -> None:
        """Have nothing to close any more."""


class Connection(aiosqlite.Connection):
    """A connection whose statements are one call each; ending a transaction that was never begun is none."""

    def cursor(self) -> Statement:  # type: ignore[override]  # what is awaited there is here at once
        """Return what executes a statement."""
        return Statement(self)

    async def call(self, function: Any, *given: Any) -> None:
        """Call a function with the connection, in its thread."""
        await self._execute(function, self._conn, *given)  # type: ignore[no-untyped-call]

    async def rollback(self) -> None:
        """Roll back, if there is anything to."""
        if self.in_transaction:
            await super().rollback()


def connect(database: str, **options: Any) -> Connection:
    """Return a connection to be awaited."""
    made = Connection(lambda: sqlite3.connect(database, **options), _CHUNK)
    made._thread.daemon = True  # noqa: SLF001  as SQLAlchemy has it: nobody waits for it at the end of the process
    return made
