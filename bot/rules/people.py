"""One person with accounts in several teams: what counts of all that they earned, and their streak. Pure folds, as in scoring.

Facts stay with the account that made them, so a link that ends leaves each account with exactly its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.question import Level
from bot.rules import scoring
from bot.rules.scoring import Award, Streak


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One member that a person is, and in which team."""

    member: int
    team: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """One award of one account; `again` says that another account of the person had an earlier round of the same question."""

    team: int
    question: str
    topic: str
    level: Level
    scheduled: bool
    day: date
    again: bool
    award: Award


def counted(earned: Iterable[Earned]) -> Iterator[Earned]:
    """Yield one person's awards, in the order of their rounds, with the points that count.

    A question earns a person once, whichever team asked it first; and of rounds asked with /quiz as many count on a date as for
    anybody.
    """
    asked: Counter[date] = Counter()
    for one in earned:
        beyond = not one.scheduled and not scoring.counts(asked[one.day])
        points = 0 if one.again or beyond else one.award.points
        asked[one.day] += not one.scheduled and points > 0
        yield replace(one, award=replace(one.award, points=points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A closed scheduled round of a channel: its number there, its date, and when it was closed."""

    sequence: int
    day: date
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Days off, and from when until when they stood."""

    first: date
    last: date
    at: datetime
    cancelled_at: datetime | None

    def covers(self, one: Asked) -> bool:
        """Whether a round fell on these days off, as they stood when it was closed."""
        stood = self.at <= one.closed_at and (self.cancelled_at is None or self.cancelled_at > one.closed_at)
        return stood and self.first <= one.day <= self.last


def streak(
    rounds: Iterable[Asked], *, attended: AbstractSet[int], elsewhere: AbstractSet[date], spells: Iterable[Spell]
) -> Streak:
    """Return a person's streak in a channel: a date on which they answered the question of another team is kept too."""
    asked, off_days = list(rounds), list(spells)
    kept = {one.sequence for one in asked if one.sequence in attended or one.day in elsewhere}
    off = {one.sequence for one in asked if any(spell.covers(one) for spell in off_days)}
    return scoring.streak(kept, off=off)
