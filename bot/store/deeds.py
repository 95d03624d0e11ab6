"""What organisers changed of schedules and of the team's settings: who did it and when; rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select

from bot.store.answers import plain
from bot.store.schema import channel, deed, member, shown_name

SCHEDULES = "schedule "  # with which their names begin, as the commands' do
SETTINGS = "settings "


def add(connection: Connection, what: str, detail: str, *, now: datetime, **place: int | None) -> None:
    """Write down what a member did (team_id, member_id): in a channel (channel_id), about another (whose_id)."""
    connection.execute(insert(deed).values(what=what, detail=detail, at=now, **place))


def audit(connection: Connection, team_id: int, *, of: str) -> list[dict[str, Any]]:
    """Return what a team's organisers did whose name begins so, as plain data; who is hidden, or deleted, has no name."""
    return _kept(connection, deed.c.team_id == team_id, deed.c.what.startswith(of))


def export(connection: Connection, member_id: int) -> dict[str, Any]:
    """Return what a member changed, and what was changed about them, as plain data."""
    return {
        "changed": _kept(connection, deed.c.member_id == member_id),
        "appointed": _kept(connection, deed.c.whose_id == member_id),
    }


def _kept(connection: Connection, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    whose = member.alias("whose")
    named = (deed.c.at, shown_name(member).label("name"), deed.c.what, deed.c.detail)
    query = select(*named, channel.c.name.label("channel"), shown_name(whose).label("member"))
    query = query.join(member, member.c.id == deed.c.member_id).outerjoin(whose, whose.c.id == deed.c.whose_id)
    query = query.outerjoin(channel, channel.c.id == deed.c.channel_id).where(*where).order_by(deed.c.id)
    return [plain(row) for row in connection.execute(query).mappings()]
