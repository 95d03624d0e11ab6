"""What keeps points fair: how many questions may be asked with /quiz, and which are left for the schedules."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Final

ASKED_WITHIN: Final = timedelta(hours=24)
ASKED_BY_MEMBER: Final = 10  # questions asked with /quiz in that time
ASKED_IN_CHANNEL: Final = 20


def goes_on_at(asked: Sequence[datetime], most: int) -> datetime | None:
    """Return when another question may be asked after these, oldest first; None for at once."""
    return asked[-most] + ASKED_WITHIN if len(asked) >= most else None


def spared(pools: Iterable[AbstractSet[str]], open_now: AbstractSet[str]) -> frozenset[str]:
    """Return the questions that must not be opened, for a schedule would have none left to ask.

    `pools` are what the team's schedules draw from. Each keeps as many as there are schedules that draw from it.
    """
    known = list(pools)
    scarce = (
        left for pool in known if len(left := pool - open_now) <= sum(not pool.isdisjoint(other) for other in known)
    )
    return frozenset().union(*scarce)
