"""Grades that wait for a person, unsure or appealed against: which, and what an organiser decides of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, case, delete, false, func, insert, select

from bot.grading import Band, PointResult, band_of
from bot.rules.doubts import Decision, Doubt, Spot
from bot.store.answers import DECIDED, FOLLOWS, as_row, is_copy, newest_grade, plain
from bot.store.schema import appeal, attempt, decision, grade, member, round_, shown_name
from bot.store.schema import doubt as queue

_CAME_AT: Final = case((grade.c.unsure.is_not(None), attempt.c.at), else_=func.coalesce(appeal.c.at, attempt.c.at))
_GRADED: Final = (
    select(
        attempt.c.id.label("attempt"), attempt.c.round_id.label("round"), attempt.c.member_id.label("member"),
        shown_name(member).label("name"), attempt.c.text, grade.c.score, grade.c.band, grade.c.points, grade.c.unsure, grade.c.opinion,
        grade.c.version, is_copy(), func.coalesce(grade.c.own, false()).label("own"), appeal.c.reason.label("appeal"), _CAME_AT.label("came"),
    )
    .join(grade, grade.c.attempt_id == attempt.c.id)
    .join(member, member.c.id == attempt.c.member_id)
    .outerjoin(appeal, and_(appeal.c.attempt_id == attempt.c.id, appeal.c.grade_id == grade.c.id))
    .where(attempt.c.text.is_not(None), newest_grade())
)  # fmt: skip
_WAITING: Final = _GRADED.join(queue, queue.c.attempt_id == attempt.c.id).order_by(_CAME_AT, attempt.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a team's organisers have before them: when each grade that waits came, and who asked the rounds of them."""

    came: tuple[datetime, ...]
    askers: tuple[int, ...]


def waiting(connection: Connection, team_id: int, *, but: int) -> tuple[list[Spot], int]:
    """Return the grades that wait in a team, and how many besides that are the asker's own (`but`)."""
    query = _WAITING.where(queue.c.team_id == team_id)
    rows = connection.execute(query.with_only_columns(attempt.c.id, attempt.c.member_id, _CAME_AT.label("came")))
    found = [(row.member_id, Spot(came=row.came, grade=row.id)) for row in rows]
    others = [spot for whose, spot in found if whose != but]
    return others, len(found) - len(others)


def get(connection: Connection, attempt_id: int, *, team_id: int) -> Doubt | None:
    """Return a grade that still waits."""
    return _first(connection, _WAITING.where(queue.c.attempt_id == attempt_id, queue.c.team_id == team_id))


def said(connection: Connection, doubt: Doubt, *, team_id: int, but: int) -> list[tuple[int, str]]:
    """Return what else was answered to the same question in a team, as (attempt, text); nobody decides about their own (`but`)."""
    here = select(round_.c.question_id).where(round_.c.id == doubt.round).scalar_subquery()
    rows = connection.execute(
        select(attempt.c.id, attempt.c.text)
        .join(round_, round_.c.id == attempt.c.round_id)
        .where(round_.c.team_id == team_id, round_.c.question_id == here, attempt.c.text.is_not(None))
        .where(attempt.c.id != doubt.attempt, attempt.c.member_id != but)
    )
    return [(row.id, row.text) for row in rows]


def graded(connection: Connection, attempts: Sequence[int], *, team_id: int) -> list[Doubt]:
    """Return a team's attempts with their newest grades, whether they wait or not."""
    query = _GRADED.where(attempt.c.id.in_(attempts), attempt.c.team_id == team_id).order_by(attempt.c.id)
    return [_doubt(row) for row in connection.execute(query).mappings()]


def desk(connection: Connection, team_id: int) -> Desk:
    """Return what waits in a team."""
    query = _WAITING.join(round_, round_.c.id == attempt.c.round_id).where(queue.c.team_id == team_id)
    rows = connection.execute(query.with_only_columns(round_.c.asked_by, _CAME_AT.label("came"))).all()
    askers = dict.fromkeys(row.asked_by for row in rows if row.asked_by is not None)
    return Desk(came=tuple(row.came for row in rows), askers=tuple(askers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a grade is given anew: an organiser's decision, who made it and when."""

    decision: int
    by: int
    at: datetime


def decide(connection: Connection, doubt: Doubt, made: Decision, *, team_id: int, by: int, now: datetime) -> Cause:
    """Write down an organiser's decision, and as its first effect the newest grade of the attempt that they looked at."""
    after = made.score(doubt)
    values = {"verdict": made.verdict, "reason": made.reason, "before": doubt.score, "after": after}
    whose = {"team_id": team_id, "attempt_id": doubt.attempt, "member_id": by}
    written = connection.execute(insert(decision).values(at=now, **values, **whose).returning(decision.c.id))
    cause = Cause(decision=int(written.scalar_one()), by=by, at=now)
    own = made.counts(doubt) or doubt.own
    connection.execute(insert(grade).values(_grade(doubt, after, cause, reason=DECIDED, own=own)))
    _settled(connection, [doubt])
    return cause


def follow(connection: Connection, alike: Sequence[Doubt], score: int, cause: Cause) -> None:
    """Give attempts that say the same as the one that was decided the same score, each as a fact with its cause."""
    rows = [_grade(one, score, cause, reason=FOLLOWS, own=one.own) for one in alike]
    if rows:
        connection.execute(insert(grade), rows)
        _settled(connection, alike)


def _settled(connection: Connection, some: Sequence[Doubt]) -> None:
    """Take attempts from what waits."""
    connection.execute(delete(queue).where(queue.c.attempt_id.in_([one.attempt for one in some])))


def _grade(doubt: Doubt, score: int, cause: Cause, **values: Any) -> dict[str, Any]:
    """Return the row of a grade that a decision gives; what the grader found is kept beside it."""
    return {
        "attempt_id": doubt.attempt, "score": score, "band": band_of(score), "version": doubt.version,
        "points": [as_row(point) for point in doubt.points], "notes": [], "mistakes": [], "unsure": None, "opinion": None,
        "member_id": cause.by, "at": cause.at, "decision_id": cause.decision, **values,
    }  # fmt: skip


def export(connection: Connection, team_id: int) -> list[dict[str, Any]]:
    """Return a team's decisions as plain data, oldest first; who is hidden, or deleted, has no name."""
    whose, by, followed, given = member.alias(), member.alias(), grade.alias(), grade.alias()
    alike = select(func.count()).where(followed.c.decision_id == decision.c.id, followed.c.reason == FOLLOWS)
    rows = connection.execute(
        select(
            decision.c.at, shown_name(by).label("decided_by"), round_.c.question_id.label("question"), round_.c.local_date.label("asked_on"),
            shown_name(whose).label("member"), attempt.c.number.label("attempt"), decision.c.before, decision.c.verdict, decision.c.after,
            decision.c.reason, appeal.c.reason.label("appeal"), alike.scalar_subquery().label("same_words"),
        )
        .join(attempt, attempt.c.id == decision.c.attempt_id)
        .join(round_, round_.c.id == attempt.c.round_id)
        .join(whose, whose.c.id == attempt.c.member_id)
        .join(by, by.c.id == decision.c.member_id)
        .join(given, and_(given.c.decision_id == decision.c.id, given.c.attempt_id == attempt.c.id))
        .outerjoin(appeal, and_(appeal.c.attempt_id == attempt.c.id, appeal.c.grade_id < given.c.id))
        .where(decision.c.team_id == team_id)
        .order_by(decision.c.id)
    )  # fmt: skip
    return [plain(row) for row in rows.mappings()]


def _first(connection: Connection, query: Select[Any]) -> Doubt | None:
    row = connection.execute(query.limit(1)).mappings().one_or_none()
    return _doubt(row) if row else None


def _doubt(row: Mapping[Any, Any]) -> Doubt:
    points = tuple(PointResult(**point) for point in row["points"])
    flags = {name: bool(row[name]) for name in ("copied", "own")}
    return Doubt(**{**row, "band": Band(row["band"]), "points": points, **flags})
