"""The container's image, built and run as compose.yaml runs it: `make image-test`, where docker or podman is.

No test of `make test`, because it needs an engine. `ENGINE` names it, with its own options; `BUILD` and `RUN` are options
for its build and its run, for machines where these need some.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[2]
SCRIPT: Final = (ROOT / "tests" / "scripts" / "study_day.txt").read_text()
IMAGE: Final = f"studyhall:test-{uuid.uuid4().hex[:8]}"
Done = subprocess.CompletedProcess[str]


def given(name: str) -> list[str]:
    return shlex.split(os.environ.get(name, ""))


@pytest.fixture(scope="session")
def engine() -> list[str]:
    """Give the first engine that answers."""
    for words in [given("ENGINE")] if "ENGINE" in os.environ else [["docker"], ["podman"]]:
        if (
            shutil.which(words[0])
            and subprocess.run([*words, "info"], capture_output=True, check=False).returncode == 0
        ):
            return words
    pytest.exit("No container engine answers. Start docker or podman, or name one: make image-test ENGINE=podman", 1)


@pytest.fixture(scope="session")
def image(engine: list[str]) -> Iterator[str]:
    """Give the built image, and take it away at the end."""
    form = ["--format", "docker"] if "podman" in engine[0] else []  # the other form has no health check
    build = [*engine, "build", *form, *given("BUILD"), "--tag", IMAGE, "--build-arg", "REVISION=abc", str(ROOT)]
    subprocess.run(build, check=True)
    yield IMAGE
    subprocess.run([*engine, "image", "rm", "--force", IMAGE], capture_output=True, check=False)


@pytest.fixture
def volume(engine: list[str]) -> Iterator[str]:
    """Give a new volume."""
    name = f"studyhall-test-{uuid.uuid4().hex[:8]}"
    subprocess.run([*engine, "volume", "create", name], capture_output=True, check=True)
    yield name
    subprocess.run([*engine, "volume", "rm", "--force", name], capture_output=True, check=False)


@pytest.fixture
def run(engine: list[str], image: str, volume: str) -> list[str]:
    """Give the words that run the image as compose.yaml says, on no network and a volume; what follows is the bot's."""
    bot: Any = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["bot"]
    rules = [f"--tmpfs={mount}" for mount in bot["tmpfs"]] + [f"--security-opt={rule}" for rule in bot["security_opt"]]
    rules += [f"--cap-drop={name}" for name in bot["cap_drop"]] + ["--read-only"] * bot["read_only"]
    rules += [f"--memory={bot['mem_limit']}", f"--cpus={bot['cpus']}", f"--pids-limit={bot['pids_limit']}"]
    fixed = ["--rm", "--interactive", "--network=none", f"--volume={volume}:/data"]
    return [*engine, "run", *fixed, *rules, *given("RUN"), image]


def finished(words: list[str], typed: str = "") -> Done:
    return subprocess.run(words, input=typed, capture_output=True, text=True, timeout=300, check=False)


def program(run: list[str], *words: str) -> Done:
    """Run another program than the bot in the image, under the same rules."""
    return finished([*run[:-1], f"--entrypoint={words[0]}", run[-1], *words[1:]])


def test_the_image_says_what_it_is(engine: list[str], image: str):
    """User, volume, command, signal, health check and labels are in the image, and no token is."""
    seen = finished([*engine, "image", "inspect", image]).stdout
    config = json.loads(seen)[0]["Config"]
    assert config["User"] == "10001:10001"
    assert list(config["Volumes"]) == ["/data"]
    assert (config["Entrypoint"], config["Cmd"]) == (["python", "-m", "bot"], ["run"])
    assert config["Labels"]["org.opencontainers.image.revision"] == "abc"
    assert not re.search(r"TOKEN|SECRET|_KEY=", " ".join(config["Env"]))
    megabytes = json.loads(seen)[0]["Size"] / 1_000_000
    print(f"The image has {megabytes:.0f} MB.")  # noqa: T201  a figure for whoever ran this
    assert megabytes < 700


def test_only_what_is_locked_is_installed(run: list[str]):
    """In the image are the packages of requirements/run.txt alone, and no compiler."""
    listing = "import re, importlib.metadata as m; print(*(re.sub(r'[-_.]+', '-', d.name).lower() + '==' + d.version for d in m.distributions()))"
    installed = set(program(run, "python", "-c", listing).stdout.split())
    locked = set(re.findall(r"^[\w.-]+==[\w.]+", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE))
    assert len(installed) > 20
    assert installed - locked == set()
    assert program(run, "sh", "-c", "command -v gcc cc g++ make").stdout == ""


def test_nothing_but_data_and_tmp_can_be_written(run: list[str]):
    """The user is 10001 without any capability; code, bank and system are read-only."""
    assert program(run, "id", "-u").stdout == "10001\n"
    status = program(run, "cat", "/proc/self/status").stdout
    assert re.findall(r"Cap(?:Eff|Prm|Bnd):\s+(\S+)", status) == ["0" * 16] * 3
    assert "NoNewPrivs:\t1" in status
    for folder in ("/app", "/app/content", "/opt/venv", "/usr/local", "/", "/root"):
        assert program(run, "touch", f"{folder}/x").returncode != 0
    for folder in ("/data", "/tmp"):  # noqa: S108  the container's
        assert program(run, "touch", f"{folder}/x").returncode == 0


def test_a_study_day_is_played_and_kept(run: list[str]):
    """The script plays as it does outside, and what was said is still on the volume in the next container."""
    day = finished(run, SCRIPT)
    assert (day.returncode, day.stderr) == (0, "")
    for words in ("Question of the day", "Studyhall to maya", "The answer ·", "Weekly board", "🥇"):
        assert words in day.stdout
    again = finished(run, "/as maya\n/leaderboard all\n")
    assert "🥇" in again.stdout
    assert "the totals equal the fold" in finished([*run, "recompute"]).stdout


def test_alive_and_then_stopped_in_order(engine: list[str], run: list[str]):
    """A running bot is healthy to its engine; SIGTERM ends it with 0 within ten seconds, and nothing is lost."""
    name = f"studyhall-test-{uuid.uuid4().hex[:8]}"
    begun = time.monotonic()
    with subprocess.Popen(
        [*run[:-1], f"--name={name}", run[-1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as bot:
        assert bot.stdin
        assert bot.stdout
        bot.stdin.write("/quiz mid\n> It has to do with vectors that are close to each other.\n")
        bot.stdin.flush()
        assert any("Saved as attempt 1" in line for line in bot.stdout)
        started = time.monotonic()
        healthy = finished([*engine, "exec", name, "python", "-m", "bot", "health"])
        assert (healthy.returncode, healthy.stdout) == (0, "The bot is alive.\n")
        asked = time.monotonic()
        assert finished([*engine, "kill", "--signal=TERM", name]).returncode == 0
        assert bot.wait(timeout=10) == 0
        ended = time.monotonic()
    print(f"First answer after {started - begun:.1f} s, health {asked - started:.1f} s, end {ended - asked:.1f} s.")  # noqa: T201
    assert finished([*run, "health"]).returncode == 1
    count = "import sqlite3; print(*sqlite3.connect('/data/studyhall.db').execute('SELECT count(*) FROM attempt').fetchone())"
    assert program(run, "python", "-c", count).stdout == "1\n"


def test_a_chart_is_drawn(run: list[str]):
    """The library for charts works without a home, within the memory that it gets."""
    draw = "from adapters.drawing.chart import *; from bot.cards import *; print(len(png(Chart('Points', (Bar('maya', 3),), 'x'))))"
    done = program(run, "python", "-c", draw)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 1000


def test_without_a_token_and_a_terminal_it_says_what_to_do(run: list[str]):
    """Started in the background without a token, the container ends with a sentence and not in silence."""
    quiet = [word for word in run if word != "--interactive"]
    done = subprocess.run(quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 78
    assert "STUDYHALL_DISCORD_TOKEN" in done.stderr
