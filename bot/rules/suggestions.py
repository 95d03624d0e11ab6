"""Questions that members suggest: what one is, which questions are like it, and the draft that is made of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

SUGGESTED: Final = "suggested"  # the tag of what is made of a suggestion
WAITING: Final = 5  # suggestions of one member at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A member's suggestion; `name` is empty where nobody may be named, and `named` says that they agreed to be at the reveal."""

    id: int
    member: int
    name: str
    text: str
    answer: str
    level: str
    topic: str
    named: bool
    at: datetime
    sent_at: datetime | None

    @property
    def came(self) -> datetime:
        """Since when it waits."""
        return self.sent_at or self.at
