"""Boards that are posted when they are due: the week's, and at their end the month's and the season's with their champions."""

from collections.abc import Container, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from bot.commands import TellOfRole
from bot.handlers.boards import ONE_DAY, board_lines
from bot.handlers.deps import Deps
from bot.handlers.squads import with_squads
from bot.outcomes import Board, BoardPosted, Crowned, Nothing, ThreadsRefused
from bot.ports import platform_of
from bot.rules.lateness import CATCH_UP, RETRY_AFTER
from bot.rules.periods import after
from bot.rules.schedule import Kind, Occurrence, Plan, Schedule, State
from bot.rules.scoring import Period
from bot.store import ledger, members, rounds, schedules
from bot.store.boards import Scope

ENDS: Final = {Kind.MONTH: Period.MONTH, Kind.SEASON: Period.SEASON}


def board_due(
    connection: Connection, occurrence: Occurrence, now: datetime, known: Container[str]
) -> BoardPosted | Nothing:
    """Return a board once all that counts for it is revealed; a month or season in which nobody earned points has none."""
    period = ENDS.get(occurrence.kind, Period.WEEK)
    assert occurrence.schedule is not None  # noqa: S101  only schedules have boards
    schedule = schedules.get(connection, occurrence.schedule)
    plan = schedule.plan
    start = _start(period, occurrence.local_date, plan)
    end = after(period, start)
    if wait := _open_reveal(connection, occurrence, schedule, end, now):
        at = max(wait, now + RETRY_AFTER[1])
        schedules.retry(connection, occurrence.id, at=at, note="a reveal that comes before it is late")
        return Nothing()
    scope = Scope(team=occurrence.team, start=start, end=end, known=known)
    lines, counted = board_lines(connection, period, scope, start)
    if not lines and (period is not Period.WEEK or plan.until_next):
        schedules.settle(connection, [occurrence.id], State.SKIPPED, now=now, note="nobody earned points")
        return Nothing()
    board = Board(
        period=period, start=start, end=end - ONE_DAY, running=occurrence.local_date < end, lines=lines, members=counted
    )
    board = with_squads(connection, scope, board)
    named, platform = [line.tally.member for line in lines], platform_of(occurrence.channel_ref)
    mentions = members.to_mention(connection, named, platform=platform)
    crown = _crowned(connection, occurrence, plan, [line.tally.member for line in lines if line.place == 1], now)
    return BoardPosted(
        board=board, channel=occurrence.channel_ref, settles=occurrence.id, mentions=mentions, crown=crown
    )


def _crowned(
    connection: Connection, occurrence: Occurrence, plan: Plan, first: Sequence[int], now: datetime
) -> Crowned | None:
    """Return who gets the champions' role at a month's end, or at a season's, and who had it; repeated, the same.

    Where both end on one day it goes to the season's champion.
    """
    both = occurrence.local_date.month % 3 == 1
    if not plan.champion or occurrence.kind is not (Kind.SEASON if both else Kind.MONTH):
        return None
    place = {"team_id": occurrence.team, "occurrence": occurrence.id}
    had = ledger.crown(connection, first, role=plan.champion, now=now, **place)
    here = members.refs_in(connection, [*first, *had], team_id=occurrence.team)
    given = [here[one] for one in first if one in here]
    return Crowned(role=plan.champion, now=given, before=[here[one] for one in had if one in here and one not in first])


def uncrowned(connection: Connection, before: Schedule | None, *, team_id: int) -> Sequence[Crowned]:
    """Return the champions' role of a schedule as it was, where none of the team's gives it any more: it is taken from who has it."""
    role = before.plan.champion if before else ""
    if not role or any(one.plan.champion == role for one in schedules.of_team(connection, team_id)):
        return ()
    had = ledger.uncrown(connection, role, team_id=team_id)
    return [Crowned(role=role, now=(), before=list(members.refs_in(connection, had, team_id=team_id).values()))]


async def tell_of_role(command: TellOfRole, now: datetime, deps: Deps) -> ThreadsRefused | Nothing:
    """Return whom to tell that the champion's role may not be given: who set the schedule, and organisers; once until it is set anew."""

    def told(connection: Connection) -> ThreadsRefused | Nothing:
        occurrence = schedules.get_occurrence(connection, command.occurrence)
        assert occurrence is not None  # noqa: S101  its board was posted just now
        assert occurrence.schedule is not None  # noqa: S101  for the same reason
        if not ledger.first_notice(connection, occurrence.team, f"no-champion:{occurrence.channel}", now=now):
            return Nothing()
        setter = schedules.get(connection, occurrence.schedule).member
        tell = members.organisers(connection, occurrence.team, also=setter)
        return ThreadsRefused(reason=command.reason, tell=tell, role=True)

    return await deps.db.write(told)


def _start(period: Period, posted_on: date, plan: Plan) -> date:
    """Return the first date of what a board posted on a date is about; the week's is that of the day before."""
    return plan.board_week(posted_on) if period is Period.WEEK else period.start(posted_on - ONE_DAY)


def _open_reveal(
    connection: Connection, board: Occurrence, schedule: Schedule, end: date, now: datetime
) -> datetime | None:
    """Return until when a board waits: the week's for reveals of its schedule, the others for all that was asked in their time."""
    if board.kind is not Kind.BOARD:
        late = now - CATCH_UP  # a reveal that cannot be posted keeps nobody from the board
        return rounds.revealed_by(connection, board.team, before=end, after=late)
    waiting = schedules.waiting(connection, schedule.id, Kind.REVEAL)
    before = (one.due_at for one in waiting if schedule.plan.due(Kind.REVEAL, one.local_date, one.slot) <= board.due_at)
    return max(before, default=None)
