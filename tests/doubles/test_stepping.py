"""The stepped clock steps the clock on the wall, and nothing else that threads wait by."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.doubles import stepping
from tests.doubles.stepping import SteppedClock

LIBRARY = stepping.library()
# As the interpreter's own threads wait for their turn: by the clock that only goes on.
WAITS = """
import ctypes, time
c, memory = ctypes.CDLL(None), [ctypes.create_string_buffer(128) for _ in range(3)]
how, waited_for, lock = memory
c.pthread_condattr_init(how), c.pthread_condattr_setclock(how, time.CLOCK_MONOTONIC)
c.pthread_cond_init(waited_for, how), c.pthread_mutex_init(lock, None), c.pthread_mutex_lock(lock)
for _ in range(5):
    until = time.monotonic_ns() + 5_000_000
    c.pthread_cond_timedwait(waited_for, lock, (ctypes.c_long * 2)(*divmod(until, 10**9)))
    print(time.monotonic_ns() >= until)
"""


@pytest.mark.skipif(LIBRARY is None, reason="no faketime is installed")
@pytest.mark.parametrize("by", [timedelta(0), timedelta(hours=-1), timedelta(hours=1)])
def test_threads_wait_as_long_as_they_say(tmp_path: Path, by: timedelta):
    """Whatever the clock is stepped by, a thread's timed wait neither ends at once nor lasts for the hour."""
    assert LIBRARY
    clock = SteppedClock(tmp_path / "clock")
    clock.step(by)
    own = {**os.environ, **stepping.preloaded(LIBRARY), **clock.environment}
    done = subprocess.run(
        [sys.executable, "-c", WAITS], env=own, capture_output=True, text=True, timeout=600, check=True
    )
    assert done.stdout.split() == ["True"] * 5, done.stderr
