"""Questions that members suggest: what waits, who wrote what is asked by now, and what was decided."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.rules.suggestions import Suggestion
from bot.store.answers import plain
from bot.store.schema import member, shown_name, suggestion

_SUGGESTION: Final = select(
    suggestion.c.id, suggestion.c.member_id.label("member"),
    shown_name(member).label("name"),
    suggestion.c.text, suggestion.c.answer, suggestion.c.level, suggestion.c.topic, suggestion.c.named, suggestion.c.at,
    suggestion.c.sent_at,
).join(member, member.c.id == suggestion.c.member_id)  # fmt: skip
_WAITS: Final = (suggestion.c.sent_at.is_not(None), suggestion.c.settled_at.is_(None))


def _of(row: Mapping[Any, Any]) -> Suggestion:
    return Suggestion(**{**row, "named": bool(row["named"])})


def get(connection: Connection, number: int, *, team_id: int) -> Suggestion | None:
    """Return a suggestion at which nobody has looked."""
    query = _SUGGESTION.where(
        suggestion.c.id == number, suggestion.c.team_id == team_id, suggestion.c.settled_at.is_(None)
    )
    row = connection.execute(query).mappings().one_or_none()
    return _of(row) if row else None


def same(connection: Connection, member_id: int, text: str) -> Suggestion | None:
    """Return a member's undecided suggestion of just this question."""
    mine = (suggestion.c.member_id == member_id, suggestion.c.text == text, suggestion.c.settled_at.is_(None))
    row = connection.execute(_SUGGESTION.where(*mine).limit(1)).mappings().one_or_none()
    return _of(row) if row else None


def waiting(connection: Connection, team_id: int) -> list[Suggestion]:
    """Return a team's suggestions that wait for an organiser, oldest first."""
    query = _SUGGESTION.where(suggestion.c.team_id == team_id, *_WAITS).order_by(suggestion.c.sent_at, suggestion.c.id)
    return [_of(row) for row in connection.execute(query).mappings()]


def count(connection: Connection, member_id: int) -> int:
    """Return how many of a member's suggestions wait."""
    query = select(func.count()).select_from(suggestion).where(suggestion.c.member_id == member_id, *_WAITS)
    return int(connection.execute(query).scalar_one())


def keep(connection: Connection, before: Suggestion | None, **values: Any) -> int:
    """Write down a suggestion (team_id, member_id, text, answer, level, topic, at, sent_at), or one from `before` anew; return its number."""
    if before:
        change(connection, before.id, **values)
        return before.id
    row = {"named": False, "reason": "", **values}
    return int(connection.execute(insert(suggestion).values(row).returning(suggestion.c.id)).scalar_one())


def change(connection: Connection, number: int, **values: Any) -> None:
    """Move a suggestion on: written anew, sent (sent_at), its author named (named), decided (settled_at, settled_by, question_id, reason)."""
    connection.execute(update(suggestion).where(suggestion.c.id == number).values(**values))


def by(connection: Connection, question_id: str, *, team_id: int) -> Suggestion | None:
    """Return the suggestion that a team's question was made of."""
    query = _SUGGESTION.where(suggestion.c.team_id == team_id, suggestion.c.question_id == question_id).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return _of(row) if row else None


def forget(connection: Connection, member_id: int) -> None:
    """Delete a member's suggestions; of what was taken it stays that they wrote it, so that nobody else does."""
    mine = suggestion.c.member_id == member_id
    connection.execute(delete(suggestion).where(mine, suggestion.c.question_id.is_(None)))
    emptied = {"named": False, "text": "", "answer": "", "reason": ""}
    connection.execute(update(suggestion).where(mine).values(**emptied))


def audit(connection: Connection, team_id: int) -> list[dict[str, Any]]:
    """Return what was decided of a team's suggestions as plain data; who is hidden has no name."""
    who = member.alias()
    rows = connection.execute(
        select(
            suggestion.c.settled_at.label("at"), shown_name(who).label("decided_by"),
            shown_name(member).label("member"),
            suggestion.c.text.label("suggested"), suggestion.c.question_id.label("taken_as"), suggestion.c.reason,
        )
        .join(member, member.c.id == suggestion.c.member_id)
        .join(who, who.c.id == suggestion.c.settled_by)
        .where(suggestion.c.team_id == team_id)
        .order_by(suggestion.c.id)
    )  # fmt: skip
    return [plain(row) for row in rows.mappings()]


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return a member's suggestions as plain data."""
    named = ("text", "answer", "level", "topic", "named", "at", "sent_at", "settled_at", "question_id", "reason")
    query = select(*(suggestion.c[name] for name in named)).where(suggestion.c.member_id == member_id)
    return [plain(row) for row in connection.execute(query.order_by(suggestion.c.id)).mappings()]
