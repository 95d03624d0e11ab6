"""Clocks: the machine's, and one that is moved by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import MovableClock, SystemClock


def test_the_machines_clock_is_aware_and_goes_on():
    """Instants are UTC and never go back between two looks."""
    first, second = SystemClock().now(), SystemClock().now()
    assert first.tzinfo is UTC
    assert first <= second


def test_a_clock_that_was_never_moved_is_the_machines():
    """Until it is moved, a movable clock tells the machine's time."""
    assert abs(MovableClock().now() - SystemClock().now()) < timedelta(minutes=1)


def test_a_moved_clock_stands_still():
    """Moved, it stays where it is until the next move, in UTC whatever the zone of the move."""
    clock = MovableClock()
    clock.move_to(datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Berlin")))
    assert clock.now() == clock.now() == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_a_running_clock_goes_on_from_where_it_was_moved():
    """For a person at the terminal, time goes on after a move, and not backwards."""
    clock = MovableClock(running=True)
    start = datetime(2030, 1, 1, tzinfo=UTC)
    clock.move_to(start)
    first, second = clock.now(), clock.now()
    assert start <= first <= second < start + timedelta(minutes=1)
