"""Teams that took the bot out: their schedules stop at once, and all that is theirs is deleted after a while."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Ref
from bot.rules.schedule import Running, State
from bot.store import schedules
from bot.store.schema import (
    appeal,
    attempt,
    award,
    away,
    channel,
    decision,
    edit,
    ended,
    feeling,
    grade,
    hint,
    identity,
    member,
    message,
    notice,
    occurrence,
    phrasing,
    queued,
    remark,
    round_,
    schedule,
    streak,
    suggestion,
    team,
    total,
)

KEEP_AFTER: Final = timedelta(days=30)
NOTE: Final = "the bot was taken out"
# What belongs to a team, each before what it refers to; grades and hints go by their attempt and round.
_OWNED: Final[tuple[Table, ...]] = (
    award, total, streak, decision, remark, phrasing, edit, suggestion, feeling, attempt, occurrence, queued, away, round_, schedule, notice, identity, member, channel,
)  # fmt: skip


async def leave(connection: AsyncConnection, ref: Ref, *, now: datetime) -> None:
    """Note that a team took the bot out: its schedules are paused, and nothing is due there any more."""
    team_id = await _known(connection, ref)
    if team_id is None:
        return
    await connection.execute(update(team).where(team.c.id == team_id, team.c.left_at.is_(None)).values(left_at=now))
    for one in await schedules.of_team(connection, team_id):
        if one.state is Running.ACTIVE:
            await schedules.set_state(connection, one.id, Running.PAUSED, now=now)
    waiting = select(occurrence.c.id).where(occurrence.c.team_id == team_id, occurrence.c.state == State.DUE)
    due = list((await connection.execute(waiting)).scalars())
    await schedules.settle(connection, due, State.SKIPPED, now=now, note=NOTE)


async def come_back(connection: AsyncConnection, ref: Ref) -> None:
    """Note that a team has the bot again: what is theirs stays, and its schedules wait to be resumed."""
    await connection.execute(update(team).where(team.c.ref == ref).values(left_at=None))


async def gone(connection: AsyncConnection, *, now: datetime) -> list[int]:
    """Return the teams which took the bot out long ago."""
    return list((await connection.execute(select(team.c.id).where(team.c.left_at < now - KEEP_AFTER))).scalars())


async def refs(connection: AsyncConnection) -> dict[int, Ref]:
    """Return every team's reference, by its number."""
    rows = (await connection.execute(select(team.c.id, team.c.ref).order_by(team.c.id))).all()
    return {row.id: row.ref for row in rows}


async def purge(connection: AsyncConnection, team_id: int, *, now: datetime) -> None:
    """Delete all that belongs to a team which took the bot out long ago."""
    if team_id not in await gone(connection, now=now):
        return
    rounds = select(round_.c.id).where(round_.c.team_id == team_id)
    attempts = select(attempt.c.id).where(attempt.c.team_id == team_id)
    await connection.execute(delete(message).where(message.c.round_id.in_(rounds)))
    await connection.execute(delete(hint).where(hint.c.round_id.in_(rounds)))
    await connection.execute(delete(ended).where(ended.c.round_id.in_(rounds)))
    await connection.execute(delete(appeal).where(appeal.c.team_id == team_id))
    await connection.execute(delete(grade).where(grade.c.attempt_id.in_(attempts)))
    await connection.execute(update(attempt).where(attempt.c.team_id == team_id).values(copied_from=None))
    boards = select(occurrence.c.id).where(occurrence.c.team_id == team_id)
    tags = [f"board:{number}" for number in (await connection.execute(boards)).scalars()]
    await connection.execute(delete(message).where(message.c.tag.in_(tags)))
    for table in _OWNED:
        await connection.execute(delete(table).where(table.c.team_id == team_id))
    await connection.execute(delete(team).where(team.c.id == team_id))


async def _known(connection: AsyncConnection, ref: Ref) -> int | None:
    found: int | None = (await connection.execute(select(team.c.id).where(team.c.ref == ref))).scalar_one_or_none()
    return found
