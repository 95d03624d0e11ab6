"""Who changed a schedule or the team's settings: kept with the change, told to organisers, in one's own export, and without the name of who is hidden."""

import json
from datetime import UTC, date, datetime, time
from typing import Any, Final

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy import delete

from bot import outcomes as o
from bot.cards import File
from bot.commands import SetSchedule
from bot.handlers.deeds import DETAIL_CHARS, given
from bot.rules.schedule import Plan
from bot.store.schema import deed
from tests.doubles.fakes import SCHEDULE, Hall

ROLE: Final = "memory:team:role:9"
PLAN: Final = Plan(
    zone="UTC", at=time(9), weekdays=frozenset(range(5)), reveal=time(17), board_day=4, board_at=time(17)
)
ANNEX: Any = {"team": "memory:annex", "channel": "memory:channel:annex", "organiser": True}


async def kept(hall: Hall, who: str = "you", **there: Any) -> dict[str, Any]:
    """Return what an organiser is handed of all that was decided and changed."""
    await hall.types(who, "/audit", **there)
    (file,) = (block for block in hall.platform.private[-1][1].blocks if isinstance(block, File))
    found: dict[str, Any] = json.loads(file.content)
    return found


async def did(hall: Hall, kind: str = "schedules") -> list[tuple[str, str]]:
    """Return what is told to have been done, with what was given."""
    return [(row["what"], row["detail"]) for row in (await kept(hall))[kind]]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("09:00 Europe/Berlin mon-fri", "09:00 Europe/Berlin mon-fri"),
        ("09:00,13:00 mon,wed levels=mid,senior topics=sky", "09:00,13:00 mon,wed levels=mid,senior topics=sky"),
        ("9:00 daily reveal=17:00 board=fri board_at=18:00", "09:00 daily reveal=17:00 board=fri board_at=18:00"),
        ("weekly mon 09:00", "09:00 mon weekly"),
        ("09:00 weekly=off holidays=none levels=all topics=all", "09:00 weekly=off levels=all topics=all holidays=none"),
        ("09:00 half=on aloud=off days_off=2026-12-31,2026-12-24", "09:00 half=on aloud=off days_off=2026-12-24,2026-12-31"),
        ("09:00 days_off=none role=none", "09:00 days_off=none role=none"),
        (f"09:00 champion={ROLE}", "09:00 champion=Readers"),
    ],
)  # fmt: skip
async def test_a_schedule_is_told_as_it_was_given(hall: Hall, typed: str, told: str):
    """What was typed is kept, in its order and with a role's name in place of its reference."""
    assert isinstance(await hall.types("you", f"/schedule set {typed}", named={ROLE: "Readers"}), o.ScheduleSaved)
    assert await did(hall) == [("schedule set", told)]


@for_all(st.frozensets(st.dates(min_value=date(2026, 1, 1), max_value=date(2030, 1, 1)), max_size=200))
def test_what_was_given_is_kept_in_short(off: frozenset[date]):
    """However much was given, what is kept of it is short, and begins as it was typed."""
    words = given(SetSchedule(days_off=off), PLAN)
    assert words.startswith("days_off=")
    assert len(words) <= DETAIL_CHARS


async def test_what_was_done_to_a_schedule_is_kept_once(hall: Hall):
    """Pausing what is paused, going on with what goes on and a delivery that comes twice are no deeds; nor is what was refused."""
    again: Any = {"event": "memory:same"}
    for _ in range(2):
        await hall.types("you", SCHEDULE, **again)
    for line in ("resume", "pause", "pause", "resume", "skip 2026-11-25", "skip 2026-11-25", "unskip", "unskip", "set"):
        await hall.types("you", f"/schedule {line}")
    for line in ("queue sky-mid-1", "unqueue sky-mid-1", "unqueue sky-mid-1", "remove", "remove", "pause"):
        await hall.types("you", f"/schedule {line}")
    assert (await did(hall))[1:] == [
        ("schedule pause", ""), ("schedule resume", ""), ("schedule skip", "2026-11-25"), ("schedule unskip", "2026-11-25"),
        ("schedule set", ""), ("schedule unqueue", "sky-mid-1"), ("schedule remove", ""),
    ]  # fmt: skip
    assert {row["name"] for row in (await kept(hall))["schedules"]} == {"you"}


async def test_a_day_that_was_left_out_is_told_once(hall: Hall):
    """A day of which is kept who left it out is told so, and not a second time; one from before is told without a name."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", "/schedule skip 2026-11-25")
    assert (await kept(hall))["left_out"] == []
    await hall.db.write(lambda connection: connection.execute(delete(deed)))  # as of a world from before
    await hall.later(minutes=1)
    await hall.types("you", "/schedule skip 2026-11-26")
    found = await kept(hall)
    assert [row["day"] for row in found["left_out"]] == ["2026-11-25"]
    assert [(row["what"], row["detail"], row["channel"]) for row in found["schedules"]] == [
        ("schedule skip", "2026-11-26", "hall")
    ]


async def test_what_is_the_teams_is_kept_and_what_is_ones_own_is_not(hall: Hall):
    """Each of the team's settings is a deed, once; a member's own switches are none, nor what is refused."""
    await hall.types("maya", "/settings share=on quiet=22:00-07:00")
    await hall.types("maya", "/settings zone=UTC")
    again: Any = {"event": "memory:same"}
    for _ in range(2):
        await hall.types(
            "you", "/settings zone=Europe/Berlin desk=10:00 best=2 live=off appoint=maya share=on", **again
        )
    await hall.types("you", "/settings desk=09:00 best=99")
    await hall.types("you", "/settings dismiss=maya")
    assert await did(hall, "settings") == [
        ("settings zone", "Europe/Berlin"), ("settings desk", "10:00"), ("settings best", "2"), ("settings live", "do not count"),
        ("settings appoint", ""), ("settings dismiss", ""),
    ]  # fmt: skip
    assert await did(hall) == []


async def test_nobody_who_hides_or_was_deleted_is_named(hall: Hall):
    """Who was appointed, and by whom, is told by name as long as both may be named: a name is kept in no deed."""
    await hall.types("maya", "/help")
    await hall.types("you", "/settings appoint=maya")
    await hall.types("you", SCHEDULE)

    async def named() -> list[tuple[str, str]]:
        found = await kept(hall)
        return [(row["name"], row["member"]) for row in (*found["settings"], *found["schedules"])]

    assert await named() == [("you", "maya"), ("you", "")]
    await hall.types("you", "/privacy hide on")
    assert await named() == [("", "maya"), ("", "")]
    await hall.types("maya", "/privacy delete delete")
    await hall.types("you", "/privacy hide off")
    assert await named() == [("you", ""), ("you", "")]


async def test_deeds_are_the_teams(hall: Hall):
    """Another team's organisers find nothing of them, and theirs are not found here."""
    await hall.types("you", SCHEDULE)
    await hall.types("kim", "/settings best=2", **ANNEX)
    there = await kept(hall, "kim", **ANNEX)
    assert (there["schedules"], [row["what"] for row in there["settings"]]) == ([], ["settings best"])
    assert await did(hall, "settings") == []


async def test_members_are_handed_what_they_changed(hall: Hall):
    """One's own export has what one changed, and who made one an organiser; of others' changes it has nothing."""
    await hall.types("maya", "/help")
    await hall.types("you", SCHEDULE)
    await hall.types("you", "/settings appoint=maya")
    found = {}
    for who in ("you", "maya"):
        outcome = await hall.types(who, "/privacy export")
        assert isinstance(outcome, o.DataExported)
        found[who] = json.loads(outcome.document)
    assert [row["what"] for row in found["you"]["changed"]] == ["schedule set", "settings appoint"]
    assert (found["you"]["appointed"], found["maya"]["changed"]) == ([], [])
    ((made),) = found["maya"]["appointed"]
    assert (made["what"], made["name"], made["member"]) == ("settings appoint", "you", "maya")
    assert datetime.fromisoformat(made["at"]).tzinfo == UTC
