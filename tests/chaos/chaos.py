"""Chaos: weeks on the loopback Discord and Slack, in each of which something befalls the bots, at a named point or at any time.

    make chaos RUNS=100 SEED=3
    make chaos RUNS=20 ONLY="PostgreSQL,killed"

The bots are real processes: one on SQLite, two on one PostgreSQL where it is installed. They are killed, stopped, cut off from the platform or
their database; their disk is full or slow; their clock jumps. The table says how often, and what was lost, doubled, untold or left open.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from random import Random
from typing import Final

from adapters.slack.commands import manifest
from tests.chaos.blows import BLOWS
from tests.chaos.books import Base, Books, File
from tests.chaos.cast import Loopback, Replica
from tests.chaos.nursery import Nursery
from tests.chaos.points import POINTS, WRITER, Held, Point, Writing
from tests.chaos.week import WEEK, Play, end_all
from tests.doubles import postgresql
from tests.doubles.discord.server import DiscordServer
from tests.doubles.postgresql import Server
from tests.doubles.process import write_bank
from tests.doubles.slack.server import SlackServer
from tests.soak.towns import DiscordTown, SlackTown, Town

SUNDAY: Final = datetime(2035, 11, 18, 18, 0, tzinfo=UTC)  # not in the past, where discord.py takes clicks for dead
MONDAY: Final = datetime(2035, 11, 19, 9, 0, 1, tzinfo=UTC)
TERM: Final = 12  # weeks in one world
PLAN: Final = "schedule set 09:00 UTC mon weekly=on board=mon board_at=09:00"
PATIENCE: Final = 4.0  # seconds in which a deferred answer comes
ANY_TIME: Final = "at any time"
WRONG: Final = (
    "posts lost", "posts doubled", "answers lost", "answers doubled", "grades not told", "rounds left open",
    "totals differ", "ended otherwise", "broke off",
)  # fmt: skip
TOLD: Final = (
    "not reached",
    "brought later",
    "pressed again",
    "tried again",
    "told again",
    "tracebacks",
)


@dataclass(frozen=True, slots=True)
class Run:
    """What befalls a week."""

    store: str
    platform: str
    point: Point | None
    blow: str

    @property
    def where(self) -> str:
        """The point's name."""
        return self.point.name if self.point else ANY_TIME

    def has(self, words: list[str]) -> bool:
        """Whether all words are about it."""
        return all(any(word in said for said in (self.store, self.platform, self.where, self.blow)) for word in words)


def plan(rng: Random, *, runs: int, only: str, stores: list[str]) -> list[Run]:
    """Return so many runs, each kind as often as any other; those of one world stand together."""
    words = [word.strip() for word in only.split(",") if word.strip()]
    all_ = [
        Run(store, platform, point, blow)
        for store, platform in product(stores, ("Slack", "Discord"))
        for point, blow in product((*POINTS, None), BLOWS[store])
    ]
    kinds = [run for run in all_ if run.has(words)]
    chosen: list[Run] = []
    while len(chosen) < runs:
        chosen += rng.sample(kinds, len(kinds))
    return sorted(chosen[:runs], key=lambda run: (run.store, run.platform))


def terms(runs: list[Run]) -> Iterator[list[Run]]:
    """Divide runs into those of one world each."""
    while runs:
        same = [run for run in runs[:TERM] if (run.store, run.platform) == (runs[0].store, runs[0].platform)]
        yield same
        runs = runs[len(same) :]


@dataclass(frozen=True, slots=True)
class House:
    """What all worlds share."""

    nursery: Nursery
    server: Server | None


@asynccontextmanager
async def world(run: Run, folder: Path, house: House, rng: Random) -> AsyncIterator[Play]:
    """Make a world with its schedule, and play its first week, to which nothing happens."""
    write_bank(folder)
    loopback: Loopback = SlackServer(manifest=manifest()) if run.platform == "Slack" else DiscordServer()
    async with loopback:
        server = house.server if run.store == "PostgreSQL" else None
        books: Books = Base(server, await server.fresh()) if server else File(folder)
        replicas = [Replica(number, loopback, folder, books, house.nursery) for number in range(2 if server else 1)]
        play = Play(loopback, _town(loopback), books, replicas, rng, SUNDAY)
        try:
            if isinstance(books, Base):
                await books.begin()
            await _begin(play)
            yield play
        finally:
            await end_all(play)
            loopback.faults.clear()


def _town(loopback: Loopback) -> Town:
    town: Town
    if isinstance(loopback, DiscordServer):
        loopback.patience = PATIENCE
        town = DiscordTown(loopback, 2)
    else:
        town = SlackTown(loopback, 2)
    del town.channels[1:]
    return town


async def _begin(play: Play) -> None:
    play._move_to(SUNDAY)
    for one in play.replicas[:1]:
        await play.start(one)
    await play.until(lambda: play.replicas[0].ready, within=90)
    if isinstance(play.town, SlackTown):
        await (await play.town.ada.slash(play.place, PLAN)).answered()
    else:
        how = {"at": "09:00", "zone": "UTC", "days": "mon", "weekly": "weekly", "board": "mon", "board_at": "09:00"}
        await play.town.ada.slash(play.place, "schedule set", **how)
    assert await play.replicas[0].stop() == 0
    await play.week(MONDAY, None, None)


class Tables:
    """What was seen, by what befell and by where."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Counter[str]] = {}

    def note(self, run: Run, seen: Counter[str]) -> None:
        """Count a run."""
        for row in (
            ("where", run.where),
            ("what", f"{run.blow}, {run.store}"),
            ("all", f"{run.platform}, {run.store}"),
        ):
            self.rows.setdefault(row, Counter()).update(seen + Counter(runs=1))

    @property
    def runs(self) -> int:
        """How many runs there were."""
        return sum(row["runs"] for (kind, _), row in self.rows.items() if kind == "all")

    @property
    def wrong(self) -> int:
        """How much was not as it must be."""
        return sum(row[name] for (kind, _), row in self.rows.items() if kind == "all" for name in WRONG)

    def text(self) -> str:
        """Return them as Markdown."""
        head = ("runs", *WRONG, *TOLD)
        lines = []
        for kind, name in (("where", "Where"), ("what", "What"), ("all", "On")):
            lines += [f"| {name} | {' | '.join(head)} |", "|---|" + "--:|" * len(head)]
            found = sorted(row for row in self.rows if row[0] == kind)
            lines += [f"| {row[1]} | {' | '.join(str(self.rows[row][one]) for one in head)} |" for row in found]
            lines.append("")
        return "\n".join(lines)


def arm(play: Play, run: Run) -> Held | None:
    """Hold the bot at the point."""
    if run.point is None:
        return None
    if run.point.name == WRITER:
        return Writing(play.books)
    return run.point.hold(play.town.faults, run.platform)


async def term(runs: list[Run], tables: Tables, house: House, *, seed: int, kept: Path | None) -> list[Run]:
    """Play one world's weeks; return those that were not played, since one before them went wrong."""
    rng = Random(seed)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        async with world(runs[0], Path(folder), house, rng) as play:
            for number, run in enumerate(runs, start=1):
                began = time.monotonic()
                seen = await _one(play, run, number)
                wrong = {name: seen[name] for name in WRONG if seen[name]}
                tables.note(run, seen)
                print(
                    f"{run.store}, {run.platform}, {run.where}, {run.blow}: {wrong or 'well'} {dict(+seen)} {time.monotonic() - began:.1f} s",
                    file=sys.stderr,
                    flush=True,
                )
                if wrong:
                    _keep(play, run, wrong, kept, seed)
                    return runs[number:]
    return []


async def _one(play: Play, run: Run, number: int) -> Counter[str]:
    held = arm(play, run)
    try:
        return await play.week(MONDAY + number * WEEK, BLOWS[run.store][run.blow], held)
    except Exception:  # noqa: BLE001  whatever it was, it is counted, and the others are played
        traceback.print_exc()
        return play.seen + Counter({"broke off": 1})


def _keep(play: Play, run: Run, wrong: dict[str, int], kept: Path | None, seed: int) -> None:
    if kept is None:
        return
    kept.mkdir(parents=True, exist_ok=True)
    logs = "\n".join(f"--- {one.number}\n" + "\n~~~\n".join([*one.past, one.log]) for one in play.replicas)
    name = f"{seed}-{play.weeks}-{run.store}-{run.platform}-{run.where}-{run.blow}".replace(" ", "_").replace("/", "")
    lines = play.loopback.transcript()
    if isinstance(play.books, File):
        shutil.copy(play.books.path, kept / f"{name}.db")
    (kept / f"{name}.txt").write_text(f"{wrong}\n{logs}\n{lines}")


async def play_all(runs: list[Run], house: House, *, seed: int, kept: Path | None, minutes: float) -> Tables:
    """Play all, world after world."""
    tables, began, number = Tables(), time.monotonic(), seed * 1000
    waiting = [*terms(runs)]
    Random(seed).shuffle(waiting)
    while waiting and time.monotonic() - began < 60 * minutes:
        some = waiting.pop(0)
        number += 1
        try:
            rest = await term(some, tables, house, seed=number, kept=kept)
        except Exception:  # noqa: BLE001  a world that cannot be begun is no run
            traceback.print_exc()
            continue
        if rest:
            waiting.insert(0, rest)
    return tables


async def _played(runs: list[Run], server: Server | None, asked: argparse.Namespace) -> Tables:
    async with Nursery.open() as nursery:
        house = House(nursery, server)
        return await play_all(runs, house, seed=asked.seed, kept=asked.keep, minutes=asked.minutes)


def main() -> int:
    """Play the runs that were asked for, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only",
        default="",
        help="words, with commas between them, that a run's store, platform, point and blow must have",
    )
    parser.add_argument(
        "--minutes", type=float, default=600.0, help="of the machine's, after which no new world is begun"
    )
    parser.add_argument("--keep", type=Path, help="folder for the logs of weeks that went wrong")
    asked = parser.parse_args()
    binaries = postgresql.programs()
    with ExitStack() as stack:
        stores = ["SQLite", *(["PostgreSQL"] if binaries else [])]
        runs = plan(Random(asked.seed), runs=asked.runs, only=asked.only, stores=stores)
        wanted = binaries and any(run.store == "PostgreSQL" for run in runs)
        server = stack.enter_context(postgresql.running(binaries)) if wanted and binaries else None
        began = time.monotonic()
        tables = asyncio.run(_played(runs, server, asked))
    print(f"{time.monotonic() - began:,.0f} s, seed {asked.seed}\n\n{tables.text()}")
    return int(tables.wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
