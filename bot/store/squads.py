"""Squads, which members know as teams: their names, who moved into which and from when it counts, and what members earned in each."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Subquery, and_, false, func, insert, or_, select, update

from bot.rules.squads import Move, members_on
from bot.store import people
from bot.store.answers import plain
from bot.store.boards import Scope
from bot.store.schema import award, member, shown_name, squad, squad_move, team


@dataclass(frozen=True, slots=True, kw_only=True)
class Squad:
    """A squad by its name."""

    id: int
    name: str


def of_team(connection: Connection, team_id: int) -> list[Squad]:
    """Return a team's squads that are not taken away, oldest first."""
    query = select(squad.c.id, squad.c.name).where(squad.c.team_id == team_id, squad.c.removed_at.is_(None))
    return [Squad(id=row.id, name=row.name) for row in connection.execute(query.order_by(squad.c.id))]


def names(connection: Connection, squads: Iterable[int]) -> dict[int, str]:
    """Return the names of squads, also of those that were taken away."""
    rows = connection.execute(select(squad.c.id, squad.c.name).where(squad.c.id.in_(list(squads))))
    return {row.id: row.name for row in rows}


def create(connection: Connection, name: str, *, team_id: int, member_id: int, now: datetime) -> None:
    """Make a squad."""
    connection.execute(insert(squad).values(team_id=team_id, member_id=member_id, name=name, at=now))


def remove(connection: Connection, squad_id: int, *, now: datetime) -> None:
    """Take a squad away; what was earned in it stays its own."""
    connection.execute(update(squad).where(squad.c.id == squad_id).values(removed_at=now))


def best(connection: Connection, team_id: int) -> int:
    """Return how many of each squad's members count in a team."""
    return int(connection.execute(select(team.c.best).where(team.c.id == team_id)).scalar_one())


def set_best(connection: Connection, team_id: int, number: int) -> None:
    """Change how many of each squad's members count in a team."""
    connection.execute(update(team).where(team.c.id == team_id).values(best=number))


def move(connection: Connection, moves: Iterable[Move], *, team_id: int, now: datetime) -> None:
    """Write down where members go."""
    rows = [
        {"team_id": team_id, "member_id": one.member, "squad_id": one.squad, "since": one.since, "at": now}
        for one in moves
    ]
    if rows:
        connection.execute(insert(squad_move), rows)


def moves(connection: Connection, team_id: int) -> list[Move]:
    """Return the moves of a team's members, in the order they were made."""
    query = select(squad_move).where(squad_move.c.team_id == team_id).order_by(squad_move.c.id)
    return [Move(member=r.member_id, squad=r.squad_id, since=r.since) for r in connection.execute(query)]


def points(connection: Connection, scope: Scope) -> dict[int, list[int]]:
    """Return what each squad's visible members earned in the dates of a board while they were in it, as it counts on that board."""
    linked = {who for person in people.on_board(connection, [scope.team]) for who in person.members}
    alone = _alone(connection, scope)
    found = Counter({(number, who): sum_ for number, who, sum_ in alone if who not in linked})
    made: defaultdict[int, list[Move]] = defaultdict(list)
    for move in moves(connection, scope.team):
        made[move.member].append(move)
    for who, day, points in people.beside(connection, scope):
        if inside := members_on(made[who], day):
            found[inside[who], who] += points
    by_squad: defaultdict[int, list[int]] = defaultdict(list)
    for (number, _), sum_ in found.items():
        by_squad[number].append(sum_)
    return dict(by_squad)


def _alone(connection: Connection, scope: Scope) -> list[tuple[int, int, int]]:
    """Return what each account earned with answers in each squad, as (squad, member, points)."""
    spells = _spells(scope.team)
    within = [award.c.local_date >= scope.start, award.c.local_date < scope.end]
    within += [award.c.topic == scope.topic] if scope.topic else []
    within += [award.c.level == scope.level] if scope.level else []
    there = and_(
        award.c.member_id == spells.c.member_id,
        award.c.local_date >= spells.c.since,
        or_(spells.c.until.is_(None), award.c.local_date < spells.c.until),
    )
    rows = connection.execute(
        select(spells.c.squad_id, spells.c.member_id, func.sum(award.c.points).label("points"))
        .join(award, there)
        .join(member, member.c.id == spells.c.member_id)
        .where(spells.c.squad_id.is_not(None), member.c.hidden.is_(false()), *within)
        .group_by(spells.c.squad_id, spells.c.member_id)
    )
    return [(row.squad_id, row.member_id, int(row.points)) for row in rows]


def _spells(team_id: int) -> Subquery:
    """Return who was in which squad from when up to (not with) when: of the moves that count from one date the last is meant."""
    own = squad_move.c.team_id == team_id
    last = select(func.max(squad_move.c.id)).where(own).group_by(squad_move.c.member_id, squad_move.c.since)
    until = func.lead(squad_move.c.since).over(partition_by=squad_move.c.member_id, order_by=squad_move.c.since)
    columns = (squad_move.c.member_id, squad_move.c.squad_id, squad_move.c.since, until.label("until"))
    return select(*columns).where(own, squad_move.c.id.in_(last)).subquery()


def export(connection: Connection, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return the teams that a member made, and their moves, as plain data."""
    made = select(squad.c.name, squad.c.at, squad.c.removed_at).where(squad.c.member_id == member_id)
    moved = select(squad.c.name.label("team"), squad_move.c.since, squad_move.c.at).select_from(squad_move)
    moved = moved.outerjoin(squad, squad.c.id == squad_move.c.squad_id).where(squad_move.c.member_id == member_id)
    return {
        "teams_made": [plain(r) for r in connection.execute(made.order_by(squad.c.id)).mappings()],
        "teams": [plain(r) for r in connection.execute(moved.order_by(squad_move.c.id)).mappings()],
    }


def audit(connection: Connection, team_id: int) -> list[dict[str, Any]]:
    """Return the teams that organisers made, and when one was removed, as plain data; who is hidden has no name."""
    query = select(squad.c.at, shown_name(member).label("made_by"), squad.c.name, squad.c.removed_at)
    query = query.join(member, member.c.id == squad.c.member_id).where(squad.c.team_id == team_id)
    return [plain(row) for row in connection.execute(query.order_by(squad.c.id)).mappings()]
