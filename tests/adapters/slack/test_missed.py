"""What Slack did not deliver, delivered late or for another workspace: nothing is lost, and nobody waits for somebody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from adapters.slack.hearing import Hearing
from adapters.slack.past import ON_THE_WAY
from adapters.slack.requests import said_id
from adapters.slack.turns import HANDLED_AT_ONCE, Turns
from adapters.slack.web import FRESH, PAGE, Person
from bot.cards import Card
from bot.errors import ChannelGone, Unreachable
from bot.store.schema import attempt, inbox, schedule, team
from tests.doubles.fakes import FULL, HALF
from tests.doubles.loopback import PATIENCE
from tests.doubles.slack.browser import Browser
from tests.doubles.slack.hall import SlackHall, slack_hall


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    async with slack_hall(tmp_path) as running:
        yield running


@pytest.fixture
async def several(tmp_path: Path) -> AsyncIterator[SlackHall]:
    """Give a bot that one workspace has installed."""
    async with slack_hall(tmp_path, way="oauth") as running:
        await Browser(running.address).install(running.ada)
        yield running


async def test_a_workspace_with_a_new_token_is_here(hall: SlackHall):
    """The bot was taken out and installed again with a new token in its settings: nothing is deleted after thirty days."""
    await hall.ada.slash(hall.quiz, "schedule set 09:00 UTC mon")
    await hall.quiet()
    hall.slack.uninstall(hall.slack.team)
    await hall.until(lambda: [row for row in hall.slack.told("app_uninstalled") if row.acked])
    await hall.quiet()
    assert [row.state for row in await hall.rows(schedule)] == ["paused"]
    hall.access = replace(hall.access, bot_token=hall.slack.install(hall.slack.team).text)
    await hall.restart()
    await hall.later(days=31)
    assert len(await hall.rows(team)) == len(await hall.rows(schedule)) == 1


async def test_a_dead_workspace_keeps_no_other_waiting(several: SlackHall):
    """A workspace that took the bot out while it was down is found out at the start; what is due elsewhere goes on."""
    other = several.slack.create_team("Other")
    zoe = several.slack.create_user("zoe", team=other, admin=True)
    room = other.create_channel("room")
    await Browser(several.address).install(zoe)
    await zoe.slash(room, "schedule set 09:00 UTC daily")
    await zoe.slash(room, "mid")
    await several.until(room.by_bot)
    await several.asked()
    await several.stop()
    several.slack.uninstall(other)
    several.put_together()
    await several.start()
    await several.until(lambda: several.platform.ready(f"slack:{several.slack.team.id}"))
    assert not several.platform.ready(f"slack:{other.id}")
    async with asyncio.timeout(PATIENCE):
        while [row.left_at is None for row in await several.rows(team)] != [False, True]:
            await several.connection.past.look_again()
    assert [row.state for row in await several.rows(schedule)] == ["paused"]


async def test_a_workspace_that_does_not_answer_is_read_later(several: SlackHall):
    """Threads that could not be read at the start keep only their workspace waiting, until the next look."""
    card = await several.asked()
    await several.stop()
    unheard = several.maya.say(several.quiz, HALF, thread=card, deliver=False)
    several.slack.faults.fail("conversations.replies", status=500, times=3)
    several.put_together()
    several.running = None
    connection = several.platform.connect(several.app)
    there = f"slack:{several.slack.team.id}"
    connection.listening = True
    await connection.past.catch_up()
    assert not several.platform.ready(there)
    assert several.platform.ready("slack:elsewhere")
    several.slack.later(seconds=6)
    assert await connection.past.look_again()
    await several.quiet()
    assert several.platform.ready(there)
    assert list(unheard.reactions) == ["memo"]


async def test_a_page_that_fails_loses_no_page_before(hall: SlackHall):
    """What was read of a thread is handled although the rest of it could not be read; the rest is read later."""
    card = await hall.asked()
    for _ in range(PAGE):
        hall.ada.say(hall.quiz, "?", thread=card, deliver=False)
    last = hall.maya.say(hall.quiz, FULL, thread=card, deliver=False)
    first = hall.slack.faults.hold("conversations.replies")
    reading = asyncio.create_task(hall.connection.past.catch_up())
    await first.arrived()
    hall.slack.faults.fail("conversations.replies", status=500, times=3)
    first.release()
    await reading
    assert (last.reactions, hall.platform.ready(hall.ref(hall.quiz))) == ({}, False)
    await hall.connection.past.catch_up()
    await hall.quiet()
    assert list(last.reactions) == ["memo"]
    assert hall.platform.ready(hall.ref(hall.quiz))


async def test_an_answer_that_was_written_down_is_handled(hall: SlackHall):
    """What stands in the inbox and is not being handled, for whatever reason, is handled at the next look, once."""
    card = await hall.asked()
    said = hall.maya.say(hall.quiz, HALF, thread=card, deliver=False)
    event = said.payload() | {"type": "message", "channel": hall.quiz.id}
    body = {"type": "event_callback", "team_id": hall.slack.team.id, "event": event}
    await hall.platform.inbox.take(said_id(hall.quiz.id, said.ts), body)
    await hall.connection.past.look_again()
    assert await hall.rows(attempt) == []
    hall.slack.later(minutes=2)
    for _ in range(2):
        await hall.connection.past.look_again()
    await hall.quiet()
    assert len(await hall.rows(attempt)) == len(hall.maya.private) == 1


async def test_an_answer_given_before_the_reveal_is_in_time(tmp_path: Path):
    """While an acknowledged answer waits for Slack, nothing that is due is carried out in its workspace."""
    async with slack_hall(tmp_path) as hall:
        card = await hall.asked()
        there = hall.ref(hall.quiz)
        held = hall.slack.faults.hold("users.info")
        await hall.maya.say(hall.quiz, HALF, thread=card).heard()
        await hall.until(lambda: not hall.platform.ready(there))
        held.release()
        await hall.until(lambda: hall.maya.private)
        await hall.until(lambda: hall.platform.ready(there))


async def test_over_http_the_threads_are_read(tmp_path: Path):
    """What Slack could not deliver over HTTP is read from the threads while the bot runs, and whoever runs it is told."""
    with structlog.testing.capture_logs() as logs:
        async with slack_hall(tmp_path, way="http", quiet=0.1) as hall:
            card = await hall.asked()
            hall.maya.say(hall.quiz, FULL, thread=card, deliver=False)
            hall.clock.move_to(hall.clock.now() + ON_THE_WAY)
            await hall.until(lambda: hall.maya.private)
            await hall.until(lambda: [one for one in logs if one["event"] == "slack_does_not_deliver"])
            assert len(await hall.rows(attempt)) == 1
    (told,) = [one for one in logs if one["event"] == "slack_does_not_deliver"]
    assert told["reason"] == "an answer in a thread was not delivered"


async def test_a_late_notice_of_a_removal_is_out_of_date(several: SlackHall):
    """Installed again before Slack delivers that it was taken out, the bot keeps its new token and its schedules."""
    await several.ada.slash(several.quiz, "schedule set 09:00 UTC daily")
    await several.quiet()
    for number, kind in enumerate(("app_uninstalled", "tokens_revoked")):
        body = {"type": "event_callback", "team_id": several.slack.team.id, "event_id": f"Late{number}"}
        await several.send({**body, "event": {"type": kind, "tokens": {"bot": ["U1"]}}})
    await several.quiet()
    assert await several.platform.web.me(several.slack.team.id)
    assert [row.state for row in await several.rows(schedule)] == ["active"]


async def test_a_renewal_whose_answer_was_lost(several: SlackHall):
    """A refresh token is good once: when the answer never came, the old token is used, and at its end an admin is asked for."""
    tokens = several.platform.workspaces
    assert tokens is not None
    several.slack.faults.drop("oauth.v2.access", accepted=True)
    several.slack.later(hours=11)
    with structlog.testing.capture_logs() as logs:
        before = await tokens.of(several.slack.team.id)
        several.slack.later(minutes=2)
        assert [await tokens.of(several.slack.team.id) for _ in range(3)] == [before] * 3
    assert [one["reason"] for one in logs] == ["ServerDisconnectedError", "invalid_refresh_token"]
    several.slack.later(hours=2)
    with pytest.raises(ChannelGone, match="install the app again"):
        await tokens.of(several.slack.team.id)


async def test_a_member_of_another_workspace(hall: SlackHall):
    """In a channel that two workspaces share, a stranger's answers count in the one that has the bot, and they run nothing."""
    card = await hall.asked()
    zoe = hall.slack.create_user("zoe", admin=True)
    hall.quiz.members.add(zoe.id)
    said = hall.quiz.add(type(card)(hall.quiz, zoe, HALF, thread_ts=card.ts))
    event = said.payload() | {"type": "message", "channel": hall.quiz.id, "user_team": "T0ELSEWHERE"}
    mine = {"team_id": hall.slack.team.id, "is_enterprise_install": False}
    body = {"type": "event_callback", "team_id": "T0ELSEWHERE", "event_id": "EvShared", "authorizations": [mine]}
    await hall.send({**body, "event": event})
    await hall.quiet()
    assert len(await hall.rows(attempt)) == 1
    assert [row.ref for row in await hall.rows(team)] == [f"slack:{hall.slack.team.id}"]


def test_strangers_run_nothing():
    """An admin of another workspace is none here; one of the same organisation is."""
    from adapters.slack.web import _person  # noqa: PLC0415

    admin = {"name": "zoe", "is_admin": True}
    assert _person({**admin, "team_id": "T2"}, "T1") == Person(name="zoe", organiser=False)
    assert _person({**admin, "team_id": "T1"}, "T1").organiser
    assert _person({**admin, "team_id": "T2", "enterprise_user": {"id": "W1"}}, "T1").organiser


async def test_a_socket_is_replaced_before_it_ends(hall: SlackHall):
    """When Slack announces the end of a socket the next one is opened first, so that no click falls in between."""
    hall.slack.socket.warn()
    await hall.slack.socket.connected(2)
    assert hall.platform.ready(hall.ref(hall.quiz))
    await hall.slack.wait_for(lambda: "socket 1 ended" in hall.slack.transcript())
    lines = hall.slack.transcript()
    assert lines.index("socket 2 greeted") < lines.index("socket 1 ended")
    await hall.asked()


async def test_a_token_that_is_refused_meanwhile(hall: SlackHall):
    """It is said once, what is due waits, the health page knows; when the token works again, all goes on."""
    there = hall.ref(hall.quiz)
    hall.slack.break_token("invalid_auth")
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            with pytest.raises(Unreachable):
                await hall.platform.web.direct_channel(hall.slack.team.id, hall.maya.id)
    assert [one["log_level"] for one in logs] == ["error"]
    assert (hall.platform.ready(there), hall.platform.link().since) == (False, None)
    await hall.connection.past.look_again()
    assert not hall.platform.ready(there)
    hall.slack.tokens[hall.slack.token].broken = None
    await hall.connection.past.look_again()
    assert hall.platform.ready(there)


async def test_what_is_on_its_way_is_no_news(hall: SlackHall):
    """A reply that stands in its thread for less than five seconds may still be delivered; later it is read."""
    card = await hall.asked()
    past = hall.connection.past
    await past.look_again()
    hall.maya.say(hall.quiz, HALF, thread=card, deliver=False)
    assert not await past.look_again()
    hall.slack.later(seconds=6)
    assert await past.look_again()


async def test_names_that_were_known_are_enough(hall: SlackHall):
    """Where Slack does not answer, and where a form cannot wait, the names that were known last are taken."""
    web, there = hall.platform.web, hall.slack.team.id
    names = (await web.person(there, hall.maya.id), await web.channel_name(there, hall.quiz.id))
    web._people = {key: (when - 2 * FRESH, person) for key, (when, person) in web._people.items()}
    web._channels = {key: (when - 2 * FRESH, name) for key, (when, name) in web._channels.items()}
    calls = len(hall.slack.calls)
    in_a_hurry = (
        await web.person(there, hall.maya.id, fresh=False), await web.channel_name(there, hall.quiz.id, fresh=False),
    )  # fmt: skip
    assert (in_a_hurry, len(hall.slack.calls)) == (names, calls)
    for method in ("users.info", "conversations.info"):
        hall.slack.faults.fail(method, status=500, times=3)
    assert (await web.person(there, hall.maya.id), await web.channel_name(there, hall.quiz.id)) == names


async def test_an_answer_waits_for_slack_to_come_back(hall: SlackHall):
    """An acknowledged answer is handled however long Slack's own side does not answer, and its member is told once."""
    card = await hall.asked()
    hall.slack.faults.fail("users.info", status=500, times=30)
    await hall.maya.say(hall.quiz, HALF, thread=card).heard()
    await hall.until(lambda: hall.maya.private)
    await hall.quiet()
    assert len(await hall.rows(attempt)) == len(hall.maya.private) == 1


async def test_names_that_were_never_known(hall: SlackHall):
    """Where Slack does not answer, somebody new waits."""
    web, there = hall.platform.web, hall.slack.team.id
    hall.slack.faults.fail("users.info", status=500, times=3)
    with pytest.raises(Unreachable):
        await web.person(there, hall.maya.id)
    hall.slack.faults.fail("conversations.info", status=500, times=3)
    with pytest.raises(Unreachable):
        await web.channel_name(there, hall.quiz.id)


async def test_what_nobody_understands_stops_nothing(hall: SlackHall):
    """What was taken and the bot fails on is logged and dropped; it does not come back at each start."""
    body = {"type": "block_actions", "trigger_id": "1.1.odd", "user": "not as documented", "actions": []}
    await hall.connection.ears._inbox.take("slack:trigger:1.1.odd", body)
    await hall.later(minutes=2)
    with structlog.testing.capture_logs() as logs:
        await hall.connection.past.catch_up()
        await hall.quiet()
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["delivery_not_understood"]
    assert [row.done for row in await hall.rows(inbox)] == [True]


async def test_other_threads_are_nobodys_business(hall: SlackHall):
    """What is said in a thread that is no round's is not written down."""
    top = hall.ada.say(hall.quiz, "Lunch?")
    await hall.maya.say(hall.quiz, "At noon", thread=top).heard()
    assert await hall.rows(inbox) == []


async def test_a_handover_that_fails_keeps_the_old_socket(hall: SlackHall):
    """Where the next socket cannot be opened the one that is asked to end serves on, and opening is tried again."""
    hall.slack.faults.fail("apps.connections.open", status=500)
    hall.slack.socket.warn()
    await hall.slack.request("apps.connections.open", 2)
    await hall.maya.slash(hall.quiz, "help")
    assert hall.platform.ready(hall.ref(hall.quiz))
    await hall.slack.socket.connected(2)


async def test_an_echo_before_its_call_ends_is_heard():
    """Slack may tell of a message before it answers the call that posted it: nothing is missing then."""

    async def look_again() -> bool:
        return True

    async def work_off() -> None:
        """Leave nothing."""

    hearing = Hearing(look_again, work_off, echo=0.01, quiet=0.05)
    lost = asyncio.create_task(hearing.lost())
    began = asyncio.get_running_loop().time()
    await asyncio.sleep(0)
    hearing.heard()
    hearing.spoke(began)
    assert await lost == "an answer in a thread was not delivered"


async def test_no_workspace_waits_for_another():
    """However many deliveries of a workspace are being handled, those of another have their turn at once."""
    turns = Turns()
    async with AsyncExitStack() as busy, asyncio.timeout(PATIENCE):
        for _ in range(HANDLED_AT_ONCE):
            await busy.enter_async_context(turns.handling("T1"))
        waiting = asyncio.create_task(busy.enter_async_context(turns.handling("T1")))
        async with turns.handling("T2"):
            assert not waiting.done()
        waiting.cancel()


async def test_a_post_does_not_wait_for_long(hall: SlackHall):
    """Told to wait for longer than five seconds a post is left to the core, so that no other channel waits behind it."""
    hall.slack.faults.limit("chat.postMessage", retry_after=30)
    place, since = hall.ref(hall.quiz), asyncio.get_running_loop().time()
    for _ in range(2):
        with pytest.raises(Unreachable, match="asks me to wait"):
            await hall.platform.post(place, Card(title="A title"), tag="t:1")
    assert asyncio.get_running_loop().time() - since < 5
    assert len(hall.slack.requests("chat.postMessage")) == 1
