"""Deliveries written down before they are acknowledged, so that a crash after that loses none; forgotten like events."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, delete, false, func, select, update

from bot.clock import Clock
from bot.ports import Taken
from bot.store.claims import free
from bot.store.database import Database
from bot.store.ledger import KEEP_EVENTS
from bot.store.schema import inbox
from bot.store.upsert import insert_all_new

TOGETHER: Final = 200  # deliveries written down in one statement at the most
_Waiting = list[tuple[str, Mapping[str, Any], "asyncio.Future[bool]"]]


class StoredInbox:
    """The inbox of `bot.ports`, kept in the database; deliveries that come at once are written down together."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._waiting: _Waiting = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self, delivery: str, body: Mapping[str, Any]) -> bool:
        """Write a delivery down, and return whether it is new."""
        new: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((delivery, body, new))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_down(), name="inbox")
        return await new

    async def _write_down(self) -> None:
        await asyncio.sleep(0)  # whatever has come already is written down together
        while self._waiting:
            batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            try:
                new = await self._insert(batch)
            except Exception as error:  # noqa: BLE001  it belongs to those who wait for it
                for _, _, taken in batch:
                    _settle(taken, error=error)
            else:
                for delivery, _, taken in batch:
                    _settle(taken, new=delivery in new)
                    new.discard(delivery)  # a second one in the same batch is no news

    async def _insert(self, batch: _Waiting) -> set[str]:
        now = self._clock.now()
        bodies = {delivery: body for delivery, body, _ in reversed(batch)}
        own = {"at": now, "done": False, "claimed_by": self._db.holder}
        rows = [{"id": one, "body": body, **own} for one, body in bodies.items()]

        def insert(connection: Connection) -> set[str]:
            return set(insert_all_new(connection, inbox, rows, returning="id"))

        return await self._db.write(insert)

    async def done(self, delivery: str) -> None:
        """Note that a delivery was handled, and forget what was in it."""

        def change(connection: Connection) -> None:
            connection.execute(update(inbox).where(inbox.c.id == delivery).values(done=True, body=None))

        await self._db.write(change)

    async def waiting(self, platform: str) -> list[Taken]:
        """Return the deliveries of a platform that were not handled yet, oldest first; those of a process that is gone are this one's now."""
        holder = self._db.holder

        def look(connection: Connection) -> list[Taken]:
            rows = connection.execute(_waiting(platform, free(inbox.c.claimed_by, holder)))
            return [Taken(id=row.id, body=row.body, at=row.at, orphan=row.claimed_by != holder) for row in rows]

        def take_over(connection: Connection) -> list[Taken]:
            found = look(connection)
            ids = [one.id for one in found]
            connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(claimed_by=holder))
            return found

        found = await self._db.read(look)
        return await self._db.write(take_over) if any(one.orphan for one in found) else found


def _waiting(platform: str, free: ColumnElement[bool]) -> Select[Any]:
    query = select(inbox.c.id, inbox.c.body, inbox.c.at, inbox.c.claimed_by).where(inbox.c.done.is_(false()))
    mine = query.where(inbox.c.id.startswith(f"{platform}:", autoescape=True), free)
    return mine.order_by(inbox.c.at, inbox.c.id)


def _settle(taken: "asyncio.Future[bool]", *, new: bool = False, error: Exception | None = None) -> None:
    """Tell whoever waits for it, unless they have left."""
    if taken.cancelled():
        return
    if error is None:
        taken.set_result(new)
    else:
        taken.set_exception(error)


def unhandled(connection: Connection) -> tuple[int, datetime | None]:
    """Return how many deliveries were not handled yet, of all platforms, and since when the oldest waits."""
    query = select(func.count(), func.min(inbox.c.at, type_=inbox.c.at.type)).where(inbox.c.done.is_(false()))
    count, oldest = connection.execute(query).one()
    return count, oldest


def forget(connection: Connection, *, now: datetime, limit: int) -> bool:
    """Forget some deliveries so old that no platform repeats them, and return whether there may be more."""
    old = select(inbox.c.id).where(inbox.c.at < now - KEEP_EVENTS).limit(limit)
    return connection.execute(delete(inbox).where(inbox.c.id.in_(old))).rowcount == limit
