"""The hall: who was given a link, who came in by one, until when they are there; and what is drawn of a member's own record.

Neither a link's word nor a cookie is kept, only their hashes: whoever reads the database comes in by neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, update

from bot.clock import Clock
from bot.grading import Band
from bot.ports import Context
from bot.rules.schedule import Kind, State
from bot.store.answers import newest_grade
from bot.store.database import Database
from bot.store.schema import (
    IS_DUE,
    attempt,
    award,
    channel,
    grade,
    identity,
    member,
    occurrence,
    round_,
    team,
    visit,
)

LINK_FOR: Final = timedelta(minutes=10)
VISIT_FOR: Final = timedelta(hours=12)
MOST_VISITS: Final = 5  # of a member at a time, on so many devices

_VISITOR: Final = (
    select(
        team.c.ref.label("team"), channel.c.ref.label("channel"), channel.c.name.label("channel_name"), visit.c.ref.label("member"),
        member.c.name, visit.c.organiser, member.c.organiser.label("appointed"), member.c.zone.label("own"), team.c.zone,
    )
    .select_from(visit)
    .join(identity, (identity.c.ref == visit.c.ref) & (identity.c.member_id == visit.c.member_id))
    .join(member, member.c.id == visit.c.member_id)
    .join(team, (team.c.id == visit.c.team_id) & team.c.left_at.is_(None))
    .join(channel, channel.c.id == visit.c.channel_id)
    .where(visit.c.until > bindparam("now"))
)  # fmt: skip
_OF_COOKIE: Final = _VISITOR.where(visit.c.cookie == bindparam("hashed"))
_OF_LINK: Final = _VISITOR.where(visit.c.link == bindparam("hashed"))


def _hash(word: str) -> str:
    return blake2b(word.encode(), digest_size=32).hexdigest()


def invite(
    connection: Connection, link: str, *, member_id: int, organiser: bool, now: datetime, **where: int | str
) -> datetime:
    """Write a link down for a member (of a team_id and channel_id, known by a ref), and return until when it is good.

    It takes the place of any that they have not used, and of their oldest visit where they have many.
    """
    mine = visit.c.member_id == member_id
    connection.execute(delete(visit).where(mine, visit.c.link.is_not(None)))
    kept = select(visit.c.id).where(mine).order_by(visit.c.id.desc()).limit(MOST_VISITS - 1)
    connection.execute(delete(visit).where(mine, visit.c.id.not_in(kept)))
    row = {**where, "member_id": member_id, "organiser": organiser, "link": _hash(link), "until": now + LINK_FOR}
    connection.execute(insert(visit).values(**row))
    return now + LINK_FOR


def close(connection: Connection, member_id: int, *, now: datetime) -> int:
    """End every visit of a member, and forget their links; return how many visits there were."""
    inside = delete(visit).where(visit.c.member_id == member_id, visit.c.cookie.is_not(None), visit.c.until > now)
    ended = connection.execute(inside).rowcount
    forget(connection, member_id)
    return int(ended)


def forget(connection: Connection, member_id: int) -> None:
    """Delete a member's visits and links."""
    connection.execute(delete(visit).where(visit.c.member_id == member_id))


def forget_old(connection: Connection, *, now: datetime) -> None:
    """Delete visits and links that are over."""
    connection.execute(delete(visit).where(visit.c.until <= now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a member has of a round: attempts, the best of them, and points once it is closed."""

    attempts: int
    score: int
    band: Band
    points: int | None


def standings(connection: Connection, member_id: int, rounds: Sequence[int]) -> dict[int, Standing]:
    """Return what a member has of each round that they have answered; of those after the reveal only where there are no others."""
    rows = connection.execute(
        select(attempt.c.round_id, grade.c.score, grade.c.band, award.c.points)
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .outerjoin(award, (award.c.round_id == attempt.c.round_id) & (award.c.member_id == attempt.c.member_id))
        .where(attempt.c.member_id == member_id, attempt.c.round_id.in_(list(rounds)), newest_grade())
        .order_by(attempt.c.round_id, attempt.c.late, grade.c.score.desc())
    )
    by_round: dict[int, list[Any]] = {}
    for row in rows:
        by_round.setdefault(row.round_id, []).append(row)
    return {
        one: Standing(attempts=len(own), score=own[0].score, band=Band(own[0].band), points=own[0].points)
        for one, own in by_round.items()
    }


def days(connection: Connection, member_id: int, *, since: date) -> dict[date, bool]:
    """Return whether a member was there on the dates of scheduled rounds that are closed, in channels since they first were."""
    was_there = (award.c.member_id == member_id, award.c.sequence.is_not(None))
    joined = select(award.c.channel_id, func.min(award.c.local_date).label("first")).where(*was_there)
    mine = joined.group_by(award.c.channel_id).subquery()
    rows = connection.execute(
        select(round_.c.local_date, func.max(func.coalesce(award.c.sequence, 0)).label("there"))
        .join(mine, (mine.c.channel_id == round_.c.channel_id) & (mine.c.first <= round_.c.local_date))
        .outerjoin(award, (award.c.round_id == round_.c.id) & (award.c.member_id == member_id))
        .where(round_.c.sequence.is_not(None), round_.c.local_date >= since)
        .group_by(round_.c.local_date)
    )
    return {row.local_date: bool(row.there) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An occurrence that was carried out, missed, or failed: when it was due, and when that was settled."""

    kind: Kind
    state: State
    due_at: datetime
    at: datetime


def settled(connection: Connection, team_id: int, *, since: datetime) -> list[Settled]:
    """Return what was due in a team since an instant and is not any more, save what was skipped."""
    over = (occurrence.c.state.in_((State.POSTED, State.MISSED, State.FAILED)), occurrence.c.settled_at.is_not(None))
    query = select(occurrence.c.kind, occurrence.c.state, occurrence.c.due_at, occurrence.c.settled_at)
    rows = connection.execute(query.where(occurrence.c.team_id == team_id, occurrence.c.due_at >= since, *over))
    return [Settled(kind=Kind(kind), state=State(state), due_at=due_at, at=at) for kind, state, due_at, at in rows]


def due(connection: Connection, team_id: int, *, now: datetime) -> tuple[int, datetime | None]:
    """Return how much of a team's is overdue, and when the next is due."""
    overdue = func.count(case((occurrence.c.due_at <= now, 1)))
    coming = func.min(case((occurrence.c.due_at > now, occurrence.c.due_at)), type_=occurrence.c.due_at.type)
    query = select(overdue, coming).where(occurrence.c.team_id == team_id, IS_DUE)
    late, following = connection.execute(query).one()
    return late, following


class StoredVisits:
    """The visits as the page asks for them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def invited(self, link: str) -> str | None:
        """Return whom a link lets in, by name, while it is good; it stays so."""
        found = await self._found(_OF_LINK, link)
        return found["name"] if found else None

    async def enter(self, link: str, cookie: str) -> bool:
        """Let the member of a link in under a cookie, and return whether the link was good; it is not any more."""
        now = self._clock.now()
        where = (visit.c.link == _hash(link), visit.c.until > now)

        def spend(connection: Connection) -> bool:
            inside = {"link": None, "cookie": _hash(cookie), "until": now + VISIT_FOR}
            return bool(connection.execute(update(visit).where(*where).values(**inside)).rowcount)

        return await self._db.write(spend)

    async def of(self, cookie: str) -> tuple[Context, str] | None:
        """Return who is there under a cookie, and the time zone that they live in."""
        if (found := await self._found(_OF_COOKIE, cookie)) is None:
            return None
        organiser = found["organiser"] or found["appointed"]
        names = ("team", "channel", "channel_name", "member", "name")
        context = Context(**{name: found[name] for name in names}, event="", organiser=organiser)
        return context, found["own"] or found["zone"]

    async def leave(self, cookie: str) -> None:
        """End the visit of a cookie."""

        def end(connection: Connection) -> None:
            connection.execute(delete(visit).where(visit.c.cookie == _hash(cookie)))

        await self._db.write(end)

    async def _found(self, query: Any, word: str) -> Any:
        values = {"hashed": _hash(word), "now": self._clock.now()}

        def look(connection: Connection) -> Any:
            return connection.execute(query, values).mappings().one_or_none()

        return await self._db.read(look)
