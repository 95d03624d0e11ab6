"""What a team's organisers edited of its questions: texts that wait to be saved, and the newest of each question that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select

from bot.ports import Ref
from bot.question import Question
from bot.store.answers import plain
from bot.store.notebook import putting
from bot.store.schema import edit, member, shown_name, team

NEWEST: Final = "edits:newest"  # in the notebook: changes with each edit that is saved, so that other processes see it


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An edit that is not saved yet: of which question, and the form's texts."""

    id: int
    question: str
    texts: Mapping[str, str]


def of_team(connection: Connection, ref: Ref) -> dict[str, Question]:
    """Return a team's questions as they were edited last, by id; not those that are the file's again."""
    newest = (
        select(func.max(edit.c.id))
        .join(team, team.c.id == edit.c.team_id)
        .where(team.c.ref == ref, edit.c.saved_at.is_not(None))
        .group_by(edit.c.question_id)
    )
    rows = connection.execute(select(edit.c.question_id, edit.c.body).where(edit.c.id.in_(newest)))
    return {row.question_id: Question.model_validate(row.body) for row in rows if row.body is not None}


def get(connection: Connection, edit_id: int, *, team_id: int, member_id: int) -> Waiting | None:
    """Return a member's edit that waits to be saved."""
    where = (edit.c.id == edit_id, edit.c.team_id == team_id, edit.c.member_id == member_id, edit.c.saved_at.is_(None))
    row = connection.execute(select(edit.c.id, edit.c.question_id, edit.c.body).where(*where)).one_or_none()
    return Waiting(id=row.id, question=row.question_id, texts=row.body) if row else None


def add(
    connection: Connection, question_id: str, body: Mapping[str, Any] | None, *, saved_at: datetime | None,
    **values: Any,
) -> int:  # fmt: skip
    """Write down an edit (team_id, member_id, over, at, and `before`, what it takes the place of)."""
    row = {"question_id": question_id, "body": body, "saved_at": saved_at, **values}
    number = int(connection.execute(insert(edit).values(row).returning(edit.c.id)).scalar_one())
    if saved_at:
        changed(connection, f"{number}")
    return number


def changed(connection: Connection, mark: str) -> None:
    """Have all processes read the edits anew: one was saved, or a team's are gone."""
    putting(NEWEST, mark)(connection)


def drop(connection: Connection, question_id: str, *, team_id: int, member_id: int) -> None:
    """Forget a member's edits of a question that waited: one is saved, and an older one's button must not undo it."""
    mine = (edit.c.question_id == question_id, edit.c.team_id == team_id, edit.c.member_id == member_id)
    connection.execute(delete(edit).where(*mine, edit.c.saved_at.is_(None)))


def over(connection: Connection, question_id: str, *, team_id: int) -> str | None:
    """Return over which version of the file a question is edited; None where the file's own words count."""
    of = (edit.c.team_id == team_id, edit.c.question_id == question_id, edit.c.saved_at.is_not(None))
    query = select(edit.c.over, edit.c.body).where(*of).order_by(edit.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None or row.body is None else row.over


def audit(connection: Connection, team_id: int) -> list[dict[str, Any]]:
    """Return a team's saved edits as plain data, oldest first: who made what of which question, over which version; nothing is the file's own again."""
    named = (edit.c.saved_at.label("at"), shown_name(member).label("name"), edit.c.question_id.label("question"))
    query = select(*named, edit.c.over, edit.c.before, edit.c.body.label("after")).join(
        member, member.c.id == edit.c.member_id
    )
    rows = connection.execute(query.where(edit.c.team_id == team_id, edit.c.saved_at.is_not(None)).order_by(edit.c.id))
    return [plain(row) for row in rows.mappings()]


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return what a member edited as plain data."""
    query = select(edit.c.question_id, edit.c.body, edit.c.at, edit.c.saved_at).where(edit.c.member_id == member_id)
    return [plain(row) for row in connection.execute(query.order_by(edit.c.id)).mappings()]
