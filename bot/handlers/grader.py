"""The thread in which answers are graded, one after the other.

Threads of Python take turns at one lock. Several that grade at once would be no faster together, and each statement of the
store would wait for its turn among them: with six an answer took half as long again.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Grader:
    """That thread."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="grader")

    async def in_turn(self, function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Call what grades an answer when those before it are graded; the loop goes on meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(function, *given, **named))
