"""A wall clock that is stepped while a process runs, where Debian's `faketime` is installed.

It is stepped for all that the process loads. The clock that only goes on stays alone, which breaks `time.sleep`: no bot calls it.
It breaks the waits of threads for their turn too, which ended at once, and asked again and again: a bot of several threads was ten
times slower, and on a busy machine too slow for Slack. A forced fix that the library has for another case made that of it, so it is off.
"""

from datetime import timedelta
from pathlib import Path


def library() -> Path | None:
    """Return what steps clocks, if it is installed."""
    return next(iter(sorted(Path("/usr").glob("lib*/*/faketime/libfaketimeMT.so.1"))), None)


def preloaded(library: Path) -> dict[str, str]:
    """Return the environment in which a process has it."""
    return {
        "LD_PRELOAD": str(library), "DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    }  # fmt: skip


class SteppedClock:
    """The clock of one process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.environment = {"FAKETIME_TIMESTAMP_FILE": str(path)}
        self.step(timedelta(0))

    def step(self, by: timedelta) -> None:
        """Put it ahead or back, from what the machine's is."""
        new = self._path.with_suffix(".new")  # it is read at each look at the clock, and so never half written
        new.write_text(f"{by.total_seconds():+.0f}")
        new.rename(self._path)
