"""A soak: one bot lives through virtual weeks on Discord and Slack at once, while fault after fault befalls its calls.

    make soak SOAK="--weeks 8 --seed 3"
    make soak SOAK="--minutes 120 --http"

Both platforms are the loopback servers, the bot is the real one in this process, and its clock is moved by hand. From
a seed each weekday has its questions, answers in threads and forms, reveals, and on Fridays the boards. Whatever goes wrong on
the way, in the end nothing may be lost, doubled, untold or left open; the table says how much was.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import structlog
from sqlalchemy import Connection, func, select

from adapters.discord.connection import Access as DiscordAccess
from adapters.discord.platform import DiscordPlatform
from adapters.slack.commands import HTTP_PATH, manifest
from adapters.slack.connection import Access as SlackAccess
from adapters.slack.platform import SlackPlatform
from bot.app import App
from bot.clock import MovableClock
from bot.delivery import Delivery
from bot.handlers.deps import Deps
from bot.jobs import Jobs
from bot.ports import Platform
from bot.store import recompute
from bot.store.database import Database
from bot.store.inbox import StoredInbox
from bot.store.notebook import StoredNotebook
from bot.store.schema import attempt, channel, round_
from tests.doubles import database
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import FULL, HALF, WRONG, bank
from tests.doubles.slack.server import SlackServer
from tests.soak.storm import Storm
from tests.soak.towns import DiscordTown, NotShown, SlackTown, Town, shown, until

# A Thursday, so that two days have a board; and not in the past, where discord.py takes clicks for dead.
START: Final = datetime(2035, 11, 22, 8, 30, tzinfo=UTC)
FRIDAY: Final = 4
EACH: Final = 60  # questions of each level: none comes twice in many weeks
AGAIN: Final = (
    0,
    6,
    40,
    170,
    780,
    1400,
    2100,
    2800,
    3600,
    4300,
    5000,
    5700,
    6400,
    7100,
)  # seconds after something is due
POSTS: Final = 8  # faults that may wait at once for what is posted
ANSWERS: Final = 3  # and for one answer
LONGEST: Final = 3600  # seconds that a storm may last: after two hours a question is rightly given up
PRESSES: Final = 5
AGAIN_SECONDS: Final = 2  # until a person presses again
AT_ONCE: Final = 4.0  # seconds in which an answer is graded and told where nothing is wrong
SETTLED: Final = 60.0  # seconds in which anything comes to its end, also on a machine that is busy
ACKNOWLEDGED: Final = 8.0  # longer than the platforms wait: a busy machine is no fault of the bot's
QUIET: Final = 1.0  # seconds of silence after which the bot looks into Slack's threads itself: time is short here
ADDRESS: Final = "https://quiz.example.org"  # as the manifest has it; the server reaches the bot on the loopback
KINDS_OF_FAULTS: Final = ("5xx", "429", "dropped", "slow", "connection cut")
MUST_BE_ZERO: Final = (
    "posts lost", "posts doubled", "answers not sent", "answers lost", "answers doubled", "grades not told", "rounds left open"
)  # fmt: skip


@dataclass
class Tally:
    """What was seen on one platform."""

    faults: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def wrong(self) -> dict[str, int]:
        """What is not as it must be."""
        return {name: self.seen[name] for name in MUST_BE_ZERO if self.seen[name]}


@dataclass
class Soak:
    """One bot, its two towns, and what befalls them."""

    db: Database
    jobs: Jobs
    clock: MovableClock
    slack: SlackServer
    discord: DiscordServer
    towns: tuple[Town, ...]
    rng: Random
    rate: float
    platforms: Sequence[Platform]
    tallies: dict[str, Tally] = field(default_factory=dict)
    storms: dict[str, Storm] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    chances: dict[str, Random] = field(default_factory=dict)  # of what members do

    def __post_init__(self) -> None:
        for town in self.towns:
            self.tallies[town.name], self.texts[town.name] = Tally(), []
            self.storms[town.name] = Storm(town, Random(self.rng.random()), self.rate)
            self.chances[town.name] = Random(self.rng.random())

    async def step(self, at: datetime) -> None:
        """Go to an instant, and do what is due; hours are not passed while a connection needs its second to come back."""
        await until(self._connected, within=SETTLED)
        self.clock.move_to(at)
        self.discord.move_to(at)
        await self.jobs._tick_or_log()

    def _connected(self) -> bool:
        """Whether each channel's platform is connected, and has handed over what was said meanwhile."""
        return all(self.jobs.app.ready(place) for town in self.towns for place in town.places())

    async def days(self, first: int, count: int) -> None:
        """Live through some days, counted from the beginning."""
        for number in range(first, first + count):
            await self.day(START.date() + timedelta(days=number))

    async def day(self, day: date) -> None:
        """Live through a day: questions, answers, reveals, and on Friday the boards."""
        nine = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        if day.weekday() > FRIDAY:
            await self.step(nine)
            return
        await self.due(nine, {"question": 1})
        await asyncio.gather(*(self.answers(town) for town in self.towns))
        await self.due(nine.replace(hour=17), {"reveal": 1, "board": int(day.weekday() == FRIDAY)})

    async def due(self, at: datetime, wanted: dict[str, int]) -> None:
        """Let something fall due, and count what is posted of it within the two hours in which that is tried."""
        before = {
            (town.name, number): shown(town, place) for town in self.towns for number, place in enumerate(town.channels)
        }
        for seconds in AGAIN:
            for storm in self.storms.values():
                storm.calm() if seconds > LONGEST else storm.blow(POSTS)
            await self.step(at + timedelta(seconds=seconds))
            if seconds and all(self._new(town, before) >= Counter(wanted) for town in self.towns):
                break
        await self.calm()
        for town in self.towns:
            self._count_posts(town, before, wanted)

    def _new(self, town: Town, before: dict[tuple[str, int], Counter[str]]) -> Counter[str]:
        """Return how many cards each channel has at least that were not there before."""
        each = [shown(town, place) - before[town.name, number] for number, place in enumerate(town.channels)]
        return Counter({kind: min(one[kind] for one in each) for kind in ("question", "reveal", "board")})

    def _count_posts(self, town: Town, before: dict[tuple[str, int], Counter[str]], wanted: dict[str, int]) -> None:
        seen = self.tallies[town.name].seen
        for number, place in enumerate(town.channels):
            new = shown(town, place) - before[town.name, number]
            for kind, count in wanted.items():
                seen["posts due"] += count
                seen["posts lost"] += max(0, count - new[kind])
                seen["posts doubled"] += max(0, new[kind] - count)

    async def calm(self) -> None:
        """Let the storms end, and what was put off be made up for."""
        for storm in self.storms.values():
            storm.calm()
        self.slack.retry()
        await self.step(self.clock.now() + timedelta(seconds=40))

    async def answers(self, town: Town) -> None:
        """Let everybody answer everywhere, some in the thread and some in the form."""
        for place in town.channels:
            for member in town.members:
                await self.answer(town, member, place)

    async def answer(self, town: Town, member: Any, place: Any) -> None:
        """Let a member answer, and count whether it was kept, and told, once."""
        seen, storm, told = self.tallies[town.name].seen, self.storms[town.name], town.grades(member)
        text = f"{self.chances[town.name].choice((FULL, HALF, WRONG))} That is number {len(self.texts[town.name]) + 1} in {town.name}."
        self.texts[town.name].append(text)
        seen["answers given"] += 1
        storm.blow(ANSWERS)
        await self._give(town, member, place, text)
        if not await until(lambda: town.grades(member) > told, within=AT_ONCE):
            await self._wait_for(town, member, told)
        storm.calm()
        seen["grades not told"] += town.grades(member) == told
        seen["grades told twice"] += town.grades(member) > told + 1

    async def _give(self, town: Town, member: Any, place: Any, text: str) -> None:
        """Answer in the thread or in the form; who finds no thread yet takes the form."""
        if self.chances[town.name].random() < 1 / 2:
            try:
                await town.reply(member, place, text)
            except NotShown:
                self.tallies[town.name].seen["no thread yet"] += 1
            else:
                return
        await self._press(town, member, place, text)

    async def _press(self, town: Town, member: Any, place: Any, text: str) -> None:
        """Press the button, and press it again where nothing came of it; whoever never gets a form has sent nothing.

        The storm ends before a member's patience does: a platform that is away for so long is none of the bot's making.
        """
        for press in range(2 * PRESSES):
            if press == PRESSES:
                self.storms[town.name].calm()
            try:
                await town.fill_in(member, place, text)
            except NotShown:
                if await self._kept_soon(text):
                    return
                self.tallies[town.name].seen["pressed again"] += 1
            else:
                return
        self.tallies[town.name].seen["answers not sent"] += 1

    async def _kept_soon(self, text: str) -> bool:
        """Whether a text is kept after all, in the seconds that a person takes to press again."""
        for _ in range(AGAIN_SECONDS):
            await asyncio.sleep(1)
            if await self.kept(text):
                return True
        return False

    async def _wait_for(self, town: Town, member: Any, told: int) -> None:
        """Let the next ticks bring what an answer could not."""
        self.tallies[town.name].seen["grades told later"] += 1
        self.storms[town.name].calm()
        self.slack.retry()
        for _ in range(5):  # within the waits of the retries: the card may be known to members, and not yet to the bot
            await self.step(self.clock.now() + timedelta(minutes=3))
            if await until(lambda: town.grades(member) > told, within=SETTLED / 5):
                return

    async def kept(self, text: str) -> int:
        """Return how many attempts have a text."""

        def look(connection: Connection) -> int:
            found = select(func.count()).select_from(attempt).where(attempt.c.text == text)
            return int(connection.execute(found).scalar_one())

        return await self.db.read(look)

    async def end(self) -> bool:
        """Count what became of all answers and rounds; return whether the totals equal their facts."""
        for town in self.towns:
            tally = self.tallies[town.name]
            tally.faults = self.storms[town.name].struck
            kept = [await self.kept(text) for text in self.texts[town.name]]
            tally.seen["answers lost"] = sum(not one for one in kept) - tally.seen["answers not sent"]
            tally.seen["answers doubled"] = sum(one > 1 for one in kept)
            await self._count_rounds(town, tally)
        report = await self.db.read(recompute.compare)
        return not report.differences

    async def _count_rounds(self, town: Town, tally: Tally) -> None:
        def look(connection: Connection) -> Sequence[Any]:
            own = select(round_.c.closed_at).join(channel).where(channel.c.ref.startswith(f"{town.name.lower()}:"))
            return connection.execute(own).all()

        rows = await self.db.read(look)
        tally.seen["rounds ended"] = sum(one.closed_at is not None for one in rows)
        tally.seen["rounds left open"] = sum(one.closed_at is None for one in rows)


@asynccontextmanager
async def soaking(
    folder: Path, *, seed: int, rate: float, members: int, http: bool = False
) -> AsyncIterator[Soak]:  # fmt: skip
    """Start the bot on both platforms, with a schedule in each channel; Slack reaches it over a socket, or over `http`."""
    rng = Random(seed)
    async with (
        SlackServer(start_at=START, manifest=manifest(ADDRESS if http else "", one_workspace=http)) as slack,
        DiscordServer() as discord,
        database.opened(folder / "studyhall.db", now=START) as db,
    ):
        discord.move_to(START)
        discord.acknowledge_within = slack.outbox.acknowledge_within = ACKNOWLEDGED
        platforms = _platforms(slack, discord, db, http=http)
        deps = Deps(db=db, bank=bank(EACH), rng=Random(seed))
        delivery = Delivery(db, {one.name: one for one in platforms})
        app = App(deps, clock=slack.clock, delivery=delivery)
        running = [asyncio.create_task(one.run(app)) for one in platforms]
        try:
            assert await until(lambda: all(one.link().since for one in platforms), within=SETTLED)
            if http:
                connection = platforms[1].connection
                assert connection is not None
                slack.http.url = f"http://127.0.0.1:{connection.port}{HTTP_PATH}"
            towns: tuple[Town, ...] = (DiscordTown(discord, members), SlackTown(slack, members))
            for town in towns:
                for place in town.channels:
                    await town.plan(place)
            yield Soak(db, Jobs(app), slack.clock, slack, discord, towns, rng, rate, platforms)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


def _platforms(
    slack: SlackServer, discord: DiscordServer, db: Database, *, http: bool
) -> tuple[DiscordPlatform, SlackPlatform]:
    notebook, clock = StoredNotebook(db), slack.clock
    of_discord = DiscordAccess(token=discord.token, api=discord.api, gateway=discord.gateway.url)
    of_slack = SlackAccess(
        api=slack.api,
        bot_token=slack.token,
        app_token="" if http else slack.app_token,
        signing_secret=slack.app.signing_secret if http else "",
        port=0,
        pause=0.0,
        again=(0.05, 0.2),
        later=(0.05,),
        quiet=QUIET,
    )
    return (
        DiscordPlatform(of_discord, notebook=notebook, inbox=StoredInbox(db, clock), clock=clock),
        SlackPlatform(of_slack, notebook=notebook, inbox=StoredInbox(db, clock), clock=clock),
    )


def table(soak: Soak, *, equal: bool) -> str:
    """Return what was seen, a column a platform."""
    names = [town.name for town in soak.towns]
    rows = [(f"faults: {kind}", [soak.tallies[name].faults[kind] for name in names]) for kind in KINDS_OF_FAULTS]
    told = ("posts due", "posts lost", "posts doubled", "answers given", "answers not sent", "answers lost",
            "answers doubled", "pressed again", "no thread yet",
            "grades told later", "grades told twice", "grades not told", "rounds ended", "rounds left open")  # fmt: skip
    rows += [(what, [soak.tallies[name].seen[what] for name in names]) for what in told]
    lines = [f"{'':<24}" + "".join(f"{name:>10}" for name in names)]
    lines += [f"{what:<24}" + "".join(f"{count:>10,}" for count in counts) for what, counts in rows]
    return "\n".join([*lines, f"{'totals equal the fold':<24}{'yes' if equal else 'NO':>10}"])


async def main() -> int:
    """Play the weeks that were asked for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", type=int, default=2, help="virtual ones")
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="of the machine's: weeks are begun so long, not counted"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.5, help="how likely a fault waits for a call, 0 to 1")
    parser.add_argument("--members", type=int, default=4, help="on each platform")
    parser.add_argument("--http", action="store_true", help="let Slack reach the bot over HTTP")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began, weeks = time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        how: dict[str, Any] = {"seed": asked.seed, "rate": asked.rate, "members": asked.members, "http": asked.http}
        async with soaking(Path(folder), **how) as soak:
            while weeks < asked.weeks or time.monotonic() - began < 60 * asked.minutes:
                await soak.days(7 * weeks, 7)
                weeks += 1
                print(f"week {weeks}: {time.monotonic() - began:,.0f} s", file=sys.stderr, flush=True)
            equal = await soak.end()
    way = "HTTP" if asked.http else "a socket"
    print(f"{weeks} virtual weeks, seed {asked.seed}, Slack over {way}, {time.monotonic() - began:,.0f} s")
    print(table(soak, equal=equal))
    return int(not equal or any(tally.wrong for tally in soak.tallies.values()))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
