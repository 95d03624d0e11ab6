"""Inserts that meet a row which is there already; both databases spell it alike, through their own dialects."""

from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.ready import Ready

_INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless its key is taken, and return whether it was new."""
    return bool(_new(connection.dialect.name, table).rows(connection, **values))


@cache
def _new(dialect: str, table: Table) -> Ready:
    return Ready(_if_new(dialect, table).returning(*table.primary_key.columns))


@cache
def _if_new(dialect: str, table: Table) -> Any:
    return _INSERTS[dialect](table).on_conflict_do_nothing()


def insert_missing(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose key is not taken."""
    if rows:
        connection.execute(_if_new(connection.dialect.name, table), rows)


def insert_all_new(connection: Connection, table: Table, rows: list[dict[str, Any]], *, returning: str) -> list[Any]:
    """Insert the rows whose key is not taken in one statement, and return a column of those."""
    statement = _if_new(connection.dialect.name, table).returning(table.c[returning])
    return list(connection.execute(statement, rows).scalars())


def upsert(connection: Connection, table: Table, rows: list[dict[str, Any]], *, add: bool = False) -> None:
    """Insert rows by primary key; where one is there, replace its other columns, or with `add` add to them."""
    if not rows:
        return
    statement = _INSERTS[connection.dialect.name](table)
    key = list(table.primary_key.columns.keys())
    new = {name: statement.excluded[name] for name in rows[0] if name not in key}
    change = {name: table.c[name] + value for name, value in new.items()} if add else new
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=change), rows)
