"""How late is too late: until when what falls due is still posted, how often that is tried, and who waits for whom.

Here alone; the handlers, the metrics' buckets and the tests of the documentation take it from here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

Wait = TypeVar("Wait")

CATCH_UP: Final = timedelta(hours=2)  # how late a question may still be posted
BOARD_CATCH_UP: Final = timedelta(hours=24)  # how late a weekly board may
END_CATCH_UP: Final = timedelta(
    days=15
)  # how late the board of a month or season may: a weekly question may be open so long
LATE_AFTER: Final = timedelta(minutes=5)  # from when on a post says that it is late
REMIND_BEFORE: Final = timedelta(hours=2)  # how long before a reveal a streak at risk is told of
LEAST_OPEN: Final = timedelta(hours=1)  # a late question stays open at least so long, or its planned time if shorter
RETRY_AFTER: Final = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
MAX_TRIES: Final = 16  # with the waits between them as long as CATCH_UP; a test holds the two together


def wait(tries: int) -> timedelta:
    """Return how long to wait after so many tries that failed."""
    return back_off(RETRY_AFTER, tries)


def back_off(waits: Sequence[Wait], tries: int) -> Wait:
    """Return the wait that follows so many tries that failed: the last one from there on."""
    return waits[min(tries, len(waits) - 1)]


def not_after(due_at: datetime | None) -> datetime | None:
    """Return until when a question may be posted; one that was asked on the spot has no such end."""
    return due_at + CATCH_UP if due_at else None
