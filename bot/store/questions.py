"""What a team's people said of its questions: reports, and what organisers decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from bot.rules.questions import Remark, Said
from bot.store.answers import plain
from bot.store.schema import member, remark, reported, shown_name
from bot.store.upsert import insert_new

_REMARK = select(
    remark.c.question_id.label("question"), remark.c.said, remark.c.member_id.label("member"),
    shown_name(member).label("name"), remark.c.organiser,
    remark.c.version, remark.c.reason, remark.c.at,
).join(member, member.c.id == remark.c.member_id)  # fmt: skip


def of(connection: Connection, question_id: str, *, team_id: int) -> list[Remark]:
    """Return what was said of a question in a team, oldest first."""
    return _remarks(connection, _REMARK.where(remark.c.team_id == team_id, remark.c.question_id == question_id))


def of_team(connection: Connection, team_id: int) -> dict[str, list[Remark]]:
    """Return what was said of a team's questions, by question, oldest first."""
    found: dict[str, list[Remark]] = {}
    for one in _remarks(connection, _REMARK.where(remark.c.team_id == team_id)):
        found.setdefault(one.question, []).append(one)
    return found


def _remarks(connection: Connection, query: Select[Any]) -> list[Remark]:
    rows = connection.execute(query.order_by(remark.c.id)).mappings()
    return [Remark(**{**row, "said": Said(row["said"])}) for row in rows]


def add(connection: Connection, question_id: str, said: Said, *, team_id: int, at: datetime, **values: Any) -> None:
    """Write down what a member said of a question (member_id, organiser, version, reason); a decision settles its reports."""
    here = {"team_id": team_id, "question_id": question_id}
    connection.execute(insert(remark).values(said=said, at=at, **here, **values))
    if said is Said.REPORT:
        insert_new(connection, reported, **here)
    else:
        where = (reported.c.team_id == team_id, reported.c.question_id == question_id)
        connection.execute(delete(reported).where(*where))


def audit(connection: Connection, team_id: int) -> list[dict[str, Any]]:
    """Return what was said of a team's questions as plain data, oldest first; who is hidden, or deleted, has no name."""
    rows = connection.execute(_REMARK.where(remark.c.team_id == team_id).order_by(remark.c.id)).mappings()
    named = ("at", "name", "question", "version", "said", "organiser", "reason")
    return [plain({name: row[name] for name in named}) for row in rows]


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return what a member said of questions as plain data."""
    query = select(remark.c.question_id, remark.c.said, remark.c.reason, remark.c.at)
    rows = connection.execute(query.where(remark.c.member_id == member_id).order_by(remark.c.id))
    return [plain(row) for row in rows.mappings()]
