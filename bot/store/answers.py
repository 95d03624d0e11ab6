"""Attempts with their grades, and hints: the facts that members make in a round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, select, true, update

from bot.grading import EARNED_FROM, Band, Deduction, Grade, PointResult
from bot.rules.rounds import Answerer
from bot.store import kept
from bot.store.ready import Ready
from bot.store.schema import appeal, attempt, decision, doubt, grade, hint, lesson, member, round_
from bot.store.upsert import insert_new

DECIDED: Final = "organiser"  # why there is a newer grade: a decision on this attempt
FOLLOWS: Final = "same words"  # or on one that says the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One attempt with its newest grade."""

    id: int
    member: int
    number: int
    text: str | None
    late: bool
    hints: int
    copied: bool
    practice: bool
    says: bool
    half: bool
    score: int
    band: Band
    earned: frozenset[str]  # the key points


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAttempt:
    """One attempt as its author sees it."""

    id: int
    number: int
    late: bool
    hints: int
    copied: bool
    appealed: bool
    grade: Grade
    practice: bool = False
    half: bool = False
    recited: bool = False
    text: str | None = None


# What each answer asks and writes is built once.
OF_ROUND: Final = attempt.c.round_id == bindparam("of_round")
OF_MEMBER: Final = attempt.c.member_id == bindparam("of_member")
NUMBERED: Final = select(func.coalesce(func.max(attempt.c.number), 0)).where(OF_ROUND, OF_MEMBER)
_ANSWERED: Final = Ready(
    select(member.c.id, member.c.name, member.c.hidden)
    .join(attempt, attempt.c.member_id == member.c.id)
    .where(OF_ROUND)
    .group_by(member.c.id, member.c.name, member.c.hidden)
    .order_by(func.min(attempt.c.id))
)


def hints_taken(connection: Connection, round_id: int, member_id: int) -> int:
    """Return how many hints a member has taken in a round."""
    where = (hint.c.round_id == round_id, hint.c.member_id == member_id)
    return int(connection.execute(select(func.count()).select_from(hint).where(*where)).scalar_one())


def take_hint(connection: Connection, round_id: int, member_id: int, number: int, *, now: datetime) -> None:
    """Write down a hint taken."""
    insert_new(connection, hint, round_id=round_id, member_id=member_id, number=number, at=now)


def numbered(connection: Connection, round_id: int, member_id: int) -> int:
    """Return the number of a member's newest attempt in a round."""
    of = {"of_round": round_id, "of_member": member_id}
    return int(connection.execute(NUMBERED, of).scalar_one())


def save_attempt(
    connection: Connection, graded: Grade, *, now: datetime, opinion: int | None = None, **values: Any
) -> int:
    """Write down an attempt (team_id, round_id, member_id, number, text, public, late, hints, copied_from, and marks) and its grade."""
    row = {
        "score": graded.score, "band": graded.band, "version": graded.version,
        "points": [as_row(point) for point in graded.points], "notes": [*graded.notes], "mistakes": [*graded.mistakes],
        "unsure": graded.unsure or None, "opinion": opinion, "reason": "first", "at": now,
    }  # fmt: skip
    return kept.keep(connection, {"at": now, **values}, row, doubted=bool(graded.unsure) and not values["late"])


def as_row(one: Any) -> dict[str, Any]:
    """Return the fields of a value without others in it, which `asdict` would look for in each."""
    return {name: getattr(one, name) for name in one.__slots__}


def opinions_since(connection: Connection, team_id: int, *, since: datetime, until: datetime) -> int:
    """Return how many second opinions a team has had between two instants."""
    query = select(func.count()).select_from(grade).join(attempt, attempt.c.id == grade.c.attempt_id)
    where = (attempt.c.team_id == team_id, grade.c.opinion.is_not(None), attempt.c.at >= since, attempt.c.at <= until)
    return int(connection.execute(query.where(*where)).scalar_one())


_LATER: Final = grade.alias("later")
_NEWEST: Final = ~select(_LATER.c.id).where(_LATER.c.attempt_id == attempt.c.id, _LATER.c.id > grade.c.id).exists()


def newest_grade() -> Any:
    """Return the condition that a joined grade is its attempt's newest."""
    return _NEWEST


def is_copy() -> Any:
    """Return whether an attempt counts as a copy, by its joined grade: it nearly repeats what was there to be read before.

    That is another's answer, or the reference; and nobody found that it is none.
    """
    alike = attempt.c.copied_from.is_not(None) | attempt.c.recited.is_(true())
    return (alike & grade.c.own.is_not(true())).label("copied")


# Built once, for each page of a revealed question asks it.
_GIVEN: Final = (
    select(
        attempt.c.id, attempt.c.member_id, attempt.c.number, attempt.c.text, attempt.c.late, attempt.c.hints,
        is_copy(), attempt.c.practice, attempt.c.says, attempt.c.half, grade.c.score, grade.c.band, grade.c.points,
    )
    .join(grade, grade.c.attempt_id == attempt.c.id)
    .where(attempt.c.round_id == bindparam("of_round"), _NEWEST)
    .order_by(attempt.c.id)
)  # fmt: skip


def given(connection: Connection, round_id: int) -> list[Given]:
    """Return a round's attempts, oldest first, each with its newest grade."""
    return [
        Given(
            id=id_, member=member_, number=number, text=text, late=late, hints=hints, copied=bool(copied), practice=practice,
            says=says, half=half, score=score, band=Band(band), earned=frozenset(p["key_point"] for p in points if p["credit"] >= EARNED_FROM),
        )
        for id_, member_, number, text, late, hints, copied, practice, says, half, score, band, points
        in connection.execute(_GIVEN, {"of_round": round_id})
    ]  # fmt: skip


def own_attempts(connection: Connection, round_id: int, member_id: int) -> list[OwnAttempt]:
    """Return a member's attempts in a round, newest first, each with its newest grade."""
    rows = connection.execute(
        select(
            attempt.c.id, attempt.c.number, attempt.c.late, attempt.c.hints, attempt.c.practice, attempt.c.recited, attempt.c.half, is_copy(), attempt.c.text,
            appeal.c.at.label("appealed_at"),
            grade.c.score, grade.c.band, grade.c.points, grade.c.notes, grade.c.mistakes, grade.c.unsure, grade.c.version,
        )
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .outerjoin(appeal, appeal.c.attempt_id == attempt.c.id)
        .where(attempt.c.round_id == round_id, attempt.c.member_id == member_id, newest_grade())
        .order_by(attempt.c.number.desc())
    )  # fmt: skip
    return [_own(row) for row in rows]


def _own(row: Any) -> OwnAttempt:
    # Before schema 0002 the notes held the mistakes too, which must wait for the reveal.
    notes = () if row.mistakes is None else tuple(Deduction(0, note) for note in row.notes)
    mistakes = tuple(Deduction(0, mistake, mistake=True) for mistake in row.mistakes or ())
    points = tuple(PointResult(**p) for p in row.points)
    given_ = Grade(row.score, points, (*notes, *mistakes), unsure=row.unsure or "", version=row.version)
    return OwnAttempt(
        id=row.id, number=row.number, late=row.late, hints=row.hints, copied=bool(row.copied),
        appealed=row.appealed_at is not None, grade=given_, practice=row.practice, recited=row.recited, half=row.half, text=row.text,
    )  # fmt: skip


def answered_by(connection: Connection, round_id: int) -> list[Answerer]:
    """Return those who have answered a round, in the order of their first attempts."""
    return [Answerer(*row) for row in _ANSWERED.rows(connection, of_round=round_id)]


def older_than(connection: Connection, before: datetime, *, limit: int) -> list[int]:
    """Return attempts of closed rounds from before an instant whose words are still kept."""
    query = select(attempt.c.id).join(round_, round_.c.id == attempt.c.round_id)
    where = (attempt.c.text.is_not(None), attempt.c.at < before, round_.c.closed_at.is_not(None))
    return list(connection.execute(query.where(*where).limit(limit)).scalars())


def empty(connection: Connection, attempts: Sequence[int]) -> None:
    """Delete the words of attempts and appeals, also those quoted as evidence in grades; the numbers stay."""
    graded = connection.execute(select(grade.c.id, grade.c.points).where(grade.c.attempt_id.in_(attempts)))
    emptied = [{"of": g.id, "without": [{**point, "evidence": ""} for point in g.points or ()]} for g in graded]
    if emptied:
        one = update(grade).where(grade.c.id == bindparam("of")).values(points=bindparam("without"))
        connection.execute(one, emptied)
    for waits in (doubt, lesson):
        connection.execute(delete(waits).where(waits.c.attempt_id.in_(attempts)))
    connection.execute(update(attempt).where(attempt.c.id.in_(attempts)).values(text=None))
    connection.execute(update(appeal).where(appeal.c.attempt_id.in_(attempts)).values(reason=""))


def export(connection: Connection, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return all that is kept of a member's answers and hints, and of what they decided as an organiser, as plain data."""
    answers = connection.execute(
        select(
            round_.c.question_id, round_.c.local_date, attempt.c.number, attempt.c.text, attempt.c.at, attempt.c.public,
            attempt.c.late, attempt.c.hints, is_copy(), attempt.c.practice, attempt.c.half,
            grade.c.score, grade.c.band, grade.c.version, grade.c.points, grade.c.notes, grade.c.mistakes, grade.c.unsure,
            grade.c.opinion, grade.c.reason.label("graded_as"), grade.c.at.label("graded_at"), round_.c.closed_at,
        )
        .join(round_, round_.c.id == attempt.c.round_id)
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .where(attempt.c.member_id == member_id)
        .order_by(attempt.c.id, grade.c.id)
    )  # fmt: skip
    given_ = [plain(r if r["closed_at"] else _before_reveal(r)) for r in answers.mappings()]
    return {
        "attempts": given_,
        "hints": _taken(connection, member_id),
        "decisions": _decided(connection, member_id),
    }


def _taken(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(round_.c.question_id, hint.c.number, hint.c.at)
        .join(round_, round_.c.id == hint.c.round_id)
        .where(hint.c.member_id == member_id)
        .order_by(hint.c.at)
    )
    return [plain(row) for row in rows.mappings()]


def _decided(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return what a member decided of others' grades, without a word of whose they are."""
    rows = connection.execute(
        select(
            round_.c.question_id, grade.c.score, grade.c.at, decision.c.verdict, decision.c.reason, decision.c.before
        )
        .join(attempt, attempt.c.id == grade.c.attempt_id)
        .join(round_, round_.c.id == attempt.c.round_id)
        .outerjoin(decision, decision.c.id == grade.c.decision_id)
        .where(grade.c.member_id == member_id, grade.c.reason == DECIDED)
        .order_by(grade.c.id)
    )
    return [plain(row) for row in rows.mappings()]


def _before_reveal(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return an attempt of an open round without what would tell its answer: the key points, and what was wrong."""
    words = [point["evidence"] for point in row["points"] if point["evidence"]]
    return {**row, "points": [{"evidence": evidence} for evidence in words], "notes": [], "mistakes": []}


def plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row as JSON can hold it."""
    return {str(k): v.isoformat() if isinstance(v, date) else v for k, v in row.items()}
