"""Live rounds: one question after another, each open for some seconds; what comes next falls due, so that a restart goes on."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.commands import OpenLiveForm, PickLive, StartLive, StopLive, SubmitLive
from bot.errors import BadValue, NotAllowed, NotFound, Refused, Talk
from bot.handlers.answers import acceptable
from bot.handlers.deps import Call, Deps, today
from bot.handlers.fair import left_to_schedules
from bot.handlers.questions import askable
from bot.handlers.rounds import not_open
from bot.handlers.threads import NO_ANSWER
from bot.outcomes import BoardLine, LiveAnswered, LiveFormOpened, LiveQuestion, LiveStopped, LiveWentOn, Nothing
from bot.question import Question
from bot.rules import fairness, scoring
from bot.rules import live as rules
from bot.rules.answers import graded_unless_talk
from bot.rules.live import Format, Item
from bot.rules.names import told_apart
from bot.rules.schedule import Occurrence, State
from bot.rules.scoring import Tally
from bot.store import ledger, live, members, schedules
from bot.store.live import Live, Step
from bot.text import plural

OVER = "This question is over. The next one is below, or the board."
TAG = "live:{}:{}"  # of a question's card: the live round, and the question's place in it


async def start_live(command: StartLive, call: Call, deps: Deps) -> LiveWentOn | Nothing:
    """Choose questions, make their formats, and open the first."""
    if not 1 <= command.count <= rules.MOST_QUESTIONS:
        raise BadValue(f"A live round has 1 to {rules.MOST_QUESTIONS} questions: /live {rules.QUESTIONS}")
    levels, topics = [command.level] if command.level else (), [command.topic] if command.topic else ()
    pool = deps.bank.pool(levels, topics)

    def look(connection: Connection) -> list[Question]:
        return _chosen(connection, pool, command.count, call, deps)

    chosen = await deps.db.read(look)
    if not chosen:
        raise NotFound("The bank has no question of that kind that is free now. Leave the level or topic out.")
    asked = list(zip(chosen, await asyncio.to_thread(rules.items, chosen, deps.rng), strict=True))

    def start(connection: Connection) -> LiveWentOn | Nothing:
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        begun = _begin(connection, asked, call)
        occurrence = live.go_on(connection, begun, 1, call.now)
        return _went_on(connection, begun, 1, occurrence, call.now, deps.bank)

    return await deps.db.write(start)


def _chosen(connection: Connection, pool: tuple[Question, ...], count: int, call: Call, deps: Deps) -> list[Question]:
    """Choose questions: first those whose answers have been revealed in the team, for nobody could earn with them any more."""
    may = not_open(connection, askable(connection, pool, call.who.team), call.who.team)
    kept = left_to_schedules(connection, call.who.team, deps.bank)
    known = live.revealed(connection, call.who.team)
    free = [question for question in may if question.id not in kept]
    mixed = rules.shuffled(free, deps.rng)
    return sorted(mixed, key=lambda question: question.id not in known)[:count]


def _begin(connection: Connection, asked: Sequence[tuple[Question, Item]], call: Call) -> Live:
    """Write a live round down, unless one runs here or there were enough."""
    if live.running(connection, call.who.channel):
        raise Refused("A live round runs here already. Its starter, or an organiser, can stop it.")
    _refuse_too_many(connection, call)
    number = live.begin(
        connection, asked, now=call.now, day=today(connection, call), team_id=call.who.team,
        channel_id=call.who.channel, member_id=call.who.member, counts=members.live_counts(connection, call.who.team),
    )  # fmt: skip
    return live.get(connection, number)


def _refuse_too_many(connection: Connection, call: Call) -> None:
    since = call.now - rules.WITHIN
    mine = live.begun_since(connection, since=since, until=call.now, member_id=call.who.member)
    here = live.begun_since(connection, since=since, until=call.now, channel_id=call.who.channel)
    if fairness.goes_on_at(mine, rules.BY_MEMBER):
        raise Refused(f"You have begun {plural(rules.BY_MEMBER, 'live round')} in 24 hours, the most there are.")
    if fairness.goes_on_at(here, rules.IN_CHANNEL):
        raise Refused(f"There were {plural(rules.IN_CHANNEL, 'live round')} here in 24 hours, the most there are.")


def live_due(connection: Connection, occurrence: Occurrence, now: datetime, bank: Bank) -> LiveWentOn | Nothing:
    """Go on with a live round. Repeating it is safe: what was opened stays as it is, and is posted again by its tag."""
    found = live.of_occurrence(connection, occurrence.id)
    assert found is not None  # noqa: S101  it was written down with the question that it opens
    current, place = found
    opens = live.step(connection, current.id, place)
    if opens and opens.closed_at is not None:
        note = "the live round went on without it"
        schedules.settle(connection, [occurrence.id], State.SKIPPED, now=now, note=note)
        return Nothing()
    if now - occurrence.due_at > rules.LATE:
        current = replace(current, stopped=True)
    return _went_on(connection, current, place, occurrence.id, now, bank)


def _went_on(
    connection: Connection, current: Live, place: int, occurrence: int, now: datetime, bank: Bank
) -> LiveWentOn:
    """Close the question that was open, and open the next, or end the round."""
    live.close_step(connection, current.id, place - 1, now=now)
    closed = live.step(connection, current.id, place - 1)
    following = None if current.stopped else live.step(connection, current.id, place)
    if following:
        following = _opened(connection, current, following, occurrence, now)
    else:
        live.end(connection, current, now=now)
    return LiveWentOn(
        live=current.id, channel=current.channel_ref, counts=current.counts, settles=occurrence,
        closed=_shown(connection, current, closed, bank) if closed else None,
        open=_shown(connection, current, following, bank) if following else None,
        board=() if following else _board(connection, current),
    )  # fmt: skip


def _opened(connection: Connection, current: Live, step: Step, occurrence: int, now: datetime) -> Step:
    """Open a question; its time begins when it is posted, so for one that is not known to be there it begins anew."""
    until = now + rules.OPEN_FOR[step.item.format]
    if step.opened_at is None:
        live.go_on(connection, current, step.number + 1, until)
    elif _is_posted(connection, current.id, step.number):
        return step
    else:
        live.move(connection, current, until, but=occurrence)
    live.open_step(connection, current.id, step.number, now=now, until=until)
    return replace(step, opened_at=now, closes_at=until)


def _is_posted(connection: Connection, number: int, place: int) -> bool:
    entry = ledger.sent(connection, TAG.format(number, place))
    return bool(entry and entry.ref)


def _shown(connection: Connection, current: Live, step: Step, bank: Bank) -> LiveQuestion:
    had, right, answered = live.had(connection, current.id, step.number)
    return LiveQuestion(
        live=current.id, number=step.number, of=current.of, question=step.question,
        topic_title=bank.title(step.question.topic), item=step.item, closes_at=step.closes_at, had=had, right=right,
        members=answered,
    )  # fmt: skip


def _board(connection: Connection, current: Live) -> list[BoardLine]:
    sums = live.sums(connection, current.id)
    standings = scoring.rank(Tally(member=who, points=points, rounds=rounds) for who, (points, rounds) in sums.items())
    names = told_apart(members.names(connection, [one.tally.member for one in standings]))
    return [
        BoardLine(place=one.place, name=names[one.tally.member], tally=one.tally, streak=0, moved=0, you=False)
        for one in standings
    ]


def _open_step(connection: Connection, number: int, place: int, call: Call) -> tuple[Live, Step, datetime]:
    """Return a question that can be answered now, and until when; or raise Refused."""
    current = live.find(connection, number, team_id=call.who.team)
    step = live.step(connection, number, place) if current else None
    if current is None or step is None or step.closes_at is None:
        raise NotFound("There is no such live question here.")
    if step.closed_at is not None or call.now >= step.closes_at:
        raise Refused(OVER, heading="Time is up")
    return current, step, step.closes_at


async def open_live_form(command: OpenLiveForm, call: Call, deps: Deps) -> LiveFormOpened:
    """Show the private form of a live question."""

    def look(connection: Connection) -> LiveFormOpened:
        current, step, _ = _open_step(connection, command.live, command.number, call)
        return LiveFormOpened(_shown(connection, current, step, deps.bank))

    return await deps.db.read(look)


async def pick_live(command: PickLive, call: Call, deps: Deps) -> LiveAnswered:
    """Take the option that a member chose."""

    def pick(connection: Connection) -> LiveAnswered:
        current, step, until = _open_step(connection, command.live, command.number, call)
        chosen = step.item.options[command.option : command.option + 1]
        points = rules.FULL if chosen == (step.item.right,) else 0
        return _save(connection, current, step, points, until, call)

    return await deps.db.write(pick)


async def submit_live(command: SubmitLive, call: Call, deps: Deps) -> LiveAnswered:
    """Take what a member wrote."""
    text = acceptable(command.text)

    def look(connection: Connection) -> tuple[Live, Step, datetime]:
        return _open_step(connection, command.live, command.number, call)

    _, asked, _ = await deps.db.read(look)
    points = await _points(asked, text, deps)

    def save(connection: Connection) -> LiveAnswered:
        current, step, until = look(connection)
        return _save(connection, current, step, points, until, call)

    return await deps.db.write(save)


async def _points(step: Step, text: str, deps: Deps) -> int:
    if step.item.format is Format.WORD:
        return rules.FULL * rules.is_missing_word(step.item, text)
    graded = await deps.grader.in_turn(graded_unless_talk, step.question, text)
    if graded is None:
        raise Talk(NO_ANSWER)
    return graded.score


def _save(connection: Connection, current: Live, step: Step, points: int, until: datetime, call: Call) -> LiveAnswered:
    who = call.who.member
    if not live.answer(connection, current, step.number, member_id=who, points=points, now=call.now):
        raise Refused("You have answered this one already, and the first answer counts.", heading="Answered already")
    return LiveAnswered(closes_at=until)


async def stop_live(command: StopLive, call: Call, deps: Deps) -> LiveStopped:
    """Let a live round end with the question that is open, on behalf of its starter or an organiser."""

    def stop(connection: Connection) -> LiveStopped:
        current = live.find(connection, command.live, team_id=call.who.team)
        if current is None or current.over_at is not None:
            raise NotFound("This live round is over.")
        if not call.organiser and call.who.member != current.member:
            raise NotAllowed("Only who began it, or an organiser, can stop a live round.")
        live.stop(connection, current, now=call.now)
        return LiveStopped()

    return await deps.db.write(stop)
