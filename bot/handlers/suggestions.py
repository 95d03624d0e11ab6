"""Questions that members suggest: written, held against those that there are, and taken or declined at the desk."""

import asyncio

from sqlalchemy import Connection

from bot.bank.alike import alike
from bot.bank.exchange.drafts import key_points
from bot.bank.exchange.slugs import free, slug
from bot.bank.loading import Bank
from bot.commands import (
    DeclineSuggestion,
    NameSuggester,
    OpenDeclineForm,
    OpenSuggestionForm,
    SendSuggestion,
    SubmitSuggestion,
    SuggestQuestion,
    TakeSuggestion,
)
from bot.errors import NotFound, Refused
from bot.handlers.deps import Call, Deps, today
from bot.outcomes import (
    DeclineFormOpened,
    Nothing,
    SuggestionFormOpened,
    SuggestionKept,
    SuggestionSettled,
)
from bot.question import MOST_REFERENCE, Level, Question, level_named
from bot.rules.suggestions import SUGGESTED, WAITING, Suggestion
from bot.store import edits, ledger, members, suggestions
from bot.text import clean, clip, plural

QUESTION = range(8, 601)  # characters
REASON_CHARS = 500
ALIKE = 3  # questions shown


async def suggest_question(_: SuggestQuestion, call: Call, deps: Deps) -> SuggestionFormOpened:  # noqa: ARG001  the form is everybody's
    """Show the empty form."""
    return SuggestionFormOpened(suggestion=None, topics=[*deps.bank.topics])


async def open_suggestion_form(command: OpenSuggestionForm, call: Call, deps: Deps) -> SuggestionFormOpened:
    """Show the form, with what is written already."""

    def look(connection: Connection) -> Suggestion | None:
        return None if command.suggestion is None else _own(connection, command.suggestion, call)

    return SuggestionFormOpened(suggestion=await deps.db.read(look), topics=[*deps.bank.topics])


def _own(connection: Connection, number: int, call: Call) -> Suggestion:
    found = suggestions.get(connection, number, team_id=call.who.team)
    if found is None or found.member != call.who.member:
        raise NotFound("This suggestion is decided already, or another's.")
    return found


async def submit_suggestion(command: SubmitSuggestion, call: Call, deps: Deps) -> SuggestionKept | Nothing:
    """Send what the form says, unless something is lacking or nearly the same is asked already: then no word is lost.

    Whoever sends the same question again, from a form that was still open, means the one that waits.
    """
    text, answer = " ".join(clean(command.text).split()), clean(command.answer)
    level, topic = level_named(command.level), deps.bank.topic_named(command.topic.strip())
    problem = _problem(text, answer, level, topic, deps.bank)
    like = [] if problem else await asyncio.to_thread(_like, text, deps.bank)

    def keep(connection: Connection) -> SuggestionKept | Nothing:
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        before = None if problem else suggestions.same(connection, call.who.member, text)
        sent_at = before and before.sent_at
        if sent_at is None:
            _refuse_too_many(connection, call)
        sent = not problem and (not like or sent_at is not None)
        number = suggestions.keep(
            connection, before, team_id=call.who.team, member_id=call.who.member, text=text, answer=answer, at=call.now,
            level=level or clip(clean(command.level), 60), topic=topic or clip(clean(command.topic), 60),
            sent_at=sent_at or (call.now if sent else None),
        )  # fmt: skip
        return SuggestionKept(suggestion=_own(connection, number, call), problem=problem, alike=like, sent=sent)

    return await deps.db.write(keep)


def _refuse_too_many(connection: Connection, call: Call) -> None:
    """Raise Refused for whoever has as many suggestions at the desk as there may be."""
    if suggestions.count(connection, call.who.member) >= WAITING:
        raise Refused(f"{plural(WAITING, 'suggestion')} of yours wait already. Make another once one is decided.")


def _problem(text: str, answer: str, level: Level | None, topic: str | None, bank: Bank) -> str:
    """Return what keeps a suggestion from being sent."""
    if len(text) not in QUESTION:
        return f"A question has {QUESTION[0]} to {QUESTION[-1]} characters, and yours {len(text)}."
    if len(answer) > MOST_REFERENCE:
        return f"An answer has {MOST_REFERENCE:,} characters at most, and yours {len(answer):,}."
    if level is None:
        return f"I know no such level. The levels are: {', '.join(Level)}."
    return "" if topic else f"I know no such topic. The topics are: {', '.join(bank.topics)}."


def _like(text: str, bank: Bank) -> list[Question]:
    """Return the questions that ask nearly the same, the nearest first."""
    every = [*bank.every.values()]
    found = [(percent, one) for one, two, percent in alike([*(q.question for q in every), text]) if two == len(every)]
    return [every[one] for _, one in sorted(found, reverse=True)[:ALIKE]]


async def send_suggestion(command: SendSuggestion, call: Call, deps: Deps) -> SuggestionKept | Nothing:
    """Send a suggestion although there are questions like it; one that lacks something cannot be."""

    def send(connection: Connection) -> SuggestionKept | Nothing:
        found = _own(connection, command.suggestion, call)
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        level, topic = level_named(found.level), deps.bank.topic_named(found.topic)
        if problem := _problem(found.text, found.answer, level, topic, deps.bank):
            return SuggestionKept(suggestion=found, problem=problem, sent=False)
        if found.sent_at is None:
            _refuse_too_many(connection, call)
            suggestions.change(connection, found.id, sent_at=call.now)
        return SuggestionKept(suggestion=found)

    return await deps.db.write(send)


async def name_suggester(command: NameSuggester, call: Call, deps: Deps) -> SuggestionKept | Nothing:
    """Note that a suggestion's author agrees to be named."""

    def name(connection: Connection) -> SuggestionKept:
        found = _own(connection, command.suggestion, call)
        suggestions.change(connection, found.id, named=True)
        return SuggestionKept(suggestion=_own(connection, found.id, call), sent=found.sent_at is not None)

    return await deps.db.write(name)


def _waiting(connection: Connection, number: int, call: Call) -> Suggestion:
    found = suggestions.get(connection, number, team_id=call.who.team)
    if found is None or found.sent_at is None:
        raise NotFound("This suggestion is decided already. Type /desk for the next.", heading="Decided already")
    return found


async def take_suggestion(command: TakeSuggestion, call: Call, deps: Deps) -> SuggestionSettled | Nothing:
    """Make a draft of a suggestion, with key points proposed from its answer; a person confirms them."""

    def take(connection: Connection) -> SuggestionSettled | Nothing:
        found = _waiting(connection, command.suggestion, call)
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        draft = _draft(connection, found, call, deps.bank)
        whose = {"team_id": call.who.team, "member_id": call.who.member, "over": "", "at": call.now}
        edits.add(connection, draft.id, draft.model_dump(mode="json"), saved_at=call.now, **whose)
        return _settled(connection, found, call, question=draft)

    done = await deps.db.write(take)
    deps.edits.forget()
    return done


def _draft(connection: Connection, found: Suggestion, call: Call, bank: Bank) -> Question:
    name = free(slug(found.text, fallback="question"), bank.every)
    fields = {
        "id": name,
        "topic": found.topic,
        "level": found.level,
        "draft": True,
        "question": found.text,
        "tags": [SUGGESTED],
    }
    points = {"reference": found.answer, "key_points": key_points(found.text, found.answer)}
    return Question.model_validate({**fields, **points, "since": today(connection, call)})


def _settled(
    connection: Connection, found: Suggestion, call: Call, *, question: Question | None = None, reason: str = ""
) -> SuggestionSettled:
    made = question.id if question else None
    settled = {"settled_at": call.now, "settled_by": call.who.member, "question_id": made, "reason": reason}
    suggestions.change(connection, found.id, **settled)
    tell = members.ref_of(connection, found.member) if found.member != call.who.member else None
    return SuggestionSettled(suggestion=found, tell=tell, question=question, reason=reason)


async def open_decline_form(command: OpenDeclineForm, call: Call, deps: Deps) -> DeclineFormOpened:
    """Show the form for the reason."""

    def look(connection: Connection) -> Suggestion:
        return _waiting(connection, command.suggestion, call)

    return DeclineFormOpened(await deps.db.read(look))


async def decline_suggestion(command: DeclineSuggestion, call: Call, deps: Deps) -> SuggestionSettled | Nothing:
    """Decline a suggestion, and tell its author why."""

    def decline(connection: Connection) -> SuggestionSettled | Nothing:
        found = _waiting(connection, command.suggestion, call)
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        return _settled(connection, found, call, reason=clip(clean(command.text), REASON_CHARS))

    return await deps.db.write(decline)
