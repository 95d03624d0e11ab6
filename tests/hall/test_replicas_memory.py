"""What a process keeps in its memory of what another may change: each finds out, and within what time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import outcomes as o
from bot.bank.team_banks import TeamBanks, alone_in, folder_of
from bot.commands import PurgeTeam, TidyUp
from bot.handlers.forgotten import KEPT, Forgotten
from bot.rules import likeness, names
from bot.text import stems
from tests.doubles import postgresql as double
from tests.doubles.fakes import FULL, HALF, Hall
from tests.doubles.postgresql import Server
from tests.doubles.replicas import side_by_side

pytestmark = pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")
NOTES = "1. What falls from a cloud?\nAnswer: Rain.\n"
OTHER = "1. What is wind?\nAnswer: Moving air.\n"


@pytest.fixture
async def two(server: Server) -> AsyncIterator[tuple[Hall, Hall]]:
    """Give two processes' halls, one clock, and one chat platform; the first one leads."""
    async with side_by_side(server) as halls:
        yield halls


def remembered() -> int:
    """Return how much is kept in memory by what people said, or are called; both halls of a test share it."""
    return sum(known.cache_info().currsize for known in KEPT)


def remember() -> None:
    """Have something of each kind in memory."""
    likeness.content("an answer", "a question")
    names.look("Maya")
    stems("an answer")


async def test_what_is_deleted_at_one_is_forgotten_by_all(two: tuple[Hall, Hall]):
    """Words and names that a member deletes at one process are in no memory after the next second of each."""
    one, other = two
    await one.types("maya", "/quiz mid")
    await one.answers("maya", FULL)
    await other.answers("bo", HALF)
    remember()
    await other.jobs.tick()
    assert remembered() > 0
    assert isinstance(await one.types("maya", "/privacy delete confirm"), o.MemberDeleted)
    for hall in (one, other):
        remember()
        await hall.jobs.tick()
        assert remembered() == 0


async def test_what_has_had_its_time_is_forgotten_by_all(two: tuple[Hall, Hall]):
    """Answers that are kept for some days only, and a team that is deleted long after it took the bot out, leave all memories too."""
    one, other = two
    one.app.deps = replace(one.app.deps, answers_days=1)
    await one.types("maya", "/quiz mid")
    await one.answers("maya", FULL)
    await one.types("maya", "/reveal")
    for hall in two:
        await hall.jobs.tick()
    one.clock.move_to(one.clock.now() + timedelta(days=3))
    for command in (TidyUp(), PurgeTeam(team=1)):
        if isinstance(command, PurgeTeam):
            await one.app.left("memory:team")
            one.clock.move_to(one.clock.now() + timedelta(days=40))
        await one.app.handle(command)
        remember()
        await other.app.flush()
        assert remembered() == 0


async def test_nothing_is_forgotten_for_nothing(two: tuple[Hall, Hall]):
    """While nobody deletes anything, what is known stays known."""
    follows = Forgotten()
    remember()
    await follows.follow(two[0].db)
    assert remembered() > 0


async def test_imports_at_two_processes_come_one_after_the_other(two: tuple[Hall, Hall], tmp_path: Path):
    """Who imports notes while another process writes to the folder that they share waits, and neither loses a draft."""
    banks = tmp_path / "banks"
    for hall in two:
        hall.app.deps = replace(hall.app.deps, teams=TeamBanks(banks))
    with alone_in(banks):
        importing = [asyncio.create_task(imports(hall, text)) for hall, text in zip(two, (NOTES, OTHER), strict=True)]
        done, _ = await asyncio.wait(importing, timeout=0.1)
        assert not done
        assert not folder_of(banks, "memory:team").exists()
    taken = await asyncio.gather(*importing)
    assert [isinstance(one, o.QuestionsImported) for one in taken] == [True, True]
    for hall in two:
        every = {one.question for one in (await hall.app.bank_of("memory:team")).every.values()}
        assert {"What falls from a cloud?", "What is wind?"} <= every


async def imports(hall: Hall, notes: str) -> o.Outcome:
    """Let an organiser paste notes."""
    return await hall.presses("you", "import-send", notes)
