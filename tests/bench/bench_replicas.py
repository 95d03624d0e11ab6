"""Attempts a second through `App.handle` with one process on a file, and with one, two and three on one PostgreSQL.

Each process is one of its own, with its own readers and its own writer; they share the members who answer a fresh round of the real
bank, for which each has made its question ready, and wait for each other before the next. Both databases wait for the disk. A card is drawn every three seconds at the most, as
on Discord and Slack. The floor is the process on the file.
"""

import asyncio
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot import outcomes
from bot.bank import loading
from bot.clock import MovableClock
from bot.grading import grade
from bot.store import postgresql, sqlite
from tests.bench.measure import ROOT, alternated, ratio, size, spread
from tests.doubles import postgresql as double
from tests.doubles.fakes import MONDAY, Hall, MemoryPlatform, Server, make_hall

REPETITIONS: Final = size(7, 1)
ATTEMPTS: Final = size(120, 6)  # a repetition; each by another member
CALLERS: Final = size(50, 3)  # at once, at all processes together
PROCESSES: Final = (1, 2, 3)
ASKERS: Final = 5  # one member may ask ten questions a day
APART: Final = timedelta(minutes=75)  # as so many may be asked in a day
WORDS: Final = 60  # of the reference answer: a good answer's length
Round = dict[str, Any]


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Hall]:
    """Give a process's hall on a file or a server."""
    clock, on_server = MovableClock(), address.startswith("postgresql")
    clock.move_to(MONDAY)
    platform = MemoryPlatform(Server(messages=defaultdict(dict)))  # a card may be another process's
    platform.edit_pause = timedelta(seconds=3)
    place = postgresql.opened(address, alone=False) if on_server else sqlite.opened(Path(address), now=MONDAY)
    async with place as db:
        yield make_hall(db, platform, clock, loading.load(ROOT / "content"), 1)


async def prepared(address: str, rounds: int) -> list[Round]:
    """Enrol everybody, and let some of them open as many rounds."""
    made: list[Round] = []
    async with opened(address) as one:
        await asyncio.gather(*(one.types(f"m{number}", "/help") for number in range(ATTEMPTS)))
        for number in range(rounds):
            asked = await one.types(f"m{number % ASKERS}", "/quiz")
            assert isinstance(asked, outcomes.RoundOpened), asked
            text = " ".join(asked.view.question.reference.split()[:WORDS])
            made.append({"round": asked.view.round.id, "text": text, "question": asked.view.question.id})
            one.clock.move_to(one.clock.now() + APART)
        after = one.clock.now()
    return [{**asked, "at": (after + number * APART).isoformat()} for number, asked in enumerate(made)]


async def work(address: str, number: int) -> None:
    """Be one of the processes: answer the rounds that are named on the input, a part of them as told, and say when that is done."""
    async with opened(address) as one:
        one.events = 1_000_000 * (number + 1)
        print("ready", flush=True)
        for question in json.loads(await asyncio.to_thread(sys.stdin.readline)):
            grade(one.app.deps.bank.questions[question], "so that it is ready")
        print("warm", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            del asked["question"]  # which is ready
            await answer(one, **asked)
            print("done", flush=True)


async def answer(one: Hall, *, round: int, text: str, at: str, part: int, of: int) -> None:  # noqa: A002  as it is called
    """Let this process's part of the members answer a round, some at a time."""
    one.clock.move_to(datetime.fromisoformat(at))
    names = iter(range(part, ATTEMPTS, of))

    async def caller() -> None:
        for name in names:
            graded = await one.answers(f"m{name}", f"{text} {name}", round)
            assert isinstance(graded, outcomes.AttemptGraded), graded

    await asyncio.gather(*(caller() for _ in range(-(-CALLERS // of))))


class Process:
    """One of the processes, from outside."""

    def __init__(self, running: asyncio.subprocess.Process) -> None:
        self._running = running

    async def said(self) -> None:
        """Wait for its next line."""
        assert self._running.stdout is not None
        assert await self._running.stdout.readline(), "a process has ended"

    async def told(self, what: object) -> None:
        """Have it do something, to the end."""
        assert self._running.stdin is not None
        self._running.stdin.write(json.dumps(what).encode() + b"\n")
        await self.said()

    async def ends(self) -> None:
        """Let it end."""
        assert self._running.stdin is not None
        self._running.stdin.close()
        await self._running.wait()


async def start(address: str, number: int) -> Process:
    """Start one, and wait until it is ready."""
    given = [__file__, *sys.argv[1:], "--work", address, str(number)]
    pipe = asyncio.subprocess.PIPE
    made = Process(await asyncio.create_subprocess_exec(sys.executable, *given, stdin=pipe, stdout=pipe))
    await made.said()
    return made


def play(some: Sequence[Process], rounds: list[Round]) -> Callable[[], Awaitable[object]]:
    """Return what lets processes answer the next round together."""

    async def run() -> None:
        asked = rounds.pop(0)
        await asyncio.gather(*(one.told({**asked, "part": part, "of": len(some)}) for part, one in enumerate(some)))

    return run


async def measure(file: str, server: str) -> None:
    """Measure all in turn, and print."""
    rounds = {file: await prepared(file, REPETITIONS + 1), server: await prepared(server, 3 * REPETITIONS + 4)}
    async with AsyncExitStack() as stack:
        one, *many = [await start(file, 0), *[await start(server, number) for number in range(max(PROCESSES))]]
        for process in (one, *many):
            stack.push_async_callback(process.ends)
            await process.told([asked["question"] for asked in rounds[file if process is one else server]])
            await play([process], rounds[file if process is one else server])()  # caches are warm
        runs = [play(many[:number], rounds[server]) for number in PROCESSES]
        floor, *taken = await alternated(REPETITIONS, play([one], rounds[file]), *runs)
    print(f"One process on a file: {rate(floor)}")
    for number, seconds in zip(PROCESSES, taken, strict=True):
        print(f"PostgreSQL, processes: {number}: {rate(seconds)}, each {ratio(seconds, floor)}")


def rate(seconds: list[float]) -> str:
    """Return how many a second that is."""
    return spread([ATTEMPTS / one for one in seconds], "a second")


def main() -> None:
    """Start a server and measure; where none is installed there is nothing to compare."""
    print(f"bench_replicas: {REPETITIONS} x {ATTEMPTS} attempts, each by another member in a fresh round, durably kept")
    if (programs := double.programs()) is None:
        print("No PostgreSQL is installed: nothing to be put beside 1 x the floor (a file).")
        return
    with double.running(programs, durable=True) as server, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        asyncio.run(measure(str(Path(folder) / "studyhall.db"), server.address(double.TEMPLATE)))


if __name__ == "__main__":
    if "--work" in sys.argv:
        asyncio.run(work(sys.argv[-2], int(sys.argv[-1])))
    else:
        main()
