"""Where answers are graded: in one thread, one after the other, or in processes beside the bot.

Threads of Python take turns at one lock. Several that grade at once would be no faster together, and each statement of the
store would wait for its turn among them: with six an answer took half as long again. A process has a lock of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from bot.handlers.graders import Gone, Process
from bot.question import Question

P = ParamSpec("P")
T = TypeVar("T")


class Grader:
    """That thread, and as many processes as there are to be."""

    def __init__(self, processes: int = 0) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="grader")
        self.processes = tuple(Process() for _ in range(processes))

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Grader"]:
        """Begin the processes, and end them with the block."""
        async with AsyncExitStack() as stack:
            for process in self.processes:
                stack.push_async_callback(process.end)
                process.begin()
            yield self

    async def in_turn(
        self, function: Callable[Concatenate[Question, P], T], question: Question, *given: P.args, **named: P.kwargs
    ) -> T:
        """Call what grades an answer when those before it are graded; the loop goes on meanwhile."""
        if ready := [process for process in self.processes if process.ready.is_set()]:
            try:
                least: Process = min(ready, key=lambda process: process.waiting)
                return await least.asked(function, question, *given, **named)  # type: ignore[no-any-return]
            except Gone:
                pass
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(function, question, *given, **named))
