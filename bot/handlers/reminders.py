"""Streaks at risk: who asked to be reminded hears of it two hours before the reveal, unless they have answered or are away."""

from datetime import datetime

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.handlers.deps import view_of
from bot.outcomes import Nothing, StreaksAtRisk
from bot.ports import Ref
from bot.rules import quiet
from bot.rules.schedule import Occurrence, State
from bot.store import members, people, rounds, schedules


def remind_due(
    connection: Connection, occurrence: Occurrence, round_id: int, now: datetime, bank: Bank
) -> StreaksAtRisk | Nothing:
    """Return whom to remind; a round that was revealed meanwhile needs nobody's answer."""
    current = rounds.get(connection, round_id, team_id=occurrence.team)
    assert current is not None  # noqa: S101  rounds are never deleted
    if current.closed_at is not None or now >= current.reveal_at:
        schedules.settle(connection, [occurrence.id], State.SKIPPED, now=now, note="it is revealed already")
        return Nothing()
    at_risk = people.at_risk(connection, current, now=now)
    found = [(_reached(connection, who, now), length) for who, length in at_risk.items()]
    tell = [(ref, length) for ref, length in found if ref is not None]
    name = members.channel_names(connection, [current.channel])[current.channel]
    view = view_of(connection, current, bank)
    return StreaksAtRisk(view=view, channel_name=name, tell=tell, settles=occurrence.id)


def _reached(connection: Connection, member: int, now: datetime) -> Ref | None:
    """Return where to reach a member; whose quiet hours it is are left alone: what is said after the reveal helps nobody."""
    if quiet.until(*members.quiet_of(connection, member), now):
        return None
    return members.ref_of(connection, member)
