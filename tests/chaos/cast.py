"""The bots of the chaos suite: one process, or two on one PostgreSQL, which end in any way and are started again."""

import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from tests.chaos.books import Base, Books
from tests.doubles.discord.server import DiscordServer
from tests.doubles.process import Bot, bot
from tests.doubles.slack.server import SlackServer
from tests.soak.towns import until

SETTLED: Final = 30.0  # seconds in which a start is done, also on a machine that is busy
HOSTS: Final = ("127.0.0.1", "localhost")  # as the bots call the platform's server: so it is known who asks
BUSY: Final = 75
GRACEFUL: Final = 0
Loopback = SlackServer | DiscordServer


@dataclass(eq=False)
class Replica:
    """One of the bots, through all its processes."""

    number: int
    loopback: Loopback
    folder: Path
    books: Books
    bot: Bot | None = None
    holder: str = ""  # its name among several processes
    logs: list[str] = field(default_factory=list)  # of its processes of this week
    past: list[str] = field(default_factory=list)  # the same, for whoever looks what went wrong
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self, at: datetime) -> None:
        """Begin a process, and wait until it is one of those on the database."""
        known = await self.books.holders() if isinstance(self.books, Base) else []
        host = HOSTS[self.number]
        ways = {name.removeprefix("STUDYHALL_"): value for name, value in self.loopback.environment().items()}
        own = {name: value.replace(HOSTS[0], host) for name, value in ways.items() if name.endswith("_API")}
        own |= {"DATA_DIR": str(self.folder / f"data{self.number}")} if self.number else {}
        own |= {"START_AT": at.isoformat(), **self.books.settings}
        self.bot = await self._stack.enter_async_context(bot(self.loopback, self.folder, **own))
        if isinstance(self.books, Base):
            await self._is_there(self.books, known)

    async def _is_there(self, books: Base, known: list[str]) -> None:
        self.holder = ""
        while not self.holder:
            assert self.alive, f"it has ended:\n{self.log}"
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
    def log(self) -> str:
        """What the present process has logged."""
        return self.bot.log if self.bot else ""

    @property
    def pid(self) -> int:
        """The present process's number."""
        assert self.bot
        return self.bot._process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        assert self.bot
        self.bot._process.send_signal(number)

    async def kill(self) -> None:
        """End it at once; among several it is given up as if nothing had been heard of it for long."""
        assert self.bot
        await self.bot.kill()
        await self._put_away()
        if isinstance(self.books, Base):
            await self.books.give_up(self.holder)

    async def stop(self) -> int:
        """End it gently, and return its exit status."""
        if self.bot is None:
            return GRACEFUL
        status = await self.bot.stop()
        await self._put_away()
        return status

    async def ended(self) -> int:
        """Wait until it ends by itself, and return its exit status."""
        assert self.bot
        status = await self.bot.ended(within=SETTLED)
        await self._put_away()
        return status

    async def _put_away(self) -> None:
        self.logs.append(self.log)
        self.past.append(self.log)
        self.bot = None
        await self._stack.aclose()


async def are_ready(replicas: list[Replica], *, one_session: bool) -> bool:
    """Wait until all that can have caught up; of several one has a platform of which a bot has one session."""
    enough = any if one_session else all
    return await until(lambda: enough(one.ready for one in replicas), within=SETTLED)
