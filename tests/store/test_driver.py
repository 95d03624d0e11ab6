"""The threads in which SQLite's connections live."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.store.driver import Threads
from tests.doubles.loopback import PATIENCE


def two(connection: Connection) -> int:
    """Ask the database what two is."""
    return int(connection.exec_driver_sql("SELECT 2").scalar_one())


def nothing(_: sqlite3.Connection) -> None:
    """Prepare nothing."""


async def test_a_file_that_cannot_be_opened_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Whoever waits for a connection that cannot be opened is told so too, and the next opens it when it can be."""
    threads = Threads(tmp_path / "later" / "a.db", size=1, prepare=nothing)
    async with asyncio.timeout(PATIENCE):
        told = await asyncio.gather(*(threads.read(two) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in told] == [OperationalError] * 3
    (tmp_path / "later").mkdir()
    assert await asyncio.gather(*(threads.read(two) for _ in range(3))) == [2, 2, 2]
    await threads.dispose()


async def test_a_change_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """What a change wrote before it failed is taken back, and its connection serves the next."""

    def half(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO a VALUES (1)")
        raise ValueError

    threads = Threads(tmp_path / "a.db", size=1, prepare=nothing, begin="BEGIN IMMEDIATE")
    await threads.change(lambda connection: connection.exec_driver_sql("CREATE TABLE a (b)"))
    with pytest.raises(ValueError):  # noqa: PT011  the one above
        await threads.change(half)
    assert await threads.read(lambda connection: connection.exec_driver_sql("SELECT count(*) FROM a").scalar_one()) == 0
    await threads.dispose()
