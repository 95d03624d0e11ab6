"""Attempts a second through `App.handle`, each on the disk before its grade is shown, against a bare aiosqlite loop.

The floor inserts the same answer texts into a table of two columns and commits each, one after the other, with the
bot's own pragmas (WAL, synchronous=FULL). Every repetition of the bot is a fresh round of the real bank that distinct,
enrolled members answer in the private form, a good hour after the last: no limit of attempts is met.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import aiosqlite

from bot import app, bank, outcomes
from bot.handlers import rounds
from tests.bench.measure import ROOT, alternated, folder, ratio, spread
from tests.fakes import Hall, hall

REPETITIONS: Final = 5
ATTEMPTS: Final = 200  # a repetition; each by another member
CALLERS: Final = 50
CROWD: Final = 1_000  # members in one round, to see what a long list of names costs
WORDS: Final = 60  # of the reference answer: a good answer's length


async def ask(one: Hall) -> tuple[int, str]:
    """Open a round and return its number with an answer to it."""
    await one.later(hours=1)
    asked = await one.types("you", "/quiz principal")
    assert isinstance(asked, outcomes.RoundOpened)
    return asked.view.round.id, " ".join(asked.view.question.reference.split()[:WORDS])


async def play(one: Hall, *, callers: int, attempts: int = ATTEMPTS) -> None:
    """Let members answer a fresh round, `callers` at a time."""
    number, text = await ask(one)
    names = iter(range(attempts))

    async def caller() -> None:
        for name in names:
            graded = await one.answers(f"m{name}", f"{text} {name}", number)
            assert isinstance(graded, outcomes.AttemptGraded), graded

    await asyncio.gather(*(caller() for _ in range(callers)))


async def insert(bare: aiosqlite.Connection) -> None:
    """Insert as many texts of the same length and commit each."""
    for number in range(ATTEMPTS):
        await bare.execute("INSERT INTO answer (text) VALUES (?)", (f"{'word ' * (WORDS + WORDS // 2)}{number}",))
        await bare.commit()


@contextmanager
def clocked(parts: dict[str, float], owner: Any, name: str, part: str) -> Iterator[None]:
    """Add the time that a function or coroutine function of `owner` takes to a part."""
    inner = getattr(owner, name)

    def called(*given: Any) -> Any:
        start = time.perf_counter()
        try:
            return inner(*given)
        finally:
            parts[part] = parts.get(part, 0.0) + time.perf_counter() - start

    async def awaited(*given: Any) -> Any:
        start = time.perf_counter()
        try:
            return await inner(*given)
        finally:
            parts[part] = parts.get(part, 0.0) + time.perf_counter() - start

    with patch.object(owner, name, awaited if asyncio.iscoroutinefunction(inner) else called):
        yield


async def anatomy(one: Hall) -> str:
    """Return where the time of an attempt goes, one caller at a time."""
    parts: dict[str, float] = {}
    places: Sequence[tuple[Any, str, str]] = (
        (rounds, "grade", "grading"), (one.db, "read", "reading"), (one.db, "write", "writing"),
        (app, "present", "presenting"),
    )  # fmt: skip
    with ExitStack() as stack:
        for owner, name, part in places:
            stack.enter_context(clocked(parts, owner, name, part))
        ((whole,),) = await alternated(1, lambda: play(one, callers=1))
    parts["the rest"] = whole - sum(parts.values())
    shown = ", ".join(f"{part} {taken * 1000 / ATTEMPTS:.2f}" for part, taken in parts.items())
    return f"{shown}; together {whole * 1000 / ATTEMPTS:.2f} ms"


async def measure(one: Hall, bare: aiosqlite.Connection) -> None:
    """Enrol everybody, warm the caches up, measure and print."""
    await asyncio.gather(*(one.types(f"m{number}", "/help") for number in range(CROWD)))
    await play(one, callers=CALLERS)
    runs: list[Callable[[], Any]] = [
        lambda: insert(bare), lambda: play(one, callers=CALLERS), lambda: play(one, callers=1),
    ]  # fmt: skip
    floor, many, single = [[ATTEMPTS / s for s in taken] for taken in await alternated(REPETITIONS, *runs)]
    print(f"Floor, one insert and commit after the other: {spread(floor, 'a second')}")
    print(f"Attempts, {CALLERS} callers at a time: {spread(many, 'a second')}, {ratio(many, floor)}")
    print(f"Attempts, one caller at a time: {spread(single, 'a second')}, {ratio(single, floor)}")
    print(f"One attempt, in ms: {await anatomy(one)}")
    ((crowd,),) = await alternated(1, lambda: play(one, callers=CALLERS, attempts=CROWD))
    print(f"{CROWD:,} members in one round, {CALLERS} callers: {CROWD / crowd:,.0f} a second (once)")


async def main() -> None:
    """Set both up in one folder on the real disk."""
    print(f"bench_attempts: {REPETITIONS} x {ATTEMPTS} attempts, each by another member in a fresh round, durably kept")
    with folder() as path:
        async with (
            hall(Path(path), questions=bank.load(ROOT / "content")) as one,
            aiosqlite.connect(Path(path) / "bare.db") as bare,
        ):
            for setting in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
                await bare.execute(setting)
            await bare.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
            await measure(one, bare)


if __name__ == "__main__":
    asyncio.run(main())
