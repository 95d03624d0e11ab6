"""What the schedule sends: carrying out what is due, and what to do when that fails."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection

from bot.bank.choosing import WARMUP, warming_up
from bot.bank.loading import Bank
from bot.commands import PostScheduled, RecordFailure, SetAside, TellOfThreads
from bot.handlers.deps import Deps
from bot.handlers.live import live_due
from bot.handlers.planning import SET_ANEW, broken, broken_key
from bot.handlers.posting import board_due
from bot.handlers.questions import askable
from bot.handlers.reminders import remind_due
from bot.handlers.rounds import answer_of, chosen, free, not_open, opened, revealed
from bot.handlers.schedules import unseen
from bot.outcomes import (
    AnswerLost,
    BoardPosted,
    LiveWentOn,
    Missed,
    Nothing,
    Planned,
    RoundOpened,
    RoundRevealed,
    ScheduleBroken,
    StreaksAtRisk,
    ThreadsRefused,
)
from bot.question import Level, Question
from bot.rules import lateness
from bot.rules.lateness import LATE_AFTER, LEAST_OPEN, MAX_TRIES, REMIND_BEFORE, RETRY_AFTER
from bot.rules.rounds import Opening, question_tag
from bot.rules.schedule import Kind, Occurrence, Plan, Schedule, State
from bot.store import ledger, listening, members, queue, rounds, schedules
from bot.text import clip

WEEK: Final = timedelta(days=7)


async def post_scheduled(
    command: PostScheduled, now: datetime, deps: Deps
) -> RoundOpened | RoundRevealed | BoardPosted | LiveWentOn | StreaksAtRisk | ScheduleBroken | Nothing:
    """Carry out one occurrence. Repeating it is safe: a round already opened or closed is only posted again by tag."""
    found = await deps.db.read(partial(schedules.get_occurrence, occurrence_id=command.occurrence))
    if found is None:
        return Nothing()
    own = await deps.of_team(found.team)

    def post(
        connection: Connection,
    ) -> RoundOpened | RoundRevealed | BoardPosted | LiveWentOn | StreaksAtRisk | ScheduleBroken | Nothing:
        occurrence = schedules.get_occurrence(connection, command.occurrence)
        if occurrence is None or occurrence.state is not State.DUE:
            return Nothing()
        match occurrence.kind, occurrence.round:
            case Kind.QUESTION, None:
                return _open_scheduled(connection, occurrence, now, own)
            case Kind.QUESTION, int(round_id):
                return _resume(connection, occurrence, round_id, now, own.bank)
            case Kind.REMINDER, int(round_id):
                return remind_due(connection, occurrence, round_id, now, own.bank)
            case Kind.REVEAL, int(round_id):
                return _reveal_due(connection, occurrence, round_id, now, own.bank)
            case _:
                return _without_round(connection, occurrence, now, own.bank)

    return await deps.db.write(post)


def _without_round(
    connection: Connection, occurrence: Occurrence, now: datetime, bank: Bank
) -> BoardPosted | LiveWentOn | Nothing:
    """Go on with a live round, or post a board."""
    if occurrence.kind is Kind.LIVE:
        return live_due(connection, occurrence, now, bank)
    return board_due(connection, occurrence, now, bank.every)


def _open_scheduled(
    connection: Connection, occurrence: Occurrence, now: datetime, deps: Deps
) -> RoundOpened | ScheduleBroken | Nothing:
    """Open the round of a schedule's question, with the reveal that follows it."""
    assert occurrence.schedule is not None  # noqa: S101  a question without a schedule has its round from the start
    schedule = schedules.get(connection, occurrence.schedule)
    if schedule.fault:
        return broken(connection, schedule.id, f"{schedule.fault} {SET_ANEW}", now)
    plan = schedule.plan
    pool = askable(connection, deps.bank.pool(plan.levels, plan.topics, drafts=True), occurrence.team)
    fresh = not_open(connection, pool, occurrence.team)
    queued = queue.turn(
        connection, occurrence.channel, occurrence.local_date, free=free(connection, occurrence.team, deps.bank)
    )
    if pool and not fresh and queued is None:  # an open question is never asked again: one answer would tell the other
        schedules.retry(connection, occurrence.id, at=now + RETRY_AFTER[-1], note="all its questions are open")
        return Nothing()
    own: Sequence[Question] = [deps.bank.questions[queued.question]] if queued else fresh
    if plan.warmup and queued is None:
        own = _first_rungs(connection, occurrence.channel, fresh)
    question = chosen(connection, occurrence.channel, own, own if queued else pool, deps.rng)
    if question is None:
        schedules.settle(connection, [occurrence.id], State.FAILED, now=now, note="the pool is empty")
        reason = "The bank has no questions at its levels and topics any more."
        return broken(connection, schedule.id, reason, now)
    round_id = _ask(connection, occurrence, question, plan=plan, now=now)
    if queued is not None:
        queue.asked(connection, queued.id, round_id)
    ledger.forget_notice(connection, occurrence.team, broken_key(schedule.id))
    left = unseen(connection, occurrence.channel, pool)
    tell = _tell_of_dry_pool(connection, schedule, left, now)
    return replace(opened(connection, round_id, occurrence.team, deps.bank), tell=tell, left=left)


def _first_rungs(connection: Connection, channel: int, fresh: Sequence[Question]) -> Sequence[Question]:
    """Return what a new channel is asked of a pool; where it has seen all of a level, everything."""
    asked = rounds.scheduled_in(connection, channel, limit=len(Level) * WARMUP)
    some = warming_up(fresh, asked)
    return some if unseen(connection, channel, tuple(some)) else fresh


def _ask(connection: Connection, occurrence: Occurrence, question: Question, *, plan: Plan, now: datetime) -> int:
    """Open a round with the occurrences that follow it: its reveal, and the reminder before that; return its id."""
    place = {"team_id": occurrence.team, "channel_id": occurrence.channel}
    reveal_at, half_at = _reveal_at(plan, occurrence, now), _half_at(plan, occurrence, now)
    opening = Opening(
        team=occurrence.team, channel=occurrence.channel, asked_by=None, local_date=occurrence.local_date, at=now,
        reveal_at=reveal_at, due_at=occurrence.due_at, half_at=half_at,
    )  # fmt: skip
    round_id = rounds.ask(connection, question, opening)
    schedules.begin(connection, occurrence.id, round_id)
    for kind, due_at in (Kind.REVEAL, reveal_at), (Kind.REMINDER, (half_at or reveal_at) - REMIND_BEFORE):
        if kind is Kind.REVEAL or due_at > now:
            schedules.add_for_round(
                connection, round_id, kind, due_at, schedule_id=occurrence.schedule, local_date=occurrence.local_date,
                slot=occurrence.slot, **place,
            )  # fmt: skip
    listening.nudge_all(
        connection, Kind.QUESTION, team_id=occurrence.team, channel_id=occurrence.channel, round_id=round_id, now=now
    )
    return round_id


def _reveal_at(plan: Plan, occurrence: Occurrence, now: datetime) -> datetime:
    """Return when a question posted now is revealed: as planned, or late enough after a late one to answer it.

    A question that was due by an older plan, changed since, counts as late by the new one.
    """
    asked, planned = (plan.due(kind, occurrence.local_date, occurrence.slot) for kind in (Kind.QUESTION, Kind.REVEAL))
    if asked == occurrence.due_at and now - asked <= LATE_AFTER:
        return planned
    return max(planned, now + min(LEAST_OPEN, planned - asked))


def _half_at(plan: Plan, occurrence: Occurrence, now: datetime) -> datetime | None:
    """Return from when answers to a question posted now count half; a late one is open for some time before that."""
    if plan.weekly or not plan.half:
        return None
    full = plan.full_until(occurrence.local_date, occurrence.slot)
    late = now - occurrence.due_at > LATE_AFTER
    return min(_reveal_at(plan, occurrence, now), max(full, now + LEAST_OPEN) if late else full)


def _resume(connection: Connection, occurrence: Occurrence, round_id: int, now: datetime, bank: Bank) -> RoundOpened:
    """Go on with a question that was begun; one that is not known to be posted opens now, and its reveal moves with it."""
    if occurrence.schedule is not None and not _is_posted(connection, round_id):
        plan = schedules.get(connection, occurrence.schedule).plan
        reveal_at, half_at = _reveal_at(plan, occurrence, now), _half_at(plan, occurrence, now)
        rounds.reopen(connection, round_id, opened_at=now, reveal_at=reveal_at, half_at=half_at)
        schedules.move(connection, round_id, Kind.REVEAL, reveal_at)
        schedules.move(connection, round_id, Kind.REMINDER, (half_at or reveal_at) - REMIND_BEFORE)
    return opened(connection, round_id, occurrence.team, bank)


def _tell_of_dry_pool(connection: Connection, schedule: Schedule, left: int, now: datetime) -> Sequence[str]:
    """Return whom to tell, once, that the unseen questions do not reach beyond the coming week."""
    key = f"dry:{schedule.id}"
    week = sum(due_at <= now + WEEK for _, due_at in schedule.plan.coming(now, 7 * len(schedule.plan.times)))
    if left > week:
        ledger.forget_notice(connection, schedule.team, key)
        return ()
    if not ledger.first_notice(connection, schedule.team, key, now=now):
        return ()
    return members.organisers(connection, schedule.team, also=schedule.member)


def _reveal_due(
    connection: Connection, occurrence: Occurrence, round_id: int, now: datetime, bank: Bank
) -> RoundRevealed | Nothing:
    """Reveal a round, unless its question is still being tried: then the reveal waits for it."""
    current = rounds.get(connection, round_id, team_id=occurrence.team)
    assert current is not None  # noqa: S101  rounds are never deleted
    asked = schedules.of_round(connection, round_id, Kind.QUESTION)
    if current.closed_at is None and (wait := _not_before(occurrence, asked, now)):
        schedules.retry(connection, occurrence.id, at=wait, note="members could not answer yet")
        return Nothing()
    return revealed(connection, current, bank, now=now, settles=occurrence.id)


def _not_before(reveal: Occurrence, asked: Occurrence | None, now: datetime) -> datetime | None:
    """Return until when a reveal waits: for its question to be posted; and once, after an outage, for late answers."""
    if asked and asked.state is State.DUE:
        return now + RETRY_AFTER[-1]
    late = now - reveal.due_at > LATE_AFTER
    return now + LEAST_OPEN if late and reveal.schedule is not None and reveal.tries == 0 else None


async def record_failure(
    command: RecordFailure, now: datetime, deps: Deps
) -> Planned | ScheduleBroken | AnswerLost | Nothing:
    """Decide what follows a failed occurrence: another try later, or an end that organisers are told of once."""

    def record(connection: Connection) -> Planned | ScheduleBroken | AnswerLost | Nothing:
        occurrence = schedules.get_occurrence(connection, command.occurrence)
        if occurrence is None or occurrence.state is not State.DUE:
            return Nothing()
        patient = occurrence.tries < MAX_TRIES or occurrence.kind is Kind.REVEAL  # an answer is never given up
        if patient and not command.final and not command.too_late:
            schedules.retry(
                connection, occurrence.id, at=now + lateness.wait(occurrence.tries), note=clip(command.reason, 200)
            )
            return Nothing()
        return _end(connection, occurrence, command, now, deps.bank)

    return await deps.db.write(record)


def _end(
    connection: Connection, occurrence: Occurrence, command: RecordFailure, now: datetime, bank: Bank
) -> Planned | ScheduleBroken | AnswerLost | Nothing:
    """End an occurrence that failed for good; its round, if nobody could see it, with it."""
    note = clip(command.reason, 200)
    asked = occurrence.round if occurrence.kind is Kind.QUESTION else None
    posted = asked is not None and _is_posted(connection, asked)
    state = State.POSTED if posted else State.MISSED if command.too_late else State.FAILED
    schedules.settle(connection, [occurrence.id], state, now=now, note=note)
    if asked is not None and not posted:
        _void(connection, asked, now)
    if occurrence.schedule is None and occurrence.kind is Kind.REVEAL:
        return _lost(connection, occurrence, note, bank)
    if occurrence.schedule is None or posted:
        return Nothing()
    if command.too_late:
        owner = schedules.owner(connection, occurrence.schedule)
        tell = members.organisers(connection, owner.team, also=owner.member)
        return Planned([Missed(channel_name=owner.channel_name, days=[occurrence.local_date], tell=tell)])
    return broken(connection, occurrence.schedule, note, now, pause=command.final)


def _lost(connection: Connection, reveal: Occurrence, reason: str, bank: Bank) -> AnswerLost | Nothing:
    """Return whom to tell an answer that cannot be shown where it was asked for: who asked, if they are with us still."""
    assert reveal.round is not None  # noqa: S101  a reveal is of a round
    asked = rounds.get(connection, reveal.round, team_id=reveal.team)
    ref = members.ref_of(connection, asked.asked_by) if asked and asked.asked_by else None
    if asked is None or ref is None:
        return Nothing()
    name = members.channel_names(connection, [asked.channel])[asked.channel]
    return AnswerLost(revealed=answer_of(connection, asked, bank), channel_name=name, reason=reason, tell=ref)


def _is_posted(connection: Connection, round_id: int) -> bool:
    """Whether a round's question is known to stand in its channel, whatever became of its thread."""
    entry = ledger.sent(connection, question_tag(round_id))
    return bool(entry and entry.ref)


def _void(connection: Connection, round_id: int, now: datetime) -> None:
    """End a round that nobody could see: it is not revealed, and no streak knows of it."""
    rounds.void(connection, round_id, now=now)
    reveal = schedules.of_round(connection, round_id, Kind.REVEAL)
    assert reveal is not None  # noqa: S101  made with the round
    schedules.settle(connection, [reveal.id], State.SKIPPED, now=now, note="the question was never posted")


async def set_aside(command: SetAside, now: datetime, deps: Deps) -> ScheduleBroken | Nothing:
    """Set aside what cannot even be read; organisers are told once, and what belongs to others goes on."""

    def put(connection: Connection) -> ScheduleBroken | Nothing:
        note, schedule_id = clip(command.reason, 200), command.schedule
        if command.occurrence is not None:
            schedules.settle(connection, [command.occurrence], State.FAILED, now=now, note=note)
            schedule_id = schedules.schedule_of(connection, command.occurrence)
        if schedule_id is None:
            return Nothing()
        return broken(connection, schedule_id, note, now, pause=command.schedule is not None)

    return await deps.db.write(put)


async def tell_of_threads(command: TellOfThreads, now: datetime, deps: Deps) -> ThreadsRefused | Nothing:
    """Return whom to tell that a channel's questions have no threads: who set its schedule or asked, and organisers."""

    def tell(connection: Connection) -> ThreadsRefused | Nothing:
        occurrence = schedules.get_occurrence(connection, command.occurrence)
        assert occurrence is not None  # noqa: S101  its question was posted just now
        assert occurrence.round is not None  # noqa: S101  for the same reason
        if not ledger.first_notice(connection, occurrence.team, f"no-thread:{occurrence.channel}", now=now):
            return Nothing()
        asked = rounds.get(connection, occurrence.round, team_id=occurrence.team)
        schedule = schedules.of_channel(connection, occurrence.channel)
        also = schedule.member if schedule else (asked.asked_by if asked else None) or 0
        organisers = members.organisers(connection, occurrence.team, also=also)
        return ThreadsRefused(reason=command.reason, tell=organisers)

    return await deps.db.write(tell)
