"""What people with accounts in several teams have in all of these: one line on each board, one streak. Nothing here is written down.

Of whoever has one account, which are nearly all, everything is as the other modules of the store tell it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, exists, false, select, true

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

_PERSON: Final = select(member.c.person).where(
    member.c.id == bindparam("of_member")
)  # each answer asks, so it is built once


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


def joined(connection: Connection, team_id: int) -> list[int]:
    """Return the teams that have one board with a team, itself first."""
    word = select(team.c.joined).where(team.c.id == team_id).scalar_subquery()
    query = select(team.c.id).where(team.c.joined == word, team.c.joined.is_not(None), team.c.id != team_id)
    return [team_id, *connection.execute(query.order_by(team.c.id)).scalars()]


def account(connection: Connection, member_id: int) -> Account:
    """Return a member as an account."""
    team_id = connection.execute(select(member.c.team_id).where(member.c.id == member_id)).scalar_one()
    return Account(member=member_id, team=team_id)


def others(connection: Connection, member_id: int) -> list[Account]:
    """Return the other accounts of whoever a member is; of most members there are none."""
    if connection.execute(_PERSON, {"of_member": member_id}).scalar_one_or_none() is None:
        return []
    found = of_members(connection, [member_id])
    return [one for person in found for one in person.accounts if one.member != member_id]


def accounts(connection: Connection, one: Account) -> list[Account]:
    """Return the accounts of whoever has one, that one first."""
    return [one, *others(connection, one.member)]


def on_board(connection: Connection, teams: Sequence[int]) -> list[Person]:
    """Return who of some teams has several accounts; they are shown under that of the team that is named first."""
    return persons(connection, member.c.team_id.in_(teams), first=teams[0])


def of_members(connection: Connection, members: Iterable[int]) -> list[Person]:
    """Return who of some members has several accounts."""
    return persons(connection, member.c.id.in_(list(members)))


def persons(connection: Connection, where: ColumnElement[bool], *, first: int = 0) -> list[Person]:
    """Return the people behind the members of a condition."""
    columns = (member.c.id, member.c.team_id, member.c.hidden, member.c.person)
    rows = connection.execute(select(*columns).where(where, member.c.person.is_not(None)).order_by(member.c.id))
    here: dict[str, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.team_id != first):
        here[row.person].append(row)
    if not here:
        return []
    every = select(member.c.id, member.c.team_id, member.c.person).where(member.c.person.in_(list(here)))
    of: dict[str, list[Account]] = defaultdict(list)
    for one in connection.execute(every.order_by(member.c.id)):
        of[one.person].append(Account(member=one.id, team=one.team_id))
    return [
        Person(shown=some[0].id, hidden=any(one.hidden for one in some), accounts=tuple(of[word]))
        for word, some in here.items()
    ]


def tallies(connection: Connection, scope: Scope) -> list[Tally]:
    """Return each visible member's tally; somebody with several accounts has one, with what they earned in all.

    Live rounds that are to count do so in their own team, and in those that have one board with it.
    """
    teams = joined(connection, scope.team)
    linked = on_board(connection, teams)
    found = {one.member: one for one in _answered(connection, scope, teams, linked)}
    for name, _, points in _live(connection, scope, teams, linked):
        tally = found.get(name, Tally(member=name))
        found[name] = replace(tally, points=tally.points + points)
    return list(found.values())


def beside(connection: Connection, scope: Scope) -> list[tuple[int, date, int]]:
    """Return who has points on which date of a board beside what they earned with answers as the one account that they have.

    These are people with several accounts, by the one under which they are shown, and whoever took part in live rounds that count.
    """
    teams = joined(connection, scope.team)
    linked = on_board(connection, teams)
    found = _live(connection, scope, teams, linked)
    for person in linked:
        some = [] if person.hidden else _counted(connection, person.members, scope, teams)
        found += [(person.shown, one.day, one.award.points) for one in some if _within(scope, one)]
    return found


def _live(
    connection: Connection, scope: Scope, teams: Sequence[int], linked: Sequence[Person]
) -> list[tuple[int, date, int]]:
    """Return what is earned in live rounds that count, under the names that are shown."""
    shown = {member: person.shown for person in linked for member in person.members}
    hidden = {member for person in linked if person.hidden for member in person.members}
    earned = live.counted(connection, teams, scope)
    return [(shown.get(who, who), day, points) for who, day, points in earned if who not in hidden]


def _answered(connection: Connection, scope: Scope, teams: Sequence[int], linked: Sequence[Person]) -> list[Tally]:
    """Return what was earned with answers to rounds."""
    alone = [one for team in teams for one in boards.tallies(connection, replace(scope, team=team))]
    whole = {member for person in linked for member in person.members}
    found = [one for one in alone if one.member not in whole]
    for person in linked:
        some = [one for one in _counted(connection, person.members, scope, teams) if _within(scope, one)]
        if some and not person.hidden:
            found.append(_tally(person.shown, some))
    return found


def _counted(connection: Connection, members: Sequence[int], scope: Scope, teams: Sequence[int]) -> list[Earned]:
    """Return what a person earned on a board's dates as it counts there, whatever its topic and level."""
    every = earned(connection, members, start=scope.start, end=scope.end)
    return list(counted(one for one in every if one.team in teams or one.question in scope.known))


def _within(scope: Scope, one: Earned) -> bool:
    return scope.topic in (None, one.topic) and scope.level in (None, one.level)


def _tally(shown: int, some: Iterable[Earned]) -> Tally:
    tally = Tally(member=shown)
    for one in some:
        tally = tally.plus(one.award)
    return tally


def shares(connection: Connection, scope: Scope, member_id: int) -> list[Share]:
    """Return a member's totals by topic and level, as they count on the team's boards."""
    linked = of_members(connection, [member_id])
    if not linked:
        return boards.shares(connection, scope.team, member_id)
    every = _counted(connection, linked[0].members, scope, joined(connection, scope.team))
    kinds = sorted({(one.topic, one.level) for one in every})
    return [
        Share(
            topic=topic,
            level=level,
            tally=_tally(member_id, (o for o in every if (o.topic, o.level) == (topic, level))),
        )
        for topic, level in kinds
    ]


def live_points(connection: Connection, one: Account) -> tuple[int, int]:
    """Return what a person had in live rounds, and how much of it counts on the team's boards."""
    members = [each.member for each in accounts(connection, one)]
    return live.sum_of(connection, members, teams=joined(connection, one.team))


def earned_before(connection: Connection, team_id: int, members: Sequence[int], *, before: date) -> set[int]:
    """Return which of these members, who may be of joined teams too, earned points before a date: they are not new to the board."""
    teams = joined(connection, team_id)
    return set[int]().union(*[boards.earned_before(connection, team, members, before=before) for team in teams])


def earned(
    connection: Connection, members: Sequence[int], *, start: date = date.min, end: date = date.max
) -> list[Earned]:
    """Return the awards of a person's members between dates, in the order of their rounds."""
    rows = connection.execute(_EARNED, {"of_members": list(members), "first": start, "after": end})
    return [_one(row) for row in rows]


def _of_person() -> Select[Any]:
    """Return the query for a person's awards, each with whether another account had an earlier round of the question."""
    before, asked = award.alias("before"), round_.alias("asked")
    members: BindParameter[Any] = bindparam("of_members", expanding=True)
    again = exists().where(
        before.c.round_id == asked.c.id, before.c.member_id.in_(members), before.c.member_id != award.c.member_id,
        asked.c.question_id == round_.c.question_id, asked.c.id < round_.c.id,
        asked.c.team_id.in_(select(member.c.team_id).where(member.c.id.in_(members))),
    )  # fmt: skip
    return (
        select(award, round_.c.question_id, round_.c.scheduled, again.label("again"))
        .join(round_, round_.c.id == award.c.round_id)
        .where(award.c.member_id.in_(members))
        .where(award.c.local_date >= bindparam("first"), award.c.local_date < bindparam("after"))
        .order_by(award.c.round_id)
    )


_EARNED: Final = _of_person()  # a board asks it of each person, so it is built once


def _one(row: Any) -> Earned:
    made = Award(member=row.member_id, points=row.points, score=row.score, band=Band(row.band))
    return Earned(
        team=row.team_id, question=row.question_id, topic=row.topic, level=Level(row.level), scheduled=row.scheduled,
        day=row.local_date, again=bool(row.again), award=made,
    )  # fmt: skip


def streaks(connection: Connection, team_id: int, members: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return each member's streaks as (running, best), the longest over the channels of all teams that they are in."""
    found: dict[int, tuple[int, int]] = {}
    for one in joined(connection, team_id):
        found |= boards.streaks(connection, one, members)
    linked = of_members(connection, members)
    return found | {person.shown: _longest(connection, person.members) for person in linked}


def _longest(connection: Connection, members: Sequence[int]) -> tuple[int, int]:
    runs = streaks_by_channel(connection, members).values()
    return max((run.current(newest) for run, newest in runs), default=0), max((run.best for run, _ in runs), default=0)


def streaks_by_channel(connection: Connection, members: Sequence[int]) -> dict[int, tuple[Streak, int]]:
    """Return a person's streak in each channel where they have answered, with the number of its newest closed round."""
    columns = (award.c.channel_id, award.c.team_id, award.c.sequence, award.c.local_date)
    query = select(*columns).where(award.c.member_id.in_(members), award.c.sequence.is_not(None))
    kept = connection.execute(query).all()
    teams = {row.channel_id: row.team_id for row in kept}
    spells = _spells(connection, members)
    found = {}
    for channel, asked in _asked_in(connection, list(teams)).items():
        attended = {row.sequence for row in kept if row.channel_id == channel}
        elsewhere = {row.local_date for row in kept if row.team_id != teams[channel]}
        run = people.streak(asked, attended=attended, elsewhere=elsewhere, spells=spells)
        found[channel] = (run, asked[-1].sequence)
    return found


def _asked_in(connection: Connection, channels: Sequence[int]) -> dict[int, list[Asked]]:
    query = select(round_.c.channel_id, round_.c.sequence, round_.c.local_date, round_.c.closed_at)
    query = query.where(round_.c.channel_id.in_(channels), round_.c.sequence.is_not(None))
    found: dict[int, list[Asked]] = defaultdict(list)
    for row in connection.execute(query.order_by(round_.c.channel_id, round_.c.sequence)):
        found[row.channel_id].append(Asked(sequence=row.sequence, day=row.local_date, closed_at=row.closed_at))
    return found


def _spells(connection: Connection, members: Sequence[int]) -> list[Spell]:
    columns = (away.c.first, away.c.last, away.c.at, away.c.cancelled_at)
    rows = connection.execute(select(*columns).where(away.c.member_id.in_(members)))
    return [Spell(**row) for row in rows.mappings()]


def at_risk(connection: Connection, current: Round, *, now: datetime) -> dict[int, int]:
    """Return who wants to be reminded of a running streak that an open round would end, with its length."""
    wanted = (member.c.team_id == current.team) & member.c.reminds.is_(true())
    found = boards.at_risk(connection, current, now=now)
    for person in persons(connection, wanted):
        run, newest = streaks_by_channel(connection, person.members).get(current.channel, (Streak(), 0))
        off = any(
            spell.covers(Asked(sequence=0, day=current.local_date, closed_at=now))
            for spell in _spells(connection, person.members)
        )
        safe = off or _kept_on(connection, person.members, current)
        found[person.shown] = 0 if safe else run.current(newest)
    return {who: length for who, length in sorted(found.items()) if length}


def _kept_on(connection: Connection, members: Sequence[int], current: Round) -> bool:
    """Whether a person has answered a scheduled question of a round's date: this one, or another team's."""
    said = (attempt.c.says.is_(true()) | (grade.c.score > 0)) & ~is_copy()
    query = select(attempt.c.id).join(grade, grade.c.attempt_id == attempt.c.id)
    query = query.join(round_, round_.c.id == attempt.c.round_id)
    there = (round_.c.id == current.id) | (round_.c.team_id != current.team)
    where = (
        round_.c.local_date == current.local_date,
        round_.c.scheduled.is_(true()),
        attempt.c.late.is_(false()),
        there,
    )
    query = query.where(attempt.c.member_id.in_(members), *where, newest_grade(), said)
    return connection.execute(query.limit(1)).first() is not None
