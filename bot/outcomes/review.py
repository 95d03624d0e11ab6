"""What is decided about review: what is due, how a question was recalled, when it comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.grading import Grade
from bot.ports import Ref
from bot.question import Question
from bot.rules.review import Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewShown:
    """How many of a member's questions are due, and which is `next`, as (id in review, question, topic's title).

    `coming` is when the next is due where none is now; `changed` is the question that was just `added`, or dropped.
    """

    due: int
    count: int
    next: tuple[int, Question, str] | None = None
    coming: datetime | None = None
    changed: Question | None = None
    added: bool = False


@dataclass(frozen=True, slots=True)
class RecallFormOpened:
    """A member wants to answer a question in review."""

    review: int
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallGraded:
    """An answer in review is graded: how that is rated, when the question comes back, and how many are due besides.

    Of one that the member rated differently nothing is graded anew, and one that was sent `again` is the recall that it was.
    """

    recall: int
    question: Question
    rating: Rating
    back_at: datetime
    due: int
    grade: Grade | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewExported:
    """All that a member reviews, as notes for Anki."""

    document: str
    count: int


@dataclass(frozen=True, slots=True)
class ReviewsDue:
    """Whom to tell that questions are due in review, and how many."""

    tell: Mapping[Ref, int]


OfReview = ReviewShown | RecallFormOpened | RecallGraded | ReviewExported | ReviewsDue
