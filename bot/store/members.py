"""Teams, channels, members and their identities on the platforms."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, false, func, insert, select, true, update

from bot.ports import NAME_CHARS, Context, Ref
from bot.rules.names import kept
from bot.rules.people import Account
from bot.store import answers, fair, hall, links, listening, suggestions
from bot.store.ready import Ready
from bot.store.schema import (
    attempt,
    away,
    channel,
    decision,
    edit,
    identity,
    lesson,
    live_answer,
    member,
    recall,
    remark,
    review,
    schedule,
    squad_move,
    streak,
    team,
)
from bot.store.upsert import insert_new
from bot.text import clean, clip


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The people and places of one command, as rows: ids of this team alone."""

    team: int
    channel: int
    member: int
    name: str
    channel_name: str
    zone: str
    desk_at: str
    organiser: bool
    hidden: bool
    shares: bool
    reminds: bool
    reviews: bool
    mentions: bool
    quiet: str
    own_zone: str | None

    @property
    def account(self) -> Account:
        """The member as one of a person's accounts."""
        return Account(member=self.member, team=self.team)


# Built once: this is asked with each command. The same below wherever a statement stands by itself.
_WHO: Final = Ready(
    select(
        team.c.id.label("team"), channel.c.id.label("channel"), member.c.id.label("member"),
        member.c.name, channel.c.name.label("channel_name"), team.c.zone, team.c.desk_at,
        member.c.organiser, member.c.hidden, member.c.shares, member.c.reminds, member.c.reviews,
        member.c.mentions, member.c.quiet, member.c.zone.label("own_zone"),
    )
    .select_from(identity)
    .join(member, member.c.id == identity.c.member_id)
    .join(team, team.c.id == identity.c.team_id)
    .join(channel, channel.c.team_id == team.c.id)
    .where(identity.c.ref == bindparam("of_member"), team.c.ref == bindparam("of_team"))
    .where(channel.c.ref == bindparam("of_channel"))
)  # fmt: skip
_COLUMNS: Final = tuple(_WHO.statement.selected_columns.keys())


def kept_name(context: Context) -> str:
    """Return the name that is kept of a member."""
    return kept(context.name, limit=NAME_CHARS) or "somebody"


def kept_channel(context: Context) -> str:
    """Return the name that is kept of a channel."""
    return clip(clean(context.channel_name).replace("\n", " "), NAME_CHARS)


def find(connection: Connection, context: Context) -> Who | None:
    """Return who is asking, or None when the team, the channel or the member is new."""
    rows = _WHO.rows(connection, of_member=context.member, of_team=context.team, of_channel=context.channel)
    return Who(**dict(zip(_COLUMNS, rows[0], strict=True))) if rows else None


def enrol(connection: Connection, context: Context, *, zone: str) -> Who:
    """Make whatever is new of the team, the channel and the member, take over the present names, and return them."""
    insert_new(connection, team, ref=context.team, zone=zone)
    team_id = connection.execute(select(team.c.id).where(team.c.ref == context.team)).scalar_one()
    channel_name = kept_channel(context)
    if not insert_new(connection, channel, team_id=team_id, ref=context.channel, name=channel_name):
        connection.execute(update(channel).where(channel.c.ref == context.channel).values(name=channel_name))
    _enrol_member(connection, team_id, context.member, kept_name(context))
    who = find(connection, context)
    assert who is not None  # noqa: S101  the three rows were just made in this transaction
    return who


def team_ref(connection: Connection, team_id: int) -> Ref:
    """Return a team's reference."""
    ref: Ref = connection.execute(select(team.c.ref).where(team.c.id == team_id)).scalar_one()
    return ref


def _enrol_member(connection: Connection, team_id: int, ref: Ref, name: str) -> None:
    known = connection.execute(select(identity.c.member_id).where(identity.c.ref == ref))
    if (member_id := known.scalar_one_or_none()) is not None:
        connection.execute(update(member).where(member.c.id == member_id).values(name=name))
        return
    values = {"team_id": team_id, "name": name, "organiser": False, "hidden": False, "shares": False}
    made = connection.execute(insert(member).values(**values).returning(member.c.id))
    insert_new(connection, identity, ref=ref, team_id=team_id, member_id=made.scalar_one())


def introduce(connection: Connection, context: Context, ref: Ref, *, team_id: int) -> None:
    """Write down whom a command names and who is not known yet, if the platform has said who they are."""
    if (name := context.named.get(ref)) and of_ref(connection, ref, team_id=team_id) is None:
        _enrol_member(connection, team_id, ref, kept_name(replace(context, name=name)))


def visible_to(
    connection: Connection, team_id: int, member_id: int, *, organisers: bool = False
) -> list[tuple[int, str]]:
    """Return the team's members as (id, name), oldest first; hidden ones only to themselves, or as `organisers`."""
    office = member.c.organiser.is_(true()) if organisers else false()
    rows = connection.execute(
        select(member.c.id, member.c.name)
        .where(member.c.team_id == team_id, member.c.deleted_at.is_(None))
        .where(member.c.hidden.is_(false()) | (member.c.id == member_id) | office)
        .order_by(member.c.id)
    )
    return [(row.id, row.name) for row in rows]


def of_ref(connection: Connection, ref: Ref, *, team_id: int) -> int | None:
    """Return the team's member behind a platform's reference."""
    where = (identity.c.ref == ref, identity.c.team_id == team_id)
    return connection.execute(select(identity.c.member_id).where(*where)).scalar_one_or_none()


def export(connection: Connection, member_id: int) -> dict[str, Any]:
    """Return a member's name, identities and switches as plain data."""
    switches = (
        member.c.hidden, member.c.shares, member.c.reminds, member.c.reviews, member.c.mentions, member.c.quiet, member.c.zone,
        member.c.organiser,
    )  # fmt: skip
    row = connection.execute(select(member.c.name, *switches).where(member.c.id == member_id)).mappings().one()
    refs = refs_of(connection, member_id)
    return {"name": row["name"], "identities": refs, "settings": {one.name: row[one.name] for one in switches}}


def refs_of(connection: Connection, member_id: int) -> list[Ref]:
    """Return every reference by which the platforms know a member."""
    query = select(identity.c.ref).where(identity.c.member_id == member_id).order_by(identity.c.ref)
    return list(connection.execute(query).scalars())


def ref_of(connection: Connection, member_id: int) -> Ref | None:
    """Return where to reach a member; one who was deleted is not to be reached."""
    query = select(identity.c.ref).where(identity.c.member_id == member_id).order_by(identity.c.ref).limit(1)
    return connection.execute(query).scalar_one_or_none()


def refs_in(connection: Connection, members: Iterable[int], *, team_id: int) -> dict[int, Ref]:
    """Return where to reach those among the members who are of a team."""
    where = (identity.c.member_id.in_(list(members)), identity.c.team_id == team_id)
    query = select(identity.c.member_id, func.min(identity.c.ref).label("ref")).where(*where)
    return {row.member_id: row.ref for row in connection.execute(query.group_by(identity.c.member_id))}


def sharing(connection: Connection, members: Iterable[int]) -> dict[int, str]:
    """Return the names of those among the members who agree that a reveal quotes them, and are not hidden."""
    where = (member.c.id.in_(list(members)), member.c.shares.is_(true()), member.c.hidden.is_(false()))
    rows = connection.execute(select(member.c.id, member.c.name).where(*where))
    return {row.id: row.name for row in rows}


def names(connection: Connection, members: Iterable[int]) -> dict[int, str]:
    """Return the members' names; one who was deleted has none."""
    rows = connection.execute(select(member.c.id, member.c.name).where(member.c.id.in_(list(members))))
    return {row.id: row.name for row in rows}


def channel_names(connection: Connection, channels: Iterable[int]) -> dict[int, str]:
    """Return channels' names."""
    rows = connection.execute(select(channel.c.id, channel.c.name).where(channel.c.id.in_(list(channels))))
    return {row.id: row.name for row in rows}


def organisers(connection: Connection, team_id: int, *, also: int) -> list[Ref]:
    """Return where to reach the team's appointed organisers and one member more, the schedule's."""
    rows = connection.execute(
        select(func.min(identity.c.ref))
        .join(member, member.c.id == identity.c.member_id)
        .where(member.c.team_id == team_id, member.c.organiser.is_(true()) | (member.c.id == also))
        .group_by(member.c.id)
        .order_by(member.c.id)
    )
    return list(rows.scalars())


def appointed(connection: Connection, team_id: int, *, hidden: bool) -> list[str]:
    """Return the names of the team's appointed organisers, with those who are `hidden` or without."""
    seen = true() if hidden else member.c.hidden.is_(false())
    where = (member.c.team_id == team_id, member.c.organiser.is_(true()), seen)
    return list(connection.execute(select(member.c.name).where(*where).order_by(member.c.id)).scalars())


def in_charge(connection: Connection, team_id: int, *, else_: Iterable[int]) -> list[Ref]:
    """Return where to reach those who are known to be a team's organisers, or `else_` these where there are none.

    Known are whom the team appointed, and who set a schedule: others are organisers by a right that the platform tells of
    only when they type.
    """
    planned = select(schedule.c.member_id).where(schedule.c.team_id == team_id)
    query = (
        select(func.min(identity.c.ref))
        .join(member, member.c.id == identity.c.member_id)
        .where(member.c.team_id == team_id)
        .group_by(member.c.id)
        .order_by(member.c.id)
    )
    known = connection.execute(query.where(member.c.organiser.is_(true()) | member.c.id.in_(planned)))
    if refs := list(known.scalars()):
        return refs
    return list(connection.execute(query.where(member.c.id.in_(list(else_)))).scalars())


def change(connection: Connection, team_id: int, member_id: int, **values: bool | str) -> bool:
    """Change a member's switches, quiet hours or zone; return whether they are still there, and not deleted."""
    where = (member.c.id == member_id, member.c.team_id == team_id, member.c.deleted_at.is_(None))
    return bool(connection.execute(update(member).where(*where).values(**values)).rowcount)


def to_mention(connection: Connection, members: Iterable[int], *, platform: str) -> list[Ref]:
    """Return where a platform knows those among the members who want to be mentioned on boards."""
    where = (member.c.id.in_(list(members)), member.c.mentions.is_(true()), member.c.hidden.is_(false()))
    query = select(identity.c.ref).join(member, member.c.id == identity.c.member_id).where(*where)
    rows = connection.execute(query.where(identity.c.ref.startswith(f"{platform}:")).order_by(identity.c.ref))
    return list(rows.scalars())


def quiet_of(connection: Connection, member_id: int) -> tuple[str, str]:
    """Return a member's quiet hours, and the zone that they live in: their own, or their team's."""
    query = select(member.c.quiet, func.coalesce(member.c.zone, team.c.zone).label("zone"))
    row = connection.execute(query.join(team).where(member.c.id == member_id)).one()
    return row.quiet, row.zone


def set_zone(connection: Connection, team_id: int, zone: str) -> None:
    """Change the team's time zone."""
    connection.execute(update(team).where(team.c.id == team_id).values(zone=zone))


def live_counts(connection: Connection, team_id: int) -> bool:
    """Return whether a team's live rounds count on its boards."""
    return bool(connection.execute(select(team.c.live_counts).where(team.c.id == team_id)).scalar_one())


def set_live_counts(connection: Connection, team_id: int, *, counts: bool) -> None:
    """Change whether live rounds that begin from now on count on a team's boards."""
    connection.execute(update(team).where(team.c.id == team_id).values(live_counts=counts))


def set_desk_at(connection: Connection, team_id: int, at: time) -> None:
    """Change when a team's organisers are told what waits."""
    connection.execute(update(team).where(team.c.id == team_id).values(desk_at=f"{at:%H:%M}"))


def desk_at(connection: Connection, team_id: int) -> tuple[time, str]:
    """Return the wall time at which a team's organisers are told what waits, and its zone."""
    row = connection.execute(select(team.c.desk_at, team.c.zone).where(team.c.id == team_id)).one()
    return time.fromisoformat(row.desk_at), row.zone


def forget(connection: Connection, team_id: int, member_id: int, *, now: datetime) -> None:
    """Delete a member: name, identities, streaks, and the words of every answer, appeal and decision, and of those on theirs; the numbers stay without a name.

    Rounds that are open have ended for them: whoever comes back has no fresh attempts there.
    """
    fair.end_for(connection, team_id, member_id, refs_of(connection, member_id))
    mine = select(attempt.c.id).where(attempt.c.member_id == member_id)
    answers.empty(connection, list(connection.execute(mine).scalars()))
    for said in (decision.c.member_id == member_id, decision.c.attempt_id.in_(mine)):  # as written by them, and to them
        connection.execute(update(decision).where(said).values(reason=""))
    connection.execute(update(remark).where(remark.c.member_id == member_id).values(reason=""))
    suggestions.forget(connection, member_id)
    links.forget(connection, member_id)
    hall.forget(connection, member_id)
    listening.forget(connection, member_id)
    connection.execute(delete(edit).where(edit.c.member_id == member_id, edit.c.saved_at.is_(None)))
    connection.execute(delete(lesson).where(lesson.c.member_id == member_id))
    connection.execute(delete(identity).where(identity.c.member_id == member_id))
    for gone in (streak, live_answer):
        connection.execute(delete(gone).where(gone.c.member_id == member_id))
    reviews = select(review.c.id).where(review.c.member_id == member_id)
    connection.execute(delete(recall).where(recall.c.review_id.in_(reviews)))
    connection.execute(delete(review).where(review.c.member_id == member_id))
    for own in (away, squad_move):
        connection.execute(delete(own).where(own.c.member_id == member_id))
    connection.execute(
        update(member)
        .where(member.c.id == member_id, member.c.team_id == team_id)
        .values(
            name="", deleted_at=now, organiser=False, hidden=True, shares=False, reminds=False, reviews=False,
            mentions=False, quiet="", zone=None,
        )
    )  # fmt: skip
