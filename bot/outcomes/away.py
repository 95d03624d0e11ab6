"""What is decided about days off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayShown:
    """A member's days off that are not over; `saved` is a spell just written down, `cancelled` how many were taken back."""

    spells: Sequence[tuple[date, date]]
    saved: tuple[date, date] | None = None
    cancelled: int | None = None
