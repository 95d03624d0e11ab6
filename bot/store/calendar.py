"""What is written down of schedules in a stretch of days: what was asked, and what became of whatever was due."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, false, select, true

from bot.rules.calendar import Asked, Asking, Fate, Known
from bot.rules.schedule import Kind, Schedule, State
from bot.store import queue
from bot.store.schema import occurrence, round_

Settled = dict[Asked, tuple[Fate, datetime]]


def known(connection: Connection, some: Sequence[Schedule], *, since: date, before: date) -> list[Known]:
    """Return what is known of each of some schedules of one team, of dates from `since` on and `before` another."""
    asked, settled = _asked(connection, some, since, before), _settled(connection, some, since, before)
    return [
        Known(
            rounds=asked[one.channel],
            settled=settled[one.id],
            queued=[(it.day, it.question) for it in queue.waiting(connection, one.channel) if it.day],
        )
        for one in some
    ]


def _asked(
    connection: Connection, some: Sequence[Schedule], since: date, before: date
) -> dict[int, list[tuple[date, Asking]]]:
    """Return by channel the scheduled questions that were asked."""
    columns = (round_.c.channel_id, round_.c.local_date, round_.c.opened_at, round_.c.reveal_at, round_.c.question_id)
    rows = connection.execute(
        select(*columns)
        .where(round_.c.team_id.in_({one.team for one in some}), round_.c.local_date >= since)
        .where(round_.c.local_date < before, round_.c.channel_id.in_([one.channel for one in some]))
        .where(round_.c.scheduled.is_(true()), round_.c.void.is_(false()))
    )
    found: defaultdict[int, list[tuple[date, Asking]]] = defaultdict(list)
    for channel_id, day, at, reveal_at, question in rows:
        one = Asking(at=at, fate=Fate.ASKED, question=question, reveal_at=reveal_at)
        found[channel_id].append((day, one))
    return found


def _settled(connection: Connection, some: Sequence[Schedule], since: date, before: date) -> dict[int, Settled]:
    """Return by schedule what became of each question that is written down."""
    query = select(
        occurrence.c.schedule_id, occurrence.c.local_date, occurrence.c.slot, occurrence.c.due_at, occurrence.c.state,
        occurrence.c.round_id, occurrence.c.note,
    ).where(
        occurrence.c.schedule_id.in_([one.id for one in some]), occurrence.c.kind == Kind.QUESTION,
        occurrence.c.local_date >= since, occurrence.c.local_date < before,
    )  # fmt: skip
    found: defaultdict[int, Settled] = defaultdict(dict)
    for row in connection.execute(query):
        found[row.schedule_id][row.local_date, row.slot] = _fate(row), row.due_at
    return found


def _fate(row: Any) -> Fate:
    """Return what became of a question: one that is begun is a round; what was left out by a person has no note of why."""
    match State(row.state):
        case State.FAILED:
            return Fate.FAILED
        case State.MISSED:
            return Fate.MISSED
        case State.SKIPPED if row.round_id is None and not row.note:
            return Fate.LEFT_OUT
        case State.DUE if row.round_id is None:
            return Fate.COMING
        case _:
            return Fate.ASKED
