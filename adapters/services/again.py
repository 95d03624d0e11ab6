"""Making a call again after each of some waits, while what it fails with may pass; who calls knows whether it may come twice."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from bot.errors import Unreachable

T = TypeVar("T")


def is_unreachable(error: Exception) -> bool:
    """Whether a platform did not answer."""
    return isinstance(error, Unreachable)


async def again(
    call: Callable[[], Awaitable[T]], waits: Iterable[float], *, passes: Callable[[Exception], bool] = is_unreachable
) -> T:
    """Return what a call returns, tried once more after each wait in seconds where its failure `passes`; else that is raised."""
    for seconds in waits:
        try:
            return await call()
        except Exception as error:
            if not passes(error):
                raise
            await asyncio.sleep(seconds)
    return await call()
