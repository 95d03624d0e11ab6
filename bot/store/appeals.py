"""Appeals: which grade a member can appeal against, and the one appeal that an attempt has."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.answers import is_copy, newest_grade, plain
from bot.store.schema import appeal, attempt, doubt, grade, round_
from bot.store.upsert import insert_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """One of a member's attempts with its newest grade, as far as an appeal turns on it."""

    attempt: int
    grade: int
    score: int
    copied: bool
    appealed: bool
    kept: bool
    topic: str
    closed_at: datetime | None


_GRADED = (
    select(
        attempt.c.id.label("attempt"), grade.c.id.label("grade"), grade.c.score, round_.c.topic, round_.c.closed_at,
        is_copy(), appeal.c.attempt_id.is_not(None).label("appealed"), attempt.c.text.is_not(None).label("kept"),
    )
    .join(grade, grade.c.attempt_id == attempt.c.id)
    .join(round_, round_.c.id == attempt.c.round_id)
    .outerjoin(appeal, appeal.c.attempt_id == attempt.c.id)
    .where(newest_grade())
)  # fmt: skip


async def graded(connection: AsyncConnection, attempt_id: int, *, member_id: int) -> Graded | None:
    """Return one of a member's attempts."""
    return await _first(connection, attempt.c.id == attempt_id, attempt.c.member_id == member_id)


async def newest_in(connection: AsyncConnection, channel_id: int, *, member_id: int) -> Graded | None:
    """Return a member's newest attempt in a channel."""
    return await _first(connection, round_.c.channel_id == channel_id, attempt.c.member_id == member_id)


async def newest_of(connection: AsyncConnection, round_id: int, *, member_id: int) -> Graded | None:
    """Return a member's newest attempt in a round."""
    return await _first(connection, attempt.c.round_id == round_id, attempt.c.member_id == member_id)


async def _first(connection: AsyncConnection, *where: Any) -> Graded | None:
    query = _GRADED.where(*where).order_by(attempt.c.id.desc()).limit(1)
    row = (await connection.execute(query)).mappings().one_or_none()
    return Graded(**{**row, **{name: bool(row[name]) for name in ("copied", "appealed", "kept")}}) if row else None


async def waiting(connection: AsyncConnection, member_id: int) -> int:
    """Return how many of a member's appeals are not decided yet; not those of which the words are deleted, for nobody can."""
    later = grade.alias("later")
    decided = (
        select(later.c.id).where(later.c.attempt_id == appeal.c.attempt_id, later.c.id > appeal.c.grade_id).exists()
    )
    query = select(func.count()).select_from(appeal).join(attempt, attempt.c.id == appeal.c.attempt_id)
    query = query.where(appeal.c.member_id == member_id, attempt.c.text.is_not(None), ~decided)
    return int((await connection.execute(query)).scalar_one())


async def add(connection: AsyncConnection, against: Graded, reason: str, *, now: datetime, **whose: int) -> None:
    """Write down an appeal (team_id, member_id) against a grade, which waits from now on if it did not before."""
    values = {"attempt_id": against.attempt, "grade_id": against.grade, "reason": reason, "at": now}
    await connection.execute(insert(appeal).values(**values, **whose))
    await insert_new(connection, doubt, attempt_id=against.attempt, team_id=whose["team_id"])


async def export(connection: AsyncConnection, member_id: int) -> list[dict[str, Any]]:
    """Return a member's appeals as plain data."""
    rows = await connection.execute(
        select(round_.c.question_id, attempt.c.number, appeal.c.reason, appeal.c.at)
        .join(attempt, attempt.c.id == appeal.c.attempt_id)
        .join(round_, round_.c.id == attempt.c.round_id)
        .where(appeal.c.member_id == member_id)
        .order_by(appeal.c.at, appeal.c.attempt_id)
    )
    return [plain(row) for row in rows.mappings()]
