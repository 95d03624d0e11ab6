"""A plug-in of pytest that finds tests which hang on an order or a moment: what the doubles answer and send is late at random, and what the database returns.

    JITTER=7 PYTHONPATH=. python -m pytest -p tests.doubles.jitter -n 4 tests/adapters

Each test is delayed in the same way whenever it runs with the same JITTER.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from functools import wraps
from random import Random
from typing import Any, Final

import pytest
from aiohttp import web

from bot.store.database import Database
from tests.doubles.discord.server import DiscordServer
from tests.doubles.slack.server import SlackServer

SELDOM, LONG = 0.1, 0.25  # seconds, now and then; else nothing, or some milliseconds
OFTEN, SHORT = 0.6, 0.02
_chance: Final = Random()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin with the test's own chance."""
    _chance.seed(f"{os.environ.get('JITTER', '')} {item.nodeid}")


def pytest_configure() -> None:
    """Let all be late."""
    for owner, name in ((SlackServer, "_handle"), (DiscordServer, "_handle"), (web.WebSocketResponse, "send_str")):
        setattr(owner, name, _late(getattr(owner, name), asyncio.sleep))
    for name in ("read", "write"):
        setattr(Database, name, _late(getattr(Database, name), _slept))


def _late(
    call: Callable[..., Awaitable[Any]], wait: Callable[[float], Awaitable[None]]
) -> Callable[..., Awaitable[Any]]:
    """Return a call that is made late, and whose answer comes late."""

    @wraps(call)
    async def late(*given: Any, **named: Any) -> Any:
        await wait(_seconds())
        answer = await call(*given, **named)
        await wait(_seconds())
        return answer

    return late


def _seconds() -> float:
    kind = _chance.random()
    return _chance.random() * (LONG if kind < SELDOM else SHORT if kind < OFTEN else 0.0)


async def _slept(seconds: float) -> None:
    """Wait as the database's threads do: simcord, whose clock is moved by hand, sits through this."""
    if seconds:
        await asyncio.to_thread(time.sleep, seconds)
