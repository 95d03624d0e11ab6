"""What is decided about the teams in which members play for the board (squads)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.commands import ShowLeaderboard
from bot.outcomes.boards import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadMember:
    """Whom a squad's line names: in it already, or only from the next week on (`comes`), or only until then (`goes`)."""

    name: str
    comes: bool = False
    goes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadsListed:
    """The squads with those who may be named; `change` says what was done, to the squad `name`.

    The asker's own squad is `now`, and from `since` on `then`; `hidden` members do not count.
    """

    squads: Sequence[tuple[str, Sequence[SquadMember]]]
    since: date
    best: int
    now: str = ""
    then: str = ""
    change: str = ""
    name: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceProposed:
    """Squads that are equally strong by the points of a season: each with its members and their points together."""

    squads: Sequence[tuple[str, Sequence[str], int]]
    since: date
    seal: str
    last_season: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadBoardShown:
    """A member asked for the squads' board; they are in one of them, or not."""

    board: Board
    asked: ShowLeaderboard
    squads: int
    member: bool


OfSquads = SquadsListed | BalanceProposed | SquadBoardShown
