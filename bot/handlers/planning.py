"""Planning: the coming days' occurrences written down, what came too late settled, and old answers' words deleted."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

from bot.commands import CheckCalendars, PlanSchedules, PurgeTeam, TidyUp
from bot.errors import Unfit
from bot.handlers.deps import Deps
from bot.outcomes import Missed, Nothing, Planned, ScheduleBroken
from bot.rules.planning import Agenda, agenda, unplanned
from bot.rules.retention import MESSAGES, OCCURRENCES, PRACTICE
from bot.rules.schedule import Running, calendars
from bot.store import answers, edits, hall, inbox, ledger, links, members, planning, retention, schedules, teams
from bot.store.database import Work
from bot.store.notebook import StoredNotebook, erased

SET_ANEW: Final = "Set the schedule anew there: /schedule set 09:00 Europe/Berlin mon-fri"
CALENDARS: Final = "calendars"  # under which it is kept what dates were reckoned by
BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
FORGOTTEN_AT_ONCE: Final = 200  # rows in one change, which takes some milliseconds
EMPTIED_AT_ONCE: Final = 5000  # answers each time, so that the first time holds up nothing that is due for long

Forget = Callable[[Connection, Sequence[Any]], None]
_NOT_FOR_GOOD: Final = (
    (retention.old_occurrences, retention.forget_occurrences, OCCURRENCES),
    (retention.old_messages, retention.forget_messages, MESSAGES),
    (retention.old_practice, retention.forget_practice, PRACTICE),
)


async def tidy_up(_: TidyUp, now: datetime, deps: Deps) -> Nothing:
    """Forget what is not kept for good; a little at a time, so that nobody waits for the writer."""

    def forget(connection: Connection) -> bool:
        links.forget_old(connection, now=now)
        hall.forget_old(connection, now=now)
        more = inbox.forget(connection, now=now, limit=FORGOTTEN_AT_ONCE)
        if deps.events_kept is None:
            return more
        before = now - deps.events_kept
        return ledger.forget_events(connection, before=before, limit=FORGOTTEN_AT_ONCE) or more

    while await deps.db.write(forget):
        pass
    for look, forget_some, kept in _NOT_FOR_GOOD:
        await _forget(deps, partial(look, before=now - kept, limit=EMPTIED_AT_ONCE), forget_some)
    if deps.answers_days is not None:
        before = now - timedelta(days=deps.answers_days)
        await _forget(deps, partial(answers.older_than, before=before, limit=EMPTIED_AT_ONCE), answers.empty)
    return Nothing()


async def purge_team(command: PurgeTeam, now: datetime, deps: Deps) -> Nothing:
    """Delete all that belongs to a team which took the bot out long ago, a little at a time."""
    while await deps.db.write(
        partial(teams.purge, team_id=command.team, now=now, limit=FORGOTTEN_AT_ONCE), erases=True
    ):
        pass

    def gone(connection: Connection) -> None:
        edits.changed(connection, f"{command.team} gone")
        erased(connection)

    await deps.db.write(gone)
    deps.edits.forget()
    return Nothing()


async def check_calendars(_: CheckCalendars, now: datetime, deps: Deps) -> Nothing:
    """Have all schedules planned afresh, a few at a time, where zones or holidays are not those they were planned by.

    The same where the clock was set back since, so that nothing is missing between now and then.
    """
    notebook, present = StoredNotebook(deps.db), calendars()
    changed = await notebook.get(CALENDARS) != present
    after = BEGINNING if changed else now

    def look(connection: Connection) -> list[int]:
        return planning.planned_after(connection, after, limit=FORGOTTEN_AT_ONCE)

    def forget(connection: Connection) -> None:
        planning.planned(connection, some, now=None)

    while some := await deps.db.read(look):
        await deps.db.write(forget)
    if changed:
        await notebook.put(CALENDARS, present)
    return Nothing()


async def plan_schedules(command: PlanSchedules, now: datetime, deps: Deps) -> Planned:
    """Write down some schedules' occurrences of the coming days, and settle what is too late to be made up for.

    What is to be done is read and decided beside the writer, who is held for as long as it takes to write it down; a
    schedule that somebody changed meanwhile is left to the next time.
    """
    found = await deps.db.read(partial(planning.outlook, ids=command.schedules, now=now))
    if len(found) < len(command.schedules):
        raise Unfit("A schedule or its channel is not there any more.")
    ill = [one.schedule for one in found if one.schedule.fault]
    made = [agenda(one, now) for one in found if not one.schedule.fault]
    missed = await deps.db.read(partial(_missed, made=made))

    def write(connection: Connection) -> Planned:
        still = planning.unchanged(connection, made)
        planning.write(connection, still, now=now)
        stuck = [broken(connection, one.id, f"{one.fault} {SET_ANEW}", now) for one in ill]
        return Planned([missed[one.schedule.id] for one in still if one.unasked], stuck)

    return await deps.db.write(write)


def _missed(connection: Connection, made: Sequence[Agenda]) -> dict[int, Missed]:
    """Return what each schedule has missed, with whom to tell."""
    lost = [one for one in made if one.unasked]
    people = {(one.schedule.team, one.schedule.member) for one in lost}
    tell = {(team, also): members.organisers(connection, team, also=also) for team, also in people}
    return {
        one.schedule.id: Missed(
            channel_name=one.schedule.channel_name,
            days=one.unasked,
            tell=tell[one.schedule.team, one.schedule.member],
        )
        for one in lost
    }


async def _forget(deps: Deps, look: Work[Sequence[Any]], forget: Forget) -> None:
    """Forget what is found; it is looked for without keeping writers waiting, and forgotten a little at a time."""
    old = await deps.db.read(look)
    for start in range(0, len(old), FORGOTTEN_AT_ONCE):
        some = old[start : start + FORGOTTEN_AT_ONCE]
        await deps.db.write(partial(_forget_some, forget=forget, some=some), erases=True)


def _forget_some(connection: Connection, *, forget: Forget, some: Sequence[Any]) -> None:
    forget(connection, some)
    erased(connection)


def plan_schedule(connection: Connection, schedule_id: int, now: datetime) -> None:
    """Write down a schedule's occurrences of the coming days that are not there yet; what is too late is settled later."""
    for there in planning.outlook(connection, [schedule_id], now=now):
        planning.add(connection, there.schedule, unplanned(there, now), now=now)


def broken(
    connection: Connection, schedule_id: int, reason: str, now: datetime, *, pause: bool = True
) -> ScheduleBroken:
    """Pause a schedule that cannot go on, and return whom to tell: nobody twice until it is resumed."""
    if pause:
        schedules.set_state(connection, schedule_id, Running.BROKEN, now=now)
    owner = schedules.owner(connection, schedule_id)
    first = ledger.first_notice(connection, owner.team, broken_key(schedule_id), now=now)
    tell = members.organisers(connection, owner.team, also=owner.member) if first else []
    return ScheduleBroken(channel_name=owner.channel_name, reason=reason, paused=pause, tell=tell)


def broken_key(schedule_id: int) -> str:
    """Return the key under which it is remembered that organisers were told of a broken schedule."""
    return f"broken:{schedule_id}"
