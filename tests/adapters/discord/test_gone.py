"""What moderators take away on Discord while a round is open: cards, threads, channels; and threads that are private, locked or asleep."""

from collections.abc import AsyncIterator
from itertools import permutations
from pathlib import Path
from typing import Any

import discord as library
import pytest
from simcord.builders import ChannelHandle
from simcord.enums import ChannelType
from structlog.testing import capture_logs

from adapters.discord.inbound import NOT_YET_KNOWN
from bot.cards import Card, Text
from bot.errors import ChannelGone, MessageGone
from bot.store.schema import message as sent_messages
from tests.doubles.discord.hall import DiscordHall, discord_hall, ids, labels, private, words
from tests.doubles.discord.process import cards
from tests.doubles.fakes import FULL, HALF, WRONG

CARD = Card(title="A title", blocks=(Text("Words."),))
NOT_LET_IN = "I am not let in here. Mention me in a private thread, and I am; else grant my role View Channel."
PLAN = {"at": "09:00", "zone": "UTC", "days": "daily"}
ASKED = "Why does the daytime look blue to people"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[DiscordHall]:
    """Give a Studyhall on Discord."""
    async with discord_hall(tmp_path) as running:
        yield running


def direct(member: Any) -> list[str]:
    """Return what the bot has told a member alone."""
    return [words(one) for one in member.user.dm_channel.history()]


def events(logs: list[Any], *levels: str) -> list[str]:
    """Return the events of a log at some levels."""
    return [one["event"] for one in logs if one["log_level"] in (levels or ("warning", "error"))]


def thread_of(hall: DiscordHall, owner: Any, *, secret: bool = False) -> ChannelHandle:
    """Let a member open a thread in the channel, maybe a private one."""
    kind = ChannelType.PRIVATE_THREAD if secret else ChannelType.PUBLIC_THREAD
    made = hall.discord.create_thread(hall.channel.id, "Ours", owner.id, type=kind, broadcast=False)
    return ChannelHandle(hall.env, hall.guild, made)


def put(hall: DiscordHall, thread: Any, **meta: bool) -> None:
    """Lock a thread, or put it to sleep."""
    hall.discord.edit_channel(thread.id, {}, thread_metadata=meta)


def untold(hall: DiscordHall, thread: Any, **meta: bool) -> None:
    """Lock a thread or wake it without a word to the bot, as while it has not heard of the thread."""
    for name, value in meta.items():
        setattr(hall.discord.get_thread(thread.id).thread_metadata, name, value)


# ------------------------------------------------------------- cards and answers that are deleted


async def test_a_deleted_card_keeps_no_answer_from_being_heard(hall: DiscordHall):
    """Where the question's card is deleted its thread lives on: answers count, the answer comes there, and nothing is logged as lost."""
    card, thread = await hall.asked()
    hall.discord.delete_message(hall.channel.id, card.id)
    with capture_logs() as logs:
        await hall.maya.send(thread, HALF)
        await hall.ada.slash(hall.channel, "reveal")
    assert await hall.attempts() == [HALF]
    assert FULL in words(cards(thread)[-1])
    assert events(logs) == []
    assert events(logs, "info").count("message_deleted") == 2


async def test_a_deleted_answer_stays_an_attempt(hall: DiscordHall):
    """An answer that is deleted before it has its sign counts, and the sign that cannot be put is no trouble."""
    _, thread = await hall.asked()
    hall.env.inject_error(
        "PUT", f"/channels/{thread.id}/messages/*/reactions/*/@me", status=404, code=10008, message="Unknown Message"
    )
    with capture_logs() as logs:
        await hall.maya.send(thread, HALF)
    assert (await hall.attempts(), events(logs)) == ([HALF], [])


async def test_the_way_to_a_grade_comes_back(hall: DiscordHall):
    """When a thread is swept clean, the card that leads to a grade comes again with the next answer, first or not."""
    _, thread = await hall.asked()
    await hall.maya.send(thread, HALF)
    for member in (hall.ada, hall.maya):
        hall.discord.bulk_delete_messages(thread.id, [one.id for one in thread.history()])
        await hall.later(seconds=5)
        await member.send(thread, FULL)
        found = thread.history()[-1]
        assert labels(found) == ["See my grade"]
        assert "Answered so far: 2 members." in found.content
    found = thread.history()[-1]
    shown = private(await hall.maya.click(found, label="See my grade"))
    assert "(100 of 100)" in shown


async def test_a_deleted_reveal_can_be_seen_again(hall: DiscordHall):
    """Where the answer's message was deleted, Reveal shows it to who asks, and to nobody else; it is not posted again."""
    card, thread = await hall.asked()
    await hall.ada.slash(hall.channel, "reveal")
    hall.discord.delete_message(thread.id, cards(thread)[-1].id)
    await hall.restart()
    assert FULL in private(await hall.maya.slash(thread, "reveal"))
    assert cards(thread) == []
    assert "Closed" in words(next(one for one in hall.channel.history() if one.id == card.id))


# ------------------------------------------------------------- threads that are gone, locked, asleep, too many


@pytest.mark.parametrize("gone", ["deleted", "locked", "locked and asleep"])
async def test_an_answer_outside_of_its_thread_says_what_it_answers(hall: DiscordHall, gone: str):
    """Where the thread is gone the answer stands in the channel with its question, and the card says that it is below, also when it is drawn again."""
    card, thread = await hall.asked()
    await hall.maya.send(thread, HALF)
    if gone == "deleted":
        hall.discord.delete_channel(thread.id)
    else:
        put(hall, thread, locked=True, archived="asleep" in gone)
    await hall.ada.slash(hall.channel, "reveal")
    answer = cards(hall.channel)[-1]
    assert ASKED in words(answer)
    assert FULL in words(answer)
    await hall.restart()
    await hall.maya.slash(hall.channel, "privacy hide")
    closed = words(next(one for one in hall.channel.history() if one.id == card.id))
    assert "Closed: the answer stands below." in closed
    assert "maya" not in closed


async def test_where_a_server_has_too_many_threads(hall: DiscordHall):
    """Where Discord opens no more threads who asked is told so, and a reply to the card is an attempt."""
    hall.discord.most_threads = 0
    await hall.maya.slash(hall.channel, "quiz", level="mid")
    (card,) = cards(hall.channel)
    await hall.maya.send(hall.channel, HALF, reply_to=card)
    assert await hall.attempts() == [HALF]
    await hall.later(seconds=1)
    (told,) = direct(hall.maya)
    assert "This server has as many open threads as Discord allows. Archive some of them. Until then" in told


async def test_a_thread_that_falls_asleep_is_heard(hall: DiscordHall):
    """A week is longer than a thread stays awake: who writes in it wakes it and has answered, also after a restart, and an edit is answered."""
    _, thread = await hall.asked()
    await hall.env.advance_time(25 * 3600)
    hall.discord.archive_idle()
    await hall.restart()
    said = await hall.maya.send(thread, HALF)
    await hall.maya.edit(said, FULL)
    assert await hall.attempts() == [HALF]
    assert "an edit changes no grade" in words(thread.history()[-1])


async def test_a_thread_that_could_not_be_looked_up_is_heard_the_next_time(hall: DiscordHall):
    """A moment in which Discord does not say what a place is makes no thread deaf for good."""
    _, thread = await hall.asked()
    await hall.ada.slash(hall.channel, "reveal")
    put(hall, thread, archived=True)
    await hall.restart()  # of a round that is over nothing is read, so the thread is not known
    untold(hall, thread, archived=False)
    hall.env.inject_error("GET", f"/channels/{thread.id}", status=403, code=50001, message="Missing Access")
    await hall.maya.send(thread, WRONG)
    await hall.maya.send(thread, FULL)
    assert await hall.attempts() == [FULL]


async def test_a_reply_to_an_old_card_waits_for_nothing(hall: DiscordHall):
    """A reply to a card whose thread was never opened waits for it, but not for that of a card from long ago."""
    card, thread = await hall.asked()
    hall.discord.delete_channel(thread.id)

    def forget(connection: Any) -> None:
        connection.execute(sent_messages.delete().where(sent_messages.c.tag.startswith("thread:")))

    await hall.db.write(forget)
    await hall.env.advance_time(sum(NOT_YET_KNOWN) + 1)
    await hall.maya.send(hall.channel, HALF, reply_to=card)
    assert (hall.platform.link().answering, await hall.attempts()) == (0, [])


async def test_in_a_locked_thread_nothing_is_planned(hall: DiscordHall):
    """In a thread that is locked a schedule is refused with what to do, also where the library has not heard of the thread."""
    thread = thread_of(hall, hall.ada)
    put(hall, thread, locked=True)
    for _ in range(2):
        shown = private(await hall.ada.slash(thread, "schedule set", **PLAN))
        assert "The thread is locked. Unlock it, or use another channel." in shown
        assert "is set" not in shown
        put(hall, thread, locked=False, archived=True)
        await hall.restart()
        untold(hall, thread, locked=True, archived=False)


async def test_where_nobody_can_be_answered_they_are_told_directly(hall: DiscordHall):
    """In a thread that is locked and asleep Discord takes no answer to a press: its member is told directly what is in the way."""
    thread = thread_of(hall, hall.ada)
    await hall.maya.slash(thread, "quiz", level="mid")
    (card,) = cards(thread)
    put(hall, thread, locked=True, archived=True)
    await hall.maya.slash(thread, "quiz", level="senior")
    assert "The thread is archived. Write something in it; if it is locked, unlock it first." in direct(hall.maya)[-1]
    await hall.until(2, 1)
    assert "I could not show this answer in #Ours: The thread is archived." in direct(hall.maya)[-1]
    assert FULL in direct(hall.maya)[-1]
    assert ids(card)


async def test_an_edit_where_there_are_no_threads_is_answered(hall: DiscordHall):
    """Who edits a reply to a card in a place without threads reads, as in a thread, that the grade stays."""
    hall.take("create_public_threads")
    await hall.maya.slash(hall.channel, "quiz", level="mid")
    (card,) = cards(hall.channel)
    said = await hall.maya.send(hall.channel, HALF, reply_to=card)
    talk = await hall.maya.send(hall.channel, "Good morning")
    await hall.maya.edit(said, FULL)
    await hall.maya.edit(talk, "Good evening")
    assert await hall.attempts() == [HALF]
    assert "an edit changes no grade" in hall.channel.history()[-1].content
    assert len([one for one in hall.channel.history() if "an edit changes no grade" in one.content]) == 1


# ------------------------------------------------------------- private threads


async def test_a_private_thread_without_me(hall: DiscordHall):
    """In a private thread that I am not in nothing is asked or planned, and it is said how I come in; once mentioned I am in."""
    thread = thread_of(hall, hall.ada, secret=True)
    assert NOT_LET_IN in private(await hall.ada.slash(thread, "quiz", level="mid"))
    assert NOT_LET_IN in private(await hall.ada.slash(thread, "schedule set", **PLAN))
    await hall.ada.send(thread, f"<@{hall.discord.bot_user.id}> come in")
    await hall.ada.slash(thread, "quiz", level="mid")
    assert len(cards(thread)) == 1


async def test_a_question_in_a_private_thread_stays_there(hall: DiscordHall):
    """What is asked, answered and revealed in a private thread is seen there alone; taken out of it, I tell the answer to who asked."""
    thread, mine = thread_of(hall, hall.maya, secret=True), hall.discord.bot_user.id
    for one in (mine, hall.ada.id):
        hall.discord.add_thread_member(thread.id, one)
    await hall.maya.slash(thread, "quiz", level="mid")
    (card,) = cards(thread)
    await hall.maya.send(thread, HALF, reply_to=card)
    assert await hall.attempts() == [HALF]
    hall.discord.remove_thread_member(thread.id, mine)
    assert "Correct" in private(await hall.answered(hall.maya, card, FULL))
    assert NOT_LET_IN in private(await hall.ada.slash(thread, "schedule set", **PLAN))
    with capture_logs() as logs:
        shown = private(await hall.maya.slash(thread, "reveal"))
    assert "I cannot show the answer here" in shown
    assert NOT_LET_IN in shown
    assert "answer_not_shown" in events(logs)
    assert "command_failed" not in events(logs)
    (told,) = direct(hall.maya)
    assert f"I could not show this answer in #Ours: {NOT_LET_IN}" in told
    assert ASKED in told
    assert FULL in told
    assert hall.channel.history() == []
    await hall.until(3, 0)
    assert len(direct(hall.maya)) == 1


# ------------------------------------------------------------- channels that are gone


async def test_the_answer_to_a_question_of_a_channel_that_is_gone(hall: DiscordHall):
    """When its channel is deleted, who asked a question is told its answer, once and in private, and the others nothing."""
    card, _ = await hall.asked()
    await hall.answered(hall.ada, card, HALF)
    hall.discord.delete_channel(hall.channel.id)
    await hall.until(4, 0)
    (told,) = direct(hall.maya)
    assert "I could not show this answer in #general: Discord knows no such channel" in told
    assert FULL in told
    assert hall.ada.user.dm_channel.history() == []


async def test_who_asked_may_be_gone_too(hall: DiscordHall):
    """Where who asked has had all that is theirs deleted, nobody is told, and nothing fails."""
    await hall.asked()
    shown = await hall.maya.slash(hall.channel, "privacy delete")
    (asked,) = [one for one in (shown.response, *shown.followups) if one is not None and one.components]
    await hall.maya.click(asked, label=asked.components[0]["components"][0]["label"])
    hall.discord.delete_channel(hall.channel.id)
    with capture_logs() as logs:
        await hall.until(3, 0)
    assert events(logs) == ["occurrence_failed"]
    assert hall.maya.user.dm_channel.history() == []


async def test_an_answer_whose_channel_is_deleted_meanwhile(hall: DiscordHall):
    """Where the channel is gone when the grade is there, its member reads it in a direct message; where that is refused too, one quiet line tells."""
    card, _ = await hall.asked()
    hall.env.inject_error("POST", "/webhooks/*/*", status=404, code=10003, message="Unknown Channel")
    await hall.answered(hall.maya, card, HALF)
    assert "Partly there: 50 of 100" in direct(hall.maya)[-1]
    hall.env.inject_error("POST", "/webhooks/*/*", status=404, code=10003, message="Unknown Channel", times=2)
    box = f"/channels/{hall.maya.user.dm_channel.id}/messages"
    hall.env.inject_error("POST", box, status=403, code=50007, message="Cannot send", times=2)
    with capture_logs() as logs:
        await hall.answered(hall.maya, card, FULL)
    assert await hall.attempts() == [HALF, FULL]
    assert events(logs) == ["not_shown", "apology_not_delivered"]
    assert logs[-1]["reason"] == "This member takes no direct messages."


async def test_what_discord_says_is_gone(hall: DiscordHall):
    """A message that is deleted is told from a place that is."""
    card, thread = await hall.asked()
    where = f"{hall.ref(hall.channel)}:{card.id}"
    hall.discord.delete_message(hall.channel.id, card.id)
    with pytest.raises(MessageGone, match="The message is deleted"):
        await hall.platform.edit(where, CARD)
    hall.discord.delete_channel(thread.id)
    with pytest.raises(ChannelGone) as gone:
        await hall.platform.post(hall.ref(thread), CARD, tag="a")
    assert not isinstance(gone.value, MessageGone)
    assert isinstance(gone.value.__cause__, library.NotFound)


# ------------------------------------------------------------- one thing after another

ACTS = ("card", "thread", "sweep", "lock", "sleep", "restart")


async def act(hall: DiscordHall, what: str, card: Any, thread: Any) -> None:
    """Take something away, if it is there still."""
    there = thread.id in hall.discord.channels
    if what == "card" and card.id in hall.discord.messages[hall.channel.id]:
        hall.discord.delete_message(hall.channel.id, card.id)
    elif what == "restart":
        await hall.restart()
    elif what == "thread" and there:
        hall.discord.delete_channel(thread.id)
    elif what == "sweep" and there:
        hall.discord.bulk_delete_messages(thread.id, [one.id for one in thread.history()])
    elif there and what in {"lock", "sleep"}:
        put(hall, thread, **{"locked" if what == "lock" else "archived": True})
    await hall.env.settle()


@pytest.mark.parametrize(("first", "second"), [*permutations(ACTS, 2)])
async def test_whatever_is_taken_away_the_answer_is_shown_once(hall: DiscordHall, first: str, second: str):
    """Two things are taken away, around two answers: both count, nothing fails, the answer stands once, and the card says where."""
    card, thread = await hall.asked()
    opened = await hall.ada.click(card, label="Answer")
    with capture_logs() as logs:
        await hall.maya.send(thread, HALF)
        await act(hall, first, card, thread)
        if card.id in hall.discord.messages[hall.channel.id]:
            await hall.ada.submit_modal(opened, {"text": FULL})
        await act(hall, second, card, thread)
        await hall.until(2, 1)
    given = [FULL] if first != "card" else []
    assert await hall.attempts() == [HALF, *given]
    there = thread.id in hall.discord.channels
    inside = [one for one in cards(thread) if FULL in words(one)] if there else []
    outside = [one for one in cards(hall.channel) if FULL in words(one)]
    assert len([*inside, *outside]) == 1
    assert [ASKED in words(one) for one in outside] == [True] * len(outside)
    closed = [words(one) for one in cards(hall.channel) if one.id == card.id]
    where = "Closed: the answer is in the thread." if inside else "Closed: the answer stands below."
    assert all(where in said for said in closed)
    assert events(logs, "error") == []
