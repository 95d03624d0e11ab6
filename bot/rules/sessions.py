"""Who of several processes has which of a platform's sessions: nobody more than their share, and what is free is taken at once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A platform's sessions: of `count` some are `held`, by their numbers; `settled` are the processes that have been there for a while.

    Only for these does anybody give one up: one that ends again and again costs no sessions.
    """

    count: int
    held: Mapping[int, str]
    settled: frozenset[str]
    outgrown: bool = (
        False  # somebody was told that there are to be more: nobody takes any, and whoever has some asks how many
    )

    def of(self, process: str) -> list[int]:
        """Return the sessions that a process has."""
        return sorted(number for number, holder in self.held.items() if holder == process)

    def to_take(self, process: str) -> list[int]:
        """Return the free ones that a process takes."""
        free = [number for number in range(self.count) if number not in self.held]
        return [] if self.outgrown else free[: max(0, self._share(process) - len(self.of(process)))]

    def surplus(self, process: str) -> list[int]:
        """Return those that a process gives up, for others have less."""
        return self.of(process)[self._share(process) :]

    def _share(self, process: str) -> int:
        return math.ceil(self.count / len(self.settled | {process}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a process has of a platform's `count` sessions, what it is to give up of that, and whether `others` have been there for a while."""

    count: int
    held: frozenset[int]
    surplus: frozenset[int]
    others: bool = False
    outgrown: bool = False
