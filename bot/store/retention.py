"""What is not kept for good: looked for beside the writer, and deleted a few rows at a time.

How long each is kept stands in `bot/rules/retention.py`. What is counted (attempts before the reveal, grades, hints, awards,
and the rounds that they belong to) is never deleted here.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, true, update

from bot.store.schema import IS_OVER, appeal, attempt, grade, lesson, message, occurrence, round_


def old_occurrences(connection: Connection, before: datetime, *, limit: int) -> list[int]:
    """Return occurrences that were dealt with long ago; the newest of each kind and slot stays, for planning goes on from it."""
    newer = occurrence.alias("newer")
    later = select(newer.c.id).where(
        newer.c.schedule_id == occurrence.c.schedule_id,
        newer.c.kind == occurrence.c.kind,
        newer.c.slot == occurrence.c.slot,
        newer.c.local_date > occurrence.c.local_date,
    )
    ended = (IS_OVER, occurrence.c.settled_at < before, occurrence.c.due_at < before)
    query = select(occurrence.c.id).where(*ended, or_(occurrence.c.schedule_id.is_(None), later.exists()))
    return list(connection.execute(query.limit(limit)).scalars())


def forget_occurrences(connection: Connection, some: Sequence[int]) -> None:
    """Delete occurrences."""
    connection.execute(delete(occurrence).where(occurrence.c.id.in_(some)))


def old_messages(connection: Connection, before: datetime, *, limit: int) -> list[str]:
    """Return the tags of messages that were posted long ago, and of no round that is still open."""
    query = select(message.c.tag).outerjoin(round_, round_.c.id == message.c.round_id)
    over = or_(message.c.round_id.is_(None), round_.c.closed_at.is_not(None))
    return list(connection.execute(query.where(message.c.sending_at < before, over).limit(limit)).scalars())


def forget_messages(connection: Connection, some: Sequence[str]) -> None:
    """Forget which messages stand under some tags; the messages stay where they are."""
    connection.execute(delete(message).where(message.c.tag.in_(some)))


def old_practice(connection: Connection, before: datetime, *, limit: int) -> list[int]:
    """Return attempts that were made long ago, after the reveal, for practice; what was decided of one stays, and so does it."""
    appealed = select(appeal.c.attempt_id).where(appeal.c.attempt_id == attempt.c.id).exists()
    query = select(attempt.c.id).where(attempt.c.late.is_(true()), attempt.c.at < before, ~appealed)
    return list(connection.execute(query.limit(limit)).scalars())


def forget_practice(connection: Connection, some: Sequence[int]) -> None:
    """Delete attempts that count nowhere, with their grades."""
    connection.execute(update(attempt).where(attempt.c.copied_from.in_(some)).values(copied_from=None))
    for table in (lesson, grade):
        connection.execute(delete(table).where(table.c.attempt_id.in_(some)))
    connection.execute(delete(attempt).where(attempt.c.id.in_(some)))
