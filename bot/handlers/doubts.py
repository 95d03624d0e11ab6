"""Grades that I am not sure of: organisers decide them, one after the other, in private."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands import DecideGrade, ShowDoubts
from bot.errors import NotFound, Refused
from bot.grading import band_of
from bot.handlers.deps import Call, Deps, view_of
from bot.outcomes import DoubtShown, GradeDecided, Nothing
from bot.rules.doubts import decided
from bot.store import boards, doubts, ledger, members, rounds


async def show_doubts(_: ShowDoubts, call: Call, deps: Deps) -> DoubtShown:
    """Show the oldest unsure grade that is not the asker's own."""

    async def look(connection: AsyncConnection) -> DoubtShown:
        return await _next(connection, call, deps)

    return await deps.db.read(look)


async def _next(connection: AsyncConnection, call: Call, deps: Deps) -> DoubtShown:
    doubt, waiting = await doubts.waiting(connection, call.who.team, but=call.who.member)
    if doubt is None:
        return DoubtShown(doubt=None, view=None, waiting=0)
    asked = await rounds.get(connection, doubt.round, team_id=call.who.team)
    assert asked is not None  # noqa: S101  the attempt refers to it
    return DoubtShown(doubt=doubt, view=await view_of(connection, asked, deps.bank), waiting=waiting)


async def decide_grade(command: DecideGrade, call: Call, deps: Deps) -> GradeDecided | Nothing:
    """Write down the decision, carry the points on, tell the member, and show the next."""

    async def decide(connection: AsyncConnection) -> GradeDecided | Nothing:
        doubt = await doubts.get(connection, command.attempt, team_id=call.who.team)
        if doubt is None:
            raise NotFound("This grade is decided already. Type /unsure for the next.")
        if doubt.member == call.who.member:
            raise Refused("This is your own answer: another organiser has to decide it.")
        if not await ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        score = decided(doubt, command.decision)
        await doubts.decide(connection, doubt, score, band_of(score), by=call.who.member, now=call.now)
        asked = await rounds.get(connection, doubt.round, team_id=call.who.team)
        assert asked is not None  # noqa: S101  the attempt refers to it
        await boards.regrade(connection, asked, doubt.member)
        told = await members.ref_of(connection, doubt.member)
        assert told is not None  # noqa: S101  whoever is deleted takes their words along, and with them the doubt
        title = deps.bank.title(asked.topic)
        return GradeDecided(
            score=score, before=doubt.score, topic_title=title, tell=told, then=await _next(connection, call, deps)
        )

    return await deps.db.write(decide)
