"""What time it is: the one place where the core meets the wall clock, and a clock that can be moved by hand."""

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

CLOCKS_APART: Final = timedelta(minutes=1)  # by which a platform's clock may differ from ours


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
    """The machine's clock until it is moved by hand; from then on it stands still, or with `running` goes on from there."""

    def __init__(self, *, running: bool = False) -> None:
        self._system = SystemClock()
        self._running = running
        self._moved_to: datetime | None = None
        self._moved_at = self._system.now()

    def now(self) -> datetime:
        """Return the present instant of this clock."""
        if self._moved_to is None:
            return self._system.now()
        passed = self._system.now() - self._moved_at if self._running else timedelta(0)
        return self._moved_to + passed

    def move_to(self, when: datetime) -> None:
        """Go to an instant."""
        self._moved_to, self._moved_at = when.astimezone(UTC), self._system.now()


def begun_at(start: datetime | None, *, running: bool) -> MovableClock:
    """Return a clock that begins now, or for a rehearsal at another instant."""
    clock = MovableClock(running=running)
    if start:
        clock.move_to(start)
    return clock
