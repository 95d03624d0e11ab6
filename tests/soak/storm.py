"""What befalls a platform's calls in a soak: one fault after another, chosen at random."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.doubles.loopback import Fault
from tests.soak.towns import Town

MOST_TIMES: Final = 3  # that one fault strikes
SLOW: Final = (0.05, 0.8)  # seconds, of the machine's
TOLD_TO_WAIT: Final = (0, 0.2, 0.5)  # seconds, of the machine's; Slack's are rounded up to whole ones
CUTS: Final = 0.05  # of the faults: the connection over which the bot hears


@dataclass
class Storm:
    """The faults of one platform; `struck` counts what befell a call, by kind."""

    town: Town
    rng: Random
    rate: float
    struck: Counter[str] = field(default_factory=Counter)
    _armed: list[tuple[str, Fault, int]] = field(default_factory=list)

    def blow(self, most: int = 1) -> None:
        """Let up to so many faults wait for the next calls."""
        for _ in range(most):
            if self.rng.random() < self.rate:
                self._arm()

    def _arm(self) -> None:
        rng, faults = self.rng, self.town.faults
        route, accepted, times = rng.choice(self.town.routes), rng.random() < 1 / 2, rng.randint(1, MOST_TIMES)
        if rng.random() < CUTS:
            self.struck["connection cut"] += self.town.cut()
            return
        kind = rng.choice(("5xx", "dropped", "slow", "429"))
        if kind == "5xx":
            faults.fail(route, status=rng.choice((500, 503, 503, 503)), accepted=accepted, times=times)
        elif kind == "dropped":
            faults.drop(route, accepted=accepted, times=times)
        elif kind == "429":
            faults.limit(route, retry_after=rng.choice(TOLD_TO_WAIT), times=times)
        else:
            held = faults.hold(route, accepted=accepted)
            asyncio.get_running_loop().call_later(rng.uniform(*SLOW), held.release)
        newest = faults._waiting[-1]
        self._armed.append((kind, newest, newest.times))

    def calm(self) -> None:
        """Take back what befell nothing."""
        for kind, fault, times in self._armed:
            self.struck[kind] += times - fault.times
        self._armed.clear()
        self.town.faults.clear()
