"""Study teams inside a team (squads): from when a change counts, what a squad scores, and how members are shared out evenly.

Who is in which squad is a fold over moves, each with the Monday from which it counts. A squad's score is the mean of what its
best members earned, always divided by the same number: neither a large squad wins by its size, nor a small one by one member.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.rules.schedule import week_start

BEST: Final = (
    3  # members that count unless organisers say otherwise: as many come each day, also of a squad of four or five
)
MOST_BEST: Final = 10
MOST: Final = 30  # squads of a team
NAME_CHARS: Final = 40
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From a date on a member is in a squad, or in none; of several with one date the last counts."""

    member: int
    squad: int | None
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A squad's place: the points of its best members together, and how many of its members have any."""

    place: int
    squad: int
    points: int
    scorers: int


def counts_from(today: date) -> date:
    """Return the Monday from which a change counts that is made today."""
    return week_start(today) + WEEK


def members_on(moves: Iterable[Move], day: date) -> dict[int, int]:
    """Return each member's squad on a date; moves come in the order they were made."""
    newest: dict[int, Move] = {}
    for move in moves:
        if move.since <= day and (move.member not in newest or newest[move.member].since <= move.since):
            newest[move.member] = move
    return {member: move.squad for member, move in newest.items() if move.squad is not None}


def rank(points: Mapping[int, Sequence[int]], *, best: int) -> list[Standing]:
    """Return the squads from the points of each one's members, best first; equal ones share a place."""
    sums = {squad: sum(sorted(each, reverse=True)[:best]) for squad, each in points.items()}
    ordered = sorted((squad for squad in sums if sums[squad] > 0), key=lambda squad: (-sums[squad], squad))
    return [
        Standing(
            place=1 + sum(other > sums[squad] for other in sums.values()),
            squad=squad,
            points=sums[squad],
            scorers=sum(one > 0 for one in points[squad]),
        )
        for squad in ordered
    ]


def balanced(strength: Mapping[int, int], squads: Sequence[int]) -> dict[int, int]:
    """Share members out: equally many to each squad, the strongest that are left to the squads that are weakest so far."""
    ordered = sorted(strength, key=lambda member: (-strength[member], member))
    sums, shared = dict.fromkeys(squads, 0), {}
    for start in range(0, len(ordered), len(squads)):
        weakest = sorted(squads, key=lambda squad: (sums[squad], squad))
        for member, squad in zip(ordered[start:], weakest, strict=False):
            shared[member] = squad
            sums[squad] += strength[member]
    return shared
