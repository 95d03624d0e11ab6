"""Planning: the coming days' occurrences written down, what came too late settled, and old answers' words deleted."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands import PlanSchedule, PurgeTeam, TidyUp
from bot.handlers.deps import Deps
from bot.outcomes import Missed, Nothing, Planned, ScheduleBroken
from bot.rules.lateness import BOARD_CATCH_UP, CATCH_UP, END_CATCH_UP
from bot.rules.schedule import BOARDS, PLAN_DAYS, Kind, Running, Schedule, State, local_date
from bot.store import answers, inbox, ledger, members, schedules, teams

SET_ANEW: Final = "Set the schedule anew there: /schedule set 09:00 Europe/Berlin mon-fri"
EMPTIED_AT_ONCE: Final = 5000  # answers each time, so that the first time holds nobody up for long


async def tidy_up(_: TidyUp, now: datetime, deps: Deps) -> Nothing:
    """Forget old deliveries, and the words of old answers."""

    async def forget(connection: AsyncConnection) -> None:
        if deps.events_kept is not None:
            await ledger.forget_events(connection, before=now - deps.events_kept)
        await inbox.forget(connection, now=now)

    await deps.db.write(forget)
    if deps.answers_days is not None:
        await _forget_words(deps, now - timedelta(days=deps.answers_days))
    return Nothing()


async def purge_team(command: PurgeTeam, now: datetime, deps: Deps) -> Nothing:
    """Delete all that belongs to a team which took the bot out long ago."""

    async def purge(connection: AsyncConnection) -> None:
        await teams.purge(connection, command.team, now=now)

    await deps.db.write(purge)
    deps.edits.forget()
    return Nothing()


async def plan_one(command: PlanSchedule, now: datetime, deps: Deps) -> Planned | ScheduleBroken:
    """Write down a schedule's occurrences of the coming days, and settle what is too late to be made up for."""

    async def plan(connection: AsyncConnection) -> Planned | ScheduleBroken:
        schedule = await schedules.get(connection, command.schedule)
        if schedule.fault:
            return await broken(connection, schedule.id, f"{schedule.fault} {SET_ANEW}", now)
        missed = await _plan_one(connection, schedule, now, afresh=command.afresh)
        return Planned([missed] if missed else [])

    return await deps.db.write(plan)


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
    for kind in (Kind.QUESTION, *BOARDS):
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
    for kind in BOARDS:
        waiting = await schedules.overdue(connection, schedule.id, kind, now=now)
        most = BOARD_CATCH_UP if kind is Kind.BOARD else END_CATCH_UP
        late = [o.id for o in waiting if now - o.due_at > most]
        await schedules.settle(connection, late, State.MISSED, now=now, note="the bot was not running")


async def broken(
    connection: AsyncConnection, schedule_id: int, reason: str, now: datetime, *, pause: bool = True
) -> ScheduleBroken:
    """Pause a schedule that cannot go on, and return whom to tell: nobody twice until it is resumed."""
    if pause:
        await schedules.set_state(connection, schedule_id, Running.BROKEN, now=now)
    owner = await schedules.owner(connection, schedule_id)
    first = await ledger.first_notice(connection, owner.team, broken_key(schedule_id), now=now)
    tell = await members.organisers(connection, owner.team, also=owner.member) if first else []
    return ScheduleBroken(channel_name=owner.channel_name, reason=reason, paused=pause, tell=tell)


def broken_key(schedule_id: int) -> str:
    """Return the key under which it is remembered that organisers were told of a broken schedule."""
    return f"broken:{schedule_id}"
