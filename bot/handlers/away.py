"""Days off: written down ahead, so that a streak passes over them; never afterwards, or any streak could be mended."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.commands import TakeDaysOff
from bot.errors import BadValue
from bot.handlers.deps import Call, Deps, today
from bot.outcomes import AwayShown
from bot.store import away

LONGEST: Final = timedelta(days=366)
EXAMPLE: Final = "/away 2026-12-24..2027-01-02"


async def take_days_off(command: TakeDaysOff, call: Call, deps: Deps) -> AwayShown:
    """Write down, take back or list the asker's days off."""

    def change(connection: Connection) -> AwayShown:
        me, day = call.who.member, today(connection, call)
        if command.action == "cancel":
            return _cancelled(connection, command, call, day)
        saved = None
        if command.days is not None:
            first, last = saved = _checked(*command.days.on(day), today=day)
            if saved not in away.coming(connection, me, since=day):
                away.add(connection, first, last, team_id=call.who.team, member_id=me, now=call.now)
        return AwayShown(spells=away.coming(connection, me, since=day), saved=saved)

    return await deps.db.write(change)


def _cancelled(connection: Connection, command: TakeDaysOff, call: Call, day: date) -> AwayShown:
    """Take back the days off that are named; without a name those of today, or the only ones."""
    me = call.who.member
    spells = away.coming(connection, me, since=day)
    running = [one for one in spells if one[0] <= day]
    named = command.days.on(day) if command.days else next(iter(running or spells), (day, day))
    if command.days is None and not running and len(spells) > 1:
        return AwayShown(spells=spells, which=True)
    away.cancel(connection, me, since=day, now=call.now, named=named)
    left = away.coming(connection, me, since=day)
    gone = [one for one in spells if one not in left]
    return AwayShown(spells=left, cancelled=gone, today=any(one in gone for one in running))


def _checked(first: date, last: date, *, today: date) -> tuple[date, date]:
    """Return days off, or raise BadValue with how to write them."""
    if last < first:
        raise BadValue(f"The last day comes before the first. Write the earlier one first: {EXAMPLE}")
    if first < today:
        raise BadValue(f"{first:%-d %B %Y} is over. Days off can be set for today and later: {EXAMPLE}")
    if last - first > LONGEST or first - today > LONGEST:
        raise BadValue(f"That is more than a year. Set the days off within the coming year: {EXAMPLE}")
    return first, last
