"""Teams that took the bot out: their schedules stop at once, and all that is theirs is deleted after a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, Table, bindparam, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Ref
from bot.rules.schedule import Running, State
from bot.store import schedules
from bot.store.schema import (
    IS_DUE,
    appeal,
    attempt,
    award,
    away,
    channel,
    decision,
    doubt,
    edit,
    ended,
    feeling,
    grade,
    guess,
    hint,
    identity,
    lesson,
    link,
    listener,
    live,
    live_answer,
    live_step,
    mark,
    member,
    message,
    notice,
    nudge,
    occurrence,
    phrasing,
    question_version,
    queued,
    recall,
    remark,
    reported,
    review,
    round_,
    schedule,
    squad,
    squad_move,
    streak,
    suggestion,
    team,
    total,
    visit,
)

KEEP_AFTER: Final = timedelta(days=30)
NOTE: Final = "the bot was taken out"
# What belongs to a team beside its attempts, rounds and occurrences, each before what it refers to.
_BEFORE: Final[tuple[Table, ...]] = (
    nudge,
    listener,
    award,
    total,
    streak,
    reported,
    remark,
    phrasing,
    edit,
    suggestion,
    feeling,
    notice,
    live_answer,
    live_step,
    live,
    link,
    guess,
    visit,
    identity,
    queued,
    away,
    review,
    squad_move,
    squad,
)
_AFTER: Final[tuple[Table, ...]] = (schedule, member, channel)


async def leave(connection: AsyncConnection, ref: Ref, *, now: datetime) -> None:
    """Note that a team took the bot out: its schedules are paused, and nothing is due there any more."""
    team_id = await _known(connection, ref)
    if team_id is None:
        return
    await connection.execute(update(team).where(team.c.id == team_id, team.c.left_at.is_(None)).values(left_at=now))
    for one in await schedules.of_team(connection, team_id):
        if one.state is Running.ACTIVE:
            await schedules.set_state(connection, one.id, Running.PAUSED, now=now)
    due = update(occurrence).where(occurrence.c.team_id == team_id, IS_DUE)
    await connection.execute(due.values(state=State.SKIPPED, settled_at=now, note=NOTE))


async def come_back(connection: AsyncConnection, ref: Ref) -> bool:
    """Note that a team has the bot again, and return whether it had not: what is theirs stays, and its schedules wait to be resumed."""
    query = update(team).where(team.c.ref == ref, team.c.left_at.is_not(None)).values(left_at=None)
    return bool((await connection.execute(query)).rowcount)


async def of_platform(connection: AsyncConnection, platform: str) -> dict[Ref, bool]:
    """Return whether each team of a platform has the bot, as far as is known."""
    query = select(team.c.ref, team.c.left_at.is_(None)).where(team.c.ref.startswith(f"{platform}:"))
    return {ref: bool(here) for ref, here in await connection.execute(query)}


async def after(connection: AsyncConnection, team_id: int, *, limit: int) -> list[int]:
    """Return the next teams that have the bot."""
    query = select(team.c.id).where(team.c.id > team_id, team.c.left_at.is_(None)).order_by(team.c.id).limit(limit)
    return list((await connection.execute(query)).scalars())


async def gone(connection: AsyncConnection, *, now: datetime) -> list[int]:
    """Return the teams which took the bot out long ago."""
    return list((await connection.execute(select(team.c.id).where(team.c.left_at < now - KEEP_AFTER))).scalars())


async def purge(connection: AsyncConnection, team_id: int, *, now: datetime, limit: int) -> bool:
    """Delete some of what belongs to a team which took the bot out long ago, and return whether there is more."""
    if team_id not in await gone(connection, now=now):
        return False
    asked = select(round_.c.id).where(round_.c.team_id == team_id)
    reviews = select(review.c.id).where(review.c.team_id == team_id)
    return (
        await _attempts(connection, team_id, limit)
        or await _any_of(connection, [(recall, recall.c.review_id.in_(reviews))], limit)
        or await _any_of(connection, [(table, table.c.team_id == team_id) for table in _BEFORE], limit)
        or await _any_of(connection, [(table, table.c.round_id.in_(asked)) for table in (hint, ended)], limit)
        or await _rounds(connection, asked.limit(limit))
        or await _occurrences(connection, team_id, limit)
        or await _any_of(connection, [(table, table.c.team_id == team_id) for table in _AFTER], limit)
        or await _any_of(connection, [(team, team.c.id == team_id)], limit)
    )


async def _attempts(connection: AsyncConnection, team_id: int, limit: int) -> bool:
    some = await _ids(connection, select(attempt.c.id).where(attempt.c.team_id == team_id).limit(limit))
    decided = select(decision.c.id).where(decision.c.attempt_id.in_(some))
    await connection.execute(update(attempt).where(attempt.c.copied_from.in_(some)).values(copied_from=None))
    await connection.execute(update(grade).where(grade.c.decision_id.in_(decided)).values(decision_id=None))
    for table in (doubt, appeal, mark, lesson, grade, decision):
        await connection.execute(delete(table).where(table.c.attempt_id.in_(some)))
    await connection.execute(delete(attempt).where(attempt.c.id.in_(some)))
    return bool(some)


async def _rounds(connection: AsyncConnection, query: Select[Any]) -> bool:
    some = await _ids(connection, query)
    asked = select(round_.c.question_id, round_.c.version).where(round_.c.id.in_(some)).distinct()
    versions = [tuple(row) for row in await connection.execute(asked)]
    for table in (message, occurrence):
        await connection.execute(delete(table).where(table.c.round_id.in_(some)))
    await connection.execute(delete(round_).where(round_.c.id.in_(some)))
    await _forget_versions(connection, versions)
    return bool(some)


async def _forget_versions(connection: AsyncConnection, some: Sequence[tuple[Any, ...]]) -> None:
    """Delete questions as they were asked, where no round is left that asked them: they may be the team's own."""
    if not some:
        return
    same = (round_.c.question_id == question_version.c.question_id, round_.c.version == question_version.c.version)
    unasked = ~select(round_.c.id).where(*same).exists()
    one = (question_version.c.question_id == bindparam("question"), question_version.c.version == bindparam("as_of"))
    rows = [{"question": question, "as_of": version} for question, version in some]
    await connection.execute(delete(question_version).where(*one, unasked), rows)


async def _occurrences(connection: AsyncConnection, team_id: int, limit: int) -> bool:
    some = await _ids(connection, select(occurrence.c.id).where(occurrence.c.team_id == team_id).limit(limit))
    await connection.execute(delete(message).where(message.c.tag.in_([f"board:{number}" for number in some])))
    await connection.execute(delete(occurrence).where(occurrence.c.id.in_(some)))
    return bool(some)


async def _any_of(connection: AsyncConnection, parts: Sequence[tuple[Table, Any]], limit: int) -> bool:
    """Delete some rows of the first table that has any, and return whether one had."""
    for table, where in parts:
        key = tuple_(*table.primary_key.columns)
        some = select(*table.primary_key.columns).where(where).limit(limit)
        if (await connection.execute(delete(table).where(key.in_(some)))).rowcount:
            return True
    return False


async def _ids(connection: AsyncConnection, query: Select[Any]) -> list[int]:
    return list((await connection.execute(query)).scalars())


async def _known(connection: AsyncConnection, ref: Ref) -> int | None:
    found: int | None = (await connection.execute(select(team.c.id).where(team.c.ref == ref))).scalar_one_or_none()
    return found
