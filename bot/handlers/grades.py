"""Grades as their authors see them: an attempt with what it would earn, the best beside it, and one shown again."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.commands import ShowGrade
from bot.errors import NotFound
from bot.handlers.deps import Call, Deps, round_of, view_of
from bot.outcomes import AttemptGraded, GradeShown, RoundView
from bot.rules import scoring
from bot.rules.doubts import may_appeal
from bot.rules.people import Account
from bot.rules.rounds import Round
from bot.store import answers, boards, people
from bot.store.answers import OwnAttempt


async def show_grade(command: ShowGrade, call: Call, deps: Deps) -> GradeShown:
    """Show one of the member's attempts again, or their newest; whoever has made none is told so."""

    def look(connection: Connection) -> GradeShown:
        current = round_of(connection, call, command.round)
        own = answers.own_attempts(connection, current.id, call.who.member)
        if not own:
            raise NotFound("You have not answered this question yet. Press Answer on its card.")
        view = view_of(connection, current, deps.bank)
        shown = next((given for given in own if given.number == command.attempt), own[0])
        return shown_of(connection, call, view, own, shown.number)

    return await deps.db.read(look)


def shown_of(connection: Connection, call: Call, view: RoundView, own: Sequence[OwnAttempt], number: int) -> GradeShown:
    """Return one of a member's attempts with the one that counts; how many are left is told as of now, not as of then."""
    counts = counts_for(connection, view.round, call.who.member)
    graded = [standing(view, call, given, counts=counts) for given in own]
    asked = next(one for one in graded if one.number == number)
    in_time = [one for one in graded if not one.late]
    best = max(in_time, key=lambda one: (one.worth, one.grade.score, -one.number), default=asked)
    left = 0 if asked.late else max(0, scoring.MAX_ATTEMPTS - len(in_time))
    return GradeShown(replace(asked, left=left), best if best.number != number and not asked.late else None)


def counts_for(connection: Connection, asked: Round, member: int) -> bool:
    """Whether a round earns a member points, as far as they have asked by now."""
    before = boards.asked_before(connection, asked, member)
    return counted(connection, asked, people.others(connection, member), before=before)


def counted(connection: Connection, asked: Round, others: Sequence[Account], *, before: int) -> bool:
    """Whether a round earns a member points, or was asked after too many on the same day, in whichever team of theirs."""
    for other in [] if asked.scheduled else others:
        before += boards.asked_before(connection, replace(asked, team=other.team), other.member)
    return scoring.counts(before)


def standing(view: RoundView, call: Call, given: OwnAttempt, *, counts: bool) -> AttemptGraded:
    """Return an attempt with what it would earn if the round were closed now."""
    fact = scoring.Attempt(
        member=call.who.member, score=given.grade.score, band=given.grade.band, hints=given.hints, copied=given.copied,
        practice=given.practice, half=given.half,
    )  # fmt: skip
    may = may_appeal(
        score=fact.score, copied=given.copied, appealed=given.appealed, closed_at=view.round.closed_at, now=call.now
    )
    return AttemptGraded(
        view=view, grade=given.grade, number=given.number, attempt=given.id, appealed=given.appealed, may_appeal=may,
        left=0 if given.late else scoring.MAX_ATTEMPTS - given.number,
        worth=scoring.points(view.round.level, fact) if counts and not given.late and view.round.earns else 0,
        hints=given.hints, late=given.late, copied=given.copied, counts=counts, practice=given.practice,
        recited=given.recited, half=given.half,
    )  # fmt: skip
