"""Two bots as processes of their own on one PostgreSQL, with the loopback Slack's requests going to either."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import pytest

from adapters.slack.commands import HTTP_PATH, manifest
from tests.doubles import postgresql as double
from tests.doubles.fakes import FULL, HALF, WRONG
from tests.doubles.loopback import free_port
from tests.doubles.postgresql import Server
from tests.doubles.process import Bot, bot, write_bank
from tests.doubles.slack.process import Study, start_at, study, told
from tests.doubles.slack.server import SlackServer

pytestmark = pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")

ADDRESS: Final = "https://quiz.example.org"
BEFORE: Final = "2035-11-19T08:59:00+01:00"
DUE: Final = "2035-11-19T09:00:01+01:00"
DAILY: Final = "schedule set 09:00 Europe/Berlin mon-fri"
GIVE_UP: Final = (
    "UPDATE lease SET ends_at = now() - interval '1 second' "
    "WHERE name LIKE 'process:%' AND holder IN (SELECT holder FROM lease WHERE name = 'jobs')"
)


class Balancer:
    """Sends what Slack posts to the processes by turns, or to those that are left."""

    def __init__(self, slack: SlackServer) -> None:
        self._slack = slack
        self.ports = [free_port(), free_port()]
        self._next = 0

    def turn(self, to: int | None = None) -> None:
        """Have the next requests go to a process, by default to the other one."""
        self._next = (self._next + 1) % len(self.ports) if to is None else to
        self._slack.http.url = f"http://127.0.0.1:{self.ports[self._next]}{HTTP_PATH}"


async def test_two_processes_answer_and_one_dies_as_it_posts(tmp_path: Path, server: Server):
    """Answers at either count once; the leader is killed while its post is on its way, and the other has the question once, and goes on."""
    write_bank(tmp_path)
    address = await server.fresh()
    async with SlackServer(manifest=manifest(ADDRESS, one_workspace=True)) as slack:
        at, balancer = study(slack), Balancer(slack)

        def replica(number: int, **more: str) -> AbstractAsyncContextManager[Bot]:
            own = {"SLACK_PORT": str(balancer.ports[number]), "DATA_DIR": str(tmp_path / f"data{number}")}
            return bot(slack, tmp_path, "http", DATABASE_URL=address, **own, **more)

        clock = start_at(slack, BEFORE)
        balancer.turn(to=0)
        async with replica(0, **clock) as one:
            await one.ready()
            async with replica(1, **clock) as other:
                await other.ready()
                await practise(at, balancer, one, other)
                await reply_at_once(at, balancer, one, other)
                await at.ada.slash(at.quiz, DAILY)
                await other.until(lambda: "🟢 The daily question is set" in told(at.ada))
                assert [await one.stop(), await other.stop()] == [0, 0]
        asked = len(at.quiz.by_bot())
        clock = start_at(slack, DUE)
        posting = slack.faults.hold(f"chat.postMessage {at.quiz.id}", accepted=True)
        async with replica(0, **clock) as one:
            await posting.arrived()
            async with replica(1, **clock) as other:
                await other.ready()
                await one.kill()
                posting.release()
                await server.run(GIVE_UP, on=address.partition("?")[0].rpartition("/")[2])
                balancer.turn(to=1)
                await other.until(lambda: len(at.quiz.by_bot()) > asked)
                card = await at.open(other, at.quiz)
                assert await at.grade(at.maya, card, FULL) == "🟢 Correct: 100 of 100"
                assert await other.stop() == 0
    assert len(at.quiz.by_bot()) == asked + 1
    assert "Traceback" not in one.log + other.log
    server.takes_back(address)


async def reply_at_once(at: Study, balancer: Balancer, one: Bot, other: Bot) -> None:
    """Let one process post a question, and a reply reach the other before the first has noted where the question stands."""
    here = at.channel("moment")
    posting = at.slack.faults.hold(f"chat.postMessage {here.id}", accepted=True)
    balancer.turn(to=0)
    await at.ada.slash(here, "senior sky")
    await posting.arrived()
    (card,) = here.by_bot()
    balancer.turn(to=1)
    said = at.maya.say(here, FULL, thread=card)
    await said.heard()
    posting.release()
    await other.until(lambda: said.reactions and told(at.maya)[-1] == "🟢 Correct: 100 of 100")


async def practise(at: Study, balancer: Balancer, one: Bot, other: Bot) -> None:
    """Let one process ask, and members answer at both by turns."""
    card = await at.ask(one, at.quiz, "principal sky")
    for member, process, text in ((at.maya, other, HALF), (at.bo, one, WRONG), (at.maya, other, FULL)):
        balancer.turn(to=1 if process is other else 0)
        said = member.say(at.quiz, text, thread=card)
        await said.heard()
        await process.until(lambda: said.reactions)  # noqa: B023  waited for at once
    await other.until(lambda: len(told(at.maya)) == 2)
    assert told(at.maya) == ["🟡 Partly there: 50 of 100", "🟢 Correct: 100 of 100"]
    balancer.turn(to=1)
    await at.reveal(at.ada, card)
    await other.until(lambda: "Closed" in card.words)
