"""What an answer waits while thousands of schedules are planned, against the same answers while nothing else happens.

All schedules are planned at the first start, on a usual look ten minutes later, a day later, and after thirty days in
which the bot was down. Meanwhile members answer, one every few milliseconds, through `App.handle`. Waiting is told twice:
by the clock, and as what this process used of the processor meanwhile, which is what the clock would say on a machine that
does nothing else. What planning itself takes is measured against bare sqlite3, which writes as many rows as it did into a
table of the same indexes.
"""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

from bot import outcomes
from bot.question import Level
from bot.rules.fairness import ASKED_BY_MEMBER
from tests.bench.measure import folder, size
from tests.doubles import database
from tests.doubles.fakes import FULL, MONDAY, Hall, hall

SCHEDULES: Final = size(5_000, 30)
TEAMS: Final = size(250, 3)
PAUSE: Final = 0.02  # seconds from one answer to the next
FEWEST: Final = size(100, 3)  # answers, however soon planning is through
A_ROUND: Final = 80  # answers to one question: a busy channel
OUTAGE: Final = timedelta(days=30)
ZONES: Final = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney", "UTC")


def fill(path: Path) -> None:
    """Write teams with their schedules down, as organisers have set them just now."""
    now = int(MONDAY.timestamp()) * 1_000_000
    teams = range(1, TEAMS + 1)
    with closing(sqlite3.connect(path)) as file, file:
        file.executemany(
            "INSERT INTO team (id, ref, zone) VALUES (?, ?, 'UTC')", [(t, f"memory:team{t}") for t in teams]
        )
        people = [(team, team, "ana", 1, 0, 0) for team in teams]
        file.executemany(
            "INSERT INTO member (id, team_id, name, organiser, hidden, shares) VALUES (?,?,?,?,?,?)", people
        )
        known = [(f"memory:member:ana{team}", team, team) for team in teams]
        file.executemany("INSERT INTO identity (ref, team_id, member_id) VALUES (?, ?, ?)", known)
        for number in range(1, SCHEDULES + 1):
            team = number % TEAMS + 1
            place = (number, team, f"memory:channel:{number}", f"room {number}")
            file.execute("INSERT INTO channel (id, team_id, ref, name) VALUES (?, ?, ?, ?)", place)
            row = (number, team, number, team, plan(number), "active", now)
            names = "id, team_id, channel_id, member_id, plan, state, effective_at"
            file.execute(f"INSERT INTO schedule ({names}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608  our own names


def plan(number: int) -> str:
    """Return a schedule's plan as it is kept."""
    told = {
        "zone": ZONES[number % len(ZONES)], "at": "09:00:00", "weekdays": [0, 1, 2, 3, 4], "reveal": "17:00:00",
        "board_day": 4, "board_at": "17:00:00", "levels": [Level.MID], "topics": [], "country": "DE", "days_off": [],
    }  # fmt: skip
    return json.dumps(told)


@dataclass
class Waits:
    """What answers waited, in milliseconds: by the clock, and of the processor."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def against(self, floor: "Waits") -> str:
        """Return what was waited, and the ratios to what is waited while nothing else happens."""
        return ", ".join(
            f"{name} {median(took):.1f} ms, at most {max(took):.1f} ms, "
            f"{median(took) / median(bare):.2f} x the floor ({median(bare):.1f} ms)"
            for name, took, bare in (
                ("by the clock", self.clock, floor.clock),
                ("of the processor", self.processor, floor.processor),
            )
        )


@dataclass
class Crowd:
    """Members who answer one after the other."""

    hall: Hall
    waits: Waits = field(default_factory=Waits)
    asked: int = 0
    names: int = 0

    async def answer(self) -> None:
        """Let the next member answer."""
        if self.names % A_ROUND == 0:
            asker = self.names // A_ROUND // ASKED_BY_MEMBER  # one member may ask so many a day
            opened = await self.hall.types(f"asker-{asker}", "/quiz")
            assert isinstance(opened, outcomes.RoundOpened), opened
            self.asked = opened.view.round.id
        self.names += 1
        start = time.perf_counter(), time.process_time()
        given = await self.hall.answers(f"m{self.names}-{self.asked}", FULL, self.asked)
        self.waits.clock.append((time.perf_counter() - start[0]) * 1000)
        self.waits.processor.append((time.process_time() - start[1]) * 1000)
        assert isinstance(given, outcomes.AttemptGraded)
        await asyncio.sleep(PAUSE)

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """Go on answering for as long as the block takes, and at least a few times."""
        over, self.waits = asyncio.Event(), Waits()

        async def go_on() -> None:
            while not over.is_set() or len(self.waits.clock) < FEWEST:
                await self.answer()

        task = asyncio.create_task(go_on())
        yield
        over.set()
        await task


async def scene(name: str, crowd: Crowd, floor: Waits) -> float:
    """Look ahead as the bot does each second until nothing is left to plan, while members answer; print what they waited.

    Return what planning took, in seconds of the processor, the answers' share in it.
    """
    start = time.perf_counter(), time.process_time()
    async with crowd.answering():
        await crowd.hall.jobs.tick()
        while crowd.hall.jobs._to_plan:
            await crowd.hall.jobs.tick()
        taken, used = time.perf_counter() - start[0], time.process_time() - start[1]
    print(f"{name}: planned in {taken:.1f} s, {used:.1f} s of the processor, beside {len(crowd.waits.clock)} answers")
    print(f"  an answer waits {crowd.waits.against(floor)}")
    return used


async def quiet(crowd: Crowd) -> Waits:
    """Return what members wait while nothing else happens."""
    async with crowd.answering():
        pass
    return crowd.waits


def bare(path: Path, rows: int) -> float:
    """Return the processor's seconds in which bare sqlite3 writes so many occurrences, committed by 150."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode=WAL")
        file.execute(
            "CREATE TABLE o (id INTEGER PRIMARY KEY, s INT, kind TEXT, day TEXT, due INT, state TEXT, UNIQUE(s, kind, day))"
        )
        file.execute("CREATE INDEX due ON o (state, due)")
        file.execute("CREATE INDEX mine ON o (s, state)")
        start = time.process_time()
        for first in range(0, rows, 150):
            some = [(n // 16, "question", f"{n % 16:02}", n, "due") for n in range(first, min(rows, first + 150))]
            file.executemany("INSERT INTO o (s, kind, day, due, state) VALUES (?, ?, ?, ?, ?)", some)
            file.commit()
        return time.process_time() - start


def written(path: Path) -> int:
    """Return how many occurrences there are."""
    with closing(sqlite3.connect(path)) as file:
        return int(file.execute("SELECT count(*) FROM occurrence").fetchone()[0])


async def main() -> None:
    """Play the scenes on one database."""
    print(f"bench_planning: {SCHEDULES} schedules of {TEAMS} teams")
    with folder() as where:
        path = Path(where) / "studyhall.db"
        database.begin(path)
        fill(path)
        async with hall(Path(where)) as one:
            one.platform.away = True  # nothing is posted: what is measured is planning
            crowd = Crowd(one)
            floor = await quiet(crowd)
            await scene("The first start", crowd, floor)
            for name, later in (("Ten minutes later", timedelta(minutes=10)), ("A day later", timedelta(days=1))):
                one.clock.move_to(one.clock.now() + later)
                await scene(name, crowd, floor)
            rows = written(path)
        async with hall(Path(where), now=MONDAY + OUTAGE) as one:
            one.platform.away, one.events = True, 1_000_000
            crowd = Crowd(one)
            floor = await quiet(crowd)
            used = await scene(f"After {OUTAGE.days} days' outage", crowd, floor)
        rows = written(path) - rows
        seconds = bare(Path(where) / "bare.db", rows)
        print(f"  {rows} rows written down: {used / seconds:.1f} x the floor ({seconds:.2f} s)")


if __name__ == "__main__":
    asyncio.run(main())
