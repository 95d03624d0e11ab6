"""Threads, duplicates, restarts and refusals on Discord: real discord.py against Discord's rules in process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord import inbound, places
from adapters.discord.commands import NAME
from adapters.discord.connection import CAUGHT_UP_AFTER, Access
from adapters.discord.places import NEEDED, lacking_in
from adapters.discord.platform import NONCE_CHARS, DiscordPlatform, nonce
from adapters.discord.render import action_of
from adapters.discord.starts import START_EVERY, STARTS, Starts
from bot.app import App
from bot.cards import Action, Card, Form, Sign, Text
from bot.clock import SystemClock
from bot.delivery import Delivery
from bot.errors import ChannelGone, MessageGone, NoThread, SettingsError, Unreachable
from bot.handlers.deps import Deps
from bot.ports import Context
from bot.store.inbox import StoredInbox
from bot.store.notebook import StoredNotebook
from tests.doubles import database
from tests.doubles.discord.hall import START, DiscordHall, bodies, discord_hall, ids, labels, private, words
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import FULL, HALF, WRONG, bank, otherwise

MESSAGES = "POST /channels/*/messages"
CARD = Card(title="A title", blocks=(Text("Words."),), actions=(Action("Answer", "answer:1"),))
SINCE = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[DiscordHall]:
    """Give a Studyhall on Discord."""
    async with discord_hall(tmp_path) as running:
        yield running


def signs(channel: Any) -> list[str]:
    """Return the reactions in a channel."""
    return [str(reaction.emoji) for message in channel.history() for reaction in message.reactions]


def context(hall: DiscordHall, **changes: Any) -> Context:
    """Return the context of something that Maya did and nobody waits for."""
    given = {
        "team": f"discord:{hall.guild.id}",
        "channel": hall.ref(hall.channel),
        "member": hall.member_ref(hall.maya),
    }
    return Context(**{**given, "name": "maya", "event": "discord:interaction:1", **changes})


# ------------------------------------------------------------- in the thread


async def test_a_reply_in_the_thread_is_an_attempt(hall: DiscordHall):
    """A reply in the thread is saved, signed, and its grade shown to nobody until its author asks."""
    card, thread = await hall.asked()
    await hall.ada.send(thread, f"  {HALF}  ")
    assert await hall.attempts() == [HALF]
    assert signs(thread) == ["📝"]
    assert labels(thread.history()[-1]) == ["See my grade"]
    assert "of 100" not in hall.everything()
    assert "ada" in words(hall.newest()[0])
    assert [action_of(one) for one in ids(card)] == ids(hall.newest()[0]) == ["answer:1", "hint:1", "may-reveal:1"]


async def test_what_is_no_answer_is_let_be(hall: DiscordHall):
    """Talk in the channel, in others' threads, of bots, and system messages are not graded and not answered."""
    _, thread = await hall.asked()
    other = await hall.ada.send(hall.channel, "Shall we meet?")
    hall.env.backend.create_thread(hall.channel.id, "Theirs", hall.ada.id, message_id=other.id)
    theirs = next(one for one in hall.channel.threads if one.id == other.id)
    robot = hall.guild.add_member(hall.env.create_user("robot", bot=True))
    before = len(hall.env.http_requests)
    await hall.maya.send(theirs, HALF)
    await hall.maya.send(hall.channel, HALF, reply_to=other)
    await robot.send(thread, HALF)
    await hall.maya.send(theirs, attachments=[("a.png", b"png")])
    assert await hall.attempts() == []
    assert len(hall.env.http_requests) == before


async def test_a_reply_to_the_card_in_the_channel_is_an_attempt(hall: DiscordHall):
    """Who replies to the question's card instead of opening its thread has answered it."""
    card, _ = await hall.asked()
    await hall.maya.send(hall.channel, HALF, reply_to=card)
    assert await hall.attempts() == [HALF]
    assert signs(hall.channel) == ["📝"]


async def test_an_answer_in_a_thread_that_i_do_not_know_yet_waits(hall: DiscordHall, monkeypatch: pytest.MonkeyPatch):
    """Where a thread was opened and Discord's answer was lost, what is said in it before the next try counts all the same."""
    monkeypatch.setattr(inbound, "NOT_YET_KNOWN", (10.0,) * 6)  # simcord sits through shorter waits, up to its limit
    hall.env.inject_error("POST", "/channels/*/messages/*/threads", status=503)
    await hall.maya.slash(hall.channel, "quiz", level="mid")
    (card,) = [one for one in hall.channel.history() if one.embeds]
    hall.env.backend.create_thread(hall.channel.id, "The sky", hall.env.backend.bot_user.id, message_id=card.id)
    await hall.maya.send(hall.newest()[1], HALF)
    assert await hall.attempts() == []
    await hall.later(seconds=30)
    await hall.env.advance_time(10)
    assert await hall.attempts() == [HALF]


async def test_without_the_intent_members_mention_the_bot(tmp_path: Path):
    """Where Discord withholds the words of messages, a mention, a pinging reply, a reply to the card and the form reach the bot."""
    access = Access(token="token", content=False)
    async with discord_hall(tmp_path, access=access) as hall:
        card, thread = await hall.asked()
        me = hall.env.backend.bot_user.id
        await hall.maya.send(thread, HALF)
        assert await hall.attempts() == []
        await hall.maya.send(thread, f"<@{me}> {HALF}")
        await hall.ada.send(thread, WRONG, reply_to=thread.history()[-1])
        await hall.ada.send(hall.channel, FULL, reply_to=card)
        assert "100 of 100" in private(await hall.answered(hall.maya, card, FULL))
        assert await hall.attempts() == [HALF, WRONG, FULL, FULL]


async def test_an_answer_that_cannot_be_taken(hall: DiscordHall):
    """An empty answer in the thread is signed as not saved and told why; after the reveal a sign alone tells."""
    _, thread = await hall.asked()
    await hall.maya.send(thread, "?!")
    assert signs(thread) == ["⚠️"]
    assert "no words in it" in words(thread.history()[-1])
    await hall.maya.slash(hall.channel, "reveal")
    before = len(thread.history())
    await hall.maya.send(thread, FULL)
    assert (len(thread.history()), signs(thread)) == (before + 1, ["⚠️", "📝"])


async def test_many_answers_get_a_sign_each_and_one_card(hall: DiscordHall):
    """Answers in the thread are not replied to one by one: each gets a sign, and one card there counts who has answered."""
    _, thread = await hall.asked()
    everybody = [hall.guild.add_member(hall.env.create_user(f"m{number}")) for number in range(8)]
    for member in everybody:
        await member.send(thread, HALF)
        await member.send(thread, FULL)
    await hall.later(seconds=4)
    (card,) = (one for one in thread.history() if one.author.bot)
    assert signs(thread) == ["📝"] * 16
    assert "Answered so far: 8 members." in card.content
    assert "100 of 100" in private(await everybody[0].click(card, label="See my grade"))
    assert len(hall.sent(f"PATCH /channels/{thread.id}/messages/*")) <= 2


async def test_the_card_of_the_answers_may_be_lost(hall: DiscordHall):
    """When the card under the answers cannot be posted, the answer is saved and signed all the same; the next brings it."""
    _, thread = await hall.asked()
    for _ in range(2):
        hall.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await hall.ada.send(thread, HALF)
    assert signs(thread) == ["📝"]
    assert [one for one in thread.history() if one.author.bot] == []
    await hall.maya.send(thread, FULL)
    (card,) = (one for one in thread.history() if one.author.bot)
    assert "Answered so far: 2 members." in card.content


async def test_a_reply_is_silent_and_refers_to_its_message(hall: DiscordHall):
    """What the bot says in the open refers to the answer, wakes nobody, and stands even if the answer is deleted."""
    _, thread = await hall.asked()
    said = await hall.ada.send(thread, "?!")
    sent = hall.sent(f"POST /channels/{thread.id}/messages")[0]
    assert sent["message_reference"]["message_id"] == said.id
    assert sent["message_reference"]["fail_if_not_exists"] is False
    assert sent["flags"] & discord.MessageFlags(suppress_notifications=True).value


# ------------------------------------------------------------- duplicates and restarts


async def test_what_is_delivered_twice_counts_once(hall: DiscordHall):
    """Discord may deliver a message or a form several times: one attempt, and one answer to it."""
    card, thread = await hall.asked()
    await hall.ada.send(thread, HALF)
    before = len(thread.history())
    await hall.again("MESSAGE_CREATE")
    hall.env.backend.emit("MESSAGE_CREATE", next(
        p for _, name, p in reversed(hall.env.backend.transcript) if name == "MESSAGE_CREATE" and p["content"] == HALF))  # fmt: skip
    await hall.env.settle()
    await hall.answered(hall.maya, card, WRONG)
    for _ in range(3):
        await hall.again("INTERACTION_CREATE")
    assert await hall.attempts() == [HALF, WRONG]
    assert len(thread.history()) == before


async def test_clicks_on_messages_from_before_a_restart(hall: DiscordHall):
    """Buttons, forms and threads go on working after the bot was started again."""
    card, thread = await hall.asked()
    opened = await hall.maya.click(card, label="Answer")
    await hall.restart()
    assert "Partly there" in private(await hall.maya.submit_modal(opened, {"text": HALF}))
    assert "Hint 1 of 2" in private(await hall.maya.click(card, label="Hint (−20 %)"))
    await hall.ada.send(thread, FULL)
    await hall.restart()
    assert "Correct" in private(await hall.ada.click(thread.history()[-1], label="See my grade"))
    await hall.ada.slash(hall.channel, "reveal")
    assert labels(hall.newest()[0]) == ["Try it, for no points"]


async def test_a_form_that_was_left_is_handled_once(hall: DiscordHall, monkeypatch: pytest.MonkeyPatch):
    """A process that ends before it notes that a form was handled leaves it to the next, which tells the grade and saves nothing twice."""

    async def ends(_: str) -> None:
        """Come no further."""

    card, _ = await hall.asked()
    with monkeypatch.context() as ending:
        ending.setattr(hall.platform.inbox, "done", ends)
        assert "Partly there" in private(await hall.answered(hall.maya, card, HALF))
    for _ in range(2):
        await hall.restart()
        assert len(hall.maya.user.dm_channel.history()) == 1
    assert "Partly there" in words(hall.maya.user.dm_channel.history()[0])
    assert await hall.attempts() == [HALF]


@pytest.mark.parametrize("restarted", [False, True])
async def test_answers_given_while_the_bot_was_away(hall: DiscordHall, restarted: bool):
    """What was said in open rounds' threads meanwhile is graded once, in its order; what was heard before is left alone."""
    _, thread = await hall.asked()
    await hall.ada.send(thread, HALF)
    await hall.away()
    assert not hall.platform.ready(hall.ref(hall.channel))
    await hall.maya.send(thread, WRONG)
    await hall.ada.send(thread, FULL)
    await (hall.restart() if restarted else hall.back())
    assert hall.platform.ready(hall.ref(hall.channel))
    assert await hall.attempts() == [HALF, WRONG, FULL]
    assert signs(thread) == ["📝"] * 3
    assert sum(m.author.bot for m in thread.history()) == 1
    assert "maya" in hall.everything()
    await hall.restart()
    assert sum(m.author.bot for m in thread.history()) == 1


async def test_catching_up_waits_for_discord(hall: DiscordHall):
    """When Discord fails while the bot catches up, it is not ready, tries again, and nothing is lost."""
    _, thread = await hall.asked()
    await hall.away()
    await hall.maya.send(thread, HALF)
    hall.env.inject_error("GET", f"/channels/{thread.id}/messages", status=503)
    await hall.back()
    await hall.env.advance_time(6)
    assert await hall.attempts() == [HALF]
    assert hall.platform.ready(hall.ref(hall.channel))


async def test_nothing_due_is_posted_while_away(hall: DiscordHall):
    """While Discord is away what is due waits, without a try; then it is posted and says that it is late."""
    await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC", days="daily")
    await hall.away()
    await hall.until(1, 9, 30)
    assert hall.sent(MESSAGES) == []
    await hall.back()
    await hall.until(1, 9, 31)
    assert "Late: it was due" in words(hall.newest()[0])


async def test_a_resumed_connection_is_ready(hall: DiscordHall):
    """After a resume Discord has sent what was missed, so that nothing is read again."""
    await hall.away()
    client: Any = hall.env.bot
    await client.on_shard_resumed(0)
    assert hall.platform.ready(hall.ref(hall.channel))


async def test_a_resume_in_the_middle_of_catching_up(hall: DiscordHall):
    """A connection that breaks and is resumed while it still reads what was said before is ready once that is read, and no sooner."""
    _, thread = await hall.asked()
    await hall.away()
    await hall.maya.send(thread, HALF)
    hall.env.inject_error("GET", f"/channels/{thread.id}/messages", status=503)
    await hall.back()
    client: Any = hall.env.bot
    await client.on_shard_disconnect(0)
    await client.on_shard_resumed(0)
    assert not hall.platform.ready(hall.ref(hall.channel))
    await hall.env.advance_time(6)
    assert await hall.attempts() == [HALF]
    assert hall.platform.ready(hall.ref(hall.channel))


async def test_a_connection_that_breaks_in_the_middle_of_catching_up(hall: DiscordHall):
    """What was read in the end makes nobody ready whose connection is broken by then, but who is connected again."""
    _, thread = await hall.asked()
    await hall.away()
    hall.env.inject_error("GET", f"/channels/{thread.id}/messages", status=503)
    await hall.back()
    client: Any = hall.env.bot
    await client.on_shard_disconnect(0)
    await hall.env.advance_time(6)
    assert not hall.platform.ready(hall.ref(hall.channel))
    assert hall.platform.link().since is None
    await client.on_shard_resumed(0)
    assert hall.platform.ready(hall.ref(hall.channel))


async def test_catching_up_that_meets_a_fault_is_tried_again(hall: DiscordHall, monkeypatch: pytest.MonkeyPatch):
    """A fault of the bot's own keeps no server unheard for good: it is in the log with its trace, and tried again."""
    _, thread = await hall.asked()
    await hall.away()
    await hall.maya.send(thread, HALF)
    well, faults = hall.app.open_threads, [RuntimeError("a bug"), KeyError("another")]

    async def open_threads(platform: str) -> Any:
        if faults:
            raise faults.pop(0)
        return await well(platform)

    monkeypatch.setattr(hall.app, "open_threads", open_threads)
    with capture_logs() as logs:
        await hall.back()
        for wait in CAUGHT_UP_AFTER[:2]:
            assert not hall.platform.ready(hall.ref(hall.channel))
            await hall.env.advance_time(wait)
    assert hall.platform.ready(hall.ref(hall.channel))
    assert await hall.attempts() == [HALF]
    failed = [one for one in logs if one["event"] == "catching_up_failed"]
    assert [(one["again_in_seconds"], one["exc_info"]) for one in failed] == [(5.0, True), (30.0, True)]


async def test_the_end_lets_answers_be_finished(hall: DiscordHall):
    """Once it ends, the bot hears nothing more; what was begun is answered first."""
    card, thread = await hall.asked()
    client: Any = hall.env.bot
    client.deaf = True
    await hall.maya.send(thread, HALF)
    assert not (await hall.maya.click(card, label="Hint (−20 %)")).acknowledged
    assert await hall.attempts() == []
    done: list[str] = []

    async def answering() -> None:
        async with client.ears._listening():
            await asyncio.sleep(0)
            done.append("answered")

    task = asyncio.create_task(answering())
    await asyncio.sleep(0)
    await client.ears.finish(5)
    assert done == ["answered"]
    await task


async def test_whoever_is_picked_from_discords_list_can_be_appointed(hall: DiscordHall):
    """A member who has never used the bot is made an organiser under the name that Discord shows; a bot is not."""
    bo = hall.guild.add_member(hall.env.create_user("bo", global_name="Bo B."), nick="Bo of the board")
    robot = hall.guild.add_member(hall.env.create_user("robot", bot=True))
    assert "organiser now" in private(await hall.ada.slash(hall.channel, "settings", appoint=bo))
    assert "don't know that member" in private(await hall.ada.slash(hall.channel, "settings", appoint=robot))
    assert "don't know that member" in private(await hall.ada.slash(hall.channel, "settings", dismiss=robot))
    assert "Statistics of Bo of the board" in private(await hall.ada.slash(hall.channel, "stats", member=bo))
    assert "time zone is Asia/Tokyo from now on" in private(await bo.slash(hall.channel, "settings", zone="Asia/Tokyo"))


# ------------------------------------------------------------- where it is not to be used


async def test_other_servers_are_turned_away(tmp_path: Path):
    """With a list of servers, the others are told so, privately; their messages and completions get nothing."""
    async with discord_hall(tmp_path, access=Access(token="token", guilds=frozenset({1}))) as hall:
        result = await hall.ada.slash(hall.channel, "quiz", level="mid")
        assert result.response.content == "This Studyhall serves other servers only. Ask who runs it."
        assert result.response.ephemeral
        assert await hall.ada.autocomplete(hall.channel, "quiz", "topic", "se") == []
        await hall.ada.send(hall.channel, HALF)
        assert [one for one in hall.channel.history() if one.author.bot] == []


async def test_direct_messages_are_turned_away(hall: DiscordHall):
    """Commands are for servers: Discord offers none in direct messages, and one that comes is told where to type it."""
    assert hall.maya.user.available_commands() == ()
    await hall.maya.slash(hall.channel, "help")
    payload = dict(next(p for _, name, p in reversed(hall.env.backend.transcript) if name == "INTERACTION_CREATE"))
    place = hall.maya.user.dm_channel
    record = hall.env.backend.new_interaction(2, place.id, hall.maya.id, None)
    user = payload.pop("member")["user"]
    del payload["guild_id"]
    hall.env.backend.emit("INTERACTION_CREATE", {
        **payload, "id": str(record.id), "token": record.token, "user": user, "channel_id": str(place.id), "context": 1,
        "channel": {"id": str(place.id), "type": 1}})  # fmt: skip
    await hall.env.settle()
    assert place.history(viewer=hall.maya.user)[-1].content == "Type this in a channel of your server."


# ------------------------------------------------------------- posting once


async def test_every_post_carries_its_own_nonce(hall: DiscordHall):
    """A post sent again has the same nonce, by which Discord drops it; every tag has another, of 25 characters."""
    for tag in ("question:1", "question:1", "reveal:1"):
        await hall.platform.post(hall.ref(hall.channel), CARD, tag=tag)
    posts = hall.sent(MESSAGES)
    assert [post["nonce"] for post in posts] == [nonce("question:1"), nonce("question:1"), nonce("reveal:1")]
    assert len({post["nonce"] for post in posts}) == 2
    assert all(len(post["nonce"]) == NONCE_CHARS for post in posts)
    assert all(post["enforce_nonce"] is True for post in posts)


async def test_a_post_is_found_by_its_buttons(hall: DiscordHall):
    """A post is found by the tag in a button's id, if it is the bot's own and not older than asked for."""
    place = hall.ref(hall.channel)
    await hall.platform.post(place, CARD, tag="question:12")
    ref = await hall.platform.post(place, CARD, tag="question:1")
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "x", "custom_id": "answer:1#reveal:9"}]}
    hall.env.backend.create_message(hall.channel.id, hall.maya.id, "mine", components=[row])
    assert await hall.platform.find(place, "question:1", since=START) == ref
    assert await hall.platform.find(place, "reveal:9", since=START) is None
    assert await hall.platform.find(place, "question:1", since=START + timedelta(hours=1)) is None


async def test_a_post_cut_short_is_found_not_repeated(hall: DiscordHall):
    """When the thread could not be opened in time, the question is not posted again, and gets its thread."""
    await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC", days="daily")
    hall.env.inject_error("POST", "/channels/*/messages/*/threads", status=500)
    await hall.until(1, 9)
    assert hall.channel.threads == []
    await hall.until(1, 9, 30)
    assert len(hall.channel.threads) == 1
    assert len([m for m in hall.channel.history() if m.embeds]) == 1


async def test_a_post_cut_short_in_a_channel_that_is_gone(hall: DiscordHall):
    """When the channel goes away between two tries, that is said, and not that Discord failed."""
    await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC", days="daily")
    hall.env.inject_error("POST", "/channels/*/messages", status=500)
    await hall.until(1, 9)
    hall.env.backend.delete_channel(hall.channel.id)
    await hall.until(1, 9, 30)
    (told,) = hall.ada.user.dm_channel.history()
    assert "Discord knows no such channel" in words(told)


async def test_a_thread_that_is_there_is_taken(hall: DiscordHall):
    """Discord's refusal to open a message's second thread means that it is there; any other refusal is one."""
    ref = await hall.platform.post(hall.ref(hall.channel), CARD, tag="question:1")
    number = ref.rpartition(":")[2]
    threads = f"/channels/{hall.channel.id}/messages/{number}/threads"
    hall.env.inject_error("POST", threads, status=400, code=160004)
    assert await hall.platform.open_thread(ref, "T") == f"discord:{hall.guild.id}:{number}"
    hall.env.inject_error("POST", threads, status=400, code=160006, message="Too many threads")
    with pytest.raises(NoThread, match="as many open threads as Discord allows") as refused:
        await hall.platform.open_thread(ref, "T")
    assert refused.value.thread == f"discord:{hall.guild.id}:{number}"
    hall.env.inject_error("POST", threads, status=404, code=10008, message="Unknown Message")
    with pytest.raises(MessageGone):
        await hall.platform.open_thread(ref, "T")


async def test_the_commands_are_published_when_they_change(hall: DiscordHall):
    """Starting again publishes nothing; other commands than were published last are, also after Discord refused them."""
    put = "PUT /applications/*/commands"
    await hall.restart()
    assert len(hall.sent(put)) == 1
    key = f"{NAME}:commands:{hall.env.backend.application_id}"
    await hall.platform.notebook.put(key, "another version's")
    hall.env.inject_error("PUT", "/applications/*/commands", status=400)
    await hall.restart()
    assert await hall.platform.notebook.get(key) == "another version's"
    await hall.restart()
    assert await hall.platform.notebook.get(key) != "another version's"
    assert len(hall.sent(put)) == 3


async def test_commands_wiped_on_discords_side_are_put_back(hall: DiscordHall):
    """What Discord has decides: commands that were wiped or altered there come back with the next start."""
    there = hall.env.backend.commands[None]
    before = {one["name"] for one in there.values()}
    there.clear()
    await hall.restart()
    assert {one["name"] for one in hall.env.backend.commands[None].values()} == before
    next(one for one in hall.env.backend.commands[None].values() if one["name"] == "quiz")["options"].pop()
    await hall.restart()
    await hall.restart()
    assert len(hall.sent("PUT /applications/*/commands")) == 3
    assert set(hall.platform.shards.main.commands) == before


async def test_too_many_starts_are_held_back(hall: DiscordHall):
    """A crash loop must not use up the day's starts: after twenty the next waits, 100 seconds at most, also in a new process."""
    client: Any = hall.env.bot
    starts = Starts(hall.platform.notebook, hall.clock)
    for _ in range(STARTS):
        await starts.count(7)
    with hall.env._bot_scope():  # so that time is Discord's, and nobody sleeps
        waiting = asyncio.ensure_future(client.before_identify_hook(7, initial=True))
    await hall.env.advance_time(START_EVERY.total_seconds() - 1)
    assert not waiting.done()
    assert await hall.platform.notebook.get("discord:held_until") == (hall.clock.now() + START_EVERY).isoformat()
    await hall.env.advance_time(1)
    assert waiting.done()
    await starts.count(8)  # another shard has starts of its own
    hall.clock.move_to(hall.clock.now() + 2 * START_EVERY)
    await starts.count(7)


async def test_a_start_that_is_not_waited_for_is_none(hall: DiscordHall):
    """Who only waits, or is cut off as it waits, has started nothing, and holds nobody back."""
    starts = Starts(hall.platform.notebook, hall.clock)
    for _ in range(STARTS):
        await starts.count(7)
    used = await hall.platform.notebook.get("discord:starts_used_until:7")
    with hall.env._bot_scope():
        cut, waits = asyncio.ensure_future(starts.count(7)), asyncio.ensure_future(starts.wait(7))
    await hall.env.advance_time(START_EVERY.total_seconds() - 1)
    cut.cancel()
    await hall.env.advance_time(1)
    assert (cut.cancelled(), waits.done()) == (True, True)
    assert await hall.platform.notebook.get("discord:starts_used_until:7") == used


async def test_of_two_that_take_the_last_start_one_waits(hall: DiscordHall):
    """Two processes that count at once both count: the limit is passed by none of them."""
    starts = [Starts(hall.platform.notebook, hall.clock) for _ in range(2)]
    for _ in range(STARTS - 1):
        await starts[0].count(7)
    with hall.env._bot_scope():
        both = [asyncio.ensure_future(one.count(7)) for one in starts]
    await hall.env.advance_time(START_EVERY.total_seconds() - 1)
    assert sorted(one.done() for one in both) == [False, True]
    await hall.env.advance_time(1)
    assert all(one.done() for one in both)
    used = (hall.clock.now() + (STARTS + 1) * START_EVERY).isoformat()
    assert await hall.platform.notebook.get("discord:starts_used_until:7") == used


def test_the_days_starts_suffice():
    """Whatever starts it again all day, the bot leaves some of the 1,000 starts that Discord allows."""
    assert STARTS + timedelta(days=1) / START_EVERY < 900


# ------------------------------------------------------------- what is in the way


async def test_the_reveal_reaches_an_archived_thread(hall: DiscordHall):
    """A thread that went to sleep still gets the answer, and the card is closed."""
    _, thread = await hall.asked()
    hall.env.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    await hall.restart()
    await hall.ada.slash(hall.channel, "reveal")
    assert FULL in words(thread.history()[-1])
    await hall.ada.send(thread, HALF)  # a thread that the library does not know is asked for
    assert signs(thread) == ["📝"]


async def test_the_channel_hears_of_the_reveal(hall: DiscordHall):
    """A line with a link says in the channel that the answer is there; the reveal stands where the line cannot be sent."""
    _, thread = await hall.asked()
    await hall.ada.slash(hall.channel, "reveal")
    line, answer = hall.channel.history()[-1], thread.history()[-1]
    address = f"https://discord.com/channels/{hall.guild.id}/{thread.id}/{answer.id}"
    assert line.content.startswith("The answer · The s")
    assert line.content.endswith(address)
    assert not line.embeds
    _, thread = await hall.asked()
    hall.env.inject_error("POST", f"/channels/{hall.channel.id}/messages", status=403, code=50013, message="No")
    await hall.ada.slash(hall.channel, "reveal")
    assert FULL in words(thread.history()[-1])


async def test_a_locked_thread_sends_the_answer_to_the_channel(hall: DiscordHall):
    """Where the thread is locked or gone, the answer stands in the channel."""
    _, thread = await hall.asked()
    hall.env.inject_error(
        "POST", f"/channels/{thread.id}/messages", status=400, code=160005, message="Thread is locked"
    )
    await hall.ada.slash(hall.channel, "reveal")
    assert FULL in words(hall.channel.history()[-1])
    _, thread = await hall.asked()
    hall.env.backend.delete_channel(thread.id)
    await hall.ada.slash(hall.channel, "reveal")
    assert FULL in words(hall.channel.history()[-1])
    assert [str(m.embeds[0].title)[:10] for m in hall.channel.history() if m.embeds].count("The answer") == 2


async def test_a_deleted_channel_pauses_the_schedule(hall: DiscordHall):
    """When the channel is gone, organisers are told once, by direct message, and nothing more is tried."""
    other = hall.guild.create_text_channel("other")
    await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC", days="daily")
    hall.env.backend.delete_channel(hall.channel.id)
    await hall.until(1, 9)
    assert len(hall.sent(f"POST /channels/{hall.channel.id}/messages")) == 1
    (told,) = hall.ada.user.dm_channel.history()
    assert "The daily question of #general is stuck" in words(told)
    assert "Discord knows no such channel" in words(told)
    assert "The schedule is paused" in words(told)
    await hall.until(4, 12)
    assert len(hall.sent(f"POST /channels/{hall.channel.id}/messages")) == 1
    assert len(hall.ada.user.dm_channel.history()) == 1
    assert "(paused: it is stuck)" in private(await hall.ada.slash(other, "schedule list"))


async def test_missing_permissions_are_named(hall: DiscordHall):
    """What the bot lacks is said in the words of Discord's settings, with where to grant it, once."""
    await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC", days="daily")
    hall.take("send_messages", "embed_links")
    await hall.until(3, 12)
    (told,) = hall.ada.user.dm_channel.history()
    assert "I may not post in #general: I lack Send Messages, Embed Links" in words(told)
    assert "Grant it to my role under Edit Channel, Permissions. The schedule is paused" in words(told)
    assert len(hall.sent(f"POST /channels/{hall.channel.id}/messages")) == 1
    shown = private(await hall.maya.slash(hall.channel, "quiz"))
    assert "I lack Send Messages" in shown


async def test_a_hidden_channel(hall: DiscordHall):
    """A channel that the bot may no longer see is named with what it lacks there."""
    hall.take("view_channel")
    with pytest.raises(ChannelGone, match=r"I may not post in #general: I lack .*View Channel"):
        await hall.platform.post(hall.ref(hall.channel), CARD, tag="a")


def test_an_administrator_lacks_nothing():
    """Who may do everything lacks nothing; who may nothing lacks all that the invite asks for."""
    assert lacking_in(discord.Permissions(administrator=True)) == ""
    assert lacking_in(NEEDED) == ""
    assert len(lacking_in(discord.Permissions.none()).split(", ")) == 8


async def test_when_discord_fails_it_is_tried_again(hall: DiscordHall):
    """An error of Discord's is no verdict: the question is posted once Discord answers again, and nobody is told."""
    await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC", days="daily")
    hall.env.inject_error("POST", "/channels/*/messages", status=500)
    await hall.until(1, 9)
    assert hall.channel.history() == []
    await hall.until(1, 9, 10)
    assert hall.newest()[0].embeds
    assert hall.ada.user.dm_channel.history() == []


async def test_a_question_that_discord_puts_off_is_on_its_way(hall: DiscordHall):
    """When Discord asks to wait for long, who asked is told that it comes by itself, and it comes once."""
    hall.env.inject_error("POST", f"/channels/{hall.channel.id}/messages", status=429)
    shown = private(await hall.maya.slash(hall.channel, "quiz", level="mid"))
    assert "It is on its way" in shown
    assert "could not be shown" not in shown
    await hall.later(seconds=10)
    await hall.later(seconds=10)
    assert len([m for m in hall.channel.history() if m.embeds]) == 1


@pytest.mark.parametrize(
    "route",
    [
        "PUT /channels/*/messages/*/reactions/*",
        "POST /channels/{thread}/messages",
        "PATCH /channels/{channel}/messages/*",
    ],
    ids=["sign", "way", "card"],
)
async def test_what_goes_with_an_answer_is_tried_again(hall: DiscordHall, route: str):
    """One moment in which Discord does not answer costs an answer neither its sign, nor the way to its grade, nor its name on the card."""
    _, thread = await hall.asked()
    method, path = route.format(thread=thread.id, channel=hall.channel.id).split(" ")
    hall.env.inject_error(method, path, status=503)
    await hall.maya.send(thread, HALF)
    assert signs(thread) == ["📝"]
    assert labels(thread.history()[-1]) == ["See my grade"]
    assert "maya" in words(hall.newest()[0])


async def test_a_grade_and_a_form_are_shown_in_spite_of_one_error(hall: DiscordHall):
    """A form is tried again as long as Discord waits for it, and what only one member sees too."""
    card, _ = await hall.asked()
    hall.env.inject_error("POST", "/interactions/*/callback", status=503)
    opened = await hall.maya.click(card, label="Answer")
    hall.env.inject_error("POST", "/webhooks/*", status=503)
    assert "Partly there" in private(await hall.maya.submit_modal(opened, {"text": HALF}))


async def test_a_form_that_is_there_is_not_said_to_have_failed(hall: DiscordHall):
    """Where only Discord's answer to a form was lost, it says at the next try that there is one: its member is told nothing else."""
    card, _ = await hall.asked()
    hall.env.inject_error("POST", "/interactions/*/callback", status=400, code=40060)
    assert private(await hall.maya.click(card, label="Answer")) == ""
    assert "did not open" not in hall.everything()


@pytest.mark.parametrize("status", [401, 429, 500, 502, 503])
async def test_what_may_help_later_is_unreachable(hall: DiscordHall, status: int):
    """A refused token, too many requests and Discord's own errors say nothing about the channel."""
    hall.env.inject_error("POST", "/channels/*/messages", status=status)
    with pytest.raises(Unreachable, match=str(status)):
        await hall.platform.post(hall.ref(hall.channel), CARD, tag="a")


async def test_without_a_connection_nothing_is_reached(hall: DiscordHall):
    """Before the first connection, after the last, and when the network fails, Discord is unreachable."""
    place = hall.ref(hall.channel)
    with pytest.raises(Unreachable, match="OSError"), places.translated(hall.platform.shards.main, 1, 1):
        raise OSError("no route")
    with pytest.raises(Unreachable, match="does not wait for this form"):
        await hall.platform.ask(context(hall), Form(title="T", prompt="P", submit="submit:1", max_length=9))
    hall.platform.shards._main = None
    assert not hall.platform.ready(place)
    with pytest.raises(Unreachable, match="not connected"):
        await hall.platform.post(place, CARD, tag="a")


async def test_closed_direct_messages(hall: DiscordHall):
    """A member who takes no direct messages is no failure of the channel."""
    hall.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    with pytest.raises(ChannelGone, match="takes no direct messages"):
        await hall.platform.direct(hall.member_ref(hall.maya), CARD)
    await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC", days="daily")
    hall.env.backend.delete_channel(hall.channel.id)
    hall.env.inject_error("POST", f"/channels/{hall.ada.user.dm_channel.id}/messages", status=403, code=50007)
    await hall.until(1, 9)
    assert hall.ada.user.dm_channel.history() == []


async def test_a_sign_and_a_reply_that_cannot_be_put(hall: DiscordHall):
    """A message that was deleted takes no sign; what was to be said of it fails as gone and leaves the library's errors inside."""
    gone = context(hall, message=f"{hall.ref(hall.channel)}:1", private=False)
    with pytest.raises(ChannelGone, match="The message is deleted"):
        await hall.platform.react(gone, Sign.SAVED)
    with pytest.raises(ChannelGone):
        await hall.platform.edit(f"{hall.ref(hall.channel)}:1", CARD)


async def test_after_the_token_has_run_out_a_direct_message_is_sent(hall: DiscordHall):
    """When Discord does not take an answer any more, the member gets it as a direct message."""
    hall.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await hall.maya.slash(hall.channel, "help")
    assert "What you can type" in words(hall.maya.user.dm_channel.history()[-1])


async def test_an_unreadable_command_of_a_lost_interaction(hall: DiscordHall):
    """A refusal too finds its member when Discord waits no more."""
    hall.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await hall.maya.slash(hall.channel, "quiz", topic="nonsense")
    assert "I know no topic “nonsense”" in words(hall.maya.user.dm_channel.history()[-1])


async def test_a_fourth_press_of_answer_says_so_at_once(hall: DiscordHall):
    """With the attempts used up no form opens whose text would be refused: it is said where it was pressed, privately."""
    card, _ = await hall.asked()
    for times in range(3):
        await hall.answered(hall.maya, card, otherwise(HALF, times))
    pressed = await hall.maya.click(card, label="Answer")
    assert "You have used your 3 attempts" in private(pressed)
    assert pressed.modal is None
    hall.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await hall.maya.click(card, label="Answer")
    assert "You have used your 3 attempts" in words(hall.maya.user.dm_channel.history()[-1])
    await hall.ada.slash(hall.channel, "reveal")
    assert (await hall.maya.click(hall.newest()[0], label="Try it, for no points")).modal is not None


async def test_lesser_calls_may_fail(hall: DiscordHall):
    """“Thinking” that cannot be taken back and completions that come too late harm nothing."""
    hall.env.inject_error("DELETE", "/webhooks/*", status=404, code=10015)
    await hall.maya.slash(hall.channel, "quiz", level="mid")
    assert hall.newest()[0].embeds
    hall.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    assert await hall.maya.autocomplete(hall.channel, "quiz", "topic", "se") == []


@asynccontextmanager
async def on_the_loopback(folder: Path, server: DiscordServer, token: str) -> AsyncIterator[asyncio.Task[None]]:
    """Run a platform in this process on the loopback Discord, until the block ends."""
    async with database.opened(folder / "studyhall.db", now=START) as db:
        access = Access(token=token, api=server.api, gateway=server.gateway.url)
        platform = DiscordPlatform(
            access, notebook=StoredNotebook(db), inbox=StoredInbox(db, SystemClock()), clock=SystemClock()
        )
        deps = Deps(db=db, bank=bank(), rng=Random(1))
        app = App(deps, clock=platform.clock, delivery=Delivery(db, {platform.name: platform}))
        running = asyncio.create_task(platform.run(app))
        yield running
        running.cancel()
        await asyncio.wait([running])


async def test_an_intent_that_is_not_approved(tmp_path: Path):
    """When Discord refuses the Message Content intent, the bot starts again without it."""
    async with DiscordServer() as server:
        server.gateway.approved.message_content = False
        async with on_the_loopback(tmp_path, server, server.token):
            await server.gateway.connected()
            asked = [discord.Intents._from_value(one["intents"]).message_content for one in server.gateway.identifies]
            assert asked == [True, False]


async def test_a_token_that_is_refused(tmp_path: Path):
    """A wrong token ends the bot with what to do."""
    async with DiscordServer() as server, on_the_loopback(tmp_path, server, "wrong") as running:
        await asyncio.wait([running])
        with pytest.raises(SettingsError, match="STUDYHALL_DISCORD_TOKEN: Discord refuses it"):
            running.result()


# ------------------------------------------------------------- what people see


async def test_the_status_line_is_edited_now_and_then(hall: DiscordHall):
    """The card names who answered at once, then at most once in three seconds, with all of them."""
    card, _ = await hall.asked()
    everybody = [hall.guild.add_member(hall.env.create_user(name)) for name in ("bo", "kim", "lee")]
    edits = f"PATCH /channels/{hall.channel.id}/messages/{card.id}"
    for member in everybody:
        await hall.answered(member, card, HALF)
    assert len(hall.sent(edits)) == 1
    await hall.later(seconds=2)
    assert len(hall.sent(edits)) == 1
    await hall.later(seconds=1)
    assert len(hall.sent(edits)) == 2
    assert "bo, kim, lee" in words(hall.newest()[0])


async def test_names_and_answers_have_no_power(hall: DiscordHall):
    """Markdown and mentions in names and answers are shown as they were typed."""
    bo = hall.guild.add_member(hall.env.create_user("bo"), nick="**Bo** @everyone")
    await hall.ada.slash(hall.channel, "settings", share="on")
    await bo.slash(hall.channel, "settings", share="on")
    _, thread = await hall.asked()
    await bo.send(thread, f"{FULL} **bold** <@{hall.ada.id}> @here [a](https://example.org) ||x||")
    assert "\\*\\*Bo\\*\\* @\u200beveryone" in words(hall.newest()[0])
    await hall.ada.slash(hall.channel, "reveal")
    shown = private(await hall.ada.click(thread.history()[-1], label="More"))
    expected = rf"\*\*bold\*\* <|@{hall.ada.id}> @|here \[a\](https://example.org) \|\|x\|\|"
    assert expected in shown.replace("\u200b", "|")
    assert [m for m in thread.history() if m.author.bot and m.mentions] == []


async def test_nobody_is_pinged(hall: DiscordHall):
    """Every payload that can say whom to ping says: nobody."""
    card, thread = await hall.asked()
    await hall.ada.send(thread, HALF)
    await hall.answered(hall.maya, card, HALF)
    await hall.ada.slash(hall.channel, "reveal")
    said = [body for body in bodies(hall) if "embeds" in body or "content" in body]
    assert len(said) >= 5
    assert [body for body in said if body["allowed_mentions"]["parse"] != []] == []
    assert [body for body in said if set(body["allowed_mentions"]) - {"parse", "replied_user"}] == []


async def test_home_shows_where_a_member_stands(hall: DiscordHall):
    """/home shows in private what is open, with buttons that answer and that show a grade again."""
    card, _ = await hall.asked()
    await hall.answered(hall.maya, card, HALF)
    home = await hall.maya.slash(hall.channel, "home")
    assert "Open for you" in private(home)
    assert "2 attempts left" in private(home)
    buttons = str([one.components for one in (home.response, *home.followups) if one])
    assert ("Answer question 1" in buttons, "See my grade of question 1" in buttons) == (True, True)
