"""An answer while 200 members read the hall, each a page every twenty seconds, against the same while nobody reads.

The readers are a process of their own, as their browsers would be; the bot and the hall are one. Before, everybody has answered
what was asked on some days, so that there is something on each page.
"""

import asyncio
import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Final

import yarl

from adapters.hall import keys
from bot import outcomes
from bot.bank import loading
from bot.store.hall import StoredVisits
from tests.bench.measure import ROOT, alternated, folder, ratio, size, spread
from tests.doubles.fakes import Hall, hall
from tests.doubles.visitor import Visited, visited

READERS: Final = size(200, 20)
EACH: Final = size(20_000, 20) / 1000  # seconds between two pages of a reader
REPETITIONS: Final = size(40, 1)
ATTEMPTS: Final = size(50, 20)  # a repetition; each by another member
DAYS: Final = size(10, 1)  # whose question everybody has answered before
WORDS: Final = 60  # of the reference answer: a good answer's length
PATHS: Final = ("/", "/question/1", "/answers", "/board", "/statistics", "/review")
READ: Final = "read"  # as this file's argument: be the readers; as a word to them: read
REST: Final = "rest"
END: Final = "end"
Asked = Iterator[tuple[int, str]]


async def ask(one: Hall, number: int) -> tuple[int, str]:
    """Let a member open a round in a channel that was not asked much, and return its number with an answer to it."""
    place = f"memory:channel:{number // 10}"
    one.clock.move_to(one.clock.now() + timedelta(minutes=2))
    asked = await one.types(f"m{number % READERS}", "/quiz", channel=place)
    assert isinstance(asked, outcomes.RoundOpened), asked
    return asked.view.round.id, " ".join(asked.view.question.reference.split()[:WORDS])


async def play(one: Hall, asked: Asked) -> None:
    """Let members answer the next round, one after the other."""
    number, text = next(asked)
    one.clock.move_to(one.clock.now() + timedelta(minutes=2))  # nobody gives more than ten answers in a minute
    for name in range(ATTEMPTS):
        graded = await one.answers(f"m{name}", f"{text} {name}", number)
        assert isinstance(graded, outcomes.AttemptGraded), graded


async def past(one: Hall) -> None:
    """Let everybody answer a question a day, and have it revealed."""
    for day in range(DAYS):
        number, text = await ask(one, day)
        for name in range(READERS):
            await one.answers(f"m{name}", f"{text} {name}", number)
        await one.presses(f"m{day % READERS}", f"reveal:{number}")
        await one.later(days=1)


async def cookies(there: Visited) -> list[str]:
    """Let every reader in, and return their cookies."""
    visits, new = StoredVisits(there.hall.db, there.hall.clock), [keys.new() for _ in range(READERS)]
    for number, cookie in enumerate(new):
        link = await there.link(f"m{number}")
        assert await visits.enter(link.rpartition("/")[2], cookie)
    return new


@dataclass
class Readers:
    """The process of the readers: they read, or rest, and at the end say how long a page took."""

    process: asyncio.subprocess.Process

    async def say(self, word: str) -> str:
        """Tell them something, and return what they say once they have done it."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{word}\n".encode())
        return (await self.process.stdout.readline()).decode().strip()


async def readers(there: Visited) -> Readers:
    """Let the readers in, who rest as yet."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, READ, there.address, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    one = Readers(process)
    await one.say(" ".join(await cookies(there)))
    return one


async def read(address: str) -> None:
    """Be the readers: each asks for a page at moments of their own, as long as they are not told to rest."""
    given = (await asyncio.to_thread(sys.stdin.readline)).split()
    taken: list[float] = []
    awake = asyncio.Event()
    tasks = [
        asyncio.create_task(reader(address, cookie, number * EACH / len(given), awake, taken))
        for number, cookie in enumerate(given)
    ]
    print("here", flush=True)
    while (said := (await asyncio.to_thread(sys.stdin.readline)).strip()) != END:
        (awake.set if said == READ else awake.clear)()
        print(said, flush=True)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(f"{len(taken)} pages, each {spread([1000 * one for one in taken], 'ms')}")


async def reader(address: str, cookie: str, begins: float, awake: asyncio.Event, taken: list[float]) -> None:
    """Ask for one page after the other over one connection."""
    here, loop = yarl.URL(address), asyncio.get_running_loop()
    start = loop.time() + begins
    reads, writes = await asyncio.open_connection(here.host, here.port)
    for number, path in zip(count(), cycle(PATHS)):
        await asyncio.sleep(start + number * EACH - loop.time())
        if awake.is_set():
            asked = loop.time()
            writes.write(f"GET {path} HTTP/1.1\r\nHost: a\r\nCookie: studyhall={cookie}\r\n\r\n".encode())
            head = await reads.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            await reads.readexactly(int(head.lower().partition(b"content-length: ")[2].split()[0]))
            taken.append(loop.time() - asked)


async def measure(there: Visited, asked: Asked) -> None:
    """Warm up, measure in turn with and without readers, and print."""
    theirs = await readers(there)

    async def run() -> None:
        await play(there.hall, asked)

    seconds: list[list[float]] = [[], []]
    for repetition in range(REPETITIONS + 1):
        for word, all_taken in zip((REST, READ), seconds, strict=True):
            await theirs.say(word)
            ((taken,),) = await alternated(1, run)
            all_taken.extend([taken] if repetition else [])
    for name, each_taken in zip(("nobody reads", f"{READERS} read"), seconds, strict=True):
        print(f"An answer while {name}: {spread([1000 * each / ATTEMPTS for each in each_taken], 'ms', 1)}")
    print(f"An answer while {READERS} read: {ratio(seconds[1], seconds[0])}")
    print(f"Read meanwhile: {await theirs.say(END)}")
    await theirs.process.wait()


async def main() -> None:
    """Set a team up in a database on the real disk."""
    print(f"bench_hall: {READERS} readers, a page every {EACH:g} s; {REPETITIONS} x {ATTEMPTS} answers")
    questions = loading.load(ROOT / "content")
    gc.freeze()  # as the bot does
    with folder() as where:
        async with hall(Path(where), questions=questions) as one, visited(one, folder=Path(where)) as there:
            await past(one)
            asked = [await ask(one, number) for number in range(2 * (REPETITIONS + 1))]
            await measure(there, iter(asked))


if __name__ == "__main__":
    if READ in sys.argv[1:]:
        asyncio.run(read(sys.argv[2]))
    else:
        asyncio.run(main())
