"""Choosing: a lap through a pool is spread over its topics and levels."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.bank.choosing import choose
from bot.question import Level, Question
from tests.doubles.fakes import question

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SIZES = st.dictionaries(
    st.tuples(st.sampled_from(["sky", "sea", "sun", "ice"]), st.sampled_from(list(Level))),
    st.integers(1, 4),
    min_size=1,
)


def lap(pool: list[Question], seed: int) -> list[Question]:
    """Return the questions of one lap through a pool, in the order they are asked."""
    asked: list[Question] = []
    last_asked: dict[str, datetime] = {}
    for step in range(len(pool)):
        last_topic = asked[-1].topic if asked else ""
        chosen = choose(pool, last_asked, Random(seed + step), last_topic=last_topic)
        assert chosen is not None
        last_asked[chosen.id] = NOON + timedelta(days=step)
        asked.append(chosen)
    return asked


@given(SIZES, st.integers(0, 99))
def test_no_topic_comes_twice_running_while_others_are_left(sizes: dict[tuple[str, Level], int], seed: int):
    """A lap asks each question once, and repeats a topic only when nothing else is left."""
    pool = [question(n, level, topic) for (topic, level), count in sizes.items() for n in range(count)]
    asked = lap(pool, seed)
    assert sorted(q.id for q in asked) == sorted(q.id for q in pool)
    for number, (one, other) in enumerate(pairwise(asked), start=1):
        assert one.topic != other.topic or {q.topic for q in asked[number:]} == {one.topic}


@given(st.integers(0, 99))
def test_topics_and_levels_are_balanced_all_along(seed: int):
    """At any point of a lap over equal topics, their shares differ by one question at most, and levels by few."""
    pool = [question(n, level, topic) for topic in ("sky", "sea", "sun") for level in Level for n in range(4)]
    asked = lap(pool, seed)
    for end in range(1, len(asked) + 1):
        topics = Counter(q.topic for q in asked[:end])
        levels = Counter(q.level for q in asked[:end])
        assert max(topics.values()) - min(topics[t] for t in ("sky", "sea", "sun")) <= 1
        assert max(levels.values()) - min(levels[level] for level in Level) <= 2


def test_what_may_not_be_asked_now_counts_as_unseen_of_its_topic():
    """A pool of which some questions are open elsewhere is balanced as a whole."""
    whole = [question(n, Level.MID, topic) for topic in ("sky", "sea") for n in range(3)]
    last_asked = {"sky-mid-0": NOON}
    chosen = choose([whole[1], whole[4]], last_asked, Random(1), among=whole)
    assert chosen is whole[4]
