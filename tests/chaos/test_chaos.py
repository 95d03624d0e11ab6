"""Chaos in short: some weeks of real processes in which they are killed, stopped, cut off and given up at named points."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from random import Random

import pytest

from tests.chaos.blows import BLOWS, RUNNING
from tests.chaos.chaos import DISK, term
from tests.chaos.nursery import Nursery
from tests.chaos.points import POINTS, UPGRADES
from tests.chaos.runs import PLATFORMS, PROCESSES, TERM, Run, Tables, plan, terms
from tests.chaos.world import House
from tests.doubles import postgresql, small_disk
from tests.doubles.postgresql import Server

pytestmark = pytest.mark.process
NAMES = {point.name: point for point in (*POINTS, *UPGRADES)}


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    """Give the parent of all bots."""
    async with Nursery.open() as running:
        yield running


@pytest.fixture
def small_server() -> Iterator[Server]:
    """Give a server whose disk can be filled."""
    binaries = postgresql.programs()
    assert binaries
    with postgresql.running(binaries, size=DISK) as running:
        yield running


async def well(house: House, *runs: Run) -> None:
    """Play a week for each run in one world, and see that all is well at its end."""
    tables = Tables()
    assert await term([*runs], tables, house, seed=1, kept=None) == [], tables.text()
    assert tables.wrong == 0, tables.text()
    assert tables.runs == len(runs)


async def test_one_process_on_a_file(nursery: Nursery):
    """Killed when a question is posted and not noted, and with a full disk as last week is revealed: nothing is lost or doubled."""
    posted, due = NAMES["the question: posted, not noted"], NAMES["the reveal: not posted yet"]
    runs = Run("SQLite", "Slack", posted, "killed"), Run("SQLite", "Slack", due, "disk full")
    await well(House(nursery, None), *runs)


async def test_a_form_on_its_way(nursery: Nursery):
    """Killed as a member has a form open on one of two platforms, and stopped as an answer waits to be written: each is kept once, and told."""
    shown, waits = NAMES["a form: shown, not sent"], NAMES["an answer: waits to be written"]
    both = "Slack over HTTP and Discord"
    runs = Run("SQLite", both, shown, "killed", platform="Discord"), Run("SQLite", both, waits, "stopped")
    await well(House(nursery, None), *runs)


@pytest.mark.skipif(postgresql.programs() is None, reason="no PostgreSQL is installed")
async def test_three_processes_on_a_server(nursery: Nursery, server: Server):
    """One that stopped as it posted is given up while another is killed; connections that are cut lose nothing."""
    due, posted = NAMES["the question: not posted yet"], NAMES["the board: posted, not noted"]
    three = partial(Run, "PostgreSQL", "Slack over HTTP", processes=3)
    await well(House(nursery, server), three(due, "given up", beside="killed"), three(posted, "database cut"))


async def test_an_upgrade_of_a_file(nursery: Nursery):
    """Killed in the middle of the migrations, and with a full disk as they are made: each begins with the database as it was."""
    half, made = NAMES["an upgrade: half done"], NAMES["an upgrade: made, not committed"]
    await well(House(nursery, None), Run("SQLite", "Slack", half, "killed"), Run("SQLite", "Slack", made, "disk full"))


@pytest.mark.skipif(postgresql.programs() is None, reason="no PostgreSQL is installed")
async def test_an_upgrade_of_a_server(nursery: Nursery, server: Server):
    """One of two is killed as it migrates, and the connections are cut before that is committed: one of them does it again, and the other comes in."""
    half, made = NAMES["an upgrade: half done"], NAMES["an upgrade: made, not committed"]
    two = partial(Run, "PostgreSQL", "Slack", processes=2)
    await well(House(nursery, server), two(half, "killed"), two(made, "database cut"))


@pytest.mark.skipif(postgresql.programs() is None, reason="no PostgreSQL is installed")
@pytest.mark.skipif(not small_disk.possible(), reason=small_disk.LACKING)
async def test_a_server_whose_disk_is_full(nursery: Nursery, small_server: Server):
    """It takes no answer while there is no room, and ends where there is none for its log: members are told, and nothing is lost or doubled."""
    waits, due = NAMES["an answer: waits to be written"], NAMES["the question: not posted yet"]
    two = partial(Run, "PostgreSQL", "Slack", processes=2)
    await well(House(nursery, small_server), two(waits, "disk full"), two(due, "log full"))


def test_each_point_and_blow_has_its_turn():
    """There are twelve points and five of an upgrade, and what befalls a store befalls it at each."""
    assert len(NAMES) == 12 + 5
    assert len(POINTS) == 12
    assert {name: len(blows) for name, blows in BLOWS.items()} == {"SQLite": 9, "PostgreSQL": 13}


def test_what_a_machine_cannot_do_is_left_out():
    """Without what steps clocks, or a disk for a server that can be filled, the others have their turn."""
    runs = plan(Random(1), runs=300, only="", stores=["SQLite", "PostgreSQL"], steps=False, fills=False)
    seen = {(run.store, run.blow) for run in runs}
    assert {blow for store, blow in seen if "full" in blow or "stepped" in blow} == {"disk full"}
    assert ("PostgreSQL", "disk full") not in seen


def test_each_setting_has_its_turn():
    """One process on a file, two or three on a server, each with Slack over a socket and over HTTP, Discord, and both at once."""
    runs = plan(Random(1), runs=300, only="", stores=["SQLite", "PostgreSQL"])
    assert {run.world.rpartition(", ")[0] for run in runs} == {
        f"{way}, {one}" for way in PLATFORMS for one in PROCESSES
    }
    assert {run.processes for run in runs} == {1, 2, 3}
    assert {bool(run.beside) for run in runs if run.processes > 2} == {True, False}
    assert {run.blow for run in runs if run.upgrades}.isdisjoint(RUNNING)
    assert any(run.upgrades for run in runs)
    assert {len(one) for one in terms(runs)} <= set(range(1, TERM + 1))
