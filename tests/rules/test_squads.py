"""Squads: from when a change counts, what a squad scores, and sharing members out."""

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.squads import Move, balanced, counts_from, members_on, rank

MONDAY = date(2026, 11, 23)


def test_a_change_counts_from_the_next_monday():
    """Whatever the weekday, also on a Monday and on a Sunday."""
    assert {counts_from(MONDAY + timedelta(days=n)) for n in range(7)} == {MONDAY + timedelta(days=7)}


def test_of_a_weeks_changes_the_last_counts():
    """Who joins, leaves and joins again in a week is where they were last, from the next week on."""
    later = MONDAY + timedelta(days=7)
    moves = [Move(member=1, squad=squad, since=later) for squad in (1, None, 2)]
    moves = [Move(member=1, squad=3, since=MONDAY), *moves]
    assert members_on(moves, MONDAY) == {1: 3}
    assert members_on(moves, later) == {1: 2}
    assert members_on([*moves, Move(member=1, squad=None, since=later)], later) == {}


def test_neither_many_members_nor_one_win_by_that():
    """The best three count, and where there are fewer the missing ones count as nothing; equal ones share a place."""
    found = rank({1: [90, 10, 10, 10, 10], 2: [100], 3: [60, 50], 4: [0], 5: [110, 0]}, best=3)
    assert [(one.place, one.squad, one.points, one.scorers) for one in found] == [
        (1, 1, 110, 5), (1, 3, 110, 2), (1, 5, 110, 1), (4, 2, 100, 1),
    ]  # fmt: skip


@settings(max_examples=25)
@given(st.dictionaries(st.integers(1, 50), st.integers(0, 900), min_size=1), st.integers(2, 6))
def test_members_are_shared_out_evenly(strength: Mapping[int, int], squads: int):
    """No squad has two members more than another, and none is ahead by more than its strongest member."""
    shared = balanced(strength, range(1, squads + 1))
    sizes = [sum(one == squad for one in shared.values()) for squad in range(1, squads + 1)]
    sums = [sum(strength[who] for who in shared if shared[who] == squad) for squad in range(1, squads + 1)]
    assert set(shared) == set(strength)
    assert max(sizes) - min(sizes) <= 1
    assert max(sums) - min(sums) <= max(strength.values())
