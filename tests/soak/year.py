"""A year of two teams that share some people: forty members in four zones, holidays, days off, outages, links that end and begin again.

Members also move from one study team to another, and meet for live rounds, which count on the boards while organisers want it so.
The bot asks, reveals and posts boards by its own clock, which is moved by hand; members' answers are written down as facts. What
boards, scores and streaks must be is reckoned here from plain lists of what was done, by nothing of the bot's own:
`make year` plays all of it with five questions a week; in the test there is one, and the bot is out for nine weeks in ten.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import Connection, select

from bot.grading import Grade
from bot.rules.squads import rank
from bot.store import answers, live, people, recompute, squads
from bot.store.boards import Scope
from bot.store.schema import identity, live_step, round_
from tests.doubles.fakes import Hall, bank
from tests.doubles.fakes import hall as start_hall

PLACES: Final = {  # channel: team, zone, country
    "berlin": ("memory:left", "Europe/Berlin", "DE"),
    "york": ("memory:left", "America/New_York", "US"),
    "tokyo": ("memory:right", "Asia/Tokyo", "JP"),
    "auckland": ("memory:right", "Pacific/Auckland", "NZ"),
}
WEIGHT: Final = {"mid": 1, "senior": 2, "principal": 3}
EACH: Final = 10  # members of a channel
LINKED: Final = 6  # of the first ten of either team
BEGIN: Final = datetime(2026, 1, 4, 12, tzinfo=UTC)
OUT: Final = timedelta(days=2, hours=12)
TEAMS: Final = ("memory:left", "memory:right")
SQUADS: Final = ("Owls", "Larks", "Herons")
BEST: Final = (3, 4)  # of a study team's members that make its score, in either team


@dataclass(frozen=True)
class Said:
    """An answer: in which round of which channel, on which local date, by whom, and what its grade was."""

    round: int
    place: str
    question: str
    day: date
    who: int
    points: int


@dataclass(frozen=True)
class Met:
    """What somebody had of a question in a live round that counts."""

    team: str
    day: date
    who: int
    points: int


@dataclass(frozen=True)
class Went:
    """A move into a study team, or out of all, on a local date."""

    who: int
    squad: str | None
    day: date


@dataclass
class Year:
    """The year while it is played, with the list of what was answered."""

    hall: Hall
    rng: Random
    days: str
    members: dict[str, list[int]] = field(default_factory=dict)  # by channel
    pairs: list[tuple[int, int]] = field(default_factory=list)  # who is one person now
    said: list[Said] = field(default_factory=list)
    asked: dict[str, list[tuple[int, date]]] = field(default_factory=dict)  # each channel's rounds by number
    off: dict[int, list[tuple[date, date]]] = field(default_factory=dict)
    met: list[Met] = field(default_factory=list)
    went: list[Went] = field(default_factory=list)
    counting: set[str] = field(default_factory=set)  # the teams whose live rounds count

    def where(self, place: str, who: str) -> dict[str, Any]:
        """Return where somebody types."""
        team = PLACES[place][0]
        channel = f"memory:channel:{place}"
        return {"team": team, "channel": channel, "channel_name": place, "member": f"memory:member:{who}"}

    async def begin(self) -> None:
        """Let everybody come, set the schedules, and link six of the left team with six of the right."""
        for place, (_, zone, country) in PLACES.items():
            boss = self.where(place, f"boss-{place}") | {"organiser": True}
            line = f"/schedule set 09:00 {zone} {self.days} reveal=17:00 board=fri holidays={country}"
            await self.hall.types(f"boss-{place}", line, **boss)
            for number in range(EACH):
                name = f"{place}-{number}"
                await self.hall.types(name, "/settings", **self.where(place, name))
        known = dict(await self.hall.rows(identity, "ref", "member_id"))
        self.members = {p: [known[f"memory:member:{p}-{n}"] for n in range(EACH)] for p in PLACES}
        self.asked = {place: [] for place in PLACES}
        for number in range(LINKED):
            await self.link(number)
        for place, best in zip(("york", "auckland"), BEST, strict=True):
            await self.order(place, f"/settings best={best}", *(f"/team create {name}" for name in SQUADS))
        for place in PLACES:
            for number in range(0, EACH, 2):
                await self.go(place, number, SQUADS[number % 3])

    async def order(self, place: str, *lines: str) -> None:
        """Let a place's organiser type lines."""
        for line in lines:
            await self.hall.types(f"boss-{place}", line, **self.where(place, f"boss-{place}"), organiser=True)

    def today(self, place: str) -> date:
        """Return the date on a place's calendars."""
        return self.hall.clock.now().astimezone(ZoneInfo(PLACES[place][1])).date()

    async def go(self, place: str, number: int, squad: str | None) -> None:
        """Let somebody move into a study team, or out of theirs."""
        name = f"{place}-{number}"
        line = f"/team join {squad}" if squad else "/team leave"
        await self.hall.types(name, line, **self.where(place, name))
        self.went.append(Went(self.members[place][number], squad, self.today(place)))

    async def meet(self, place: str) -> None:
        """Let a place begin a live round, which counts or does not."""
        team, on = PLACES[place][0], self.rng.random() < 0.7
        self.counting = self.counting | {team} if on else self.counting - {team}
        await self.order(place, f"/settings live={'on' if on else 'off'}", "/live 2")
        await self.hall.db.write(self._join)

    async def link(self, number: int) -> None:
        """Make a member of Berlin and one of Tokyo one person."""
        left, right = (f"{place}-{number}" for place in ("berlin", "tokyo"))
        here, there = self.where("berlin", left), self.where("tokyo", right)
        await self.hall.types(left, "/link", **here)
        (code,) = re.findall(r"^/link (\S+)$", self.hall.told(left), re.MULTILINE)
        await self.hall.types(right, f"/link {code}", **there)
        (agree,) = re.findall(r"link-agree:\d+", self.hall.told(right))
        await self.hall.presses(right, agree, **there)
        await self.hall.presses(left, agree, **here)
        self.pairs.append((self.members["berlin"][number], self.members["tokyo"][number]))

    async def part(self, number: int) -> None:
        """End such a link."""
        await self.hall.types(f"berlin-{number}", "/link off", **self.where("berlin", f"berlin-{number}"))
        self.pairs.remove((self.members["berlin"][number], self.members["tokyo"][number]))

    async def week(self, number: int, played: int) -> None:
        """Let a week pass, in some of which the bot is out for days, somebody goes away, or a link ends and begins again."""
        begin = BEGIN + timedelta(weeks=number)
        self.hall.clock.move_to(begin)  # it was out since the last week that was played
        await self.tick()
        for place in ("berlin", "auckland") if played % 2 else ("york", "tokyo"):
            await self.go(place, self.rng.randrange(EACH), self.rng.choice(SQUADS))
            await self.meet(place)
        if played % 2 == 0:
            await self.go("auckland", 0, SQUADS[played % 3])
            await self.go("auckland", 0, None)  # the last of a week counts
            await self.leave(self.rng.choice(list(PLACES)), self.rng.randrange(EACH))
        if played % 5 == 2:
            await self.part(played % LINKED)
        if played % 5 == 4:
            await self.link((played - 2) % LINKED)
        if played % 6 == 5:
            await self.pass_until(begin + timedelta(days=2))
            self.hall.clock.move_to(self.hall.clock.now() + OUT)
            await self.tick()
        await self.pass_until(begin + timedelta(weeks=1))

    async def leave(self, place: str, number: int) -> None:
        """Let somebody be away for some days from tomorrow on, by their zone."""
        first = self.hall.clock.now().date() + timedelta(days=2)
        last = first + timedelta(days=self.rng.randrange(1, 12))
        name = f"{place}-{number}"
        await self.hall.types(name, f"/away {first}..{last}", **self.where(place, name))
        self.off.setdefault(self.members[place][number], []).append((first, last))

    async def pass_until(self, to: datetime) -> None:
        """Let everything fall due at its time, and members answer what is open."""
        while (now := self.hall.clock.now()) < to:
            due = await self.hall.jobs.next_due(after=now)
            self.hall.clock.move_to(min(to, now + timedelta(days=2), *([due] if due else [])))
            await self.tick()

    async def tick(self) -> None:
        await self.hall.jobs.tick()
        await self.hall.db.write(self._join)

    def _join(self, connection: Connection) -> None:
        """Answer what is open, in rounds and live."""
        self._answer(connection)
        is_open = (live_step.c.opened_at.is_not(None), live_step.c.closed_at.is_(None))
        for step in connection.execute(select(live_step).where(*is_open)).all():
            current = live.get(connection, step.live_id)
            place = list(PLACES)[current.channel - 1]
            for who in self.members[place]:
                points = self.rng.choice((0, 40, 100))
                if live.answer(connection, current, step.number, member_id=who, points=points, now=step.opened_at):
                    self._met(place, who, points)

    def _met(self, place: str, who: int, points: int) -> None:
        if (team := PLACES[place][0]) in self.counting:
            self.met.append(Met(team, self.today(place), who, points))

    def _answer(self, connection: Connection) -> None:
        newest = max((number for some in self.asked.values() for number, _ in some), default=0)
        rows = connection.execute(select(round_).where(round_.c.id > newest).order_by(round_.c.id))
        for asked in rows.all():
            place = list(PLACES)[asked.channel_id - 1]
            self.asked[place].append((asked.id, asked.local_date))
            for who in self.members[place]:
                if (score := self.rng.choice((None, 0, 50, 100, 100))) is not None:
                    self._say(connection, asked, place, who, score)

    def _say(self, connection: Connection, asked: Any, place: str, who: int, score: int) -> None:
        marks = {"copied_from": None, "practice": False, "recited": False, "says": True}
        answers.save_attempt(
            connection, Grade(score, (), ()), now=asked.opened_at, team_id=asked.team_id, round_id=asked.id, member_id=who,
            number=1, text="words", public=False, late=False, hints=0, **marks,
        )  # fmt: skip
        points = score * WEIGHT[asked.level]
        self.said.append(Said(asked.id, place, asked.question_id, asked.local_date, who, points))

    def person(self, who: int) -> set[int]:
        """Return all members that somebody is."""
        return next((set(pair) for pair in self.pairs if who in pair), {who})

    def here(self, team: str) -> list[int]:
        """Return a team's members."""
        return [who for place, some in self.members.items() if PLACES[place][0] == team for who in some]

    def earned(self, team: str, who: int) -> list[tuple[date, int]]:
        """Return what somebody earned on which date, as it counts in a team."""
        answered = [(one.day, self.worth(one, who)) for one in self.of(who)]
        return answered + [(one.day, one.points) for one in self.met if (one.team, one.who) == (team, who)]

    def squad(self, who: int, day: date) -> str | None:
        """Return the study team that somebody is in on a date: that of their last move in a week before."""
        weeks = [(one.day.isocalendar()[:2], one.squad) for one in self.went if one.who == who]
        before = [one for one in weeks if one[0] < day.isocalendar()[:2]]
        return max(enumerate(before), key=lambda one: (one[1][0], one[0]))[1][1] if before else None

    def of(self, who: int) -> Iterator[Said]:
        """Yield what a person said, wherever."""
        yield from (one for one in self.said if one.who in self.person(who))

    def worth(self, one: Said, who: int) -> int:
        """Return what an answer counts for a person: nothing where their other account had the question in an earlier round."""
        return (
            0
            if any(o.question == one.question and o.who != one.who and o.round < one.round for o in self.of(who))
            else one.points
        )

    def streak(self, who: int) -> tuple[int, int]:
        """Return what somebody's streak must be, now and at best: over their channels, days off and days kept elsewhere too."""
        mine, runs = list(self.of(who)), []
        for place in {one.place for one in mine}:
            run, best = 0, 0
            elsewhere = {one.day for one in mine if PLACES[one.place][0] != PLACES[place][0]}
            rounds = {one.round for one in mine}
            for number, day in self.asked[place]:
                if any(first <= day <= last for m in self.person(who) for first, last in self.off.get(m, ())):
                    continue
                run = run + 1 if number in rounds or day in elsewhere else 0
                best = max(best, run)
            runs.append((run, best))
        return max((run for run, _ in runs), default=0), max((best for _, best in runs), default=0)


def terms(every: int) -> Iterator[tuple[date, date]]:
    """Yield every week that was played, every month and season of the year, and all of it."""
    first = BEGIN.date() + timedelta(days=1)
    yield from ((first + timedelta(weeks=n), first + timedelta(weeks=n + 1)) for n in range(0, 52, every))
    months = [date(2026, month, 1) for month in range(1, 13)] + [date(2027, 1, 1)]
    yield from pairwise(months)
    yield from pairwise(months[::3])
    yield date(2026, 1, 1), date(2027, 2, 1)
    yield date.min, date.max


Earned = dict[int, list[tuple[date, int, str | None]]]  # what each earned when, and in which study team


def sums(earned: Earned, start: date, end: date) -> dict[int, int]:
    """Return what a board must say of the dates from start up to end."""
    points = {who: sum(worth for day, worth, _ in some if start <= day < end) for who, some in earned.items()}
    return {who: worth for who, worth in points.items() if worth}


def scores(earned: Earned, start: date, end: date, best: int) -> dict[str, int]:
    """Return what each study team must score: what its best earned while they were in it."""
    found = {}
    for name in SQUADS:
        each = [sum(n for day, n, squad in some if squad == name and start <= day < end) for some in earned.values()]
        found[name] = sum(sorted(each)[-best:])
    return {name: points for name, points in found.items() if points}


async def wrong(year: Year, every: int) -> list[str]:
    """Return where boards, scores, streaks, totals or dates are not what they must be."""
    found = [str(one) for one in (await year.hall.db.read(recompute.compare)).differences]
    for number in range(len(TEAMS)):
        found += await year.hall.db.read(partial(_wrong, year=year, number=number, every=every))
    return found + list(dates(year))


def _wrong(connection: Connection, *, year: Year, number: int, every: int) -> list[str]:
    """Return where a team's boards, scores and streaks are not what they must be."""
    team, here, found = TEAMS[number], year.here(TEAMS[number]), []
    earned = {who: [(day, n, year.squad(who, day)) for day, n in year.earned(team, who)] for who in here}
    for start, end in terms(every):
        scope = Scope(team=number + 1, start=start, end=end, known=year.hall.app.deps.bank.every)
        told = {one.member: one.points for one in people.tallies(connection, scope) if one.points}
        if told != (must := sums(earned, start, end)):
            found.append(f"{team} {start} to {end}: {told} and not {must}")
        standings = rank(squads.points(connection, scope), best=squads.best(connection, scope.team))
        names = squads.names(connection, [one.squad for one in standings])
        scored = {names[one.squad]: one.points for one in standings}
        if scored != (due := scores(earned, start, end, BEST[number])):
            found.append(f"study teams of {team} {start} to {end}: {scored} and not {due}")
    streaks = people.streaks(connection, number + 1, here)
    return found + [
        f"streak of {who}: {streaks.get(who, (0, 0))} and not {run}"
        for who in here
        if streaks.get(who, (0, 0)) != (run := year.streak(who))
    ]


def dates(year: Year) -> Iterator[str]:
    """Yield dates on which a channel was asked on a holiday, or twice."""
    for place, (_, _, country) in PLACES.items():
        days = [day for _, day in year.asked[place]]
        free = holidays.country_holidays(country)
        yield from (f"{place}: {day} is a holiday" for day in days if day in free)
        yield from (f"{place}: {day} came {count} times" for day, count in Counter(days).items() if count > 1)


async def played(folder: Path, *, every: int, days: str) -> tuple[Year, list[str]]:
    """Play a year, of which the bot is there for every so many weeks alone, and return it with what is wrong."""
    async with start_hall(folder, questions=bank(each=80), now=BEGIN) as hall:
        year = Year(hall, Random(7), days)
        await year.begin()
        for played_, number in enumerate(range(0, 52, every)):
            await year.week(number, played_)
        return year, await wrong(year, every)


async def _main() -> None:
    with TemporaryDirectory() as folder:
        year, found = await played(Path(folder), every=1, days="mon-fri")
    asked, lived = sum(map(len, year.asked.values())), len(year.met)
    print(f"{asked} questions, {len(year.said)} answers, {lived} in live rounds that count, {len(year.went)} moves")  # noqa: T201
    print("\n".join(found) or "every board, score and streak is what it must be")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(_main())
