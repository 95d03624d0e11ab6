"""Statements that go past SQLAlchemy say what they say through it, on both databases, and fail as it does."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Connection, func, insert, select

from bot import outcomes as o
from bot.errors import StoreError, Unfit
from bot.rules.rounds import Answerer
from bot.store import ledger, postgresql, ready
from bot.store.database import Database
from bot.store.ready import Ready
from bot.store.schema import event, question_version
from tests.doubles import database
from tests.doubles import postgresql as double
from tests.doubles.fakes import FULL, HALF, MONDAY, WRONG, Hall
from tests.doubles.postgresql import Server

EVENT = Ready(insert(event).inline())


async def test_rows_are_those_that_sqlalchemy_gives(hall: Hall, monkeypatch: pytest.MonkeyPatch):
    """What is written is kept and read as by SQLAlchemy: instants, documents, and what is always the same."""
    kept = Ready(insert(question_version).returning(question_version.c.body))
    asked = Ready(
        select(event.c.id, event.c.at, func.aggregate_strings(event.c.id, "|"), func.coalesce(event.c.at, MONDAY))
        .where(event.c.at > MONDAY - timedelta(days=1))
        .group_by(event.c.id, event.c.at)
        .order_by(event.c.id)
    )

    def change(connection: Connection, name: str) -> list[Any]:
        EVENT.rows(connection, id=name, at=MONDAY)
        body = kept.rows(connection, question_id=name, version="1", body={"a": ["ü", "\ud800"]})
        return [body, [row for row in asked.rows(connection) if row[0] == name]]

    directly = await hall.db.write(lambda connection: change(connection, "one"))
    assert directly == [[({"a": ["ü", "\ud800"]},)], [("one", MONDAY, "one", MONDAY)]]
    monkeypatch.setattr(ready, "DIRECTLY", "")
    assert await hall.db.read(asked.rows) == await hall.db.read(
        lambda c: [tuple(r) for r in c.execute(asked.statement)]
    )
    through = await hall.db.write(lambda connection: change(connection, "two"))
    assert through == [[({"a": ["ü", "\ud800"]},)], [("two", MONDAY, "two", MONDAY)]]


async def test_a_conflict_is_the_changes_own_trouble(hall: Hall):
    """A row that is there already refuses a change, which leaves nothing, and the database is well."""

    def twice(connection: Connection) -> None:
        for _ in range(2):
            EVENT.rows(connection, id="a", at=MONDAY)

    with pytest.raises(Unfit):
        await hall.db.write(twice)
    assert hall.db.fault is None
    assert await hall.db.write(lambda connection: ledger.first_time(connection, "a", now=MONDAY))


async def test_what_the_database_refuses_is_said(hall: Hall):
    """A statement that fails is told of as one that SQLAlchemy carries out."""
    with pytest.raises(StoreError, match="The database refused"):
        await hall.db.read(Ready(select(func.no_such_function())).rows)


@pytest.fixture
async def served(server: Server) -> AsyncIterator[Database]:
    """Give a database on PostgreSQL."""
    given = await server.fresh()
    async with postgresql.opened(given) as db:
        yield db
    server.takes_back(given)


@pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")
async def test_a_connection_that_ends_meanwhile_is_made_anew(served: Database):
    """What is cut off in the middle of a statement is read, and changed, on a new connection."""
    ends, lives = Ready(select(func.pg_terminate_backend(func.pg_backend_pid()))), Ready(select(func.length("four")))
    for way in (served.read, served.write):
        asked = chain([ends], repeat(lives))
        assert await way(lambda connection, asked=asked: next(asked).rows(connection)) == [(4,)]  # type: ignore[misc]


@pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")
async def test_a_connection_that_is_being_ended_is_made_anew(served: Database, monkeypatch: pytest.MonkeyPatch):
    """So is one of which the driver speaks of its own state, as it does before it has noticed the end."""
    between = asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress")
    fetch, ends = asyncpg.Connection.fetch, iter([between, None, between, None])

    async def ended(*given: Any) -> Any:
        if error := next(ends):
            raise error
        return await fetch(*given)

    monkeypatch.setattr(asyncpg.Connection, "fetch", ended)
    asked = Ready(select(func.length("four")))
    assert [await way(asked.rows) for way in (served.read, served.write)] == [[(4,)]] * 2


async def test_who_has_answered_is_taken_apart_as_it_was_put_together(hall: Hall):
    """Of who answered an open round all are there, in the order in which they began; who is hidden is counted and not named."""
    await hall.types("you", "/quiz mid")
    await hall.types("bo", "/privacy hide")
    for name, words in (("maya", HALF), ("bo", HALF), ("ines", WRONG)):
        await hall.answers(name, words)
    graded = await hall.answers("maya", FULL)
    assert isinstance(graded, o.AttemptGraded)
    assert graded.view.answered() == ["maya", "ines"]
    assert graded.view.members == 3
    shown = [(one.name, one.hidden) for one in graded.view.answerers]
    assert shown == [("maya", False), ("bo", True), ("ines", False)]
    assert Answerer(0, "zoe", hidden=False) not in graded.view.answerers


async def test_nothing_is_spelled_twice(tmp_path: Path):
    """A statement is made for a kind of database and a set of columns once."""
    one = Ready(select(func.count()).select_from(event))
    async with database.opened(tmp_path / "a.db", now=MONDAY) as db:
        for _ in range(2):
            assert await db.read(one.rows) == [(0,)]
    assert len(one._made) == 1
