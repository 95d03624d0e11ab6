"""Links: two accounts are one person on every board once both have agreed, and each its own again when that ends."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from bot import outcomes as o
from bot.bank.loading import Bank
from bot.cards import File
from bot.store import recompute
from bot.store.schema import attempt, guess, link, member, round_
from tests.doubles.fakes import FULL, HALF, SCHEDULE, WRONG, Hall, bank, text_of
from tests.doubles.fakes import hall as start_hall

ANNEX: Final[dict[str, Any]] = {"team": "memory:team:annex", "channel": "memory:channel:annex", "channel_name": "annex"}
THERE: Final = ANNEX | {"member": "memory:member:annex-maya"}  # the other account of maya
YOU: Final = ANNEX | {"member": "memory:member:annex-you"}


async def code_of(hall: Hall, name: str = "maya", line: str = "/link", **where: Any) -> str:
    await hall.types(name, line, **where)
    (code,) = re.findall(r"^/link ([0-9A-Z]{4}-[0-9A-Z]{4})$", hall.told(name), re.MULTILINE)
    return str(code)


async def linked(hall: Hall) -> None:
    """Link maya's account here with her other one, step by step."""
    await hall.types("m. r.", f"/link {await code_of(hall)}", **THERE)
    number = await pressed(hall, "m. r.", **THERE)
    await hall.types("maya", "/link")
    assert await pressed(hall, "maya") == number


async def pressed(hall: Hall, name: str, **where: Any) -> str:
    (action,) = re.findall(r"link-agree:\d+", hall.told(name))
    await hall.presses(name, action, **where)
    return str(action)


async def board(hall: Hall, name: str = "you", line: str = "/leaderboard all", **where: Any) -> dict[str, int]:
    """Return the points of each who is on the board that somebody is shown."""
    shown = await hall.types(name, line, **where)
    assert isinstance(shown, o.BoardShown)
    return {one.name: one.tally.points for one in shown.board.lines}


async def day(hall: Hall, number: int = 23, **answers: str) -> None:
    """Let a day pass on which both teams are asked, and the two accounts of maya, and bo, answer."""
    await hall.until(11, number, 9, 0)
    here, annex = (
        one for _, one in sorted((await hall.rows(round_, "team_id", "id"))[-2:])
    )  # either may be asked first
    for who, text in answers.items():
        if who == "annex":
            await hall.answers("m. r.", text, annex, **THERE)
        else:
            await hall.answers(who, text, here)
    await hall.until(11, number, 17, 0)


async def scheduled(hall: Hall) -> None:
    """Have both teams asked at once, each at a level of its own: which is asked first decides what either is asked."""
    await hall.types("you", f"{SCHEDULE} levels=mid")
    await hall.types("you", f"{SCHEDULE} levels=senior", **YOU)


async def test_a_link_needs_the_code_and_both_sides(hall: Hall):
    """Each side sees both names and what is shared before it agrees; both are told at each step; a code is kept as a hash."""
    code = await code_of(hall)
    assert [code.replace("-", "") in str(row) for row in await hall.rows(link)] == [False]
    await hall.types("m. r.", f"/link {code.lower()}", **THERE)
    assert hall.told("m. r.").startswith("Link m. r. on Memory and maya on Memory?\nYou would be one person")
    assert "did somebody give you the code? Then press No" in hall.told("m. r.")
    await hall.presses("maya", "link-agree:1")
    assert "This link is over" in hall.told("maya")  # nobody agrees before the side that typed the code
    await hall.presses("m. r.", "link-agree:1", **THERE)
    assert "Now maya on Memory has to agree" in hall.told("m. r.")
    who, card = hall.platform.direct_messages[-1]
    assert (who, card.title) == ("memory:member:maya", "Link with m. r. on Memory?")
    await hall.types("maya", "/link")
    assert hall.told("maya").startswith("Link maya on Memory and m. r. on Memory?")
    await hall.presses("maya", "link-agree:1")
    assert hall.told("maya").startswith("You are linked with m. r. on Memory")
    who, card = hall.platform.direct_messages[-1]
    assert (who, card.title) == ("memory:member:annex-maya", "You are linked with maya on Memory")
    await hall.types("m. r.", "/link", **THERE)
    assert "None maya on Memory" in hall.told("m. r.")


async def test_nobody_is_taken_over(hall: Hall):
    """A code is good once, for ten minutes, from another team, for whom it was typed by; who guesses is stopped."""
    code = await code_of(hall)
    await hall.types("bo", f"/link {code}")
    assert "Both are in the same server" in hall.told("bo")
    await hall.types("maya", f"/link {code}")
    assert "No code is called so now" in hall.told("maya")
    await hall.types("m. r.", f"/link {code}", **THERE)
    await hall.types("eve", f"/link {code}", **ANNEX)
    assert "No code is called so now" in hall.told("eve")
    await hall.presses("eve", "link-agree:1", **ANNEX)
    assert "This link is over" in hall.told("eve")
    await hall.presses("m. r.", "link-drop:1", **THERE)
    assert hall.platform.direct_messages[-1][1].title == "Not linked"
    code = await code_of(hall)
    await hall.later(minutes=10)
    await hall.types("m. r.", f"/link {code}", **THERE)
    assert "No code is called so now" in hall.told("m. r.")
    for _ in range(5):
        await hall.types("eve", "/link AAAA-BBBB", **ANNEX)
    assert "You have typed 5 codes" in hall.told("eve")
    await hall.later(hours=2)
    assert await hall.rows(guess) == await hall.rows(link) == []
    for line in ("/link off", "/unlink"):
        await hall.types("maya", line)
        assert "You are not linked" in hall.told("maya")
    assert {word for (word,) in await hall.rows(member, "person")} == {None}


async def test_a_person_has_one_line_and_one_streak_until_they_part(hall: Hall):
    """The boards of both teams show the sum under the name that is known there, a day on either side keeps the streak, and off splits it."""
    await scheduled(hall)
    await day(hall, 23, maya=HALF, bo=FULL)
    await day(hall, 24, annex=FULL)
    alone = await board(hall), await board(hall, **YOU)
    assert alone == ({"bo": 100, "maya": 50}, {"m. r.": 200})
    await linked(hall)
    assert await board(hall) == {"maya": 250, "bo": 100}
    assert await board(hall, **YOU) == {"m. r.": 250}
    assert await board(hall, line="/leaderboard all mid") == {"bo": 100, "maya": 50}
    assert await board(hall, line="/leaderboard last month") == {}
    for name, where in (("maya", {}), ("m. r.", THERE)):
        await hall.types(name, "/stats", **where)
        assert "Streak: 2 now, 2 at best" in hall.told(name)
        await hall.presses(name, "home", **where)
        assert "Points: 250" in hall.told(name)
    await hall.types("m. r.", "/unlink", **THERE)
    assert hall.told("m. r.").startswith(
        "Unlink?\nYou are linked with these accounts of yours; /link off ends it, and each has"
    )
    assert hall.told("m. r.").endswith("[Unlink] link:off")
    await hall.presses("m. r.", "link:off", **THERE)
    assert hall.told("m. r.").startswith("Not linked any more")
    assert hall.platform.direct_messages[-1][0] == "memory:member:maya"
    assert (await board(hall), await board(hall, **YOU)) == alone
    assert (await hall.db.read(recompute.compare)).differences == []


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Hall]:
    """Give a hall whose teams are asked the same: there is one question of a level and topic."""
    async with start_hall(tmp_path, questions=bank(each=1)) as running:
        yield running


async def test_what_was_met_in_one_team_is_practice_in_the_other(small: Hall):
    """A question earns a person once: tried, or revealed to them, on one side it is practice on the other, and says so before one answers."""
    hall = small
    await linked(hall)
    for topic in ("sky", "sea"):
        await hall.types("m. r.", f"/quiz mid {topic}", **THERE)
    await hall.answers("m. r.", WRONG, 1, **THERE)
    await hall.presses("m. r.", "reveal:2", **THERE)
    for topic in ("sky", "sea"):
        await hall.types("you", f"/quiz mid {topic}")
    for number in (3, 4):
        await hall.presses("maya", f"answer:{number}")
        assert "practice" in hall.platform.forms[-1][1].prompt
        await hall.answers("maya", FULL, number)
    await hall.answers("bo", FULL, 3)
    await hall.later(days=2)
    assert await board(hall) == {"bo": 100}
    assert await hall.rows(attempt, "practice") == [(False,), (True,), (True,), (False,)]


async def test_what_two_accounts_earned_before_counts_once(small: Hall):
    """Where both accounts had a question before they were linked, the earlier round counts; when the link ends, each has its own."""
    hall = small
    for where in ({}, YOU):
        await hall.types("you", "/quiz mid sky", **where)
    await hall.answers("maya", HALF, 1)
    await hall.answers("m. r.", FULL, 2, **THERE)
    await hall.later(days=2)
    await linked(hall)
    assert await board(hall) == {"maya": 50}
    assert await board(hall, **YOU) == {"m. r.": 50}
    await hall.types("maya", "/link off")
    assert await board(hall, **YOU) == {"m. r.": 100}


async def test_others_words_are_copies_on_either_side_and_ones_own_are_none(small: Hall):
    """What somebody else said in one team is a copy in the other, without a word of whose it was; what one said oneself is not."""
    hall = small
    said = "It is Rayleigh scattering, that short wavelengths scatter in the air above."
    await linked(hall)
    await hall.types("you", "/quiz mid sky", **YOU)
    await hall.replies("zoe", said, 1, **ANNEX, member="memory:member:annex-zoe")
    await hall.types("you", "/quiz mid sky")
    await hall.answers("maya", said, 2)
    assert hall.told("maya").startswith("Counts as 0: it nearly repeats")
    assert "zoe" not in hall.told("maya")
    await hall.types("you", "/quiz mid sea")
    await hall.replies("maya", said, 3)
    await hall.replies("maya", f"{said} So.", 3)
    assert [copy for (copy,) in await hall.rows(attempt, "recited")] == [False, True, False, False]
    assert [copy for (copy,) in await hall.rows(attempt, "copied_from")] == [None] * 4


async def test_of_a_teams_own_questions_nothing_counts_elsewhere(hall: Hall, tmp_path: Path):
    """What one team asks of itself earns there alone, and its topics are told nowhere else; three asked rounds a day count, in all."""
    await linked(hall)
    for _ in range(4):
        await hall.types("m. r.", "/quiz mid sea", **THERE)
    for number in (1, 2, 3, 4):
        await hall.answers("m. r.", FULL, number, **THERE)
    await hall.later(days=2)
    assert await board(hall) == {"maya": 300}
    known = hall.app.deps.bank.topics
    hall.app.deps = replace(hall.app.deps, bank=Bank({"sky": known["sky"]}))
    assert await board(hall) == {}
    assert await board(hall, **YOU) == {"m. r.": 300}


async def test_three_asked_rounds_a_day_count_in_all(hall: Hall):
    """Of rounds asked with /quiz a person earns with three a day, in whichever teams they are; the grade says so."""
    await linked(hall)
    for where in ({}, YOU):
        for topic in ("sky", "sea"):
            await hall.types("you", f"/quiz mid {topic}", **where)
    texts = dict.fromkeys((1, 2, 3, 4), FULL)
    for number, text in texts.items():
        who, where = ("maya", {}) if number < 3 else ("m. r.", THERE)
        await hall.answers(who, text, number, **where)
    assert "count on a day, and this is one more" in hall.told("m. r.")
    await hall.later(days=2)
    assert await board(hall) == {"maya": 300}


async def test_two_teams_have_one_board_when_organisers_of_both_agree(hall: Hall):
    """Joined, the members of both are on either's board, each person once; only organisers join, and either's end it."""
    await scheduled(hall)
    await day(hall, maya=HALF, bo=FULL, annex=FULL)
    await hall.types("zoe", "/stats", **ANNEX)
    await hall.types("bo", "/link team")
    assert "Only organisers can join" in hall.told("bo")
    code = await code_of(hall, "you", "/link team")
    await hall.types("m. r.", f"/link {code}", **THERE)
    assert "Only organisers can join" in hall.told("m. r.")
    await hall.types("boss", f"/link {code}", **YOU, organiser=True)
    assert "the names, points and streaks of all members" in hall.told("boss")
    number = await pressed(hall, "boss", **YOU, organiser=True)
    assert "wants to have one board with your" in text_of(hall.platform.direct_messages[-1][1])
    await hall.types("you", "/link team")
    assert await pressed(hall, "you") == number
    assert hall.told("you").startswith("Both have one board now")
    assert await board(hall) == await board(hall, "boss", **YOU) == {"m. r.": 200, "bo": 100, "maya": 50}
    await linked(hall)
    assert await board(hall) == {"maya": 250, "bo": 100}
    assert await board(hall, "boss", **YOU) == {"m. r.": 250, "bo": 100}
    await hall.types("bo", "/stats zoe")
    assert "I know no member" in hall.told("bo")
    await hall.types("m. r.", "/privacy hide on", **THERE)
    assert await board(hall) == {"bo": 100}
    await hall.types("you", "/link team")
    assert "One board with 1 other server or workspace stands" in hall.told("you")
    await hall.types("boss", "/link team off", **YOU, organiser=True)
    assert hall.told("boss").startswith("The board is this one’s own again")
    assert await board(hall) == {"maya": 250, "bo": 100}
    await hall.types("you", "/link team off")
    assert "The board is this one's own already" in hall.told("you")


async def test_export_and_deletion_follow_the_person(hall: Hall):
    """An export holds what is kept of both accounts; a deletion names the other, and takes both."""
    await scheduled(hall)
    await day(hall, maya=HALF, annex=FULL)
    await linked(hall)
    await hall.types("maya", "/privacy export")
    (file,) = (block for block in hall.platform.private[-1][1].blocks if isinstance(block, File))
    (there,) = json.loads(file.content)["linked"]
    assert (there["name"], there["identities"]) == ("m. r.", ["memory:member:annex-maya"])
    assert [one["text"] for one in there["attempts"]] == [FULL]
    await hall.types("maya", "/privacy delete")
    assert "The same goes for your linked account: m. r. on Memory" in hall.told("maya")
    await hall.types("maya", "/privacy delete delete")
    assert [text for (text,) in await hall.rows(attempt, "text")] == [None, None]
    assert await board(hall) == await board(hall, **YOU) == {}


async def test_a_streak_is_kept_and_reminded_of_on_either_side(hall: Hall):
    """Who answers in one team is not reminded in the other, days off hold for both, and a streak that only both keep is at risk."""
    await scheduled(hall)
    await linked(hall)
    await hall.types("maya", "/settings remind=on")
    await day(hall, 23, maya=HALF)
    await day(hall, 24, annex=FULL)
    assert not any("at risk" in card.title for _, card in hall.platform.direct_messages)
    await hall.until(11, 25, 16, 0)
    assert hall.platform.direct_messages[-1][1].title == "Your streak of 2 questions is at risk"
    await hall.types("m. r.", "/away wed", **THERE)
    await hall.until(11, 26, 16, 0)
    assert [card.title for _, card in hall.platform.direct_messages[-2:]] == [
        "Your streak of 2 questions is at risk"
    ] * 2
    await hall.types("m. r.", "/away fri", **THERE)
    await hall.until(11, 27, 16, 0)
    assert len([one for one in hall.platform.direct_messages if "at risk" in one[1].title]) == 2


async def test_a_link_of_more_than_two_goes_on_without_who_leaves(hall: Hall):
    """Three accounts can be one person, in five teams at the most; who leaves is alone, and the others stay linked."""
    await linked(hall)
    for number in range(1, 5):
        where = {"team": f"memory:{number}", "channel": f"memory:channel:{number}", "member": f"memory:member:{number}"}
        await hall.types("more", f"/link {await code_of(hall)}", **where)
        if number < 4:
            number_ = await pressed(hall, "more", **where)
            await hall.presses("maya", number_)
    assert "At the most 5 can be linked" in hall.told("more")
    await hall.types("maya", "/link off")
    assert len([card for _, card in hall.platform.direct_messages if card.title == "Not linked any more"]) == 4
    words = [word for (word,) in await hall.rows(member, "person") if word]
    assert (len(words), len(set(words))) == (4, 1)


async def test_a_persons_points_count_for_their_team_of_members(hall: Hall):
    """What somebody earns by either account counts for the team they joined here, from its date on, and they are shared out by it."""
    await scheduled(hall)
    await hall.types("you", "/team create Owls")
    await hall.types("you", "/team create Larks")
    await hall.types("maya", "/team join owls")
    await hall.types("bo", "/team join larks")
    await day(hall, 23, maya=HALF, annex=FULL)
    await linked(hall)
    await day(hall, 30, bo=HALF, annex=FULL)
    for line, said in (("teams", "1. Owls: 66.7"), ("all teams", "1. Owls: 66.7")):
        await hall.types("maya", f"/leaderboard {line}")
        assert f"{said} (1 member with points, yours)\nNone 2. Larks: 16.7" in hall.told("maya")
    await hall.types("you", "/team balance")
    assert "Owls: maya (450 points together)" in hall.told("you")
    await hall.types("maya", "/privacy hide on")
    await hall.types("you", "/leaderboard teams")
    assert "Owls" not in hall.told("you")


async def test_a_review_follows_the_person(hall: Hall):
    """What was missed by one account comes back to both, once; a message tells of it once; parted, each has its own."""
    await scheduled(hall)
    await day(hall, 23, maya=WRONG, annex=WRONG)
    await linked(hall)
    for who, where in (("maya", {}), ("m. r.", THERE)):
        await hall.types(who, "/settings review=on", **where)
    await hall.until(11, 25, 9, 0)
    due = [(who, card.title) for who, card in hall.platform.direct_messages if "review" in card.title.casefold()]
    assert [who for who, _ in due] == ["memory:member:maya"]
    assert "2 " in due[0][1]
    await hall.types("maya", "/review")
    assert hall.told("maya").startswith("Your review: 2 due of 2")
    for number in (1, 2):
        await hall.presses("maya", f"recalled:{number}", FULL)
    await hall.presses("maya", "recall-rate:2:easy")
    assert hall.told("maya").startswith("Rated as easy")
    await hall.types("m. r.", "/review", **THERE)
    assert hall.told("m. r.").startswith("Your review: 0 due of 2")
    await hall.types("m. r.", "/link off", **THERE)
    await hall.types("m. r.", "/review", **THERE)
    assert hall.told("m. r.").startswith("Your review: 0 due of 1")


async def test_one_persons_accounts_are_asked_in_their_own_teams(hall: Hall):
    """What somebody said in another team of theirs is an attempt in each: no round is both teams', and the second is practice."""
    hall.app.deps = replace(hall.app.deps, bank=bank(1))
    await linked(hall)
    await hall.types("you", "/quiz mid sky")
    await hall.types("m. r.", "/quiz mid sky", **THERE)
    here, there = await hall.answers("maya", HALF), await hall.answers("m. r.", HALF, 2, **THERE)
    assert [isinstance(one, o.AttemptGraded) and one.practice for one in (here, there)] == [False, True]
    assert isinstance(await hall.answers("m. r.", HALF, 2, **THERE), o.SaidBefore)
