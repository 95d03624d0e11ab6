"""What is decided about appeals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AppealFormOpened:
    """A member wants to say why the grade of an attempt is wrong."""

    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealMade:
    """A member's appeal against a grade waits for an organiser."""

    topic_title: str
    score: int
