"""How many questions may be asked, and which are left for schedules."""

from datetime import UTC, datetime, timedelta

from bot.rules.fairness import ASKED_WITHIN, goes_on_at, spared

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_asking_goes_on_when_the_first_of_the_most_is_a_day_old():
    """Below the limit it goes on at once; at it, a day after the oldest that counts."""
    asked = [NOON + timedelta(minutes=n) for n in range(4)]
    assert goes_on_at(asked, 5) is None
    assert goes_on_at(asked, 4) == NOON + ASKED_WITHIN
    assert goes_on_at(asked, 3) == NOON + timedelta(minutes=1) + ASKED_WITHIN


def test_each_schedule_keeps_a_question():
    """A pool that two schedules draw from keeps two; what nobody draws from keeps none."""
    both, own = {"a", "b", "c"}, {"x", "y"}
    assert spared([both, both, own], set()) == frozenset()
    assert spared([both, both, own], {"a"}) == {"b", "c"}
    assert spared([own], {"x"}) == {"y"}
    assert spared([], {"x"}) == frozenset()
