"""Threads on the loopback Discord: archived, locked, private and too many, held to what Discord documents of them."""

from typing import Any

import discord
import pytest
from simcord.backend.errors import BackendError
from simcord.builders import ChannelHandle
from simcord.enums import ChannelType

from tests.doubles.discord.server import DiscordServer
from tests.doubles.discord.test_server import member, online, quiz, server, text_channel

__all__ = ["quiz", "server"]


async def refusal(call: Any) -> int:
    """Return the code with which Discord refuses a call."""
    with pytest.raises(discord.HTTPException) as refused:
        await call
    return refused.value.code


async def test_archived_and_locked_threads(server: DiscordServer, quiz: ChannelHandle):
    """A message wakes an archived thread, an edit or a sign does not; in a locked one only moderators write and edit."""
    maya, put = member(server), server.backend.edit_channel
    async with online(server) as bot:
        question = await (await text_channel(bot, quiz)).send("Why?")
        thread = await question.create_thread(name="Why?")
        assert await refusal(question.create_thread(name="Why?")) == 160004
        reply = await thread.send("Because.")
        put(thread.id, {}, thread_metadata={"archived": True})
        assert await refusal(reply.edit(content="Therefore.")) == 50083
        assert await refusal(reply.add_reaction("👀")) == 50083
        await thread.send("It was revealed.")
        assert not (await bot.fetch_channel(thread.id)).archived  # type: ignore[union-attr]
        put(thread.id, {}, thread_metadata={"locked": True})
        assert await refusal(reply.edit(content="Therefore.")) == 160005
        await reply.add_reaction("👀")
        with pytest.raises(BackendError, match="Thread is locked"):
            await maya.send(quiz.threads[0], "Too late?")
        put(thread.id, {}, thread_metadata={"archived": True})
        with pytest.raises(BackendError, match="Thread is archived"):
            await maya.send(quiz.threads[0], "Too late?")


async def test_a_thread_falls_asleep(server: DiscordServer, quiz: ChannelHandle):
    """A thread in which nobody writes is archived after the time that it was opened with, and the bot is told."""
    async with online(server) as bot:
        question = await (await text_channel(bot, quiz)).send("Why?")
        thread = await question.create_thread(name="Why?", auto_archive_duration=60)
        server.backend.advance_clock(1800)
        await thread.send("Because.")
        server.backend.advance_clock(3599)
        server.backend.archive_idle()
        assert not thread.archived
        server.backend.advance_clock(1)
        server.backend.archive_idle()
        assert (await bot.fetch_channel(thread.id)).archived  # type: ignore[union-attr]


async def test_there_are_only_so_many_threads(server: DiscordServer, quiz: ChannelHandle):
    """A server with as many active threads as Discord allows gets no more, and a thread has no threads of its own."""
    async with online(server) as bot:
        place = await text_channel(bot, quiz)
        thread = await (await place.send("Why?")).create_thread(name="Why?")
        server.backend.most_threads = 1
        assert await refusal((await place.send("How?")).create_thread(name="How?")) == 160006
        server.backend.most_threads = None
        said = await thread.send("Who?")
        within = bot.http.start_thread_with_message(thread.id, said.id, name="Who?", auto_archive_duration=60)
        assert await refusal(within) == 50024


async def test_a_private_thread(server: DiscordServer, quiz: ChannelHandle):
    """The bot is told nothing of a private thread and may not write there, until somebody mentions it in it; nor once it was taken out."""
    maya, mine = member(server), server.backend.bot_user.id
    made = server.backend.create_thread(quiz.id, "Ours", maya.id, type=ChannelType.PRIVATE_THREAD, broadcast=False)
    place = server.channel(made.id)
    async with online(server) as bot:
        await maya.send(place, "psst")
        assert await refusal(bot.get_partial_messageable(made.id).send("Here I am")) == 50001
        await maya.send(place, f"<@{mine}> come in")
        await server.wait_for(lambda: bot.heard)
        assert bot.heard == [f"<@{mine}> come in"]
        await bot.get_partial_messageable(made.id).send("Here I am")
        server.backend.remove_thread_member(made.id, mine)
        assert await refusal(bot.get_partial_messageable(made.id).send("Here I am")) == 50001
