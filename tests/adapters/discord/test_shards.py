"""Several processes share out Discord's shards: each is heard by one of them, and whoever dies is taken over from."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise
from typing import Any

import discord as library
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from structlog.testing import capture_logs

from adapters.discord import connection, shards
from bot.cards import Card, Talk, Text
from bot.cli.supervision import Keeper
from bot.clock import MovableClock
from bot.errors import ChannelGone, SettingsError, StoreError, Unreachable
from bot.store.schema import attempt
from tests.doubles import postgresql as double
from tests.doubles.discord.process import card, cards, signs
from tests.doubles.discord.replicas import Process, Town, process, town
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import FULL, HALF, MONDAY
from tests.doubles.loopback import PATIENCE
from tests.doubles.postgresql import Server

pytestmark = pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")

PLAN: Any = {"at": "09:00", "zone": "UTC", "days": "mon-fri", "reveal": "17:00"}
CARD = Card(title="A card", blocks=(Text("Reply in the thread.", instead=((Talk.NONE, "Press the button."),)),))


@pytest.fixture
async def discord(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    """Give a Discord on the loopback that wants two shards; what is looked at each second is looked at more often."""
    monkeypatch.setattr(shards, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(shards, "AGAIN_SECONDS", (0.0,))
    async with DiscordServer() as running:
        running.gateway.shards = 2
        running.move_to(MONDAY)
        yield running


@pytest.fixture
async def address(server: Server) -> AsyncIterator[str]:
    """Give an empty database's address."""
    given = await server.fresh()
    yield given
    server.takes_back(given)


@pytest.fixture
def clock() -> MovableClock:
    made = MovableClock()
    made.move_to(MONDAY)
    return made


async def until(discord: DiscordServer, true: Any) -> None:
    """Wait until something is true that no request tells of."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.02)
            discord.happened()


async def moved(discord: DiscordServer, clock: MovableClock, *processes: Process, **by: float) -> None:
    """Let time pass, and what is due be done by whoever does it."""
    for step in (timedelta(**by), timedelta(seconds=40), timedelta(minutes=3)):
        clock.move_to(clock.now() + step)
        discord.move_to(clock.now())
        for one in processes:
            await one.jobs.tick()


async def test_each_shard_is_with_one_process_and_taken_over(discord: DiscordServer, address: str, clock: MovableClock):
    """Two processes have a shard each, and each asks, hears and reveals there; when one is given up the other does both, and nothing is lost or doubled."""
    towns = [town(discord, 0), town(discord, 1)]
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0, 1])
        await one.jobs.tick()
        async with process(address, discord, clock) as other:
            await until(discord, lambda: (one.shards, other.shards) == ([0], [1]))
            await other.jobs.tick()
            assert all(each.platform.link().since for each in (one, other))
            await live(discord, clock, towns, one, other)
            await one.dies()
            await one.ended()
            said = [await each.maya.send(each.quiz.threads[-1], f"{FULL} Said to nobody.") for each in towns]
            await until(discord, lambda: other.shards == [0, 1])
            for each, words in zip(towns, said, strict=True):
                await until(discord, lambda: signs(words, each.quiz.threads[-1]))  # noqa: B023  waited for at once
            await moved(discord, clock, other, hours=8)
            assert len(await rows(other)) == 4
            assert not other.running.done()
    assert discord.gateway.doubled == []
    begun = [shard for shard, _ in discord.gateway.begun]
    assert (sorted(begun[:2]), begun[2:]) == ([0, 1], [1, 0])  # those of one process in any order
    for each in towns:
        assert len(cards(each.quiz)) == len(each.quiz.threads) == 1
        assert "Closed" in str(card(each.quiz).embeds[0].to_dict())
        assert sum("The answer" in one.embeds[0].title for one in cards(each.quiz.threads[0])) == 1


async def live(discord: DiscordServer, clock: MovableClock, towns: list[Town], *processes: Process) -> None:
    """Let the organiser set a schedule in each town, the question come, and it be answered in its thread."""
    for each in towns:
        await each.ada.slash(each.quiz, "schedule set", **PLAN)
    await moved(discord, clock, *processes, hours=1)
    for each in towns:
        assert len(cards(each.quiz)) == 1
        said = await each.maya.send(each.quiz.threads[-1], HALF)
        await until(discord, lambda: signs(said, each.quiz.threads[-1]))  # noqa: B023  the same
    assert len(await rows(processes[0])) == 2


async def rows(one: Process) -> list[Any]:
    """Return the attempts."""

    def look(connection: Any) -> list[Any]:
        return list(connection.execute(attempt.select()))

    return await one.db.read(look)


async def test_who_ends_well_is_taken_over_from_at_once(discord: DiscordServer, address: str, clock: MovableClock):
    """A process that is stopped hangs up, and gives its shards back; the other has them without waiting for its end to be noticed."""
    async with process(address, discord, clock) as other:
        async with process(address, discord, clock) as one:
            await until(discord, lambda: sorted([*one.shards, *other.shards]) == [0, 1] and one.shards and other.shards)
        await until(discord, lambda: other.shards == [0, 1])
    assert discord.gateway.doubled == []
    assert discord.gateway.hearing == []


async def test_a_post_that_is_made_as_its_shard_is_given_up(discord: DiscordServer, address: str, clock: MovableClock):
    """What was begun is made to its end: no call hangs on the connection that is hung up."""
    here = town(discord, 1)
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0, 1])
        held = discord.faults.hold(f"POST /channels/{here.quiz.id}/messages")
        posting = asyncio.create_task(one.platform.post(here.ref, CARD, tag="a"))
        await held.arrived()
        async with process(address, discord, clock) as other:
            await until(discord, lambda: (one.shards, other.shards) == ([0], [1]))
            held.release()
            assert await posting == f"{here.ref}:{cards(here.quiz)[0].id}"


async def test_nothing_due_is_done_where_a_shard_is_being_given_up(
    discord: DiscordServer, address: str, clock: MovableClock
):
    """A process that finishes its answers before it hangs up hears no more there, and so reveals nothing: what is said then the next one reads."""
    here = town(discord, 1)
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0, 1])
        held = discord.faults.hold(f"POST /channels/{here.quiz.id}/messages")
        asking = asyncio.create_task(here.maya.slash(here.quiz, "quiz"))
        await held.arrived()
        assert one.platform.ready(here.ref)
        async with process(address, discord, clock) as other:
            await until(discord, lambda: not one.platform.ready(here.ref))
            assert discord.gateway.hearing == [(0, 2), (1, 2)]
            held.release()
            await asking
            await until(discord, lambda: other.platform.ready(here.ref))
    assert len(cards(here.quiz)) == 1


async def test_what_is_done_after_its_shard_was_given_up(
    discord: DiscordServer, address: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):  # fmt: skip
    """What takes longer than a shard is waited for is done all the same, and nothing is said over the connection that is closed by then."""
    monkeypatch.setattr(connection, "FINISH_SECONDS", 0.05)
    here = town(discord, 1)
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0, 1])
        held = discord.faults.hold(f"POST /channels/{here.quiz.id}/messages")
        asking = asyncio.create_task(here.maya.slash(here.quiz, "quiz"))
        await held.arrived()
        async with process(address, discord, clock) as other:
            await until(discord, lambda: (one.shards, other.shards) == ([0], [1]))
            held.release()
            await until(discord, lambda: cards(here.quiz))
            await until(discord, lambda: not one.platform.shards.main.ears.answering)
            asking.cancel()
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


async def test_a_login_that_fails_as_its_process_ends(
    discord: DiscordServer, address: str, clock: MovableClock, caplog: pytest.LogCaptureFixture
):
    """What becomes of a shard's connection once it is given up is nobody's news."""
    here, calls = town(discord, 1), discord.faults.hold("GET /users/@me")
    async with process(address, discord, clock) as one:
        await calls.arrived()
        login = discord.faults.hold("GET /users/@me")
        calls.release()
        await login.arrived()
        await until(discord, lambda: one.shards == [1])
        asked = discord.faults.hold(f"POST /channels/{here.quiz.id}/messages")
        asking = asyncio.create_task(here.maya.slash(here.quiz, "quiz"))
        await asked.arrived()
        one.running.cancel()
        discord.faults.fail("GET /users/@me", status=401)
        login.lose()  # a call that was cut is made once more
        await until(discord, lambda: len(connecting()) == 1)
        asked.release()
        await asyncio.wait([one.running])
        asking.cancel()
    gc.collect()
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


def connecting() -> list[asyncio.Task[Any]]:
    """Return what keeps the shards' connections, as long as they last."""
    return [task for task in asyncio.all_tasks() if task.get_name() == "discord-connection"]


async def test_starts_of_all_processes_are_apart(discord: DiscordServer, address: str, clock: MovableClock):
    """In each of the buckets that Discord allows sessions are begun with a pause between them, whoever begins them."""
    discord.gateway.shards, discord.gateway.at_once = 6, 2
    async with AsyncExitStack() as stack:
        three = [await stack.enter_async_context(process(address, discord, clock, pause=1.5)) for _ in range(3)]
        await until(discord, lambda: sorted(len(one.shards) for one in three) == [2, 2, 2])
    for bucket in range(2):
        begun = [at for shard, at in discord.gateway.begun if shard % 2 == bucket]
        assert (
            min(later - sooner for sooner, later in pairwise(begun)) > 0.3
        )  # from a turn to its start a busy machine takes a while
    assert sorted({shard for shard, _ in discord.gateway.begun}) == [*range(6)]
    assert discord.gateway.doubled == []


@pytest.fixture
async def pair(
    discord: DiscordServer, address: str, clock: MovableClock
) -> AsyncIterator[tuple[Town, Process, Process]]:
    """Give a town, the process that hears it, and one that hears nothing, for there is one shard."""
    discord.gateway.shards = 1
    made = town(discord, 0)
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0])
        async with process(address, discord, clock) as other:
            await until(discord, lambda: other.platform.link().since)
            yield made, one, other


async def test_who_hears_nothing_can_draw_and_tell(discord: DiscordServer, pair: tuple[Town, Process, Process]):
    """A process without a shard draws a card as whoever hears there would, and tells a member; it asks about the server once."""
    here, one, other = pair
    place = here.guild.create_text_channel("threadless")
    deny = library.Permissions(create_public_threads=True).value
    discord.backend.set_overwrite(place.id, Overwrite(here.guild.default_role.id, OverwriteType.ROLE, deny=deny))
    ref = await one.platform.post(f"discord:{here.guild.id}:{place.id}", CARD, tag="a")
    for times in range(2):
        await other.platform.edit(ref, Card(title=f"Drawn {times}", blocks=CARD.blocks))
    (shown,) = cards(place)
    assert (shown.embeds[0].title, shown.embeds[0].description) == ("Drawn 1", "Press the button.")
    assert len(discord.requests("GET /guilds/*/channels")) == 1
    member = f"discord:{here.guild.id}:member:{here.maya.id}"
    assert [each.platform.ready(here.ref) for each in (one, other)] == [True, False]
    assert [each.platform.reaches(member) for each in (one, other)] == [True, True]
    await other.platform.direct(member, CARD)
    assert len(discord.requests("POST /users/@me/channels")) == 1


async def test_who_hears_nothing_knows_what_is_lacking(discord: DiscordServer, pair: tuple[Town, Process, Process]):
    """What keeps posts from a place, or a role from being given, is known without hearing there."""
    here, _, other = pair
    deny = library.Permissions(send_messages=True).value
    discord.backend.set_overwrite(here.quiz.id, Overwrite(here.guild.default_role.id, OverwriteType.ROLE, deny=deny))
    role = here.guild.create_role("Study")
    assert "I lack Send Messages" in await other.platform.hindrance(here.ref)
    assert "I may not mention @Study" in await other.platform.hindrance(f"discord:{here.guild.id}:role:{role.id}")
    await other.platform.enlist(
        f"discord:{here.guild.id}:member:{here.maya.id}", f"discord:{here.guild.id}:role:{role.id}", joins=True
    )
    assert discord.backend.get_member(here.guild.id, here.maya.id).role_ids == [role.id]


async def test_who_begins_anew_asks_anew(discord: DiscordServer, pair: tuple[Town, Process, Process]):
    """What the connection before knew of a server, the next one asks for: else a role would be gone for ten minutes."""
    here, _, other = pair
    role = f"discord:{here.guild.id}:role:{here.guild.create_role('Study', mentionable=True).id}"
    first = await other.platform.hindrance(role)
    other.running.cancel()
    await asyncio.wait([other.running])
    other.running = asyncio.create_task(other.platform.run(other.app))
    await until(discord, lambda: other.platform.link().since)
    assert await other.platform.hindrance(role) == first
    assert "not there any more" not in first
    other.running.cancel()
    await asyncio.wait([other.running])


async def test_what_cannot_be_asked_is_said(discord: DiscordServer, pair: tuple[Town, Process, Process]):
    """Where Discord does not answer what a server is like, nothing is drawn now; where it took the bot out, never."""
    here, _, other = pair
    discord.faults.fail("GET /guilds/*", status=503)
    with pytest.raises(Unreachable):
        await other.platform.hindrance(here.ref)
    with pytest.raises(ChannelGone):
        await other.platform.hindrance("discord:1:2")


async def test_a_token_that_is_refused(discord: DiscordServer, address: str, clock: MovableClock):
    """A wrong token ends the bot with what to do."""
    async with process(address, discord, clock, token="wrong") as one:
        with pytest.raises(SettingsError, match="STUDYHALL_DISCORD_TOKEN: Discord refuses it"):
            await one.running


async def test_discord_that_is_away_at_the_start(discord: DiscordServer, address: str, clock: MovableClock):
    """Where nobody can log in at first it is tried again, and nothing is reached meanwhile."""
    discord.faults.fail("GET /gateway/bot", status=503)
    with capture_logs() as logs:
        async with process(address, discord, clock) as one:
            assert one.platform.link().since is None
            assert not one.platform.reaches("discord:1:member:2")
            await until(discord, lambda: one.shards == [0, 1])
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["discord_unreachable"]


async def test_an_intent_that_is_not_approved(discord: DiscordServer, address: str, clock: MovableClock):
    """Where Message Content is not switched on no session is begun with it, also by one that hears nothing yet."""
    discord.gateway.approved.message_content = False
    with capture_logs() as logs:
        async with process(address, discord, clock) as one:
            await until(discord, lambda: one.shards == [0, 1])
            assert not one.platform.shards.content
    asked = [library.Intents._from_value(each["intents"]).message_content for each in discord.gateway.identifies]
    assert asked == [False, False]
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["no_message_content"]


async def test_where_there_are_to_be_more_shards(discord: DiscordServer, address: str, clock: MovableClock):
    """Told that there are too few shards, a process begins anew with as many as Discord asks for then."""
    discord.gateway.shards = 1
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0])
        discord.gateway.shards = 2
        discord.gateway.close(4011)
        with pytest.raises(Unreachable, match="for more shards than there are"):
            await one.running
        keeper = Keeper(one.app, notebook=one.platform.notebook, clock=clock)
        kept = asyncio.create_task(keeper.keep(one.platform))
        await until(discord, lambda: one.shards == [0, 1])
        kept.cancel()
        await asyncio.wait([kept])
    assert sorted(each["shard"] for each in discord.gateway.identifies) == [[0, 1], [0, 2], [1, 2]]


async def test_a_database_that_is_away(
    discord: DiscordServer, address: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
):
    """Where nobody can be asked whose the shards are, everybody keeps their own."""
    async with process(address, discord, clock) as one:
        await until(discord, lambda: one.shards == [0, 1])
        looked: list[int] = []

        async def look(count: int, *, settles: float) -> None:
            looked.append(count)
            raise StoreError("The database server cannot be reached.")

        monkeypatch.setattr(one.platform.shards._sessions, "look", look)
        await until(discord, lambda: len(looked) > 2)
        assert one.shards == [0, 1]
        assert discord.gateway.hearing == [(0, 2), (1, 2)]
