"""Which of several processes on PostgreSQL has which of a platform's sessions, and when the next one may be begun.

A session belongs to a process as long as that process has its row in `lease` (bot/store/turn.py), and so does its place among those
that share them out. When the next may be begun is nobody's: it holds also where whoever began the last one has ended. The server's clock counts.
"""

from collections.abc import Container, Iterator
from typing import Final

from sqlalchemy import Connection, text

from bot.rules.sessions import Seen, Share
from bot.store.claims import PROCESS
from bot.store.database import Database
from bot.store.turn import RESPITE, reap

_SESSION: Final = "session"
_PRESENT: Final = "present"  # with a process's name: that it takes part, from the row's instant on as one that stays
_BEGUN: Final = "begun"  # until the row's instant nobody begins another
_OUTGROWN: Final = "outgrown"  # with a number of sessions: until the row's instant it is known to be too small
_FOR: Final = 60.0  # seconds, in which everybody has asked again
_LATER: Final = "clock_timestamp() + make_interval(secs => CAST(:seconds AS double precision))"
_SEEN: Final = text(
    "SELECT name, holder, ends_at <= clock_timestamp() AS settled FROM lease "  # noqa: S608  our own words
    "WHERE name LIKE :outgrowns AND ends_at > clock_timestamp() OR (name LIKE :sessions OR name LIKE :presents) AND holder IN "
    f"(SELECT holder FROM lease WHERE name LIKE '{PROCESS}%' AND (ends_at >= clock_timestamp() OR {RESPITE}))"
)
_TAKE: Final = text(
    f"INSERT INTO lease (name, holder, ends_at) VALUES (:name, :holder, {_LATER}) ON CONFLICT DO NOTHING"  # noqa: S608  the same
)
_GIVE: Final = text("DELETE FROM lease WHERE holder = :holder AND name LIKE :which")
_BEGIN: Final = text(
    f"INSERT INTO lease (name, holder, ends_at) VALUES (:name, '', {_LATER}) "  # noqa: S608  the same
    "ON CONFLICT (name) DO UPDATE SET ends_at = excluded.ends_at WHERE lease.ends_at <= clock_timestamp() RETURNING 1"
)
_UNTIL: Final = text(
    "SELECT greatest(0.01, extract(epoch FROM ends_at - clock_timestamp())) FROM lease WHERE name = :name"
)


class StoredSessions:
    """Shares out the sessions of one platform, with whoever is on the same database."""

    def __init__(self, db: Database, platform: str) -> None:
        self._db = db
        self._platform = platform

    async def look(self, count: int, *, settles: float) -> Share:
        """Take part, counting as one that stays after so many seconds; take what is free, and return what this process has.

        There are `count` sessions, unless others have some of another number.
        """
        holder = self._db.holder

        def look(connection: Connection) -> tuple[Seen, list[tuple[str, float]]]:
            seen, present = self._seen(connection, count)
            return seen, [*self._lacking(seen, present, settles)]

        def take(connection: Connection) -> Seen:
            reap(connection)
            for name, seconds in look(connection)[1]:
                connection.execute(_TAKE, {"name": name, "holder": holder, "seconds": seconds})
            return look(connection)[0]

        seen, lacking = await self._db.read(look)
        if lacking:
            seen = await self._db.write(take)
        held, surplus = frozenset(seen.of(holder)), frozenset(seen.surplus(holder))
        others = bool(seen.settled - {holder})
        return Share(count=seen.count, held=held, surplus=surplus, others=others, outgrown=seen.outgrown)

    async def outgrow(self, count: int) -> None:
        """Let all know that there are to be more sessions than so many."""
        name = self._name(_OUTGROWN, str(count))
        await self._db.write(lambda connection: connection.execute(_BEGIN, {"name": name, "seconds": _FOR}))

    async def let_go(self, number: int) -> None:
        """Give up a session."""
        await self._give(f"{_SESSION}:{self._platform}:%:{number}")

    async def leave(self) -> None:
        """Give up all, and take part no longer."""
        await self._give(f"{_SESSION}:{self._platform}:%")
        await self._give(self._name(_PRESENT, self._db.holder))

    async def begin(self, bucket: int, *, every: float) -> float:
        """Take the turn to begin a session, one of which may be begun in so many seconds; return 0, or the seconds until it may be."""
        name = self._name(_BEGUN, str(bucket))

        def begin(connection: Connection) -> float:
            if connection.execute(_BEGIN, {"name": name, "seconds": every}).first():
                return 0
            return float(connection.execute(_UNTIL, {"name": name}).scalar_one())

        return await self._db.write(begin)

    async def _give(self, which: str) -> None:
        def give(connection: Connection) -> None:
            connection.execute(_GIVE, {"holder": self._db.holder, "which": which})

        await self._db.write(give)

    def _lacking(self, seen: Seen, present: Container[str], settles: float) -> Iterator[tuple[str, float]]:
        """Yield the rows that this process is to write, and after how many seconds their instant is."""
        if self._db.holder not in present:
            yield self._name(_PRESENT, self._db.holder), settles
        for number in seen.to_take(self._db.holder):
            yield self._name(_SESSION, f"{seen.count}:{number}"), 0

    def _seen(self, connection: Connection, count: int) -> tuple[Seen, set[str]]:
        """Return what living processes have, and which of them take part."""
        like = {f"{kind}s": self._name(kind, "%") for kind in (_SESSION, _PRESENT, _OUTGROWN)}
        rows = connection.execute(_SEEN, like).all()
        present = {row.holder: row.settled for row in rows if row.name.startswith(_PRESENT)}
        held = [(*map(int, row.name.split(":")[2:]), row.holder) for row in rows if row.name.startswith(_SESSION)]
        settled = frozenset(holder for holder, is_settled in present.items() if is_settled)
        agreed = next((of for of, _, _ in held), count)
        outgrown = any(row.name == self._name(_OUTGROWN, str(agreed)) for row in rows)
        mine = {number: holder for _, number, holder in held}
        return Seen(count=agreed, held=mine, settled=settled, outgrown=outgrown), {*present}

    def _name(self, kind: str, rest: str) -> str:
        return f"{kind}:{self._platform}:{rest}"
