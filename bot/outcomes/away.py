"""What is decided about days off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayShown:
    """A member's days off that are not over; `saved` is a spell just written down, `cancelled` are those that were taken back.

    Where one of several could be meant, none is, and it is asked `which`; who was away `today` is here again.
    """

    spells: Sequence[tuple[date, date]]
    saved: tuple[date, date] | None = None
    cancelled: Sequence[tuple[date, date]] | None = None
    which: bool = False
    today: bool = False
