"""What was acted on and what was posted: deliveries seen, notices given, and the message under each tag."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.ports import Ref
from bot.store.claims import free
from bot.store.ready import Ready
from bot.store.schema import event, message, notice
from bot.store.upsert import insert_new

KEEP_EVENTS: Final = timedelta(hours=48)  # the longest any platform delivers again, and half of that once more

CROWNED_FOR: Final = timedelta(days=100)  # a season, and some days: nobody else may have a champion's role still

_CROWN: Final = "champion:"  # how the notice begins that somebody was given such a role
_SENT: Final = Ready(
    select(message.c.place, message.c.ref, message.c.sending_at).where(message.c.tag == bindparam("of_tag"))
)  # built once: each message asks it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A tag's entry: without `ref` the posting was begun at `sending_at` and its end was never heard of."""

    place: Ref
    ref: Ref | None
    sending_at: datetime


class Turnout(Enum):
    """What comes of a process's wish to draw a card anew: it is its turn, another is drawing it, or has drawn a later state."""

    MINE = auto()
    BUSY = auto()
    OUTRANKED = auto()


def first_time(connection: Connection, event_id: str, *, now: datetime) -> bool:
    """Remember a delivery, and return whether it is new."""
    return insert_new(connection, event, id=event_id, at=now)


def known(connection: Connection, event_id: str) -> bool:
    """Whether a delivery was acted on, as far as that is remembered."""
    return connection.execute(select(event.c.id).where(event.c.id == event_id)).first() is not None


def forget_events(connection: Connection, *, before: datetime, limit: int) -> bool:
    """Forget some deliveries so old that no platform repeats them, and return whether there may be more."""
    old = select(event.c.id).where(event.c.at < before).limit(limit)
    return connection.execute(delete(event).where(event.c.id.in_(old))).rowcount == limit


def first_notice(connection: Connection, team_id: int, key: str, *, now: datetime) -> bool:
    """Remember that organisers were told something, and return whether it is the first time."""
    return insert_new(connection, notice, team_id=team_id, key=key, at=now)


def noticed(connection: Connection, team_id: int, key: str) -> datetime | None:
    """Return when organisers were told something."""
    query = select(notice.c.at).where(notice.c.team_id == team_id, notice.c.key == key)
    return connection.execute(query).scalar_one_or_none()


def forget_notice(connection: Connection, team_id: int, key: str) -> None:
    """Forget a notice, so that it may be given again."""
    connection.execute(delete(notice).where(notice.c.team_id == team_id, notice.c.key == key))


def crown(
    connection: Connection, members: Iterable[int], *, team_id: int, role: Ref, occurrence: int, now: datetime
) -> list[int]:
    """Note who is given a role by a board's occurrence, and return who had it by those before; repeated, it is the same."""
    key = f"{_CROWN}{role}:"
    there = (notice.c.team_id == team_id, notice.c.key.startswith(key, autoescape=True))
    connection.execute(delete(notice).where(*there, notice.c.at < now - CROWNED_FOR))
    rows = connection.execute(select(notice.c.key).where(*there))
    had = [one.removeprefix(key).partition(":") for one in rows.scalars()]
    for member in members:
        first_notice(connection, team_id, f"{key}{occurrence}:{member}", now=now)
    return sorted({int(who) for number, _, who in had if number != str(occurrence)})


def uncrown(connection: Connection, role: Ref, *, team_id: int) -> list[int]:
    """Forget who was given a role, and return who that was."""
    key = f"{_CROWN}{role}:"
    there = (notice.c.team_id == team_id, notice.c.key.startswith(key, autoescape=True))
    had = connection.execute(delete(notice).where(*there).returning(notice.c.key)).scalars()
    return sorted({int(one.rpartition(":")[2]) for one in had})


def crowns(connection: Connection, member: int, *, team_id: int) -> list[Ref]:
    """Return the champions' roles that a member was given; they may have been taken since."""
    there = (notice.c.team_id == team_id, notice.c.key.startswith(_CROWN))
    given = (
        one.removeprefix(_CROWN).rsplit(":", 2)
        for one in connection.execute(select(notice.c.key).where(*there)).scalars()
    )
    return sorted({role for role, _, who in given if who == str(member)})


def sent(connection: Connection, tag: str) -> Sent | None:
    """Return a tag's entry."""
    rows = _SENT.rows(connection, of_tag=tag)
    return next((Sent(place=place, ref=ref, sending_at=at) for place, ref, at in rows), None)


def sending(connection: Connection, tag: str, *, place: Ref, round_id: int | None, now: datetime, by: str = "") -> bool:
    """Write down that a process is about to post a message; the first instant is kept, and the newest place.

    Return False where another process is posting it, or has posted it.
    """
    if insert_new(
        connection, message, tag=tag, place=place, round_id=round_id, ref=None, sending_at=now, claimed_by=by
    ):
        return True
    mine = (message.c.tag == tag, message.c.ref.is_(None), free(message.c.claimed_by, by))
    return bool(connection.execute(update(message).where(*mine).values(place=place, claimed_by=by)).rowcount)


def posted(connection: Connection, tag: str, ref: Ref) -> None:
    """Write down the message that was posted."""
    connection.execute(update(message).where(message.c.tag == tag).values(ref=ref, claimed_by=""))


def forget(connection: Connection, tag: str) -> None:
    """Forget a message that was deleted, so that it can be posted again."""
    connection.execute(delete(message).where(message.c.tag == tag))


def drawing(connection: Connection, tag: str, *, rank: int, by: str) -> Turnout:
    """Take a card in hand to draw it anew in a state of some rank, and return whether that is to be."""
    row = connection.execute(
        select(message.c.rank, free(message.c.claimed_by, by).label("free")).where(message.c.tag == tag)
    ).one_or_none()
    if row is None:  # forgotten for its age
        return Turnout.MINE
    if row.rank > rank:
        return Turnout.OUTRANKED
    if not row.free:
        return Turnout.BUSY
    connection.execute(update(message).where(message.c.tag == tag).values(rank=rank, claimed_by=by))
    return Turnout.MINE


def let_go(connection: Connection, tag: str, *, by: str) -> None:
    """Have others post a message, or draw a card anew, that this process had in hand."""
    connection.execute(update(message).where(message.c.tag == tag, message.c.claimed_by == by).values(claimed_by=""))
