"""Rounds: asking, answering, hints and the reveal."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import scoring
from bot.bank import Bank
from bot.choosing import choose
from bot.commands import AskQuestion, OpenAnswerForm, RevealAnswer, SubmitAnswer, TakeHint
from bot.errors import NotAllowed, NotFound, Refused
from bot.grading import Band, Grade, grade
from bot.handlers.deps import Call, Deps, question_of, round_of, today, view_of
from bot.outcomes import (
    AttemptGraded,
    BestAnswer,
    FormOpened,
    HintShown,
    Nothing,
    RoundOpened,
    RoundRevealed,
    RoundView,
)
from bot.question import KeyPoint, Question
from bot.schedule import Kind
from bot.store import boards, ledger, people, rounds, schedules
from bot.store.rounds import Given, Opening, Round, SoFar
from bot.store.schedules import State
from bot.text import clean, clip, plural, stems, tokens

ASKED_OPEN: Final = timedelta(hours=24)  # how long a round asked with /quiz stays open unless revealed before
ATTEMPTS_A_MINUTE: Final = 10
ALIKE: Final = 90  # percent, from which an answer counts as another's copy
COPY_WORDS: Final = 8  # shorter answers are alike by nature
BEST_ANSWERS: Final = 2
BEST_CHARS: Final = 600


async def ask_question(command: AskQuestion, call: Call, deps: Deps) -> RoundOpened | Nothing:
    """Choose a question and open a round; its occurrences see to it that it is posted and revealed."""
    pool = deps.bank.pool([command.level] if command.level else (), [command.topic] if command.topic else ())
    if not pool:
        title = deps.bank.title(command.topic or "")
        raise NotFound(f"The bank has no {command.level or ''} question about {title}. Leave the level or topic out.")

    async def open_round(connection: AsyncConnection) -> RoundOpened | Nothing:
        if not await ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        closed = await not_open(connection, pool, call.who.team)
        question = choose(closed, await rounds.last_asked(connection, call.who.channel), deps.rng)
        if question is None:
            raise Refused("Every question of that kind is open already. Answer those first, or choose another kind.")
        day, reveal_at = await today(connection, call), call.now + ASKED_OPEN
        opening = Opening(
            team=call.who.team, channel=call.who.channel, asked_by=call.who.member, local_date=day, at=call.now,
            reveal_at=reveal_at,
        )  # fmt: skip
        round_id = await rounds.ask(connection, question, opening)
        place = {"team_id": call.who.team, "channel_id": call.who.channel, "local_date": day}
        await schedules.add_for_round(connection, round_id, Kind.QUESTION, call.now, **place)
        await schedules.add_for_round(connection, round_id, Kind.REVEAL, reveal_at, **place)
        return await opened(connection, round_id, call.who.team, deps.bank)

    return await deps.db.write(open_round)


async def not_open(connection: AsyncConnection, pool: tuple[Question, ...], team_id: int) -> tuple[Question, ...]:
    """Return a pool without the questions that are open in the team: revealing one would tell the other's answer."""
    open_now = await rounds.open_questions(connection, team_id)
    return tuple(question for question in pool if question.id not in open_now)


async def opened(connection: AsyncConnection, round_id: int, team_id: int, bank: Bank) -> RoundOpened:
    """Return the outcome of an open round, new or resumed."""
    found = await rounds.get(connection, round_id, team_id=team_id)
    occurrence = await schedules.of_round(connection, round_id, Kind.QUESTION)
    assert found is not None  # noqa: S101  its occurrence refers to it
    assert occurrence is not None  # noqa: S101  made with the round
    return RoundOpened(view=await view_of(connection, found, bank), settles=occurrence.id)


async def open_answer_form(command: OpenAnswerForm, call: Call, deps: Deps) -> FormOpened:
    """Show the private form."""

    async def look(connection: AsyncConnection) -> RoundView:
        return await view_of(connection, await round_of(connection, call, command.round), deps.bank)

    return FormOpened(await deps.db.read(look))


async def submit_answer(command: SubmitAnswer, call: Call, deps: Deps) -> AttemptGraded | Nothing:
    """Grade an answer and write both down; the best of three before the reveal counts."""
    text = acceptable(command.text)

    async def look(connection: AsyncConnection) -> tuple[Round, Question]:
        found = await round_of(connection, call, command.round)
        return found, await question_of(connection, found, deps.bank)

    current, question = await deps.db.read(look)
    graded = await asyncio.to_thread(grade, question, text)  # a long answer takes a while, and others wait in the loop
    answer = _Answer(round=current, question=question, text=text, graded=graded, public=command.round is None)

    async def save(connection: AsyncConnection) -> AttemptGraded | Nothing:
        return await _save_attempt(connection, call, answer, deps.bank)

    return await deps.db.write(save)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """An answer on its way into the store."""

    round: Round
    question: Question
    text: str
    graded: Grade
    public: bool


def acceptable(text: str) -> str:
    """Return an answer as it is graded and kept, or raise Refused with what to do; nothing is counted then."""
    if len(text) > scoring.MAX_ANSWER:
        raise Refused(
            f"Your answer has {len(text):,} characters, and {scoring.MAX_ANSWER:,} are the limit. "
            "Shorten it and send it again; this one was not counted."
        )
    cleaned = clean(text)
    if not tokens(cleaned):
        raise Refused("Your answer has no words in it. Write a sentence or two; this one was not counted.")
    return cleaned


async def _save_attempt(
    connection: AsyncConnection, call: Call, answer: _Answer, bank: Bank
) -> AttemptGraded | Nothing:
    if not await ledger.first_time(connection, call.context.event, now=call.now):
        return Nothing()
    member, graded = call.who.member, answer.graded
    so_far = await rounds.so_far(connection, answer.round.id, member, since=call.now - timedelta(minutes=1))
    current, late = replace(answer.round, closed_at=so_far.closed_at), so_far.closed_at is not None
    if not so_far.present:
        return Nothing()  # deleted while the answer was on its way
    _refuse_too_many(so_far, late=late)
    copied_from = await _copied_from(connection, current.id, member, answer.text)
    number = so_far.attempts + 1
    await rounds.save_attempt(
        connection, graded, now=call.now, team_id=call.who.team, round_id=current.id, member_id=member, number=number,
        text=answer.text, public=answer.public, late=late, hints=so_far.hints, copied_from=copied_from,
    )  # fmt: skip
    copied = copied_from is not None
    fact = scoring.Attempt(member=member, score=graded.score, band=graded.band, hints=so_far.hints, copied=copied)
    counts = await boards.asked_before(connection, current, member) < scoring.ASKED_ROUNDS_A_DAY
    return AttemptGraded(
        view=await view_of(connection, current, bank, question=answer.question), grade=graded, number=number,
        left=0 if late else scoring.MAX_ATTEMPTS - number,
        worth=scoring.points(current.level, fact) if counts and not late and not current.repeat else 0,
        hints=so_far.hints, late=late, copied=copied, counts=counts,
    )  # fmt: skip


def _refuse_too_many(so_far: SoFar, *, late: bool) -> None:
    if not late and so_far.attempts >= scoring.MAX_ATTEMPTS:
        raise Refused(
            f"You have used your {scoring.MAX_ATTEMPTS} attempts, and the best of them counts. "
            "After the reveal you can try again for practice."
        )
    if so_far.recent >= ATTEMPTS_A_MINUTE:
        many = plural(ATTEMPTS_A_MINUTE, "answer")
        raise Refused(f"That is more than {many} in a minute. Wait a little, then send it again.")


async def _copied_from(connection: AsyncConnection, round_id: int, member_id: int, text: str) -> int | None:
    """Return the earlier public attempt of another member that this text nearly repeats."""
    own = stems(text)
    if len(own) < COPY_WORDS:
        return None
    others = await rounds.public_attempts(connection, round_id, but=member_id)
    alike = (attempt_id for attempt_id, other in others if fuzz.ratio(own, stems(other), score_cutoff=ALIKE))
    return next(alike, None)


async def take_hint(command: TakeHint, call: Call, deps: Deps) -> HintShown | Nothing:
    """Show the member's next hint; after the last, the last again, which costs nothing more."""

    async def take(connection: AsyncConnection) -> HintShown | Nothing:
        current = await round_of(connection, call, command.round)
        hints = (await question_of(connection, current, deps.bank)).hints
        if not hints:
            raise NotFound("This question has no hints.")
        if current.closed_at is not None:
            raise Refused("This question is revealed already: the answer is in its thread.")
        if not await ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        taken = await rounds.hints_taken(connection, current.id, call.who.member)
        number = min(taken + 1, len(hints))
        await rounds.take_hint(connection, current.id, call.who.member, number, now=call.now)
        return HintShown(round=current, number=number, of=len(hints), hint=hints[number - 1])

    return await deps.db.write(take)


async def reveal_answer(command: RevealAnswer, call: Call, deps: Deps) -> RoundRevealed | Nothing:
    """Close a round on behalf of an organiser or of who asked it."""

    async def reveal(connection: AsyncConnection) -> RoundRevealed | Nothing:
        current = await _to_reveal(connection, call, command.round)
        asked = await schedules.of_round(connection, current.id, Kind.QUESTION)
        if asked and asked.state is State.DUE:
            raise Refused("This question is still being posted. Reveal it once it is there.")
        if not await ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        occurrence = await schedules.hasten(connection, current.id, Kind.REVEAL, now=call.now)
        return await revealed(connection, current, deps.bank, now=call.now, settles=occurrence)

    return await deps.db.write(reveal)


async def _to_reveal(connection: AsyncConnection, call: Call, round_id: int | None) -> Round:
    if round_id is not None or call.context.thread:
        candidates = [await round_of(connection, call, round_id)]
    else:
        candidates = await rounds.open_in(connection, call.who.channel)
    if not (still_open := [r for r in candidates if r.closed_at is None]):
        raise NotFound(
            "This question is revealed already: the answer is in its thread." if candidates
            else "No question is open here. Ask one with /quiz."
        )  # fmt: skip
    for one in still_open:
        if call.organiser or one.asked_by == call.who.member:
            return one
    raise NotAllowed("Only an organiser, or who asked it, can reveal this question. It is revealed on time by itself.")


async def revealed(
    connection: AsyncConnection, current: Round, bank: Bank, *, now: datetime, settles: int | None
) -> RoundRevealed:
    """Close a round if it is open, and return what may be shown now."""
    await boards.close(connection, current, now=now)
    closed = await rounds.get(connection, current.id, team_id=current.team)
    assert closed is not None  # noqa: S101  rounds are never deleted
    view = await view_of(connection, closed, bank)
    given = [one for one in await rounds.given(connection, current.id) if not one.late]
    return RoundRevealed(
        view=view,
        members=len({one.member for one in given}),
        covered=[(point, _who_had(point, given)) for point in view.question.key_points],
        best=await _best(connection, given),
        settles=settles,
    )


def _who_had(point: KeyPoint, given: list[Given]) -> int:
    return len({one.member for one in given for result in one.points if result.key_point == point.id and result.earned})


async def _best(connection: AsyncConnection, given: list[Given]) -> list[BestAnswer]:
    """Return the best correct answers, one a member, of those who agree to be shown."""
    agreeing = await people.sharing(connection, {one.member for one in given})
    ordered = sorted(given, key=lambda one: (-one.score, one.id))
    firsts = {one.member: one for one in reversed(ordered) if one.band is Band.CORRECT and not one.copied and one.text}
    chosen = sorted((one for one in firsts.values() if one.member in agreeing), key=lambda one: (-one.score, one.id))
    return [
        BestAnswer(name=agreeing[one.member], score=one.score, text=clip(one.text or "", BEST_CHARS))
        for one in chosen[:BEST_ANSWERS]
    ]
