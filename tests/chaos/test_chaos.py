"""Chaos in short: some weeks of real processes in which they are killed, stopped, cut off and given up at named points."""

from collections.abc import AsyncIterator

import pytest

from tests.chaos.blows import BLOWS
from tests.chaos.chaos import House, Run, Tables, term
from tests.chaos.nursery import Nursery
from tests.chaos.points import POINTS
from tests.doubles import postgresql
from tests.doubles.postgresql import Server

pytestmark = pytest.mark.process
NAMES = {point.name: point for point in POINTS}


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    """Give the parent of all bots."""
    async with Nursery.open() as running:
        yield running


async def well(store: str, platform: str, house: House, *befalls: tuple[str, str]) -> None:
    """Play a week for each point and blow, and see that all is well at its end."""
    runs = [Run(store, platform, NAMES[point], blow) for point, blow in befalls]
    tables = Tables()
    assert await term(runs, tables, house, seed=1, kept=None) == [], tables.text()
    assert tables.wrong == 0, tables.text()
    assert tables.runs == len(runs)


async def test_one_process_on_a_file(nursery: Nursery):
    """Killed when a question is posted and not noted, and with a full disk as last week is revealed: nothing is lost or doubled."""
    befalls = (("the question: posted, not noted", "killed"), ("the reveal: not posted yet", "disk full"))
    await well("SQLite", "Slack", House(nursery, None), *befalls)


async def test_a_form_on_its_way(nursery: Nursery):
    """Killed as a member has a form open, and stopped as an answer waits to be written: each answer is kept once, and told."""
    befalls = (("a form: shown, not sent", "killed"), ("an answer: waits to be written", "stopped"))
    await well("SQLite", "Discord", House(nursery, None), *befalls)


@pytest.mark.skipif(postgresql.programs() is None, reason="no PostgreSQL is installed")
async def test_two_processes_on_a_server(nursery: Nursery, server: Server):
    """One that stopped as it posted is given up, and posts nothing more when it goes on; connections that are cut lose nothing."""
    befalls = (("the question: not posted yet", "given up"), ("the board: posted, not noted", "database cut"))
    await well("PostgreSQL", "Slack", House(nursery, server), *befalls)


def test_each_point_and_blow_has_its_turn():
    """There are twelve points, and what befalls a store befalls it at each."""
    assert len(NAMES) == len(POINTS) == 12
    assert {name: len(blows) for name, blows in BLOWS.items()} == {"SQLite": 7, "PostgreSQL": 9}
