"""What is taken away on Slack while a round is open: messages, threads, channels, accounts; and mentions of others' bots."""

from collections.abc import AsyncIterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.cards import Card, Text
from bot.errors import ChannelGone, MessageGone
from bot.store.schema import attempt, round_, team
from tests.doubles.fakes import FULL, HALF
from tests.doubles.slack.hall import SlackHall, sharing, slack_hall
from tests.doubles.slack.members import Member
from tests.doubles.slack.messages import Message

CARD = Card(title="A title", blocks=(Text("Words."),))
ASKED = "Why does the daytime look blue to people"
DIRECTLY = "I could not show this answer in #quiz: "


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    """Give a Studyhall on Slack."""
    async with slack_hall(tmp_path) as running:
        yield running


@pytest.fixture
async def several(tmp_path: Path) -> AsyncIterator[SlackHall]:
    """Give a Studyhall that any workspace may install."""
    async with slack_hall(tmp_path, way="oauth") as running:
        yield running


async def replied(hall: SlackHall, member: Member, card: Message, text: str) -> Message:
    """Let a member reply in a thread, and wait until the bot has marked it."""
    said = member.say(hall.quiz, text, thread=card)
    await hall.until(lambda: said.reactions)
    await hall.quiet()
    return said


def troubles(logs: list[Any]) -> list[str]:
    """Return the events of a log that are no good news."""
    return [one["event"] for one in logs if one["log_level"] in {"warning", "error"}]


def directly(member: Member) -> list[str]:
    """Return what the bot has told a member alone, in their direct messages."""
    return [one.words for one in member.direct.history()]


# ------------------------------------------------------------- messages and threads


async def test_a_deleted_card_with_replies(hall: SlackHall):
    """Under the tombstone of a card its thread goes on: answers count, their grades are told, the answer comes there, and no loss is logged."""
    card = await hall.asked()
    await replied(hall, hall.maya, card, HALF)
    hall.quiz.remove(card)
    with capture_logs() as logs:
        await replied(hall, hall.ada, card, FULL)
        await hall.later(hours=25)
    assert len(await hall.rows(attempt)) == 2
    assert hall.ada.private[-1].title.startswith("🟢 Correct: 100 of 100")
    assert FULL in card.replies[-1].words
    assert troubles(logs) == []


async def test_a_deleted_card_without_replies(hall: SlackHall):
    """Slack takes what is posted under a message that is gone, and puts it into the channel: the answer stands there once, with its question."""
    card = await hall.asked()
    hall.quiz.remove(card)
    with capture_logs() as logs:
        for _ in range(3):
            await hall.connection.past.look_again()
        await hall.later(hours=25)
    (answer,) = hall.quiz.by_bot()
    assert answer.title.startswith("🟢 The answer")
    assert ASKED in answer.words
    assert FULL in answer.words
    assert troubles(logs) == ["thread_not_read"]


async def test_an_answer_that_cannot_be_taken_back(hall: SlackHall):
    """Where what Slack put into the channel cannot be deleted either, it stays, and the answer follows as it should be."""
    card = await hall.asked()
    hall.quiz.remove(card)
    hall.slack.faults.fail("chat.delete", status=503, times=3)
    with capture_logs() as logs:
        await hall.later(hours=25)
    assert [ASKED in one.words for one in hall.quiz.by_bot()] == [False, True]
    assert "post_not_taken_back" in troubles(logs)


async def test_a_reply_that_is_taken_back(hall: SlackHall):
    """A reply that is deleted before it has its sign counts; its member reads the grade, and the lost sign is no trouble."""
    card = await hall.asked()
    with capture_logs() as logs:
        hall.maya.delete(hall.maya.say(hall.quiz, HALF, thread=card))
        await hall.until(lambda: hall.maya.private)
        await hall.quiet()
    assert "Partly there" in hall.maya.private[0].title
    assert troubles(logs) == []


async def test_what_slack_says_is_gone(hall: SlackHall):
    """A message that is deleted is told from a place that is closed."""
    card = await hall.asked()
    ref = f"{hall.ref(hall.quiz)}:{card.ts}"
    hall.ada.archive(hall.quiz)
    with pytest.raises(ChannelGone, match="The channel is archived") as closed:
        await hall.platform.edit(ref, CARD)
    assert not isinstance(closed.value, MessageGone)
    hall.quiz.archived = False
    hall.quiz.remove(card)
    with pytest.raises(MessageGone, match="The message is deleted"):
        await hall.platform.edit(ref, CARD)


# ------------------------------------------------------------- channels


async def test_a_channel_that_is_archived(hall: SlackHall):
    """In an archived channel who presses and who answers is told directly; at the end who asked is told the answer, once."""
    card = await hall.asked()
    opened = await (await hall.maya.click(card, "Answer")).modal()
    hall.ada.archive(hall.quiz)
    await hall.maya.click(card, action_id="hint:1")
    await hall.quiet()
    await hall.maya.submit({"text": FULL}, opened)
    await hall.quiet()
    assert [words.partition("\n")[0] for words in directly(hall.maya)] == ["Hint 1 of 2", "🟢 Correct: 100 of 100"]
    with capture_logs() as logs:
        await hall.later(hours=25)
        await hall.later(hours=25)
    (told,) = directly(hall.ada)
    assert f"{DIRECTLY}The channel is archived. Unarchive it, or use another one." in told
    assert FULL in told
    assert troubles(logs) == ["occurrence_failed"]


async def test_a_channel_that_i_was_taken_out_of(hall: SlackHall):
    """Taken out of a channel I tell answers directly; a reveal there is refused with what to do, no failure, and its thread's silence is logged once."""
    card = await hall.asked()
    await (await hall.maya.click(card, "Answer")).modal()
    hall.ada.remove_bot(hall.quiz)
    with capture_logs() as logs:
        await hall.maya.submit({"text": FULL})
        await hall.until(lambda: directly(hall.maya))
        for _ in range(2):
            await hall.connection.past.look_again()
        asked = await (await hall.ada.click(card, "Reveal")).answered()
        refused = await (await hall.ada.click(asked, "Reveal to everybody")).answered()
        await hall.quiet()
    assert refused.title == "🟡 I cannot show the answer here"
    assert "I am not in the channel. Invite me there with /invite @Studyhall." in refused.words
    assert "log as" not in refused.words
    assert DIRECTLY in directly(hall.ada)[-1]
    assert troubles(logs) == ["thread_not_read", "answer_not_shown"]
    hall.ada.invite_bot(hall.quiz)
    await hall.connection.past.look_again()
    hall.ada.remove_bot(hall.quiz)


async def test_a_thread_that_is_closed_twice_is_said_twice(hall: SlackHall):
    """That a thread cannot be read is logged once, and again when it could be read in between."""
    await hall.asked()
    with capture_logs() as logs:
        for _ in range(2):
            hall.ada.remove_bot(hall.quiz)
            for _ in range(2):
                await hall.connection.past.look_again()
            hall.ada.invite_bot(hall.quiz)
            await hall.connection.past.look_again()
    assert troubles(logs) == ["thread_not_read"] * 2


async def test_a_channel_under_another_name_made_private(hall: SlackHall):
    """A channel that is renamed and made private goes on as before; without me it is one that I do not know."""
    card = await hall.asked()
    hall.ada.rename(hall.quiz, "trivia")
    hall.ada.make_private(hall.quiz)
    await replied(hall, hall.maya, card, HALF)
    await hall.later(hours=25)
    assert FULL in card.replies[-1].words
    hall.ada.remove_bot(hall.quiz)
    told = await (await hall.ada.slash(hall.quiz, "mid")).answered()
    assert "Slack knows no such channel, or I am not in it. Invite me there" in told.words


# ------------------------------------------------------------- people


async def test_a_deactivated_account_is_no_failure(hall: SlackHall):
    """The answer of somebody who is deactivated meanwhile counts, and that they cannot be told is a quiet line."""
    card = await hall.asked()
    with capture_logs() as logs:
        said = hall.maya.say(hall.quiz, HALF, thread=card)
        hall.ada.deactivate(hall.maya)
        await hall.until(lambda: said.reactions)
        await hall.quiet()
    assert len(await hall.rows(attempt)) == 1
    assert troubles(logs) == ["not_shown", "apology_not_delivered"]
    reasons = [one["reason"] for one in logs if one["log_level"] == "warning"]
    assert reasons == ["This member's account is deactivated."] * 2
    assert not any("exc_info" in one for one in logs)


# ------------------------------------------------------------- one thing after another

ACTS = ("card", "reply", "archive", "remove", "hide", "restart")


async def act(hall: SlackHall, what: str, card: Message, said: Message) -> None:
    """Take something away, if it is there still."""
    match what:
        case "card" if card.subtype != "tombstone" and card.ts in hall.quiz.messages:
            hall.quiz.remove(card)
        case "reply" if said.ts in hall.quiz.messages:
            hall.quiz.remove(said)
        case "archive":
            hall.ada.archive(hall.quiz)
        case "remove":
            hall.ada.remove_bot(hall.quiz)
        case "hide":
            hall.ada.make_private(hall.quiz)
        case "restart":
            await hall.restart()
        case _:
            pass
    await hall.quiet()


@pytest.mark.parametrize(("first", "second"), [*permutations(ACTS, 2)])
async def test_whatever_is_taken_away_the_answer_is_shown_once(hall: SlackHall, first: str, second: str):
    """Two things are taken away, around two answers: both count and are told, nothing fails, and the answer is shown once, there or to who asked."""
    card = await hall.asked()
    opened = await (await hall.maya.click(card, "Answer")).modal()
    with capture_logs() as logs:
        said = await replied(hall, hall.maya, card, HALF)
        await act(hall, first, card, said)
        await hall.maya.submit({"text": FULL}, opened)
        await hall.quiet()
        await act(hall, second, card, said)
        await hall.later(hours=25)
        await hall.later(hours=25)
    assert len(await hall.rows(attempt)) == 2
    told = [*hall.maya.private, *[one for one in hall.maya.direct.history() if one.bot_id]]
    assert len([one for one in told if "of 100" in one.title]) == 2
    public = [one for one in hall.quiz.history() if one.bot_id and one.title.startswith("🟢 The answer")]
    private = [words for words in directly(hall.ada) if DIRECTLY in words]
    assert len([*public, *private]) == 1
    assert all(one.thread_ts or ASKED in one.words for one in public)
    assert [one for one in logs if one["log_level"] == "error"] == []


# ------------------------------------------------------------- mentions in a shared channel


async def test_a_mention_is_for_the_workspace_whose_bot_it_names(several: SlackHall):
    """Whichever workspace Slack tells of a mention in a shared channel, the one whose bot is named asks the question."""
    zoe = await sharing(several)
    home, other = several.slack.team, zoe.team
    for author, named, told_by in (
        (several.ada, home, other), (several.ada, other, home), (zoe, other, home), (zoe, home, other),
    ):  # fmt: skip
        author.say(several.quiz, f"{named.bot.mention} mid", told_by=told_by)
        await several.until(several.quiz.by_bot)
        await several.quiet()
        for one in several.quiz.by_bot():
            several.quiz.remove(one)
        asked = (await several.rows(round_))[-1]
        ids = {row.id: row.ref for row in await several.rows(team)}
        assert ids[asked.team_id] == f"slack:{named.id}"
    assert len(await several.rows(round_)) == 4


async def test_a_mention_of_a_bot_that_i_do_not_serve(several: SlackHall):
    """A mention of the bot of a workspace that took me out, or never had me, is nobody's to answer here."""
    zoe = await sharing(several)
    third = several.slack.create_team("Third")
    several.slack.team.share(several.quiz, third)
    several.ada.say(several.quiz, f"{third.bot.mention} mid")
    several.slack.uninstall(zoe.team)
    several.quiz.members.add(zoe.team.bot.id)
    several.ada.say(several.quiz, f"{zoe.team.bot.mention} mid")
    await several.quiet()
    assert several.quiz.by_bot() == []
    several.ada.say(several.quiz, f"{several.slack.team.bot.mention} mid")
    await several.until(several.quiz.by_bot)


async def test_one_workspace_answers_for_itself_alone(hall: SlackHall):
    """With one workspace's token a mention of another's bot in a shared channel is not taken for its own."""
    other = hall.slack.create_team("Other")
    hall.slack.team.share(hall.quiz, other)
    zoe = hall.slack.create_user("zoe", team=other)
    hall.quiz.members.add(zoe.id)
    zoe.say(hall.quiz, f"{other.bot.mention} mid", told_by=hall.slack.team)
    hall.ada.say(hall.quiz, f"{other.bot.mention} mid")
    await hall.quiet()
    assert hall.quiz.by_bot() == []
    zoe.say(hall.quiz, f"{hall.slack.team.bot.mention} mid", told_by=hall.slack.team)
    await hall.until(hall.quiz.by_bot)
