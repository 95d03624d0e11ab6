"""Dates that organisers have left out of a schedule, and taking that back."""

from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, func, select

from bot.rules.schedule import Kind, State
from bot.store.answers import plain
from bot.store.schema import NOT_BEGUN, channel, deed, occurrence

# That a question was left out by a person: what else is skipped has a note of why.
_BY_A_PERSON: Final[tuple[ColumnElement[bool], ...]] = (
    occurrence.c.kind == Kind.QUESTION,
    occurrence.c.state == State.SKIPPED,
    NOT_BEGUN,
    occurrence.c.note == "",
)


def left_out(connection: Connection, schedule_id: int, *, since: date) -> list[date]:
    """Return the dates from `since` on that an organiser left out, in order."""
    query = select(occurrence.c.local_date).where(*_left_out(schedule_id), occurrence.c.local_date >= since)
    return list(connection.execute(query.distinct().order_by(occurrence.c.local_date)).scalars())


def unskip(connection: Connection, schedule_id: int, day: date) -> None:
    """Forget that a date was left out; its questions are to be planned."""
    connection.execute(delete(occurrence).where(*_left_out(schedule_id), occurrence.c.local_date == day))


def audit(connection: Connection, team_id: int) -> list[dict[str, Any]]:
    """Return the dates that a team's organisers left out, and when, as plain data: those of which is not kept who did (bot/store/deeds.py)."""
    told = select(deed.c.id).where(deed.c.channel_id == occurrence.c.channel_id, deed.c.at == occurrence.c.settled_at)
    at = func.min(occurrence.c.settled_at, type_=occurrence.c.settled_at.type)
    columns = (at.label("at"), channel.c.name.label("channel"), occurrence.c.local_date.label("day"))
    query = select(*columns).join(channel, channel.c.id == occurrence.c.channel_id)
    query = query.where(occurrence.c.team_id == team_id, *_BY_A_PERSON, ~told.exists())
    query = query.group_by(channel.c.id, occurrence.c.local_date)
    return [plain(row) for row in connection.execute(query.order_by(at)).mappings()]


def _left_out(schedule_id: int) -> tuple[ColumnElement[bool], ...]:
    return (occurrence.c.schedule_id == schedule_id, *_BY_A_PERSON)
