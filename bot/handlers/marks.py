"""Answers that organisers mark once they are revealed, never their own: the grader is tested by them, and no grade changes."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.commands import MarkAnswer, MarkAnswers
from bot.errors import NotFound, Refused
from bot.grading import Band
from bot.handlers.deps import Call, Deps
from bot.handlers.questions import meant
from bot.outcomes import AnswerToMark, Nothing
from bot.question import Question
from bot.rules.marks import NO_MARK, ToMark
from bot.store import ledger, marks, rounds


async def mark_answers(command: MarkAnswers, call: Call, deps: Deps) -> AnswerToMark:
    """Show the next answer that nobody has marked."""

    def look(connection: Connection) -> AnswerToMark:
        question = meant(connection, command.question, call, deps.bank)
        return _next(connection, question, call, deps, after=command.after or 0)

    return await deps.db.read(look)


def _next(connection: Connection, question: Question, call: Call, deps: Deps, *, after: int) -> AnswerToMark:
    """Return the next answer to mark, while it gives nothing away that is asked."""
    if question.id in rounds.open_questions(connection, call.who.team):
        raise Refused("It is asked just now. Mark its answers once it is revealed.")
    found, left = marks.next_after(connection, question.id, team_id=call.who.team, but=call.who.member, after=after)
    return AnswerToMark(question=question, topic_title=deps.bank.title(question.topic), answer=found, left=left)


async def mark_answer(command: MarkAnswer, call: Call, deps: Deps) -> AnswerToMark | Nothing:
    """Write a mark down, or take it back, and show the next answer."""

    def put(connection: Connection) -> AnswerToMark | Nothing:
        found = _markable(connection, command.attempt, call, deps)
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        taken_back = command.mark == NO_MARK
        whose = {"team_id": call.who.team, "member_id": call.who.member}
        marks.put(connection, found.attempt, None if taken_back else Band(command.mark), at=call.now, **whose)
        after = found.attempt - 1 if taken_back else found.attempt
        shown = _next(connection, deps.bank.every[found.question], call, deps, after=after)
        return shown if taken_back else replace(shown, marked=found, mark=command.mark)

    return await deps.db.write(put)


def _markable(connection: Connection, attempt: int, call: Call, deps: Deps) -> ToMark:
    found = marks.get(connection, attempt, team_id=call.who.team)
    if found is None or found.question not in deps.bank.every:
        raise NotFound(
            "This answer cannot be marked: its words are deleted, or its question is not revealed or not here."
        )
    if found.member == call.who.member:
        raise Refused("This is your own answer: another organiser has to mark it.", heading="Your own answer")
    return found
