"""Answers: the private form, attempts, and hints."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.commands import OpenAnswerForm, SubmitAnswer, TakeHint
from bot.errors import NotFound, Refused, UsedUp
from bot.grading import Grade, grade, may_be_talk
from bot.handlers.deps import Call, Deps, question_of, round_of, view_of
from bot.handlers.fair import is_practice, marks_of, refuse_ended, whose
from bot.handlers.grades import counted, shown_of, standing
from bot.handlers.questions import as_taught
from bot.handlers.threads import ask_whether_meant, first_said, let_talk, say_once
from bot.outcomes import (
    AttemptGraded,
    FormOpened,
    HintShown,
    Nothing,
    Refusal,
    RoundView,
    SaidBefore,
)
from bot.question import Question
from bot.rules import scoring
from bot.rules.answers import graded_unless_talk
from bot.rules.likeness import same
from bot.rules.rounds import Round
from bot.store import answers, fair, ledger, rounds
from bot.store.answers import OwnAttempt
from bot.store.so_far import SoFar, before_in, so_far_in
from bot.text import clean, has_words, plural

ATTEMPTS_A_MINUTE: Final = 10
NEXT_TO_NOTHING: Final = 20  # points below which a reply that may be talk waits to be said to be meant
FAR_APART: Final = 30  # points between two scores from which one of them must be wrong
USED_UP: Final = (
    f"You have used your {scoring.MAX_ATTEMPTS} attempts, and the best of them counts. "
    "After the reveal you can try again for practice."
)
NONE_LEFT: Final = "No attempts are left"


async def open_answer_form(command: OpenAnswerForm, call: Call, deps: Deps) -> FormOpened:
    """Show the private form, which says if there is nothing to earn, unless what is written into it would be refused."""

    def look(connection: Connection) -> FormOpened:
        current = round_of(connection, call, command.round)
        so_far = _so_far(connection, call, current.id)
        if current.closed_at is None and so_far.attempts >= scoring.MAX_ATTEMPTS:
            raise Refused(USED_UP)
        view = view_of(connection, current, deps.bank)
        still_open = current.closed_at is None
        who = whose(connection, call.who.member, so_far)
        practice = still_open and is_practice(connection, current, view.question, who)
        return FormOpened(view, practice=practice)

    return await deps.db.read(look)


Saved = AttemptGraded | SaidBefore | Refusal | Nothing


async def submit_answer(command: SubmitAnswer, call: Call, deps: Deps) -> Saved:
    """Grade an answer and write both down; the best of three before the reveal counts, and the same words count once."""
    text = acceptable(command.text)

    def look(connection: Connection) -> tuple[Round, Question, Question, int]:
        found = round_of(connection, call, command.round)
        question = question_of(connection, found, deps.bank)
        return found, question, *as_taught(connection, question, call.who.team)

    current, question, with_lessons, lessons = await deps.db.read(look)
    # A long answer takes a while, as does the first to a question, and others wait in the loop.
    graded = await deps.grader.in_turn(graded_unless_talk, with_lessons, text)
    if graded is None:
        return await let_talk(call, deps, current, text)
    may_talk = call.context.message and graded.score < NEXT_TO_NOTHING
    if may_talk and await deps.grader.in_turn(may_be_talk, with_lessons, text):
        return await ask_whether_meant(call, deps, current, text)
    opinion, graded = await _second_opinion(call, deps, current, with_lessons, text, graded)
    if lessons:
        graded = replace(graded, version=f"{graded.version}+{lessons}")
    answer = _Answer(
        round=current, question=question, text=text, graded=graded, opinion=opinion, public=command.round is None
    )

    def save(connection: Connection) -> Saved:
        return _save_attempt(connection, call, answer, deps.bank)

    saved = await deps.db.write(save)
    return replace(saved, openly=not call.context.private) if isinstance(saved, AttemptGraded) else saved


async def _second_opinion(
    call: Call, deps: Deps, current: Round, question: Question, text: str, graded: Grade
) -> tuple[int | None, Grade]:
    """Return a second opinion, where there is one and the team's day is not used up, and the grade with what it adds.

    Words that have their grade already need none.
    """
    if deps.opinion is None and deps.helper is None:
        return None, graded

    def is_due(connection: Connection) -> bool:
        day = {"since": call.now - timedelta(days=1), "until": call.now}
        had_today = answers.opinions_since(connection, call.who.team, **day)
        return had_today < deps.opinions_a_day and not _is_said(text, _so_far(connection, call, current.id))

    if not await deps.db.read(is_due):
        return None, graded
    if deps.helper and (quotes := await deps.helper.quotes(question, text)) is not None:
        graded = await deps.grader.in_turn(grade, question, text, quotes=quotes)
        return graded.score, graded
    opinion = await deps.opinion.of(question, text) if deps.opinion else None
    if opinion is not None and abs(opinion - graded.score) >= FAR_APART:
        graded = replace(graded, unsure=graded.unsure or "a second opinion differs.")
    return opinion, graded


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """An answer on its way into the store."""

    round: Round
    question: Question
    text: str
    graded: Grade
    opinion: int | None
    public: bool


def acceptable(text: str) -> str:
    """Return an answer as it is graded and kept, or raise Refused with what to do; nothing is counted then."""
    if len(text) > scoring.MAX_ANSWER:
        raise Refused(
            f"Your answer has {len(text):,} characters, and {scoring.MAX_ANSWER:,} are the limit. "
            "Shorten it and send it again; this one was not counted.",
            heading="Not graded",
        )
    cleaned = clean(text)
    if not has_words(cleaned):
        raise Refused(
            "Your answer has no words in it. Write a sentence or two; this one was not counted.", heading="Not graded"
        )
    return cleaned


def _is_said(text: str, so_far: SoFar) -> bool:
    return any(same(text, said) for said in so_far.said)


def _save_attempt(connection: Connection, call: Call, answer: _Answer, bank: Bank) -> Saved:
    if not ledger.first_time(connection, call.context.event, now=call.now):
        return _graded_before(connection, call, answer, bank) if call.context.again else Nothing()
    member, graded = call.who.member, answer.graded
    before = before_in(connection, answer.round, member, ref=call.context.member, now=call.now)
    so_far = before.so_far
    current, late = replace(answer.round, closed_at=so_far.closed_at), so_far.closed_at is not None
    if not so_far.present:
        return Nothing()  # deleted while the answer was on its way
    if _is_said(answer.text, so_far):
        return _said_before(connection, call, replace(answer, round=current), bank)
    if not late and call.context.message and so_far.attempts >= scoring.MAX_ATTEMPTS:
        return say_once(connection, call, f"used-up:{current.id}", UsedUp(USED_UP, heading=NONE_LEFT))
    _refuse_too_many(so_far, late=late)
    refuse_ended(left=so_far.left and not so_far.attempts)
    who = whose(connection, member, so_far, before.said)
    marks = marks_of(connection, current, answer.question, answer.text, whose=who, now=call.now)
    number = so_far.attempts + 1
    attempt = answers.save_attempt(
        connection, graded, now=call.now, team_id=call.who.team, round_id=current.id, member_id=member, number=number,
        text=answer.text, public=answer.public, late=late, hints=so_far.hints, opinion=answer.opinion, **answers.as_row(marks),
    )  # fmt: skip
    given = OwnAttempt(
        id=attempt, appealed=False, number=number, late=late, hints=so_far.hints, copied=marks.copied_from is not None or marks.recited,
        grade=graded, practice=marks.practice, recited=marks.recited, half=marks.half,
    )  # fmt: skip
    new = () if so_far.attempts else (before.author,)
    answerers = replace(before.answerers, more=new)
    view = RoundView(
        round=current, question=answer.question, topic_title=bank.title(current.topic), answerers=answerers
    )
    return standing(view, call, given, counts=counted(connection, current, who.others, before=before.asked))


def _graded_before(connection: Connection, call: Call, answer: _Answer, bank: Bank) -> AttemptGraded | Nothing:
    """Return an attempt that was saved before the process ended, for its author may not have been told."""
    own = answers.own_attempts(connection, answer.round.id, call.who.member)
    given = _with_words(own, answer.text)
    if given is None:
        return Nothing()
    view = view_of(connection, answer.round, bank, question=answer.question)
    return shown_of(connection, call, view, own, given.number).attempt


def _with_words(own: Sequence[OwnAttempt], text: str) -> OwnAttempt | None:
    """Return the newest attempt that has these words."""
    return next((one for one in own if one.text is not None and same(text, one.text)), None)


def _said_before(connection: Connection, call: Call, answer: _Answer, bank: Bank) -> SaidBefore | Nothing:
    """Return what the same words have already; in a thread their author is told so once, and may talk from then on.

    What is said before everybody now may be copied from now on, also where it was said in the form at first.
    """
    own = answers.own_attempts(connection, answer.round.id, call.who.member)
    given = _with_words(own, answer.text)
    assert given is not None  # noqa: S101  its words have just been read in this transaction
    if answer.public:
        fair.now_said(connection, given.id)
    if call.context.message and not first_said(connection, call, f"said:{given.id}"):
        return Nothing()
    view = view_of(connection, answer.round, bank, question=answer.question)
    return SaidBefore(shown_of(connection, call, view, own, given.number))


def _so_far(connection: Connection, call: Call, round_id: int) -> SoFar:
    return so_far_in(connection, round_id, call.who.member, ref=call.context.member, now=call.now)


def _refuse_too_many(so_far: SoFar, *, late: bool) -> None:
    if not late and so_far.attempts >= scoring.MAX_ATTEMPTS:
        raise Refused(USED_UP, heading=NONE_LEFT)
    refuse_too_fast(so_far.recent, ATTEMPTS_A_MINUTE)


def refuse_too_fast(lately: int, most: int) -> None:
    """Raise Refused for whoever has sent the most answers that there may be in a minute."""
    if lately >= most:
        words = f"That is more than {plural(most, 'answer')} in a minute. Wait a little, then send it again."
        raise Refused(words, heading="A little slower")


async def take_hint(command: TakeHint, call: Call, deps: Deps) -> HintShown | Nothing:
    """Show the member's next hint; after the last, the last again, which costs nothing more."""

    def take(connection: Connection) -> HintShown | Nothing:
        current = _hinted(connection, call, command.round)
        hints = question_of(connection, current, deps.bank).hints
        if not hints:
            raise NotFound("This question has no hints.")
        if current.closed_at is not None:
            raise Refused(
                "This question is revealed already: look for its answer in its thread, or below it.",
                heading="Revealed already",
            )
        refuse_ended(left=fair.has_ended(connection, current.id, call.context.member))
        taken = answers.hints_taken(connection, current.id, call.who.member)
        number = min(taken + 1, len(hints))
        if not ledger.first_time(connection, call.context.event, now=call.now):
            if not call.context.again:
                return Nothing()
            number = taken or 1  # it was paid for, and maybe not seen
        answers.take_hint(connection, current.id, call.who.member, number, now=call.now)
        again = taken == len(hints) and not call.context.again
        return HintShown(round=current, number=number, count=len(hints), hint=hints[number - 1], again=again)

    return await deps.db.write(take)


def _hinted(connection: Connection, call: Call, round_id: int | None) -> Round:
    """Return the round that a button or a thread names, else the newest that is open in the channel."""
    here = [] if round_id or call.context.thread else rounds.open_in(connection, call.who.channel)
    return here[0] if here else round_of(connection, call, round_id)
