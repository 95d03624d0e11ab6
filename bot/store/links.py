"""Links: codes while they are good, and the words that make members one person and teams one board."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.store.schema import guess, identity, link, member, team

GOOD_FOR: Final = timedelta(minutes=10)
COUNTED_FOR: Final = timedelta(hours=1)
_LINK: Final = select(
    link.c.id, link.c.member_id.label("maker"), link.c.other_id.label("other"), link.c.teams, link.c.agreed_at
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that is being made: by whom, and by whom its code was typed."""

    id: int
    maker: int
    other: int | None
    teams: bool
    agreed_at: datetime | None


def make(connection: Connection, code: str, *, team_id: int, member_id: int, teams: bool, now: datetime) -> None:
    """Write a new code down, in the place of any that its member had."""
    connection.execute(delete(link).where(link.c.member_id == member_id))
    values = {"team_id": team_id, "member_id": member_id, "teams": teams, "code": _hash(code), "at": now}
    connection.execute(insert(link).values(**values))


def take(connection: Connection, code: str, *, member_id: int, now: datetime) -> Link | None:
    """Return the link of a code that is still good, which it is no more by that."""
    where = (link.c.code == _hash(code), link.c.at > now - GOOD_FOR, link.c.member_id != member_id)
    taken = update(link).where(*where).values(code=None, other_id=member_id).returning(link.c.id)
    number = connection.execute(taken).scalar_one_or_none()
    return None if number is None else get(connection, number, member_id=member_id, now=now)


def _hash(code: str) -> str:
    return blake2b(code.encode(), digest_size=16).hexdigest()


def get(connection: Connection, number: int, *, member_id: int, now: datetime) -> Link | None:
    """Return a link that is being made, to either of its sides."""
    mine = (link.c.member_id == member_id) | (link.c.other_id == member_id)
    return _link(connection, link.c.id == number, mine, now=now)


def waiting(connection: Connection, member_id: int, *, now: datetime) -> Link | None:
    """Return the link that waits for a member who made its code."""
    return _link(connection, link.c.member_id == member_id, link.c.agreed_at.is_not(None), now=now)


def _link(connection: Connection, *where: Any, now: datetime) -> Link | None:
    rows = connection.execute(_LINK.where(*where, link.c.at > now - GOOD_FOR))
    row = rows.mappings().one_or_none()
    return Link(**row) if row else None


def agree(connection: Connection, number: int, *, now: datetime) -> None:
    """Note that the side which typed the code agrees."""
    connection.execute(update(link).where(link.c.id == number).values(agreed_at=now))


def drop(connection: Connection, number: int) -> None:
    """Forget a link that is being made."""
    connection.execute(delete(link).where(link.c.id == number))


def forget_old(connection: Connection, *, now: datetime) -> None:
    """Forget links that came to nothing, and guesses that count no more."""
    connection.execute(delete(link).where(link.c.at <= now - GOOD_FOR))
    connection.execute(delete(guess).where(guess.c.at <= now - COUNTED_FOR))


def guesses(connection: Connection, member_id: int, *, now: datetime) -> int:
    """Return how many codes a member has typed in the last hour that there are none of."""
    where = (guess.c.member_id == member_id, guess.c.at > now - COUNTED_FOR)
    query = select(func.count()).select_from(guess).where(*where)
    return int(connection.execute(query).scalar_one())


def note_guess(connection: Connection, *, team_id: int, member_id: int, now: datetime) -> None:
    """Note that a member has typed a code that there is none of."""
    connection.execute(insert(guess).values(team_id=team_id, member_id=member_id, at=now))


def join(connection: Connection, members: Iterable[int]) -> None:
    """Make members one person."""
    connection.execute(update(member).where(member.c.id.in_(list(members))).values(person=secrets.token_hex(8)))


def part(connection: Connection, member_id: int) -> None:
    """Make a member a person of their own; whoever is left alone by it is one too."""
    word = connection.execute(select(member.c.person).where(member.c.id == member_id)).scalar_one()
    if word is None:
        return
    connection.execute(update(member).where(member.c.id == member_id).values(person=None))
    left = list(connection.execute(select(member.c.id).where(member.c.person == word)).scalars())
    if len(left) == 1:
        connection.execute(update(member).where(member.c.id == left[0]).values(person=None))


def join_teams(connection: Connection, teams: Iterable[int]) -> None:
    """Let teams have one board."""
    connection.execute(update(team).where(team.c.id.in_(list(teams))).values(joined=secrets.token_hex(8)))


def part_team(connection: Connection, teams: Sequence[int]) -> None:
    """Let the first of teams that have one board have its own again; two make one, so one that is left alone has its own too."""
    parting = teams if len(teams) == 2 else teams[:1]  # noqa: PLR2004
    connection.execute(update(team).where(team.c.id.in_(list(parting))).values(joined=None))


def sides(connection: Connection, members: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the names of members and where to reach them."""
    query = select(member.c.id, member.c.name, func.min(identity.c.ref).label("ref"))
    query = query.join(identity, identity.c.member_id == member.c.id).where(member.c.id.in_(list(members)))
    rows = connection.execute(query.group_by(member.c.id, member.c.name).order_by(member.c.id))
    return {row.id: (row.name, row.ref) for row in rows}


def forget(connection: Connection, member_id: int) -> None:
    """Delete what a member began to link, and end their links."""
    connection.execute(delete(link).where((link.c.member_id == member_id) | (link.c.other_id == member_id)))
    connection.execute(delete(guess).where(guess.c.member_id == member_id))
    part(connection, member_id)
