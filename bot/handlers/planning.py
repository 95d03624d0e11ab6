"""Planning: the coming days' occurrences written down, what came too late settled, and old answers' words deleted."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands import PlanOccurrences
from bot.handlers.deps import Deps
from bot.outcomes import Missed, Planned
from bot.rules.lateness import BOARD_CATCH_UP, CATCH_UP
from bot.rules.schedule import PLAN_DAYS, Kind, Schedule, State, local_date
from bot.store import answers, inbox, ledger, members, schedules, teams

EMPTIED_AT_ONCE: Final = 5000  # answers each time, so that the first time holds nobody up for long


async def plan_occurrences(command: PlanOccurrences, now: datetime, deps: Deps) -> Planned:
    """Write down the coming days' occurrences of every schedule, and settle what is too late to be made up for."""

    async def plan(connection: AsyncConnection) -> Planned:
        if deps.events_kept is not None:
            await ledger.forget_events(connection, before=now - deps.events_kept)
        await inbox.forget(connection, now=now)
        await teams.purge(connection, now=now)
        running = await schedules.active(connection)
        missed = [await _plan_one(connection, one, now, afresh=command.afresh) for one in running]
        return Planned([one for one in missed if one])

    planned = await deps.db.write(plan)
    if deps.answers_days is not None:
        await _forget_words(deps, now - timedelta(days=deps.answers_days))
    return planned


async def _forget_words(deps: Deps, before: datetime) -> None:
    """Delete the words of old answers; they are looked for without keeping writers waiting."""

    async def look(connection: AsyncConnection) -> list[int]:
        return await answers.older_than(connection, before, limit=EMPTIED_AT_ONCE)

    async def empty(connection: AsyncConnection) -> None:
        await answers.empty(connection, old)

    if old := await deps.db.read(look):
        await deps.db.write(empty)


async def _plan_one(connection: AsyncConnection, schedule: Schedule, now: datetime, *, afresh: bool) -> Missed | None:
    """Plan one schedule; `afresh` first takes back what lies ahead, in case the zones' data changed."""
    if afresh:
        await schedules.unplan(connection, schedule.id, after=now)
    await plan_schedule(connection, schedule, now)
    await _drop_late_boards(connection, schedule, now)
    missed = await _missed_questions(connection, schedule, now)
    if not missed:
        return None
    tell = await members.organisers(connection, schedule.team, also=schedule.member)
    return Missed(channel_name=schedule.channel_name, days=missed, tell=tell)


async def plan_schedule(connection: AsyncConnection, schedule: Schedule, now: datetime) -> None:
    """Write down a schedule's occurrences of the coming days that are not there yet."""
    for kind in (Kind.QUESTION, Kind.BOARD):
        await _plan_kind(connection, schedule, kind, now)


async def _plan_kind(connection: AsyncConnection, schedule: Schedule, kind: Kind, now: datetime) -> None:
    until = local_date(now, schedule.plan.zone) + timedelta(days=PLAN_DAYS)
    planned = await schedules.planned_until(connection, schedule.id, kind)
    start = local_date(schedule.effective_at, schedule.plan.zone) - timedelta(days=1)
    start = max(start, planned + timedelta(days=1)) if planned else start
    for day in schedule.plan.days(kind, start):
        if day > until:
            break
        if (due_at := schedule.plan.due(kind, day)) > schedule.effective_at:
            await schedules.plan_day(connection, schedule, kind, day, due_at)


async def _missed_questions(connection: AsyncConnection, schedule: Schedule, now: datetime) -> list[date]:
    """Settle questions that are too late, and all but the newest of those that are not; return their dates."""
    waiting = await schedules.overdue(connection, schedule.id, Kind.QUESTION, now=now)
    in_time = [o for o in waiting if now - o.due_at <= CATCH_UP]
    missed = [o for o in waiting if o not in in_time[-1:]]
    await schedules.settle(connection, [o.id for o in missed], State.MISSED, now=now, note="the bot was not running")
    return [o.local_date for o in missed]


async def _drop_late_boards(connection: AsyncConnection, schedule: Schedule, now: datetime) -> None:
    waiting = await schedules.overdue(connection, schedule.id, Kind.BOARD, now=now)
    late = [o.id for o in waiting if now - o.due_at > BOARD_CATCH_UP]
    await schedules.settle(connection, late, State.MISSED, now=now, note="the bot was not running")
