"""Grades that wait for a person: what one is, until when a member may appeal, and what a decision makes of a score."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot.errors import BadValue
from bot.grading import Band, PointResult
from bot.grading.reading import read
from bot.rules.schedule import instant, local_date
from bot.text import clip

DAY: Final = timedelta(days=1)
APPEAL_DAYS: Final = 7  # after the reveal
APPEALS_WAITING: Final = 5  # of one member at a time
MAX_DECISION: Final = 1_000  # characters of a decision and its reason
TOP_SCORE: Final = 100
DECISIONS: Final = ("keep", *Band)
TYPICAL: Final = {Band.CORRECT: 90, Band.PARTLY: 50, Band.INCORRECT: 10}  # what a decided band scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An attempt whose grade waits: `unsure` says why the grader doubts it, `appeal` what its author says against it.

    Without an appeal `appeal` is None, and it is empty where no reason was given. `opinion` is the second opinion's score.
    `own` says that an organiser found it to be no copy, `came` since when it waits.
    """

    attempt: int
    round: int
    member: int
    name: str
    text: str
    score: int
    band: Band
    points: tuple[PointResult, ...]
    unsure: str | None
    opinion: int | None
    version: str
    copied: bool
    own: bool
    appeal: str | None
    came: datetime

    @property
    def waits(self) -> bool:
        """Whether there is something to decide."""
        return self.unsure is not None or self.appeal is not None


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Spot:
    """A place at the desk: first what somebody waits for, the longest first, then what nobody does, by its `turn`."""

    turn: int = 0
    came: datetime
    suggestion: int = 0
    question: str = ""
    grade: int = 0  # of which attempt


def spot_after(spots: Iterable[Spot], after: Spot | None) -> Spot | None:
    """Return the spot that follows another, which may be gone; the first after the last."""
    ordered = sorted(spots)
    later = (one for one in ordered if after is not None and one > after)
    return next(later, ordered[0] if ordered else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an organiser decides: `keep`, a band, or points; and the reason that the member is told, which may be empty."""

    verdict: str
    reason: str = ""

    def score(self, doubt: Doubt) -> int:
        """Return the score that is decided: the grader's where it lies in the decided band, else the band's typical one."""
        if self.verdict.isdecimal():
            return int(self.verdict)
        if self.verdict in {"keep", doubt.band}:
            return doubt.score
        return TYPICAL[Band(self.verdict)]

    def settles(self, like: Doubt, doubt: Doubt) -> bool:
        """Whether the decision on `doubt` also gives another attempt that says the same, `like`, a new grade.

        A grade that is kept is no news for others, but for those that wait with the same score. Who appeals for being taken for
        a copy waits for a decision about that.
        """
        if like.copied and like.appeal is not None:
            return False
        if self.verdict == "keep":
            return like.waits and like.score == doubt.score
        return like.waits or like.score != self.score(doubt)

    def counts(self, doubt: Doubt) -> bool:
        """Whether it lets a copy count: whatever is decided but to keep its grade says that it is none."""
        return doubt.copied and self.verdict != "keep"


def read_decision(text: str) -> Decision:
    """Read a decision as it is written: the verdict first, then the reason; raises BadValue."""
    first, _, reason = text.strip().partition(" ")
    verdict = first.strip(".,:;").casefold()
    points = int(verdict) if verdict.isascii() and verdict.isdigit() and len(verdict) <= len(str(TOP_SCORE)) else None
    if verdict not in DECISIONS and (points is None or points > TOP_SCORE):
        kept = f" You wrote: {text.strip()}" if reason else ""  # so that no word is lost
        raise BadValue(
            f"“{clip(first, 60)}” is no decision. Begin with keep, correct, partly, incorrect or points from 0 to "
            f"{TOP_SCORE}; what follows is the reason.{kept}"
        )
    return Decision(verdict=verdict, reason=reason.strip())


def same_words(text: str, others: Iterable[tuple[int, str]]) -> list[int]:
    """Return those of the others, by number, that say the same to the grader: word by word, whatever their form and spelling."""
    wanted = _as_read(text)
    return [number for number, other in others if _as_read(other) == wanted]


def _as_read(text: str) -> tuple[str, ...]:
    return tuple(word.stem for word in read(text).words)


def appeals_end(closed_at: datetime | None) -> datetime | None:
    """Return until when grades of a round may be appealed against; while it is open there is no end."""
    return closed_at + timedelta(days=APPEAL_DAYS) if closed_at else None


def may_appeal(*, score: int, copied: bool, appealed: bool, closed_at: datetime | None, now: datetime) -> bool:
    """Whether an appeal against a grade can be made, and could change anything."""
    end = appeals_end(closed_at)
    return not appealed and (end is None or now <= end) and (copied or score < TOP_SCORE)


def hour_before(now: datetime, *, at: time, zone: str) -> datetime:
    """Return when it was last that hour of the day in a zone."""
    day = local_date(now, zone)
    return instant(day, at, zone) if instant(day, at, zone) <= now else instant(day - DAY, at, zone)


def to_tell(came: Sequence[datetime], told: datetime | None, *, at: time, zone: str, now: datetime) -> bool:
    """Whether organisers are told now of what came to their desk: at their hour, once a day, and only of something new."""
    hour = hour_before(now, at=at, zone=zone)
    return (told is None or told < hour) and any(one <= hour and (told is None or told < one) for one in came)
