"""The bot as a process: kill -9 in the middle of a script, a second process, an output that is full."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.doubles.loopback import PATIENCE

ROOT: Final = Path(__file__).parents[2]


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("STUDYHALL_")}
    return {**kept, "STUDYHALL_CONTENT_DIR": str(ROOT / "content"), "PYTHONPATH": str(ROOT), **more}


def run(folder: Path, script: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "run"]
    return subprocess.run(
        command, cwd=folder, env=environment(folder, **more), input=script, capture_output=True, text=True, timeout=PATIENCE, check=False
    )  # fmt: skip


def facts(folder: Path) -> tuple[list[str], int, list[str]]:
    """Return the kept answers, the number of rounds, and the posted tags of a data folder."""
    with closing(sqlite3.connect(folder / "studyhall.db")) as db:
        answers = [row[0] for row in db.execute("SELECT text FROM attempt ORDER BY id")]
        rounds = db.execute("SELECT count(*) FROM round").fetchone()[0]
    entries = [json.loads(line) for line in (folder / "chat.jsonl").read_bytes().splitlines() if line.endswith(b"}")]
    return answers, rounds, [e["tag"] for e in entries if e["kind"] == "message"]


def lines(answers: int) -> list[str]:
    """Return a script over two days in which members answer again and again."""
    script = ["/clock 2026-11-23 08:30 UTC", "/schedule set 09:00 mon-fri reveal=17:00", "/clock 2026-11-23 09:00"]
    for number in range(answers):
        script += [f"/as member{number}", f"> Answer number {number} says a thing or two about it."]
        if number == answers // 2:
            script += ["/quiz mid", "/clock 2026-11-23 17:00", "/clock 2026-11-24 09:00"]
    return [*script, "/clock 2026-11-24 17:00"]


@pytest.mark.parametrize("after", [1, 4, 9, 14, 19, 24])
def test_kill_in_the_middle_loses_and_doubles_nothing(tmp_path: Path, after: int):
    """SIGKILL after some grades were shown: played again, each is kept once and no question stands twice."""
    script = lines(24)
    command = [sys.executable, "-m", "bot", "run"]
    data = tmp_path / "data" / "script"
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as bot:
        assert bot.stdin
        assert bot.stdout
        bot.stdin.write("\n".join(script) + "\n")
        bot.stdin.flush()
        shown = 0
        for line in bot.stdout:
            shown += "Saved as attempt" in line
            if shown == after:
                bot.send_signal(signal.SIGKILL)
                break
        bot.wait(timeout=PATIENCE)
    assert bot.returncode == -signal.SIGKILL
    acknowledged, _, _ = facts(data)
    assert len(acknowledged) >= after
    again = run(tmp_path, "\n".join(script) + "\n")
    assert (again.returncode, again.stderr) == (0, "")
    answers, rounds, tags = facts(tmp_path / "data" / "script.last")
    assert answers == [f"Answer number {n} says a thing or two about it." for n in range(24)]
    assert rounds == 3
    assert sorted(tags) == sorted(set(tags))
    assert {"question:1", "question:2", "question:3", "reveal:1"} <= set(tags)
    with closing(sqlite3.connect(tmp_path / "data" / "script.last" / "studyhall.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_second_process_is_refused(tmp_path: Path):
    """While one bot runs on a data folder, a second one exits 75 and says what to do."""
    command = [sys.executable, "-m", "bot", "run"]
    env = environment(tmp_path, STUDYHALL_DATA_DIR=str(tmp_path / "data"))
    with subprocess.Popen(
        command, cwd=tmp_path, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdin
        assert first.stdout
        first.stdin.write("/help\n")
        first.stdin.flush()
        assert "/help" in first.stdout.readline()
        second = run(tmp_path, "/help\n", STUDYHALL_DATA_DIR=str(tmp_path / "data"))
        assert second.returncode == 75
        assert "Another Studyhall is running" in second.stderr
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=PATIENCE) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_that_is_full_is_said(tmp_path: Path):
    """When standard output cannot be written, the bot ends with a sentence and not with a traceback."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "run"], cwd=tmp_path, env=environment(tmp_path), input="/help\n",
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
