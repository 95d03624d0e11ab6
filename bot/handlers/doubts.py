"""Grades that wait for a person: organisers decide them, one after the other, in private, and are told what waits."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bank.loading import Bank
from bot.commands import DecideGrade, ExportDecisions, OpenDecisionForm, RemindOrganisers, ShowDoubts, SubmitDecision
from bot.errors import NotFound, Refused
from bot.handlers.deps import Call, Deps, view_of
from bot.handlers.questions import state_of
from bot.outcomes import DecisionFormOpened, DecisionsExported, DoubtShown, GradeDecided, Nothing, OrganisersReminded
from bot.ports import Ref
from bot.rules.doubts import Decision, Doubt, read_decision, same_words, to_tell
from bot.rules.questions import Life, Remark, life, open_reports, review_due
from bot.store import boards, doubts, ledger, members, phrasings, questions, rounds, suggestions
from bot.text import clean

REMINDED = "desk"  # the notice's key


async def show_doubts(command: ShowDoubts, call: Call, deps: Deps) -> DoubtShown:
    """Show the oldest grade that waits and is not the asker's own, or report; once there is none, the drafts."""

    async def look(connection: AsyncConnection) -> DoubtShown:
        return await _next(connection, call, deps, after=command.after)

    return await deps.db.read(look)


async def _next(connection: AsyncConnection, call: Call, deps: Deps, *, after: str | None = None) -> DoubtShown:
    doubt, waiting, own = await doubts.waiting(connection, call.who.team, but=call.who.member)
    said = await questions.of_team(connection, call.who.team)
    reports, reviews, drafts = _reported(said, deps.bank), _reviews(said, deps.bank, call.now), _drafts(said, deps.bank)
    suggested = await suggestions.waiting(connection, call.who.team)
    desk = DoubtShown(
        doubt=None, view=None, report=None, waiting=waiting, reports=len(reports), suggestions=len(suggested),
        reviews=len(reviews), drafts=len(drafts), own=own, broken=deps.bank.broken,
    )  # fmt: skip
    first = min(reports, key=lambda name: reports[name], default=None)
    came = min([*([doubt.came] if doubt else []), *reports.values()], default=None)
    if suggested and (came is None or suggested[0].came < came):
        return replace(desk, suggestion=suggested[0])
    if doubt is None and first is None and (later := [*reviews, *drafts]):  # nobody waits for them
        first = later[(later.index(after) + 1) % len(later) if after in later else 0]
    if first is not None and (doubt is None or reports[first] < doubt.came):
        question = deps.bank.every[first]
        return replace(desk, report=await state_of(connection, question, call.who.team, deps.bank, now=call.now))
    if doubt is None:
        return desk
    asked = await rounds.get(connection, doubt.round, team_id=call.who.team)
    assert asked is not None  # noqa: S101  the attempt refers to it
    return replace(desk, doubt=doubt, view=await view_of(connection, asked, deps.bank))


def _drafts(said: Mapping[str, Sequence[Remark]], bank: Bank) -> list[str]:
    """Return the questions that wait to be confirmed, in the order in which they came into the bank."""
    drafts = [one for one in bank.every.values() if one.draft and life(one, said.get(one.id, ())) is Life.DRAFT]
    return [one.id for one in sorted(drafts, key=lambda one: one.since)]


def _reviews(said: Mapping[str, Sequence[Remark]], bank: Bank, now: datetime) -> list[str]:
    """Return the questions whose facts are due for review, the longest due first."""
    due = [one for one in bank.every.values() if review_due(one, said.get(one.id, ()), now.date())]
    return [one.id for one in sorted(due, key=lambda one: one.review_by or date.max)]


def _reported(said: Mapping[str, Sequence[Remark]], bank: Bank) -> dict[str, datetime]:
    """Return the questions with reports at which nobody has looked, each with when it was reported first."""
    waiting = {name: open_reports(remarks) for name, remarks in said.items() if name in bank.every}
    return {name: reports[0].at for name, reports in waiting.items() if reports}


async def open_decision_form(command: OpenDecisionForm, call: Call, deps: Deps) -> DecisionFormOpened:
    """Show the form of a grade that still waits."""

    async def look(connection: AsyncConnection) -> Doubt:
        return await _to_decide(connection, call, command.attempt)

    return DecisionFormOpened(await deps.db.read(look))


async def decide_grade(command: DecideGrade, call: Call, deps: Deps) -> GradeDecided | Nothing:
    """Decide a grade by a button."""
    return await _decide(call, deps, command.attempt, Decision(verdict=command.decision))


async def submit_decision(command: SubmitDecision, call: Call, deps: Deps) -> GradeDecided | Nothing:
    """Decide a grade as the form says."""
    return await _decide(call, deps, command.attempt, read_decision(clean(command.text)))


async def _to_decide(connection: AsyncConnection, call: Call, attempt: int) -> Doubt:
    doubt = await doubts.get(connection, attempt, team_id=call.who.team)
    if doubt is None:
        raise NotFound("This grade is decided already. Type /desk for the next.", heading="Decided already")
    if doubt.member == call.who.member:
        raise Refused("This is your own answer: another organiser has to decide it.", heading="Your own answer")
    return doubt


async def _decide(call: Call, deps: Deps, attempt: int, made: Decision) -> GradeDecided | Nothing:
    """Write down the decision, carry it on to what says the same, tell the members, and show the next."""

    async def look(connection: AsyncConnection) -> tuple[str, list[tuple[int, str]]]:
        doubt = await _to_decide(connection, call, attempt)
        return doubt.text, await doubts.said(connection, doubt, team_id=call.who.team, but=call.who.member)

    text, said = await deps.db.read(look)
    alike = await asyncio.to_thread(
        same_words, text, said
    )  # many answers take a while to read, and others wait in the loop

    async def decide(connection: AsyncConnection) -> GradeDecided | Nothing:
        doubt = await _to_decide(connection, call, attempt)
        if not await ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        team, me = call.who.team, call.who.member
        cause = await doubts.decide(connection, doubt, made, team_id=team, by=me, now=call.now)
        follow = [
            one for one in await doubts.graded(connection, alike, team_id=call.who.team) if made.settles(one, doubt)
        ]
        await doubts.follow(connection, follow, made.score(doubt), cause)
        topic = await _carry_on(connection, [doubt, *follow], team)
        (tell, _), *others = await _to_tell(connection, [doubt, *follow], made.score(doubt))
        return GradeDecided(
            score=made.score(doubt), before=doubt.score, counts=made.counts(doubt), reason=made.reason, tell=tell,
            others=others, alike=len(follow), topic_title=deps.bank.title(topic), then=await _next(connection, call, deps),
        )  # fmt: skip

    return await deps.db.write(decide)


async def _carry_on(connection: AsyncConnection, changed: Sequence[Doubt], team: int) -> str:
    """Bring awards and totals up to the newer grades; return the topic, which all have in common."""
    topics: list[str] = []
    for round_id, member in dict.fromkeys((one.round, one.member) for one in changed):
        asked = await rounds.get(connection, round_id, team_id=team)
        assert asked is not None  # noqa: S101  the attempt refers to it
        await boards.regrade(connection, asked, member)
        topics.append(asked.topic)
    return topics[0]


async def _to_tell(connection: AsyncConnection, changed: Sequence[Doubt], score: int) -> Sequence[tuple[Ref, int]]:
    """Return whom to tell, and what their grade was: the author of what was decided, then each other whose grade is another now."""
    before = {one.member: one.score for one in reversed(changed)}  # of several attempts the oldest
    asked, *others = dict.fromkeys(one.member for one in changed)
    members_ = [asked, *(who for who in others if before[who] != score)]
    refs = [(await members.ref_of(connection, who), before[who]) for who in members_]
    return [(ref, was) for ref, was in refs if ref]  # who is deleted took their words along


async def export_decisions(_: ExportDecisions, call: Call, deps: Deps) -> DecisionsExported:
    """Hand over what was decided in the team."""

    async def look(connection: AsyncConnection) -> DecisionsExported:
        document = {
            "decisions": await doubts.export(connection, call.who.team),
            "questions": await questions.audit(connection, call.who.team),
            "suggestions": await suggestions.audit(connection, call.who.team),
            "learned": await phrasings.audit(connection, call.who.team),
        }
        return DecisionsExported(json.dumps(document, indent=2, ensure_ascii=False) + "\n")

    return await deps.db.read(look)


async def remind_organisers(command: RemindOrganisers, now: datetime, deps: Deps) -> OrganisersReminded | Nothing:
    """Tell a team's organisers what waits, at their hour, where something came since they were told last."""

    async def remind(connection: AsyncConnection) -> OrganisersReminded | Nothing:
        desk = await doubts.desk(connection, command.team)
        bank = (await deps.of(await members.team_ref(connection, command.team))).bank
        said = await questions.of_team(connection, command.team)
        reports = _reported(said, bank)
        at, zone = await members.desk_at(connection, command.team)
        told = await ledger.noticed(connection, command.team, REMINDED)
        suggested = await suggestions.waiting(connection, command.team)
        came = [*desk.came, *reports.values(), *(one.came for one in suggested)]
        if not to_tell(came, told, at=at, zone=zone, now=now):
            return Nothing()
        await ledger.forget_notice(connection, command.team, REMINDED)
        await ledger.first_notice(connection, command.team, REMINDED, now=now)
        tell = await members.in_charge(connection, command.team, else_=desk.askers)
        return OrganisersReminded(
            tell=tell, waiting=len(desk.came), reports=len(reports), suggestions=len(suggested),
            reviews=len(_reviews(said, bank, now)), drafts=len(_drafts(said, bank)),
        )  # fmt: skip

    return await deps.db.write(remind)
