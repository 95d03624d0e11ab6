"""Grades that wait for a person: which, and what an organiser decides of them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, case, delete, false, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.grading import Band, PointResult
from bot.rules.doubts import Doubt
from bot.store.answers import newest_grade
from bot.store.schema import attempt, doubt, grade, member

_WAITING: Final = (
    select(
        attempt.c.id.label("attempt"), attempt.c.round_id.label("round"), attempt.c.member_id.label("member"),
        func.coalesce(case((member.c.hidden.is_(false()), member.c.name)), "").label("name"), attempt.c.text, grade.c.score, grade.c.band, grade.c.points, grade.c.unsure, grade.c.opinion,
        grade.c.version,
    )
    .join(doubt, doubt.c.attempt_id == attempt.c.id)
    .join(grade, grade.c.attempt_id == attempt.c.id)
    .join(member, member.c.id == attempt.c.member_id)
    .where(grade.c.unsure.is_not(None), attempt.c.late.is_(False), attempt.c.text.is_not(None), newest_grade())
    .order_by(attempt.c.id)
)  # fmt: skip


async def waiting(connection: AsyncConnection, team_id: int, *, but: int) -> tuple[Doubt | None, int]:
    """Return the oldest doubt of a team and how many there are; nobody decides about their own answers (`but`)."""
    query = _WAITING.where(doubt.c.team_id == team_id, attempt.c.member_id != but)
    found = await _first(connection, query)
    count = select(func.count()).select_from(query.order_by(None).subquery())
    return found, int((await connection.execute(count)).scalar_one())


async def get(connection: AsyncConnection, attempt_id: int, *, team_id: int) -> Doubt | None:
    """Return a doubt that still waits."""
    return await _first(connection, _WAITING.where(attempt.c.id == attempt_id, attempt.c.team_id == team_id))


async def in_round(connection: AsyncConnection, round_id: int) -> int:
    """Return how many of a round's grades wait."""
    query = _WAITING.where(attempt.c.round_id == round_id).order_by(None).subquery()
    return int((await connection.execute(select(func.count()).select_from(query))).scalar_one())


async def decide(
    connection: AsyncConnection, decided: Doubt, score: int, band: Band, *, by: int, now: datetime
) -> None:
    """Write down an organiser's decision as the newest grade of an attempt."""
    points = [asdict(point) for point in decided.points]
    await connection.execute(
        insert(grade).values(
            attempt_id=decided.attempt, score=score, band=band, version=decided.version, points=points, notes=[], mistakes=[],
            unsure=None, opinion=None, member_id=by, reason="organiser", at=now,
        )
    )  # fmt: skip
    await connection.execute(delete(doubt).where(doubt.c.attempt_id == decided.attempt))


async def _first(connection: AsyncConnection, query: Select[Any]) -> Doubt | None:
    row = (await connection.execute(query.limit(1))).mappings().one_or_none()
    if row is None:
        return None
    points = tuple(PointResult(**point) for point in row["points"])
    return Doubt(**{**row, "band": Band(row["band"]), "points": points})
