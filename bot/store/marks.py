"""Answers that organisers marked, and those that may be: what the grader is held to, beside what was decided."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, false, func, insert, select

from bot.grading import Band
from bot.rules.marks import ToMark
from bot.store.answers import newest_grade, plain
from bot.store.schema import attempt, grade, mark, member, round_, shown_name

_ANSWER: Final = (
    select(
        attempt.c.id.label("attempt"), attempt.c.member_id.label("member"), round_.c.question_id.label("question"), attempt.c.text,
        grade.c.score, grade.c.band,
    )
    .join(grade, grade.c.attempt_id == attempt.c.id)
    .join(round_, round_.c.id == attempt.c.round_id)
    .where(attempt.c.text.is_not(None), attempt.c.late.is_(false()), round_.c.closed_at.is_not(None), newest_grade())
)  # fmt: skip


def next_after(
    connection: Connection, question_id: str, *, team_id: int, but: int, after: int
) -> tuple[ToMark | None, int]:
    """Return the first answer after an attempt that says something of its own and that nobody marked or decided, and how many there are; none of one's own (`but`)."""
    query = (
        _ANSWER.outerjoin(mark, mark.c.attempt_id == attempt.c.id)
        .where(round_.c.team_id == team_id, round_.c.question_id == question_id, attempt.c.member_id != but)
        .where(
            mark.c.attempt_id.is_(None),
            grade.c.decision_id.is_(None),
            attempt.c.says.is_not(false()),
            attempt.c.copied_from.is_(None),
        )
    )
    count = int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())
    later = query.where(attempt.c.id > after).order_by(attempt.c.id).limit(1)
    row = connection.execute(later).mappings().one_or_none()
    return _to_mark(row) if row else None, count


def newest(connection: Connection, question_id: str, *, team_id: int, but: int, most: int) -> list[ToMark]:
    """Return the newest answers to a question, of which none is one's own (`but`)."""
    where = (round_.c.team_id == team_id, round_.c.question_id == question_id, attempt.c.member_id != but)
    query = _ANSWER.where(*where).order_by(attempt.c.id.desc()).limit(most)
    return [_to_mark(row) for row in connection.execute(query).mappings()]


def _to_mark(row: RowMapping) -> ToMark:
    return ToMark(**{**row, "band": Band(row["band"])})


def get(connection: Connection, attempt_id: int, *, team_id: int) -> ToMark | None:
    """Return an answer that may be marked."""
    query = _ANSWER.where(attempt.c.id == attempt_id, attempt.c.team_id == team_id)
    row = connection.execute(query).mappings().one_or_none()
    return _to_mark(row) if row else None


def put(connection: Connection, attempt_id: int, band: Band | None, *, at: datetime, **whose: int) -> None:
    """Write down how good a member (team_id, member_id) finds an answer, in place of what was said before; None takes it back."""
    connection.execute(delete(mark).where(mark.c.attempt_id == attempt_id))
    if band is not None:
        connection.execute(insert(mark).values(attempt_id=attempt_id, band=band, at=at, **whose))


def audit(connection: Connection, team_id: int) -> list[dict[str, Any]]:
    """Return a team's marks as plain data, oldest first; who is hidden, or deleted, has no name."""
    whose = member.alias()
    rows = connection.execute(
        select(
            mark.c.at, shown_name(member).label("marked_by"), round_.c.question_id.label("question"),
            round_.c.local_date.label("asked_on"), shown_name(whose).label("member"), attempt.c.number.label("attempt"),
            grade.c.score.label("graded"), mark.c.band.label("marked"),
        )
        .join(attempt, attempt.c.id == mark.c.attempt_id)
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .join(round_, round_.c.id == attempt.c.round_id)
        .join(member, member.c.id == mark.c.member_id)
        .join(whose, whose.c.id == attempt.c.member_id)
        .where(mark.c.team_id == team_id, newest_grade())
        .order_by(mark.c.at, mark.c.attempt_id)
    )  # fmt: skip
    return [plain(row) for row in rows.mappings()]


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return what a member marked as plain data."""
    rows = connection.execute(
        select(round_.c.question_id, mark.c.band, mark.c.at)
        .join(attempt, attempt.c.id == mark.c.attempt_id)
        .join(round_, round_.c.id == attempt.c.round_id)
        .where(mark.c.member_id == member_id)
        .order_by(mark.c.at, mark.c.attempt_id)
    )
    return [plain(row) for row in rows.mappings()]
