"""What is shown of points: boards and statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.ports import Ref
from bot.question import Level
from bot.rules.scoring import Period, Share, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    """One member's line of a board."""

    place: int
    name: str
    tally: Tally
    streak: int
    moved: int | None
    you: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadLine:
    """One team's line of a board: the points of its best members together, and how many of its members have any."""

    place: int
    name: str
    points: int
    scorers: int
    yours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board: its lines, and how many members it counts in all; `running` while its time is not over.

    `end` is its last date. The score of the `squads` is the mean of their `best` members.
    """

    period: Period
    start: date
    end: date
    running: bool = True
    topic_title: str = ""
    level: Level | None = None
    lines: Sequence[BoardLine] = ()
    members: int = 0
    squads: Sequence[SquadLine] = ()
    best: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardShown:
    """A member asked for a board; `own` is their line where it is not among the first."""

    board: Board
    own: BoardLine | None
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPosted:
    """The board of a week, month or season that ends is to be posted in its channel; it mentions those on it who want that."""

    board: Board
    channel: Ref
    settles: int
    mentions: Sequence[Ref] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsShown:
    """A member's statistics; `copies` of their own rounds count as 0, for all they said in them was another's answer.

    Of the rounds in `total`, `practice` could earn nothing, and `beyond` came after those that count on
    their day. Of their own `review` they are told how much is due, and how much is in it; `live` is what they had in live
    rounds, and how much of it is in `total`, as on the boards.
    """

    name: str
    own: bool
    total: Tally
    streak: int
    best_streak: int
    shares: Sequence[tuple[str, Share]]
    copies: int = 0
    practice: int = 0
    beyond: int = 0
    review: tuple[int, int] | None = None
    live: tuple[int, int] = (0, 0)

    @property
    def earning(self) -> int:
        """How many rounds could earn points."""
        return self.total.rounds - self.practice - self.beyond - self.copies
