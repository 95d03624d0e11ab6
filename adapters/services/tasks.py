"""Tasks that nobody waits for any more: what they fail with, as they end, is no news, and asyncio would trace it as an error that nobody took."""

import asyncio
from typing import Any


def give_up(task: asyncio.Task[Any]) -> None:
    """Cancel a task, whatever becomes of it."""
    task.cancel()
    unwatched(task)


def unwatched(task: asyncio.Task[Any]) -> None:
    """Let a task fail although whoever waited for it may be gone by then."""
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
