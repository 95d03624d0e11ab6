"""A database of its own for each test: the migrations run once a process, and every new one begins as a copy of what they made.

A test is meant for SQLite, unless `on_postgresql` holds a server meanwhile: then what the test calls a file is a database there.
"""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine

from bot.store import migrate, postgresql, sqlite
from bot.store.database import Database
from tests.doubles.postgresql import Server

_SERVERS: Final[list[Server]] = []
_ADDRESSES: Final[dict[Path, str]] = {}


@contextmanager
def on_postgresql(server: Server) -> Iterator[None]:
    """Let databases be the server's until the block ends."""
    _SERVERS.append(server)
    try:
        yield
    finally:
        _SERVERS.pop()
        for address in _ADDRESSES.values():
            server.takes_back(address)
        _ADDRESSES.clear()


def address(path: Path) -> str:
    """Return the address that stands for a file where databases are the server's; nothing where they are files."""
    return _ADDRESSES.get(path, "")


@asynccontextmanager
async def opened(path: Path, *, now: datetime) -> AsyncIterator[Database]:
    """Open a database as the bot does; one that is not there yet is empty and has the newest schema."""
    if _SERVERS:
        if path not in _ADDRESSES:
            _ADDRESSES[path] = await _SERVERS[-1].fresh()
        async with postgresql.opened(_ADDRESSES[path]) as database:
            yield _compiled_once(database)
        return
    begin(path)
    async with sqlite.opened(path, now=now, readers_at_once=1) as database:  # what is read at once is read in turn
        yield _compiled_once(database)


class _Compiled(dict[Any, Any]):
    """Statements as they are compiled for a kind of database: each engine has a dialect of its own, and all of a kind say the same."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


_COMPILED: Final = _Compiled()


def _compiled_once(database: Database) -> Database:
    """Let a process compile a statement once, and not once a test: that is a tenth of what tests take."""
    some: Any
    for some in (database._writer, database._readers):
        some.engine.update_execution_options(compiled_cache=_COMPILED)
    return database


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
