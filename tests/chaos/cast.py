"""The bots of the chaos suite: one process, or two or three on one PostgreSQL, which end in any way and are started again."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tests.chaos.books import Base, Books
from tests.chaos.nursery import Child, Nursery
from tests.doubles import database
from tests.doubles.discord.server import DiscordServer
from tests.doubles.slack.server import SlackServer
from tests.doubles.stepping import SteppedClock

SETTLED: Final = 60.0  # seconds in which a start is done, also on a machine that is busy
STARTED: Final = '"started"'
LOOK: Final = 0.03  # seconds between two looks
HOSTS: Final = (
    "127.0.0.1",
    "localhost",
    "127.0.0.2",
)  # as the bots call the platform's server: so it is known who asks
TRIES: Final = 3  # of a start whose database is away
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
    settings: dict[str, str]  # a whole environment, but for the time
    folder: Path
    books: Books
    nursery: Nursery
    turn: asyncio.Lock  # in which all are started, one after another: so it is known whose row is new
    bot: Child | None = None
    holder: str = ""  # its name among several processes
    killed: bool = False  # as it was meant to be
    begun_again: int = 0  # times in this week that it ended by itself as it began
    logs: list[str] = field(default_factory=list)  # of its processes of this week
    past: list[str] = field(default_factory=list)  # the same, for whoever looks what went wrong

    def __post_init__(self) -> None:
        self._clock = SteppedClock(self.folder / f"clock.{self.number}")

    async def start(self, at: datetime) -> None:
        """Begin a process, and wait until it is one of those on the database."""
        async with self.turn:
            await self._start(at)

    async def supervise(self, at: datetime) -> None:
        """Begin it again where it ended by itself as it began, since its database was away, or its disk full."""
        if self._fallen:
            async with self.turn:
                if self._fallen:
                    await self._begin_again(at)

    @property
    def _fallen(self) -> bool:
        """Whether it came to nothing, and it was not killed."""
        bot = self.bot
        return bot is not None and not bot.alive and not self.killed and STARTED not in bot.log

    async def _begin_again(self, at: datetime) -> None:
        self.begun_again += 1
        assert self.begun_again <= TRIES, f"it has ended:\n{self.log}"
        await self.ended()
        await self._start(at)

    async def _start(self, at: datetime) -> None:
        known = await self.books.holders() if isinstance(self.books, Base) else []
        database.begin(self.folder / "data" / "studyhall.db")
        log = self.folder / f"log.{self.number}.{len(self.past)}"
        self.killed = False
        settings = {**self.settings, "STUDYHALL_START_AT": at.isoformat(), **self._clock.environment}
        self.step(timedelta(0))
        self.bot = await self.nursery.start(settings, folder=self.folder, log=log)
        if isinstance(self.books, Base):
            await self._is_there(self.books, known, at)

    async def _is_there(self, books: Base, known: list[str], at: datetime) -> None:
        """Wait for its row; one that is killed before it has any is waited for by whoever starts it again."""
        self.holder, bot = "", self.bot
        async with asyncio.timeout(SETTLED):
            while self.bot is bot and not self.holder and not self._fallen:
                self.holder = next((one for one in await books.holders() if one not in known), "")
        if self._fallen:
            await self._begin_again(at)

    def step(self, by: timedelta) -> None:
        """Put the clock of the running process ahead or back, from what it began with."""
        self._clock.step(by)

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self.bot is not None and self.bot.alive

    @property
    def begun(self) -> bool:
        """Whether it has come so far that it can be asked to end."""
        return self.alive and STARTED in self.log

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
