"""What the grader learns from organisers: words of an answer become examples of a key point, and can be taken back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands import ForgetPhrasing, OpenLearnForm, SubmitPhrasings
from bot.errors import NotFound, Refused
from bot.handlers.deps import Call, Deps, question_of
from bot.outcomes import LearnFormOpened, Nothing, PhrasingForgotten, PhrasingsLearned
from bot.question import Question
from bot.rules.doubts import Doubt
from bot.rules.phrasings import MOST, Marked, Phrasing, changes, form_lines, guard, read_lines, scores, wrong_by_itself
from bot.store import doubts, ledger, phrasings, rounds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lesson:
    """What is needed to learn from an answer."""

    doubt: Doubt
    question: Question
    known: Sequence[Phrasing]
    marked: Sequence[Marked]


async def open_learn_form(command: OpenLearnForm, call: Call, deps: Deps) -> LearnFormOpened:
    """Show the form, filled in with the answer's words."""
    lesson = await _lesson(call, deps, command.attempt)
    earned = {point.key_point: point.evidence for point in lesson.doubt.points if point.earned}
    lines = form_lines(lesson.question, lesson.doubt.text, earned)
    return LearnFormOpened(attempt=command.attempt, question=lesson.question, lines=lines)


async def _lesson(call: Call, deps: Deps, attempt: int) -> _Lesson:
    async def look(connection: AsyncConnection) -> _Lesson:
        found = await doubts.graded(connection, [attempt], team_id=call.who.team)
        if not found:
            raise NotFound("The words of this answer are deleted.")
        asked = await rounds.get(connection, found[0].round, team_id=call.who.team)
        assert asked is not None  # noqa: S101  the attempt refers to it
        if found[0].member == call.who.member or asked.closed_at is None:
            raise Refused("I learn from others' answers, and once they are revealed.")
        question = await question_of(connection, asked, deps.bank)
        known = await phrasings.of(connection, question.id, team_id=call.who.team)
        decided = await phrasings.decided(connection, question.id, team_id=call.who.team)
        wrong = wrong_by_itself(question, deps.bank.pool(topics=[question.topic]))
        return _Lesson(
            doubt=found[0], question=question, known=[one.phrasing for one in known], marked=[*wrong, *decided]
        )

    return await deps.db.read(look)


async def submit_phrasings(command: SubmitPhrasings, call: Call, deps: Deps) -> PhrasingsLearned | Nothing:
    """Learn the marked words, unless they would let a wrong answer pass."""
    lesson = await _lesson(call, deps, command.attempt)
    question, known = lesson.question, lesson.known
    new = [one for one in read_lines(command.text, question) if one not in known]
    if len(known) + len(new) > MOST:
        raise Refused(f"A question has {MOST} learned phrasings at most. Take some back first: /question show.")
    await asyncio.to_thread(guard, question, known, new, lesson.marked)
    decided = [one for one in lesson.marked if one.exactly and one.text != lesson.doubt.text]
    changed = await asyncio.to_thread(changes, question, known, new, decided)
    before, score = await asyncio.to_thread(scores, question, known, new, lesson.doubt.text)

    async def learn(connection: AsyncConnection) -> PhrasingsLearned | Nothing:
        if not await ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        if new:
            whose = {"team_id": call.who.team, "member_id": call.who.member}
            await phrasings.add(connection, question.id, new, at=call.now, **whose)
        return PhrasingsLearned(question=question, learned=new, before=before, score=score, changed=changed)

    return await deps.db.write(learn)


async def forget_phrasing(command: ForgetPhrasing, call: Call, deps: Deps) -> PhrasingForgotten | Nothing:
    """Take learned words back."""

    async def forget(connection: AsyncConnection) -> PhrasingForgotten | Nothing:
        known = await phrasings.get(connection, command.phrasing, team_id=call.who.team)
        if not await ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        if known is None:
            raise NotFound("These words are forgotten already.")
        await phrasings.take_back(connection, known.id, by=call.who.member, now=call.now)
        return PhrasingForgotten(known.phrasing)

    return await deps.db.write(forget)
