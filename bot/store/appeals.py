"""Appeals: which grade a member can appeal against, and the one appeal that an attempt has."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

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


def graded(connection: Connection, attempt_id: int, *, member_id: int) -> Graded | None:
    """Return one of a member's attempts."""
    return _first(connection, attempt.c.id == attempt_id, attempt.c.member_id == member_id)


def newest_in(connection: Connection, channel_id: int, *, member_id: int) -> Graded | None:
    """Return a member's newest attempt in a channel."""
    return _first(connection, round_.c.channel_id == channel_id, attempt.c.member_id == member_id)


def newest_of(connection: Connection, round_id: int, *, member_id: int) -> Graded | None:
    """Return a member's newest attempt in a round."""
    return _first(connection, attempt.c.round_id == round_id, attempt.c.member_id == member_id)


def _first(connection: Connection, *where: Any) -> Graded | None:
    query = _GRADED.where(*where).order_by(attempt.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return Graded(**{**row, **{name: bool(row[name]) for name in ("copied", "appealed", "kept")}}) if row else None


def waiting(connection: Connection, member_id: int) -> int:
    """Return how many of a member's appeals are not decided yet; not those of which the words are deleted, for nobody can."""
    later = grade.alias("later")
    decided = (
        select(later.c.id).where(later.c.attempt_id == appeal.c.attempt_id, later.c.id > appeal.c.grade_id).exists()
    )
    query = select(func.count()).select_from(appeal).join(attempt, attempt.c.id == appeal.c.attempt_id)
    query = query.where(appeal.c.member_id == member_id, attempt.c.text.is_not(None), ~decided)
    return int(connection.execute(query).scalar_one())


def add(connection: Connection, against: Graded, reason: str, *, now: datetime, **whose: int) -> None:
    """Write down an appeal (team_id, member_id) against a grade, which waits from now on if it did not before."""
    values = {"attempt_id": against.attempt, "grade_id": against.grade, "reason": reason, "at": now}
    connection.execute(insert(appeal).values(**values, **whose))
    insert_new(connection, doubt, attempt_id=against.attempt, team_id=whose["team_id"])


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return a member's appeals as plain data."""
    rows = connection.execute(
        select(round_.c.question_id, attempt.c.number, appeal.c.reason, appeal.c.at)
        .join(attempt, attempt.c.id == appeal.c.attempt_id)
        .join(round_, round_.c.id == attempt.c.round_id)
        .where(appeal.c.member_id == member_id)
        .order_by(appeal.c.at, appeal.c.attempt_id)
    )
    return [plain(row) for row in rows.mappings()]
