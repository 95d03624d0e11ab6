"""The wave of a morning: schedules in 24 zones that all ask at 09:00, planned by the bot's own rule, delivered within the platforms' limits.

Time is virtual, and the platforms are their documented figures alone: what a process needs for a post, how many it has under way at
once, how long a call takes, and how many calls a second one token may make. Where questions of one zone are late, those of the next wait
behind them, as they would. `python -m tests.soak.wave` prints the table of docs/scaling.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from statistics import quantiles
from typing import Final

from bot.jobs import CHANNELS_AT_ONCE
from bot.rules.schedule import Kind, Plan

ZONES: Final = tuple(f"Etc/GMT{hours:+d}" for hours in range(-12, 12))  # one an hour, no two alike
DAY: Final = date(2026, 12, 1)
PROCESSOR: Final = 0.02  # seconds of one core for a question that is posted, measured on SQLite with 400 schedules


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a platform allows, and what a question takes there."""

    name: str
    calls: int  # for one question, one after another
    takes: float = 0.15  # seconds a call
    per_second: float | None  # calls that one token may make; None where each team has a token of its own


# Discord: a message and its thread; 50 requests a second for a bot (Developer documentation, "Rate Limits", global).
# Slack: a message; a message a second for each channel, some hundred a minute for each workspace (chat.postMessage), each with its token.
DISCORD: Final = Limits(name="Discord", calls=2, per_second=50.0)
SLACK: Final = Limits(name="Slack", calls=1, per_second=None)


def due(count: int, zones: Sequence[str] = ZONES) -> Iterator[float]:
    """Yield when each of so many schedules asks on one date, in seconds since a moment before its first midnight, earliest first."""
    plan = Plan(zone="UTC", at=time(9), weekdays=frozenset(range(7)), reveal=time(17), board_day=4, board_at=time(17))
    begin = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) - timedelta(hours=14)
    instants = sorted((replace(plan, zone=zone).due(Kind.QUESTION, DAY) - begin).total_seconds() for zone in zones)
    return (instants[number * len(zones) // count] for number in range(count))


class Wave:
    """A wave on its way: each process has so many posts under way, one core, and calls in the order in which they are ready."""

    def __init__(self, moments: Sequence[float], limits: Limits, *, processes: int, tokens: int) -> None:
        self.moments, self.limits = moments, limits
        self.late = [0.0] * len(moments)
        self._core = [0.0] * processes
        self._next_call = [0.0] * tokens
        self._left = [iter(range(process, len(moments), processes)) for process in range(processes)]
        self._ready: list[
            tuple[float, int, int]
        ] = []  # when a post's next call may be made, the post, and how many calls are left

    def run(self) -> list[float]:
        """Return how late each question stands in its channel, in seconds."""
        for _ in range(CHANNELS_AT_ONCE):
            for process in range(len(self._core)):
                self._begin(process, 0.0)
        while self._ready:
            self._call(*heappop(self._ready))
        return self.late

    def _begin(self, process: int, now: float) -> None:
        """Begin a process's next post, once it is due and the core is free."""
        if (post := next(self._left[process], None)) is not None:
            self._core[process] = max(now, self._core[process], self.moments[post]) + PROCESSOR
            heappush(self._ready, (self._core[process], post, self.limits.calls))

    def _call(self, at: float, post: int, left: int) -> None:
        if self.limits.per_second:
            token = post % len(self._next_call)
            at = max(at, self._next_call[token])
            self._next_call[token] = at + 1 / self.limits.per_second
        at += self.limits.takes
        if left > 1:
            heappush(self._ready, (at, post, left - 1))
            return
        self.late[post] = at - self.moments[post]
        self._begin(post % len(self._core), at)


def row(count: int, limits: Limits, *, processes: int, tokens: int) -> str:
    """Return a line of the table."""
    late = Wave(tuple(due(count)), limits, processes=processes, tokens=tokens).run()
    cut = quantiles(late, n=100)
    return f"| {count:,} | {limits.name} | {processes} | {tokens} | {cut[49]:,.1f} s | {cut[98]:,.1f} s | {max(late):,.1f} s |"


RUNS: Final[Sequence[tuple[int, Limits, int, int]]] = (
    (1_000, DISCORD, 1, 1), (10_000, DISCORD, 1, 1), (100_000, DISCORD, 1, 1), (100_000, DISCORD, 4, 1), (100_000, DISCORD, 4, 4),
    (1_000, SLACK, 1, 1), (10_000, SLACK, 1, 1), (100_000, SLACK, 1, 1), (100_000, SLACK, 4, 1),
)  # fmt: skip


def main() -> None:
    """Print the table."""
    print("| schedules | platform | processes | tokens | half within | 99 of 100 within | all within |")
    print("|---|---|---|---|---|---|---|")
    for count, limits, processes, tokens in RUNS:
        print(row(count, limits, processes=processes, tokens=tokens))


if __name__ == "__main__":
    main()
