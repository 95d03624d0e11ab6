"""Which question comes next: none returns to a channel before its pool is used up, then the longest unseen first.

Of those that are new to a channel, one of the topic and level that are furthest behind in the pool, so that a week has a bit of
everything; and never twice running of one topic while others are left.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Final

from bot.question import Level, Question

WARMUP: Final = 5  # questions of each level, a working week


def choose(
    pool: Sequence[Question], last_asked: Mapping[str, datetime], rng: Random, *,
    among: Sequence[Question] = (), last_topic: str = "",
) -> Question | None:  # fmt: skip
    """Return the next question for a channel, or None when the pool is empty.

    `last_asked` holds, by question id, when this channel last saw a question; `last_topic` is the topic of the newest. The
    pool is what may be asked now of `among`, by which it is told what is behind.
    """
    new = sorted((q for q in pool if q.id not in last_asked), key=lambda q: q.id)
    if not new:
        return min(pool, key=lambda q: (last_asked[q.id], q.id), default=None)
    whole = among or pool
    others = [question for question in new if question.topic != last_topic] or new
    behind = _furthest_behind(others, _seen(whole, last_asked, lambda q: q.topic), lambda q: q.topic)
    levels = _seen(whole, last_asked, lambda q: q.level)
    shares: dict[str, float] = {}
    for topic in {question.topic for question in behind}:  # each topic as likely as another, however many it has
        of_topic = _furthest_behind([q for q in behind if q.topic == topic], levels, lambda q: q.level)
        shares |= {question.id: 1 / len(of_topic) for question in of_topic}
    return rng.choices(new, [shares.get(question.id, 0) for question in new])[0]


def warming_up(pool: Sequence[Question], asked: int) -> Sequence[Question]:
    """Return what a channel that was asked so many questions begins with: the lowest level, then the next, then everything."""
    levels = [level for level in Level if any(question.level == level for question in pool)]
    rung = asked // WARMUP
    return [question for question in pool if question.level == levels[rung]] if rung < len(levels) - 1 else pool


def _seen(
    whole: Sequence[Question], last_asked: Mapping[str, datetime], kind: Callable[[Question], str]
) -> dict[str, float]:
    """Return which share of each kind a channel has seen."""
    all_of = Counter(map(kind, whole))
    seen = Counter(kind(question) for question in whole if question.id in last_asked)
    return {one: seen[one] / count for one, count in all_of.items()}


def _furthest_behind(
    some: Sequence[Question], seen: Mapping[str, float], kind: Callable[[Question], str]
) -> list[Question]:
    least = min(seen[kind(question)] for question in some)
    return [question for question in some if seen[kind(question)] == least]


def unseen(pool: Sequence[Question], last_asked: Mapping[str, datetime]) -> int:
    """Return how many questions of the pool a channel has not seen."""
    return sum(q.id not in last_asked for q in pool)
