"""Quiet hours: the part of a member's day in which nothing is told to them in private; pure functions of wall times and an instant."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.rules.schedule import instant


def spelled(start: time, end: time) -> str:
    """Return quiet hours as they are kept: “22:00-08:00”."""
    return f"{start:%H:%M}-{end:%H:%M}"


def until(quiet: str, zone: str, now: datetime) -> datetime | None:
    """Return when the quiet hours end that it is in, or None; what cannot be read any more keeps nobody quiet."""
    try:
        start, end = map(time.fromisoformat, quiet.split("-"))
        local = now.astimezone(ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None
    over_midnight = start > end
    wall = local.time()
    if not (wall >= start or wall < end if over_midnight else start <= wall < end):
        return None
    day = local.date() + timedelta(days=1) if over_midnight and wall >= start else local.date()
    return instant(day, end, zone)
