"""Moving a world from one database to another, whichever each is: all rows in one transaction, then compared with what was read.

The target has to be empty, so a move that was cut short left nothing and is simply made again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Connection, Table, func, insert, select, text, tuple_

from bot.errors import StoreError
from bot.store import recompute
from bot.store.database import Database, Steps
from bot.store.schema import lease, metadata

CHUNK: Final = 2_000  # rows read and written at a time
TABLES: Final = [table for table in metadata.sorted_tables if table is not lease]  # what is referred to comes first
_WHOLE: Final = 1 << 64

_NUMBER: Final = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), coalesce(:highest, 1), :highest IS NOT NULL)")
_UNHURRIED: Final = {
    "postgresql": text("SET LOCAL idle_in_transaction_session_timeout = 0"), "sqlite": text("SELECT 1"),
}  # fmt: skip
_EMPTY: Final = {
    "postgresql": "If nothing of it is wanted, stop what runs on it and make it anew (dropdb, then createdb as docs/postgresql.md shows).",
    "sqlite": "Move the file in the data folder away.",
}

Row = tuple[Any, ...]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows a table has, and a sum over all that is in them that does not depend on their order."""

    rows: int = 0
    digest: int = 0

    def plus(self, rows: list[Row]) -> "Sum":
        """Return the sum with more rows."""
        parts = (int.from_bytes(blake2b(repr(row).encode(), digest_size=8).digest()) for row in rows)
        return Sum(self.rows + len(rows), (self.digest + sum(parts)) % _WHOLE)


async def move(source: Database, target: Database, *, tell: Tell) -> recompute.Report:
    """Copy every row of a database nobody writes into an empty one, and return what the folds of the target say.

    Raises StoreError where the target is not empty, or has not what the source has.
    """
    if full := await target.read(_full):
        raise StoreError(
            f"The database to move to is not empty: it has rows in {full[0]}. {await target.read(_emptying)}"
        )
    wanted = await source.read(recompute.compare)
    async with target.in_steps() as step:
        await step(_take_time)
        sums = {table.name: await _copied(source, table, step, tell=tell) for table in TABLES}
        await step(_settle)
        tell("comparing ...")
        different = [table.name for table in TABLES if await step(partial(_sum, table=table)) != sums[table.name]]
        folded: recompute.Report = await step(recompute.compare)
        if different or folded != wanted:
            raise StoreError(f"{', '.join(different) or 'The totals'} did not arrive as they were. Nothing was moved.")
        return folded


def _take_time(there: Connection) -> None:
    """Let PostgreSQL not end the transaction while many rows are read elsewhere, or folded; a file is patient anyway."""
    there.execute(_UNHURRIED[there.dialect.name])


def _emptying(there: Connection) -> str:
    """Return how the target is emptied."""
    return _EMPTY[there.dialect.name]


def _full(there: Connection) -> list[str]:
    """Return the tables that have rows."""
    return [table.name for table in TABLES if there.execute(select(table).limit(1)).first()]


async def _copied(source: Database, table: Table, step: Steps, *, tell: Tell) -> Sum:
    """Copy a table, and return the sum of what was read."""
    found, last = Sum(), None
    while rows := await source.read(partial(_after, table=table, last=last)):
        await step(partial(_put, table=table, rows=rows))
        found, last = found.plus(rows), _key(table, rows[-1])
        tell(f"{table.name}: {found.rows:,} rows")
    return found


def _put(there: Connection, *, table: Table, rows: list[Row]) -> None:
    there.execute(insert(table), [dict(zip(table.c.keys(), row, strict=True)) for row in rows])


def _sum(connection: Connection, *, table: Table) -> Sum:
    found, last = Sum(), None
    while rows := _after(connection, table=table, last=last):
        found, last = found.plus(rows), _key(table, rows[-1])
    return found


def _key(table: Table, row: Row) -> Row:
    return tuple(row[table.c.keys().index(column.name)] for column in table.primary_key)


def _after(connection: Connection, *, table: Table, last: Row | None) -> list[Row]:
    """Return the next rows in the order of the table's key."""
    key = [*table.primary_key.columns]
    query = select(table).order_by(*key).limit(CHUNK)
    if last is not None:
        query = query.where(tuple_(*key) > last)
    return [tuple(row) for row in connection.execute(query)]


def _settle(there: Connection) -> None:
    """Let PostgreSQL know its tables before it is asked, not some minutes later, and number new rows after those that came; SQLite looks by itself."""
    if there.dialect.name != "postgresql":
        return
    for table in TABLES:
        name = f'"{table.name}"'
        there.execute(text(f"ANALYZE {name}"))
        if table.autoincrement_column is not None:
            there.execute(_NUMBER, {"name": name, "highest": there.scalar(select(func.max(table.c.id)))})
