"""Schedules and their occurrences: one row a schedule, kind and local date, whatever the clock does."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, RowMapping, Select, case, delete, func, insert, select, update

from bot.rules.schedule import (
    ORDER,
    UNREADABLE,
    Kind,
    Occurrence,
    Owner,
    Plan,
    Running,
    Schedule,
    State,
    Waiting,
    fault,
)
from bot.store.answers import plain
from bot.store.schema import IS_DUE, IS_LOST, NOT_BEGUN, channel, occurrence, schedule
from bot.store.upsert import insert_new

_PLAN: Final = TypeAdapter(Plan)

_SCHEDULE = select(
    schedule.c.id, schedule.c.team_id.label("team"), schedule.c.channel_id.label("channel"),
    channel.c.ref.label("channel_ref"), channel.c.name.label("channel_name"), schedule.c.member_id.label("member"),
    schedule.c.plan, schedule.c.state, schedule.c.effective_at,
).join(channel, channel.c.id == schedule.c.channel_id)  # fmt: skip

_OCCURRENCE = select(
    occurrence.c.id, occurrence.c.team_id.label("team"), occurrence.c.channel_id.label("channel"),
    channel.c.ref.label("channel_ref"), occurrence.c.schedule_id.label("schedule"),
    occurrence.c.round_id.label("round"), occurrence.c.kind, occurrence.c.local_date, occurrence.c.due_at,
    occurrence.c.state, occurrence.c.tries, occurrence.c.settled_at, occurrence.c.slot,
).join(channel, channel.c.id == occurrence.c.channel_id)  # fmt: skip


def _schedules(connection: Connection, query: Select[Any]) -> list[Schedule]:
    rows = connection.execute(query).mappings()
    return [_schedule(row) for row in rows]


def _schedule(row: RowMapping) -> Schedule:
    """Return a schedule; one that cannot be read keeps nobody from reading the others."""
    try:
        plan, state = _PLAN.validate_python(row["plan"]), Running(row["state"])
    except (ValidationError, ValueError):
        broken = {"plan": UNREADABLE, "state": Running.BROKEN, "fault": "I cannot read its settings any more."}
        return Schedule(**{**row, **broken})
    return Schedule(**{**row, "plan": plan, "state": state, "fault": fault(plan)})


def _occurrences(connection: Connection, query: Select[Any]) -> list[Occurrence]:
    rows = connection.execute(query).mappings()
    return [Occurrence(**{**row, "kind": Kind(row["kind"]), "state": State(row["state"])}) for row in rows]


def of_channel(connection: Connection, channel_id: int) -> Schedule | None:
    """Return a channel's schedule, also one that is paused or removed."""
    found = _schedules(connection, _SCHEDULE.where(schedule.c.channel_id == channel_id))
    return found[0] if found else None


def get(connection: Connection, schedule_id: int) -> Schedule:
    """Return a schedule."""
    return _schedules(connection, _SCHEDULE.where(schedule.c.id == schedule_id))[0]


def of_team(connection: Connection, team_id: int) -> list[Schedule]:
    """Return a team's schedules that are not removed."""
    where = (schedule.c.team_id == team_id, schedule.c.state != Running.REMOVED)
    return _schedules(connection, _SCHEDULE.where(*where).order_by(schedule.c.id))


def some(connection: Connection, ids: Sequence[int]) -> list[Schedule]:
    """Return some schedules."""
    return _schedules(connection, _SCHEDULE.where(schedule.c.id.in_(ids)).order_by(schedule.c.id))


def owner(connection: Connection, schedule_id: int) -> Owner:
    """Return whose a schedule is."""
    columns = (schedule.c.team_id.label("team"), schedule.c.member_id.label("member"))
    query = select(*columns, func.coalesce(channel.c.name, "").label("name"))
    query = query.outerjoin(channel, channel.c.id == schedule.c.channel_id)
    row = connection.execute(query.where(schedule.c.id == schedule_id)).one()
    return Owner(team=row.team, member=row.member, channel_name=row.name)


def save(connection: Connection, plan: Plan, *, team_id: int, channel_id: int, member_id: int, now: datetime) -> None:
    """Set a channel's schedule; what lies ahead and is not begun is planned anew, and what was due already stays due."""
    body = _PLAN.dump_python(plan, mode="json")
    new: dict[str, Any] = {"plan": body, "state": Running.ACTIVE, "member_id": member_id, "effective_at": now}
    known = of_channel(connection, channel_id)
    if known is None:
        connection.execute(insert(schedule).values(team_id=team_id, channel_id=channel_id, **new))
        return
    connection.execute(update(schedule).where(schedule.c.id == known.id).values(**new))
    unplan(connection, [known.id], after=now)


def set_state(connection: Connection, schedule_id: int, state: Running, *, now: datetime) -> None:
    """Pause, resume or remove a schedule; nothing that was due meanwhile is made up for."""
    connection.execute(update(schedule).where(schedule.c.id == schedule_id).values(state=state, effective_at=now))
    unplan(connection, [schedule_id])


def unplan(connection: Connection, ids: Sequence[int], *, after: datetime | None = None) -> None:
    """Take back what is planned and not begun, so that it is planned anew; with `after`, only what comes later."""
    later = () if after is None else (occurrence.c.due_at > after,)
    connection.execute(
        delete(occurrence).where(
            occurrence.c.schedule_id.in_(ids),
            IS_DUE,
            NOT_BEGUN,
            *later,
        )
    )


def skip(connection: Connection, schedule_: Schedule, day: date, slot: int, *, now: datetime) -> bool:
    """Leave out one of a date's questions, and return whether that was still possible."""
    due_at = schedule_.plan.due(Kind.QUESTION, day, slot)
    if _leave_out(connection, schedule_, day, slot=slot, due_at=due_at, settled_at=now):
        return True
    where = (
        occurrence.c.schedule_id == schedule_.id,
        occurrence.c.kind == Kind.QUESTION,
        occurrence.c.local_date == day,
        occurrence.c.slot == slot,
        IS_DUE,
        NOT_BEGUN,
    )
    changed = connection.execute(update(occurrence).where(*where).values(state=State.SKIPPED, settled_at=now))
    return bool(changed.rowcount)


def _leave_out(connection: Connection, schedule_: Schedule, day: date, **values: Any) -> bool:
    blank: dict[str, Any] = {"kind": Kind.QUESTION, "state": State.SKIPPED, "tries": 0, "note": ""}
    place = {"team_id": schedule_.team, "channel_id": schedule_.channel, "schedule_id": schedule_.id}
    return insert_new(connection, occurrence, local_date=day, **place, **blank, **values)


def skipped(connection: Connection, schedule_id: int, *, since: date) -> frozenset[tuple[date, int]]:
    """Return the dates and slots from `since` on whose question is left out or was asked already."""
    rows = connection.execute(
        select(occurrence.c.local_date, occurrence.c.slot).where(
            occurrence.c.schedule_id == schedule_id,
            occurrence.c.kind == Kind.QUESTION,
            ~IS_DUE,
            occurrence.c.local_date >= since,
        )
    )
    return frozenset((row.local_date, row.slot) for row in rows)


def add_for_round(connection: Connection, round_id: int, kind: Kind, due_at: datetime, **values: Any) -> None:
    """Write down a round's own occurrence (team_id, channel_id, schedule_id, local_date, slot)."""
    blank: dict[str, Any] = {"tries": 0, "note": "", "state": State.DUE}
    insert_new(connection, occurrence, round_id=round_id, kind=kind, due_at=due_at, **blank, **values)


def begin(connection: Connection, occurrence_id: int, round_id: int) -> None:
    """Tie an occurrence to the round that it opened."""
    connection.execute(update(occurrence).where(occurrence.c.id == occurrence_id).values(round_id=round_id))


def get_occurrence(connection: Connection, occurrence_id: int) -> Occurrence | None:
    """Return an occurrence."""
    found = _occurrences(connection, _OCCURRENCE.where(occurrence.c.id == occurrence_id))
    return found[0] if found else None


def of_round(connection: Connection, round_id: int, kind: Kind) -> Occurrence | None:
    """Return a round's occurrence of a kind."""
    where = (occurrence.c.round_id == round_id, occurrence.c.kind == kind)
    found = _occurrences(connection, _OCCURRENCE.where(*where))
    return found[0] if found else None


def due(connection: Connection, *, now: datetime) -> list[Waiting]:
    """Return what is due and may be tried now: by due time, and at one instant question, reveal, board."""
    ready = occurrence.c.retry_at.is_(None) | (occurrence.c.retry_at <= now)
    rank = case({kind: number for number, kind in enumerate(ORDER)}, value=occurrence.c.kind, else_=len(ORDER))
    query = select(occurrence.c.id, channel.c.ref).join(channel, channel.c.id == occurrence.c.channel_id)
    query = query.where(IS_DUE, occurrence.c.due_at <= now, ready)
    rows = connection.execute(query.order_by(occurrence.c.due_at, rank, occurrence.c.id))
    return [Waiting(id=row.id, channel_ref=row.ref) for row in rows]


def schedule_of(connection: Connection, occurrence_id: int) -> int | None:
    """Return the schedule behind an occurrence."""
    query = select(occurrence.c.schedule_id).where(occurrence.c.id == occurrence_id)
    return connection.execute(query).scalar_one_or_none()


def next_due(connection: Connection, *, after: datetime | None = None) -> datetime | None:
    """Return the instant of the next thing to do, or of the next that comes after an instant."""
    when = func.coalesce(occurrence.c.retry_at, occurrence.c.due_at)
    query = select(occurrence.c.due_at, occurrence.c.retry_at).where(IS_DUE)
    later = query if after is None else query.where(when > after)
    row = connection.execute(later.order_by(when).limit(1)).one_or_none()
    return (row.retry_at or row.due_at) if row else None


def next_questions(connection: Connection, channels: Iterable[int], *, after: datetime) -> list[tuple[int, datetime]]:
    """Return each channel's next question as (channel, due time), soonest first; of channels without one, nothing."""
    first = func.min(occurrence.c.due_at)
    where = (
        occurrence.c.schedule_id.in_(select(schedule.c.id).where(schedule.c.channel_id.in_(list(channels)))),
        occurrence.c.kind == Kind.QUESTION,
        IS_DUE,
        NOT_BEGUN,
        occurrence.c.due_at > after,
    )
    query = select(occurrence.c.channel_id, first.label("at")).where(*where).group_by(occurrence.c.channel_id)
    return [(row.channel_id, row.at) for row in connection.execute(query.order_by(first, occurrence.c.channel_id))]


def lost(connection: Connection) -> list[tuple[Kind, State, int]]:
    """Return how many occurrences of each kind were missed or failed, ever since."""
    query = select(occurrence.c.kind, occurrence.c.state, func.count()).where(IS_LOST)
    rows = connection.execute(query.group_by(occurrence.c.kind, occurrence.c.state)).all()
    return [(Kind(kind), State(state), count) for kind, state, count in rows]


def settle(connection: Connection, occurrences: Iterable[int], state: State, *, now: datetime, note: str = "") -> None:
    """Move occurrences that are due to their end state."""
    where = (occurrence.c.id.in_(list(occurrences)), IS_DUE)
    connection.execute(update(occurrence).where(*where).values(state=state, settled_at=now, note=note))


def retry(connection: Connection, occurrence_id: int, *, at: datetime, note: str) -> None:
    """Try an occurrence again later."""
    connection.execute(
        update(occurrence)
        .where(occurrence.c.id == occurrence_id)
        .values(tries=occurrence.c.tries + 1, retry_at=at, note=note)
    )


def waiting(connection: Connection, schedule_id: int, kind: Kind) -> list[Occurrence]:
    """Return a schedule's occurrences of a kind that are still to come or being tried."""
    where = (occurrence.c.schedule_id == schedule_id, occurrence.c.kind == kind, IS_DUE)
    return _occurrences(connection, _OCCURRENCE.where(*where))


def move(connection: Connection, round_id: int, kind: Kind, due_at: datetime) -> None:
    """Move a round's occurrence that is still to come."""
    where = (occurrence.c.round_id == round_id, occurrence.c.kind == kind, IS_DUE)
    connection.execute(update(occurrence).where(*where).values(due_at=due_at))


def hasten(connection: Connection, round_id: int, kind: Kind, *, now: datetime) -> int | None:
    """Make a round's occurrence due now, so that it is carried out even if the process ends here; return its id."""
    where = (occurrence.c.round_id == round_id, occurrence.c.kind == kind, IS_DUE)
    query = select(occurrence.c.id).where(*where)
    found: int | None = connection.execute(query).scalar_one_or_none()
    connection.execute(update(occurrence).where(*where, occurrence.c.due_at > now).values(due_at=now))
    return found


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return the schedules that a member set last, as plain data."""
    rows = connection.execute(
        select(channel.c.name.label("channel"), schedule.c.plan, schedule.c.state, schedule.c.effective_at)
        .join(channel, channel.c.id == schedule.c.channel_id)
        .where(schedule.c.member_id == member_id)
        .order_by(schedule.c.id)
    )
    return [plain(row) for row in rows.mappings()]
