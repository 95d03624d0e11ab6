"""What a team taught the grader: phrasings of key points, by whom and when, and whether they were taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, case, delete, insert, or_, select, update

from bot.grading import Band
from bot.rules.marks import Marked
from bot.rules.phrasings import Learned, Phrasing, Side
from bot.store.answers import newest_grade, plain
from bot.store.ready import Ready
from bot.store.schema import attempt, grade, lesson, mark, member, phrasing, round_, shown_name

# Each answer asks it, so it is built once.
_TAUGHT: Final = Ready(
    select(phrasing.c.id, phrasing.c.point, phrasing.c.side, phrasing.c.words)
    .where(phrasing.c.team_id == bindparam("of_team"), phrasing.c.question_id == bindparam("of_question"), phrasing.c.taken_at.is_(None))
    .order_by(phrasing.c.id)
)  # fmt: skip


def of(connection: Connection, question_id: str, *, team_id: int) -> list[Learned]:
    """Return what a team taught about a question and did not take back, oldest first."""
    rows = _TAUGHT.rows(connection, of_team=team_id, of_question=question_id)
    return [
        Learned(id=number, question=question_id, phrasing=Phrasing(point, Side(side), words))
        for number, point, side, words in rows
    ]


def get(connection: Connection, phrasing_id: int, *, team_id: int) -> Learned | None:
    """Return a phrasing that is in use."""
    where = (phrasing.c.id == phrasing_id, phrasing.c.team_id == team_id)
    question = connection.execute(select(phrasing.c.question_id).where(*where)).scalar_one_or_none()
    known = [] if question is None else of(connection, question, team_id=team_id)
    return next((one for one in known if one.id == phrasing_id), None)


def add(connection: Connection, question_id: str, new: Sequence[Phrasing], *, at: datetime, **whose: int) -> None:
    """Write down what a member (team_id, member_id) taught."""
    rows = [
        {"question_id": question_id, "point": p.point, "side": p.side, "words": p.words, "at": at, **whose} for p in new
    ]
    connection.execute(insert(phrasing), rows)


def take_back(connection: Connection, phrasing_id: int, *, by: int, now: datetime) -> None:
    """Use a phrasing no more."""
    connection.execute(update(phrasing).where(phrasing.c.id == phrasing_id).values(taken_at=now, taken_by=by))


def marked(connection: Connection, question_id: str, *, team_id: int) -> list[Marked]:
    """Return the answers to a question whose grade a person decided, or which one marked, each with the band that it got."""
    decided = grade.c.decision_id.is_not(None)
    rows = connection.execute(
        select(
            attempt.c.id, attempt.c.member_id, attempt.c.text, decided.label("decided"),
            case((decided, grade.c.band), else_=mark.c.band).label("band"),
        )
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .join(round_, round_.c.id == attempt.c.round_id)
        .outerjoin(mark, mark.c.attempt_id == attempt.c.id)
        .where(round_.c.team_id == team_id, round_.c.question_id == question_id)
        .where(attempt.c.text.is_not(None), or_(decided, mark.c.attempt_id.is_not(None)), newest_grade())
        .order_by(attempt.c.id)
    )  # fmt: skip
    return [
        Marked(
            whence=f"an answer that was {'decided' if row.decided else 'marked'}", text=row.text, band=Band(row.band),
            exactly=True, attempt=row.id, member=row.member_id,
        )
        for row in rows
    ]  # fmt: skip


def wait(
    connection: Connection, attempt_id: int, lines: str | None, *, at: datetime, team_id: int, member_id: int
) -> None:
    """Keep a member's lines about an answer until they are learned; None forgets them."""
    where = (lesson.c.attempt_id == attempt_id, lesson.c.member_id == member_id)
    connection.execute(delete(lesson).where(*where))
    if lines:
        row = {"attempt_id": attempt_id, "member_id": member_id, "team_id": team_id, "lines": lines, "at": at}
        connection.execute(insert(lesson).values(row))


def waiting(connection: Connection, attempt_id: int, *, member_id: int) -> str | None:
    """Return a member's lines about an answer that wait to be learned."""
    where = (lesson.c.attempt_id == attempt_id, lesson.c.member_id == member_id)
    found: str | None = connection.execute(select(lesson.c.lines).where(*where)).scalar_one_or_none()
    return found


def audit(connection: Connection, team_id: int) -> list[dict[str, Any]]:
    """Return all that a team taught as plain data, oldest first, also what was taken back; who is hidden has no name."""
    taker = member.alias()
    rows = connection.execute(
        select(
            phrasing.c.at, shown_name(member).label("name"), phrasing.c.question_id.label("question"), phrasing.c.point,
            phrasing.c.side, phrasing.c.words, phrasing.c.taken_at, shown_name(taker).label("taken_by"),
        )
        .join(member, member.c.id == phrasing.c.member_id)
        .outerjoin(taker, taker.c.id == phrasing.c.taken_by)
        .where(phrasing.c.team_id == team_id)
        .order_by(phrasing.c.id)
    )  # fmt: skip
    return [plain(row) for row in rows.mappings()]


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return what a member taught as plain data."""
    query = select(phrasing.c.question_id, phrasing.c.point, phrasing.c.side, phrasing.c.words, phrasing.c.at)
    rows = connection.execute(query.where(phrasing.c.member_id == member_id).order_by(phrasing.c.id))
    return [plain(row) for row in rows.mappings()]
