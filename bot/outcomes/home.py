"""Where a member stands: points, streak, what is open, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.outcomes.rounds import RoundView


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRound:
    """A round that is not revealed yet, and how many attempts a member has made and has left."""

    view: RoundView
    channel_name: str
    attempts: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeShown:
    """Where a member stands: in the channels that they take part in, what is open and what comes next."""

    points: int
    streak: int
    best_streak: int
    due: int = 0
    open: Sequence[OpenRound] = ()
    coming: Sequence[tuple[str, datetime]] = ()
