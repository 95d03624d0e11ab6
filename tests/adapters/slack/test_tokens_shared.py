"""Several processes serve the same workspaces: tokens that two renew at once, those that one has in hand while another gets new ones, and posts of one that slept."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.oauth import Grant, Workspaces
from adapters.slack.platform import SlackPlatform
from bot.cards import Card
from bot.errors import AlreadyRunning, ChannelGone
from bot.store.inbox import StoredInbox
from bot.store.notebook import StoredNotebook
from bot.store.turn import LOST
from tests.doubles.slack.access import install
from tests.doubles.slack.browser import Browser
from tests.doubles.slack.hall import KEY, SlackHall, slack_hall

RENEWAL = "oauth.v2.access"


class Late(StoredNotebook):
    """A notebook out of which a process reads for the second time, and is kept from going on."""

    reads = 0

    async def get(self, key: str) -> str | None:
        found = await super().get(key)
        self.reads += 1
        if self.reads == 2:
            self.read.set()
            await self.on.wait()
        return found

    def waits(self) -> "Late":
        self.read, self.on = asyncio.Event(), asyncio.Event()
        return self


@pytest.fixture
async def several(tmp_path: Path) -> AsyncIterator[SlackHall]:
    """Give one of two processes that workspaces install for themselves."""
    async with slack_hall(tmp_path, way="oauth") as running:
        running.db.holder = "one"  # as on a server, where others may be
        await Browser(running.address).install(running.ada)
        yield running


def other(hall: SlackHall, notebook: StoredNotebook | None = None) -> Workspaces:
    """Return another process's tokens."""
    notebook = notebook or StoredNotebook(hall.db)
    return Workspaces(hall.slack.api, hall.access.client, (KEY,), notebook=notebook, clock=hall.clock)


def own(hall: SlackHall) -> Workspaces:
    assert hall.platform.workspaces is not None
    return hall.platform.workspaces


@pytest.mark.parametrize("sooner", ["the token", "the refusal"])
async def test_of_two_that_renew_at_once_the_token_stays(several: SlackHall, sooner: str):
    """Slack gives one of them a new token and refuses the other, which does not take the new one's place, whichever writes first."""
    there, notebook = several.slack.team.id, Late(several.db).waits()
    several.slack.later(hours=11)
    answer = several.slack.faults.hold(RENEWAL, accepted=True)
    wins = asyncio.create_task(own(several).of(there))
    await answer.arrived()
    loses = asyncio.create_task(other(several, notebook).of(there))
    await notebook.read.wait()  # that nobody has a new one yet
    if sooner == "the refusal":
        notebook.on.set()
        await loses
    answer.release()
    new = await wins
    notebook.on.set()
    await loses
    several.slack.later(hours=3)
    assert [await one.of(there) for one in (own(several), other(several))] == [new, new]


async def test_who_is_refused_takes_the_token_that_is_there_by_then(several: SlackHall):
    """A renewal that comes after another process's gets on with what that one got."""
    there = several.slack.team.id
    several.slack.later(hours=11)
    refusal = several.slack.faults.hold(RENEWAL)
    loses = asyncio.create_task(other(several).of(there))
    await refusal.arrived()
    new = await own(several).of(there)
    refusal.release()
    assert await loses == new


async def test_who_takes_the_bot_out_is_not_served_by_a_renewal(several: SlackHall):
    """A token that comes after its workspace was forgotten is not kept."""
    there = several.slack.team.id
    several.slack.later(hours=11)
    answer = several.slack.faults.hold(RENEWAL, accepted=True)
    renews = asyncio.create_task(own(several).of(there))
    await answer.arrived()
    assert await other(several).forget(there)
    answer.release()
    with pytest.raises(ChannelGone, match="not installed"):
        await renews
    with pytest.raises(ChannelGone, match="not installed"):
        await other(several).of(there)


async def test_a_token_that_another_has_replaced_takes_nobody_out(several: SlackHall):
    """A call that was begun with the token of an earlier installation is made again with the new one, which stays."""
    there = several.slack.team
    call = several.slack.faults.hold("auth.test")
    asks = asyncio.create_task(several.platform.web.lets_me_in(there.id))
    await call.arrived()
    for token in there.world.tokens.values():
        token.broken = token.broken or "token_revoked"
    new = install(there).text
    await other(several).keep(there.id, Grant(token=new))
    call.release()
    assert await asks
    assert await other(several).of(there.id) == new
    assert several.platform.web.refused == set()


class GivenUp(StoredNotebook):
    """The notebook of a process that slept for so long that it was given up."""

    async def hold(self) -> None:
        raise AlreadyRunning(LOST)


async def test_who_slept_while_a_post_waited_for_its_turn_posts_nothing(several: SlackHall):
    """Posts wait for each other before Slack is called; who was given up meanwhile leaves them to whoever took over."""
    inbox = StoredInbox(several.db, several.clock)
    slept = SlackPlatform(several.access, notebook=GivenUp(several.db), inbox=inbox, clock=several.clock)
    with pytest.raises(AlreadyRunning, match="given up"):
        await slept.post(several.ref(several.quiz), Card(title="Hello"), tag="question:1")
    await slept.web.close()
    assert several.quiz.by_bot() == []


async def test_with_another_token_the_bot_may_be_another_user(several: SlackHall):
    """Who was installed anew at another process asks again who it is, as soon as it has called with the new token."""
    there, web = several.slack.team, several.platform.web
    really = await web.me(there.id)
    web._me[there.id] = "U0BEFORE"
    assert await web.me(there.id) == "U0BEFORE"
    await other(several).keep(there.id, Grant(token=install(there).text))
    await web.direct_channel(there.id, several.maya.id)
    assert await web.me(there.id) == really
