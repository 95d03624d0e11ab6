"""The bots of the chaos suite: one process, or two on one PostgreSQL, which end in any way and are started again."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from tests.chaos.books import Base, Books
from tests.chaos.nursery import Child, Nursery
from tests.doubles import database
from tests.doubles.discord.server import DiscordServer
from tests.doubles.process import environment
from tests.doubles.slack.server import SlackServer

SETTLED: Final = 60.0  # seconds in which a start is done, also on a machine that is busy
LOOK: Final = 0.03  # seconds between two looks
HOSTS: Final = ("127.0.0.1", "localhost")  # as the bots call the platform's server: so it is known who asks
BUSY: Final = 75
GRACEFUL: Final = 0
Loopback = SlackServer | DiscordServer


async def until(true: Callable[[], bool], *, within: float) -> bool:
    """Wait until something is so, and return whether it is in the end."""
    end = asyncio.get_running_loop().time() + within
    while not true():
        if asyncio.get_running_loop().time() > end:
            return False
        await asyncio.sleep(LOOK)
    return True


@dataclass(eq=False)
class Replica:
    """One of the bots, through all its processes."""

    number: int
    loopback: Loopback
    folder: Path
    books: Books
    nursery: Nursery
    bot: Child | None = None
    holder: str = ""  # its name among several processes
    killed: bool = False  # as it was meant to be
    logs: list[str] = field(default_factory=list)  # of its processes of this week
    past: list[str] = field(default_factory=list)  # the same, for whoever looks what went wrong

    async def start(self, at: datetime) -> None:
        """Begin a process, and wait until it is one of those on the database."""
        known = await self.books.holders() if isinstance(self.books, Base) else []
        host = HOSTS[self.number]
        ways = {name.removeprefix("STUDYHALL_"): value for name, value in self.loopback.environment().items()}
        own = {name: value.replace(HOSTS[0], host) for name, value in ways.items() if name.endswith("_API")}
        own |= {"DATA_DIR": str(self.folder / f"data{self.number}")} if self.number else {}
        own |= {"START_AT": at.isoformat(), **self.books.settings}
        database.begin(self.folder / "data" / "studyhall.db")
        log = self.folder / f"log.{self.number}.{len(self.past)}"
        settings = environment(self.loopback, self.folder, **own)
        self.killed = False
        self.bot = await self.nursery.start(settings, folder=self.folder, log=log)
        if isinstance(self.books, Base):
            await self._is_there(self.books, known)

    async def _is_there(self, books: Base, known: list[str]) -> None:
        """Wait for its row; one that is killed before it has any is waited for by whoever starts it again."""
        self.holder, bot = "", self.bot
        async with asyncio.timeout(SETTLED):
            while self.bot is bot and not self.holder:
                assert self.alive or self.killed, f"it has ended:\n{self.log}"
                self.holder = next((one for one in await books.holders() if one not in known), "")

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self.bot is not None and self.bot.alive

    @property
    def ready(self) -> bool:
        """Whether it has caught up."""
        return self.alive and '_ready"' in self.log

    @property
    def begun(self) -> bool:
        """Whether it has come so far that it can be asked to end."""
        return self.alive and '"started"' in self.log

    @property
    def log(self) -> str:
        """What the present process has logged."""
        return self.bot.log if self.bot else ""

    @property
    def pid(self) -> int:
        """The present process's number."""
        assert self.bot
        return self.bot.pid

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        assert self.bot
        self.bot.signal(number)

    async def kill(self) -> None:
        """End it at once."""
        self.killed = True
        self.signal(signal.SIGKILL)
        await self.ended()

    async def give_up(self) -> None:
        """Among several, let it be as if nothing had been heard of it for long; a statement that it left may not wait for us then."""
        if isinstance(self.books, Base):
            await self.books.give_up(self.holder)

    async def stop(self) -> int:
        """End it gently, and return its exit status."""
        if self.bot is None:
            return GRACEFUL
        self.signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        """Wait until it ends by itself, and return its exit status."""
        assert self.bot
        status = await self.bot.ended(within=SETTLED)
        self.logs.append(self.log)
        self.past.append(self.log)
        self.bot = None
        return status


async def are_ready(replicas: list[Replica], *, one_session: bool) -> bool:
    """Wait until all that can have caught up; of several one has a platform of which a bot has one session."""
    enough = any if one_session else all
    there = lambda: all(one.begun for one in replicas) and enough(one.ready for one in replicas)  # noqa: E731
    return await until(there, within=SETTLED)
