"""Boards that are posted when they are due: the week's, and at their end the month's and the season's with their champions."""

from collections.abc import Container
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.handlers.boards import ONE_DAY, board_lines
from bot.handlers.squads import with_squads
from bot.outcomes import Board, BoardPosted, Nothing
from bot.ports import platform_of
from bot.rules.lateness import CATCH_UP, RETRY_AFTER
from bot.rules.periods import after
from bot.rules.schedule import Kind, Occurrence, Plan, Schedule, State
from bot.rules.scoring import Period
from bot.store import members, rounds, schedules
from bot.store.boards import Scope

ENDS: Final = {Kind.MONTH: Period.MONTH, Kind.SEASON: Period.SEASON}


async def board_due(
    connection: AsyncConnection, occurrence: Occurrence, now: datetime, known: Container[str]
) -> BoardPosted | Nothing:
    """Return a board once all that counts for it is revealed; a month or season in which nobody earned points has none."""
    period = ENDS.get(occurrence.kind, Period.WEEK)
    assert occurrence.schedule is not None  # noqa: S101  only schedules have boards
    schedule = await schedules.get(connection, occurrence.schedule)
    plan = schedule.plan
    start = _start(period, occurrence.local_date, plan)
    end = after(period, start)
    if wait := await _open_reveal(connection, occurrence, schedule, end, now):
        at = max(wait, now + RETRY_AFTER[1])
        await schedules.retry(connection, occurrence.id, at=at, note="a reveal that comes before it is late")
        return Nothing()
    scope = Scope(team=occurrence.team, start=start, end=end, known=known)
    lines, counted = await board_lines(connection, period, scope, start)
    if not lines and (period is not Period.WEEK or plan.until_next):
        await schedules.settle(connection, [occurrence.id], State.SKIPPED, now=now, note="nobody earned points")
        return Nothing()
    board = Board(
        period=period, start=start, end=end - ONE_DAY, running=occurrence.local_date < end, lines=lines, members=counted
    )
    board = await with_squads(connection, scope, board)
    named, platform = [line.tally.member for line in lines], platform_of(occurrence.channel_ref)
    mentions = await members.to_mention(connection, named, platform=platform)
    return BoardPosted(board=board, channel=occurrence.channel_ref, settles=occurrence.id, mentions=mentions)


def _start(period: Period, posted_on: date, plan: Plan) -> date:
    """Return the first date of what a board posted on a date is about; the week's is that of the day before."""
    return plan.board_week(posted_on) if period is Period.WEEK else period.start(posted_on - ONE_DAY)


async def _open_reveal(
    connection: AsyncConnection, board: Occurrence, schedule: Schedule, end: date, now: datetime
) -> datetime | None:
    """Return until when a board waits: the week's for reveals of its schedule, the others for all that was asked in their time."""
    if board.kind is not Kind.BOARD:
        late = now - CATCH_UP  # a reveal that cannot be posted keeps nobody from the board
        return await rounds.revealed_by(connection, board.team, before=end, after=late)
    waiting = await schedules.waiting(connection, schedule.id, Kind.REVEAL)
    before = (one.due_at for one in waiting if schedule.plan.due(Kind.REVEAL, one.local_date, one.slot) <= board.due_at)
    return max(before, default=None)
