"""What members review: the questions that they missed or chose, how well they recalled them, and when each comes back.

`due_at` is derived: the fold over a question's recalls (`bot.rules.review.due`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, exists, func, insert, select, true, update

from bot.grading import Grade
from bot.rules import review as rules
from bot.rules.review import Rating
from bot.rules.rounds import Round
from bot.store.answers import plain
from bot.store.schema import member, recall, review
from bot.store.upsert import insert_new

_OWN: Final = member.alias("own")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A question that a member reviews."""

    id: int
    question: str
    missed: bool
    at: datetime
    due_at: datetime


def miss(connection: Connection, closed: Round, members: Iterable[int], *, now: datetime) -> None:
    """Put a round's question into the review of those who missed it; where it is already, it stays as it is."""
    there = select(member.c.id).where(member.c.id.in_(list(members)), member.c.deleted_at.is_(None))
    for who in sorted(connection.execute(there).scalars()):
        place = {"team_id": closed.team, "member_id": who}
        _put(connection, closed.question_id, missed=True, due_at=rules.due(now, (), missed=True), now=now, **place)


def add(connection: Connection, question: str, *, team_id: int, member_id: int, now: datetime) -> None:
    """Put a question into a member's review; it is due at once."""
    _put(connection, question, missed=False, due_at=now, now=now, team_id=team_id, member_id=member_id)


def _put(connection: Connection, question: str, *, now: datetime, **values: Any) -> None:
    if not insert_new(connection, review, question_id=question, at=now, **values):
        where = (review.c.member_id == values["member_id"], review.c.question_id == question)
        connection.execute(update(review).where(*where).values(dropped_at=None))


def drop(connection: Connection, question: str, *, of: Sequence[int], now: datetime) -> bool:
    """Take a question out of the review of a person's accounts, and return whether it was there; what was recalled stays."""
    where = (review.c.member_id.in_(of), review.c.question_id == question, review.c.dropped_at.is_(None))
    return bool(connection.execute(update(review).where(*where).values(dropped_at=now)).rowcount)


def of_members(connection: Connection, members: Sequence[int]) -> list[Reviewed]:
    """Return what the accounts of a person review, soonest due first; of a question that several have, what they met last."""
    last = select(func.max(recall.c.at)).where(recall.c.review_id == review.c.id).scalar_subquery()
    columns = (review.c.id, review.c.question_id.label("question"), review.c.missed, review.c.at, review.c.due_at)
    query = select(*columns).where(review.c.member_id.in_(members), review.c.dropped_at.is_(None))
    rows = connection.execute(query.order_by(func.coalesce(last, review.c.at), review.c.id))
    found = {row["question"]: Reviewed(**row) for row in rows.mappings()}
    return sorted(found.values(), key=lambda one: (one.due_at, one.id))


def get(connection: Connection, review_id: int, *, of: Sequence[int]) -> Reviewed | None:
    """Return one question that a person reviews."""
    return next((one for one in of_members(connection, of) if one.id == review_id), None)


def save(connection: Connection, review_id: int, graded: Grade, *, rating: Rating, now: datetime) -> int:
    """Write down how a question was recalled."""
    values = {"review_id": review_id, "score": graded.score, "band": graded.band, "rating": rating, "at": now}
    return int(connection.execute(insert(recall).values(**values).returning(recall.c.id)).scalar_one())


def newest_of(connection: Connection, recall_id: int, *, of: Sequence[int]) -> int | None:
    """Return the question in review whose newest recall this is."""
    newest = select(func.max(recall.c.id)).where(recall.c.review_id == review.c.id).scalar_subquery()
    query = select(review.c.id).where(review.c.member_id.in_(of), newest == recall_id)
    return connection.execute(query).scalar_one_or_none()


def newest(connection: Connection, review_id: int) -> tuple[int, Rating] | None:
    """Return the newest recall of a question in review, and how well it is held to have been known."""
    query = select(recall.c.id, recall.c.rating).where(recall.c.review_id == review_id).order_by(recall.c.id.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return (row.id, Rating(row.rating)) if row else None


def rate(connection: Connection, recall_id: int, rating: Rating) -> None:
    """Write down what a member says of a recall instead."""
    connection.execute(update(recall).where(recall.c.id == recall_id).values(rating=rating))


def schedule(connection: Connection, reviewed: Reviewed) -> datetime:
    """Bring up to date when a question comes back, and return it."""
    query = select(recall.c.rating, recall.c.at).where(recall.c.review_id == reviewed.id).order_by(recall.c.id)
    recalls = [(Rating(row.rating), row.at) for row in connection.execute(query)]
    due_at = rules.due(reviewed.at, recalls, missed=reviewed.missed)
    connection.execute(update(review).where(review.c.id == reviewed.id).values(due_at=due_at))
    return due_at


def recalled_since(connection: Connection, of: Sequence[int], *, since: datetime, until: datetime) -> int:
    """Return how much a person recalled since an instant; what lies ahead was written before the clock was set back."""
    query = select(func.count()).select_from(recall).join(review, review.c.id == recall.c.review_id)
    where = (review.c.member_id.in_(of), recall.c.at > since, recall.c.at <= until)
    return int(connection.execute(query.where(*where)).scalar_one())


def was_shown(connection: Connection, asked: Round, member_id: int) -> bool:
    """Whether a member has seen the answer of a round's question in review."""
    query = select(recall.c.id).join(review, review.c.id == recall.c.review_id)
    where = (review.c.member_id == member_id, review.c.question_id == asked.question_id, recall.c.at <= asked.opened_at)
    return connection.execute(query.where(*where).limit(1)).first() is not None


def teams(connection: Connection, *, now: datetime) -> list[int]:
    """Return the teams in which somebody wants to be told of what is due, and something is."""
    due = (review.c.due_at <= now, review.c.dropped_at.is_(None))
    own = exists().where(review.c.member_id == member.c.id, *due)
    others = exists().where(_OWN.c.person == member.c.person, review.c.member_id == _OWN.c.id, *due)
    query = select(member.c.team_id).where(member.c.reviews.is_(true()), own | others).distinct()
    return sorted(connection.execute(query).scalars())


def to_tell(connection: Connection, team_id: int) -> list[int]:
    """Return a team's members who want to be told of what is due; who wants it by several accounts is told by the first."""
    told = exists().where(_OWN.c.person == member.c.person, _OWN.c.reviews.is_(true()), _OWN.c.id < member.c.id)
    where = (member.c.team_id == team_id, member.c.reviews.is_(true()), member.c.deleted_at.is_(None), ~told)
    return list(connection.execute(select(member.c.id).where(*where).order_by(member.c.id)).scalars())


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return all that is kept of a member's review as plain data."""
    rows = connection.execute(
        select(
            review.c.question_id, review.c.missed, review.c.at.label("entered_at"), review.c.due_at, review.c.dropped_at,
            recall.c.score, recall.c.band, recall.c.rating, recall.c.at,
        )
        .outerjoin(recall, recall.c.review_id == review.c.id)
        .where(review.c.member_id == member_id)
        .order_by(review.c.id, recall.c.id)
    )  # fmt: skip
    return [plain(row) for row in rows.mappings()]
