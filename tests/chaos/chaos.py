"""Chaos: weeks on the loopback Discord and Slack, in each of which something befalls the bots, at a named point or at any time.

    make chaos RUNS=100 SEED=3
    make chaos RUNS=20 ONLY="PostgreSQL,killed"
    make chaos RUNS=20 ONLY="HTTP,3 processes"

The bots are real processes: one on SQLite, two or three on one PostgreSQL where it is installed; on Slack over a socket or over HTTP, on Discord,
or on both. They are killed, stopped, cut off from the platform or their database; their disk is full or slow; their clock jumps; of three another one
may be struck as well; and some weeks begin with a database of an older version, in whose upgrade they are struck. The table says how often, in which setting, and what was lost, doubled, untold or left open.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

from tests.chaos.blows import BESIDE, BLOWS
from tests.chaos.books import File
from tests.chaos.nursery import Nursery
from tests.chaos.points import WRITER, Held, Writing
from tests.chaos.runs import WRONG, Run, Tables, plan, terms
from tests.chaos.stage import Stage
from tests.chaos.upgrade import Migrating
from tests.chaos.week import WEEK, Befalls, Play
from tests.chaos.world import MONDAY, House, world
from tests.doubles import postgresql, small_disk, stepping
from tests.doubles.postgresql import Server

DISK: Final = "192m"  # for a server: a database takes twelve, and the log up to forty


async def arm(play: Play, run: Run) -> Befalls:
    """Hold the bot at the point; before an upgrade the database is one of an older version."""
    if run.upgrades:
        await play.books.go_back()
    platform = run.platform or run.platforms[0]
    (place,) = [one for one in play.stages if one.town.name == platform]
    beside = BESIDE[run.beside] if run.beside else None
    return Befalls(BLOWS[run.store][run.blow], place, _held(play, place, run), beside)


def _held(play: Play, place: Stage, run: Run) -> Held | None:
    if run.point is None:
        return None
    if run.point.name == WRITER:
        return Writing(play.books)
    if run.point.statement:
        return Migrating(play.replicas[0], run.point.statement)
    return run.point.hold(place.town.faults, place.town.name)


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
                told = f"{_named(run)}: {wrong or 'well'} {dict(+seen)} {time.monotonic() - began:.1f} s"
                print(told, file=sys.stderr, flush=True)
                if wrong or seen["tracebacks"]:
                    _keep(play, run, wrong, kept, seed)
                if wrong:
                    return runs[number:]
    return []


def _named(run: Run) -> str:
    beside = f" and another {run.beside}" if run.beside else ""
    return f"{run.world}, {run.platform or run.platforms[0]} {run.where}, {run.blow}{beside}"


async def _one(play: Play, run: Run, number: int) -> Counter[str]:
    try:
        return await play.week(MONDAY + number * WEEK, await arm(play, run))
    except Exception:  # noqa: BLE001  whatever it was, it is counted, and the others are played
        traceback.print_exc()
        return play.seen + Counter({"broke off": 1})


def _keep(play: Play, run: Run, wrong: dict[str, int], kept: Path | None, seed: int) -> None:
    if kept is None:
        return
    kept.mkdir(parents=True, exist_ok=True)
    logs = "\n".join(f"--- {one.number}\n" + "\n~~~\n".join([*one.past, one.log]) for one in play.replicas)
    name = f"{seed}-{play.weeks}-{_named(run)}".replace(" ", "_").replace("/", "")
    lines = "\n".join(one.loopback.transcript() for one in play.stages)
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
    async with Nursery.open(steps=True) as nursery:
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
        help="words, with commas between them, that a run's setting, point and blow must have",
    )
    parser.add_argument(
        "--minutes", type=float, default=600.0, help="of the machine's, after which no new world is begun"
    )
    parser.add_argument("--keep", type=Path, help="folder for the logs of weeks that went wrong")
    asked = parser.parse_args()
    binaries, fills = postgresql.programs(), small_disk.possible()
    if binaries and not fills:
        print(f"No server's disk is filled: {small_disk.LACKING}.", file=sys.stderr)
    with ExitStack() as stack:
        stores = ["SQLite", *(["PostgreSQL"] if binaries else [])]
        runs = plan(
            Random(asked.seed), runs=asked.runs, only=asked.only, stores=stores, steps=stepping.library() is not None,
            fills=fills,
        )  # fmt: skip
        wanted = binaries and any(run.store == "PostgreSQL" for run in runs)
        size = DISK if fills else ""
        server = stack.enter_context(postgresql.running(binaries, size=size)) if wanted and binaries else None
        began = time.monotonic()
        tables = asyncio.run(_played(runs, server, asked))
    print(f"{time.monotonic() - began:,.0f} s, seed {asked.seed}\n\n{tables.text()}")
    return int(tables.wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
