"""Rounds: asking, answering, hints and the reveal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy import Connection

from bot.bank.choosing import choose
from bot.bank.loading import Bank
from bot.commands import AskQuestion, OfferReveal, RevealAnswer, ShowMore
from bot.errors import NotAllowed, NotFound, Refused
from bot.grading import Band
from bot.handlers.deps import Call, Deps, round_of, today, view_of
from bot.handlers.fair import left_to_schedules, refuse_too_many_asked
from bot.handlers.questions import askable
from bot.outcomes import (
    AnswerShown,
    BestAnswer,
    Nothing,
    RevealAsked,
    RoundOpened,
    RoundRevealed,
)
from bot.ports import Ref
from bot.question import KeyPoint, Question
from bot.rules.lateness import not_after
from bot.rules.rounds import Opening, Round, question_tag
from bot.rules.schedule import Kind, State
from bot.store import answers, boards, ledger, listening, members, rounds, schedules, suggestions
from bot.store.answers import Given
from bot.text import clip

ASKED_OPEN: Final = timedelta(hours=24)  # how long a round asked with /quiz stays open unless revealed before
BEST_ANSWERS: Final = 2
BEST_CHARS: Final = 600
ALL_OPEN: Final = (
    "Every question of that kind is open already, or set aside. Answer those first, or choose another kind."
)
KEPT: Final = "The last questions of that kind are kept for the daily question. Choose another kind."
OFFERED: Final = 5  # of the newest open rounds, as many buttons as every platform shows in a row


async def ask_question(command: AskQuestion, call: Call, deps: Deps) -> RoundOpened | Nothing:
    """Choose a question and open a round; its occurrences see to it that it is posted and revealed."""
    levels, topics = [command.level] if command.level else (), [command.topic] if command.topic else ()
    pool = deps.bank.pool(levels, topics, drafts=True)
    if not pool:
        title = deps.bank.title(command.topic or "")
        raise NotFound(f"The bank has no {command.level or ''} question about {title}. Leave the level or topic out.")

    def open_round(connection: Connection) -> RoundOpened | Nothing:
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        refuse_too_many_asked(connection, call)
        may = askable(connection, pool, call.who.team)
        closed = not_open(connection, may, call.who.team)
        kept = left_to_schedules(connection, call.who.team, deps.bank)
        free = [question for question in closed if question.id not in kept]
        question = chosen(connection, call.who.channel, free, may, deps.rng)
        if question is None:
            raise Refused(KEPT if closed else ALL_OPEN)
        day, reveal_at = today(connection, call), call.now + ASKED_OPEN
        opening = Opening(
            team=call.who.team, channel=call.who.channel, asked_by=call.who.member, local_date=day, at=call.now,
            reveal_at=reveal_at,
        )  # fmt: skip
        round_id = rounds.ask(connection, question, opening)
        place = {"team_id": call.who.team, "channel_id": call.who.channel, "local_date": day}
        schedules.add_for_round(connection, round_id, Kind.QUESTION, call.now, **place)
        schedules.add_for_round(connection, round_id, Kind.REVEAL, reveal_at, **place)
        posted = opened(connection, round_id, call.who.team, deps.bank)
        return replace(posted, outside=call.who.channel_name if call.context.thread else "")

    return await deps.db.write(open_round)


def chosen(
    connection: Connection, channel: int, free: Sequence[Question], pool: Sequence[Question], rng: Random
) -> Question | None:
    """Return the next question for a channel, of those of its pool that are free."""
    last_topic = rounds.last_topic(connection, channel)
    return choose(free, rounds.last_asked(connection, channel), rng, among=pool, last_topic=last_topic)


def not_open(connection: Connection, pool: tuple[Question, ...], team_id: int) -> tuple[Question, ...]:
    """Return a pool without the questions that are open in the team: revealing one would tell the other's answer."""
    open_now = rounds.open_questions(connection, team_id)
    return tuple(question for question in pool if question.id not in open_now)


def free(connection: Connection, team_id: int, bank: Bank) -> set[str]:
    """Return the ids of the bank's questions that may be asked and are not open in the team."""
    may = askable(connection, tuple(bank.questions.values()), team_id)
    return {question.id for question in not_open(connection, may, team_id)}


def opened(connection: Connection, round_id: int, team_id: int, bank: Bank) -> RoundOpened:
    """Return the outcome of an open round, new or resumed."""
    found = rounds.get(connection, round_id, team_id=team_id)
    occurrence = schedules.of_round(connection, round_id, Kind.QUESTION)
    assert found is not None  # noqa: S101  its occurrence refers to it
    assert occurrence is not None  # noqa: S101  made with the round
    view = view_of(connection, found, bank)
    role = _role(connection, found)
    return RoundOpened(view=view, not_after=not_after(found.due_at), settles=occurrence.id, role=role)


def _role(connection: Connection, of: Round) -> Ref:
    """Return the role that is mentioned with a round that the schedule asks; with /quiz none is."""
    schedule = schedules.of_channel(connection, of.channel) if of.scheduled else None
    return schedule.plan.role if schedule else ""


async def reveal_answer(
    command: RevealAnswer, call: Call, deps: Deps
) -> RoundRevealed | RevealAsked | AnswerShown | Nothing:
    """Close a round on behalf of an organiser or of who asked it; where several are meant, ask which.

    Of one that is revealed the answer is shown again to who asks: its message may be gone.
    """

    def reveal(connection: Connection) -> RoundRevealed | RevealAsked | AnswerShown | Nothing:
        if over := _shown_again(connection, call, command.round):
            first = ledger.first_time(connection, call.context.event, now=call.now)
            return AnswerShown(answer_of(connection, over, deps.bank)) if first else Nothing()
        current, *others = _to_reveal(connection, call, command.round)
        if others:
            offered = [view_of(connection, one, deps.bank) for one in (current, *others)[:OFFERED]]
            return RevealAsked(offered, more=len(others) >= OFFERED)
        asked = schedules.of_round(connection, current.id, Kind.QUESTION)
        if asked and asked.state is State.DUE:
            raise Refused("This question is still being posted. Reveal it once it is there.")
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        occurrence = schedules.hasten(connection, current.id, Kind.REVEAL, now=call.now)
        told = revealed(connection, current, deps.bank, now=call.now, settles=occurrence)
        return replace(told, asked=True)

    return await deps.db.write(reveal)


async def offer_reveal(command: OfferReveal, call: Call, deps: Deps) -> RevealAsked | AnswerShown:
    """Ask a member who may reveal a round whether they mean it."""

    def look(connection: Connection) -> RevealAsked | AnswerShown:
        if over := _shown_again(connection, call, command.round):
            return AnswerShown(answer_of(connection, over, deps.bank))
        (current,) = _to_reveal(connection, call, command.round)
        return RevealAsked([view_of(connection, current, deps.bank)])

    return await deps.db.read(look)


def _shown_again(connection: Connection, call: Call, round_id: int | None) -> Round | None:
    """Return the round that a button names or whose thread the call stands in, if it was revealed here.

    One that was never shown, or is another channel's, may be named by whoever guesses its number, and is not shown.
    """
    named = round_id is not None or call.context.thread
    current = round_of(connection, call, round_id) if named else None
    if current is None or current.closed_at is None:
        return None
    asked = ledger.sent(connection, question_tag(current.id))
    if current.channel != call.who.channel or asked is None or asked.ref is None:
        words = "This question is revealed already: look for its answer in its thread, or below it."
        raise NotFound(words, heading="Revealed already")
    return current


def _to_reveal(connection: Connection, call: Call, round_id: int | None) -> list[Round]:
    """Return the open rounds that are meant and that the member may reveal, newest first; raises where there is none."""
    if round_id is not None or call.context.thread:
        still_open = [round_of(connection, call, round_id)]
    else:
        still_open = rounds.open_in(connection, call.who.channel)
    if not still_open:
        raise NotFound("No question is open here. Ask one with /quiz.")
    allowed = [one for one in still_open if call.organiser or one.asked_by == call.who.member]
    if not allowed:
        raise NotAllowed(
            "Only an organiser, or who asked it, can reveal this question. It is revealed on time by itself."
        )
    return allowed


def revealed(
    connection: Connection, current: Round, bank: Bank, *, now: datetime, settles: int | None
) -> RoundRevealed:
    """Close a round if it is open, and return what may be shown now."""
    boards.close(connection, current, now=now)
    closed = rounds.get(connection, current.id, team_id=current.team)
    assert closed is not None  # noqa: S101  rounds are never deleted
    role = _role(connection, closed)
    schedule = schedules.of_channel(connection, closed.channel) if closed.scheduled else None
    aloud = schedule is None or schedule.plan.aloud
    if current.closed_at is None and current.scheduled:
        listening.nudge_all(
            connection, Kind.REVEAL, team_id=closed.team, channel_id=closed.channel, round_id=closed.id, now=now
        )
    return replace(answer_of(connection, closed, bank), settles=settles, role=role, aloud=aloud)


async def show_more(command: ShowMore, call: Call, deps: Deps) -> AnswerShown:
    """Show a member all of an answer that is revealed."""

    def look(connection: Connection) -> AnswerShown:
        current = round_of(connection, call, command.round)
        if current.closed_at is None:
            raise Refused(
                "The answer is shown in the question's thread once it is revealed.", heading="Not revealed yet"
            )
        return AnswerShown(answer_of(connection, current, deps.bank))

    return await deps.db.read(look)


def answer_of(connection: Connection, closed: Round, bank: Bank) -> RoundRevealed:
    """Return a closed round with who had what, and the best answers of those who agree at this time."""
    view = view_of(connection, closed, bank)
    given = [one for one in answers.given(connection, closed.id) if not one.late]
    by = suggestions.by(connection, closed.question_id, team_id=closed.team)
    return RoundRevealed(
        view=view,
        suggested_by=by.name if by and by.named else "",
        members=len({one.member for one in given}),
        covered=[(point, _who_had(point, given)) for point in view.question.key_points],
        best=_best(connection, given),
    )


def _who_had(point: KeyPoint, given: list[Given]) -> int:
    return len({one.member for one in given if point.id in one.earned})


def _best(connection: Connection, given: list[Given]) -> list[BestAnswer]:
    """Return the best correct answers, one a member, of those who agree to be shown."""
    agreeing = members.sharing(connection, {one.member for one in given})
    ordered = sorted(given, key=lambda one: (-one.score, one.id))
    firsts = {one.member: one for one in reversed(ordered) if one.band is Band.CORRECT and not one.copied and one.text}
    chosen = sorted((one for one in firsts.values() if one.member in agreeing), key=lambda one: (-one.score, one.id))
    return [
        BestAnswer(name=agreeing[one.member], score=one.score, text=clip(one.text or "", BEST_CHARS))
        for one in chosen[:BEST_ANSWERS]
    ]
