"""A bot without a container, as docs/operating.md sets it up: steps, service and nightly backup are one installation."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from bot.clock import SystemClock
from bot.settings import PREFIX, Settings
from tests.doubles.loopback import PATIENCE
from tests.project.test_docs import fences
from tests.project.test_docs import installation as installation  # noqa: PLC0414  a fixture

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "operating.md"
CODE: Final = "/opt/studyhall"
DATA: Final = "/var/lib/studyhall"


def block(word: str, marker: str = "text") -> str:
    """Return the one block of the page with a word in it."""
    (found,) = [text for kind, text in fences(PAGE) if kind == marker and word in text]
    return found


@pytest.fixture
def unit() -> configparser.SectionProxy:
    """Give the [Service] section; of a name that stands twice, the last."""
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read_string(block("[Service]", "ini"))
    return parsed["Service"]


def dotenv() -> dict[str, str]:
    """Return what the steps write into `.env`."""
    return dict(re.findall(rf"^({PREFIX}\w+)=(.+)$", block("useradd"), re.MULTILINE))


def test_one_folder_and_one_user(unit: configparser.SectionProxy):
    """Steps, service, upgrade and backup name the same code, data and user, and the service may write to its data alone."""
    steps, upgrade, cron = block("useradd"), block("git checkout v"), block("cron.d")
    assert unit["WorkingDirectory"] == CODE
    assert unit["ExecStart"] == f"{CODE}/.venv/bin/python -m bot run"
    assert [text for text in (steps, upgrade, cron) if f"cd {CODE}" not in text] == []
    assert dotenv()[f"{PREFIX}DATA_DIR"] == f"/var/lib/{unit['StateDirectory']}" == DATA
    assert f"-o {unit['User']} -g {unit['User']} {DATA}\n" in steps
    assert f"find {DATA}/backups " in cron
    assert re.search(rf"^0 3 \* \* \*  {unit['User']}  cd ", cron, re.MULTILINE)
    assert unit["ProtectSystem"] == "strict"
    assert "ReadWritePaths" not in unit


def test_settings_of_the_steps_exist():
    """What the steps write into `.env` are settings, and the token's file is the one that they make."""
    assert {name.removeprefix(PREFIX).removesuffix("_FILE").lower() for name in dotenv()} <= set(Settings.model_fields)
    assert f"/dev/stdin {dotenv()[f'{PREFIX}DISCORD_TOKEN_FILE']} " in block("useradd")


def test_exactly_what_is_locked_is_installed():
    """At the first time and at an upgrade pip is told what it is told everywhere."""
    (flags,) = re.findall(r"^LOCKED = (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for text in (block("useradd"), block("git checkout v")):
        assert f"pip {flags} -r requirements/run.txt\n" in text
        assert "pip check\n" in text


def test_the_service_ends_as_the_bot_does(unit: configparser.SectionProxy):
    """It is started again but for what somebody has to mend, and has more time to end than the ten seconds that it needs."""
    assert (unit["Restart"], unit["RestartPreventExitStatus"]) == ("always", "75 78")
    assert int(unit["TimeoutStopSec"]) > 10


@pytest.mark.process
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_the_service_is_one(tmp_path: Path):
    """Systemd takes the unit as it stands, and calls what it leaves open little."""
    path = tmp_path / "studyhall.service"
    path.write_text(block("[Service]", "ini").replace(f"{CODE}/.venv/bin/python", sys.executable), encoding="utf-8")
    read = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False)
    assert (read.returncode, [line for line in read.stderr.splitlines() if path.name in line]) == (0, [])
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert rated.returncode == 0, rated.stdout


@pytest.mark.process
def test_the_nightly_backup_finds_the_services_database(installation: Path):
    """The crontab's line copies the database that `.env` names, and takes away what is older than a month, and nothing else."""
    data = installation / "data"
    old, young = data / "backups" / "old.db", data / "backups" / "young.db"
    old.parent.mkdir(parents=True)
    for path, days in ((old, 32), (young, 29)):
        path.touch()
        at = (SystemClock().now() - timedelta(days=days)).timestamp()
        os.utime(path, (at, at))
    (installation / ".env").write_text(f"{PREFIX}DATA_DIR={data}\n", encoding="utf-8")
    line = (
        block("cron.d").splitlines()[1].split(maxsplit=6)[6].replace(CODE, str(installation)).replace(DATA, str(data))
    )
    script = f"cd {installation} && .venv/bin/python -m bot migrate && cd / && {line}"
    kept = {"PATH": os.environ["PATH"]}
    subprocess.run(["sh", "-euc", script], env=kept, capture_output=True, text=True, timeout=5 * PATIENCE, check=True)
    (made,) = [path for path in old.parent.iterdir() if path != young]
    assert made.name.startswith("studyhall-")
    assert not old.exists()
