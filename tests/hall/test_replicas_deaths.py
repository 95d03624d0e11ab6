"""One of several processes dies at any point, or two act at one instant: nothing is lost, nothing is there twice."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import outcomes as o
from bot.store.schema import attempt, occurrence, schedule
from bot.store.turn import reap
from tests.doubles import postgresql as double
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, Hall, text_of
from tests.doubles.postgresql import Server
from tests.doubles.replicas import dies, side_by_side

pytestmark = pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")
QUESTION, REVEAL = MONDAY.replace(hour=9), MONDAY.replace(hour=17)


class Killed(BaseException):
    """The process dies here: nothing after it runs."""


@pytest.fixture
async def two(server: Server) -> AsyncIterator[tuple[Hall, Hall]]:
    """Give two processes' halls, one clock, and one chat platform; the first one leads."""
    async with side_by_side(server) as halls:
        yield halls


async def goes_on(hall: Hall, **step: float) -> None:
    """Have a process tick over a time at whose end all that is due was tried."""
    await hall.db.write(reap)  # as each does every four seconds
    for _ in range(5):
        hall.clock.move_to(hall.clock.now() + timedelta(**step))
        await hall.jobs.tick()


@pytest.mark.parametrize("kind", ["question", "reveal"])
@pytest.mark.parametrize("method", ["post", "open_thread", "edit"])
@pytest.mark.parametrize("when", ["failing", "failing_after"])
async def test_who_leads_dies_at_any_point(two: tuple[Hall, Hall], kind: str, method: str, when: str):
    """Killed before or after any call of the platform, the leader leaves each message to be there exactly once."""
    one, other = two
    await other.types("you", SCHEDULE)
    if kind == "reveal":
        await one.jobs.travel(one.clock, QUESTION)
    getattr(one.platform, when)[method] = [Killed()]
    with contextlib.suppress(Killed):
        await one.jobs.travel(one.clock, QUESTION if kind == "question" else REVEAL)
    await dies(one)
    await goes_on(other, minutes=1)
    assert other.tags() == (["question:1"] if kind == "question" else ["question:1", "reveal:1"])
    assert len(other.platform.server.threads) == 1
    assert {state for state, at in await other.rows(occurrence, "state", "due_at") if at <= other.clock.now()} == {
        "posted"
    }


@pytest.mark.parametrize("method", ["post", "open_thread", "edit"])
@pytest.mark.parametrize("when", ["failing", "failing_after"])
@pytest.mark.parametrize("line", ["/quiz mid", "/reveal"])
async def test_who_was_asked_dies_at_any_point(two: tuple[Hall, Hall], line: str, method: str, when: str):
    """What a member asked of a process that died is done by the one that leads."""
    one, other = two
    if line == "/reveal":
        await one.types("maya", "/quiz mid")
    getattr(other.platform, when)[method] = [Killed()]
    with contextlib.suppress(Killed):
        await other.types("maya", line)
    await dies(other)
    await goes_on(one, minutes=1)
    assert one.tags() == (["question:1"] if line == "/quiz mid" else ["question:1", "reveal:1"])
    assert ("Closed" in text_of(one.card("question:1"))) is (line == "/reveal")


async def test_a_reveal_and_an_answer_at_one_instant(two: tuple[Hall, Hall]):
    """An answer that meets the reveal at another process counts or is late, and the card says that the round is closed."""
    one, other = two
    await one.types("you", "/quiz mid")
    answers = (other.answers("maya", FULL), other.answers("bo", HALF))
    told = (await asyncio.gather(answers[0], one.types("you", "/reveal"), answers[1]))[::2]
    for each in two:
        await each.app.flush()
    assert one.tags() == ["question:1", "reveal:1"]
    assert "Closed" in text_of(one.card("question:1"))
    late = sorted(graded.late for graded in told if isinstance(graded, o.AttemptGraded))
    assert late == sorted(late for (late,) in await one.rows(attempt, "late"))
    assert len(late) == 2


async def test_a_schedule_is_changed_while_the_leader_plans(two: tuple[Hall, Hall]):
    """However a change at another process falls between, what is planned is by the newest plan, each date once."""
    one, other = two
    for hour in range(9, 15):
        one.clock.move_to(one.clock.now() + timedelta(minutes=11))
        await asyncio.gather(
            one.jobs.tick(), other.types("you", f"/schedule set {hour:02}:30 UTC mon-fri"), one.jobs.tick()
        )
    await goes_on(one, minutes=1)
    (active,) = [row for row in await one.rows(schedule, "id", "state") if row[1] == "active"]
    due = [
        at
        for kind, state, at, of in await one.rows(occurrence, "kind", "state", "due_at", "schedule_id")
        if (kind, state, of) == ("question", "due", active[0])
    ]
    assert due
    assert {(at.hour, at.minute) for at in due} == {(14, 30)}
    assert len({at.date() for at in due}) == len(due)
