"""Access to the database: `read` on one of several readers, `write` through the one writer with group commit.

Two coroutines that shared one connection would share its transaction, so nobody is handed a connection to keep: a
change is a plain function of a connection, run whole in a transaction that is committed before `write` returns. It may run
in another thread, and twice (when another in its group failed), so it must do nothing but read and write through its connection.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from bot.errors import StoreError, Unfit

T = TypeVar("T")
Work = Callable[[Connection], T]
Steps = Callable[[Work[Any]], Awaitable[Any]]
GROUP: Final = 50  # changes committed together at the most
OVER: Final = "The bot is ending, and nothing is saved any more."
# What a driver raises, the second on the way to a server; and that of its connections none became free.
FAULTS: Final = (DBAPIError, OSError, NoneFree)


@dataclass(frozen=True, slots=True)
class _Job:
    change: Work[Any]
    erases: bool
    done: asyncio.Future[Any]
    kept: bool = True  # or it takes back itself what it did


class _TakenBack(Exception):
    """A change that was tried, and is not kept."""


class Readers(Protocol):
    """Connections that only read."""

    async def read(self, query: Work[T]) -> T:
        """Run a query, each of whose statements sees what is committed at that moment."""
        ...

    async def dispose(self) -> None:
        """Close them."""
        ...


class Writer(Protocol):
    """The connection that writes."""

    async def change(self, change: Work[T]) -> T:
        """Run a change in a transaction, and commit it."""
        ...

    def changing(self) -> AbstractAsyncContextManager[Steps]:
        """Give what runs one change after another in one transaction."""
        ...

    async def erase(self) -> bool:
        """Leave nothing of what was deleted beside the database; False where that cannot be now, and is to be tried again."""
        ...

    async def dispose(self) -> None:
        """Close it."""
        ...


class Place(Protocol):
    """A process's place among those that share a database."""

    @property
    def holder(self) -> str:
        """Its name, which no other has."""
        ...

    def vacant(self, connection: Connection) -> bool:
        """Whether nobody does what one does for all."""
        ...

    def lead(self, connection: Connection) -> bool:
        """Do what one does for all, unless another does; return whether it is this one."""
        ...


class Database:
    """One database; errors of its driver come out as StoreError with a sentence that says what to do.

    `fault` is the error with which the last change failed, unless that was the change's own trouble. `holder` is this process's
    name among those that share the database; it is empty where nobody else can.
    """

    holder: str = ""

    def __init__(
        self,
        *,
        writer: Writer,
        readers: Readers,
        explain: Callable[[Any], StoreError],
        lasts: float = math.inf,
        place: Place | None = None,
    ) -> None:
        self._writer = writer
        self._readers = readers
        self._explain = explain
        self._lasts = lasts  # seconds after a change in which surely nobody else writes
        self._changed_at = -math.inf  # when the last change that was committed was begun, by the loop's clock
        self._to_erase = False
        self._writing = asyncio.Lock()
        self._queue: asyncio.Queue[_Job | None] = asyncio.Queue()
        self._is_over = False  # whether nobody takes changes any more
        self.fault: StoreError | None = None
        self.holder = place.holder if place else ""
        self._place = place
        self.leading = place is None  # whether it was this process when `leads` was asked last

    @property
    def waiting(self) -> int:
        """How many changes wait for the writer."""
        return self._queue.qsize()

    async def read(self, query: Work[T], *, again: bool = True) -> T:
        """Run a query, once more where a connection was lost; each of its statements sees what is committed at that moment."""
        if self._is_over:  # a connection that is opened now nobody would close
            raise StoreError(OVER)
        try:
            return await self._readers.read(query)
        except FAULTS as error:
            if again and _lost(error):
                return await self.read(query, again=False)
            raise self._explain(error) from error

    async def write(self, change: Work[T], *, erases: bool = False) -> T:
        """Run a change in a transaction; when this returns, it is on the disk. A cancelled caller may be too late.

        What a change that `erases` has deleted is then nowhere any more, unless somebody reads an older state just now.
        """
        if self._is_over:
            raise StoreError(OVER)
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Job(change, erases, done))
        return await done

    async def hold(self) -> None:
        """Return where nobody else can have begun to write; raises AlreadyRunning where somebody may have while this process slept."""
        while asyncio.get_running_loop().time() - self._changed_at >= self._lasts:
            await self.write(nothing)

    async def leads(self) -> bool:
        """Whether this process does what one does for all: once nobody else does, and from then on until it ends."""
        if (
            not self.leading
            and self._place
            and await self.read(self._place.vacant)
            and await self.write(self._place.lead)
        ):
            self.leading = True
        return self.leading

    async def rehearse(self, change: Work[Any]) -> None:
        """Run a change and take it back: it fails as a write would, and nothing comes to the disk.

        Among others' changes it is a savepoint in their transaction, which is committed all the same.
        """

        def take_back(connection: Connection) -> None:
            with suppress(_TakenBack), connection.begin_nested():
                change(connection)
                raise _TakenBack

        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Job(take_back, erases=False, done=done, kept=False))
        with suppress(_TakenBack):
            await done

    @asynccontextmanager
    async def in_steps(self) -> AsyncIterator[Steps]:
        """Give what runs one change after another in one transaction, for what is too long for one; nobody else writes meanwhile."""
        try:
            async with self._writing, self._writer.changing() as step:
                yield step
        except FAULTS as error:
            raise self._explain(error) from error

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Database"]:
        """Take changes until the block ends; those already queued are still committed."""
        task = asyncio.create_task(self._commit_groups(), name="database-writer")
        try:
            yield self
        finally:
            self._queue.put_nowait(None)
            await task
            self._refuse_rest()
            await self._readers.dispose()
            await self._writer.dispose()

    def _refuse_rest(self) -> None:
        """Tell whoever comes too late, in place of letting them wait for ever."""
        self._is_over = True
        rest = [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        for job in filter(None, rest):
            self._fail(job, StoreError(OVER))

    async def _commit_groups(self) -> None:
        while job := await self._queue.get():
            group = [job]
            while len(group) < GROUP and not self._queue.empty():
                if (more := self._queue.get_nowait()) is None:
                    self._queue.put_nowait(None)  # the end: seen again by the outer loop
                    break
                group.append(more)
            await self._commit(group)

    async def _commit(self, group: list[_Job], *, again: bool = True) -> None:
        """Commit a group as one transaction; when a change fails, each has a transaction of its own.

        A connection that is lost before the commit is made anew, once: nothing is changed yet.
        """
        through = False

        def change(connection: Connection) -> list[Any]:
            nonlocal through
            results = [job.change(connection) for job in group]
            through = True
            if not any(job.kept for job in group):
                raise _TakenBack  # there is nothing to commit
            return results

        try:
            async with self._writing:
                at = asyncio.get_running_loop().time()
                results = await self._writer.change(change)
                self._changed_at = at
        except Exception as error:  # noqa: BLE001  whatever it is, it belongs to the one who asked for the change
            if again and not through and _lost(error):
                await self._commit(group, again=False)
            elif len(group) == 1:
                self._fail(group[0], error)
            else:
                # Each by itself, in their order: what is wrong with one is its own.
                await asyncio.gather(*(self._commit([job]) for job in group))
        else:
            self.fault = None
            await self._erase_rest(group)
            for job, result in zip(group, results, strict=True):
                if not job.done.cancelled():
                    job.done.set_result(result)

    async def _erase_rest(self, group: list[_Job]) -> None:
        """Erase what the group has deleted, and what could not be erased before it."""
        self._to_erase = self._to_erase or any(job.erases for job in group)
        if self._to_erase:
            with suppress(*FAULTS):  # what is wrong with the database, the next change tells of
                self._to_erase = not await self._writer.erase()

    def _fail(self, job: _Job, cause: Exception) -> None:
        error = self._explain(cause) if isinstance(cause, FAULTS) else cause
        if error is not cause:
            error.__cause__ = cause
        if isinstance(error, StoreError) and not isinstance(error, Unfit):
            self.fault = error
        if not job.done.cancelled():
            job.done.set_exception(error)


def nothing(_: Connection) -> None:
    """Change nothing: where the turn has to be renewed, what begins each transaction does."""


def _lost(error: Exception) -> bool:
    """Whether the error is that there is no connection any more."""
    return isinstance(error, DBAPIError) and error.connection_invalidated
