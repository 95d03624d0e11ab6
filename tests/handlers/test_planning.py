"""Planning: a few schedules at a time, only those that it is time for, and nothing written that is there already."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, insert, update

from bot import jobs
from bot.commands import PlanSchedules
from bot.handlers import planning as handlers
from bot.handlers.planning import CALENDARS
from bot.rules.planning import agenda
from bot.store import planning
from bot.store.notebook import StoredNotebook
from bot.store.schema import event, inbox, occurrence, schedule
from tests.doubles.fakes import MONDAY, SCHEDULE, Hall, titles
from tests.doubles.fakes import hall as start_hall

ROOMS: Final = tuple(f"room-{number}" for number in range(5))


async def set_all(hall: Hall) -> None:
    """Give several channels a schedule."""
    for name in ROOMS:
        await hall.types("you", SCHEDULE, channel=f"memory:channel:{name}", channel_name=name)


async def falsify(hall: Hall, table: Any, **values: Any) -> None:
    """Write something over all rows of a table."""

    def change(connection: Connection) -> None:
        connection.execute(update(table).values(**values))

    await hall.db.write(change)


async def planned(hall: Hall) -> set[datetime]:
    """Return when schedules were planned."""
    return {at for (at,) in await hall.rows(schedule, "planned_at")}


async def test_a_start_plans_nothing_that_is_planned(tmp_path: Path):
    """Where zones and holidays are those of the last start, what was written down stays as it is."""
    async with start_hall(tmp_path) as hall:
        await hall.types("you", SCHEDULE)
        await hall.jobs.tick()
        await falsify(hall, occurrence, note="as it was")
    async with start_hall(tmp_path) as hall:
        await hall.jobs.tick()
        assert {note for (note,) in await hall.rows(occurrence, "note")} == {"as it was"}


async def test_other_zones_or_holidays_plan_everything_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where they are others, what lies ahead of every schedule is planned anew, a few at a time, and once."""
    monkeypatch.setattr(handlers, "FORGOTTEN_AT_ONCE", 2)
    async with start_hall(tmp_path) as hall:
        await set_all(hall)
        await hall.jobs.tick()
        await falsify(hall, occurrence, note="by the old ones")
        await StoredNotebook(hall.db).put(CALENDARS, "tzdata 1970.1")
    async with start_hall(tmp_path, now=MONDAY + timedelta(minutes=1)) as hall:
        await hall.jobs.tick()
        assert {note for (note,) in await hall.rows(occurrence, "note")} == {""}
        assert await planned(hall) == {MONDAY + timedelta(minutes=1)}
        assert await StoredNotebook(hall.db).get(CALENDARS) != "tzdata 1970.1"


async def test_a_clock_that_was_ahead_leaves_no_gap(tmp_path: Path):
    """What was planned while the clock was ahead is planned again by the right one."""
    async with start_hall(tmp_path) as hall:
        await hall.types("you", SCHEDULE)
        await hall.jobs.tick()
        await falsify(hall, schedule, planned_at=MONDAY + timedelta(days=300))
        await falsify(hall, occurrence, note="as it was")
    async with start_hall(tmp_path) as hall:
        await hall.jobs.tick()
        assert await planned(hall) == {MONDAY}
        assert {note for (note,) in await hall.rows(occurrence, "note")} == {""}


async def test_the_next_days_are_planned_when_there_is_time(hall: Hall, monkeypatch: pytest.MonkeyPatch):
    """A day later the schedules are planned on, a few at each tick, after what is due."""
    monkeypatch.setattr(jobs, "PLANNED_A_TICK", 2)
    await set_all(hall)
    await hall.jobs.tick()
    await hall.until(11, 23, 17)
    left = []
    for second in range(4):
        hall.clock.move_to(MONDAY + timedelta(days=1, seconds=second))
        await hall.jobs.tick()
        left.append([at for (at,) in await hall.rows(schedule, "planned_at")].count(MONDAY))
    assert left == [3, 1, 0, 0]
    assert max(await hall.rows(occurrence, "local_date")) == (date(2026, 12, 8),)


async def test_what_must_be_planned_comes_before_what_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """After an outage nothing waits for a later tick: all is planned, and told, before the first question is asked."""
    monkeypatch.setattr(jobs, "PLANNED_A_TICK", 0)
    monkeypatch.setattr(jobs, "PLANNED_TOGETHER", 2)
    async with start_hall(tmp_path) as hall:
        await set_all(hall)
    now = datetime(2026, 12, 23, 9, 30, tzinfo=UTC)
    async with start_hall(tmp_path, now=now) as hall:
        await hall.jobs.tick()
        assert await planned(hall) == {now}
        assert len(hall.tags()) == len(ROOMS)
        assert titles(hall.platform.direct_messages) == ["Questions missed"]
        states = [state for state, kind in await hall.rows(occurrence, "state", "kind") if kind == "question"]
        assert states.count("missed") == 22 * len(ROOMS)


async def test_what_somebody_changes_meanwhile_is_left_to_the_next_time(hall: Hall):
    """A schedule that is set between reading and writing keeps what was set; one that is stopped stays stopped."""
    await set_all(hall)

    def look(connection: Connection) -> Any:
        found = planning.outlook(connection, [1, 2, 3], now=MONDAY)
        return [agenda(one, MONDAY) for one in found]

    made = await hall.db.read(look)
    hall.clock.move_to(MONDAY + timedelta(minutes=1))
    await hall.types("you", "/schedule pause", channel=f"memory:channel:{ROOMS[0]}")
    await hall.types("you", "/schedule set 10:00", channel=f"memory:channel:{ROOMS[1]}")

    def still(connection: Connection) -> Any:
        return [one.schedule.id for one in planning.unchanged(connection, made)]

    assert await hall.db.read(still) == [3]


async def test_a_schedule_that_nobody_runs_is_not_planned(hall: Hall):
    """Planning a schedule that was paused meanwhile writes nothing."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", "/schedule pause")
    await hall.app.handle(PlanSchedules(schedules=(1,)))
    assert await hall.rows(occurrence) == []


async def test_old_deliveries_are_forgotten_in_parts(hall: Hall, monkeypatch: pytest.MonkeyPatch):
    """However many there are, no single change forgets more than a few, and in the end none is left."""
    monkeypatch.setattr(handlers, "FORGOTTEN_AT_ONCE", 3)

    def remember(connection: Connection) -> None:
        old = MONDAY - timedelta(days=3)
        connection.execute(insert(event), [{"id": f"old:{n}", "at": old} for n in range(10)])
        connection.execute(insert(inbox), [{"id": f"old:{n}", "at": old, "done": True} for n in range(7)])

    await hall.db.write(remember)
    await hall.jobs.tick()
    assert (await hall.rows(event), await hall.rows(inbox)) == ([], [])
