"""When a question that was missed comes back: spaced repetition by FSRS, folded over how well a member recalled it.

Each step is days long, for questions come back on mornings, and nothing is left to chance: the same facts give the same date.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

import fsrs

from bot.grading import Band

REVIEWS_A_MINUTE: Final = 10


class Rating(StrEnum):
    """How well a question was recalled."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


_FSRS: Final = {
    Rating.AGAIN: fsrs.Rating.Again,
    Rating.HARD: fsrs.Rating.Hard,
    Rating.GOOD: fsrs.Rating.Good,
    Rating.EASY: fsrs.Rating.Easy,
}
_BY_BAND: Final = {Band.INCORRECT: Rating.AGAIN, Band.PARTLY: Rating.HARD, Band.CORRECT: Rating.GOOD}
_SCHEDULER: Final = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def rated(band: Band) -> Rating:
    """Return the rating that a grade means; that something was easy only the member can say."""
    return _BY_BAND[band]


def due(entered_at: datetime, recalls: Iterable[tuple[Rating, datetime]], *, missed: bool) -> datetime:
    """Return when a question comes back after all its recalls, oldest first; one `missed` at its reveal was not known then."""
    # Without an id the library sleeps to make one up; without a date it asks the machine for one.
    card = fsrs.Card(card_id=1, due=entered_at)
    for rating, at in [(Rating.AGAIN, entered_at)] * missed + [*recalls]:
        card, _ = _SCHEDULER.review_card(card, _FSRS[rating], max(at, card.last_review or at))
    return card.due
