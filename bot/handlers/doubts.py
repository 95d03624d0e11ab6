"""Grades that wait for a person: organisers decide them, one after the other, in private."""

import asyncio
import json
from collections.abc import Sequence

from sqlalchemy import Connection

from bot.commands import DecideGrade, ExportDecisions, OpenDecisionForm, SubmitDecision
from bot.errors import NotFound, Refused
from bot.handlers.deps import Call, Deps
from bot.handlers.desk import next_on
from bot.outcomes import DecisionFormOpened, DecisionsExported, Followed, GradeDecided, Nothing
from bot.rules.doubts import MAX_DECISION, Decision, Doubt, Spot, read_decision, same_words
from bot.store import audit, boards, doubts, ledger, members, rounds
from bot.text import clean


async def open_decision_form(command: OpenDecisionForm, call: Call, deps: Deps) -> DecisionFormOpened:
    """Show the form of a grade that still waits."""

    def look(connection: Connection) -> Doubt:
        return _to_decide(connection, call, command.attempt)

    return DecisionFormOpened(await deps.db.read(look), command.decision)


async def decide_grade(command: DecideGrade, call: Call, deps: Deps) -> GradeDecided | Nothing:
    """Decide a grade by a button."""
    return await _decide(call, deps, command.attempt, Decision(verdict=command.decision))


async def submit_decision(command: SubmitDecision, call: Call, deps: Deps) -> GradeDecided | Nothing:
    """Decide a grade as the form says."""
    text = clean(command.text)
    if len(text) > MAX_DECISION:
        raise Refused(f"That is too long: {MAX_DECISION:,} characters are the limit. Say it shorter.")
    made = Decision(verdict=command.decision, reason=text) if command.decision else read_decision(text)
    return await _decide(call, deps, command.attempt, made)


def _to_decide(connection: Connection, call: Call, attempt: int) -> Doubt:
    doubt = doubts.get(connection, attempt, team_id=call.who.team)
    if doubt is None:
        raise NotFound(
            "This grade is decided already, or its words are deleted. Type /desk for the next.",
            heading="Decided already",
        )
    if doubt.member == call.who.member:
        raise Refused("This is your own answer: another organiser has to decide it.", heading="Your own answer")
    return doubt


async def _decide(call: Call, deps: Deps, attempt: int, made: Decision) -> GradeDecided | Nothing:
    """Write down the decision, carry it on to what says the same, tell the members, and show the next."""

    def look(connection: Connection) -> tuple[str, list[tuple[int, str]]]:
        doubt = _to_decide(connection, call, attempt)
        return doubt.text, doubts.said(connection, doubt, team_id=call.who.team, but=call.who.member)

    text, said = await deps.db.read(look)
    alike = await asyncio.to_thread(
        same_words, text, said
    )  # many answers take a while to read, and others wait in the loop

    def decide(connection: Connection) -> GradeDecided | Nothing:
        doubt = _to_decide(connection, call, attempt)
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        team, me = call.who.team, call.who.member
        cause = doubts.decide(connection, doubt, made, team_id=team, by=me, now=call.now)
        follow = [one for one in doubts.graded(connection, alike, team_id=call.who.team) if made.settles(one, doubt)]
        doubts.follow(connection, follow, made.score(doubt), cause)
        topic = _carry_on(connection, [doubt, *follow], team)
        tell, *others = _to_tell(connection, [doubt, *follow], made.score(doubt))
        return GradeDecided(
            score=made.score(doubt), before=doubt.score, counts=made.counts(doubt), reason=made.reason, tell=tell.member,
            others=others, alike=len(follow), topic_title=deps.bank.title(topic), then=next_on(connection, call, deps, after=Spot(came=doubt.came, grade=doubt.attempt)),
        )  # fmt: skip

    return await deps.db.write(decide)


def _carry_on(connection: Connection, changed: Sequence[Doubt], team: int) -> str:
    """Bring awards and totals up to the newer grades; return the topic, which all have in common."""
    topics: list[str] = []
    for round_id, member in dict.fromkeys((one.round, one.member) for one in changed):
        asked = rounds.get(connection, round_id, team_id=team)
        assert asked is not None  # noqa: S101  the attempt refers to it
        boards.regrade(connection, asked, member)
        topics.append(asked.topic)
    return topics[0]


def _to_tell(connection: Connection, changed: Sequence[Doubt], score: int) -> Sequence[Followed]:
    """Return whom to tell: the author of what was decided, then each other who appealed, or whose grade is another now."""
    asked = changed[0].member
    of = {one.member: one for one in reversed(changed)}  # of several attempts the oldest
    appealed = {one.member for one in changed if one.appeal is not None}
    told = [of[asked], *(one for who, one in of.items() if who != asked and (who in appealed or one.score != score))]
    refs = [(members.ref_of(connection, one.member), one) for one in told]
    return [
        Followed(member=ref, before=one.score, appealed=one.member in appealed, copied=one.copied)
        for ref, one in refs
        if ref  # who is deleted took their words along
    ]


async def export_decisions(_: ExportDecisions, call: Call, deps: Deps) -> DecisionsExported:
    """Hand over what was decided in the team."""

    def look(connection: Connection) -> DecisionsExported:
        document = audit.of_team(connection, call.who.team)
        return DecisionsExported(json.dumps(document, indent=2, ensure_ascii=False) + "\n")

    return await deps.db.read(look)
