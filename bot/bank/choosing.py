"""Which question comes next: none returns to a channel before its pool is used up, then the longest unseen first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random

from bot.question import Question


def choose(pool: Sequence[Question], last_asked: Mapping[str, datetime], rng: Random) -> Question | None:
    """Return the next question for a channel, or None when the pool is empty.

    `last_asked` holds, by question id, when this channel last saw a question.
    """
    unseen = sorted((q for q in pool if q.id not in last_asked), key=lambda q: q.id)
    if unseen:
        return rng.choice(unseen)
    return min(pool, key=lambda q: (last_asked[q.id], q.id), default=None)


def unseen(pool: Sequence[Question], last_asked: Mapping[str, datetime]) -> int:
    """Return how many questions of the pool a channel has not seen."""
    return sum(q.id not in last_asked for q in pool)
