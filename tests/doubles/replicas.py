"""Two processes' halls on one PostgreSQL, with one clock and one chat platform whose calls can be held up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy import text

from bot.cards import Card
from bot.clock import MovableClock
from bot.ports import Ref
from bot.store import postgresql
from bot.store.turn import reap
from tests.doubles import fakes
from tests.doubles.fakes import MONDAY, Hall, MemoryPlatform, make_hall
from tests.doubles.postgresql import Server

DIES = "UPDATE lease SET ends_at = now() - interval '1 second' WHERE holder = '{}'"


class Slow(MemoryPlatform):
    """A platform whose posts and edits wait, once it is told so, until they are let through."""

    def __init__(self, server: fakes.Server) -> None:
        super().__init__(server)
        self.through = asyncio.Event()
        self.through.set()
        self.begun = asyncio.Event()
        self.deaf: set[str] = set()  # places that another process hears

    def ready(self, place: Ref) -> bool:
        return place not in self.deaf

    def reaches(self, member: Ref) -> bool:
        return not self.away

    async def _wait(self) -> None:
        self.begun.set()
        await self.through.wait()

    def holds(self) -> None:
        self.through.clear()
        self.begun.clear()

    async def post(self, place: Ref, card: Card, *, tag: str, above: Ref | None = None) -> Ref:
        await self._wait()
        return await super().post(place, card, tag=tag, above=above)

    async def edit(self, message: Ref, card: Card) -> None:
        await self._wait()
        await super().edit(message, card)


@asynccontextmanager
async def side_by_side(server: Server) -> AsyncIterator[tuple[Hall, Hall]]:
    """Give both; the first one leads."""
    address, clock, world = await server.fresh(), MovableClock(), fakes.Server()
    clock.move_to(MONDAY)
    async with AsyncExitStack() as stack:
        made = []
        for number in range(2):
            db = await stack.enter_async_context(postgresql.opened(address, alone=False))
            one = make_hall(db, Slow(world), clock, fakes.bank(), 1)
            one.events, one.app.deps.edits.fresh = 1_000 * number, 0
            await one.jobs.tick()
            made.append(one)
        try:
            yield made[0], made[1]
        finally:
            for one in made:
                slow(one).through.set()
    server.takes_back(address)


async def dies(hall: Hall) -> None:
    """Let nothing be heard of a process any more: it is given up at once, or its heart, which beats on, might be heard before."""
    async with hall.db.in_steps() as step:
        await step(lambda connection: connection.execute(text(DIES.format(hall.db.holder))))
        await step(reap)


def slow(hall: Hall) -> Slow:
    assert isinstance(hall.platform, Slow)
    return hall.platform


async def address_of(hall: Hall, server: Server) -> str:
    """Return the address of a hall's database."""
    name = await hall.db.read(lambda connection: connection.scalar(text("SELECT current_database()")))
    return server.address(str(name))
