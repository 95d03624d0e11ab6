"""What a grade is: the score, its band, what each key point earned and by which words, and every deduction's reason."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

VERSION: Final = "3.7"
CORRECT_FROM: Final = 70
PARTLY_FROM: Final = 35
AIDED: Final = "+opinion"  # behind the version, where a second opinion has earned a point
EARNED_FROM: Final = 0.5  # the credit from which a key point counts as covered


class Band(StrEnum):
    """What a member is told first."""

    CORRECT = "correct"
    PARTLY = "partly"
    INCORRECT = "incorrect"


@dataclass(frozen=True, slots=True)
class PointResult:
    """How far one key point was met: credit 0 to 1, the member's own words that earned it, and how sure that is."""

    key_point: str
    weight: int
    credit: float
    evidence: str = ""
    sure: float = 1.0

    @property
    def earned(self) -> bool:
        """Whether the point counts as covered."""
        return self.credit >= EARNED_FROM


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points taken off, and why; a `mistake` tells the truth and waits for the reveal."""

    points: int
    reason: str
    mistake: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """A score of 0 to 100 with what explains it; `version` names the grader that gave it.

    `unsure` says why a person should look at it, and is empty where the grader is sure.
    """

    score: int
    points: tuple[PointResult, ...]
    deductions: tuple[Deduction, ...] = ()
    unsure: str = ""
    version: str = VERSION

    @property
    def band(self) -> Band:
        """What a member is told first."""
        return band_of(self.score)

    @property
    def aided(self) -> bool:
        """Whether a second opinion has earned a point of it."""
        return AIDED in self.version

    @property
    def covered(self) -> int:
        """How many key points the answer covers."""
        return sum(point.earned for point in self.points)

    @property
    def notes(self) -> tuple[str, ...]:
        """The reasons that may be shown at once."""
        return tuple(cut.reason for cut in self.deductions if not cut.mistake)

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The misconceptions found, which wait for the reveal."""
        return tuple(cut.reason for cut in self.deductions if cut.mistake)


def band_of(score: int) -> Band:
    """Return the band of a score of 0 to 100."""
    if score >= CORRECT_FROM:
        return Band.CORRECT
    return Band.PARTLY if score >= PARTLY_FROM else Band.INCORRECT
