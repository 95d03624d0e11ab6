"""`python -m bot health`: whether the bot that owns the data folder is alive, as a container's engine asks it."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import FOUND, OK, main
from bot.cli import health
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.jobs import Jobs
from bot.ports import HELD
from bot.store.notebook import StoredNotebook
from tests.doubles.discord.process import study
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import SCHEDULE, Hall
from tests.doubles.loopback import PATIENCE
from tests.doubles.process import bot, write_bank
from tests.process.test_whole_process import environment

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Capture = pytest.CaptureFixture[str]


def seen(folder: Path, at: datetime) -> None:
    """Leave a sign of life from an instant."""
    (folder / health.SIGN).touch()
    os.utime(folder / health.SIGN, (at.timestamp(), at.timestamp()))


@pytest.mark.parametrize("ago", [0, 59, -59])
def test_a_fresh_sign_is_life(hall: Hall, tmp_path: Path, ago: int):
    """A sign of life within the last minute, while the database can be read, is what health asks for."""
    seen(tmp_path, NOW - timedelta(seconds=ago))
    assert health.problem(tmp_path, now=NOW) == ""


async def test_a_bot_that_waits_to_connect_is_alive_and_says_so(hall: Hall, tmp_path: Path):
    """While a platform's start is held back the bot is alive, for to start it again would not help; afterwards nothing is said."""
    await StoredNotebook(hall.db).put(f"discord{HELD}", (NOW + timedelta(seconds=90)).isoformat())
    assert health.alive(tmp_path, now=NOW).startswith(
        "The bot is alive. discord: too many starts: the next waits until 09:01:30 UTC"
    )
    assert health.alive(tmp_path, now=NOW + timedelta(seconds=90)) == "The bot is alive."
    assert health.alive(tmp_path / "nowhere", now=NOW) == "The bot is alive."


@pytest.mark.parametrize("ago", [61, 100_000, -61])
def test_an_old_sign_is_none(hall: Hall, tmp_path: Path, ago: int):
    """An older sign, or one from a clock that was put back since, is not enough; the age is told."""
    seen(tmp_path, NOW - timedelta(seconds=ago))
    assert f"last sign of life {ago} seconds ago" in health.problem(tmp_path, now=NOW)


def test_no_sign(tmp_path: Path):
    """Without a sign of life no bot runs there; the words say what to do."""
    assert "STUDYHALL_DATA_DIR" in health.problem(tmp_path, now=NOW)


def test_a_database_that_cannot_be_read(tmp_path: Path):
    """With a sign of life, a database that is missing or none is still a problem, and nothing is made in its place."""
    seen(tmp_path, NOW)
    assert "cannot be opened" in health.problem(tmp_path, now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == [health.SIGN]
    (tmp_path / "studyhall.db").write_text("This is a letter, and no database at all. " * 100)
    assert "not a database" in health.problem(tmp_path, now=NOW)


def test_signs_belong_to_one_run(tmp_path: Path):
    """A sign that a killed bot left is taken away at the next start, and a bot that ends takes its own."""
    seen(tmp_path, NOW)
    with health.signs(tmp_path) as give:
        assert not (tmp_path / health.SIGN).exists()
        give()
        assert (tmp_path / health.SIGN).exists()
    assert not (tmp_path / health.SIGN).exists()


def test_a_sign_that_cannot_be_given(tmp_path: Path):
    """Where the disk refuses, the bot goes on without a sign of life."""
    (tmp_path / "data").mkdir()
    with health.signs(tmp_path / "data") as give:
        shutil.rmtree(tmp_path / "data")
        give()
    assert not (tmp_path / "data").exists()


TEN = 10.0  # seconds: five are the bot's own patience, and what it does in the others takes one on a machine five times slower
HANGING = """
import re
from bot.cli import health
with health.ended_when_hung(seconds={seconds}) as stir:
    stir()
    {what}
print("went on")
"""


@pytest.mark.process
@pytest.mark.parametrize(
    ("what", "seconds", "status", "said"),
    [("re.match('(a+)+$', 'a' * 60 + 'b')", 0.2, 1, "Timeout (0:00:00"), ("pass", PATIENCE, 0, "")],
)
def test_who_hangs_is_ended(what: str, seconds: float, status: int, said: str):
    """A process that stands still, even with the interpreter in its hands, says where and ends; one that goes on does not."""
    run = [sys.executable, "-c", HANGING.format(what=what, seconds=seconds)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == status
    assert said in done.stderr
    assert ("went on" in done.stdout) is (status == 0)


async def test_a_pulse_begins_at_once():
    """Where no scheduler ticks, signs of life begin with the block and end with it."""
    given: list[int] = []
    async with health.pulse(lambda: given.append(1)):
        await asyncio.sleep(0)
        assert given == [1]


async def test_every_step_of_a_tick_is_a_sign(hall: Hall):
    """A tick gives a sign for each few schedules planned, for each occurrence dealt with, and at its end; one that fails was only tried."""
    signs: list[int] = []
    tries: list[int] = []
    jobs = Jobs(hall.app, alive=lambda: signs.append(1))
    jobs.tried = lambda: tries.append(1)
    await hall.types("you", SCHEDULE)
    await jobs._tick_or_log()
    assert len(signs) == 2
    await jobs._tick_or_log()
    assert len(signs) == 3
    hall.clock.move_to(NOW)
    await jobs._tick_or_log()
    assert hall.tags() == ["question:1"]
    assert len(signs) == 5  # what is planned already is not planned again
    tried = len(tries)

    async def full(*_: Any) -> Any:
        raise StoreError("The disk is full.")

    hall.app.deps.db.read = full  # type: ignore[method-assign, assignment]
    await jobs._tick_or_log()
    assert (len(signs), len(tries)) == (5, tried + 1)


@pytest.mark.process
def test_the_command_tells_a_running_bot_from_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture):
    """`health` leaves with 0 beside a running bot and with 1 once it has ended; it disturbs neither."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYHALL_DATA_DIR", "data")
    env = environment(tmp_path, STUDYHALL_DATA_DIR="data")
    run = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(
        run, cwd=tmp_path, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as bot:
        assert bot.stdin
        assert bot.stdout
        bot.stdin.write("/quiz\n")
        bot.stdin.flush()
        assert "/quiz" in bot.stdout.readline()
        assert main(["health"]) == OK
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(timeout=PATIENCE) == 0
    assert main(["health"]) == FOUND
    alive, ended = capsys.readouterr().out.splitlines()
    assert alive == "The bot is alive."
    assert "No bot runs on data" in ended


@pytest.mark.process
@pytest.mark.parametrize("route", ["POST /channels/*/messages", "POST /interactions/*/*/callback"])
async def test_a_call_that_hangs_does_not_hold_up_the_end(tmp_path: Path, route: str):
    """SIGTERM while Discord leaves a call unanswered ends the bot with 0 within ten seconds, as engines ask for."""
    write_bank(tmp_path)
    async with DiscordServer() as discord:
        room = study(discord)
        async with bot(discord, tmp_path) as process:
            await process.ready()
            assert health.problem(tmp_path / "data", now=SystemClock().now()) == ""
            held = discord.faults.hold(route)
            asked = asyncio.create_task(room.ada.slash(room.quiz, "quiz", level="mid"))
            await held.arrived()
            process.terminate()
            assert await process.ended(within=TEN) == 0
            asked.cancel()
    assert not (tmp_path / "data" / health.SIGN).exists()
