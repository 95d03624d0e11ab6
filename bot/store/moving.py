"""Moving a world from one database to another, whichever each is: all rows in one transaction, then compared with what was read.

The target has to be empty, so a move that was cut short left nothing and is simply made again.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Table, func, insert, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store import recompute
from bot.store.database import Database
from bot.store.schema import lease, metadata

CHUNK: Final = 2_000  # rows read and written at a time
TABLES: Final = [table for table in metadata.sorted_tables if table is not lease]  # what is referred to comes first
_WHOLE: Final = 1 << 64

_NUMBER: Final = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), coalesce(:highest, 1), :highest IS NOT NULL)")

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

    async def change(there: AsyncConnection) -> recompute.Report:
        await _refuse_full(there)
        sums = {table.name: await _copied(source, table, there, tell=tell) for table in TABLES}
        await _count_on(there)
        tell("comparing ...")
        different = [table.name for table in TABLES if await _sum(there, table) != sums[table.name]]
        folded = await recompute.compare(there)
        if different or folded != await source.read(recompute.compare):
            raise StoreError(f"{', '.join(different) or 'The totals'} did not arrive as they were. Nothing was moved.")
        return folded

    return await target.write(change)


async def _refuse_full(there: AsyncConnection) -> None:
    for table in TABLES:
        if (await there.execute(select(table).limit(1))).first():
            raise StoreError(f"The database to move to is not empty: it has rows in {table.name}. Name an empty one.")


async def _copied(source: Database, table: Table, there: AsyncConnection, *, tell: Tell) -> Sum:
    """Copy a table, and return the sum of what was read."""
    found, names = Sum(), table.c.keys()

    async def read(last: Row | None) -> list[Row]:
        return await source.read(lambda connection: _after(connection, table, last))

    async for rows in _chunks(table, read):
        await there.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        found = found.plus(rows)
        tell(f"{table.name}: {found.rows:,} rows")
    return found


async def _sum(connection: AsyncConnection, table: Table) -> Sum:
    found = Sum()

    async def read(last: Row | None) -> list[Row]:
        return await _after(connection, table, last)

    async for rows in _chunks(table, read):
        found = found.plus(rows)
    return found


async def _chunks(table: Table, read: Callable[[Row | None], Any]) -> AsyncIterator[list[Any]]:
    """Yield a table's rows in the order of its key."""
    key, last = [table.c.keys().index(column.name) for column in table.primary_key], None
    while rows := await read(last):
        yield rows
        last = tuple(rows[-1][place] for place in key)


async def _after(connection: AsyncConnection, table: Table, last: Row | None) -> list[Row]:
    key = [*table.primary_key.columns]
    query = select(table).order_by(*key).limit(CHUNK)
    if last is not None:
        query = query.where(tuple_(*key) > last)
    return [tuple(row) for row in await connection.execute(query)]


async def _count_on(there: AsyncConnection) -> None:
    """Let PostgreSQL number new rows after those that came with their numbers; SQLite looks by itself."""
    if there.dialect.name != "postgresql":
        return
    for table in TABLES:
        if table.autoincrement_column is None:
            continue
        values = {"name": f'"{table.name}"', "highest": await there.scalar(select(func.max(table.c.id)))}
        await there.execute(_NUMBER, values)
