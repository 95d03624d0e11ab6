"""Boards, statistics and streaks, through whole rounds; and the proof that totals equal their facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import outcomes as o
from bot.errors import ChannelGone, Unreachable
from bot.grading import Band
from bot.question import Level
from bot.rules import scoring
from bot.store import recompute
from bot.store.schema import award, round_, streak, total
from tests.doubles.fakes import FULL, HALF, SCHEDULE, WRONG, Hall, bank, text_of
from tests.doubles.fakes import hall as start_hall


async def play(hall: Hall, round_id: int, answers: dict[str, str]) -> None:
    """Let members answer a round, and reveal it."""
    for name, text in answers.items():
        await hall.answers(name, text, round_id)
    await hall.presses("you", f"reveal:{round_id}")


async def compared(hall: Hall, *, repair: bool = False) -> recompute.Report:
    def run(connection: Any) -> recompute.Report:
        return recompute.compare(connection, repair=repair)

    return await (hall.db.write if repair else hall.db.read)(run)


async def test_the_board_counts_only_what_is_revealed(hall: Hall):
    """An open round is on no board; revealed, its points are."""
    await hall.types("maya", "/quiz senior")
    await hall.answers("maya", FULL)
    await hall.types("maya", "/leaderboard")
    assert "Nobody has points here yet" in hall.told("maya")
    await hall.types("you", "/reveal")
    await hall.types("maya", "/leaderboard")
    assert "1 maya 200 1 0 None you" in hall.told("maya")


async def test_ties_share_a_place_and_the_asker_is_marked(hall: Hall):
    """Equal points share a place, the next place counts them all, and the asker's line is marked."""
    await hall.types("maya", "/quiz mid")
    await play(hall, 1, {"maya": FULL, "bo": FULL, "ines": HALF})
    await hall.types("ines", "/leaderboard")
    lines = hall.told("ines").splitlines()
    assert lines[1:4] == ["1 maya 100 1 0 None", "1 bo 100 1 0 None", "3 ines 50 1 0 None you"]


async def test_the_askers_own_place_beyond_the_tenth(hall: Hall):
    """Whoever is not among the first ten sees their own line below, and how many more there are."""
    await hall.types("maya", "/quiz mid")
    names = [f"m{n}" for n in range(11)]
    await play(hall, 1, dict.fromkeys(names, FULL) | {"last": HALF})
    await hall.types("last", "/leaderboard all")
    told = hall.told("last")
    assert "and 2 members more" in told
    assert "Your place:\n12 last 50 1 0 None you" in told


async def test_boards_filter_by_topic_and_level(hall: Hall):
    """A topic's or level's board counts only its rounds, for a week as for all time."""
    await hall.types("maya", "/quiz mid sky")
    await play(hall, 1, {"maya": FULL})
    await hall.types("maya", "/quiz senior sea")
    await play(hall, 2, {"bo": FULL})
    for period in ("week", "month", "season", "all"):
        await hall.types("maya", f"/leaderboard {period} sky")
        assert "maya 100" in hall.told("maya")
        assert "bo 200" not in hall.told("maya")
        await hall.types("maya", f"/leaderboard {period} senior")
        assert "bo 200" in hall.told("maya")
        assert "maya 100" not in hall.told("maya")


async def test_hidden_members_are_on_no_board(hall: Hall):
    """Who hides is left out for others and told so themselves; their statistics stay theirs."""
    await hall.types("maya", "/quiz mid")
    await play(hall, 1, {"maya": FULL, "bo": FULL})
    await hall.types("maya", "/privacy hide")
    await hall.types("bo", "/leaderboard")
    assert "maya" not in hall.told("bo")
    await hall.types("maya", "/leaderboard")
    assert "You are hidden from the boards" in hall.told("maya")
    await hall.types("maya", "/stats")
    assert "100 points from 1 question" in hall.told("maya")
    await hall.types("bo", "/stats maya")
    assert "I know no member “maya” here" in hall.told("bo")
    await hall.types("maya", "/privacy hide off")
    await hall.types("bo", "/stats @Maya")
    assert "Statistics of maya" in hall.told("bo")


async def test_only_three_asked_rounds_a_day_earn_points(hall: Hall):
    """The fourth round asked with /quiz on a date counts as answered and earns nothing; the next day earns again."""
    for number in range(1, 5):
        await hall.types("maya", "/quiz mid")
        await hall.answers("maya", FULL, number)
        assert ("No points: 3 questions" in hall.told("maya")) == (number == 4)
    for number in (4, 3, 2, 1):
        await hall.presses("you", f"reveal:{number}")
    assert await hall.rows(award, "round_id", "points") == [(1, 100), (2, 100), (3, 100), (4, 0)]
    await hall.later(days=1)
    await hall.types("maya", "/quiz mid")
    await play(hall, 5, {"maya": FULL})
    assert (await hall.rows(award, "points"))[-1] == (100,)
    assert not (await compared(hall)).differences


async def test_a_question_revealed_before_earns_nothing_when_asked_again(tmp_path: Path):
    """Asking a question again whose answer was revealed earns no points, says so, and the totals agree."""
    async with start_hall(tmp_path, questions=bank(each=1)) as hall:
        for number in (1, 2):
            await hall.types("maya", "/quiz mid sky")
            await play(hall, number, {"maya": FULL})
            assert ("No points: the answer" in hall.told("maya")) == (number == 2)
        assert await hall.rows(award, "points") == [(100,), (0,)]
        assert not (await compared(hall)).differences


async def test_the_best_attempt_counts(hall: Hall):
    """Points are those of the attempt that is worth most, hints before it included."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("bo", HALF)
    await hall.presses("bo", "hint:1")
    await hall.answers("bo", FULL)
    await hall.answers("bo", WRONG)
    await hall.types("you", "/reveal")
    assert await hall.rows(award, "points", "score", "band") == [(80, 100, "correct")]


async def test_attempts_after_the_reveal_change_no_board(hall: Hall):
    """Practice after the reveal leaves awards and totals alone."""
    await hall.types("maya", "/quiz mid")
    await hall.types("you", "/reveal")
    await hall.answers("bo", FULL)
    assert not await hall.rows(award)
    assert not (await compared(hall)).differences


async def test_streaks_survive_weekends_pauses_and_outages(hall: Hall):
    """A streak counts scheduled questions in a row, whatever lies between them; a missed one ends it."""
    await hall.types("you", SCHEDULE)
    for round_id, day in enumerate((23, 24, 27, 30), start=1):  # two days are skipped, then comes a weekend
        if day == 24:
            await hall.types("you", "/schedule skip 2026-11-25")
            await hall.types("you", "/schedule skip 2026-11-26")
        await hall.until(11, day, 9, 0)
        await hall.answers("maya", FULL, round_id)
        if day != 27:
            await hall.answers("bo", HALF, round_id)
    await hall.until(11, 30, 17, 0)
    await hall.types("maya", "/stats")
    assert "Streak: 4 now, 4 at best" in hall.told("maya")
    await hall.types("bo", "/stats")
    assert "Streak: 1 now, 2 at best" in hall.told("bo")
    await hall.until(12, 1, 17, 0)
    await hall.types("maya", "/stats")
    assert "Streak: 0 now, 4 at best" in hall.told("maya")
    assert await hall.rows(streak, "length", "best", "last") == [(4, 4, 4), (1, 2, 4)]


async def test_movement_since_last_week(hall: Hall):
    """A board shows who rose and fell: against last week's board, or the longer board without this week."""
    await hall.types("maya", "/quiz mid")
    await play(hall, 1, {"maya": FULL, "bo": HALF})
    await hall.until(11, 30, 9, 0)
    await hall.types("maya", "/quiz principal")
    await play(hall, 2, {"maya": HALF, "bo": FULL, "ines": FULL})
    for period, maya, bo in (("week", -2, 1), ("all", -2, 1), ("month", -2, 1)):
        outcome = await hall.types("maya", f"/leaderboard {period}")
        assert isinstance(outcome, o.BoardShown)
        assert {line.name: line.moved for line in outcome.board.lines} == {"bo": bo, "ines": None, "maya": maya}


async def test_the_weekly_post_names_champions(hall: Hall):
    """The board of the week is posted in the channel and names who leads it, all of them at a tie."""
    await hall.types("you", SCHEDULE + " levels=mid")
    await hall.until(11, 27, 9, 0)
    await hall.answers("maya", FULL, 5)
    await hall.answers("bo", FULL, 5)
    await hall.until(11, 27, 17, 0)
    card = hall.card(hall.tags()[-1])
    assert card.title == "Weekly board · 23 to 29 November 2026"
    assert "Champions of the week: maya and bo, 100 points." in text_of(card)


async def test_a_monday_board_is_about_the_week_before(hall: Hall):
    """A board posted on Monday shows the week that ended the day before, across a month's end."""
    await hall.types("you", "/schedule set 09:00 mon-fri reveal=17:00 board=mon board_at=08:00 levels=mid")
    await hall.until(11, 27, 9, 0)
    await hall.answers("maya", FULL, 5)
    await hall.until(12, 7, 8, 0)
    boards = [text_of(hall.card(tag)) for tag in hall.tags() if tag.startswith("board")]
    boards = [board for board in boards if "Weekly" in board]
    assert "23 to 29 November 2026" in boards[0]
    assert "Champion of the week: maya, 100 points." in boards[0]
    assert boards[1].startswith("Weekly board · 30 November to 6 December 2026")


async def test_stats_show_accuracy_by_topic_and_level(hall: Hall):
    """Statistics add up points, correct answers and the mean score, in all and by topic and level."""
    await hall.types("bo", "/stats")
    assert "Nothing yet" in hall.told("bo")
    await hall.types("maya", "/quiz mid sky")
    await play(hall, 1, {"bo": FULL})
    await hall.types("maya", "/quiz senior sea")
    await play(hall, 2, {"bo": HALF})
    await hall.types("bo", "/stats")
    told = hall.told("bo")
    assert "points from 2 questions, 1 correct" in told
    assert "Mean score: 75 of 100" in told
    assert "None The sea, senior: 50 of 100 over 1 question, 100 points" in told


async def test_stats_of_an_unknown_member_suggest_the_nearest(hall: Hall):
    """A mistyped name gets the nearest member; with nobody near, how members appear."""
    await hall.types("maya", "/help")
    await hall.types("bo", "/stats mayya")
    assert "Did you mean “maya”?" in hall.told("bo")
    await hall.types("bo", "/stats zzzzzz")
    assert "They appear here once they have answered" in hall.told("bo")


async def test_another_teams_points_are_not_seen(hall: Hall):
    """Boards, statistics and names end at the team's edge."""
    await hall.types("maya", "/quiz mid")
    await play(hall, 1, {"maya": FULL})
    other = {"team": "memory:other", "channel": "memory:channel:other", "member": "memory:member:spy"}
    for period in ("week", "all"):
        await hall.types("spy", f"/leaderboard {period}", **other)
        assert "Nobody has points" in hall.told("spy")
    await hall.types("spy", "/stats maya", **other)
    assert "I know no member" in hall.told("spy")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_totals_equal_the_fold_of_the_facts(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    """After any day of asking, answering, hinting, revealing and deleting, a recompute finds no difference."""
    async with start_hall(tmp_path_factory.mktemp("fold")) as hall:
        await hall.types("you", SCHEDULE)
        await hall.until(11, 23, 9, 0)
        rounds = 1
        steps = st.sampled_from(["quiz", "answer", "hint", "reveal", "later", "delete"])
        members = st.sampled_from(["maya", "bo", "ines"])
        for step in data.draw(st.lists(steps, min_size=5, max_size=25)):
            who, which = data.draw(members), data.draw(st.integers(1, rounds))
            match step:
                case "quiz":
                    await hall.types(who, "/quiz")
                    rounds += 1
                case "answer":
                    await hall.answers(who, data.draw(st.sampled_from([FULL, HALF, WRONG])), which)
                case "hint":
                    await hall.presses(who, f"hint:{which}")
                case "reveal":
                    await hall.presses("you", f"reveal:{which}")
                case "later":
                    await hall.later(hours=data.draw(st.integers(1, 30)))
                    rounds = max([1, *(row[0] for row in await hall.rows(award, "round_id")), rounds])
                case _:
                    await hall.types(who, "/privacy delete delete")
        report = await compared(hall)
        assert report.differences == []


async def test_a_recompute_finds_and_mends_what_was_falsified(hall: Hall):
    """Falsified, missing and invented rows are each reported, and repairing makes the totals equal the fold."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    await play(hall, 1, {"maya": FULL, "bo": HALF})
    await hall.types("maya", "/quiz mid")
    await play(hall, 2, {"maya": HALF})

    def falsify(connection: Any) -> None:
        connection.execute(total.update().values(points=999_999))
        connection.execute(award.delete().where(award.c.round_id == 2))
        connection.execute(streak.update().values(best=77))
        invented = {"team_id": 1, "member_id": 1, "topic": "none", "level": "mid"}
        connection.execute(total.insert().values(**invented, points=1, rounds=1, correct=1, score=1))

    await hall.db.write(falsify)
    found = await compared(hall)
    assert {d.table for d in found.differences} == {"award", "total", "streak"}
    assert "stored None" in str(next(d for d in found.differences if d.table == "award"))
    assert (found.rounds, found.awards) == (2, 3)
    await compared(hall, repair=True)
    assert (await compared(hall)).differences == []
    assert hall.clock.now() == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def test_changed_rules_leave_old_awards_alone(hall: Hall, monkeypatch: pytest.MonkeyPatch):
    """When a hint costs more from some day on, what was earned before stays, also when it is folded or graded again."""
    await hall.types("maya", "/quiz mid")
    await hall.presses("maya", "hint:1")
    await play(hall, 1, {"maya": FULL})
    assert await hall.rows(award, "points", "rules") == [(80, scoring.VERSION)]
    newest = scoring.VERSION + 1
    dearer = {**scoring.RULES, newest: replace(scoring.RULES[1], hint_cost=50)}
    monkeypatch.setattr(scoring, "RULES", dearer)
    monkeypatch.setattr(scoring, "VERSION", newest)
    assert (await compared(hall)).differences == []

    def lose(connection: Any) -> None:
        connection.execute(award.update().values(rules=9))

    await hall.db.write(lose)
    assert [d.table for d in (await compared(hall)).differences] == ["award", "total"]
    assert (
        scoring.points(Level.MID, scoring.Attempt(member=1, score=100, band=Band.CORRECT, hints=1), version=newest)
        == 50
    )


async def test_a_board_is_shared_with_the_channel(hall: Hall):
    """Whoever sees a board can share it: by its dates, with nothing of their own, once in ten minutes; an empty one is not shared."""
    await hall.types("maya", "/leaderboard share")
    assert "there is nothing to share" in hall.told("maya")
    await hall.types("maya", "/quiz mid")
    await play(hall, 1, {"maya": FULL, "bo": HALF})
    await hall.types("maya", "/leaderboard")
    (press,) = [word for word in hall.told("maya").split() if word.startswith("leaderboard:")]
    await hall.presses("maya", press, event="memory:once")
    assert hall.told("maya").startswith("The board stands in #hall, for everybody there.")
    (shared,) = [text_of(m["card"]) for m in hall.platform.server.messages.values() if "shared" in m["tag"]]
    assert shared.startswith("Leaderboard · 23 November 2026, so far\n1 maya 100 1 0 None\n2 bo 50 1 0 None\n")
    assert shared.endswith("Shared by maya\n[My place] leaderboard:2026-w48")
    assert isinstance(await hall.presses("maya", press, event="memory:once"), o.Nothing)
    await hall.presses("bo", press)
    assert "A board was shared here less than 10 minutes ago" in hall.told("bo")
    await hall.later(minutes=10)
    await hall.types("bo", "/privacy hide on")
    await hall.types("bo", "/leaderboard all share")
    assert text_of(list(hall.platform.server.messages.values())[-1]["card"]).startswith(
        "Leaderboard · all time\n1 maya"
    )
    await hall.later(minutes=10)
    await hall.types("you", "/team create Owls")
    await hall.types("maya", "/team join owls")
    await hall.until(11, 30, 9, 0)
    await hall.types("maya", "/quiz mid")
    await play(hall, 2, {"maya": FULL})
    await hall.types("maya", "/leaderboard teams month share")
    shared = text_of(list(hall.platform.server.messages.values())[-1]["card"])
    assert shared.startswith(
        "Teams · November 2026, so far\nTeams, by the mean of their best 3:\nNone 1. Owls: 33.3 (1 m"
    )
    hall.platform.hindered["memory:channel:hall"] = "I cannot write here."
    await hall.types("maya", "/leaderboard share")
    assert hall.told("maya").startswith("I cannot post here")


async def test_the_champion_has_a_role_until_the_next(tmp_path: Path):
    """At a month's end it goes to who leads, at a season's to that one's champion, and from who had it, hides or deletes themselves; what is lacking is told once."""
    crown = "memory:team:role:9"
    async with start_hall(tmp_path, now=datetime(2026, 12, 28, 8, 0, tzinfo=UTC)) as hall:
        line = SCHEDULE.replace("mon-fri", "mon")
        await hall.types("you", f"{line} levels=mid champion={crown}", named={crown: "Champion"})
        assert "The champion's role: @Champion" in hall.told("you")
        hall.platform.failing["enlist"] = [ChannelGone("Grant Manage Roles."), Unreachable("later")]
        for month, monday, names in ((1, -4, ("maya",)), (2, -28, ("maya", "bo")), (3, -21, ("bo",))):
            first = datetime(2027, month, 1, 10, 0, tzinfo=UTC)
            await hall.jobs.travel(hall.clock, first + timedelta(days=monday))
            (number,) = (await hall.rows(round_, "id"))[-1]
            for name in names:
                await hall.answers(name, FULL, number)
            await hall.jobs.travel(hall.clock, first + timedelta(hours=8))
            await hall.later(seconds=5)
        hall.platform.failing["enlist"] = [ChannelGone("Grant Manage Roles.")]
        await hall.jobs.travel(hall.clock, datetime(2027, 4, 1, 18, 0, tzinfo=UTC))
        await hall.later(seconds=5)
        told = [text_of(card) for _, card in hall.platform.direct_messages if "role" in card.title]
        assert [words[:49] for words in told] == ["The champion has no role yet\nGrant Manage Roles. "]
        given = [(who.removeprefix("memory:member:"), on) for who, _, on in hall.platform.enlisted]
        assert given == [("maya", True), ("bo", True), ("bo", True), ("maya", False)]
        hall.platform.failing["enlist"] = [Unreachable("later")]
        await hall.types("bo", "/privacy hide on")
        assert "hidden from the boards" in hall.told("bo")
        assert len(hall.platform.enlisted) == len(given)
        for line in ("/privacy hide on", "/privacy delete delete"):
            await hall.types("bo", line)
            assert hall.platform.enlisted[-1] == ("memory:member:bo", crown, False)
            hall.platform.enlisted.clear()
        await hall.types("ines", "/privacy delete delete")
        assert hall.platform.enlisted == []


@pytest.mark.parametrize("how", ["set 09:00 champion=none", "set 09:00 champion=memory:team:role:8", "remove"])
async def test_a_role_that_no_schedule_gives_any_more_is_taken_back(how: str, tmp_path: Path):
    """Who was champion keeps the role as long as some channel's schedule gives it, and not longer; said twice, it is taken once."""
    crown, other = "memory:team:role:9", "memory:team:role:8"
    async with start_hall(tmp_path, now=datetime(2026, 11, 27, 8, 0, tzinfo=UTC)) as hall:
        line = SCHEDULE.replace("mon-fri", "daily") + f" levels=mid champion={crown}"
        for channel in ("memory:channel:hall", "memory:channel:library"):
            await hall.types("you", line, named={crown: "Champion"}, channel=channel)
        await hall.until(11, 27, 9, 0)
        await hall.answers("maya", FULL)
        await hall.until(12, 1, 18, 0)
        assert ("memory:member:maya", crown, True) in hall.platform.enlisted
        hall.platform.enlisted.clear()
        await hall.types("you", f"/schedule {how}", named={other: "Other"})
        assert hall.platform.enlisted == []  # the library's schedule gives it still
        for _ in range(2):
            await hall.types("you", "/schedule set 09:00 champion=none", channel="memory:channel:library")
            assert hall.platform.enlisted == [("memory:member:maya", crown, False)]
