"""Several processes on one PostgreSQL, each with a socket of its own: Slack sends each delivery over any of them, and some over two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from sqlalchemy import delete
from structlog.testing import capture_logs

from adapters.slack.commands import manifest
from adapters.slack.connection import Access
from bot.store import postgresql
from bot.store.database import Database
from bot.store.schema import attempt, hint, lease, occurrence, round_
from tests.doubles import postgresql as double
from tests.doubles.fakes import FULL, HALF, MONDAY, bank
from tests.doubles.postgresql import Server
from tests.doubles.slack.hall import SlackHall
from tests.doubles.slack.server import SlackServer

pytestmark = pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")
ECHO = 0.05


@pytest.fixture
async def two(server: Server) -> AsyncIterator[tuple[SlackHall, SlackHall]]:
    """Give two processes' bots in one workspace."""
    address = await server.fresh()
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SlackServer(start_at=MONDAY, manifest=manifest()))
        ada, maya, quiz = (
            slack.create_user("ada", admin=True),
            slack.create_user("maya"),
            slack.team.create_channel("quiz"),
        )
        access = Access(
            api=slack.api, bot_token=slack.token, app_token=slack.app_token, pause=0.0, again=(0.0, 0.0), later=(0.01,),
            echo=ECHO,
        )  # fmt: skip
        made = []
        for _ in range(2):
            db = await stack.enter_async_context(postgresql.opened(address, alone=False))
            one = SlackHall(slack, db, slack.clock, bank(), replace(access), quiz, ada, maya)
            one.put_together()
            stack.push_async_callback(one.stop)
            await one.start()
            made.append(one)
        yield made[0], made[1]
    server.takes_back(address)


async def quiet(two: tuple[SlackHall, SlackHall]) -> None:
    """Wait until neither handles anything."""
    for hall in two:
        await hall.quiet()


async def test_what_comes_over_two_connections_counts_once(two: tuple[SlackHall, SlackHall]):
    """A command, a reply, a press and a form that Slack sends to both processes are carried out once; its news of the bot's own posts are none."""
    one, _ = two
    ada, maya, slack = one.ada, one.maya, one.slack
    await ada.slash(one.quiz, "mid")
    await one.until(one.quiz.by_bot)
    await quiet(two)
    (card,) = one.quiz.by_bot()
    said = maya.say(one.quiz, HALF, thread=card)
    await one.until(lambda: said.reactions)
    await maya.click(card, action_id="hint:1")
    await (await maya.click(card, "Answer")).modal()
    await maya.submit({"text": FULL})
    await quiet(two)
    before = len(maya.private)
    for delivery in [*slack.deliveries]:
        slack.outbox.again(delivery, times=2)
    await one.until(lambda: all(len(each.tries) >= 3 for each in slack.deliveries[:5]))
    await quiet(two)
    counted = [len(await one.rows(table)) for table in (round_, attempt, hint)]
    assert counted == [1, 2, 1]
    assert (len(one.quiz.by_bot()), len(maya.private)) == (1, before)
    assert {row.kind for row in await one.rows(occurrence)} == {"question", "reveal"}


async def test_another_may_hear_of_my_posts(two: tuple[SlackHall, SlackHall]):
    """Slack tells of a message over any connection: a process to which it does not tell of its own is not deaf while others run."""
    one, other = two
    began = asyncio.get_running_loop().time()
    with capture_logs() as logs:
        for hall in two:
            hall.connection._hearing._spoke_at = began - 2 * ECHO  # as if it had posted, and heard nothing since
        for hall in two:
            await one.until(lambda: hall.connection._hearing._spoke_at is None)  # noqa: B023  waited for at once
    assert one.slack.socket.opened == 2
    assert [row for row in logs if row["log_level"] == "warning"] == []
    await other.stop()
    await dies(other.db)
    one.connection._hearing._spoke_at = began
    await one.slack.socket.connected(3)


async def dies(db: Database) -> None:
    """Let nobody know of a process any more."""
    await db.write(lambda connection: connection.execute(delete(lease).where(lease.c.holder == db.holder)))
