"""Questions' life: any member reports one, organisers find, look, confirm, retire and restore; how one is edited is next door."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.commands import (
    ConfirmQuestion,
    RateQuestion,
    ReportQuestion,
    RestoreQuestion,
    RetireQuestion,
    SearchQuestions,
    ShowQuestion,
    ShowQuestionHistory,
)
from bot.errors import NotFound, Refused
from bot.handlers.deps import Call, Deps, round_of
from bot.outcomes import (
    Nothing,
    QuestionHistoryShown,
    QuestionMoved,
    QuestionRated,
    QuestionReported,
    QuestionsFound,
    QuestionShown,
    QuestionState,
)
from bot.question import Question
from bot.rules.difficulty import Feeling
from bot.rules.marks import MARKED, Marked, proposed, tested, working
from bot.rules.phrasings import taught
from bot.rules.questions import Life, Remark, Said, asked, life, open_reports, review_due
from bot.store import edits, facts, ledger, members, phrasings, questions, rounds
from bot.text import clean, clip, fold

FOUND: Final = 10
REASON_CHARS: Final = 500
_SAID: Final = {ConfirmQuestion: Said.CONFIRM, RetireQuestion: Said.RETIRE, RestoreQuestion: Said.RESTORE}


async def search_questions(command: SearchQuestions, call: Call, deps: Deps) -> QuestionsFound:
    """List the first questions that have all the words, and are in the state that is named among them."""

    def look(connection: Connection) -> QuestionsFound:
        said = questions.of_team(connection, call.who.team)
        states = [_state(one, said.get(one.id, ()), deps.bank) for one in deps.bank.every.values()]
        found = [state for state in states if _fits(state, command.words)]
        return QuestionsFound(found=found[:FOUND], count=len(found), words=command.words)

    return await deps.db.read(look)


def _fits(state: QuestionState, words: str) -> bool:
    one = state.question
    text = fold(" ".join((one.id, state.topic_title, one.level, *one.tags, one.question)))
    return all(word in _lives(state) if word in tuple(Life) else word in text for word in fold(words).split())


def _lives(state: QuestionState) -> set[Life]:
    """Return what a question is found as: one that is reported and still asked is both."""
    return {state.life, *([Life.REPORTED] if open_reports(state.remarks) else [])}


def _state(
    question: Question, said: Sequence[Remark], bank: Bank, *, open_: bool = False, now: datetime | None = None
) -> QuestionState:
    title, due = bank.title(question.topic), now is not None and review_due(question, said, now.date())
    return QuestionState(
        question=question, topic_title=title, life=life(question, said), remarks=said, open=open_, review=due
    )


def state_of(
    connection: Connection, question: Question, team: int, bank: Bank, *, now: datetime | None = None
) -> QuestionState:
    """Return a question with where it is in a team; given `now`, also whether it is due for review."""
    said = questions.of(connection, question.id, team_id=team)
    return _state(question, said, bank, open_=question.id in rounds.open_questions(connection, team), now=now)


def askable(connection: Connection, pool: Sequence[Question], team_id: int) -> tuple[Question, ...]:
    """Return a pool without the questions that the team retired, reported until somebody looks, or has not confirmed yet."""
    said = questions.of_team(connection, team_id)
    return tuple(one for one in pool if asked(one, said.get(one.id, ())))


def as_taught(connection: Connection, question: Question, team_id: int) -> tuple[Question, int]:
    """Return a question with what the team taught the grader about it, and the number of its newest lesson, or 0."""
    learned = phrasings.of(connection, question.id, team_id=team_id)
    said = questions.of(connection, question.id, team_id=team_id) if question.draft else ()
    confirmed = any(one.said is Said.CONFIRM and one.version == question.version for one in said)
    lessons = max((one.id for one in learned), default=0)
    return taught(question, [one.phrasing for one in learned], confirmed=confirmed), lessons


async def show_question(command: ShowQuestion, call: Call, deps: Deps) -> QuestionShown:
    """Show a question, with its answer while it is not asked."""

    def look(connection: Connection) -> tuple[QuestionShown, Sequence[Marked]]:
        question = meant(connection, command.question, call, deps.bank)
        state = state_of(connection, question, call.who.team, deps.bank, now=call.now)
        over, there = (
            edits.over(connection, question.id, team_id=call.who.team),
            deps.files.every.get(question.id),
        )
        state = replace(state, edited=over, file=there.version if there else "")
        known = facts.of(connection, question.id, team_id=call.who.team)
        learned = phrasings.of(connection, question.id, team_id=call.who.team)
        return QuestionShown(state=state, facts=known, learned=learned), phrasings.marked(
            connection, question.id, team_id=call.who.team
        )

    shown, marked = await deps.db.read(look)
    return await asyncio.to_thread(_tested, shown, marked[-MARKED:], call.who.member)


def _tested(shown: QuestionShown, marked: Sequence[Marked], me: int) -> QuestionShown:
    """Return a question with its marked answers as they are graded now, what does the work, what to learn, and by whose answer."""
    question, learned = shown.state.question, [one.phrasing for one in shown.learned]
    results = tested(question, learned, marked)
    low = [one.marked.attempt for one in results if one.too_low and one.marked.member != me]
    return replace(
        shown, tested=results, working=working(question, results), proposed=proposed(question, learned, results), teach=low[-1] if low else None,
    )  # fmt: skip


async def show_question_history(command: ShowQuestionHistory, call: Call, deps: Deps) -> QuestionHistoryShown:
    """Show what was said of a question."""

    def look(connection: Connection) -> QuestionHistoryShown:
        question = meant(connection, command.question, call, deps.bank)
        return QuestionHistoryShown(state_of(connection, question, call.who.team, deps.bank))

    return await deps.db.read(look)


async def report_question(command: ReportQuestion, call: Call, deps: Deps) -> QuestionReported | Nothing:
    """Write down what a member finds wrong with a question: once until an organiser has looked."""

    def report(connection: Connection) -> QuestionReported | Nothing:
        question = meant(connection, command.question, call, deps.bank)
        before = state_of(connection, question, call.who.team, deps.bank)
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return QuestionReported(before) if call.context.again else Nothing()
        if before.life is Life.RETIRED:
            raise Refused("This question is retired: it is not asked any more.")
        if any(one.member == call.who.member for one in open_reports(before.remarks)):
            raise Refused("You have reported this question already. An organiser will look at it.")
        say(connection, question, Said.REPORT, command.reason, call)
        return QuestionReported(state_of(connection, question, call.who.team, deps.bank))

    return await deps.db.write(report)


async def rate_question(command: RateQuestion, call: Call, deps: Deps) -> QuestionRated:
    """Write down what a member says of a revealed question; without a word, show what can be said."""

    def rate(connection: Connection) -> QuestionRated:
        asked = round_of(connection, call, command.round)
        if asked.closed_at is None:
            raise Refused("Say how it was once it is revealed.", heading="Not revealed yet")
        if command.said is None:
            return QuestionRated(round=asked.id, said=None)
        said, whose = Feeling(command.said), {"team_id": call.who.team, "member_id": call.who.member}
        facts.feel(connection, asked.id, said, now=call.now, **whose)
        return QuestionRated(round=asked.id, said=said)

    return await deps.db.write(rate)


def meant(connection: Connection, named: str | None, call: Call, bank: Bank) -> Question:
    """Return the question that is named, else the thread's, else the newest of the channel."""
    if named is not None:
        return bank.every[named]
    team, thread = call.who.team, call.context.thread
    asked = rounds.of_thread(connection, thread, team_id=team) if thread else None
    asked = asked or rounds.newest_in(connection, call.who.channel)
    if asked is None or asked.question_id not in bank.every:
        raise NotFound("Say which question, by its id. Organisers find it with /question search.")
    return bank.every[asked.question_id]


def say(connection: Connection, question: Question, said: Said, reason: str, call: Call) -> None:
    """Write down what somebody says of a question."""
    questions.add(
        connection, question.id, said, at=call.now, team_id=call.who.team, member_id=call.who.member,
        organiser=call.organiser, version=question.version, reason=clip(clean(reason), REASON_CHARS),
    )  # fmt: skip


def moved(
    connection: Connection, question: Question, said: Said, call: Call, bank: Bank, *, reason: str = ""
) -> QuestionMoved:
    """Write down what an organiser decides of a question, which settles its reports; who else made one is told."""
    reports = open_reports(questions.of(connection, question.id, team_id=call.who.team))
    refs = [members.ref_of(connection, one.member) for one in reports if one.member != call.who.member]
    say(connection, question, said, reason, call)
    state = state_of(connection, question, call.who.team, bank)
    return QuestionMoved(said=said, state=state, tell=[ref for ref in refs if ref], reason=state.remarks[-1].reason)


async def move_question(
    command: ConfirmQuestion | RetireQuestion | RestoreQuestion, call: Call, deps: Deps
) -> QuestionMoved | Nothing:
    """Confirm, retire or restore a question, where that changes something."""
    said = _SAID[type(command)]

    def move(connection: Connection) -> QuestionMoved | Nothing:
        question = meant(connection, command.question, call, deps.bank)
        before = state_of(connection, question, call.who.team, deps.bank, now=call.now)
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return QuestionMoved(said=said, state=before) if call.context.again else Nothing()
        _refuse(said, before)
        return moved(connection, question, said, call, deps.bank, reason=command.reason)

    return await deps.db.write(move)


def _refuse(said: Said, before: QuestionState) -> None:
    """Raise Refused where a question is already as it is asked to be."""
    if said is Said.RETIRE and before.life is Life.RETIRED:
        raise Refused("This question is retired already.")
    if said is Said.RESTORE and before.life is not Life.RETIRED:
        raise Refused("This question is not retired.")
    settled = before.life is Life.LIVE and not open_reports(before.remarks) and not before.review
    if said is Said.CONFIRM and (settled or before.life is Life.RETIRED):
        raise Refused("There is nothing to confirm: it is no draft, nobody reports it, and it is not due for review.")
    if said is Said.CONFIRM and (lacking := before.question.lacking):
        raise Refused(f"It cannot be asked yet: {lacking}. Press Edit on its card: /question edit.")
