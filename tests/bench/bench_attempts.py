"""Attempts a second through `App.handle`, each on the disk before its grade is shown, against a bare aiosqlite loop.

The floor inserts such answers into a table of two columns and commits each, one after the other, with the bot's own
pragmas (WAL, synchronous=FULL). Every repetition of the bot is a fresh round of the real bank that distinct, enrolled
members answer in the private form, some minutes after the last: no limit of attempts is met. Each question has had an answer
before in either process, for which it was made ready there, once. A card is drawn every three seconds at the most, as on Discord and
Slack. The same is measured with a process beside the bot in which answers are graded.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from unittest.mock import patch

import aiosqlite

from bot import app, outcomes
from bot.bank import loading
from bot.handlers.grader import Grader
from bot.rules import answers
from tests.bench.measure import ROOT, alternated, folder, ratio, size, spread
from tests.doubles.fakes import Hall, hall

REPETITIONS: Final = size(5, 1)
ATTEMPTS: Final = size(100, 6)  # a repetition; each by another member
CALLERS: Final = size(50, 3)
THREAD: Final = size(80, 2)  # answers in the thread of a busy round
WORDS: Final = 60  # of the reference answer: a good answer's length
Asked = Iterator[tuple[int, str]]


async def ask(one: Hall, name: str, grader: Grader) -> tuple[int, str]:
    """Let a member open a round, in which two others answer, one graded here and one beside; return its number with an answer to it."""
    asked = await one.types(name, "/quiz")
    assert isinstance(asked, outcomes.RoundOpened)
    number, text = asked.view.round.id, " ".join(asked.view.question.reference.split()[:WORDS])
    one.clock.move_to(one.clock.now() + timedelta(minutes=2))
    await one.answers("first", text, number)
    async with beside(one, grader):
        await one.answers("second", f"{text} Really.", number)
    return number, text


@asynccontextmanager
async def beside(one: Hall, grader: Grader) -> AsyncIterator[None]:
    """Have answers graded in a process beside the bot until the block ends."""
    here = one.app.deps
    one.app.deps = replace(here, grader=grader)
    yield
    one.app.deps = here


async def play(one: Hall, asked: Asked, callers: int) -> None:
    """Let members answer the next round, `callers` at a time."""
    one.clock.move_to(one.clock.now() + timedelta(minutes=2))
    number, text = next(asked)
    names = iter(range(ATTEMPTS))

    async def caller() -> None:
        for name in names:
            graded = await one.answers(f"m{name}", f"{text} {name}", number)
            assert isinstance(graded, outcomes.AttemptGraded), graded

    await asyncio.gather(*(caller() for _ in range(callers)))


async def insert(bare: aiosqlite.Connection, text: str) -> None:
    """Insert as many answers and commit each."""
    for number in range(ATTEMPTS):
        await bare.execute("INSERT INTO answer (text) VALUES (?)", (f"{text} {number}",))
        await bare.commit()


def clocked(parts: dict[str, float], inner: Callable[..., Any], part: str) -> Callable[..., Any]:
    """Return a function or coroutine function that adds the time it takes to a part."""

    @contextmanager
    def clock() -> Iterator[None]:
        start = time.perf_counter()
        yield
        parts[part] = parts.get(part, 0.0) + time.perf_counter() - start

    def called(*given: Any) -> Any:
        with clock():
            return inner(*given)

    async def awaited(*given: Any) -> Any:
        with clock():
            return await inner(*given)

    return awaited if asyncio.iscoroutinefunction(inner) else called


async def anatomy(one: Hall, asked: Asked) -> str:
    """Return where the time of an attempt goes, one caller at a time."""
    parts: dict[str, float] = {}
    places: tuple[tuple[Any, str, str], ...] = (
        (answers, "grade", "grading"), (one.db, "read", "reading"), (one.db, "write", "writing"),
        (app, "present", "presenting"),
    )  # fmt: skip
    with ExitStack() as stack:
        for owner, name, part in places:
            stack.enter_context(patch.object(owner, name, clocked(parts, getattr(owner, name), part)))
        ((whole,),) = await alternated(1, lambda: play(one, asked, 1))
    parts["the rest"] = whole - sum(parts.values())
    each = (f"{part} {1000 * taken / ATTEMPTS:.1f} ms ({taken / whole:.0%})" for part, taken in parts.items())
    return f"{', '.join(each)}; together {1000 * whole / ATTEMPTS:.1f} ms"


async def crowd(one: Hall, asked: Asked) -> str:
    """Return what an answer takes in a round with many answers in its thread, against one in a round with none."""
    (full, text), (fresh, _) = next(asked), next(asked)
    names = iter(range(ATTEMPTS))

    async def reply(number: int, send: Callable[..., Any]) -> None:
        words, name = text.split(), next(names)
        Random(name).shuffle(words)  # no answer is another's copy
        assert isinstance(await send(f"m{name}", " ".join(words), number), outcomes.AttemptGraded)

    for _ in range(THREAD):
        await reply(full, one.replies)
    few = (ATTEMPTS - THREAD) // 2
    floor, taken = await alternated(few, lambda: reply(fresh, one.answers), lambda: reply(full, one.answers))
    return f"{spread([1000 * s for s in taken], 'ms', 1)}, {ratio(taken, floor).replace('the floor', 'one in a fresh round')}"


def memory(process: str) -> str:
    """Return what a process has in memory."""
    kilobytes = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return f"{int(kilobytes[1]) / 1024:.0f} MiB" if kilobytes else "unknown"


async def measure(one: Hall, bare: aiosqlite.Connection, grader: Grader) -> None:
    """Enrol everybody, warm the caches up, measure and print."""
    one.platform.edit_pause = timedelta(seconds=3)
    await asyncio.gather(*(one.types(f"m{number}", "/help") for number in range(ATTEMPTS)))
    await grader.processes[0].ready.wait()
    rounds = 3 * REPETITIONS + 5
    opened = [await ask(one, f"m{number % 2}", grader) for number in range(rounds)]  # one member may ask ten a day
    asked, (_, text) = iter(opened), opened[0]
    await play(one, asked, CALLERS)

    async def elsewhere() -> None:
        async with beside(one, grader):
            await play(one, asked, CALLERS)

    await elsewhere()
    runs = (lambda: insert(bare, text), lambda: play(one, asked, CALLERS), elsewhere, lambda: play(one, asked, 1))
    floor, many, besides, single = await alternated(REPETITIONS, *runs)
    print(f"Floor, one insert and commit after the other: {rate(floor)}")
    print(f"Attempts, {CALLERS} callers at a time: {rate(many)}, each {ratio(many, floor)}")
    print(f"The same, graded in a process beside the bot: {rate(besides)}, each {ratio(besides, floor)}")
    print(f"Memory: {memory('self')} with the bank and its tests, {memory(str(grader.processes[0].number))} beside it")
    print(f"Attempts, one caller at a time: {rate(single)}, each {ratio(single, floor)}")
    print(f"One attempt: {await anatomy(one, asked)}")
    print(f"An answer after {THREAD} in the thread: {await crowd(one, asked)}")


def rate(seconds: list[float]) -> str:
    """Return how many a second that is."""
    return spread([ATTEMPTS / taken for taken in seconds], "a second")


async def main() -> None:
    """Set both up in one folder on the real disk."""
    print(f"bench_attempts: {REPETITIONS} x {ATTEMPTS} attempts, each by another member in a fresh round, durably kept")
    questions = loading.load(ROOT / "content")
    with folder() as path:
        async with (
            hall(Path(path), questions=questions) as one, aiosqlite.connect(Path(path) / "bare.db") as bare, Grader(1).running() as grader,
        ):  # fmt: skip
            await bare.execute("PRAGMA journal_mode=WAL")
            await bare.execute("PRAGMA synchronous=FULL")
            await bare.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
            await measure(one, bare, grader)


if __name__ == "__main__":
    asyncio.run(main())
