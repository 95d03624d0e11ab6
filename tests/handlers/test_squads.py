"""Teams in which members play for the board: joining, the board by teams, sharing out, and that totals equal the fold."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from bot import outcomes as o
from bot.errors import NotAllowed
from bot.rules.squads import Move
from bot.store import squads
from bot.store.boards import Scope
from bot.store.schema import award, squad_move
from tests.doubles.fakes import FULL, HALF, SCHEDULE, Hall, text_of

WEEK = timedelta(days=7)


async def two_teams(hall: Hall) -> None:
    await hall.types("you", f"{SCHEDULE} levels=mid days=mon,tue".replace("mon-fri ", ""))
    for name in ("Owls", "Night Larks"):
        await hall.types("you", f"/team create {name}")


async def play(hall: Hall, day: int, number: int, answers: dict[str, str]) -> None:
    """Let members answer the scheduled question of a day of November or December."""
    month, day = (11, day) if day >= 23 else (12, day)
    await hall.until(month, day, 9, 0)
    for name, text in answers.items():
        await hall.answers(name, text, number)
    await hall.until(month, day, 17, 0)


async def test_a_member_joins_from_the_next_week_on(hall: Hall):
    """What is earned this week counts for no team, or the old one; from Monday on it counts for the new one."""
    await two_teams(hall)
    await hall.types("maya", "/team join owls")
    assert hall.told("maya").startswith("You are in Owls from Monday 30 November on\n")
    assert "Owls: maya (from Monday)" in hall.told("maya")
    await play(hall, 23, 1, {"maya": FULL, "bo": HALF})
    await hall.types("maya", "/leaderboard teams")
    assert "Nobody has points here yet" in hall.told("maya")
    await play(hall, 30, 3, {"maya": FULL, "bo": HALF})
    await hall.types("maya", "/team join night larks")
    assert "Until then your points count for Owls." in hall.told("maya")
    assert "Owls: maya (until Sunday)\nNone Night Larks: maya (from Monday)" in hall.told("maya")
    await hall.types("maya", "/leaderboard teams")
    assert hall.told("maya").startswith("Teams · this week\nTeams, by the mean of their best 3:\n")
    assert "1. Owls: 33.3 (1 member with points)" in hall.told("maya")
    await play(hall, 7, 5, {"maya": HALF})
    await hall.types("bo", "/leaderboard teams season")
    assert "1. Owls: 33.3 (1 member with points)\nNone 2. Night Larks: 16.7" in hall.told("bo")
    assert "You are in no team" in hall.told("bo")
    await hall.types("bo", "/leaderboard teams last month senior")
    assert "Nobody earned points here in November 2026" in hall.told("bo")


async def test_the_weekly_post_has_the_board_by_teams(hall: Hall):
    """The board that is posted says what the teams scored; without teams it says nothing of them."""
    await two_teams(hall)
    for name, team in (("maya", "owls"), ("bo", "owls"), ("ines", "night larks")):
        await hall.types(name, f"/team join {team}")
    await hall.until(11, 27, 17, 0)
    await play(hall, 30, 3, {"maya": FULL, "bo": HALF, "ines": FULL, "cleo": FULL})
    await hall.types("you", "/settings best=1")
    assert "A team's score is the mean of its best 1 from now on" in hall.told("you")
    await hall.until(12, 4, 17, 0)
    posted = [text_of(m["card"]) for m in hall.platform.server.messages.values() if m["tag"].startswith("board:")]
    weekly = [text for text in posted if text.startswith("Weekly board")]
    assert "Teams" not in weekly[0]
    assert (
        "Teams, by the mean of their best 1:\nNone 1. Owls: 100 (2 members with points)\nNone 1. Night Larks: 100"
        in weekly[1]
    )


async def test_teams_are_made_and_taken_away_by_organisers(hall: Hall):
    """Names that look alike are refused; a team that is taken away keeps what it scored, and its members are in none."""
    await hall.types("maya", "/team list")
    assert "There are no teams" in hall.told("maya")
    await hall.types("maya", "/leaderboard teams")
    assert "There are no teams" in hall.told("maya")
    await two_teams(hall)
    for alike in ("owls", "\u041eWLS", "Ow\u200dls"):
        assert isinstance(await hall.types("you", f"/team create {alike}"), o.Refusal)
        assert "which looks the same" in hall.told("you")
    for made in (o.SquadsListed, o.Nothing):
        assert isinstance(await hall.types("you", "/team create Cats", event="memory:again"), made)
    await hall.types("you", "/team create \u3164")
    assert "needs a name that can be read" in hall.told("you")
    refused = await hall.types("maya", "/team create Cats")
    assert isinstance(refused, o.Refusal)
    assert isinstance(refused.error, NotAllowed)
    await hall.types("maya", "/team join owl")
    assert "Did you mean “Owls”?" in hall.told("maya")
    await hall.types("maya", "/team join")
    assert "Say which team" in hall.told("maya")
    await hall.types("maya", "/team join dragons")
    assert "See them with /team list" in hall.told("maya")
    await hall.types("maya", "/team leave")
    assert "You are in no team" in hall.told("maya")
    await hall.types("maya", "/team join owls")
    await hall.until(11, 30, 8, 0)
    await hall.types("you", "/team remove owls")
    assert hall.told("you").startswith(
        "The team Owls is taken away\nIts members are in no team from Monday 7 December on."
    )
    await hall.types("maya", "/team join night larks")
    await hall.types("maya", "/team leave")
    assert hall.told("maya").startswith(
        "You leave Night Larks on Monday 7 December\nUntil then your points count for Owls."
    )
    await play(hall, 30, 3, {"maya": FULL})
    await hall.types("bo", "/leaderboard teams")
    assert "1. Owls: 33.3" in hall.told("bo")
    for number in range(28):
        await hall.types("you", f"/team create T{number}")
    assert not isinstance(await hall.types("you", "/team list"), o.Refusal)
    await hall.types("you", "/team create one more")
    assert "There are 30 teams" in hall.told("you")


async def test_hidden_members_count_for_no_team(hall: Hall):
    """Who is hidden is named to nobody else and adds nothing to a team, and is told so; who deletes their data is in none."""
    await two_teams(hall)
    await hall.types("maya", "/team join owls")
    await hall.types("maya", "/privacy hide on")
    await hall.types("maya", "/team list")
    assert "your points do not count for your team" in hall.told("maya")
    await hall.types("bo", "/team list")
    assert "Owls: nobody yet" in hall.told("bo")
    await hall.until(11, 27, 17, 0)
    await play(hall, 30, 3, {"maya": FULL})
    await hall.types("bo", "/leaderboard teams")
    assert "Nobody has points here yet" in hall.told("bo")
    await hall.types("maya", "/privacy delete delete")
    assert await hall.rows(squad_move) == []


async def test_balanced_teams_are_proposed_and_applied(hall: Hall):
    """They are shared out by last season's points, or this one's in the first; applied only if nothing has changed since."""
    await two_teams(hall)
    await hall.types("you", "/team balance")
    assert "Nobody has earned points yet" in hall.told("you")
    await play(hall, 23, 1, {"maya": FULL, "bo": FULL, "ines": HALF, "cleo": HALF})
    await hall.types("you", "/team balance")
    assert "By this season's points" in hall.told("you")
    proposal = hall.told("you").splitlines()[-1].split()[-1]
    assert proposal.startswith("balance:")
    assert "Owls: maya, ines (" in hall.told("you") or "Owls: maya, cleo (" in hall.told("you")
    await play(hall, 24, 2, {"dora": HALF})
    await hall.presses("you", proposal)
    assert "have changed since" in hall.told("you")
    await hall.types("you", "/team balance")
    await hall.presses("you", hall.told("you").splitlines()[-1].split()[-1])
    assert hall.told("you").startswith("The teams are shared out anew from Monday 30 November on")
    assert sorted(squad for _, _, _, squad, *_ in await hall.rows(squad_move)) == [1, 1, 1, 2, 2]
    hall.clock.move_to(hall.clock.now().replace(year=2027, month=1, day=20))
    await hall.types("you", "/team balance")
    assert "By last season's points" in hall.told("you")
    await hall.types("you", "/team remove owls")
    await hall.types("you", "/team balance")
    assert "There are not two teams" in hall.told("you")


@pytest.mark.parametrize("best", ["0", "11"])
async def test_how_many_count_has_bounds(hall: Hall, best: str):
    """A team's score is the mean of one to ten, and only organisers say of how many."""
    await hall.types("you", f"/settings best={best}")
    assert "mean of 1 to 10 members" in hall.told("you")
    await hall.types("maya", "/settings best=2")
    assert "Only organisers" in hall.told("maya")


async def test_squads_points_equal_the_fold_over_facts(hall: Hall):
    """Whatever the order in which awards were written, each counts for the squad that its member was in on its date."""
    rng, monday = Random(7), date(2026, 11, 2)
    await two_teams(hall)
    for name in ("maya", "bo", "ines"):
        await hall.types(name, "/quiz mid")
    moves = [
        Move(member=rng.randint(1, 4), squad=rng.choice((1, 2, None)), since=monday + rng.randrange(6) * WEEK)
        for _ in range(20)
    ]
    keys = [(number, who) for number in (1, 2, 3) for who in (1, 2, 3, 4)]
    rng.shuffle(keys)
    earned = [(*key, monday + timedelta(days=rng.randrange(-7, 49)), rng.randrange(90)) for key in keys]

    def write(connection: Any) -> None:
        squads.move(connection, moves, team_id=1, now=hall.clock.now())
        connection.execute(insert(award), [_award(*one) for one in earned])

    await hall.db.write(write)
    for _ in range(25):
        start, end = sorted(monday + timedelta(days=rng.randrange(-7, 50)) for _ in range(2))
        found = await hall.db.read(partial(squads.points, scope=Scope(team=1, start=start, end=end)))
        assert {squad: sorted(each) for squad, each in found.items()} == _fold(moves, earned, start, end)


def _award(number: int, who: int, day: date, points: int) -> dict[str, Any]:
    return {
        "round_id": number, "member_id": who, "team_id": 1, "channel_id": 1, "local_date": day, "topic": "sky",
        "level": "mid", "points": points, "score": points, "band": "partly", "sequence": None, "rules": 2,
    }  # fmt: skip


def _fold(
    moves: Sequence[Move], earned: Sequence[tuple[int, int, date, int]], start: date, end: date
) -> dict[int, list[int]]:
    """Return each squad's members' points, one award after the other."""
    sums: Counter[tuple[int, int]] = Counter()
    for _, who, day, points in earned:
        until = [(one.since, order) for order, one in enumerate(moves) if one.member == who and one.since <= day]
        squad = moves[max(until)[1]].squad if until else None
        if squad is not None and start <= day < end:
            sums[squad, who] += points
    return {squad: sorted(total for (one, _), total in sums.items() if one == squad) for squad, _ in sums}
