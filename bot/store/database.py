"""Access to the database: `read` on one of several readers, `write` through the one writer with group commit.

Two coroutines that shared one connection would share its transaction, so nobody is handed a connection to keep: a
change is a coroutine function of a connection, run in a transaction that is committed before `write` returns. A change
may be run twice (when another in its group failed), so it must do nothing but read and write through its connection.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StoreError

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]
GROUP: Final = 50  # changes committed together at the most


@dataclass(frozen=True, slots=True)
class _Job:
    change: Work[Any]
    erases: bool
    done: asyncio.Future[Any]


class Database:
    """One database; errors of its driver come out as StoreError with a sentence that says what to do.

    `erase` leaves nothing of what was deleted in what the database keeps beside its file; it returns False where that
    cannot be now, and is tried again after each change until it can.
    """

    def __init__(
        self,
        *,
        writer: AsyncEngine,
        readers: AsyncEngine,
        explain: Callable[[DBAPIError], StoreError],
        erase: Callable[[AsyncEngine], Awaitable[bool]],
    ) -> None:
        self._writer = writer
        self._readers = readers
        self._explain = explain
        self._erase = erase
        self._to_erase = False
        self._queue: asyncio.Queue[_Job | None] = asyncio.Queue()

    @property
    def waiting(self) -> int:
        """How many changes wait for the writer."""
        return self._queue.qsize()

    async def read(self, query: Work[T]) -> T:
        """Run a query; each of its statements sees what is committed at that moment."""
        try:
            async with self._readers.connect() as connection:
                return await query(connection)
        except DBAPIError as error:
            raise self._explain(error) from error

    async def write(self, change: Work[T], *, erases: bool = False) -> T:
        """Run a change in a transaction; when this returns, it is on the disk. A cancelled caller may be too late.

        What a change that `erases` has deleted is then nowhere any more, unless somebody reads an older state just now.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Job(change, erases, done))
        return await done

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Database"]:
        """Take changes until the block ends; those already queued are still committed."""
        task = asyncio.create_task(self._commit_groups(), name="database-writer")
        try:
            yield self
        finally:
            self._queue.put_nowait(None)
            await task
            await self._readers.dispose()
            await self._writer.dispose()

    async def _commit_groups(self) -> None:
        while job := await self._queue.get():
            group = [job]
            while len(group) < GROUP and not self._queue.empty():
                if (more := self._queue.get_nowait()) is None:
                    self._queue.put_nowait(None)  # the end: seen again by the outer loop
                    break
                group.append(more)
            await self._commit(group)

    async def _commit(self, group: list[_Job]) -> None:
        """Commit a group as one transaction; when a change fails, each has a transaction of its own."""
        try:
            async with self._writer.begin() as connection:
                results = [await job.change(connection) for job in group]
        except Exception as error:  # noqa: BLE001  whatever it is, it belongs to the one who asked for the change
            if len(group) == 1:
                _fail(group[0], self._explain(error) if isinstance(error, DBAPIError) else error, error)
            else:
                for job in group:
                    await self._commit([job])
        else:
            await self._erase_rest(group)
            for job, result in zip(group, results, strict=True):
                if not job.done.cancelled():
                    job.done.set_result(result)

    async def _erase_rest(self, group: list[_Job]) -> None:
        """Erase what the group has deleted, and what could not be erased before it."""
        self._to_erase = self._to_erase or any(job.erases for job in group)
        if self._to_erase:
            self._to_erase = not await self._erase(self._writer)


def _fail(job: _Job, error: Exception, cause: Exception) -> None:
    if error is not cause:
        error.__cause__ = cause
    if not job.done.cancelled():
        job.done.set_exception(error)
