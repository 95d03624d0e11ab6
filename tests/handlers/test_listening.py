"""What members asked to be told of and mentioned with: a channel's questions in private, in no quiet hour, boards, a role."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot import outcomes as o
from bot.errors import BadValue, ChannelGone, Unreachable
from bot.rules import quiet
from bot.store import sqlite
from bot.store.schema import listener, nudge
from tests.doubles.fakes import FULL, SCHEDULE, Hall, text_of, titles
from tests.doubles.fakes import hall as start_hall

STUDY = "memory:team:role:7"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Give a hall with a daily question at 09:00 that is revealed at 17:00."""
    async with start_hall(tmp_path) as running:
        await running.types("you", SCHEDULE)
        yield running


async def told(hall: Hall) -> list[str]:
    """Return the titles of the direct messages since this was asked last."""
    await hall.later(seconds=1)
    found = titles(hall.platform.direct_messages)
    hall.platform.direct_messages.clear()
    return found


async def test_who_asks_for_it_is_told_of_the_question_and_the_reveal(hall: Hall):
    """A private word each, once it stands in the channel; who did not ask for it, or no longer, is told nothing."""
    await hall.types("maya", "/settings notify=on")
    assert "on, for #hall from now on" in hall.told("maya")
    hall.platform.failing["post"] = [Unreachable("not now")]
    await hall.until(11, 23, 9, 0)
    assert await told(hall) == []
    await hall.later(minutes=3)
    assert await told(hall) == ["A question in #hall"]
    await hall.until(11, 23, 17, 0)
    assert await told(hall) == ["The answer is in #hall"]
    await hall.types("maya", "/settings notify=off")
    assert "Word of daily questions: off" in hall.told("maya")
    await hall.until(11, 24, 17, 0)
    assert await told(hall) == []
    await hall.types("maya", "/settings notify=on", channel="memory:channel:other")
    assert "There is no daily question here." in hall.told("maya")


async def test_quiet_hours_are_kept_by_ones_own_clock(hall: Hall):
    """What comes in quiet hours is told in one message when they end; a question that is revealed by then is not told of."""
    await hall.types("maya", "/settings notify=on quiet=23:00-10:00 my_zone=America/New_York")
    assert "Quiet hours: 23:00-10:00, America/New_York" in hall.told("maya")
    await hall.types("bo", "/settings notify=on quiet=10am-9am")
    await hall.types("cy", "/settings notify=on quiet=8:30-18:00")
    await hall.until(11, 23, 9, 0)
    assert [who for who, _ in hall.platform.direct_messages] == ["memory:member:bo"]
    await hall.until(11, 23, 14, 59)
    assert await told(hall) == ["A question in #hall"]
    await hall.until(11, 23, 15, 0)
    assert await told(hall) == ["A question in #hall"]
    await hall.until(11, 23, 17, 0)
    assert await told(hall) == ["The answer is in #hall"]
    await hall.until(11, 23, 18, 0)
    assert await told(hall) == ["The answer is in #hall"]
    await hall.until(11, 24, 9, 0)
    ((who, card),) = hall.platform.direct_messages
    assert (who, card.title) == ("memory:member:bo", "From your channels")
    assert text_of(card).count("question in #hall:") == text_of(card).count("answer is in #hall:") == 1
    await hall.types("bo", "/settings quiet=none")
    assert "Quiet hours: none" in hall.told("bo")


async def test_quiet_hours_have_a_clock_that_is_named(hall: Hall):
    """Without one's own zone they go by the channel's schedule, or another one of the team; and the reveal is told where it was wanted."""
    await hall.types("you", "/schedule remove")
    await hall.types("maya", "/settings quiet=22-8")
    assert "Your quiet hours are by the clock" not in hall.told("maya")
    await hall.types("you", f"{SCHEDULE} zone=Europe/Berlin aloud=off")
    await hall.types("cy", "/settings quiet=22-8")
    assert "Your quiet hours are by the clock of Europe/Berlin from now on." in hall.told("cy")
    await hall.types("bo", "/settings my_zone=UTC quiet=22:00-08:00")
    assert "by the clock of UTC from now on" in hall.told("bo")
    await hall.types("di", "/settings quiet=22-8", channel="memory:channel:other", channel_name="other")
    assert "by the clock of Europe/Berlin from now on" in hall.told("di")
    await hall.until(11, 23, 18, 0)
    assert hall.platform.aloud == []


@pytest.mark.parametrize(
    "words",
    ["quiet=22:00 to 08:00", "quiet 10pm-8am", "quiet from 10 pm to 8 am", "quiet=22 – 8", "quiet between 22 and 8"],
)  # fmt: skip
async def test_hours_as_people_write_them(hall: Hall, words: str):
    """Quiet hours are read with any word between them, and behind their name without a sign of equality."""
    await hall.types("maya", f"/settings {words}")
    assert "Quiet hours: 22:00-08:00" in hall.told("maya")


@pytest.mark.parametrize("zone", ["HST", "est", "MST", "Etc/GMT+5"])
async def test_a_zone_that_is_an_offset_is_warned_about(hall: Hall, zone: str):
    """Whoever names clocks that never change is told so, for their own hours and for the team's alike; a city's are taken as they are."""
    await hall.types("you", f"/settings my_zone={zone}")
    assert "stays the same all year" in hall.told("you")
    await hall.types("you", f"/settings zone={zone}")
    assert "stays the same all year" in hall.told("you")
    await hall.types("you", "/settings my_zone=Europe/Berlin zone=Phoenix")
    assert "stays the same all year" not in hall.told("you")


@pytest.mark.parametrize("words", ["22", "22:00-22:00", "late-early", "-"])
async def test_hours_that_are_none(hall: Hall, words: str):
    """What are no hours is answered with how to write them; “-” ends them as “none” does."""
    if words == "-":
        assert isinstance(await hall.types("maya", f"/settings quiet={words}"), o.SettingsShown)
        return
    with pytest.raises(BadValue):
        await hall.types("maya", f"/settings quiet={words}")


def test_the_end_of_quiet_hours():
    """They begin with their first minute and end before their last, over midnight too; what cannot be read is none."""
    noon, night = datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 23, 23, tzinfo=UTC)
    over = quiet.spelled(time(22), time(8))
    assert quiet.until(over, "UTC", noon) is None
    assert quiet.until(over, "UTC", night) == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert quiet.until("12:00-12:30", "UTC", noon) == noon.replace(minute=30)
    assert quiet.until("11:00-12:00", "UTC", noon) is None
    assert quiet.until(over, "US/Pacific-New", night) is quiet.until("", "UTC", night) is None


async def test_reminders_leave_quiet_hours_alone(hall: Hall):
    """A streak at risk is no reason to disturb somebody in their quiet hours; who has none is reminded."""
    for name in ("maya", "bo"):
        await hall.types(name, "/settings remind=on")
    await hall.types("bo", "/settings quiet=14:00-16:00")
    await hall.until(11, 23, 9, 0)
    for name in ("maya", "bo"):
        await hall.answers(name, FULL)
    await hall.until(11, 24, 15, 0)
    assert [who for who, _ in hall.platform.direct_messages] == ["memory:member:maya"]


async def test_boards_mention_who_wants_that(hall: Hall):
    """A board that is posted mentions those on it who agreed, and nobody who is hidden."""
    for name in ("maya", "bo", "cy"):
        await hall.types(name, "/settings mention=on")
    await hall.types("cy", "/privacy hide on")
    await hall.until(11, 23, 9, 0)
    for name in ("maya", "cy", "dan"):
        await hall.answers(name, FULL)
    await hall.until(11, 27, 17, 0)
    (board,) = [tag for tag in hall.tags() if tag.startswith("board:")]
    assert hall.card(board).mentions == ("memory:member:maya",)


async def test_what_waits_is_forgotten_with_its_member(hall: Hall):
    """A member who deletes their data is told nothing any more; what is no news any more is not told either."""
    for name in ("maya", "bo"):
        await hall.types(name, "/settings notify=on quiet=08:00-07:00")
    await hall.until(11, 23, 9, 0)
    assert len(await hall.rows(nudge)) == 2
    await hall.presses("maya", "privacy delete:delete")
    assert (len(await hall.rows(nudge)), len(await hall.rows(listener))) == (1, 1)
    await hall.until(11, 23, 17, 0)
    hall.platform.away = True
    await hall.until(11, 24, 8, 0)
    assert len(await hall.rows(nudge)) == 2
    hall.clock.move_to(datetime(2026, 11, 26, 12, tzinfo=UTC))
    hall.platform.away = False
    await hall.db.write(lambda c: c.exec_driver_sql("DELETE FROM occurrence"))
    await hall.jobs.tick()
    assert await hall.rows(nudge) == []
    assert [who for who, _ in hall.platform.direct_messages] == ["memory:member:you"]  # who set the schedule


async def test_a_team_whose_members_cannot_be_told_is_left_alone(hall: Hall):
    """Where telling fails, it is tried once and not at each tick."""
    await hall.types("maya", "/settings notify=on quiet=09:00-10:00")
    await hall.until(11, 23, 9, 0)
    await hall.db.write(lambda c: c.exec_driver_sql("UPDATE round SET level = 'junior'"))
    await hall.until(11, 23, 10, 0)
    await hall.later(seconds=1)
    assert hall.jobs._untold == {1}
    assert hall.platform.direct_messages == []


# ------------------------------------------------------------- the role


async def test_a_role_is_the_schedules(hall: Hall):
    """It is mentioned with what the schedule posts and not with /quiz; whoever presses the button has it, or is told why not."""
    named = {"named": {STUDY: "Study"}}
    assert isinstance(await hall.types("maya", "/quiz mid"), o.RoundOpened)
    assert hall.card("question:1").mentions == ()
    assert isinstance(await hall.presses("maya", "role:join"), o.Refusal)
    hall.platform.hindered[STUDY] = "I lack Manage Roles."
    assert isinstance(await hall.types("you", f"/schedule set role={STUDY}", **named), o.Refusal)
    assert "I cannot use that role\nI lack Manage Roles." in hall.told("you")
    hall.platform.hindered.clear()
    await hall.types("you", f"/schedule set role={STUDY}", **named)
    assert "Mentioned with questions and reveals: @Study" in hall.told("you")
    assert isinstance(await hall.types("you", "/schedule set role=other:team:role:7"), o.Refusal)
    await hall.until(11, 23, 9, 0)
    assert hall.card("question:2").mentions == (STUDY,)
    await hall.until(11, 23, 17, 0)
    assert hall.card("reveal:2").mentions == (STUDY,)
    await hall.presses("maya", "role:join")
    assert hall.platform.enlisted == [("memory:member:maya", STUDY, True)]
    for error, words in (
        (ChannelGone("I may not give it."), "I may not give it."),
        (Unreachable("later"), "could not"),
    ):
        hall.platform.failing["enlist"] = [error]
        await hall.presses("maya", "role:leave")
        assert words in hall.told("maya")
    with pytest.raises(BadValue, match="no roles here"):
        await hall.types("you", "/schedule set role=@study")


@pytest.mark.sqlite
async def test_the_doctor_reads_which_roles_are_mentioned(hall: Hall, tmp_path: Path):
    """Those of schedules that run, by reference; of a database that is not there, none."""
    await hall.types("you", f"/schedule set role={STUDY}")
    assert sqlite.roles(tmp_path / "studyhall.db") == [STUDY]
    assert sqlite.roles(tmp_path / "none.db") == []
