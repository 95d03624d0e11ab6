"""The whole bot as a process on the loopback Discord: connections that break, posts that fail, and a process that dies."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final

import discord as library
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from adapters.discord.places import NEEDED
from tests.doubles.discord.process import Study, card, cards, grades, signs, study
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import FULL, HALF
from tests.doubles.loopback import NotAcknowledged
from tests.doubles.process import EXIT_WITHIN, Bot, answers, bot, doctor, write_bank

COMMANDS: Final = "PUT /applications/*/commands"
FOLLOWUP: Final = "POST /webhooks/*"
EVENING: Final = "2035-11-18T18:00:00+01:00"  # a Sunday; not in the past, where discord.py takes interactions for dead
MONDAY: Final = "2035-11-19T09:00:01+01:00"
TUESDAY: Final = "2035-11-20T09:00:01+01:00"
PLAN: Final = {"at": "09:00", "zone": "Europe/Berlin", "days": "mon-fri"}


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    """Give a Discord on the loopback."""
    async with DiscordServer() as running:
        yield running


@pytest.fixture
def at(discord: DiscordServer, tmp_path: Path) -> Study:
    """Give a server on it, and write the bank that the bot reads."""
    write_bank(tmp_path)
    return study(discord)


def posts(discord: DiscordServer, place: Any) -> list[Any]:
    """Return the requests that post in a place."""
    return discord.requests(f"POST /channels/{place.id}/messages")


def thread_number(place: Any, number: int) -> bool:
    """Whether a place has so many threads."""
    return len(place.threads) == number


def use_up_starts(folder: Path) -> None:
    """Let a stopped bot have started more often than Discord allows."""
    with closing(sqlite3.connect(folder / "data" / "studyhall.db")) as db, db:
        db.execute("UPDATE kept SET value = '2099-01-01T00:00:00+00:00' WHERE key = 'discord:starts_used_until:0'")


async def ask_for_ever(at: Study) -> None:
    """Let a member ask again and again."""
    while True:
        await at.bo.slash(at.quiz, "help")


async def test_a_broken_connection_loses_and_doubles_nothing(discord: DiscordServer, at: Study, tmp_path: Path):
    """Cut, closed with 4000, told to reconnect or invalidated: what is said meanwhile is graded once; the commands are published once."""
    gateway = discord.gateway
    async with bot(discord, tmp_path) as first:
        await gateway.connected()
        await at.ask(first, at.quiz)
        thread = at.quiz.threads[-1]
        levers: tuple[Callable[[], None], ...] = (gateway.drop, partial(gateway.close, 4000), gateway.reconnect)
        for number, lever in enumerate(levers, start=1):
            lever()
            said = await at.maya.send(thread, f"{HALF} Said during break {number}.")
            gateway.redeliver("MESSAGE_CREATE", times=2)
            await gateway.resumed(number)
            await first.until(partial(signs, said, thread))
        gateway.invalidate()
        lost = await at.bo.send(thread, f"{HALF} Said to nobody.")
        await gateway.identified(2)
        await first.until(lambda: signs(lost, thread))
        assert await first.stop() == 0
    assert len(answers(tmp_path)) == 4
    assert len(grades(thread)) == 1
    assert [len(said.reactions) for said in thread.history() if not said.author.bot] == [1, 1, 1, 1]
    async with bot(discord, tmp_path) as second:
        await gateway.identified(3)
        assert (await at.maya.slash(at.quiz, "help")).response
        assert await second.stop() == 0
    assert len(discord.requests(COMMANDS)) == 1


async def reply_before_it_is_known(discord: DiscordServer, at: Study, process: Bot) -> None:
    """Where there are no threads, let a member reply to a card of which the bot has not heard that it stands there."""
    place = at.channel("threadless")
    deny = library.Permissions(create_public_threads=True).value
    discord.backend.set_overwrite(place.id, Overwrite(at.guild.default_role.id, OverwriteType.ROLE, deny=deny))
    held = discord.faults.hold(f"POST /channels/{place.id}/messages", accepted=True)
    asking = asyncio.create_task(at.maya.slash(place, "quiz"))
    await held.arrived()
    said = await at.bo.send(place, HALF, reply_to=card(place))
    held.release()
    await asking
    await process.until(lambda: signs(said, place))


async def test_a_post_that_fails_is_posted_once(discord: DiscordServer, at: Study, tmp_path: Path):
    """Told to wait, answered with 502 or cut off, before or after the post was accepted: one message with one thread.

    A reply to a card that is not known to stand there yet waits until it is.
    """
    places = {name: at.channel(name) for name in ("limited", "broken", "answerless", "cut", "cut-after")}
    routes = {name: f"POST /channels/{place.id}/messages" for name, place in places.items()}
    async with bot(discord, tmp_path) as process:
        await process.ready()
        discord.faults.limit(routes["limited"], retry_after=1.2)
        discord.faults.fail(routes["broken"], status=502)
        discord.faults.fail(routes["answerless"], status=502, accepted=True)
        discord.faults.drop(routes["cut"])
        discord.faults.drop(routes["cut-after"], accepted=True)
        await asyncio.gather(*(at.ask(process, place) for place in places.values()))
        await reply_before_it_is_known(discord, at, process)
        assert await process.stop() == 0
    assert answers(tmp_path) == [HALF]
    assert [len(cards(place)) for place in places.values()] == [1] * 5
    assert [len(place.threads) for place in places.values()] == [1] * 5
    refused, again = posts(discord, places["limited"])
    assert again.at - refused.at >= 1.2
    assert {call.status for call in posts(discord, places["cut-after"])} <= {0, 200, 500}


async def test_a_bot_that_was_killed_goes_on_where_it_was(discord: DiscordServer, at: Study, tmp_path: Path):
    """Killed before a post, after it, after its thread, in the middle of a reveal: once restarted, each stands there once.

    An answer that was saved, and whose author was not told yet, is told.
    """
    names = ("before", "after", "thread", "reveal", "edit", "answered")
    before, after, thread, reveal, edit, answered = (at.channel(name) for name in names)
    async with bot(discord, tmp_path) as first:
        await discord.gateway.connected()
        to_reveal, to_close, to_answer = [await at.ask(first, place) for place in (reveal, edit, answered)]
        holds = [
            discord.faults.hold(f"POST /channels/{before.id}/messages"),
            discord.faults.hold(f"POST /channels/{after.id}/messages", accepted=True),
            discord.faults.hold(f"POST /channels/{thread.id}/messages/*/threads", accepted=True),
            discord.faults.hold(f"POST /channels/{reveal.threads[0].id}/messages", accepted=True),
            discord.faults.hold(f"PATCH /channels/{edit.id}/messages/*"),
            discord.faults.hold(f"PUT /channels/{answered.threads[0].id}/messages/*"),
        ]
        untold = await at.bo.send(answered.threads[0], HALF)
        doing = [asyncio.create_task(at.maya.slash(place, "quiz")) for place in (before, after, thread)]
        doing += [asyncio.create_task(at.reveal(at.maya, one)) for one in (to_reveal, to_close)]
        await asyncio.gather(*(held.arrived() for held in holds))
        await first.kill()
    for task in doing:
        task.cancel()
    await asyncio.gather(*doing, return_exceptions=True)
    said = await at.bo.send(answered.threads[0], FULL)
    async with bot(discord, tmp_path) as second:
        await discord.gateway.identified(2)
        assert (await at.grade(at.maya, to_answer, HALF)).startswith("Partly there")
        await second.until(lambda: all(signs(one, answered.threads[0]) for one in (untold, said)))
        await second.until(lambda: all(place.threads for place in (before, after, thread)))
        await second.until(
            lambda: all("Closed" in (card(place).embeds[0].description or "") for place in (reveal, edit))
        )
        assert await second.stop() == 0
    assert [len(cards(place)) for place in (before, after, thread, reveal, edit)] == [1] * 5
    assert [len(place.threads) for place in (before, after, thread, reveal, edit)] == [1] * 5
    shown = [[one.embeds[0].title for one in cards(place.threads[0])] for place in (reveal, edit)]
    assert [[title.partition(" · ")[0] for title in titles] for titles in shown] == [["The answer"], ["The answer"]]
    assert len(grades(answered.threads[0])) == 1
    assert [len(one.reactions) for one in answered.threads[0].history() if not one.author.bot] == [1, 1]
    assert sorted(answers(tmp_path)) == sorted([FULL, HALF, HALF])


async def test_a_form_survives_a_bot_that_was_killed(discord: DiscordServer, at: Study, tmp_path: Path):
    """Killed when Discord has taken a form from a member and nothing of it is saved: once restarted it is, and told in a direct message."""
    async with bot(discord, tmp_path) as first:
        await discord.gateway.connected()
        asked = await at.ask(first, at.quiz)
        opened = await at.maya.click(asked, label="Answer")
        held = discord.faults.hold("POST /interactions/*/*/callback", accepted=True)
        sending = asyncio.create_task(at.maya.submit_modal(opened, {"text": FULL}))
        await held.arrived()
        await sending
        assert answers(tmp_path) == []
        await first.kill()
    async with bot(discord, tmp_path) as second:
        await second.until(lambda: cards(at.maya.user.dm_channel))
        assert await second.stop() == 0
    assert answers(tmp_path) == [FULL]
    (told,) = cards(at.maya.user.dm_channel)
    assert told.embeds[0].title == "Correct: 100 of 100"
    async with bot(discord, tmp_path) as third:
        await third.ready()
        assert await third.stop() == 0
    assert (answers(tmp_path), len(cards(at.maya.user.dm_channel))) == ([FULL], 1)


async def test_a_refused_token_ends_the_bot_with_a_sentence(discord: DiscordServer, at: Study, tmp_path: Path):
    """A token that Discord refuses: exit status 78 and what to do, no traceback, and the token nowhere."""
    async with bot(discord, tmp_path, DISCORD_TOKEN="OTk5.another.secret-token") as process:
        assert await process.ended() == 78
    said = [line for line in process.log.splitlines() if not line.startswith("{")]
    what, todo = said
    assert what == "The settings cannot be used:"
    assert todo.startswith("  STUDYHALL_DISCORD_TOKEN: Discord refuses it. Reset it in the developer portal under Bot")
    assert "Traceback" not in process.log
    assert "another.secret" not in process.log


async def test_without_message_content_forms_and_mentions_work(discord: DiscordServer, at: Study, tmp_path: Path):
    """With the intent off the bot starts without it and says so once; told to end while it grades, it takes nothing new and finishes."""
    discord.gateway.approved.message_content = False
    async with bot(discord, tmp_path) as process:
        await process.ready()
        assert len(process.events("no_message_content")) == 1
        asked = await at.ask(process, at.quiz)
        thread = at.quiz.threads[-1]
        unheard = await at.bo.send(thread, FULL)
        heard = await at.bo.send(thread, f"<@{discord.backend.bot_user.id}> {FULL}")
        await process.until(lambda: signs(heard, thread))
        held = discord.faults.hold(FOLLOWUP)
        grading = asyncio.create_task(at.grade(at.maya, asked, FULL))
        await held.arrived()
        process.terminate()
        discord.acknowledge_within = 0.5
        with pytest.raises(NotAcknowledged):
            await ask_for_ever(at)
        held.release()
        assert "100 of 100" in await grading
        assert await process.ended(within=EXIT_WITHIN) == 0
    assert signs(unheard, thread) == []
    assert answers(tmp_path) == [FULL, FULL]


async def test_a_start_too_many_waits(discord: DiscordServer, at: Study, tmp_path: Path):
    """Tidy restarts wait for nothing; a start too many is held back for less than two minutes, and log and doctor say so."""
    discord.gateway.approved.message_content = False  # so that each process starts a session twice
    for number in (2, 4, 6):
        async with bot(discord, tmp_path) as process:
            await discord.gateway.identified(number)
        assert process.events("too_many_starts") == []
    use_up_starts(tmp_path)
    async with bot(discord, tmp_path) as last:
        await last.logged("too_many_starts")
        assert "BAD  discord: too many starts: the next waits until" in (await doctor(discord, tmp_path))[1]
        assert await last.stop() == 0
    (waiting,) = last.events("too_many_starts")
    assert 60 < waiting["waiting_seconds"] <= 100
    assert len(discord.gateway.identifies) == 6


async def test_a_forbidden_channel_is_told_once(discord: DiscordServer, at: Study, tmp_path: Path):
    """Where the bot may not post, an organiser is told once what it lacks and the schedule rests; other channels go on."""
    other = at.channel("other")
    async with bot(discord, tmp_path, START_AT=EVENING) as process:
        await discord.gateway.connected()
        for place in (at.quiz, other):
            await at.ada.slash(place, "schedule set", **PLAN)
        assert await process.stop() == 0
    denied = library.Permissions(send_messages=True, embed_links=True).value
    role = at.guild.roles["TestBot"]
    discord.backend.set_overwrite(
        at.quiz.id, Overwrite(target_id=role.id, type=OverwriteType.ROLE, allow=0, deny=denied)
    )
    for days, start in enumerate((MONDAY, TUESDAY), start=1):
        async with bot(discord, tmp_path, START_AT=start) as process:
            await process.until(partial(thread_number, other, days))
            listed = (await at.ada.slash(at.quiz, "schedule list")).response.embeds[0].description
            assert "quiz: mon-fri at 09:00, Europe/Berlin (paused: it is stuck)" in listed
            assert await process.stop() == 0
    (told,) = cards(at.ada.user.dm_channel)
    assert told.embeds[0].title == "The daily question of #quiz is stuck"
    assert "I lack Send Messages, Embed Links" in told.embeds[0].description
    assert "Grant it to my role under Edit Channel, Permissions." in told.embeds[0].description
    assert len(posts(discord, at.quiz)) == 1
    assert cards(at.quiz) == []


async def test_the_doctor_sees_what_is_wrong(discord: DiscordServer, at: Study, tmp_path: Path, one_topic: Path):
    """The doctor names the bot, prints the invite link, and says of each thing that is wrong how to mend it; never the token."""
    token = discord.token
    fine = await doctor(discord, tmp_path, CONTENT_DIR=str(one_topic))
    assert fine[0] == 0, fine[1]
    assert "ok   Discord: the token is TestBot" in fine[1]
    assert "ok   Discord: is in Study group" in fine[1]
    assert f"&scope=bot+applications.commands&permissions={NEEDED.value}\n" in fine[1]
    discord.gateway.approved.message_content = False
    role = at.guild.roles["TestBot"]
    without = NEEDED.value & ~library.Permissions(embed_links=True, add_reactions=True).value
    discord.backend.edit_role(at.guild.id, role.id, {"permissions": without})
    discord.backend.edit_role(at.guild.id, at.guild.id, {"permissions": 0})
    lacking = await doctor(discord, tmp_path)
    assert lacking[0] == 1
    assert "BAD  Discord: Message Content Intent is off: switch it on in the developer portal under Bot" in lacking[1]
    assert "BAD  Discord: in Study group its role lacks Add Reactions, Embed Links: grant them under" in lacking[1]
    refused = await doctor(discord, tmp_path, DISCORD_TOKEN="OTk5.another.secret-token")
    assert refused[0] == 1
    assert "BAD  Discord: the token is refused; reset it in the developer portal under Bot" in refused[1]
    away = await doctor(discord, tmp_path, DISCORD_API="http://127.0.0.1:9/api/v10")
    assert away[0] == 1
    assert "BAD  Discord: cannot be reached" in away[1]
    assert "Traceback" not in f"{fine}{lacking}{refused}{away}"
    assert not any(secret in f"{fine}{lacking}{refused}{away}" for secret in (token, "another.secret"))
