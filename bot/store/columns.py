"""The kinds of columns and indexes that tables are made of."""

from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Index, Integer, Text, text

from bot.store.types import Flag, Id, Moment

NAMES: Final = {  # of indexes and constraints
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def key() -> Column[Any]:
    """Return the column by which a row is known."""
    return Column("id", Id, primary_key=True)


def to(table: str, *, null: bool = False) -> Column[Any]:
    """Return a reference to a row of another table."""
    name = f"{table}_id"
    return Column(name, Id, ForeignKey(f"{table}.id"), nullable=null)


def words(name: str, *, null: bool = False) -> Column[Any]:
    """Return a column of text."""
    return Column(name, Text, nullable=null)


def count(name: str) -> Column[Any]:
    """Return a column of whole numbers."""
    return Column(name, Integer, nullable=False)


def at(name: str, *, null: bool = False) -> Column[Any]:
    """Return a column of moments."""
    return Column(name, Moment, nullable=null)


def flag(name: str) -> Column[Any]:
    """Return a column of switches."""
    return Column(name, Flag, nullable=False)


def some(name: str, *columns: str, where: str, sqlite: str = "") -> Index:
    """Return an index of the rows that meet a condition; a query is served by it that says the same in the same words."""
    return Index(f"ix_{name}", *columns, sqlite_where=text(sqlite or where), postgresql_where=text(where))


def later_flag(name: str, default: str) -> Column[Any]:
    """Return a switch that came with a later schema: what was there before has the default."""
    return Column(name, Flag, nullable=False, server_default=default)


def claimed() -> Column[Any]:
    """Return a column of which process has a row in hand (bot/store/claims.py); nothing where none has."""
    return Column("claimed_by", Text, nullable=False, server_default="")
