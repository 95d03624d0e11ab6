"""Who wants to hear in private of a channel's questions, and what waits to be told to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bot.ports import Ref
from bot.rules import quiet
from bot.store.answers import plain
from bot.store.schema import channel, listener, member, nudge, team
from bot.store.upsert import insert_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """A word to a member that is due: of a round's question, or of its reveal."""

    id: int
    member: int
    round: int
    kind: str


def listen(connection: Connection, team_id: int, channel_id: int, member_id: int, *, on: bool) -> None:
    """Note that a member wants to hear of a channel's questions, or does no more."""
    if on:
        insert_new(connection, listener, team_id=team_id, channel_id=channel_id, member_id=member_id)
        return
    mine = (listener.c.channel_id == channel_id, listener.c.member_id == member_id)
    connection.execute(delete(listener).where(*mine))


def heard_of(connection: Connection, member_id: int) -> list[tuple[int, str]]:
    """Return the channels of whose questions a member wants to hear, as (id, name)."""
    query = select(channel.c.id, channel.c.name).join(listener, listener.c.channel_id == channel.c.id)
    rows = connection.execute(query.where(listener.c.member_id == member_id).order_by(channel.c.id))
    return [(row.id, row.name) for row in rows]


def nudge_all(
    connection: Connection, kind: str, *, team_id: int, channel_id: int, round_id: int, now: datetime
) -> None:
    """Have all who listen in a channel told of a round, each when their quiet hours are over."""
    rows = connection.execute(
        select(member.c.id, member.c.quiet, member.c.zone, team.c.zone.label("team_zone"))
        .join(listener, listener.c.member_id == member.c.id)
        .join(team, team.c.id == member.c.team_id)
        .where(listener.c.channel_id == channel_id, member.c.deleted_at.is_(None))
    )
    for row in rows.all():
        due_at = quiet.until(row.quiet, row.zone or row.team_zone, now) or now
        about = {"team_id": team_id, "member_id": row.id, "round_id": round_id, "kind": kind}
        insert_new(connection, nudge, due_at=due_at, **about)


def teams(connection: Connection, *, now: datetime) -> list[tuple[int, Ref]]:
    """Return the teams in which somebody is to be told something now, as (id, reference)."""
    query = select(nudge.c.team_id, team.c.ref).join(team, team.c.id == nudge.c.team_id)
    rows = connection.execute(query.where(nudge.c.due_at <= now))
    return sorted({(row.team_id, row.ref) for row in rows})


def due(connection: Connection, team_id: int, *, now: datetime) -> list[Nudge]:
    """Return what a team's members are to be told now, the oldest first."""
    query = select(nudge.c.id, nudge.c.member_id.label("member"), nudge.c.round_id.label("round"), nudge.c.kind)
    rows = connection.execute(
        query.where(nudge.c.team_id == team_id, nudge.c.due_at <= now).order_by(nudge.c.round_id, nudge.c.id)
    )
    return [Nudge(**row) for row in rows.mappings()]


def put_off(connection: Connection, some: Iterable[int], *, until: datetime) -> None:
    """Have some words told later."""
    connection.execute(update(nudge).where(nudge.c.id.in_(list(some))).values(due_at=until))


def done(connection: Connection, some: Iterable[int]) -> None:
    """Forget words that are told, or are news no more."""
    connection.execute(delete(nudge).where(nudge.c.id.in_(list(some))))


def export(connection: Connection, member_id: int) -> dict[str, list[Any]]:
    """Return of which channels a member wants to hear, and what waits to be told to them."""
    query = select(nudge.c.round_id, nudge.c.kind, nudge.c.due_at).where(nudge.c.member_id == member_id)
    waits = connection.execute(query.order_by(nudge.c.id))
    heard = [name for _, name in heard_of(connection, member_id)]
    return {"notified_of": heard, "to_be_told": [plain(row) for row in waits.mappings()]}


def forget(connection: Connection, member_id: int) -> None:
    """Tell a member nothing any more."""
    for table in (nudge, listener):
        connection.execute(delete(table).where(table.c.member_id == member_id))
