"""What is given up in the middle of something, as a connection ends or the bot does, fails unheard: nobody reads of it in the log."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StoreError, Unreachable
from tests.doubles.slack.hall import SlackHall, slack_hall

THREAD = "slack:T1:C1:thread:1.000001"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    async with slack_hall(tmp_path) as running:
        yield running


def fails(kind: type[Exception]) -> tuple[Callable[..., Any], asyncio.Event, asyncio.Event]:
    """Return a call that fails once it is let go, also where it is cancelled; what tells that it was made, and what lets it go."""
    made, goes = asyncio.Event(), asyncio.Event()

    async def call(*_: object) -> None:
        made.set()
        try:
            await goes.wait()
        finally:
            raise kind("It is away.")

    return call, made, goes


def doing(what: str) -> list[asyncio.Task[Any]]:
    """Return the tasks that do something."""
    return [task for task in asyncio.all_tasks() if f".{what}() " in repr(task)]


async def fails_unheard(task: asyncio.Task[Any], kind: type[Exception]) -> None:
    """See to it that a task fails, and that asyncio would not trace it as an error that nobody took."""
    await asyncio.wait([task])
    assert not getattr(task, "_log_traceback")  # noqa: B009  its own sign of that; typeshed does not know it
    assert isinstance(task.exception(), kind)


async def test_what_is_read_as_the_bot_ends(hall: SlackHall, monkeypatch: pytest.MonkeyPatch):
    """What listens on a socket is broken off with it, and may fail by that."""
    call, made, _ = fails(Unreachable)
    monkeypatch.setattr(hall.connection.past, "catch_up", call)
    hall.slack.socket.drop()
    await made.wait()
    (hearing,) = doing("_hear")
    await hall.stop()
    await fails_unheard(hearing, Unreachable)


async def test_a_token_that_is_tried_as_the_connection_ends(hall: SlackHall, monkeypatch: pytest.MonkeyPatch):
    """Who is broken off reading the threads tries no token for nobody."""
    call, made, _ = fails(Unreachable)
    await hall.asked()
    reading = hall.slack.faults.hold("conversations.replies")
    hall.platform.web.refused.add(hall.slack.team.id)
    monkeypatch.setattr(hall.platform.web, "lets_me_in", call)
    looking = asyncio.create_task(hall.connection.past.look_again())
    await made.wait()
    await reading.arrived()
    looking.cancel()
    await asyncio.wait([looking])
    assert doing("_try_token") == []


async def test_a_thread_that_is_looked_up_for_nobody(hall: SlackHall, monkeypatch: pytest.MonkeyPatch):
    """Where all who wait for it have gone, what a look into the database fails with is nobody's."""
    call, made, goes = fails(StoreError)
    monkeypatch.setattr(hall.app, "has_round", call)
    whose = hall.connection.ears._whose
    waiting = asyncio.create_task(whose.is_round(THREAD))
    await made.wait()
    looking = whose._rounds[THREAD]
    waiting.cancel()
    await asyncio.wait([waiting])
    goes.set()
    await fails_unheard(looking, StoreError)
    assert whose._rounds == {}
