"""How long a process has heard none of its shards, and for how long it therefore counts as one that may soon end again."""

from typing import Final

SILENT_SECONDS: Final = 300.0  # without a connection to any of its shards, after which a process lets others have them
LONGEST_SECONDS: Final = 3600.0  # until such a process counts as one that stays again
MOST: Final = 9  # silences that are told apart: after fewer it is the longest time already


class Silence:
    """Of a process that is to hear shards. Only time counts in which it could be asked who else might hear them, from its first try on."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._looked_at: float | None = None  # once it has tried
        self._times = 0  # that it was too long, since a shard was heard

    def too_long(self) -> bool:
        """Whether others may be better off with the shards."""
        return self._seconds > SILENT_SECONDS

    def begins(self, now: float) -> None:
        """Note that a connection is tried."""
        if self._looked_at is None:
            self._looked_at = now

    def lasts(self, now: float, *, heard: bool, counts: bool = True) -> None:
        """Note whether a shard is `heard` now."""
        if heard:
            self._seconds, self._times = 0.0, 0
        if self._looked_at is not None:
            self._seconds += now - self._looked_at if counts and not heard else 0.0
            self._looked_at = now

    def gives_up(self) -> None:
        """Note that the shards are left to others."""
        self._times = min(self._times + 1, MOST)

    def ends(self) -> None:
        """Note that there are no shards to be heard any more."""
        self._seconds, self._looked_at = 0.0, None

    def settles(self, seconds: float) -> float:
        """Return after how many seconds this process counts as one that stays: ten times as many each time that it gave up what it had."""
        return min(seconds * 10.0**self._times, LONGEST_SECONDS)
