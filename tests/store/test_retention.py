"""How long the words of answers are kept: what goes, what stays, and that nothing else notices."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outcomes as o
from bot.handlers import planning
from bot.store import recompute
from bot.store.schema import attempt, award, grade, total
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, Hall
from tests.doubles.fakes import hall as start_hall


@pytest.fixture
async def keeping(tmp_path: Path) -> AsyncIterator[Hall]:
    """Give a Studyhall that keeps the words of answers for three days."""
    async with start_hall(tmp_path) as hall:
        hall.app.deps = replace(hall.app.deps, answers_days=3)
        yield hall


def evidence(rows: list[tuple[str, ...]]) -> list[str]:
    return [point["evidence"] for (points,) in rows for point in points if point["evidence"]]  # type: ignore[index]


async def test_words_go_when_their_time_is_over(keeping: Hall):
    """Three days after an answer, its words and the evidence in its grade are gone; a younger one's are there."""
    await keeping.types("maya", "/quiz mid")
    await keeping.answers("maya", HALF)
    await keeping.types("you", "/reveal")
    await keeping.until(11, 25, 8)
    await keeping.types("maya", "/quiz mid")
    await keeping.answers("maya", FULL, 2)
    await keeping.types("you", "/reveal")
    assert await keeping.rows(attempt, "text") == [(HALF,), (FULL,)]
    await keeping.until(11, 26, 8, 11)
    assert await keeping.rows(attempt, "text") == [(None,), (FULL,)]
    assert len(evidence(await keeping.rows(grade, "points"))) == 3
    await keeping.until(11, 28, 8, 11)
    assert await keeping.rows(attempt, "text") == [(None,), (None,)]
    assert evidence(await keeping.rows(grade, "points")) == []


async def test_numbers_stay(keeping: Hall):
    """Scores, awards and totals are as before, the totals still equal the fold, board and export still come."""
    await keeping.types("you", SCHEDULE)
    await keeping.until(11, 23, 9)
    await keeping.answers("maya", HALF)
    await keeping.until(11, 23, 17)
    tables = (award, total)
    before = [await keeping.rows(table) for table in tables], await keeping.rows(grade, "score", "band")
    await keeping.until(11, 28, 8)
    assert await keeping.rows(attempt, "text") == [(None,)]
    assert ([await keeping.rows(table) for table in tables], await keeping.rows(grade, "score", "band")) == before
    assert (await keeping.db.read(recompute.compare)).differences == []
    await keeping.types("maya", "/leaderboard all")
    assert "maya" in keeping.told("maya")
    exported = await keeping.types("maya", "/privacy export")
    assert isinstance(exported, o.DataExported)
    (answer,) = json.loads(exported.document)["attempts"]
    assert (answer["text"], answer["score"]) == (None, 50)


async def test_an_open_question_keeps_its_answers(keeping: Hall):
    """As long as a question is not revealed its answers are kept, however old: the reveal may quote them."""
    await keeping.types("maya", "/quiz mid")
    await keeping.answers("maya", HALF)
    keeping.platform.away = True
    await keeping.until(11, 30, 8)
    assert await keeping.rows(attempt, "text") == [(HALF,)]


async def test_without_the_setting_words_are_kept(hall: Hall):
    """Unless an operator says otherwise, nothing is deleted."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("maya", HALF)
    await hall.until(12, 30, 8)
    assert await hall.rows(attempt, "text") == [(HALF,)]


async def test_many_words_go_in_parts(keeping: Hall, monkeypatch: pytest.MonkeyPatch):
    """What is too much for one time is deleted over the next ones."""
    monkeypatch.setattr(planning, "EMPTIED_AT_ONCE", 2)
    await keeping.types("maya", "/quiz mid")
    for name in ("maya", "bo", "ines"):
        await keeping.answers(name, HALF)
    await keeping.types("you", "/reveal")
    keeping.clock.move_to(keeping.clock.now().replace(day=27))
    left = []
    for minute in (1, 12, 23):
        keeping.clock.move_to(keeping.clock.now().replace(minute=minute))
        await keeping.jobs.tick()
        left.append(sum(text is not None for (text,) in await keeping.rows(attempt, "text")))
    assert left == [1, 0, 0]


async def test_a_grade_that_cannot_be_read_keeps_no_words(keeping: Hall):
    """Where the evidence beside an answer cannot be read, its words go all the same, and so do everybody's."""
    await keeping.types("maya", "/quiz mid")
    for name in ("maya", "bo"):
        await keeping.answers(name, HALF)
    await keeping.types("you", "/reveal")

    async def spoil(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("UPDATE grade SET points = '{' WHERE attempt_id = 1")

    await keeping.db.write(spoil)
    await keeping.until(11, 27, 8)
    assert await keeping.rows(attempt, "text") == [(None,), (None,)]


@pytest.mark.parametrize("how", ["age", "deletion"])
async def test_deleted_words_are_not_in_the_file_any_more(tmp_path: Path, how: str):
    """Whether their time is over or their author deletes them, the words are written over, not only given free."""
    long = f"{HALF} " + "And light of many colours is mixed in what we see. " * 60
    async with start_hall(tmp_path) as hall:
        hall.app.deps = replace(hall.app.deps, answers_days=3)
        await hall.types("maya", "/quiz mid")
        await hall.answers("maya", long)
        await hall.answers("bo", HALF)
        await hall.types("you", "/reveal")
    async with start_hall(tmp_path, now=MONDAY + timedelta(days=1)) as hall:
        assert b"many colours" in (tmp_path / "studyhall.db").read_bytes()
        if how == "deletion":
            await hall.types("maya", "/privacy delete delete")
        else:
            hall.app.deps = replace(hall.app.deps, answers_days=3)
            await hall.until(11, 27, 8)
    assert b"many colours" not in (tmp_path / "studyhall.db").read_bytes()
