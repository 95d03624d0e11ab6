"""Dates that organisers have left out of a schedule, and taking that back."""

from datetime import date

from sqlalchemy import ColumnElement, Connection, delete, select

from bot.rules.schedule import Kind, State
from bot.store.schema import NOT_BEGUN, occurrence


def left_out(connection: Connection, schedule_id: int, *, since: date) -> list[date]:
    """Return the dates from `since` on that an organiser left out, in order."""
    query = select(occurrence.c.local_date).where(*_left_out(schedule_id), occurrence.c.local_date >= since)
    return list(connection.execute(query.distinct().order_by(occurrence.c.local_date)).scalars())


def unskip(connection: Connection, schedule_id: int, day: date) -> None:
    """Forget that a date was left out; its questions are to be planned."""
    connection.execute(delete(occurrence).where(*_left_out(schedule_id), occurrence.c.local_date == day))


def _left_out(schedule_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that a question was left out by a person: what else is skipped has a note of why."""
    return (
        occurrence.c.schedule_id == schedule_id,
        occurrence.c.kind == Kind.QUESTION,
        occurrence.c.state == State.SKIPPED,
        NOT_BEGUN,
        occurrence.c.note == "",
    )
