"""Members' days off, which a streak passes over."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from bot.store.answers import plain
from bot.store.schema import away, round_

Spell = tuple[date, date]  # the first day and the last


def add(connection: Connection, first: date, last: date, *, team_id: int, member_id: int, now: datetime) -> None:
    """Write down days off."""
    values = {"team_id": team_id, "member_id": member_id, "first": first, "last": last, "at": now}
    connection.execute(insert(away).values(**values))


def coming(connection: Connection, member_id: int, *, since: date) -> list[Spell]:
    """Return a member's days off that are not over on a date, soonest first."""
    query = select(away.c.first, away.c.last).where(*_kept(member_id, since)).distinct()
    return [(row.first, row.last) for row in connection.execute(query.order_by(away.c.first, away.c.last))]


def cancel(connection: Connection, member_id: int, *, since: date, now: datetime, named: Spell) -> None:
    """Take back a member's days off that are not over and have a day of the named."""
    where = (*_kept(member_id, since), away.c.first <= named[1], away.c.last >= named[0])
    connection.execute(update(away).where(*where).values(cancelled_at=now))


def _kept(member_id: int, since: date) -> tuple[ColumnElement[bool], ...]:
    return away.c.member_id == member_id, away.c.last >= since, away.c.cancelled_at.is_(None)


def during(connection: Connection, team_id: int, day: date, *, at: datetime) -> set[int]:
    """Return who of a team is away on a date, as it stands at an instant."""
    where = (away.c.team_id == team_id, away.c.first <= day, away.c.last >= day, *_stands(at))
    return set(connection.execute(select(away.c.member_id).where(*where)).scalars())


def _stands(at: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that days off had been written down by an instant, and were not taken back by then."""
    return away.c.at <= at, away.c.cancelled_at.is_(None) | (away.c.cancelled_at > at)


def passed_over(connection: Connection) -> dict[tuple[int, int, int], set[int]]:
    """Return the numbers of closed scheduled rounds that fell on days off, by channel, member and team."""
    rows = connection.execute(
        select(round_.c.channel_id, away.c.member_id, round_.c.team_id, round_.c.sequence)
        .join(round_, (round_.c.team_id == away.c.team_id) & round_.c.local_date.between(away.c.first, away.c.last))
        .where(round_.c.sequence.is_not(None), *_stands(round_.c.closed_at))
    )
    found: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    for row in rows:
        found[(row.channel_id, row.member_id, row.team_id)].add(row.sequence)
    return found


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return a member's days off, those that were taken back too, as plain data."""
    columns = (away.c.first, away.c.last, away.c.at, away.c.cancelled_at)
    rows = connection.execute(select(*columns).where(away.c.member_id == member_id).order_by(away.c.id))
    return [plain(row) for row in rows.mappings()]
