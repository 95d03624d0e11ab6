"""What this process has in hand of what is posted and drawn: under one tag one coroutine at a time, of all processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from weakref import WeakValueDictionary

from sqlalchemy import Connection

from bot.errors import StoreError, Unreachable
from bot.ports import Ref
from bot.store import ledger
from bot.store.database import Database
from bot.store.ledger import Turnout


class Hands:
    """Takes messages in hand by their tags, and lets go of them; what it could not let go of, `let_go_of_rest` does."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # as long as somebody holds them
        self._full: set[str] = set()  # tags that no other process may touch meanwhile

    @asynccontextmanager
    async def on(self, tag: str) -> AsyncIterator[None]:
        """Let one coroutine at a time post or draw under a tag; who is cancelled waits for no database."""
        async with self._locks.setdefault(tag, asyncio.Lock()):
            try:
                yield
            except Exception:
                await self._let_go(tag)
                raise
            await self._let_go(tag)

    async def take_to_post(self, tag: str, *, place: Ref, round_id: int | None, now: datetime) -> None:
        """Write down that a message is about to be posted; raises Unreachable where another process is at it."""

        def note(connection: Connection) -> bool:
            return ledger.sending(connection, tag, place=place, round_id=round_id, now=now, by=self._db.holder)

        self._take(tag)
        if not await self._db.write(note):
            self._full.discard(tag)
            raise Unreachable("Another process is posting it.")

    async def posted(self, tag: str, ref: Ref) -> None:
        """Write down the message that was posted, which lets go of it."""
        await self._db.write(partial(ledger.posted, tag=tag, ref=ref))
        self._full.discard(tag)

    async def take_to_draw(self, tag: str, *, rank: int) -> Turnout:
        """Take a card in hand where other processes draw it too."""
        if not self._db.holder:
            return Turnout.MINE
        self._take(tag)
        turnout = await self._db.write(partial(ledger.drawing, tag=tag, rank=rank, by=self._db.holder))
        if turnout is not Turnout.MINE:
            self._full.discard(tag)
        return turnout

    def _take(self, tag: str) -> None:
        """Know of it before it is written down: who asked for that may be cancelled, or the answer lost."""
        if self._db.holder:
            self._full.add(tag)

    async def let_go_of_rest(self) -> None:
        """Let go of what a database that failed or a cancelled coroutine left in hand, while this process lives on."""
        for tag in [*self._full]:
            lock = self._locks.get(tag)
            if lock is None or not lock.locked():
                async with self.on(tag):
                    pass

    async def _let_go(self, tag: str) -> None:
        if tag in self._full:
            with suppress(StoreError):  # which is tried again
                await self._db.write(partial(ledger.let_go, tag=tag, by=self._db.holder))
                self._full.discard(tag)
