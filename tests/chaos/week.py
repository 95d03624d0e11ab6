"""A week of the chaos suite: a Monday on which last week's question is revealed, the board and a new question are posted, and two members answer.

Something befalls the bots on the way. At the end each must be there once: the posts, the answers and what was told of them; last week's
round has ended; and the totals are what the facts make of them.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tests.chaos.blows import Blow
from tests.chaos.books import Books
from tests.chaos.cast import GRACEFUL, HOSTS, LOOK, SETTLED, Replica, until
from tests.chaos.people import Person
from tests.chaos.points import Held
from tests.chaos.stage import Stage

WEEK: Final = timedelta(days=7)
# By how long the clock is put ahead each time that something is missing: all is tried again by then, and nothing given up.
LATER: Final = tuple(timedelta(minutes=minutes) for minutes in (0, 11, 62, 20))
# Seconds, from when the bot is there, after which the clock is put ahead, where something is still missing.
AT_ONCE: Final = 12.0
REACHED: Final = 60.0  # seconds in which a point is reached, from the start on
ANY_TIME: Final = 3.0  # seconds from the start of the week, or of what befalls another
EACH: Final = {"question": 1, "reveal": 1, "board": 1}


@dataclass(frozen=True, slots=True)
class Befalls:
    """What befalls a week: a blow at a point of one platform, and perhaps another one that befalls another process meanwhile."""

    blow: Blow
    stage: Stage
    held: Held | None = None
    beside: Blow | None = None


@dataclass
class Play:
    """One world, played week after week."""

    stages: list[Stage]
    books: Books
    replicas: list[Replica]
    rng: Random
    at: datetime  # the bots' clock when one is started
    seen: Counter[str] = field(default_factory=Counter)
    weeks: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)  # some process has ended since it was cleared
    _people: list[Person] = field(default_factory=list)
    _living: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def answers(self) -> int:
        """How many answers were said."""
        return sum(len(one.said) for one in self.stages)

    async def week(self, monday: datetime, befalls: Befalls | None) -> Counter[str]:
        """Live through a Monday, and return what was seen; without a point the blow comes at any time."""
        self.seen, self.at = Counter(), monday
        self.weeks += 1
        for one in self.stages:
            one.begin_week(monday)
        self._live(befalls)
        striking = asyncio.create_task(self._strike(befalls))
        try:
            for replica in self.replicas:
                await self.start(replica)
            await striking
            await self._settle(monday)
        finally:
            for task in (striking, *self._living):
                task.cancel()
            await asyncio.gather(striking, *self._living, return_exceptions=True)
            for one in self.stages:
                one.town.faults.clear()
        await self._end()
        for one in self.stages:
            one.give_up_deliveries()
        return self.seen

    def _live(self, befalls: Befalls | None) -> None:
        """Let all members begin their week."""
        self._people = [
            Person(self, one, member, way)
            for one in self.stages
            for member, way in zip(one.town.members, (one.town.reply, one.town.fill_in), strict=True)
        ]
        held = {id(befalls.stage): befalls.held} if befalls else {}
        self._living = [asyncio.create_task(one.live(held.get(id(one.stage)))) for one in self._people]

    async def start(self, replica: Replica) -> None:
        """Start a bot, or start it again."""
        await replica.start(self.at)

    async def _strike(self, befalls: Befalls | None) -> None:
        """Wait for the point, and let it happen."""
        if befalls is None:
            return
        held = befalls.held
        if held is None:
            await asyncio.sleep(self.rng.uniform(0.0, ANY_TIME))
        elif not await self._reached(held):
            return
        if (victim := self._victim(held)) is None:
            return
        async with asyncio.TaskGroup() as both:
            both.create_task(befalls.blow(self, victim, held or NOTHING))
            if befalls.beside:
                both.create_task(self._beside(befalls.beside, victim))

    async def _reached(self, held: Held) -> bool:
        try:
            await held.arrived(within=REACHED)
        except TimeoutError:
            self.seen["not reached"] += 1
            held.release()
            return False
        return True

    async def _beside(self, blow: Blow, first: Replica) -> None:
        """Let something befall another process meanwhile."""
        await asyncio.sleep(self.rng.uniform(0.0, ANY_TIME))
        if others := [one for one in self.replicas if one.alive and one is not first]:
            self.seen["befell another too"] += 1
            await blow(self, self.rng.choice(others), NOTHING)

    def _victim(self, held: Held | None) -> Replica | None:
        """Return who waits at the point; at any other time whoever the lot falls on."""
        host = held.host.partition(":")[0] if held else ""
        running = [one for one in self.replicas if one.alive]
        known = [one for one in running if HOSTS[one.number] == host]
        return self.rng.choice(known or running) if running else None

    def let_go(self, held: Held) -> None:
        """Let the platform carry out what was held; a process that is gone wakes those who wait for it."""
        self.ended.set()
        held.lose()

    def cut(self) -> None:
        """Cut the connections over which the bots hear."""
        for one in self.stages:
            one.cut()

    async def kept(self) -> list[str]:
        """Return the answers that are kept."""
        return [str(text) for (text,) in await self.books.rows("SELECT text FROM attempt")]

    async def until(self, true: Callable[[], bool], *, within: float) -> bool:
        """Wait until something is so, and return whether it is."""
        return await until(true, within=within)

    @property
    def _wanted(self) -> Counter[str]:
        return Counter({"question": 1} if self.weeks == 1 else EACH)

    def done(self) -> bool:
        """Whether all is there that the week is to bring."""
        return not self._missing()

    def _missing(self) -> list[str]:
        posts = [f"{kind} on {one.town.name}" for one in self.stages for kind in (self._wanted - one.new)]
        people = zip(self._people, self._living, strict=True)
        return [*posts, *(f"grade on {one.stage.town.name}" for one, task in people if not task.done())]

    async def _settle(self, monday: datetime) -> None:
        """Let the next ticks bring what is missing."""
        for later in LATER:
            if later:
                self.seen["brought later"] = 1
                self.seen.update(f"{what} later" for what in self._missing())
                await self._go_on(max(self.at, monday) + later)
            await self.are_there()
            for one in self.stages:
                one.retry()
            if await self.until(self.done, within=AT_ONCE):
                break
        await self._stop()

    async def _go_on(self, at: datetime) -> None:
        """Start all again at a later time."""
        await self._stop()
        self.at = at
        for one in self.stages:
            one.move_to(at)
        for replica in self.replicas:
            await self.start(replica)

    async def are_there(self) -> bool:
        """Wait until all that can have caught up."""
        end = asyncio.get_running_loop().time() + SETTLED
        while not (there := self._are_there()) and asyncio.get_running_loop().time() < end:
            for one in self.replicas:
                await one.supervise(self.at)
            await asyncio.sleep(LOOK)
        return there

    def _are_there(self) -> bool:
        return all(one.begun for one in self.replicas) and all(one.ready(self.replicas) for one in self.stages)

    async def _stop(self) -> None:
        for one in self.replicas:
            if (status := await one.stop()) != GRACEFUL:
                self.seen["ended otherwise"] += 1
                self.seen[f"status {status}"] += 1

    async def _end(self) -> None:
        """Count what is not as it must be."""
        kept, wanted = Counter(await self.kept()), self._wanted
        for one in self.stages:
            self.seen["posts lost"] += (wanted - one.new).total()
            self.seen["posts doubled"] += (one.new - wanted).total() if self.weeks > 1 else 0
            self.seen["answers lost"] += sum(not kept[text] for text in one.said)
            self.seen["answers doubled"] += sum(kept[text] > 1 for text in one.said)
        self.seen["grades not told"] = sum(task.cancelled() or task.exception() is not None for task in self._living)
        ((left,),) = await self.books.rows("SELECT count(*) FROM round WHERE closed_at IS NULL")
        self.seen["rounds left open"] = int(left) - len(self.stages)
        self.seen["told again"] = sum(one.again for one in self._people)
        self.seen["totals differ"] = len(await self.books.differences(now=self.at))
        for replica in self.replicas:
            self.seen["tracebacks"] += sum("Traceback" in log for log in replica.logs)
            self.seen["said full"] += sum("disk is full" in log for log in replica.logs)
            self.seen["begun again"] += replica.begun_again
            replica.logs.clear()
            replica.begun_again = 0


class _Nothing:
    """What is held where no point was named."""

    host = ""

    async def arrived(self, *, within: float = 0.0) -> None:
        """Nobody waits."""

    def release(self) -> None:
        """Nobody is let go."""

    def lose(self) -> None:
        """Nor this."""


NOTHING: Final = _Nothing()


async def end_all(play: Play) -> None:
    """Leave no process behind."""
    for one in play.replicas:
        if one.bot is not None:
            await one.kill()
