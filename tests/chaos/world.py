"""A world of the chaos suite: its platforms with a schedule in a channel of each, its store, and its bots."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

from adapters.slack.commands import manifest
from tests.chaos.books import Base, Books, File
from tests.chaos.cast import Loopback, Replica
from tests.chaos.nursery import Nursery
from tests.chaos.runs import Run
from tests.chaos.stage import Stage, stage
from tests.chaos.week import Play, end_all
from tests.doubles.discord.server import DiscordServer
from tests.doubles.postgresql import Server
from tests.doubles.process import environment, write_bank
from tests.doubles.slack.server import SlackServer

ADDRESS: Final = "https://quiz.example.org"  # as the manifest has it; the server reaches the bots on the loopback
SUNDAY: Final = datetime(2035, 11, 18, 18, 0, tzinfo=UTC)  # not in the past, where discord.py takes clicks for dead
MONDAY: Final = datetime(2035, 11, 19, 9, 0, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class House:
    """What all worlds share."""

    nursery: Nursery
    server: Server | None


@asynccontextmanager
async def world(run: Run, folder: Path, house: House, rng: Random) -> AsyncIterator[Play]:
    """Make a world with its schedules, and play its first week, to which nothing happens."""
    write_bank(folder)
    http = "HTTP" in run.way
    async with AsyncExitStack() as stack:
        made: list[Loopback] = [_loopback(name, http=http) for name in run.platforms]
        for one in made:
            await stack.enter_async_context(one)
        stages = [await stage(one, replicas=run.processes, http=http) for one in made]
        books: Books = File(folder)
        if run.store == "PostgreSQL":
            assert house.server
            books = Base(house.server, await house.server.fresh())
            await books.begin()
        play = Play(stages, books, _replicas(run, stages, folder, books, house.nursery), rng, SUNDAY)
        try:
            await _begin(play)
            yield play
        finally:
            await end_all(play)
            await play.books.end()
            for one in made:
                one.faults.clear()


def _loopback(name: str, *, http: bool) -> Loopback:
    if name == "Discord":
        return DiscordServer()
    return SlackServer(manifest=manifest(ADDRESS if http else "", one_workspace=http))


def _replicas(run: Run, stages: list[Stage], folder: Path, books: Books, nursery: Nursery) -> list[Replica]:
    turn = asyncio.Lock()
    made = []
    for number in range(run.processes):
        own = {name: value for one in stages for name, value in one.settings(number).items()} | books.settings
        own |= {"DATA_DIR": str(folder / f"data{number}")} if number else {}
        settings = environment(stages[0].loopback, folder, *stages[0].way, **own)
        made.append(Replica(number, settings, folder, books, nursery, turn))
    return made


async def _begin(play: Play) -> None:
    for one in play.stages:
        one.move_to(SUNDAY)
    await play.start(first := play.replicas[0])
    assert await play.until(lambda: all(one.ready([first]) for one in play.stages), within=90)
    for one in play.stages:
        await one.plan()
    assert await first.stop() == 0
    await play.week(MONDAY, None)
