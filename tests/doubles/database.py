"""A database of its own for each test: the migrations run once a process, and every new file begins as a copy of what they made."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine

from bot.store import migrate, sqlite
from bot.store.database import Database


@asynccontextmanager
async def opened(path: Path, *, now: datetime) -> AsyncIterator[Database]:
    """Open a database as the bot does; one that is not there yet is empty and has the newest schema."""
    begin(path)
    async with sqlite.opened(path, now=now) as database:
        yield database


def begin(path: Path) -> None:
    """Write an empty database of the newest schema where there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "studyhall.db"
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            migrate.upgrade(connection)
        engine.dispose()
        return path.read_bytes()
