"""The wave of a morning by its closed form: what limits it, and what more of it brings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.soak.wave import DISCORD, PROCESSOR, SLACK, ZONES, Limits, Wave, due


def late(count: int, limits: Limits, *, zones: int = 1, processes: int = 1, tokens: int = 1) -> float:
    """Return how late the last question is."""
    return max(Wave(tuple(due(count, ZONES[:zones])), limits, processes=processes, tokens=tokens).run())


def test_each_zone_has_its_own_morning() -> None:
    """Schedules of 24 zones ask at 24 hours, one after the other, and as late as those of one zone alone."""
    assert len(set(due(240))) == len(ZONES)
    assert late(2_400, SLACK, zones=24) == pytest.approx(late(100, SLACK))


@given(st.integers(100, 600), st.integers(1, 3), st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_what_limits_a_wave(count: int, processes: int, tokens: int) -> None:
    """It lasts as long as its narrowest part: the core of a process, the posts it has under way, or the calls of a token."""
    each = -(-count // processes)
    for limits in (DISCORD, SLACK):
        calls = limits.calls * -(-count // tokens) / (limits.per_second or float("inf"))
        hands = each * (limits.calls * limits.takes + PROCESSOR) / 8
        narrowest = max(each * PROCESSOR, hands, calls)
        assert narrowest * 0.85 <= late(count, limits, processes=processes, tokens=tokens) <= narrowest * 1.3 + 2
