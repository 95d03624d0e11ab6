"""How long the words of answers are kept: what goes, what stays, and that nothing else notices."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection

from bot import outcomes as o
from bot.handlers import planning
from bot.rules.retention import MESSAGES, OCCURRENCES, PRACTICE
from bot.store import recompute
from bot.store.schema import (
    attempt,
    award,
    decision,
    doubt,
    grade,
    message,
    metadata,
    occurrence,
    question_version,
    round_,
    total,
)
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, Hall, otherwise
from tests.doubles.fakes import hall as start_hall

ROOT: Final = Path(__file__).parents[2]


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
    await keeping.until(11, 26, 9, 1)
    assert await keeping.rows(attempt, "text") == [(None,), (FULL,)]
    assert len(evidence(await keeping.rows(grade, "points"))) == 3
    await keeping.until(11, 28, 9, 1)
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
    for hour in (9, 10, 11):
        keeping.clock.move_to(keeping.clock.now().replace(hour=hour))
        await keeping.jobs.tick()
        left.append(sum(text is not None for (text,) in await keeping.rows(attempt, "text")))
    assert left == [1, 0, 0]


async def test_a_grade_that_cannot_be_read_keeps_no_words(keeping: Hall):
    """Where the evidence beside an answer cannot be read, its words go all the same, and so do everybody's."""
    await keeping.types("maya", "/quiz mid")
    for name in ("maya", "bo"):
        await keeping.answers(name, HALF)
    await keeping.types("you", "/reveal")

    def spoil(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE grade SET points = '{' WHERE attempt_id = 1")

    await keeping.db.write(spoil)
    await keeping.until(11, 27, 8)
    assert await keeping.rows(attempt, "text") == [(None,), (None,)]


async def test_what_was_dealt_with_is_forgotten(hall: Hall):
    """Ninety days after it was dealt with, an occurrence goes; what was missed is counted for good, and no date comes again."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 17)
    dealt = [(date(2026, 11, 23), "question", "posted"), (date(2026, 11, 23), "reveal", "posted")]
    assert set(dealt) < set(await hall.rows(occurrence, "local_date", "kind", "state"))
    hall.clock.move_to(MONDAY + OCCURRENCES + timedelta(hours=10))
    await hall.jobs.tick()
    left = await hall.rows(occurrence, "local_date", "kind", "state")
    assert dealt[0] not in left
    assert dealt[1] in left  # the newest of its kind
    assert (
        len([state for *_, state in left if state == "missed"]) == 64 + 13 + 3 + 1
    )  # questions, and boards of weeks, months and a season
    assert len(await hall.rows(round_)) == 1


async def test_a_schedule_that_rested_long_goes_on_from_where_it_was(hall: Hall):
    """A schedule whose last question lies far behind is not asked for the days between, nor told that they were missed."""
    await hall.types("you", "/schedule set 09:00 mon days_off=2026-11-30 reveal=17:00")
    await hall.until(11, 23, 17)
    off = ",".join((date(2026, 11, 30) + timedelta(weeks=week)).isoformat() for week in range(30))
    await hall.types("you", f"/schedule set days_off={off}")
    hall.clock.move_to(MONDAY + timedelta(days=150))
    await hall.jobs.tick()
    posted = {kind for kind, state in await hall.rows(occurrence, "kind", "state") if state == "posted"}
    assert posted == {"question", "reminder", "reveal"}
    assert hall.platform.direct_messages == []


async def test_a_messages_place_is_forgotten_after_a_year(hall: Hall):
    """Four hundred days after it was posted it is forgotten which message stands for a question; an open one's is not."""
    await hall.types("maya", "/quiz mid")
    await hall.types("you", "/reveal")
    await hall.types("maya", "/quiz mid")
    hall.platform.away = True  # so that the second one is not revealed
    hall.clock.move_to(MONDAY + MESSAGES + timedelta(seconds=1))
    await hall.jobs.tick()
    assert [tag for (tag,) in await hall.rows(message, "tag")] == ["question:2", "thread:question:2"]


async def test_practice_is_forgotten(hall: Hall):
    """Answers after the reveal go after ninety days, with their grades; what counted stays, and the numbers go on."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.types("you", "/reveal")
    await hall.answers("maya", HALF)
    await hall.replies("maya", f"{FULL} It is so, they say, in all of the sky.")
    hall.clock.move_to(MONDAY + timedelta(days=1))
    await hall.replies("bo", f"{FULL} It is so, they say, in all of the sky.")
    hall.clock.move_to(MONDAY + PRACTICE + timedelta(seconds=1))
    await hall.jobs.tick()
    kept = await hall.rows(attempt, "member_id", "number", "late", "copied_from")
    assert kept == [(1, 1, False, None), (3, 1, True, None)]
    assert len(await hall.rows(grade)) == 2
    again = await hall.answers("bo", HALF)
    assert isinstance(again, o.AttemptGraded)
    assert again.number == 2
    assert (await hall.db.read(recompute.compare)).differences == []


async def test_practice_that_was_appealed_for_stays(hall: Hall):
    """What an organiser decided is known for good, and so is the answer that it was decided of."""
    await hall.types("maya", "/quiz mid")
    await hall.types("you", "/reveal")
    for name in ("maya", "bo"):
        await hall.answers(name, HALF)
    await hall.types("maya", "/appeal")
    await hall.presses("you", "decide:1:correct")
    hall.clock.move_to(MONDAY + PRACTICE + timedelta(seconds=1))
    await hall.jobs.tick()
    assert await hall.rows(attempt, "id", "text") == [(1, HALF)]
    assert await hall.rows(decision, "attempt_id", "before", "after") == [(1, 50, 90)]


async def test_practice_goes_on_with_its_numbers(hall: Hall):
    """An attempt after some were forgotten has the number after the newest that is left."""
    await hall.types("maya", "/quiz mid")
    await hall.types("you", "/reveal")
    for day in (0, 60):
        hall.clock.move_to(MONDAY + timedelta(days=day, minutes=1))
        await hall.answers("maya", otherwise(HALF, day))
    hall.clock.move_to(MONDAY + PRACTICE + timedelta(minutes=2))
    await hall.jobs.tick()
    await hall.answers("maya", HALF)
    assert await hall.rows(attempt, "number") == [(2,), (3,)]


async def test_a_teams_own_questions_go_with_the_team(hall: Hall):
    """Questions as they were asked are deleted with the last team that was asked them, and not before."""
    other = {"team": "memory:other", "channel": "memory:channel:other"}
    await hall.types("maya", "/quiz mid sky")
    for _ in range(8):
        await hall.types("ines", "/quiz mid", organiser=True, **other)
    asked = {question for (question,) in await hall.rows(round_, "question_id")}
    assert len(asked) == len(await hall.rows(question_version)) == 8
    mine = {question for question, team in await hall.rows(round_, "question_id", "team_id") if team == 1}
    await hall.app.left("memory:other")
    hall.clock.move_to(MONDAY + timedelta(days=31))
    await hall.jobs.tick()
    assert {question for question, _ in await hall.rows(question_version, "question_id", "version")} == mine


async def test_what_was_decided_goes_with_the_team_in_parts(hall: Hall, monkeypatch: pytest.MonkeyPatch):
    """A team goes a little at a time, also where a decision of one answer is the cause of another one's grade."""
    monkeypatch.setattr(planning, "FORGOTTEN_AT_ONCE", 1)
    await hall.types("you", "/quiz mid")
    for name in ("maya", "bo", "ines"):
        await hall.answers(name, HALF)
    await hall.types("maya", "/appeal")
    await hall.presses("you", "decide:1:correct")
    await hall.types("you", "/reveal")
    await hall.presses("you", "learn-send:1", "says short: tiny waves bounce a lot")
    await hall.presses("you", "learn-send:2", "a line that cannot be read")
    await hall.presses("you", "mark:3:correct")
    await hall.presses("ines", "appeal-send:3", "It is more.")
    await hall.types("bo", "/question report")
    assert await hall.rows(doubt) == [(3, 1)]
    await hall.app.left("memory:team")
    hall.clock.move_to(MONDAY + timedelta(days=31))
    await hall.jobs.tick()
    own = [table for table in metadata.tables.values() if "team_id" in table.c]
    assert {table.name: await hall.rows(table) for table in own if await hall.rows(table)} == {}


def test_the_page_says_how_long():
    """Whoever changes how long something is kept changes what members read of it."""
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    for kept in (OCCURRENCES, PRACTICE, MESSAGES):
        assert f"{kept.days} days" in page


@pytest.mark.parametrize("how", ["age", "deletion"])
async def test_deleted_words_are_not_in_the_file_any_more(tmp_path: Path, how: str):
    """Whether their time is over or their author deletes them, the words are written over at once, while the bot runs."""
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
        assert words_in(tmp_path, b"many colours") == []


async def test_a_reader_holds_up_nobody_and_no_words_for_good(tmp_path: Path):
    """While somebody reads an older state, a deletion does not wait for them; the next change after it leaves no word."""
    async with start_hall(tmp_path) as hall:
        await hall.types("maya", "/quiz mid")
        await hall.answers("maya", f"{HALF} And light of many colours is mixed.")
        with closing(sqlite3.connect(tmp_path / "studyhall.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM attempt").fetchone()
            await hall.types("maya", "/privacy delete delete")
            assert await hall.rows(attempt, "text") == [(None,)]
            assert words_in(tmp_path, b"many colours") != []
        await hall.types("bo", "/help")
        assert words_in(tmp_path, b"many colours") == []


def words_in(folder: Path, words: bytes) -> list[str]:
    """Return the files in a folder that hold some words."""
    return [path.name for path in sorted(folder.glob("studyhall.db*")) if words in path.read_bytes()]
