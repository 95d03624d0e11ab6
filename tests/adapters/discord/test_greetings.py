"""Help in words on Discord: to whoever writes to the bot alone, mentions it, or answers with a file; and a greeting."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from simcord.backend import serializers
from sqlalchemy import Connection, insert, update

from adapters.discord.connection import Access
from adapters.discord.greetings import REST_SECONDS
from bot.handlers.threads import EDITED, EDITED_TALK
from bot.store.schema import schedule, team
from tests.doubles.discord.hall import DiscordHall, discord_hall, private, words
from tests.doubles.fakes import FULL, HALF

PICTURE = [("a.png", b"png")]


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[DiscordHall]:
    """Give a Studyhall on Discord."""
    async with discord_hall(tmp_path) as running:
        yield running


def mention(hall: DiscordHall, text: str = "") -> str:
    """Return a text that mentions the bot."""
    return f"<@{hall.env.backend.bot_user.id}> {text}".strip()


def said(place: Any) -> list[str]:
    """Return what the bot has said in a place."""
    return [words(one) for one in place.history() if one.author.bot]


async def test_a_direct_message_gets_help(hall: DiscordHall):
    """Whoever writes to the bot alone reads where questions are asked, not again at once, and again after a while."""
    for _ in range(2):
        await hall.maya.send_dm("hi")
    place = hall.maya.user.dm_channel
    (told,) = said(place)
    assert "Questions are asked and answered in a server" in told
    assert f"</quiz:{hall.platform.shards.main.commands['quiz']}>" in told
    await hall.later(seconds=REST_SECONDS)
    await hall.maya.send_dm("hello?")
    assert len(said(place)) == 2


async def test_a_mention_outside_a_question_gets_help(hall: DiscordHall):
    """Whoever only mentions the bot, or says to it what is no answer to anything, reads what can be typed; nobody is pinged."""
    await hall.maya.send(hall.channel, mention(hall))
    await hall.maya.send(hall.channel, mention(hall, "what can you do?"))
    (told,) = said(hall.channel)
    assert "for a question, and" in told
    assert await hall.attempts() == []
    (sent,) = hall.sent(f"POST /channels/{hall.channel.id}/messages")
    assert sent["allowed_mentions"] == {"parse": []}


async def test_a_bare_mention_in_a_questions_thread_gets_help(hall: DiscordHall):
    """A mention without words in a question's thread is no answer; one with words is."""
    _, thread = await hall.asked()
    await hall.maya.send(thread, mention(hall))
    assert "An answer goes in the question's thread" in said(thread)[-1]
    await hall.maya.send(thread, mention(hall, HALF))
    assert await hall.attempts() == [HALF]


async def test_an_edited_reply_is_told_that_its_grade_stays(hall: DiscordHall):
    """Whoever edits a reply in an open question's thread reads once that it was graded as it was; elsewhere, and later, nothing is said."""
    _, thread = await hall.asked()
    said, talk = await hall.maya.send(thread, HALF), await hall.maya.send(hall.channel, HALF)
    for text in (FULL, f"{FULL} And more."):
        await hall.maya.edit(said, text)
    await hall.maya.edit(talk, FULL)
    assert await hall.attempts() == [HALF]
    assert [one.content for one in thread.history() if "an edit changes no grade" in one.content] == [EDITED]
    chat = await hall.ada.send(thread, "lol, thanks")
    await hall.ada.edit(chat, "haha, thanks")
    await hall.ada.edit(chat, FULL)
    assert [one.content for one in thread.history() if "what it says now" in one.content] == [EDITED_TALK]
    await hall.ada.slash(hall.channel, "reveal")
    before = len(thread.history())
    await hall.maya.edit(said, HALF)
    assert len(thread.history()) == before


async def test_a_file_as_an_answer_gets_a_kind_line(hall: DiscordHall):
    """A picture in an open question's thread is told once that words are read; with words it is an answer, later it is talk."""
    _, thread = await hall.asked()
    for _ in range(2):
        await hall.maya.send(thread, attachments=PICTURE)
    (told,) = said(thread)
    assert "I read words, and no files or pictures." in told
    await hall.ada.send(thread, FULL, attachments=PICTURE)
    assert await hall.attempts() == [FULL]
    await hall.ada.slash(hall.channel, "reveal")
    before = len(said(thread))
    await hall.ada.send(thread, attachments=PICTURE)
    elsewhere = len(said(hall.channel))
    await hall.ada.send(hall.channel, attachments=PICTURE)
    assert (len(said(thread)), len(said(hall.channel))) == (before, elsewhere)


async def test_help_that_cannot_be_said_is_let_be(hall: DiscordHall):
    """Where the bot may not write, a mention is no failure."""
    hall.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await hall.maya.send(hall.channel, mention(hall))
    assert said(hall.channel) == []


# ------------------------------------------------------------- joining and leaving a server


async def leave(hall: DiscordHall) -> None:
    """Take the bot out of the server."""
    hall.env.backend.emit("GUILD_DELETE", {"id": str(hall.guild.id)})
    await hall.env.settle()


async def join(hall: DiscordHall) -> None:
    """Let the bot into the server: simcord announces a server as one that is back after an outage, Discord does not."""
    payload = serializers.guild_create_payload(hall.env.backend, hall.env.backend.get_guild(hall.guild.id))
    hall.env.backend.emit("GUILD_CREATE", {key: value for key, value in payload.items() if key != "unavailable"})
    await hall.env.settle()


async def test_the_owner_of_a_new_server_is_greeted(hall: DiscordHall):
    """Where a server has no channel for such news, its owner reads what can be typed; nobody does who takes no messages."""
    hall.env.backend.get_guild(hall.guild.id).owner_id = hall.maya.id
    hall.env.inject_error("POST", "/users/@me/channels", status=403, code=50007)
    for greetings in (0, 1):
        await leave(hall)
        await join(hall)
        assert len(said(hall.maya.user.dm_channel)) == greetings
    (told,) = said(hall.maya.user.dm_channel)
    assert "Hello, I am Studyhall" in told
    assert " at:09:00 zone:Europe/Berlin days:mon-fri" in told


async def test_a_new_server_is_greeted_in_its_channel(hall: DiscordHall):
    """A server reads in its channel for such news what can be typed, unless the bot may not write there."""
    hall.env.backend.get_guild(hall.guild.id).system_channel_id = hall.channel.id
    await leave(hall)
    await join(hall)
    (told,) = said(hall.channel)
    assert "Hello, I am Studyhall" in told
    hall.take("send_messages")
    await leave(hall)
    await join(hall)
    assert len(said(hall.channel)) == 1


async def test_a_server_that_is_not_served_is_not_greeted(tmp_path: Path):
    """With a list of servers, the others are not greeted."""
    async with discord_hall(tmp_path, access=Access(token="token", guilds=frozenset({1}))) as hall:
        await leave(hall)
        await join(hall)
        assert hall.sent("POST /channels/*/messages") == []


async def test_a_server_that_comes_back_finds_all_that_was_there(hall: DiscordHall):
    """Taken out and let in again, the bot knows its members' answers, and its open question can be revealed."""
    card, thread = await hall.asked()
    await hall.answered(hall.maya, card, FULL)
    await leave(hall)
    await join(hall)
    await hall.ada.slash(hall.channel, "reveal")
    assert FULL in words(thread.history()[-1])
    assert "1 question" in private(await hall.maya.slash(hall.channel, "leaderboard"))


async def test_a_server_that_took_the_bot_out_is_left_alone(hall: DiscordHall):
    """Its schedules stop and nothing is due there; let in again it is told how they go on; else it is deleted after thirty days."""
    hall.env.backend.get_guild(hall.guild.id).system_channel_id = hall.channel.id
    await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC")
    await leave(hall)
    assert [row.state for row in await hall.rows(schedule)] == ["paused"]
    await join(hall)
    assert ("Welcome back." in said(hall.channel)[-1], "</schedule resume:" in said(hall.channel)[-1]) == (True, True)
    assert [row.left_at for row in await hall.rows(team)] == [None]
    await leave(hall)
    hall.clock.move_to(hall.clock.now() + timedelta(days=31))
    await hall.jobs.tick()
    assert await hall.rows(team) == []


async def test_who_left_and_came_back_while_nobody_listened(hall: DiscordHall):
    """At each start the servers that are there are compared with those that are known."""
    await hall.asked()

    def other(connection: Connection) -> None:
        connection.execute(insert(team).values(ref="discord:4194304", zone="UTC"))
        connection.execute(update(team).where(team.c.ref != "discord:4194304").values(left_at=hall.clock.now()))

    await hall.db.write(other)
    await hall.restart()
    assert {row.ref: row.left_at is None for row in await hall.rows(team)} == {
        f"discord:{hall.guild.id}": True,
        "discord:4194304": False,
    }
