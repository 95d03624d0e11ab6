"""Days off, the streak's rules, and the reminder of a streak at risk."""

import pytest

from bot import outcomes as o
from bot.errors import BadValue
from bot.store.schema import away, occurrence, streak
from tests.doubles.fakes import HALF, SCHEDULE, WRONG, Hall, text_of
from tests.handlers.test_boards import compared


async def play(hall: Hall, *days: int, names: tuple[str, ...] = ("maya",)) -> None:
    """Let members answer the questions of these days of November 2026, which begin with the 23rd."""
    for day in days:
        await hall.until(11, day, 9, 0)
        for name in names:
            await hall.answers(name, HALF, [23, 24, 25, 26, 27, 30].index(day) + 1)
    await hall.until(11, days[-1], 17, 0)


async def running(hall: Hall, name: str) -> str:
    await hall.types(name, "/stats")
    return next(line for line in hall.told(name).splitlines() if "Streak" in line)


async def test_days_off_neither_break_a_streak_nor_count(hall: Hall):
    """A streak goes on after days off; a question answered on one of them earns points and does not lengthen it."""
    await hall.types("you", SCHEDULE)
    await play(hall, 23, names=("maya", "bo", "ines"))
    await hall.types("maya", "/away 2026-11-24..2026-11-25")
    assert "You are away: Tue 24 November 2026 to Wed 25 November 2026" in hall.told("maya")
    await hall.types("ines", "/away wed..thu")
    await hall.until(11, 24, 9, 0)
    await hall.answers("ines", HALF, 2)
    await hall.until(11, 25, 9, 0)
    await hall.answers("maya", HALF, 3)
    await hall.until(11, 25, 17, 0)
    assert "1 now, 1 at best" in await running(hall, "maya")
    assert "0 now, 1 at best" in await running(hall, "bo")
    assert "2 now, 2 at best" in await running(hall, "ines")
    await play(hall, 26, 27, names=("maya", "bo"))
    assert "3 now, 3 at best" in await running(hall, "maya")
    assert "2 now, 2 at best" in await running(hall, "bo")
    assert "0 now, 2 at best" in await running(hall, "ines")
    assert not (await compared(hall)).differences


async def test_whoever_only_answers_on_days_off_has_no_streak(hall: Hall):
    """Days off without a streak before them begin none."""
    await hall.types("you", SCHEDULE)
    await hall.types("maya", "/away today")
    await play(hall, 23)
    assert await hall.rows(streak) == []
    assert not (await compared(hall)).differences


async def test_a_broken_streak_is_not_mended_by_days_off(hall: Hall):
    """Days off pass over questions from when they are set: what was missed before stays missed, and the past cannot be taken off."""
    await hall.types("you", SCHEDULE)
    await play(hall, 23)
    await hall.until(11, 24, 18, 0)
    await hall.types("maya", "/away today..wed")
    await hall.until(11, 25, 18, 0)
    assert "0 now, 1 at best" in await running(hall, "maya")
    await hall.types("maya", "/away 2026-11-24")
    assert "24 November 2026 is over" in hall.told("maya")
    assert not (await compared(hall)).differences


async def test_days_off_are_listed_and_taken_back(hall: Hall):
    """What is coming is listed; taking it back leaves what is past as it was, and the rest breaks streaks again."""
    await hall.types("you", SCHEDULE)
    await hall.types("maya", "/away")
    assert "None are set" in hall.told("maya")
    await hall.types("maya", "/away cancel")
    assert hall.told("maya").startswith("There was nothing to cancel")
    await play(hall, 23)
    await hall.types("maya", "/away tue..fri")
    await hall.types("maya", "/away tue..fri")
    await hall.types("maya", "/away 2026-12-24")
    assert "Tue 24 November 2026 to Fri 27 November 2026\nNone Thu 24 December 2026" in hall.told("maya")
    assert len(await hall.rows(away)) == 2
    await hall.types("maya", "/away list")
    assert hall.told("maya").startswith("Your days off\nNone Tue 24 November 2026")
    await hall.until(11, 24, 18, 0)
    assert "1 now" in await running(hall, "maya")
    await hall.types("maya", "/away 2026-12-30")
    await hall.types("maya", "/away cancel 2026-12-30")
    assert hall.told("maya").startswith("Days off taken back\nQuestions on these days count for your streak again")
    assert "\nNone Wed 30 December 2026\nStill set:\n" in hall.told("maya")
    assert "Tue 24 November 2026 to Fri 27 November 2026\nNone Thu 24 December 2026" in hall.told("maya")
    await hall.types("maya", "/away cancel")
    assert hall.told("maya").startswith("You are here again")
    assert "Still set:\nNone Thu 24 December 2026" in hall.told("maya")
    await hall.types("maya", "/away cancel")
    assert hall.told("maya").startswith("Days off taken back")
    await hall.types("maya", "/away list")
    assert "None are set" in hall.told("maya")
    await hall.until(11, 25, 18, 0)
    assert "0 now, 1 at best" in await running(hall, "maya")
    assert not (await compared(hall)).differences


async def test_of_several_days_off_to_come_it_is_asked_which(hall: Hall):
    """Nothing is taken back where nobody can know which is meant: all are listed, with how to name one."""
    await hall.types("maya", "/away 2026-12-24..2027-01-02")
    await hall.types("maya", "/away 2026-12-10")
    await hall.types("maya", "/away cancel")
    assert hall.told("maya").startswith(
        "Which days off?\nNothing is taken back yet. Name a day of them: /away cancel 2026-12-10"
    )
    await hall.types("maya", "/away cancel 2026-12-15")
    assert hall.told("maya").startswith("There was nothing to cancel\nStill set:\nNone Thu 10 December 2026")
    await hall.types("maya", "/away cancel 2026-12-01..2026-12-31")
    assert hall.told("maya").startswith("Days off taken back")
    assert "Still set" not in hall.told("maya")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/away 2026-12-24..2026-12-01", "The last day comes before the first"),
        ("/away 2026-11-01", "is over"),
        ("/away 2026-12-01..2028-01-01", "more than a year"),
        ("/away 2028-12-01", "more than a year"),
    ],
)
async def test_impossible_days_off_are_refused(hall: Hall, line: str, said: str):
    """What cannot be is answered with how to write what can."""
    outcome = await hall.types("maya", line)
    assert isinstance(outcome, o.Refusal)
    assert said in hall.told("maya")
    assert "/away 2026-12-24..2027-01-02" in hall.told("maya")


@pytest.mark.parametrize("days", ["days=someday", "december", "christmas week", "cancel next month"])
async def test_days_that_are_none_are_refused(hall: Hall, days: str):
    """A word given for days that means none is answered with how to write them, and so is a stretch that nobody can tell the ends of."""
    with pytest.raises(BadValue, match=r"are no days\. Write them as 2026-12-24"):
        await hall.types("maya", f"/away {days}")


async def test_a_streak_at_risk_is_told_to_who_asked_for_it(hall: Hall):
    """Two hours before the reveal, and only to who wants it, has a streak, has not answered with something, and is not away."""
    names = ("maya", "bo", "ines", "dora", "cleo", "away")
    await hall.types("you", SCHEDULE)
    for name in ("maya", "ines", "dora", "cleo", "away", "new"):
        await hall.types(name, "/settings remind=on")
        assert "Reminder of a streak at risk: on" in hall.told(name)
    await play(hall, 23, names=names)
    await hall.until(11, 24, 9, 0)
    await hall.answers("ines", WRONG, 2)
    await hall.answers("dora", "x", 2)
    await hall.types("away", "/away today")
    await hall.types("cleo", "/privacy delete delete")
    await hall.until(11, 24, 14, 59)
    assert hall.platform.direct_messages == []
    await hall.until(11, 24, 15, 0)
    assert [who for who, _ in hall.platform.direct_messages] == ["memory:member:maya", "memory:member:dora"]
    told = text_of(hall.platform.direct_messages[0][1])
    assert told.startswith(
        "Your streak of 1 question is at risk\nYou have not answered the question that is open in #hall"
    )
    assert "/settings remind=off" in told
    assert "Rayleigh" not in told
    await hall.until(11, 24, 16, 0)
    assert len(hall.platform.direct_messages) == 2


async def test_nobody_is_reminded_of_what_is_revealed(hall: Hall):
    """A question that an organiser revealed early needs no answer any more; one that is open for two hours or less is not told of."""
    await hall.types("you", SCHEDULE)
    await hall.types("maya", "/settings remind=on")
    await play(hall, 23)
    await hall.until(11, 24, 10, 0)
    await hall.types("you", "/reveal")
    await hall.types("you", "/schedule set reveal=11:00")
    await hall.until(11, 26, 18, 0)
    assert hall.platform.direct_messages == []
    kinds = [(kind, state) for kind, state in await hall.rows(occurrence, "kind", "state") if kind == "reminder"]
    assert kinds == [("reminder", "posted"), ("reminder", "skipped")]
