"""What is decided about grades that the bot is not sure of."""

from dataclasses import dataclass

from bot.outcomes.rounds import RoundView
from bot.ports import Ref
from bot.rules.doubts import Doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtShown:
    """The oldest of `waiting` unsure grades, with its question; none where all are decided."""

    doubt: Doubt | None
    view: RoundView | None
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeDecided:
    """An organiser has decided a grade: `tell` is its member, `then` what waits next."""

    score: int
    before: int
    topic_title: str
    tell: Ref
    then: DoubtShown
