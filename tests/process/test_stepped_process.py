"""The bot as a process of its own, on a machine whose clock is put back while it runs."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.doubles import stepping
from tests.doubles.process import bot, write_bank
from tests.doubles.slack.process import start_at, study, told
from tests.doubles.slack.server import SlackServer
from tests.doubles.stepping import SteppedClock

LIBRARY = stepping.library()
AT_TEN = "2035-11-19T10:00:00+00:00"


@pytest.mark.skipif(LIBRARY is None, reason="no faketime is installed")
async def test_a_clock_that_is_put_back_wakes_the_bot_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put back by an hour, it posts what falls due within that hour, and does not sleep until it is as late as it was."""
    assert LIBRARY
    write_bank(tmp_path)
    clock = SteppedClock(tmp_path / "clock")
    for name, value in (stepping.preloaded(LIBRARY) | clock.environment).items():
        monkeypatch.setenv(name, value)
    async with SlackServer() as slack:
        at = study(slack)
        async with bot(slack, tmp_path, **start_at(slack, AT_TEN)) as running:
            await running.ready()
            clock.step(timedelta(hours=-1))
            await at.ada.slash(at.quiz, "schedule set 09:30 UTC daily")
            await running.until(lambda: told(at.ada))
            assert at.quiz.by_bot() == []
            clock.step(timedelta(minutes=-29))
            await running.until(at.quiz.by_bot)
            assert await running.stop() == 0
