"""What adapters remember over restarts: short texts under keys."""

import secrets
from typing import Final

from sqlalchemy import Connection, select, update

from bot.store.database import Database, Work
from bot.store.schema import kept
from bot.store.upsert import insert_new

ERASED: Final = "erased:newest"  # changes with each deletion, so that every process sees it


class StoredNotebook:
    """The notebook of `bot.ports`, kept in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @property
    def shared(self) -> bool:
        """Whether other processes may write in it too."""
        return bool(self._db.holder)

    async def get(self, key: str) -> str | None:
        """Return what was put under a key."""

        def look(connection: Connection) -> str | None:
            return connection.execute(select(kept.c.value).where(kept.c.key == key)).scalar_one_or_none()

        return await self._db.read(look)

    async def put(self, key: str, value: str) -> None:
        """Remember a value."""
        await self._db.write(putting(key, value))

    async def replace(self, key: str, before: str, value: str) -> bool:
        """Remember a value in the place of another; return whether that one was there still."""

        def change(connection: Connection) -> bool:
            there = (kept.c.key == key, kept.c.value == before)
            return bool(connection.execute(update(kept).where(*there).values(value=value)).rowcount)

        return await self._db.write(change)

    async def hold(self) -> None:
        """Return where nobody else can have begun what this process has in hand."""
        await self._db.hold()


def putting(key: str, value: str) -> Work[None]:
    """Return the change that puts a value under a key."""

    def change(connection: Connection) -> None:
        if not insert_new(connection, kept, key=key, value=value):
            connection.execute(update(kept).where(kept.c.key == key).values(value=value))

    return change


def erased(connection: Connection) -> None:
    """Have every process forget in memory what a change deletes."""
    putting(ERASED, secrets.token_hex(8))(connection)
