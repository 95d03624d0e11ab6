"""The hall: a link into the web page of a team for one member, the end of their visits, and what the page alone shows."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.commands import OpenHall, ShowAudit, ShowDifficulty, ShowRecord, ShowStatus, ShowWork
from bot.errors import NotFound, Refused
from bot.handlers.deps import Call, Deps, question_of, round_of, today, view_of
from bot.handlers.grades import counts_for, standing
from bot.handlers.rounds import answer_of
from bot.outcomes import (
    AuditShown,
    Difficulty,
    DifficultyShown,
    HallClosed,
    HallOpened,
    OwnDay,
    OwnRound,
    Punctuality,
    RecordShown,
    StatusShown,
    Work,
    WorkShown,
)
from bot.rules.difficulty import Facts
from bot.rules.rounds import Round
from bot.rules.schedule import Kind, State, week_start
from bot.rules.scoring import MAX_ATTEMPTS
from bot.store import answers, audit, away, facts, hall, members, rounds
from bot.store.away import Spell
from bot.store.hall import Settled

LISTED: Final = 20  # rounds on a page of what one has answered
WEEKS: Final = 26  # of days
LOOKED_BACK: Final = timedelta(days=7)  # for the status
NOT_LATE: Final = timedelta(0)
ONE_DAY: Final = timedelta(days=1)
BYTES: Final = 16  # of chance in a link
NO_HALL: Final = (
    "There is no web page here. Whoever runs me opens it by setting STUDYHALL_HALL_URL; all of it is in chat too."
)


async def open_hall(command: OpenHall, call: Call, deps: Deps) -> HallOpened | HallClosed:
    """Give the asker a link that lets them in once, or end their visits."""
    if not deps.hall:
        raise Refused(NO_HALL, heading="No hall here")
    link = secrets.token_hex(BYTES)  # no letter that a platform takes for markup

    def change(connection: Connection) -> HallOpened | HallClosed:
        if command.action == "out":
            return HallClosed(hall.close(connection, call.who.member, now=call.now))
        until = hall.invite(
            connection, link, member_id=call.who.member, organiser=call.context.organiser, now=call.now,
            team_id=call.who.team, channel_id=call.who.channel, ref=call.context.member,
        )  # fmt: skip
        return HallOpened(link=f"{deps.hall}/in/{link}", until=until)

    return await deps.db.write(change)


async def show_work(command: ShowWork, call: Call, deps: Deps) -> WorkShown:
    """Show a question with one's own attempts; the answer only once it is revealed."""

    def look(connection: Connection) -> WorkShown:
        current = round_of(connection, call, command.round)
        if current.channel not in {call.who.channel, *rounds.joined_by(connection, call.who.member)}:
            raise NotFound("I know no such question in a channel of yours. The first page names those that are open.")
        return _work(connection, current, call, deps.bank)

    return await deps.db.read(look)


def _work(connection: Connection, current: Round, call: Call, bank: Bank) -> WorkShown:
    view = view_of(connection, current, bank)
    own = answers.own_attempts(connection, current.id, call.who.member)
    counts = counts_for(connection, current, call.who.member)
    taken = answers.hints_taken(connection, current.id, call.who.member)
    is_open = current.closed_at is None
    names = members.channel_names(connection, [current.channel])
    left = max(0, MAX_ATTEMPTS - len(own)) if is_open else 0  # as of now, not as of each attempt
    return WorkShown(
        view=view, channel_name=names[current.channel],
        works=[Work(attempt=replace(standing(view, call, one, counts=counts), left=left), text=one.text or "") for one in own],
        left=left, hints=view.question.hints[:taken],
        more=len(view.question.hints) - taken if is_open else 0,
        revealed=None if is_open else answer_of(connection, current, bank),
    )  # fmt: skip


async def show_record(command: ShowRecord, call: Call, deps: Deps) -> RecordShown:
    """Show what one has answered, and what became of one's days."""

    def look(connection: Connection) -> RecordShown:
        me = {"member_id": call.who.member, "team_id": call.who.team}
        found = rounds.answered_by(connection, **me, before=command.before, limit=LISTED + 1)
        day = today(connection, call)
        first = week_start(day) - timedelta(weeks=WEEKS - 1)
        there = hall.days(connection, call.who.member, since=first)
        off = away.coming(connection, call.who.member, since=first)
        return RecordShown(
            rounds=_own(connection, found[:LISTED], call, deps.bank), more=len(found) > LISTED,
            days=_days(there, off), first=first, today=day,
        )  # fmt: skip

    return await deps.db.read(look)


def _own(connection: Connection, found: Sequence[Round], call: Call, bank: Bank) -> list[OwnRound]:
    if not found:
        return []
    names = members.channel_names(connection, {one.channel for one in found})
    had = hall.standings(connection, call.who.member, [one.id for one in found])
    return [
        OwnRound(
            round=one, question=question_of(connection, one, bank).question, topic_title=bank.title(one.topic),
            channel_name=names[one.channel], attempts=had[one.id].attempts, score=had[one.id].score,
            band=had[one.id].band, points=had[one.id].points,
        )
        for one in found
    ]  # fmt: skip


def _days(there: Mapping[date, bool], off: Sequence[Spell]) -> dict[date, OwnDay]:
    """Return what became of each day: a day off is none that is missed."""
    free = {first + ONE_DAY * n for first, last in off for n in range((last - first).days + 1)}
    return {day: OwnDay.ANSWERED if was else OwnDay.OFF if day in free else OwnDay.MISSED for day, was in there.items()}


async def show_status(_: ShowStatus, call: Call, deps: Deps) -> StatusShown:
    """Show how punctual the posts of the asker's team were; of other teams nothing is told."""
    since = call.now - LOOKED_BACK

    def look(connection: Connection) -> StatusShown:
        overdue, coming = hall.due(connection, call.who.team, now=call.now)
        settled = hall.settled(connection, call.who.team, since=since)
        return StatusShown(since=since, kinds=_punctual(settled), overdue=overdue, coming=coming)

    return await deps.db.read(look)


def _punctual(settled: Sequence[Settled]) -> list[Punctuality]:
    """Return how punctual each kind was, of those that there were."""
    of_kind = {kind: [one for one in settled if one.kind is kind] for kind in Kind}
    return [_of_kind(kind, found) for kind, found in of_kind.items() if found]


def _of_kind(kind: Kind, found: Sequence[Settled]) -> Punctuality:
    late = sorted(max(NOT_LATE, one.at - one.due_at) for one in found if one.state is State.POSTED) or [NOT_LATE]
    count = Counter(one.state for one in found)
    return Punctuality(
        kind=kind, posted=count[State.POSTED], missed=count[State.MISSED], failed=count[State.FAILED],
        median=late[(len(late) - 1) // 2], worst=late[-1],
    )  # fmt: skip


async def show_difficulty(_: ShowDifficulty, call: Call, deps: Deps) -> DifficultyShown:
    """Show how each question went that the asker's team was asked."""

    def look(connection: Connection) -> DifficultyShown:
        known = facts.of_team(connection, call.who.team)
        return DifficultyShown(questions=[_difficulty(name, found, deps.bank) for name, found in known.items()])

    return await deps.db.read(look)


def _difficulty(name: str, known: Facts, bank: Bank) -> Difficulty:
    asked = bank.every.get(name)
    title = bank.title(asked.topic) if asked else ""
    return Difficulty(id=name, question=asked.question if asked else name, topic_title=title, facts=known)


async def show_audit(_: ShowAudit, call: Call, deps: Deps) -> AuditShown:
    """Show what was decided and changed in the asker's team."""

    def look(connection: Connection) -> AuditShown:
        kept = audit.of_team(connection, call.who.team)
        named = {row["question"] for rows in kept.values() for row in rows if "question" in row}
        every = deps.bank.every
        return AuditShown(kept=kept, questions={name: every[name].question for name in named if name in every})

    return await deps.db.read(look)
