"""Schedules, as organisers set and look at them."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.bank import choosing
from bot.bank.loading import Bank
from bot.commands import (
    ListSchedules,
    PauseSchedule,
    PreviewSchedule,
    RemoveSchedule,
    ResumeSchedule,
    SetSchedule,
    SkipDate,
    UnskipDate,
)
from bot.errors import BadValue, NotFound, Refused
from bot.handlers.deeds import given, note
from bot.handlers.deps import Call, Deps
from bot.handlers.planning import SET_ANEW, broken_key, plan_schedule
from bot.handlers.posting import uncrowned
from bot.handlers.questions import askable
from bot.outcomes import DateSkipped, Nothing, ScheduleSaved, SchedulesListed, ScheduleStopped
from bot.ports import NAME_CHARS, Ref
from bot.question import Question
from bot.rules.calendar import days_off
from bot.rules.planning import Entry
from bot.rules.schedule import PLAN_DAYS, SEARCH_DAYS, Kind, Plan, Running, Schedule, local_date
from bot.store import ledger, planning, queue, rounds, schedules, skips
from bot.text import clip

WORKING_DAYS = frozenset(range(5))
OPEN_HOURS = 8  # from the question to the reveal, unless said otherwise
PREVIEW = 10


async def set_schedule(command: SetSchedule, call: Call, deps: Deps) -> ScheduleSaved | Nothing:
    """Set or change the channel's schedule; what is left out keeps its value, or its default the first time."""

    def save(connection: Connection) -> ScheduleSaved | Nothing:
        known = schedules.of_channel(connection, call.who.channel)
        keeps = known and known.state is not Running.REMOVED and not known.fault
        kept = known.plan if known and keeps else _first_plan(command, call.who.zone)
        plan = _with_roles(_changed(kept, command), command, call)
        if not deps.bank.pool(plan.levels, plan.topics, drafts=True):
            raise Refused(
                "The bank has no questions at these levels and topics. Choose others, or leave them out.",
                heading="No such questions",
            )
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        place = {"team_id": call.who.team, "channel_id": call.who.channel, "member_id": call.who.member}
        if known and known.state is Running.ACTIVE and keeps:
            plan_schedule(connection, known.id, call.now)  # what an outage left unplanned was due by the plan of then
        schedules.save(connection, plan, now=call.now, **place)
        note(connection, call, command, given(command, plan))
        saved = _of_channel(connection, call)
        for told in (broken_key(saved.id), f"no-champion:{call.who.channel}"):
            ledger.forget_notice(connection, call.who.team, told)
        plan_schedule(connection, saved.id, call.now)
        crowns = uncrowned(connection, known, team_id=call.who.team)
        return replace(_shown(connection, call, deps.bank, saved=True), crowns=crowns)

    return await deps.db.write(save)


def _first_plan(command: SetSchedule, zone: str) -> Plan:
    if command.at is None:
        raise BadValue("Say when the daily question comes: /schedule set 09:00 Europe/Berlin mon-fri")
    at, *more = command.at
    reveal = command.reveal or time((at.hour + OPEN_HOURS) % 24, at.minute)
    plan = Plan(
        zone=zone, at=at, more=tuple(more), weekdays=command.days or WORKING_DAYS, reveal=reveal, board_day=0, board_at=reveal
    )  # fmt: skip
    day, board_at = _board_of(plan)
    return replace(plan, board_day=day, board_at=board_at)


def _board_of(plan: Plan) -> tuple[int, time]:
    """Return the weekday and time of the week's last reveal, so that the board has it all."""
    if plan.until_next:
        return min(plan.weekdays), plan.at
    return (max(plan.weekdays) + (plan.reveal <= plan.times[-1])) % 7, plan.reveal


def _changed(plan: Plan, command: SetSchedule) -> Plan:
    """Return the plan with what the command says; a board without its own time goes with the reveal."""
    given: dict[str, Any] = {
        "zone": command.zone, "weekdays": command.days, "reveal": command.reveal, "levels": command.levels,
        "topics": command.topics, "country": command.holidays, "days_off": command.days_off,
        "half": command.half, "warmup": command.warmup, "aloud": command.aloud,
    }  # fmt: skip
    if command.at is not None:
        given |= {"at": command.at[0], "more": command.at[1:]}
    changed = replace(plan, **{name: value for name, value in given.items() if value is not None})
    changed = _with_board(plan, _in_mode(plan, changed, command), command)
    if changed.reveal in changed.times and not changed.weekly:
        raise BadValue("The reveal is at the very time of the question. Give people some hours: reveal=17:00")
    return changed


def _with_roles(plan: Plan, command: SetSchedule, call: Call) -> Plan:
    """Return the plan with the roles that the command names, which are of this team."""
    if any(one and not one.startswith(f"{call.context.team}:role:") for one in (command.role, command.champion)):
        raise BadValue("That is no role of this server. Pick one from the list that Discord shows.")
    if command.role is not None:
        plan = replace(plan, role=command.role, role_name=_called(command.role, call))
    if command.champion is not None:
        plan = replace(plan, champion=command.champion, champion_name=_called(command.champion, call))
    return plan


def _called(role: Ref, call: Call) -> str:
    return clip(call.context.named.get(role, ""), NAME_CHARS)


def _in_mode(plan: Plan, changed: Plan, command: SetSchedule) -> Plan:
    """Return a plan as a weekly one, or as none; several days or times, or a reveal, are what no weekly one has."""
    other = len(command.days or ()) > 1 or len(command.at or ()) > 1 or command.reveal is not None or bool(command.half)
    if not command.weekly and (other or command.weekly is False or not plan.weekly):
        return replace(changed, weekly=False)
    if other:
        raise BadValue(
            "A weekly question has one day and one time, and no reveal but the next: /schedule set weekly mon 09:00"
        )
    return replace(changed, weekly=True, weekdays=frozenset([min(changed.weekdays)]), more=())


def _with_board(plan: Plan, changed: Plan, command: SetSchedule) -> Plan:
    """Return a plan with its board: where it was left to the bot, after the last reveal, or at least at the reveal's time."""
    day, at = plan.board_day, plan.board_at
    if changed.until_next != plan.until_next or (plan.until_next and (day, at) == _board_of(plan)):
        day, at = _board_of(changed)
    elif at == plan.reveal:
        at = changed.reveal
    return replace(changed, board_day=day if command.board is None else command.board, board_at=command.board_at or at)


async def list_schedules(_: ListSchedules, call: Call, deps: Deps) -> SchedulesListed:
    """List the team's schedules."""

    def look(connection: Connection) -> SchedulesListed:
        found = schedules.of_team(connection, call.who.team)
        firsts = [_coming(connection, one, call.now, 1) if one.state is Running.ACTIVE else [] for one in found]
        return SchedulesListed(
            [(one, first[0][1] if first else None) for one, first in zip(found, firsts, strict=True)]
        )

    return await deps.db.read(look)


async def preview_schedule(_: PreviewSchedule, call: Call, deps: Deps) -> ScheduleSaved:
    """Show the channel's schedule with its next ten questions."""

    def look(connection: Connection) -> ScheduleSaved:
        return _shown(connection, call, deps.bank, saved=False)

    return await deps.db.read(look)


async def pause_schedule(command: PauseSchedule, call: Call, deps: Deps) -> ScheduleStopped:
    """Pause the channel's schedule; an open round is still revealed on time."""
    return await _stop(command, call, deps, Running.PAUSED)


async def remove_schedule(command: RemoveSchedule, call: Call, deps: Deps) -> ScheduleStopped:
    """Remove the channel's schedule."""
    return await _stop(command, call, deps, Running.REMOVED)


async def _stop(command: PauseSchedule | RemoveSchedule, call: Call, deps: Deps, state: Running) -> ScheduleStopped:
    def stop(connection: Connection) -> ScheduleStopped:
        known = _of_channel(connection, call)
        if known.state is not state:
            note(connection, call, command)
        schedules.set_state(connection, known.id, state, now=call.now)
        return ScheduleStopped(state, uncrowned(connection, known, team_id=call.who.team))

    return await deps.db.write(stop)


async def resume_schedule(command: ResumeSchedule, call: Call, deps: Deps) -> ScheduleSaved:
    """Go on with a paused schedule from now; what was due meanwhile is not made up for."""

    def resume(connection: Connection) -> ScheduleSaved:
        known = followed(connection, call)
        if known.state is not Running.ACTIVE:
            schedules.set_state(connection, known.id, Running.ACTIVE, now=call.now)
            note(connection, call, command)
            ledger.forget_notice(connection, call.who.team, broken_key(known.id))
            plan_schedule(connection, known.id, call.now)
        return _shown(connection, call, deps.bank, saved=True)

    return await deps.db.write(resume)


async def skip_date(command: SkipDate, call: Call, deps: Deps) -> DateSkipped | Nothing:
    """Leave out a date's question, by default the next one's."""

    def skip(connection: Connection) -> DateSkipped | Nothing:
        known = followed(connection, call)
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        today = local_date(call.now, known.plan.zone)
        day = command.day.on(today) if command.day else _next_day(connection, known, call.now)
        within = today <= day <= today + timedelta(days=SEARCH_DAYS)
        slots = slots_to_come(known.plan, day, call.now) if within else []
        if not slots:
            raise Refused(
                f"No question is coming on {day:%A %-d %B %Y}. See /schedule preview for the dates.",
                heading="No question that day",
            )
        left_out = [schedules.skip(connection, known, day, slot, now=call.now) for slot in slots]  # each of them
        if not any(left_out):
            raise Refused(f"The question of {day:%A %-d %B %Y} is left out already.", heading="Left out already")
        note(connection, call, command, day)
        return DateSkipped(day=day, coming=_coming(connection, known, call.now, 3))

    return await deps.db.write(skip)


async def unskip_date(command: UnskipDate, call: Call, deps: Deps) -> ScheduleSaved:
    """Ask on a date after all that was left out, by default on the next of them."""

    def unskip(connection: Connection) -> ScheduleSaved:
        known = followed(connection, call)
        today = local_date(call.now, known.plan.zone)
        out = _left_out(connection, known, call.now)
        day = command.day.on(today) if command.day else next(iter(out), None)
        if day is None or day not in out:
            when = f"{day:%A %-d %B %Y} is not left out" if day else "No date is left out"
            raise Refused(f"{when}, or its time is over. See /schedule preview for the dates.")
        _unskip(connection, known, day, call.now)
        note(connection, call, command, day)
        return _shown(connection, call, deps.bank, saved=False)

    return await deps.db.write(unskip)


def _unskip(connection: Connection, known: Schedule, day: date, now: datetime) -> None:
    """Take back that a date was left out; while the schedule is paused nothing is due, and going on plans it."""
    if known.state is not Running.ACTIVE:
        skips.unskip(connection, known.id, day)
        return
    plan_schedule(connection, known.id, now)  # what comes before the date, or planning would go on after it
    skips.unskip(connection, known.id, day)
    if day <= local_date(now, known.plan.zone) + timedelta(days=PLAN_DAYS):
        slots = slots_to_come(known.plan, day, now)
        again = [
            Entry(kind=Kind.QUESTION, day=day, due_at=known.plan.due(Kind.QUESTION, day, slot), slot=slot)
            for slot in slots
        ]
        planning.add(connection, known, again, now=now)


def slots_to_come(plan: Plan, day: date, now: datetime) -> list[int]:
    """Return which of a date's questions are still to come, by their numbers in the day."""
    slots = range(len(plan.times)) if plan.has_question(day) else ()
    return [slot for slot in slots if plan.due(Kind.QUESTION, day, slot) > now]


def _left_out(connection: Connection, known: Schedule, now: datetime) -> list[date]:
    """Return the dates to come that are left out, and would have a question otherwise."""
    plan = known.plan
    out = skips.left_out(connection, known.id, since=local_date(now, plan.zone))
    return [day for day in out if slots_to_come(plan, day, now)]


def _next_day(connection: Connection, known: Schedule, now: datetime) -> date:
    coming = _coming(connection, known, now, 1)
    if not coming:
        raise Refused("No question is coming on any date. See /schedule preview.", heading="No question is coming")
    return coming[0][0]


def _of_channel(connection: Connection, call: Call) -> Schedule:
    known = schedules.of_channel(connection, call.who.channel)
    if known is None or known.state is Running.REMOVED:
        raise NotFound("This channel has no schedule. Set one with /schedule set 09:00 Europe/Berlin mon-fri")
    return known


def followed(connection: Connection, call: Call) -> Schedule:
    """Return the channel's schedule, or raise Refused with what to do about one that cannot be followed."""
    known = _of_channel(connection, call)
    if known.fault:
        raise Refused(f"{known.fault} {SET_ANEW}", heading="The schedule is stuck")
    return known


def _coming(connection: Connection, known: Schedule, now: datetime, count: int) -> list[tuple[date, datetime]]:
    since = local_date(now, known.plan.zone) - timedelta(days=1)
    gone = schedules.skipped(connection, known.id, since=since)
    return known.plan.coming(now, count, skipped=gone)


def _shown(connection: Connection, call: Call, bank: Bank, *, saved: bool) -> ScheduleSaved:
    known = followed(connection, call)
    pool = askable(connection, bank.pool(known.plan.levels, known.plan.topics, drafts=True), call.who.team)
    coming = _coming(connection, known, call.now, PREVIEW) if known.state is Running.ACTIVE else []
    return ScheduleSaved(
        plan=known.plan,
        channel_name=known.channel_name,
        pool=len(pool),
        unseen=unseen(connection, known.channel, pool),
        coming=coming,
        off=days_off(known.plan, local_date(call.now, known.plan.zone), coming[-1][0]) if coming else (),
        left_out=_left_out(connection, known, call.now),
        queued=[(one.day, one.question) for one in queue.waiting(connection, known.channel) if one.day],
        saved=saved,
    )


def unseen(connection: Connection, channel_id: int, pool: tuple[Question, ...]) -> int:
    """Return how many of a pool's questions a channel has not seen."""
    return choosing.unseen(pool, rounds.last_asked(connection, channel_id))
