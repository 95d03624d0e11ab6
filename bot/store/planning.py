"""What planning reads and writes: which schedules it is time to plan, what is there of a few of them, and what is new."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.rules.planning import AGAIN_AFTER, AT_LAST_AFTER, PATIENCE, PLANNED, Agenda, Entry, Outlook, Series
from bot.rules.schedule import STOPPED, Kind, Schedule, State, local_date
from bot.store import schedules
from bot.store.schema import IS_DUE, NOT_BEGUN, occurrence, schedule
from bot.store.upsert import insert_missing

NOTE: Final = "the bot was not running"
DAY: Final = timedelta(days=1)
_WAITS: Final = and_(IS_DUE, NOT_BEGUN)  # due, and not begun
Ends = Mapping[int, Mapping[Series, date]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """Schedules that it is time to plan: before anything else, or whenever there is time."""

    now: list[int]
    soon: list[int]


async def stale(connection: AsyncConnection, *, now: datetime) -> Stale:
    """Return the schedules that nobody has stopped and that it is time to plan; looking takes no longer as facts grow."""
    running = (
        select(schedule.c.id).where(schedule.c.state.not_in(STOPPED)).order_by(schedule.c.planned_at, schedule.c.id)
    )
    never = running.where(schedule.c.planned_at.is_(None))
    long_ago = running.where(schedule.c.planned_at <= now - AT_LAST_AFTER)
    rather = running.where(schedule.c.planned_at > now - AT_LAST_AFTER, schedule.c.planned_at <= now - AGAIN_AFTER)
    first = [one for query in (_late(now), never, long_ago) for one in (await connection.execute(query)).scalars()]
    soon = (await connection.execute(rather)).scalars()
    at_once = dict.fromkeys(first)
    return Stale(now=list(at_once), soon=[one for one in soon if one not in at_once])


def _late(now: datetime) -> Select[Any]:
    """Return the query for the schedules of which something is too late, or of which a question waits while a newer one does."""
    waiting = (_WAITS, occurrence.c.due_at <= now)
    oldest, newest = func.min(occurrence.c.due_at), func.max(occurrence.c.due_at)
    too_old = (and_(occurrence.c.kind == kind, oldest < now - patient) for kind, patient in PATIENCE.items())
    several = and_(occurrence.c.kind == Kind.QUESTION, oldest < newest)
    query = select(occurrence.c.schedule_id).where(*waiting, occurrence.c.schedule_id.is_not(None))
    late = query.group_by(occurrence.c.schedule_id, occurrence.c.kind).having(or_(several, *too_old)).subquery()
    return select(late.c.schedule_id).distinct().order_by(late.c.schedule_id)


async def outlook(connection: AsyncConnection, ids: Sequence[int], *, now: datetime) -> list[Outlook]:
    """Return what is there of some schedules, in four looks; one that cannot be followed has a fault and nothing else."""
    found = await schedules.some(connection, ids)
    rows = (await connection.execute(_until(ids, now))).all()
    ends = {row.id: {series: end for series, end in zip(PLANNED, row[2:], strict=True) if end} for row in rows}
    never = {row.id for row in rows if row.planned_at is None}
    left_out, waiting = await _skipped(connection, found, ends), await _waiting(connection, ids, now)
    return [
        Outlook(
            schedule=one,
            afresh=one.id in never,
            until=ends[one.id],
            skipped=frozenset(left_out[one.id]),
            waiting=waiting[one.id],
        )
        for one in found
    ]


def _until(ids: Sequence[int], now: datetime) -> Select[Any]:
    """Return the query for where each schedule's planning ends; each of its looks begins at the end and stops soon."""
    taken_back = and_(schedule.c.planned_at.is_(None), _WAITS, occurrence.c.due_at > now)
    ends = [
        select(occurrence.c.local_date)
        .where(occurrence.c.schedule_id == schedule.c.id, occurrence.c.kind == kind, occurrence.c.slot == slot)
        .where(occurrence.c.state != State.SKIPPED, not_(taken_back))
        .order_by(occurrence.c.local_date.desc())
        .limit(1)
        .correlate(schedule)
        .scalar_subquery()
        .label(f"{kind}{slot}")
        for kind, slot in PLANNED
    ]
    return select(schedule.c.id, schedule.c.planned_at, *ends).where(schedule.c.id.in_(ids))


async def _skipped(connection: AsyncConnection, found: Sequence[Schedule], ends: Ends) -> dict[int, set[date]]:
    """Return the dates left out that lie where planning goes on."""
    followed = [one for one in found if not one.fault]
    begins = [
        ends[one.id].get((Kind.QUESTION, slot)) or local_date(one.effective_at, one.plan.zone)
        for one in followed
        for slot in range(len(one.plan.times))
    ]
    where = (
        occurrence.c.schedule_id.in_([one.id for one in followed]),
        occurrence.c.kind == Kind.QUESTION,
        occurrence.c.local_date >= min(begins, default=date.max) - DAY,
        occurrence.c.state == State.SKIPPED,
    )
    left_out: dict[int, set[date]] = defaultdict(set)
    for row in await connection.execute(select(occurrence.c.schedule_id, occurrence.c.local_date).where(*where)):
        left_out[row.schedule_id].add(row.local_date)
    return left_out


async def _waiting(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> dict[int, list[Entry]]:
    """Return what is due of each schedule and was not begun, oldest first."""
    where = (occurrence.c.schedule_id.in_(ids), _WAITS, occurrence.c.due_at <= now)
    query = select(
        occurrence.c.id, occurrence.c.schedule_id, occurrence.c.kind, occurrence.c.local_date, occurrence.c.due_at,
        occurrence.c.slot,
    ).where(*where, occurrence.c.kind.in_(PATIENCE))  # fmt: skip
    waiting: dict[int, list[Entry]] = defaultdict(list)
    for row in await connection.execute(query.order_by(occurrence.c.due_at)):
        entry = Entry(kind=Kind(row.kind), day=row.local_date, due_at=row.due_at, id=row.id, slot=row.slot)
        waiting[row.schedule_id].append(entry)
    return waiting


async def unchanged(connection: AsyncConnection, made: Iterable[Agenda]) -> list[Agenda]:
    """Return what was made of schedules that are still as they were when they were read."""
    by_id = {one.schedule.id: one for one in made}
    running = select(schedule.c.id, schedule.c.effective_at).where(schedule.c.state.not_in(STOPPED))
    rows = (await connection.execute(running.where(schedule.c.id.in_(list(by_id))))).all()
    return [by_id[row.id] for row in rows if by_id[row.id].schedule.effective_at == row.effective_at]


async def write(connection: AsyncConnection, made: Sequence[Agenda], *, now: datetime) -> None:
    """Write down what was decided for some schedules."""
    await schedules.unplan(connection, [one.schedule.id for one in made if one.afresh], after=now)
    missed = {"state": State.MISSED, "settled_at": now, "note": NOTE}
    rows = [_row(one.schedule, entry) for one in made for entry in one.coming]
    rows += [_row(one.schedule, entry) | missed for one in made for entry in one.missed if entry.id is None]
    await insert_missing(connection, occurrence, rows)
    late = [entry.id for one in made for entry in one.missed if entry.id is not None]
    await schedules.settle(connection, late, State.MISSED, now=now, note=NOTE)
    await planned(connection, [one.schedule.id for one in made], now=now)


async def add(connection: AsyncConnection, of: Schedule, entries: Iterable[Entry], *, now: datetime) -> None:
    """Write down a schedule's entries as due, also those whose time is over: they are settled, and told, by planning."""
    await insert_missing(connection, occurrence, [_row(of, entry) for entry in entries])
    await planned(connection, [of.id], now=now)


async def planned(connection: AsyncConnection, ids: Sequence[int], *, now: datetime | None) -> None:
    """Note when schedules were planned; without an instant, that they are to be planned afresh."""
    await connection.execute(update(schedule).where(schedule.c.id.in_(ids)).values(planned_at=now))


async def planned_after(connection: AsyncConnection, instant: datetime, *, limit: int) -> list[int]:
    """Return some schedules that were planned after an instant."""
    query = select(schedule.c.id).where(schedule.c.planned_at > instant).limit(limit)
    return list((await connection.execute(query)).scalars())


def _row(of: Schedule, entry: Entry) -> dict[str, Any]:
    return {
        "team_id": of.team, "channel_id": of.channel, "schedule_id": of.id, "kind": entry.kind, "local_date": entry.day, "slot": entry.slot,
        "due_at": entry.due_at, "state": State.DUE, "tries": 0, "note": "", "settled_at": None,
    }  # fmt: skip
