"""Questions that an organiser wants asked by a channel's schedule: on a date, or next."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.answers import plain
from bot.store.schema import channel, member, queued, shown_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A question that waits for its date, or for its turn."""

    id: int
    question: str
    day: date | None


def waiting(connection: Connection, channel_id: int) -> list[Queued]:
    """Return a channel's queued questions: those with a date by date, then the others in the order they were queued."""
    query = select(queued.c.id, queued.c.question_id, queued.c.day)
    query = query.where(queued.c.channel_id == channel_id, queued.c.round_id.is_(None))
    rows = connection.execute(query.order_by(queued.c.day.is_(None), queued.c.day, queued.c.id))
    return [Queued(id=row.id, question=row.question_id, day=row.day) for row in rows]


def put(
    connection: Connection, question_id: str, day: date | None, *, now: datetime, member_id: int, **place: int
) -> None:
    """Queue a question in a place (team_id, channel_id), or move it where it is queued already."""
    where = (
        queued.c.channel_id == place["channel_id"],
        queued.c.question_id == question_id,
        queued.c.round_id.is_(None),
    )
    values = {"day": day, "member_id": member_id, "at": now}
    if connection.execute(update(queued).where(*where).values(**values)).rowcount:
        return
    connection.execute(insert(queued).values(question_id=question_id, **place, **values))


def take_out(connection: Connection, channel_id: int, question_id: str) -> bool:
    """Take a question out of a channel's queue, and return whether it was in it."""
    where = (queued.c.channel_id == channel_id, queued.c.question_id == question_id, queued.c.round_id.is_(None))
    return bool(connection.execute(delete(queued).where(*where)).rowcount)


def turn(connection: Connection, channel_id: int, day: date, *, free: Container[str]) -> Queued | None:
    """Return whose turn it is on a date, of the questions that can be asked: the date's own, one whose date passed, or the next."""
    in_order = [one for one in waiting(connection, channel_id) if one.question in free]
    due = [one for one in in_order if one.day is not None and one.day <= day]
    undated = [one for one in in_order if one.day is None]
    return next(iter([*(one for one in due if one.day == day), *due, *undated]), None)


def asked(connection: Connection, queued_id: int, round_id: int) -> None:
    """Note in which round a queued question was asked."""
    connection.execute(update(queued).where(queued.c.id == queued_id).values(round_id=round_id))


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return what a member queued, as plain data."""
    rows = connection.execute(
        select(channel.c.name.label("channel"), queued.c.question_id, queued.c.day, queued.c.at)
        .join(channel, channel.c.id == queued.c.channel_id)
        .where(queued.c.member_id == member_id)
        .order_by(queued.c.id)
    )
    return [plain(row) for row in rows.mappings()]


def audit(connection: Connection, team_id: int) -> list[dict[str, Any]]:
    """Return the questions that a team's organisers queued, as plain data; who is hidden, or deleted, has no name."""
    named = (queued.c.at, shown_name(member).label("name"), queued.c.question_id.label("question"))
    query = select(*named, queued.c.day, channel.c.name.label("channel"))
    query = query.join(member, member.c.id == queued.c.member_id).join(channel, channel.c.id == queued.c.channel_id)
    rows = connection.execute(query.where(queued.c.team_id == team_id).order_by(queued.c.id))
    return [plain(row) for row in rows.mappings()]
