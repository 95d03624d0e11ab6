"""How hard a question is, from facts: what members had of it, whether it tells them apart, and what should be looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import StatisticsError, correlation
from typing import Final

from bot.grading import CORRECT_FROM
from bot.question import Question

ENOUGH: Final = 3  # members, to say that nobody or everybody earns it
MANY: Final = 6  # members, to say that a key point is never said, or that the question does not tell them apart
APPEALS: Final = 2  # that succeeded


class Feeling(StrEnum):
    """What members may say of a question after its reveal."""

    CLEAR = "clear"
    UNCLEAR = "unclear"
    TOO_EASY = "too-easy"
    TOO_HARD = "too-hard"


OPPOSITE: Final = {
    Feeling.CLEAR: Feeling.UNCLEAR,
    Feeling.UNCLEAR: Feeling.CLEAR,
    Feeling.TOO_EASY: Feeling.TOO_HARD,
    Feeling.TOO_HARD: Feeling.TOO_EASY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a question: rounds, members' best scores, who had each key point, appeals, what was said of it.

    `elsewhere` are the members' mean scores in other questions.
    """

    rounds: int = 0
    scores: Mapping[int, int] = field(default_factory=dict)
    had: Mapping[str, int] = field(default_factory=dict)
    elsewhere: Mapping[int, float] = field(default_factory=dict)
    appeals: int = 0
    accepted: int = 0
    felt: Mapping[Feeling, int] = field(default_factory=dict)

    @property
    def mean(self) -> int | None:
        """The mean of the members' best scores."""
        return round(sum(self.scores.values()) / len(self.scores)) if self.scores else None

    @property
    def compared(self) -> int:
        """How many members answered it who answered others, too."""
        return sum(member in self.elsewhere for member in self.scores)

    @property
    def discrimination(self) -> float | None:
        """How far who does well elsewhere does well here, from -1 to 1; None where too few did both, or all did alike."""
        both = [member for member in self.scores if member in self.elsewhere]
        if len(both) < MANY:
            return None
        try:
            return correlation([self.scores[one] for one in both], [self.elsewhere[one] for one in both])
        except StatisticsError:
            return None

    def share(self, point: str) -> int:
        """Return the share of members who had a key point, in percent."""
        return round(100 * self.had.get(point, 0) / len(self.scores)) if self.scores else 0


def to_look_at(question: Question, facts: Facts) -> Iterator[str]:
    """Yield why somebody should look at a question."""
    scores = facts.scores.values()
    if len(scores) >= ENOUGH and max(scores) == 0:
        yield f"nobody of {len(scores)} members earns anything"
    if len(scores) >= ENOUGH and min(scores) >= CORRECT_FROM:
        yield f"all {len(scores)} members answer it correctly"
    if len(scores) >= MANY and max(scores) > 0:
        yield from (f"nobody says {p.id}" for p in question.key_points if not p.extra and not facts.share(p.id))
    if facts.accepted >= APPEALS and 2 * facts.accepted >= facts.appeals:
        yield f"{facts.accepted} of {facts.appeals} appeals were accepted"
    if (tells := facts.discrimination) is not None and tells < 0:
        yield "who does well elsewhere does worse here"
    unclear = facts.felt.get(Feeling.UNCLEAR, 0)
    if unclear >= APPEALS and unclear > facts.felt.get(Feeling.CLEAR, 0):
        yield f"{unclear} members found it unclear"
    yield from _level(facts)


def _level(facts: Facts) -> Iterator[str]:
    easy, hard = (facts.felt.get(one, 0) for one in (Feeling.TOO_EASY, Feeling.TOO_HARD))
    if max(easy, hard) >= ENOUGH and easy != hard:
        yield f"{max(easy, hard)} members found it too {'easy' if easy > hard else 'hard'}"
