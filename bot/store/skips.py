"""Dates that organisers have left out of a schedule, and taking that back."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.rules.schedule import Kind, State
from bot.store.schema import occurrence


async def left_out(connection: AsyncConnection, schedule_id: int, *, since: date) -> list[date]:
    """Return the dates from `since` on that an organiser left out, in order."""
    query = select(occurrence.c.local_date).where(*_left_out(schedule_id), occurrence.c.local_date >= since)
    return list((await connection.execute(query.order_by(occurrence.c.local_date))).scalars())


async def unskip(connection: AsyncConnection, schedule_id: int, day: date, *, planned_until: date) -> bool:
    """Take back that a date was left out, and return whether it was; one that is not to be planned yet is forgotten.

    Up to `planned_until` every date is written down already, so that nothing else would write this one again.
    """
    where = (*_left_out(schedule_id), occurrence.c.local_date == day)
    change = update(occurrence).values(state=State.DUE, settled_at=None) if day <= planned_until else delete(occurrence)
    return bool((await connection.execute(change.where(*where))).rowcount)


async def move(connection: AsyncConnection, schedule_id: int, day: date, due_at: datetime) -> None:
    """Bring a date's question to the schedule's present time, in case it changed while the date was left out."""
    where = (
        occurrence.c.schedule_id == schedule_id,
        occurrence.c.kind == Kind.QUESTION,
        occurrence.c.local_date == day,
    )
    await connection.execute(update(occurrence).where(*where, occurrence.c.state == State.DUE).values(due_at=due_at))


def _left_out(schedule_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that a question was left out by a person: what else is skipped has a note of why."""
    return (
        occurrence.c.schedule_id == schedule_id,
        occurrence.c.kind == Kind.QUESTION,
        occurrence.c.state == State.SKIPPED,
        occurrence.c.round_id.is_(None),
        occurrence.c.note == "",
    )
