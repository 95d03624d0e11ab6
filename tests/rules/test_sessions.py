"""Who has which of a platform's sessions: all of them somebody, nobody more than a fair share, and nothing moves without need."""

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.sessions import Seen

NAMES = "abcdef"


def settled(held: dict[int, str], living: list[str], count: int, *, there: list[str] | None = None) -> dict[int, str]:
    """Let each of the living look by turns until nothing moves any more, and return who has what."""
    for _ in range(2 * count + 2):
        for one in living:
            seen = Seen(count=count, held=held, settled=frozenset(living if there is None else there))
            held = {number: who for number, who in held.items() if number not in seen.surplus(one)}
            held |= dict.fromkeys(Seen(count=count, held=held, settled=seen.settled).to_take(one), one)
    return held


def test_one_alone_has_all():
    """Who is alone has every session, and gives none up."""
    seen = Seen(count=3, held={}, settled=frozenset())
    assert seen.to_take("a") == [0, 1, 2]
    assert Seen(count=3, held=dict.fromkeys(range(3), "a"), settled=frozenset("a")).surplus("a") == []


def test_a_newcomer_is_given_some_once_it_has_been_there_for_a_while():
    """One that may end again at once costs no sessions; one that stays has its share, the highest numbers."""
    held = dict.fromkeys(range(4), "a")
    assert Seen(count=4, held=held, settled=frozenset("a")).surplus("a") == []
    assert Seen(count=4, held=held, settled=frozenset("ab")).surplus("a") == [2, 3]
    assert Seen(count=4, held={0: "a", 1: "a"}, settled=frozenset("ab")).to_take("b") == [2, 3]


def test_what_is_free_is_taken_by_a_newcomer_too():
    """Where those that had been there are gone, nothing waits until a newcomer has been there for a while."""
    assert Seen(count=2, held={}, settled=frozenset()).to_take("b") == [0, 1]


@given(count=st.integers(1, 20), before=st.sets(st.sampled_from(NAMES), min_size=1), data=st.data())
def test_all_are_had_and_fairly(count: int, before: set[str], data: st.DataObject):
    """Whoever comes and goes, in the end each session is somebody's, nobody has more than a fair share, and then nothing moves."""
    held = settled({}, sorted(before), count)
    now = data.draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    held = settled({number: who for number, who in held.items() if who in now}, now, count)
    assert sorted(held) == [*range(count)]
    assert max(chain([0], ([*held.values()].count(one) for one in now))) <= -(-count // len(now))
    assert settled(held, now, count) == held


@given(count=st.integers(1, 20), living=st.lists(st.sampled_from(NAMES), min_size=1, unique=True), data=st.data())
def test_all_are_had_before_anybody_has_settled(count: int, living: list[str], data: st.DataObject):
    """However few of the living have been there for a while, each session is somebody's."""
    there = data.draw(st.lists(st.sampled_from(living), unique=True))
    assert sorted(settled({}, living, count, there=there)) == [*range(count)]
