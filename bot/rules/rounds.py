"""What a round is: a question asked in a channel, from its opening to its reveal; and the tags of its messages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from bot.question import Level

QUESTION_TAG: Final = "question:"  # how the tags of questions' cards begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A question asked in a channel; open until `closed_at`. From `half_at` on an answer counts half."""

    id: int
    team: int
    channel: int
    channel_ref: str
    asked_by: int | None
    asked_by_name: str
    question_id: str
    version: str
    level: Level
    topic: str
    scheduled: bool
    repeat: bool
    local_date: date
    opened_at: datetime
    reveal_at: datetime
    due_at: datetime | None
    half_at: datetime | None = None
    closed_at: datetime | None
    sequence: int | None

    @property
    def earns(self) -> bool:
        """Whether it can earn points; a scheduled one does, for who had not been shown its answer."""
        return self.scheduled or not self.repeat


class Answerer(NamedTuple):
    """Somebody who has answered a round, by the name that is kept of them; who is hidden is counted and not named."""

    member: int
    name: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Where and when a round opens; one that nobody asked for is the schedule's."""

    team: int
    channel: int
    asked_by: int | None
    local_date: date
    at: datetime
    reveal_at: datetime
    due_at: datetime | None = None
    half_at: datetime | None = None


def question_tag(round_id: int) -> str:
    """Return the tag of a round's question card."""
    return f"{QUESTION_TAG}{round_id}"


def reveal_tag(round_id: int) -> str:
    """Return the tag of a round's reveal."""
    return f"reveal:{round_id}"


def thread_tag(tag: str) -> str:
    """Return the tag under which the thread of a message is remembered."""
    return f"thread:{tag}"
