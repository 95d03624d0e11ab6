"""What the grader learns from organisers: words of an answer become examples of a key point, and can be taken back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.commands import ForgetPhrasing, OpenLearnForm, SaveLesson, SubmitPhrasings
from bot.errors import NotFound, Refused, UserError
from bot.handlers.deps import Call, Deps, question_of
from bot.outcomes import LearnFormOpened, LessonHeld, Nothing, PhrasingForgotten, PhrasingsLearned
from bot.question import Question
from bot.rules.doubts import Doubt
from bot.rules.marks import MARKED, Marked, guard, proposed, scores, shared_by, tested, wrong_by_itself
from bot.rules.phrasings import MOST, Phrasing, form_lines, read_lines
from bot.rules.rounds import Round
from bot.store import doubts, ledger, phrasings, rounds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lesson:
    """What is needed to learn from an answer."""

    doubt: Doubt
    question: Question
    known: Sequence[Phrasing]
    marked: Sequence[Marked]
    waits: str | None


async def open_learn_form(command: OpenLearnForm, call: Call, deps: Deps) -> LearnFormOpened:
    """Show the form, filled in with the answer's words, with those that right answers share, or with what waits to be learned."""
    lesson = await _lesson(call, deps, command.attempt)
    lines = await asyncio.to_thread(_lines, lesson) if lesson.waits is None else lesson.waits
    return LearnFormOpened(attempt=command.attempt, question=lesson.question, lines=lines)


def _lines(lesson: _Lesson) -> str:
    question, text = lesson.question, lesson.doubt.text
    results = tested(question, lesson.known, [one for one in lesson.marked if one.exactly][-MARKED:])
    earned = {point.key_point: point.evidence for point in lesson.doubt.points if point.earned}
    return form_lines(question, text, earned, shared_by(text, proposed(question, lesson.known, results)))


async def _lesson(call: Call, deps: Deps, attempt: int) -> _Lesson:
    def look(connection: Connection) -> _Lesson:
        found = doubts.graded(connection, [attempt], team_id=call.who.team)
        if not found:
            raise NotFound("The words of this answer are deleted.")
        asked = rounds.get(connection, found[0].round, team_id=call.who.team)
        assert asked is not None  # noqa: S101  the attempt refers to it
        if found[0].member == call.who.member or asked.closed_at is None:
            raise Refused("I learn from others' answers, and once they are revealed.")
        question = _as_it_is(connection, asked, call, deps)
        known = phrasings.of(connection, question.id, team_id=call.who.team)
        decided = phrasings.marked(connection, question.id, team_id=call.who.team)
        wrong = wrong_by_itself(question, deps.bank.pool(topics=[question.topic]))
        return _Lesson(
            doubt=found[0], question=question, known=[one.phrasing for one in known], marked=[*wrong, *decided],
            waits=phrasings.waiting(connection, attempt, member_id=call.who.member),
        )  # fmt: skip

    return await deps.db.read(look)


def _as_it_is(connection: Connection, asked: Round, call: Call, deps: Deps) -> Question:
    """Return a round's question as answers to it are graded from now on; while it is asked again, what an edit put in is for nobody's eyes."""
    present = deps.bank.every.get(asked.question_id)
    if present is None or present.id in rounds.open_questions(connection, call.who.team):
        return question_of(connection, asked, deps.bank)
    return present


async def submit_phrasings(command: SubmitPhrasings, call: Call, deps: Deps) -> PhrasingsLearned | LessonHeld | Nothing:
    """Learn the marked words; where a wrong answer would pass by them, or a marked one is graded otherwise, that is said first."""
    return await _taken(await _lesson(call, deps, command.attempt), command.text, call, deps, sure=False)


async def save_lesson(command: SaveLesson, call: Call, deps: Deps) -> PhrasingsLearned | LessonHeld | Nothing:
    """Learn the words that wait, whatever they change, where no wrong answer would pass by them."""
    lesson = await _lesson(call, deps, command.attempt)
    if lesson.waits is None:
        raise NotFound("These words are learned already, or another's.")
    return await _taken(lesson, lesson.waits, call, deps, sure=True)


async def _taken(
    lesson: _Lesson, lines: str, call: Call, deps: Deps, *, sure: bool
) -> PhrasingsLearned | LessonHeld | Nothing:
    """Write a lesson down: as learned, or as one that waits for its author, so that no word is lost."""
    held = await asyncio.to_thread(_held, lesson, lines)
    whose = {"team_id": call.who.team, "member_id": call.who.member}

    def learn(connection: Connection) -> PhrasingsLearned | LessonHeld | Nothing:
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        if held.problem or (held.changed and not sure):
            phrasings.wait(connection, lesson.doubt.attempt, lines, at=call.now, **whose)
            return held
        phrasings.wait(connection, lesson.doubt.attempt, None, at=call.now, **whose)
        if held.new:
            phrasings.add(connection, held.question.id, held.new, at=call.now, **whose)
        return PhrasingsLearned(
            question=held.question, learned=held.new, before=held.before, score=held.score, changed=held.changed
        )

    return await deps.db.write(learn)


def _held(lesson: _Lesson, lines: str) -> LessonHeld:
    """Return a lesson with what it does to its own answer, and to those that were marked; or with what is in its way."""
    question, known, doubt = lesson.question, lesson.known, lesson.doubt
    held = LessonHeld(attempt=doubt.attempt, question=question)
    try:
        new = [one for one in dict.fromkeys(read_lines(lines, question)) if one not in known]
        if len(known) + len(new) > MOST:
            raise Refused(f"A question has {MOST} learned phrasings at most. Take some back first: /question show.")
        changed = guard(question, known, new, lesson.marked)
    except UserError as error:
        return replace(held, problem=str(error))
    before, score = scores(question, known, new, doubt.text)
    others = [one for one in changed if one.marked.attempt != doubt.attempt]
    return replace(held, new=new, before=before, score=score, changed=others)


async def forget_phrasing(command: ForgetPhrasing, call: Call, deps: Deps) -> PhrasingForgotten | Nothing:
    """Take learned words back."""

    def forget(connection: Connection) -> PhrasingForgotten | Nothing:
        known = phrasings.get(connection, command.phrasing, team_id=call.who.team)
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        if known is None:
            raise NotFound("These words are forgotten already.")
        phrasings.take_back(connection, known.id, by=call.who.member, now=call.now)
        return PhrasingForgotten(known.phrasing)

    return await deps.db.write(forget)
