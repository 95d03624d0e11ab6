"""Where a question can be asked and answered on Discord: channels without threads, threads, forums, voice and stage channels."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord as library
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from adapters.discord import doctor
from adapters.discord.connection import Access
from bot.settings import Settings
from tests.doubles.discord.hall import DiscordHall, discord_hall, ids, private, words
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import FULL, HALF, WRONG

IN_THREAD = "Reply in the thread, or press Answer"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[DiscordHall]:
    """Give a Studyhall on Discord."""
    async with discord_hall(tmp_path) as running:
        yield running


def cards(place: Any) -> list[Any]:
    """Return the bot's cards in a place, the oldest first."""
    return [one for one in place.history() if one.author.bot and one.embeds]


def thread_by(hall: DiscordHall, member: Any, card: Any) -> Any:
    """Let a member open a thread on a card."""
    hall.env.backend.create_thread(card.channel.id, "Ours", member.id, message_id=card.id)
    return next(one for one in hall.channel.threads if one.id == card.id)


# ------------------------------------------------------------- where no thread may be opened


async def test_without_threads_the_card_says_what_works(hall: DiscordHall):
    """Where the bot may open no thread, the card does not speak of one, open or closed; a reply to the card is an attempt."""
    hall.take("create_public_threads")
    await hall.maya.slash(hall.channel, "quiz", level="mid")
    (card,) = cards(hall.channel)
    assert "Press Answer to answer in private, or reply to this message." in words(card)
    assert "thread" not in words(card)
    await hall.maya.send(hall.channel, HALF, reply_to=card)
    assert await hall.attempts() == [HALF]
    await hall.ada.slash(hall.channel, "reveal")
    assert "Closed: the answer stands below." in words(cards(hall.channel)[0])
    assert FULL in words(cards(hall.channel)[-1])


async def test_organisers_are_told_once_that_threads_are_refused(hall: DiscordHall):
    """Whoever set the schedule is told what is lacking and where to grant it, once however many questions follow."""
    await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC", days="daily")
    hall.take("create_public_threads")
    await hall.until(4, 12)
    assert len(cards(hall.channel)) >= 3
    (told,) = hall.ada.user.dm_channel.history()
    assert "I may open no threads in #general: I lack Create Public Threads." in words(told)
    assert "Grant it to my role under Edit Channel, Permissions." in words(told)


async def test_who_asked_is_told_that_threads_are_refused(hall: DiscordHall):
    """Where no schedule stands, whoever asked with /quiz is told, once."""
    hall.take("create_public_threads")
    for _ in range(2):
        await hall.maya.slash(hall.channel, "quiz", level="mid")
        await hall.later(seconds=2)
    (told,) = hall.maya.user.dm_channel.history()
    assert "I lack Create Public Threads" in words(told)


async def test_a_thread_that_a_member_opens_on_the_card_is_heard(hall: DiscordHall):
    """A thread that a member makes on a card is the question's: replies are attempts, also after an outage, and the answer comes there."""
    hall.take("create_public_threads")
    await hall.maya.slash(hall.channel, "quiz", level="mid")
    (card,) = cards(hall.channel)
    thread = thread_by(hall, hall.maya, card)
    await hall.maya.send(thread, HALF)
    assert "Reply in the thread" in words(cards(hall.channel)[0])
    await hall.away()
    await hall.ada.send(thread, WRONG)
    await hall.restart()
    assert await hall.attempts() == [HALF, WRONG]
    await hall.ada.slash(hall.channel, "reveal")
    assert FULL in words(thread.history()[-1])


async def test_without_the_words_of_messages_the_card_asks_to_be_mentioned(tmp_path: Path):
    """Where Discord withholds the words of messages, the card says that a reply in the thread has to mention the bot."""
    async with discord_hall(tmp_path, access=Access(token="token", content=False)) as hall:
        card, _ = await hall.asked()
        assert IN_THREAD not in words(card)
        assert "Press Answer to answer in private, or reply in the thread and mention me." in words(card)
        assert "replying in its thread and mentioning me" in private(await hall.maya.slash(hall.channel, "help"))


@pytest.mark.parametrize("kind", ["voice", "stage"])
async def test_voice_and_stage_channels(hall: DiscordHall, kind: str):
    """In the chat of a voice or stage channel a question is asked without a thread, and nobody is told that one lacks."""
    place = getattr(hall.guild, f"create_{kind}_channel")("lounge")
    await hall.maya.slash(place, "quiz", level="mid")
    (card,) = cards(place)
    assert "or reply to this message" in words(card)
    await hall.maya.send(place, HALF, reply_to=card)
    assert "Correct" in private(await hall.answered(hall.ada, card, FULL))
    assert await hall.attempts() == [HALF, FULL]
    await hall.ada.slash(place, "reveal")
    assert FULL in words(cards(place)[-1])
    await hall.later(seconds=2)
    assert hall.maya.user.dm_channel is None or hall.maya.user.dm_channel.history() == []


async def test_an_announcement_channel(hall: DiscordHall):
    """An announcement channel has threads as any other."""
    place = hall.guild.create_news_channel("news")
    await hall.maya.slash(place, "quiz", level="mid")
    assert IN_THREAD in words(cards(place)[0])
    await hall.ada.send(place.threads[0], HALF)
    assert await hall.attempts() == [HALF]


async def test_the_doctor_names_channels_without_threads():
    """The doctor names the channels in which answers cannot be given in a thread, and what to grant, and roles that cannot be mentioned."""
    async with DiscordServer() as discord:
        guild = discord.create_guild("Study group")
        closed, silent = guild.create_text_channel("closed"), guild.create_text_channel("silent")
        guild.create_text_channel("fine")
        for place, denied in ((closed, "create_public_threads"), (silent, "send_messages")):
            overwrite = Overwrite(
                guild.default_role.id, OverwriteType.ROLE, deny=library.Permissions(**{denied: True}).value
            )
            discord.backend.set_overwrite(place.id, overwrite)
        given: dict[str, Any] = {"discord_token": discord.token, "discord_api": discord.api}
        wanted = [guild.create_role("Study", mentionable=True).id, 7]
        roles = [f"discord:{guild.id}:role:{one}" for one in wanted]

        async def mentioned(_: Settings) -> list[str]:
            return roles

        said = [str(one) for one in await doctor.examine(Settings(**given), roles=mentioned)]
    (gone,) = (one for one in said if "role to mention" in one)
    assert gone.startswith("BAD") and "not there any more" in gone  # noqa: PT018  one sentence
    (named,) = (one for one in said if "#" in one)
    assert named.startswith("ok   Discord: in #closed of Study group I may open no threads, so answers there go by the")
    assert named.endswith("for threads grant my role Create Public Threads under Edit Channel, Permissions")


# ------------------------------------------------------------- a thread that is gone


async def test_a_deleted_thread_keeps_nothing_from_being_heard(hall: DiscordHall):
    """After a restart, the thread of an open round that was deleted meanwhile is passed over, and the bot is ready."""
    card, thread = await hall.asked()
    await hall.away()
    hall.env.backend.delete_channel(thread.id)
    await hall.maya.send(hall.channel, HALF, reply_to=card)
    await hall.restart()
    assert hall.platform.ready(hall.ref(hall.channel))
    assert await hall.attempts() == [HALF]
    assert ids(card)


# ------------------------------------------------------------- threads that are no question's


def members_thread(hall: DiscordHall, parent: Any, name: str = "Study here") -> Any:
    """Let Ada open a thread or a forum's post in a channel."""
    made = hall.env.backend.create_thread(parent.id, name, hall.ada.id)
    return next(one for one in parent.threads if one.id == made.id)


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_question_asked_in_a_thread_is_asked_there(hall: DiscordHall, kind: str):
    """In a member's thread, or a forum's post, a question stands where it was asked for; it is answered and revealed there."""
    parent = getattr(hall.guild, f"create_{kind}_channel")("parent")
    thread = members_thread(hall, parent)
    await hall.maya.slash(thread, "quiz", level="mid")
    (card,) = cards(thread)
    assert "or reply to this message" in words(card)
    assert cards(parent) == []
    await hall.ada.send(thread, WRONG)
    await hall.ada.send(thread, HALF, reply_to=card)
    assert "Correct" in private(await hall.answered(hall.maya, card, FULL))
    assert await hall.attempts() == [HALF, FULL]
    await hall.ada.slash(thread, "reveal")
    assert FULL in words(cards(thread)[-1])


async def test_a_question_asked_in_a_questions_thread_stands_in_the_channel(hall: DiscordHall):
    """What is said in a question's thread answers that one: another stands in the channel, and who asked is told so."""
    _, thread = await hall.asked()
    shown = private(await hall.maya.slash(thread, "quiz", level="mid"))
    assert "The question stands in #general, not in this thread." in shown
    assert len(cards(hall.channel)) == 2
    assert cards(thread) == []


async def test_a_schedule_in_a_thread_posts_there(hall: DiscordHall):
    """A schedule that is set in a member's thread is that thread's, and named after it."""
    thread = members_thread(hall, hall.channel)
    await hall.ada.slash(thread, "schedule set", at="09:00", zone="UTC", days="daily")
    await hall.until(1, 9)
    assert len(cards(thread)) == 1
    assert cards(hall.channel) == []
    assert "#Study here: daily at 09:00" in private(await hall.ada.slash(hall.channel, "schedule list"))


async def test_a_schedule_where_the_bot_cannot_write_is_refused(hall: DiscordHall):
    """Where the bot may not post, a schedule is neither set nor resumed: what is lacking is said at once, until it is mended."""
    plan = {"at": "09:00", "zone": "UTC", "days": "daily"}
    await hall.ada.slash(hall.channel, "schedule set", **plan)
    hall.take("send_messages")
    for command, given in (("schedule set", plan), ("schedule resume", {})):
        shown = private(await hall.ada.slash(hall.channel, command, **given))
        assert "I may not post in #general: I lack Send Messages, " in shown
        assert "Grant it to my role under Edit Channel, Permissions." in shown
        assert "is set" not in shown
    thread = members_thread(hall, hall.channel)
    assert "is set" in private(await hall.ada.slash(thread, "schedule set", **plan))
    hall.take("send_messages_in_threads")
    shown = private(await hall.ada.slash(thread, "schedule set", **plan))
    assert "I may not post in #Study here: I lack " in shown
    assert "Send Messages In Threads. Grant" in shown


async def test_a_place_that_is_not_known_is_tried(hall: DiscordHall):
    """Of a channel that the library has not heard of nothing is known to be in the way."""
    assert await hall.platform.hindrance(f"discord:{hall.guild.id}:1") == ""
