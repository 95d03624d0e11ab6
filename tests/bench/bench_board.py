"""The board at a million attempts: the running totals against the same board summed from the award table.

The floor is one SQL query in bare sqlite3 that adds the awards of all time up. The database is filled with the bot's
rules but past its handlers; that a fill is consistent is proved on a smaller one by `recompute.compare`.
"""

import asyncio
import sqlite3
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import astuple, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from bot.grading import band_of
from bot.question import Level
from bot.rules.scoring import LEVEL_WEIGHT, Award, Period, Streak, Tally
from bot.store import boards, recompute
from bot.store.boards import Scope
from tests.bench.measure import alternated, folder, ratio, size, spread
from tests.doubles.fakes import Hall, hall

ATTEMPTS: Final = size(1_000_000, 600)
MEMBERS: Final = size(1_000, 20)
PROVED: Final = size(20_000, 200)  # attempts of the smaller database
REPETITIONS: Final = size(7, 1)
NOW: Final = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)  # a Friday in the middle of a season
TRIES: Final = (0, 1, 1, 2)  # of a member in a round: one on average
FOLD: Final = """
    SELECT member_id, sum(points), count(*), count(*) FILTER (WHERE band = 'correct'), sum(score)
    FROM award JOIN member ON member.id = member_id WHERE award.team_id = 1 AND NOT hidden GROUP BY member_id"""


@dataclass
class Fill:
    """Rows for the tables, and what is added up over them on the way."""

    rng: Random = field(default_factory=lambda: Random(1))
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    totals: dict[tuple[int, str, str], Tally] = field(default_factory=dict)
    streaks: dict[int, Streak] = field(default_factory=dict)
    attempts: int = 0

    def play(self, number: int, day: date) -> None:
        """Play one scheduled round to its end."""
        level, topic = list(Level)[number % 3], ("sky", "sea")[number % 2]
        at = int(datetime(day.year, day.month, day.day, 9, tzinfo=UTC).timestamp()) * 1_000_000
        opened, reveal = at, at + 8 * 3_600_000_000
        self._row(
            "round", id=number, team_id=1, channel_id=1, question_id=f"{topic}-{level}-0", version="1", level=level,
            topic=topic, scheduled=1, local_date=day.isoformat(), opened_at=opened, reveal_at=reveal, due_at=opened,
            closed_at=reveal, void=0, repeat=0, sequence=number,
        )  # fmt: skip
        for member in range(1, MEMBERS + 1):
            if scores := [self._attempt(number, member, n, at) for n in range(1, self.rng.choice(TRIES) + 1)]:
                self._award(number, member, day, max(scores), (topic, level))

    def _attempt(self, number: int, member: int, nth: int, at: int) -> int:
        self.attempts += 1
        score = self.rng.randrange(101)
        text = f"An answer of some thirty characters, the {self.attempts}th."
        self._row(
            "attempt", id=self.attempts, team_id=1, round_id=number, member_id=member, number=nth, text=text,
            public=0, late=0, hints=0, at=at + self.attempts,
        )  # fmt: skip
        self._row(
            "grade", id=self.attempts, attempt_id=self.attempts, score=score, band=band_of(score), version="1.0",
            points="[]", notes="[]", reason="", at=at,
        )  # fmt: skip
        return score

    def _award(self, number: int, member: int, day: date, score: int, of: tuple[str, Level]) -> None:
        topic, level = of
        one = Award(member=member, points=score * LEVEL_WEIGHT[level], score=score, band=band_of(score))
        self._row(
            "award", round_id=number, member_id=member, team_id=1, channel_id=1, local_date=day.isoformat(),
            topic=topic, level=level, points=one.points, score=score, band=one.band, sequence=number,
        )  # fmt: skip
        key = (member, topic, level)
        self.totals[key] = self.totals.get(key, Tally(member=member)).plus(one)
        self.streaks[member] = self.streaks.get(member, Streak()).attended(number)

    def _row(self, table: str, **values: Any) -> None:
        self.rows[table].append(values)

    def write(self, file: sqlite3.Connection) -> None:
        """Write the rows that have gathered; columns that they do not name are empty."""
        for table, rows in self.rows.items():
            named = ",".join(rows[0])
            file.executemany(f"INSERT INTO {table} ({named}) VALUES (:{named.replace(',', ',:')})", rows)  # noqa: S608
        self.rows.clear()

    def finish(self, file: sqlite3.Connection) -> None:
        """Write the people and what was added up."""
        self._row("team", id=1, ref="memory:team", zone="UTC")
        self._row("channel", id=1, team_id=1, ref="memory:channel:hall", name="hall")
        for n in range(1, MEMBERS + 1):
            self._row("member", id=n, team_id=1, name=f"m{n}", organiser=0, hidden=0, shares=0)
            self._row("identity", ref=f"memory:member:m{n}", team_id=1, member_id=n)
        for (n, topic, level), tally in self.totals.items():
            added = {"points": tally.points, "rounds": tally.rounds, "correct": tally.correct, "score": tally.score}
            self._row("total", team_id=1, member_id=n, topic=topic, level=level, **added)
        for n, run in self.streaks.items():
            self._row("streak", channel_id=1, member_id=n, team_id=1, length=run.length, best=run.best, last=run.last)
        self.write(file)


def weekdays(until: date) -> Iterator[date]:
    """Yield the working days up to one, newest first."""
    while True:
        if until.isoweekday() <= 5:
            yield until
        until -= timedelta(days=1)


async def filled(path: Path, attempts: int) -> str:
    """Make the database with the bot's own migration, fill it, and say how long that took."""
    async with hall(path, now=NOW):
        pass
    start, fill = time.perf_counter(), Fill()
    days = [day for day, _ in zip(weekdays(NOW.date()), range(attempts // MEMBERS), strict=False)]
    with closing(sqlite3.connect(path / "studyhall.db")) as file:
        file.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; BEGIN")
        for number, day in enumerate(reversed(days), start=1):
            fill.play(number, day)
            fill.write(file)
        fill.finish(file)
        file.commit()
    awards = sum(tally.rounds for tally in fill.totals.values())
    return f"{fill.attempts:,} attempts, {awards:,} awards, {len(days):,} rounds in {time.perf_counter() - start:.0f} s"


async def tallies(one: Hall, period: Period) -> list[Tally]:
    """Return a board's tallies as the handler asks for them."""
    scope = Scope(team=1, start=period.start(NOW.date()))
    return await one.db.read(lambda connection: boards.tallies(connection, scope))


async def measure(one: Hall, fold: Callable[[], Awaitable[list[tuple[int, ...]]]], floor_: str) -> None:
    """Time the boards against the fold of all awards, and see that both give the same."""
    same = sorted(map(astuple, await tallies(one, Period.ALL))) == sorted(await fold())
    assert same, "totals and fold give different boards"
    print("Totals and fold give the same board")
    runs = (
        fold, lambda: tallies(one, Period.ALL), lambda: tallies(one, Period.SEASON), lambda: tallies(one, Period.WEEK),
        lambda: one.types("m7", "/leaderboard all"), lambda: one.types("m7", "/leaderboard week"),
    )  # fmt: skip
    names = (f"Floor, the fold of all awards {floor_}", "Totals of all time", "Tallies of the season",
             "Tallies of the week", "/leaderboard all through App.handle", "/leaderboard week through App.handle")  # fmt: skip
    floor, *others = [[1000 * s for s in taken] for taken in await alternated(REPETITIONS, *runs)]
    print(f"{names[0]}: {spread(floor, 'ms', 1)}")
    for name, taken in zip(names[1:], others, strict=True):
        print(f"{name}: {spread(taken, 'ms', 1)}, {ratio(taken, floor)}")


async def prove(path: Path) -> None:
    """Fold a smaller database again with the bot's own proof."""
    made = await filled(path, PROVED)
    async with hall(path, now=NOW) as one:
        start = time.perf_counter()
        report = await one.db.read(recompute.compare)
        taken = time.perf_counter() - start
    assert not report.differences
    print(f"recompute.compare over {made.partition(' in ')[0]}: {len(report.differences)} differences, {PROVED / taken:,.0f} attempts a second")  # fmt: skip


async def main() -> None:
    """Fill, measure and prove."""
    with folder() as big, folder() as small:
        print(f"bench_board: {MEMBERS:,} members, {await filled(Path(big), ATTEMPTS)}")
        async with hall(Path(big), now=NOW) as one:
            with closing(sqlite3.connect(Path(big) / "studyhall.db")) as bare:

                async def fold() -> list[tuple[int, ...]]:
                    return bare.execute(FOLD).fetchall()

                await measure(one, fold, "in bare sqlite3")
        await prove(Path(small))


if __name__ == "__main__":
    asyncio.run(main())
