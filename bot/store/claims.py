"""What a process has taken in hand, and nobody else may touch as long as that process lives.

A row says by whom it is claimed, and a process lives as long as it has a row in `lease` (bot/store/turn.py). An SQLite file has
one process, whose name is empty: there nothing is ever another's.
"""

from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, or_, select

from bot.store.schema import lease

PROCESS: Final = "process:"  # how the rows of living processes are called
_LIVING: Final = select(lease.c.holder).where(lease.c.name.startswith(PROCESS))


def free(claimed_by: Column[Any], by: str) -> ColumnElement[bool]:
    """Whether a process may take a row in hand: it is nobody's or its own, or whose it was lives no more."""
    return or_(claimed_by.in_(["", by]), claimed_by.not_in(_LIVING))


def others(connection: Connection, *, by: str) -> int:
    """Return how many other processes live."""
    return len(connection.execute(_LIVING.where(lease.c.holder != by)).all())
