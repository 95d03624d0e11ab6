"""A week of the chaos suite: a Monday on which last week's question is revealed, the board and a new question are posted, and two members answer.

Something befalls the bots on the way. At the end each must be there once: the posts, the answers and what was told of them; last week's
round has ended; and the totals are what the facts make of them.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Final

from tests.chaos.blows import Blow
from tests.chaos.books import Books
from tests.chaos.cast import GRACEFUL, HOSTS, Loopback, Replica, are_ready, until
from tests.chaos.points import Held, Writing
from tests.doubles.fakes import FULL, HALF, WRONG
from tests.soak.towns import DiscordTown, NotShown, SlackTown, Town, shown

WEEK: Final = timedelta(days=7)
# By how long the clock is put ahead each time that something is missing: all is tried again by then, and nothing given up.
LATER: Final = tuple(timedelta(minutes=minutes) for minutes in (0, 11, 62, 20))
AT_ONCE: Final = (
    12.0  # seconds, from when the bot is there, after which the clock is put ahead, where something is still missing
)
REACHED: Final = 60.0  # seconds in which a point is reached, from the start on
KEPT_SOON: Final = 2.0  # seconds that a person takes to press again
LONG: Final = 1000.0  # seconds: whoever waits so long is not waiting for us
READS: Final = 0.3  # seconds that a person takes at least
WRITES: Final = 0.3  # seconds in which the bot has come to where it wants to write
UNSAVED: Final = "Nothing of it was saved"
Way = Callable[[Any, Any, str], Any]  # in which a member answers in a place
EACH: Final = {"question": 1, "reveal": 1, "board": 1}


@dataclass
class Play:
    """One world, played week after week."""

    loopback: Loopback
    town: Town
    books: Books
    replicas: list[Replica]
    rng: Random
    at: datetime  # the bots' clock when one is started
    seen: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)
    weeks: int = 0
    _before: Counter[str] = field(default_factory=Counter)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)  # some process has ended since it was made
    _told: list[tuple[Any, int]] = field(default_factory=list)  # who was told, and how many grades that made
    _members: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def place(self) -> Any:
        """The channel."""
        return self.town.channels[0]

    async def week(self, monday: datetime, blow: Blow | None, held: Held | None) -> Counter[str]:
        """Live through a Monday, and return what was seen; without a point the blow comes at any time."""
        self.seen, self.at, self._before = Counter(), monday, shown(self.town, self.place)
        self._move_to(monday)
        self.weeks += 1
        self._told.clear()
        ways = zip(self.town.members, (self.town.reply, self.town.fill_in), strict=True)
        self._members = [asyncio.create_task(self._answers(one, way, held)) for one, way in ways]
        striking = asyncio.create_task(self._strike(blow, held))
        try:
            for one in self.replicas:
                await self.start(one)
            await striking
            await self._settle(monday)
        finally:
            for task in (striking, *self._members):
                task.cancel()
            await asyncio.gather(striking, *self._members, return_exceptions=True)
            self.town.faults.clear()
        await self._end()
        self._give_up_deliveries()
        return self.seen

    def _move_to(self, instant: datetime) -> None:
        clock: Any = self.loopback if hasattr(self.loopback, "move_to") else self.loopback.clock
        clock.move_to(instant)

    def _give_up_deliveries(self) -> None:
        """Let no delivery be tried again in the next week: the platform does so for an hour."""
        for one in getattr(self.loopback, "deliveries", []):
            if not one.acked:
                one.acknowledge(one.tries[-1], None)

    async def start(self, replica: Replica) -> None:
        """Start a bot, or start it again."""
        await replica.start(self.at)

    async def _strike(self, blow: Blow | None, held: Held | None) -> None:
        """Wait for the point, and let it happen."""
        if blow is None:
            return
        if held is None:
            await asyncio.sleep(self.rng.uniform(0.0, 3.0))
        else:
            try:
                await held.arrived(within=REACHED)
            except TimeoutError:
                self.seen["not reached"] += 1
                held.release()
                return
        victim = await self._victim(held)
        if victim is not None:
            await blow(self, victim, held or _Nothing())
            self._ended.set()

    async def _victim(self, held: Held | None) -> Replica | None:
        """Return who waits at the point; at any other time whoever the lot falls on."""
        host = held.host.partition(":")[0] if held else ""
        running = [one for one in self.replicas if one.alive]
        known = [one for one in running if HOSTS[one.number] == host]
        return self.rng.choice(known or running) if running else None

    def let_go(self, held: Held) -> None:
        """Let the platform carry out what was held; a process that is gone wakes those who wait for it."""
        self._ended.set()
        held.lose()

    async def _answers(self, member: Any, way: Way, held: Held | None) -> None:
        """Answer once the question is there, and wait until the grade is told."""
        await self.until(lambda: self._new()["question"] > 0, within=LONG)
        await asyncio.sleep(READS)
        words = (FULL, HALF) if way == self.town.reply else (FULL, HALF, WRONG)  # a week without points has no board
        text = f"{self.rng.choice(words)} That is number {len(self.said) + 1}."
        self.said.append(text)
        told, refused = self.town.grades(member), self._refusals(member)
        lock = held if isinstance(held, Writing) and way == self.town.reply else None
        if lock:
            await lock.begin()
        await self._gives(member, way, text)
        if lock:
            await asyncio.sleep(WRITES)
            lock.begun()
        await self._hears(member, way, text, told=told, refused=refused)

    async def _gives(self, member: Any, way: Way, text: str) -> None:
        while not await self._given(member, way, text):
            self.seen["pressed again"] += 1

    async def _hears(self, member: Any, way: Way, text: str, *, told: int, refused: int) -> None:
        """Wait for the grade; who is told that nothing is saved tries again, as they are asked to."""
        while True:
            await self.until(partial(self._has_heard, member, told, refused), within=LONG)
            if await self._kept_soon(text):
                break
            self.seen["tried again"] += 1
            told, refused = self.town.grades(member), self._refusals(member)
            await self._gives(member, way, text)
        await self.until(lambda: self.town.grades(member) > told, within=LONG)
        self._told.append((member, told + 1))

    def _has_heard(self, member: Any, told: int, refused: int) -> bool:
        return self.town.grades(member) > told or self._refusals(member) > refused

    def _refusals(self, member: Any) -> int:
        """Return how often it was said that nothing is saved."""
        if isinstance(self.town, SlackTown):
            return sum(UNSAVED in one.words for one in member.private)
        assert isinstance(self.town, DiscordTown)
        there = self.town.discord.backend.messages.values()
        return sum(UNSAVED in str(one.embeds) for room in there for one in room.values())

    async def _given(self, member: Any, way: Way, text: str) -> bool:
        """Answer in one way or the other; return whether it may have been heard."""
        self._ended.clear()
        giving = asyncio.create_task(way(member, self.place, text))
        ended = asyncio.create_task(self._ended.wait())
        try:
            await asyncio.wait([giving, ended], return_when=asyncio.FIRST_COMPLETED)
            if giving.done():
                giving.result()
                return True
        except NotShown:
            pass
        finally:
            giving.cancel()
            ended.cancel()
            await asyncio.gather(giving, ended, return_exceptions=True)
        await self._are_there()
        return await self._kept_soon(text)

    async def _kept_soon(self, text: str) -> bool:
        async with asyncio.timeout(KEPT_SOON * 5):
            for _ in range(int(KEPT_SOON * 10)):
                if text in await self.kept():
                    return True
                await asyncio.sleep(0.1)
        return False

    async def kept(self) -> list[str]:
        """Return the answers that are kept."""
        return [str(text) for (text,) in await self.books.rows("SELECT text FROM attempt")]

    async def until(self, true: Callable[[], bool], *, within: float) -> bool:
        """Wait until something is so, and return whether it is."""
        return await until(true, within=within)

    def _new(self) -> Counter[str]:
        return shown(self.town, self.place) - self._before

    def done(self) -> bool:
        """Whether all is there that the week is to bring."""
        first = {"question": 1} if self.weeks == 1 else EACH
        return self._new() >= Counter(first) and all(one.done() for one in self._members)

    async def _settle(self, monday: datetime) -> None:
        """Let the next ticks bring what is missing."""
        for later in LATER:
            if later:
                self.seen["brought later"] = 1
                await self._stop()
                self.at = max(self.at, monday) + later
                self._move_to(self.at)
                for one in self.replicas:
                    await self.start(one)
            await self._are_there()
            if retry := getattr(self.loopback, "retry", None):
                retry()
            if await self.until(self.done, within=AT_ONCE):
                break
        await self._stop()

    async def _are_there(self) -> None:
        """Wait until all that can have caught up."""
        await are_ready(self.replicas, one_session=self.town.name == "Discord")

    async def _stop(self) -> None:
        for one in self.replicas:
            if (status := await one.stop()) != GRACEFUL:
                self.seen["ended otherwise"] += 1
                self.seen[f"status {status}"] += 1

    async def _end(self) -> None:
        """Count what is not as it must be."""
        kept, new = Counter(await self.kept()), self._new()
        wanted = Counter({"question": 1} if self.weeks == 1 else EACH)
        self.seen["posts lost"] = (wanted - new).total()
        self.seen["posts doubled"] = (new - wanted).total() if self.weeks > 1 else 0
        self.seen["answers lost"] = sum(not kept[text] for text in self.said)
        self.seen["answers doubled"] = sum(kept[text] > 1 for text in self.said)
        self.seen["grades not told"] = sum(not task.done() or task.cancelled() for task in self._members)
        ((left,),) = await self.books.rows("SELECT count(*) FROM round WHERE closed_at IS NULL")
        self.seen["rounds left open"] = int(left) - 1
        self.seen["told again"] = sum(self.town.grades(member) - told for member, told in self._told)
        self.seen["totals differ"] = len(await self.books.differences(now=self.at))
        for one in self.replicas:
            self.seen["tracebacks"] += sum("Traceback" in log for log in one.logs)
            one.logs.clear()


class _Nothing:
    """What is held where no point was named."""

    host = ""

    async def arrived(self, *, within: float = 0.0) -> None:
        """Nobody waits."""

    def release(self) -> None:
        """Nobody is let go."""

    def lose(self) -> None:
        """Nor this."""


async def end_all(play: Play) -> None:
    """Leave no process behind."""
    for one in play.replicas:
        if one.bot is not None:
            await one.kill()
