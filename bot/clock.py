"""What time it is: the one place where the core meets the wall clock, and a clock that can be moved by hand."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)  # noqa: TID251  the one wall clock


class MovableClock:
    """The machine's clock until it is moved; then a clock that stands still between moves, as a script needs it."""

    def __init__(self) -> None:
        self._system = SystemClock()
        self._fixed: datetime | None = None

    def now(self) -> datetime:
        """Return the present instant of this clock."""
        return self._fixed or self._system.now()

    @property
    def moved(self) -> bool:
        """Whether the clock was ever moved by hand."""
        return self._fixed is not None

    def move_to(self, when: datetime) -> None:
        """Stand at an instant."""
        self._fixed = when.astimezone(UTC)

    def move_by(self, step: timedelta) -> None:
        """Go on (or back) by a step and stand there."""
        self.move_to(self.now() + step)
