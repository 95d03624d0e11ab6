"""A schedule's queue: which question is asked on a date, or next."""

from datetime import date

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.commands import QueueQuestion, UnqueueQuestion
from bot.errors import BadValue, NotFound, Refused
from bot.handlers.deeds import note
from bot.handlers.deps import Call, Deps
from bot.handlers.questions import askable
from bot.handlers.schedules import followed, slots_to_come
from bot.outcomes import QueuedQuestion, QueueShown
from bot.rules.schedule import Schedule, local_date
from bot.store import queue, schedules


async def queue_question(command: QueueQuestion, call: Call, deps: Deps) -> QueueShown:
    """Queue a question for a date, or to come next; queued again it is moved. Without a question the queue is shown."""

    def put(connection: Connection) -> QueueShown:
        known = followed(connection, call)
        if command.question is None:
            if command.day is not None:
                raise BadValue("Say which question comes on that day: /schedule queue vae-elbo-derivation 2026-12-24")
            return _shown(connection, known, deps.bank)
        _refuse_unasked(connection, call, deps.bank, command.question)
        today = local_date(call.now, known.plan.zone)
        day = command.day.on(today) if command.day else None
        if day is not None:
            _refuse_day(connection, call, known, day, command.question)
        place = {"team_id": call.who.team, "channel_id": call.who.channel, "member_id": call.who.member}
        queue.put(connection, command.question, day, now=call.now, **place)
        return _shown(connection, known, deps.bank, changed=command.question)

    return await deps.db.write(put)


async def unqueue_question(command: UnqueueQuestion, call: Call, deps: Deps) -> QueueShown:
    """Take a question out of the queue."""

    def take_out(connection: Connection) -> QueueShown:
        known = followed(connection, call)
        if command.question is None:
            raise BadValue("Say which question to take out: /schedule unqueue vae-elbo-derivation")
        if not queue.take_out(connection, known.channel, command.question):
            raise NotFound(f"“{command.question}” is not in this channel's queue. See /schedule queue.")
        note(connection, call, command, command.question)
        return _shown(connection, known, deps.bank, changed=command.question)

    return await deps.db.write(take_out)


def _refuse_unasked(connection: Connection, call: Call, bank: Bank, question: str) -> None:
    """Raise Refused for a question that is not asked in the team: a draft, retired, or reported."""
    ready = [bank.questions[question]] if question in bank.questions else []
    if not askable(connection, ready, call.who.team):
        raise Refused(f"“{question}” is set aside. See why: /question show {question}", heading="Set aside")


def _refuse_day(connection: Connection, call: Call, known: Schedule, day: date, question: str) -> None:
    """Raise Refused for a date without a question of its own to come, or with one queued already."""
    gone = schedules.skipped(connection, known.id, since=day)
    left = [slot for slot in slots_to_come(known.plan, day, call.now) if (day, slot) not in gone]
    if not left:
        raise Refused(f"No question is coming on {day:%A %-d %B %Y}. See /schedule preview for the dates.")
    waiting = queue.waiting(connection, known.channel)
    others = [one.question for one in waiting if one.day == day and one.question != question]
    if len(others) >= len(left):
        raise Refused(f"{day:%A %-d %B %Y} has “{others[0]}” already. Move that one first, or choose another day.")


def _shown(connection: Connection, known: Schedule, bank: Bank, *, changed: str = "") -> QueueShown:
    return QueueShown(channel_name=known.channel_name, waiting=waiting_in(connection, known, bank), changed=changed)


def waiting_in(connection: Connection, known: Schedule, bank: Bank) -> list[QueuedQuestion]:
    """Return the questions of a schedule's queue that can be asked, in order."""
    return [
        QueuedQuestion(id=one.question, day=one.day, question=bank.questions[one.question].question)
        for one in queue.waiting(connection, known.channel)
        if one.question in bank.questions
    ]
