"""What people with accounts in several teams have in all of these: one line on each board, one streak. Nothing here is written down.

Of whoever has one account, which are nearly all, everything is as the other modules of the store tell it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.grading import Band
from bot.question import Level
from bot.rules import people
from bot.rules.people import Account, Asked, Earned, Spell, counted
from bot.rules.rounds import Round
from bot.rules.scoring import Award, Share, Streak, Tally
from bot.store import boards, live
from bot.store.answers import is_copy, newest_grade
from bot.store.boards import Scope
from bot.store.schema import attempt, award, away, grade, member, round_, team


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with several accounts, by the one under which they are shown; `hidden` where one of those here is."""

    shown: int
    hidden: bool
    accounts: tuple[Account, ...]

    @property
    def members(self) -> tuple[int, ...]:
        """The accounts' members."""
        return tuple(one.member for one in self.accounts)


async def joined(connection: AsyncConnection, team_id: int) -> list[int]:
    """Return the teams that have one board with a team, itself first."""
    word = select(team.c.joined).where(team.c.id == team_id).scalar_subquery()
    query = select(team.c.id).where(team.c.joined == word, team.c.joined.is_not(None), team.c.id != team_id)
    return [team_id, *(await connection.execute(query.order_by(team.c.id))).scalars()]


async def account(connection: AsyncConnection, member_id: int) -> Account:
    """Return a member as an account."""
    team_id = (await connection.execute(select(member.c.team_id).where(member.c.id == member_id))).scalar_one()
    return Account(member=member_id, team=team_id)


async def others(connection: AsyncConnection, member_id: int) -> list[Account]:
    """Return the other accounts of whoever a member is; of most members there are none."""
    found = await of_members(connection, [member_id])
    return [one for person in found for one in person.accounts if one.member != member_id]


async def accounts(connection: AsyncConnection, one: Account) -> list[Account]:
    """Return the accounts of whoever has one, that one first."""
    return [one, *await others(connection, one.member)]


async def on_board(connection: AsyncConnection, teams: Sequence[int]) -> list[Person]:
    """Return who of some teams has several accounts; they are shown under that of the team that is named first."""
    return await persons(connection, member.c.team_id.in_(teams), first=teams[0])


async def of_members(connection: AsyncConnection, members: Iterable[int]) -> list[Person]:
    """Return who of some members has several accounts."""
    return await persons(connection, member.c.id.in_(list(members)))


async def persons(connection: AsyncConnection, where: ColumnElement[bool], *, first: int = 0) -> list[Person]:
    """Return the people behind the members of a condition."""
    columns = (member.c.id, member.c.team_id, member.c.hidden, member.c.person)
    rows = await connection.execute(select(*columns).where(where, member.c.person.is_not(None)).order_by(member.c.id))
    here: dict[str, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.team_id != first):
        here[row.person].append(row)
    if not here:
        return []
    every = select(member.c.id, member.c.team_id, member.c.person).where(member.c.person.in_(list(here)))
    of: dict[str, list[Account]] = defaultdict(list)
    for one in await connection.execute(every.order_by(member.c.id)):
        of[one.person].append(Account(member=one.id, team=one.team_id))
    return [
        Person(shown=some[0].id, hidden=any(one.hidden for one in some), accounts=tuple(of[word]))
        for word, some in here.items()
    ]


async def tallies(connection: AsyncConnection, scope: Scope) -> list[Tally]:
    """Return each visible member's tally; somebody with several accounts has one, with what they earned in all.

    Live rounds that are to count do so in their own team, and in those that have one board with it.
    """
    teams = await joined(connection, scope.team)
    linked = await on_board(connection, teams)
    found = {one.member: one for one in await _answered(connection, scope, teams, linked)}
    for name, _, points in await _live(connection, scope, teams, linked):
        tally = found.get(name, Tally(member=name))
        found[name] = replace(tally, points=tally.points + points)
    return list(found.values())


async def beside(connection: AsyncConnection, scope: Scope) -> list[tuple[int, date, int]]:
    """Return who has points on which date of a board beside what they earned with answers as the one account that they have.

    These are people with several accounts, by the one under which they are shown, and whoever took part in live rounds that count.
    """
    teams = await joined(connection, scope.team)
    linked = await on_board(connection, teams)
    found = await _live(connection, scope, teams, linked)
    for person in linked:
        some = [] if person.hidden else await _counted(connection, person.members, scope, teams)
        found += [(person.shown, one.day, one.award.points) for one in some if _within(scope, one)]
    return found


async def _live(
    connection: AsyncConnection, scope: Scope, teams: Sequence[int], linked: Sequence[Person]
) -> list[tuple[int, date, int]]:
    """Return what is earned in live rounds that count, under the names that are shown."""
    shown = {member: person.shown for person in linked for member in person.members}
    hidden = {member for person in linked if person.hidden for member in person.members}
    earned = await live.counted(connection, teams, scope)
    return [(shown.get(who, who), day, points) for who, day, points in earned if who not in hidden]


async def _answered(
    connection: AsyncConnection, scope: Scope, teams: Sequence[int], linked: Sequence[Person]
) -> list[Tally]:
    """Return what was earned with answers to rounds."""
    alone = [one for team in teams for one in await boards.tallies(connection, replace(scope, team=team))]
    whole = {member for person in linked for member in person.members}
    found = [one for one in alone if one.member not in whole]
    for person in linked:
        some = [one for one in await _counted(connection, person.members, scope, teams) if _within(scope, one)]
        if some and not person.hidden:
            found.append(_tally(person.shown, some))
    return found


async def _counted(
    connection: AsyncConnection, members: Sequence[int], scope: Scope, teams: Sequence[int]
) -> list[Earned]:
    """Return what a person earned on a board's dates as it counts there, whatever its topic and level."""
    every = await earned(connection, members, start=scope.start, end=scope.end)
    return list(counted(one for one in every if one.team in teams or one.question in scope.known))


def _within(scope: Scope, one: Earned) -> bool:
    return scope.topic in (None, one.topic) and scope.level in (None, one.level)


def _tally(shown: int, some: Iterable[Earned]) -> Tally:
    tally = Tally(member=shown)
    for one in some:
        tally = tally.plus(one.award)
    return tally


async def shares(connection: AsyncConnection, scope: Scope, member_id: int) -> list[Share]:
    """Return a member's totals by topic and level, as they count on the team's boards."""
    linked = await of_members(connection, [member_id])
    if not linked:
        return await boards.shares(connection, scope.team, member_id)
    every = await _counted(connection, linked[0].members, scope, await joined(connection, scope.team))
    kinds = sorted({(one.topic, one.level) for one in every})
    return [
        Share(
            topic=topic,
            level=level,
            tally=_tally(member_id, (o for o in every if (o.topic, o.level) == (topic, level))),
        )
        for topic, level in kinds
    ]


async def live_points(connection: AsyncConnection, one: Account) -> tuple[int, int]:
    """Return what a person had in live rounds, and how much of it counts on the team's boards."""
    members = [each.member for each in await accounts(connection, one)]
    return await live.sum_of(connection, members, teams=await joined(connection, one.team))


async def earned_before(connection: AsyncConnection, team_id: int, members: Sequence[int], *, before: date) -> set[int]:
    """Return which of these members, who may be of joined teams too, earned points before a date: they are not new to the board."""
    teams = await joined(connection, team_id)
    return set[int]().union(*[await boards.earned_before(connection, team, members, before=before) for team in teams])


async def earned(
    connection: AsyncConnection, members: Sequence[int], *, start: date = date.min, end: date = date.max
) -> list[Earned]:
    """Return the awards of a person's members between dates, in the order of their rounds."""
    before, asked = award.alias("before"), round_.alias("asked")
    again = exists().where(
        before.c.round_id == asked.c.id, before.c.member_id.in_(members), before.c.member_id != award.c.member_id,
        asked.c.question_id == round_.c.question_id, asked.c.id < round_.c.id,
        asked.c.team_id.in_(select(member.c.team_id).where(member.c.id.in_(members))),
    )  # fmt: skip
    rows = await connection.execute(
        select(award, round_.c.question_id, round_.c.scheduled, again.label("again"))
        .join(round_, round_.c.id == award.c.round_id)
        .where(award.c.member_id.in_(members), award.c.local_date >= start, award.c.local_date < end)
        .order_by(award.c.round_id)
    )
    return [_one(row) for row in rows]


def _one(row: Any) -> Earned:
    made = Award(member=row.member_id, points=row.points, score=row.score, band=Band(row.band))
    return Earned(
        team=row.team_id, question=row.question_id, topic=row.topic, level=Level(row.level), scheduled=row.scheduled,
        day=row.local_date, again=bool(row.again), award=made,
    )  # fmt: skip


async def streaks(connection: AsyncConnection, team_id: int, members: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return each member's streaks as (running, best), the longest over the channels of all teams that they are in."""
    found: dict[int, tuple[int, int]] = {}
    for one in await joined(connection, team_id):
        found |= await boards.streaks(connection, one, members)
    linked = await of_members(connection, members)
    return found | {person.shown: await _longest(connection, person.members) for person in linked}


async def _longest(connection: AsyncConnection, members: Sequence[int]) -> tuple[int, int]:
    runs = (await streaks_by_channel(connection, members)).values()
    return max((run.current(newest) for run, newest in runs), default=0), max((run.best for run, _ in runs), default=0)


async def streaks_by_channel(connection: AsyncConnection, members: Sequence[int]) -> dict[int, tuple[Streak, int]]:
    """Return a person's streak in each channel where they have answered, with the number of its newest closed round."""
    columns = (award.c.channel_id, award.c.team_id, award.c.sequence, award.c.local_date)
    query = select(*columns).where(award.c.member_id.in_(members), award.c.sequence.is_not(None))
    kept = (await connection.execute(query)).all()
    teams = {row.channel_id: row.team_id for row in kept}
    spells = await _spells(connection, members)
    found = {}
    for channel, asked in (await _asked_in(connection, list(teams))).items():
        attended = {row.sequence for row in kept if row.channel_id == channel}
        elsewhere = {row.local_date for row in kept if row.team_id != teams[channel]}
        run = people.streak(asked, attended=attended, elsewhere=elsewhere, spells=spells)
        found[channel] = (run, asked[-1].sequence)
    return found


async def _asked_in(connection: AsyncConnection, channels: Sequence[int]) -> dict[int, list[Asked]]:
    query = select(round_.c.channel_id, round_.c.sequence, round_.c.local_date, round_.c.closed_at)
    query = query.where(round_.c.channel_id.in_(channels), round_.c.sequence.is_not(None))
    found: dict[int, list[Asked]] = defaultdict(list)
    for row in await connection.execute(query.order_by(round_.c.channel_id, round_.c.sequence)):
        found[row.channel_id].append(Asked(sequence=row.sequence, day=row.local_date, closed_at=row.closed_at))
    return found


async def _spells(connection: AsyncConnection, members: Sequence[int]) -> list[Spell]:
    columns = (away.c.first, away.c.last, away.c.at, away.c.cancelled_at)
    rows = await connection.execute(select(*columns).where(away.c.member_id.in_(members)))
    return [Spell(**row) for row in rows.mappings()]


async def at_risk(connection: AsyncConnection, current: Round, *, now: datetime) -> dict[int, int]:
    """Return who wants to be reminded of a running streak that an open round would end, with its length."""
    wanted = (member.c.team_id == current.team) & member.c.reminds.is_(true())
    found = await boards.at_risk(connection, current, now=now)
    for person in await persons(connection, wanted):
        run, newest = (await streaks_by_channel(connection, person.members)).get(current.channel, (Streak(), 0))
        off = any(
            spell.covers(Asked(sequence=0, day=current.local_date, closed_at=now))
            for spell in await _spells(connection, person.members)
        )
        safe = off or await _kept_on(connection, person.members, current)
        found[person.shown] = 0 if safe else run.current(newest)
    return {who: length for who, length in sorted(found.items()) if length}


async def _kept_on(connection: AsyncConnection, members: Sequence[int], current: Round) -> bool:
    """Whether a person has answered a scheduled question of a round's date: this one, or another team's."""
    said = (attempt.c.says.is_(true()) | (grade.c.score > 0)) & ~is_copy()
    query = select(attempt.c.id).join(grade, grade.c.attempt_id == attempt.c.id)
    query = query.join(round_, round_.c.id == attempt.c.round_id)
    there = (round_.c.id == current.id) | (round_.c.team_id != current.team)
    where = (
        round_.c.local_date == current.local_date,
        round_.c.scheduled.is_(true()),
        attempt.c.late.is_(False),
        there,
    )
    query = query.where(attempt.c.member_id.in_(members), *where, newest_grade(), said)
    return (await connection.execute(query.limit(1))).first() is not None
