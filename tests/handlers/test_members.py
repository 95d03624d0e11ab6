"""Privacy, settings and help, as members use them."""

import json
from dataclasses import replace
from typing import Any, Final

import pytest

from bot import outcomes as o
from bot.cards import File
from bot.commands import ChangeSettings, HideMember, SubmitAnswer
from bot.errors import Refused
from bot.handlers.answers import submit_answer
from bot.handlers.deps import Call
from bot.handlers.members import change_settings, hide_member
from bot.question import Question
from bot.store.schema import attempt, away, grade, identity, member, metadata, queued, streak, total
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, Hall, text_of

EXPORTED: Final = {  # what refers to a member, and under which name the export has it
    "identity": "identities",
    "attempt": "attempts",
    "grade": "decisions",
    "decision": "decisions",
    "appeal": "appeals",
    "remark": "remarks",
    "phrasing": "taught",
    "mark": "marked",
    "hint": "hints",
    "award": "awards",
    "total": "totals",
    "streak": "streaks",
    "round": "asked",
    "schedule": "schedules",
    "away": "away",
    "queued": "queued",
    "squad": "teams_made",
    "squad_move": "teams",
    "deed": "changed",
    "edit": "edited",
    "feeling": "said_after_reveals",
    "suggestion": "suggested",
    "review": "review",
    "listener": "notified_of",
    "nudge": "to_be_told",
    "live": "live_rounds",
    "live_answer": "live_answers",
}


class Naysayer:
    """A second opinion that thinks nothing of any answer."""

    async def of(self, _: Question, __: str) -> int | None:
        return 0


async def test_export_hands_over_all_own_data_and_nobody_elses(hall: Hall):
    """The export is JSON with the member's answers, grades, hints, totals and settings."""
    await hall.types("maya", "/quiz mid")
    await hall.presses("maya", "hint:1")
    await hall.answers("maya", HALF)
    await hall.answers("bo", FULL)
    await hall.types("you", "/reveal")
    await hall.types("maya", "/privacy export")
    (file,) = (b for b in hall.platform.private[-1][1].blocks if isinstance(b, File))
    data = json.loads(file.content)
    assert data["name"] == "maya"
    assert [a["text"] for a in data["attempts"]] == [HALF]
    assert data["attempts"][0]["score"] == 50
    assert [h["number"] for h in data["hints"]] == [1]
    assert data["totals"][0]["points"] == 40
    assert data["settings"] == {
        "hidden": False,
        "shares": False,
        "reminds": False,
        "reviews": False,
        "mentions": False,
        "quiet": "",
        "zone": None,
        "organiser": False,
    }
    assert FULL not in file.content


async def test_export_tells_nothing_of_an_open_question(hall: Hall):
    """Before the reveal the export has the member's words and score, but no key point and no mistake."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("maya", f"{HALF} It mirrors the ocean below us.")
    before = await hall.types("maya", "/privacy export")
    await hall.types("you", "/reveal")
    after = await hall.types("maya", "/privacy export")
    assert isinstance(before, o.DataExported)
    assert isinstance(after, o.DataExported)
    told = ("rayleigh", "eyes", "reflects no ocean")
    assert [word for word in told if word in before.document] == []
    assert [word for word in told if word not in after.document] == []


async def test_an_answer_on_its_way_does_not_outlive_a_deletion(hall: Hall):
    """An answer that was being graded while its author deleted themselves is not kept, and no streak comes back."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    await hall.answers("bo", HALF)
    context = hall.context("maya")
    who = await hall.app._who(context)
    await hall.types("maya", "/privacy delete confirm")
    call = Call(context=context, who=who, now=hall.clock.now())
    assert isinstance(await submit_answer(SubmitAnswer(round=1, text=HALF), call, hall.app.deps), o.Nothing)
    assert len(await hall.rows(attempt)) == 1
    await hall.types("bo", "/privacy delete delete")
    await hall.until(11, 23, 17, 0)
    assert not await hall.rows(streak)


@pytest.mark.parametrize(
    ("handler", "command"),
    [
        (change_settings, ChangeSettings(share=True)),
        (change_settings, ChangeSettings()),
        (hide_member, HideMember(switch=False)),
    ],
)
async def test_a_setting_on_its_way_changes_nobody_who_is_gone(hall: Hall, handler: Any, command: Any):
    """A change that meets its author's deletion says so, is no failure, and does not bring them back onto a board."""
    context = hall.context("maya")
    who = await hall.app._who(context)
    await hall.types("maya", "/privacy delete delete")
    call = Call(context=context, who=who, now=hall.clock.now())
    with pytest.raises(Refused, match="has just been deleted"):
        await handler(command, call, hall.app.deps)
    assert await hall.rows(member, "name", "hidden", "shares") == [("", True, False)]


async def test_two_members_of_one_name_are_not_mixed_up(hall: Hall):
    """Where a name is not one member's alone, nobody is appointed by it."""
    await hall.types("sam", "/help")
    await hall.types("sam", "/help", member="memory:member:other")
    await hall.types("you", "/settings appoint=sam")
    assert "2 members are called “sam”, or look so" in hall.told("you")
    assert [row for row in await hall.rows(member, "name", "organiser") if row[1]] == []


async def test_deletion_asks_first(hall: Hall):
    """Deletion says what it does and has a button that does it; until that is pressed nothing is deleted."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("maya", HALF)
    await hall.types("maya", "/privacy delete")
    assert await hall.rows(attempt, "text") == [(HALF,)]
    (button,) = hall.platform.private[-1][1].actions
    assert button.label == "Delete my data for good"
    await hall.presses("maya", button.id)
    assert await hall.rows(attempt, "text") == [(None,)]


async def test_deletion_is_real_and_keeps_anonymous_totals(hall: Hall):
    """Words, name and identity are gone from every table; the numbers stay without a name; coming back starts anew."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    await hall.answers("maya", HALF)
    await hall.until(11, 23, 17, 0)
    await hall.types("maya", "/privacy delete delete")
    assert hall.told("maya").startswith("Deleted")
    assert await hall.rows(attempt, "text") == [(None,)]
    ((points,),) = await hall.rows(grade, "points")
    assert all(point["evidence"] == "" for point in points)
    assert ("memory:member:maya",) not in await hall.rows(identity, "ref")
    assert "maya" not in {row[0] for row in await hall.rows(member, "name")}
    assert len(await hall.rows(total)) == 1
    assert not await hall.rows(streak)
    await hall.types("maya", "/stats")
    assert "Nothing yet" in hall.told("maya")
    await hall.types("you", "/leaderboard")
    assert "Nobody has points here yet" in hall.told("you")


async def test_a_deleted_members_answer_is_quoted_nowhere(hall: Hall):
    """An answer deleted before the reveal is neither quoted nor named, and still counts in the shares."""
    await hall.types("maya", "/quiz mid")
    await hall.types("bo", "/settings share=on")
    await hall.answers("bo", FULL)
    await hall.types("bo", "/privacy delete delete")
    outcome = await hall.types("you", "/reveal")
    assert isinstance(outcome, o.RoundRevealed)
    assert (outcome.members, list(outcome.best), list(outcome.view.answered())) == (1, [], [])


def plans(connection: Any) -> None:
    """Write down days off, and a question queued."""
    mine: dict[str, Any] = {"team_id": 1, "member_id": 1, "at": MONDAY}
    connection.execute(away.insert().values(**mine, first=MONDAY.date(), last=MONDAY.date()))
    connection.execute(queued.insert().values(**mine, channel_id=1, question_id="sky-mid-0"))


async def test_the_export_is_all_that_is_kept(hall: Hall):
    """Whatever table refers to a member, the export has it: a new table needs a new part of the export."""
    hall.app.deps = replace(hall.app.deps, opinion=Naysayer())
    await hall.types("maya", "/help")
    await hall.types("you", "/settings appoint=maya")
    await hall.types("maya", SCHEDULE)
    await hall.types("maya", "/settings notify=on quiet=07:00-06:00")
    await hall.until(11, 23, 9, 0)
    await hall.presses("maya", "hint:1")
    await hall.replies("bo", FULL)
    await hall.replies("maya", FULL)
    await hall.presses("maya", "decide:1:keep")
    await hall.types("maya", "/appeal I said it")
    await hall.types("maya", "/question report it is old")
    await hall.types("maya", "/quiz senior")
    await hall.until(11, 24, 9, 0)
    await hall.answers("maya", HALF, 3)
    await hall.until(11, 24, 17, 0)
    await hall.presses("maya", "learn-send:1", "says short: tiny waves bounce")
    await hall.presses("maya", "rate:1:clear")
    await hall.presses("maya", "mark:1:correct")
    await hall.types("maya", "/live 1 mid sky")
    await hall.presses("maya", "live-send:1:1", "nonsense")
    suggested = {"text": "Which clouds bring rain?", "answer": "Cumulonimbus.", "level": "mid", "topic": "sky"}
    await hall.sends("maya", "suggest-send", suggested)
    await hall.sends("maya", "edit-send:sky-principal-3", {"text": "Why?", "reference": "So.", "points": "a: b"})
    for line in ("create Owls", "join Owls"):
        await hall.types("maya", f"/team {line}")
    await hall.db.write(plans)
    await hall.types("maya", "/privacy export")
    (file,) = (b for b in hall.platform.private[-1][1].blocks if isinstance(b, File))
    data = json.loads(file.content)
    assert {part: bool(data[part]) for part in EXPORTED.values()} == dict.fromkeys(EXPORTED.values(), True)
    mine, _ = data["attempts"]
    assert (mine["public"], mine["copied"], mine["unsure"], mine["opinion"]) == (
        True,
        True,
        "a second opinion differs.",
        0,
    )
    assert data["streaks"] == [{"channel": "hall", "length": 1, "best": 1}]
    assert [a["points"] > 0 for a in data["awards"]] == [False, True]
    assert [(s["channel"], s["plan"]["at"]) for s in data["schedules"]] == [("hall", "09:00:00")]
    assert data["identities"] == ["memory:member:maya"]
    refer = {
        t.name for t in metadata.tables.values() for c in t.c for f in c.foreign_keys if f.column.table.name == "member"
    }
    assert refer - {"link", "guess", "lesson", "visit"} == set(
        EXPORTED
    )  # a code that waits, wrong guesses of one, and a lesson not yet saved


async def test_settings_show_and_change(hall: Hall):
    """Members change their own; organisers also the team's zone and who else is one."""
    await hall.types("maya", "/settings")
    assert "Reveals may quote your best answer: off" in hall.told("maya")
    assert "Team's time zone" not in hall.told("maya")
    assert "Organisers: the admins here" in hall.told("maya")
    await hall.types("maya", "/settings share=on")
    assert "Reveals may quote your best answer: on from now on." in hall.told("maya")
    await hall.types("you", "/settings zone=Europe/Berlin appoint=maya")
    assert "The team's time zone is Europe/Berlin from now on." in hall.told("you")
    assert "maya is an organiser now." in hall.told("you")
    await hall.types("bo", "/settings")
    assert "Organisers: maya and the admins here" in hall.told("bo")
    await hall.types("maya", "/settings zone=Asia/Tokyo")
    assert "Asia/Tokyo" in hall.told("maya")
    await hall.types("you", "/settings dismiss=you")
    assert "you is no appointed organiser. Who is an admin here is one all the same." in hall.told("you")
    await hall.types("you", "/settings dismiss=maya")
    assert "maya is no appointed organiser any more." in hall.told("you")
    await hall.types("maya", "/settings zone=UTC")
    assert "Only organisers can change the team's settings" in hall.told("maya")
    await hall.types("you", "/settings appoint=nobody")
    assert "I know no member “nobody”" in hall.told("you")


async def test_the_teams_zone_dates_asked_rounds(hall: Hall):
    """Without a schedule the team's zone says which date it is."""
    await hall.types("you", "/settings zone=Pacific/Kiritimati")
    await hall.types("maya", "/quiz mid")
    outcome = await hall.types("you", "/reveal")
    assert isinstance(outcome, o.RoundRevealed)
    assert outcome.view.round.local_date.isoformat() == "2026-11-23"
    await hall.later(hours=3)
    await hall.types("maya", "/quiz mid")
    outcome = await hall.types("you", "/reveal")
    assert isinstance(outcome, o.RoundRevealed)
    assert outcome.view.round.local_date.isoformat() == "2026-11-24"


async def test_help_fits_the_asker(hall: Hall):
    """Help is what a member needs in a few lines; commands, those of organisers, and topics are behind its buttons."""
    await hall.types("maya", "/help")
    assert len(hall.told("maya")) < 800
    assert "[All commands] /help commands\n[Topics] /help topics" in hall.told("maya")
    assert "schedule" not in hall.told("maya")
    await hall.presses("maya", "/help commands")
    assert "/leaderboard [period] [topic] [mid/senior/principal]" in hall.told("maya")
    assert "/schedule" not in hall.told("maya")
    await hall.presses("maya", "/help topics")
    assert "sky: The sky" in hall.told("maya")
    await hall.types("you", "/help")
    assert "/schedule set 09:00" in hall.told("you")
    await hall.presses("you", "/help organisers")
    assert "/schedule unskip [day]" in hall.told("you")
    assert "/leaderboard" not in hall.told("you")


async def test_a_new_name_is_taken_over(hall: Hall):
    """A member or channel that is renamed on the platform is shown under the new name; hostile names are tamed."""
    await hall.types("maya", "/help")
    await hall.types("Maya\n\x1b[31m B.", "/help", member="memory:member:maya", channel_name="new\x00name")
    assert await hall.rows(member, "name") == [("Maya [31m B.",)]
    await hall.types("\u202e", "/help", member="memory:member:maya")
    assert await hall.rows(member, "name") == [("somebody",)]


async def test_hidden_is_hidden_on_every_card(hall: Hall):
    """Who hides is named neither as asker nor among those who answered, and quoted by no reveal; shown again, they are."""
    await hall.types("zoe", "/settings share=on")
    await hall.types("zoe", "/quiz mid")
    for name in ("zoe", "bo"):
        await hall.answers(name, FULL)
    assert "Question for zoe" in text_of(hall.card("question:1"))
    assert "Answered: zoe, bo" in text_of(hall.card("question:1"))
    await hall.types("zoe", "/privacy hide on")
    assert "zoe" not in text_of(hall.card("question:1"))
    assert "Answered: bo" in text_of(hall.card("question:1"))
    await hall.types("zoe", "/quiz senior")
    assert hall.card("question:2").title.startswith("Question for the channel")
    await hall.types("you", "/reveal 1")
    assert "zoe" not in text_of(hall.card("reveal:1"))
    await hall.types("zoe", "/privacy hide off")
    assert "Answered: zoe, bo" in text_of(hall.card("question:1"))


async def test_an_answer_after_somebody_hid_names_them_no_more(hall: Hall):
    """The card goes on to be brought up to date, with one name less than have answered."""
    await hall.types("you", "/quiz mid")
    for name in ("eve", "bo"):
        await hall.answers(name, HALF)
    await hall.types("eve", "/privacy hide on")
    await hall.answers("cy", HALF)
    assert "Answered: bo, cy" in text_of(hall.card("question:1"))


async def test_who_hides_while_an_answer_is_read_is_not_named(hall: Hall):
    """A second opinion takes a while: what an answer's author wants of their name meanwhile holds."""

    class Hiding(Naysayer):
        async def of(self, _: Question, __: str) -> int | None:
            await hall.types("maya", "/privacy hide on")
            return None

    await hall.types("you", "/quiz mid")
    await hall.types("maya", "/help")
    hall.app.deps = replace(hall.app.deps, opinion=Hiding())
    graded = await hall.answers("maya", HALF)
    assert isinstance(graded, o.AttemptGraded)
    assert (graded.view.members, list(graded.view.answered())) == (1, [])
    assert "maya" not in text_of(hall.card("question:1"))


async def test_who_deletes_themselves_is_taken_off_the_cards(hall: Hall):
    """After a deletion the question's card names neither who asked it nor who answered, open or closed."""
    await hall.types("maya", "/quiz mid")
    for name in ("maya", "bo"):
        await hall.answers(name, HALF)
    await hall.types("maya", "/privacy delete delete")
    assert "maya" not in text_of(hall.card("question:1"))
    await hall.types("you", "/reveal 1")
    await hall.types("bo", "/privacy delete delete")
    assert "Answered" not in text_of(hall.card("question:1"))


async def test_a_hidden_organiser_can_be_dismissed(hall: Hall):
    """Hiding protects nobody's office: who is appointed can be dismissed by name; others who hide are not found."""
    await hall.types("eve", "/help")
    await hall.types("you", "/settings appoint=eve")
    await hall.types("eve", "/privacy hide on")
    await hall.types("bo", "/settings")
    assert "Organisers: the admins here" in hall.told("bo")
    await hall.types("you", "/settings")
    assert "Organisers: eve and the admins here" in hall.told("you")
    await hall.types("you", "/settings dismiss=eve")
    assert ("eve", False) in await hall.rows(member, "name", "organiser")
    await hall.types("you", "/settings dismiss=eve")
    assert "I know no member “eve”" in hall.told("you")
