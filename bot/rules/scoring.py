"""Points, places and streaks: pure folds over facts, so that the same facts always make the same board.

A round's *award* is what one member takes from it once it is closed. Boards add awards up; streaks count rounds in a
row. The running totals that the store keeps are this module's folds, carried on one round at a time.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from bot.grading import Band
from bot.question import Level
from bot.rules.schedule import week_start

MAX_ANSWER: Final = 4_000  # characters of an answer; Discord's form takes no more
MAX_ATTEMPTS: Final = 3  # until the reveal; the best counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an attempt is worth: the cost of a hint in percent, and how many asked rounds a member and local date earn points.

    With `own_words` a streak needs an answer that says something, and is no copy.
    """

    hint_cost: int
    asked_rounds_a_day: int
    level_weight: Mapping[Level, int]
    own_words: bool = False


# By version. An award says by which rules it was made and is folded by the same for ever, so whoever changes the rules
# adds a version and leaves the others alone.
_FIRST: Final = Rules(
    hint_cost=20, asked_rounds_a_day=3, level_weight={Level.MID: 1, Level.SENIOR: 2, Level.PRINCIPAL: 3}
)
RULES: Final[Mapping[int, Rules]] = {1: _FIRST, 2: replace(_FIRST, own_words=True)}
VERSION: Final = max(RULES)
HINT_COST: Final = RULES[VERSION].hint_cost
ASKED_ROUNDS_A_DAY: Final = RULES[VERSION].asked_rounds_a_day
LEVEL_WEIGHT: Final = RULES[VERSION].level_weight


class Period(StrEnum):
    """What span of local dates a board is about."""

    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    ALL = "all"

    def start(self, day: date) -> date:
        """Return the first local date of the period that a date is in; a season is a calendar quarter."""
        match self:
            case Period.WEEK:
                return week_start(day)
            case Period.MONTH:
                return day.replace(day=1)
            case Period.SEASON:
                return day.replace(month=day.month - (day.month - 1) % 3, day=1)
            case _:
                return date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What counts of one attempt: its score and band, how many hints came before it, whether it copied another's.

    One is for `practice` whose answer had been revealed to its member before; one that `says` nothing keeps no streak.
    One given after the reveal's time to a question that is open until the next counts `half`.
    """

    member: int
    score: int
    band: Band
    hints: int = 0
    copied: bool = False
    practice: bool = False
    says: bool = True
    half: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What one member takes from one closed round; `attended` says whether it counts for the streak."""

    member: int
    points: int
    score: int
    band: Band
    attended: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One member's sum over awards: points, rounds attempted, rounds correct, and the scores' sum."""

    member: int
    points: int = 0
    rounds: int = 0
    correct: int = 0
    score: int = 0

    def plus(self, award: Award) -> "Tally":
        """Return the tally carried on by one award."""
        return Tally(
            member=self.member,
            points=self.points + award.points,
            rounds=self.rounds + 1,
            correct=self.correct + (award.band is Band.CORRECT),
            score=self.score + award.score,
        )

    @property
    def accuracy(self) -> int:
        """The mean score in percent, 0 where nothing was attempted."""
        return round(self.score / self.rounds) if self.rounds else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One member's totals of one topic and level."""

    topic: str
    level: Level
    tally: Tally


@dataclass(frozen=True, slots=True)
class Streak:
    """Scheduled rounds in a row; `last` is the sequence number of the newest one attempted."""

    length: int = 0
    best: int = 0
    last: int = 0

    def attended(self, sequence: int) -> "Streak":
        """Return the streak carried on by an attended round: round numbers leave no gap, so a gap is a missed one."""
        length = self.length + 1 if sequence == self.last + 1 else 1
        return Streak(length, max(self.best, length), sequence)

    def passed(self, sequence: int) -> "Streak":
        """Return the streak carried over a round of a day off, which neither breaks it nor counts."""
        return Streak(self.length, self.best, sequence) if sequence == self.last + 1 else self

    def current(self, newest: int) -> int:
        """Return the length that still runs, given the number of the channel's newest closed round."""
        return self.length if self.last == newest else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One line of a board; members with equal points share a place, and the next place counts them all (1, 1, 3)."""

    place: int
    tally: Tally


def points(level: Level, attempt: Attempt, *, version: int = VERSION) -> int:
    """Return what an attempt is worth: score x level weight, less the hints taken before it; nothing for a copy or practice."""
    if attempt.copied or attempt.practice:
        return 0
    rules = RULES[version]
    whole = attempt.score * rules.level_weight[level] * max(0, 100 - rules.hint_cost * attempt.hints) // 100
    return whole // 2 if attempt.half else whole


def counts(before: int, *, version: int = VERSION) -> bool:
    """Whether an asked round earns points after so many on the same day."""
    return before < RULES[version].asked_rounds_a_day


def award(level: Level, attempts: Sequence[Attempt], *, counts: bool = True, version: int = VERSION) -> Award:
    """Return a member's award: the best attempt that is no copy; with `counts` false its score stands without points."""
    own = [attempt for attempt in attempts if not attempt.copied]
    attended = not RULES[version].own_words or any(one.says or one.score > 0 for one in own)
    if not own:
        return Award(member=attempts[0].member, points=0, score=0, band=Band.INCORRECT, attended=attended)
    worth, best = max(((points(level, one, version=version), one) for one in own), key=lambda w: (w[0], w[1].score))
    return Award(member=best.member, points=worth if counts else 0, score=best.score, band=best.band, attended=attended)


def fold(awards: Iterable[Award]) -> dict[int, Tally]:
    """Return each member's tally."""
    tallies: dict[int, Tally] = {}
    for one in awards:
        tallies[one.member] = tallies.get(one.member, Tally(member=one.member)).plus(one)
    return tallies


def streak(sequences: Iterable[int], *, off: Iterable[int] = ()) -> Streak:
    """Return the streak of one member from the numbers of the rounds attended, and of those on days off; none is none at all."""
    run, passed = Streak(), set(off)
    for sequence in sorted({*sequences, *passed}):
        if sequence not in passed:
            run = run.attended(sequence)
        elif run.best:
            run = run.passed(sequence)
    return run


def rank(tallies: Iterable[Tally], *, without: Container[int] = ()) -> list[Standing]:
    """Return the board, best first; equal points share a place; members without points or hidden are left out."""
    ordered = sorted(
        (t for t in tallies if t.points > 0 and t.member not in without), key=lambda t: (-t.points, t.member)
    )
    standings: list[Standing] = []
    for position, tally in enumerate(ordered, start=1):
        shared = bool(standings) and standings[-1].tally.points == tally.points
        standings.append(Standing(place=standings[-1].place if shared else position, tally=tally))
    return standings
