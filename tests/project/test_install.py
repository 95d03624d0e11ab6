"""Installing: `make` installs exactly what is locked, whatever newer releases the index of the day holds."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution, distributions
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from packaging.markers import Marker
from packaging.utils import canonicalize_name

from tests.doubles.loopback import PATIENCE

pytestmark = pytest.mark.process

ROOT: Final = Path(__file__).parents[2]
PIN: Final = re.compile(r"^([\w.-]+)==([\w.]+)(?: ; (.+))? \\$", re.MULTILINE)
NEWER: Final = "9999.0"
OWN: Final = {"pip", "setuptools"}  # what a new environment may bring
ASKS: Final = re.compile(r"^(PIP_|MAKE|MFLAGS)")  # variables that would change what is tried here


class Pin(NamedTuple):
    """A line of a lock file."""

    name: str
    version: str
    marker: str

    @property
    def here(self) -> bool:
        """Whether it is for this machine and this Python."""
        return not self.marker or Marker(self.marker).evaluate()


def pins(lock: str) -> list[Pin]:
    found = [Pin(*groups) for groups in PIN.findall((ROOT / "requirements" / lock).read_text())]
    assert found
    return [pin for pin in found if pin.here]


def wheel(index: Path, name: str, version: str, *asked: str) -> str:
    """Make a package with nothing inside that asks for others, and return its hash."""
    name = name.replace("-", "_")
    folder, path = f"{name}-{version}.dist-info", index / f"{name}-{version}-py3-none-any.whl"
    files = {
        "METADATA": "\n".join(
            ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {one}" for one in asked)]
        ),
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any",
        "RECORD": f"{folder}/METADATA,,\n{folder}/WHEEL,,\n{folder}/RECORD,,",
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as packed:
        for file, text in files.items():
            packed.writestr(
                zipfile.ZipInfo(f"{folder}/{file}"), text + "\n"
            )  # of no date, so that its hash is the same again
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give the Makefile with the locks of an index in which each locked package has a newer release that nobody locked.

    The packages are empty and ask for what the real ones ask for, so that nothing is fetched.
    """
    (tmp_path / "requirements").mkdir()
    (index := tmp_path / "index").mkdir()
    shutil.copy(ROOT / "Makefile", tmp_path)
    for lock in ("run.txt", "dev.txt"):
        lines = []
        for name, version, _ in pins(lock):
            wheel(index, name, NEWER)
            locked = wheel(index, name, version, *(distribution(name).requires or ()))
            lines.append(f"{name}=={version} --hash=sha256:{locked}\n")
        (tmp_path / "requirements" / lock).write_text("".join(lines))
    return tmp_path


def make(clone: Path, target: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not ASKS.match(name)}
    pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(clone / "index")}
    return subprocess.run(
        ["make", "--no-print-directory", target], cwd=clone, env={**kept, **pip, "PYTHON": sys.executable},
        capture_output=True, text=True, timeout=5 * PATIENCE, check=False,
    )  # fmt: skip


def installed(clone: Path) -> set[tuple[str, str]]:
    (packages,) = (clone / ".venv").glob("lib/python*/site-packages")
    found = {(canonicalize_name(one.name), one.version) for one in distributions(path=[str(packages)])}
    return {(name, version) for name, version in found if name not in OWN}


def test_what_is_newest_today_changes_nothing(clone: Path):
    """Into an empty environment go the locked ones, all and no others, beside newer ones; what a lock lacks is named first."""
    lock = clone / "requirements" / "run.txt"
    whole = lock.read_text()
    lock.write_text(re.sub(r"^mako==.*\n", "", whole, flags=re.MULTILINE))
    lacks = make(clone, ".venv/run")
    assert lacks.returncode != 0
    assert re.search(r"alembic \S+ requires mako, which is not installed", lacks.stderr.lower())
    lock.write_text(whole)
    done = make(clone, ".venv/dev")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert installed(clone) == {(pin.name, pin.version) for lock in ("run.txt", "dev.txt") for pin in pins(lock)}


def test_nothing_is_installed_otherwise():
    """Every environment of the Makefile is made in this one way; only the tool that writes the locks has none."""
    text = (ROOT / "Makefile").read_text()
    assert len(re.findall(r"^\t@\$\(call installed,", text, re.MULTILINE)) == 4
    assert re.findall(r"^\t.*-m pip (.+)", text, re.MULTILINE) == ["$(QUIET) install uv"]


def test_an_audit_that_sees_nothing_fails():
    """A package that could not be audited fails the audit, as one with a known vulnerability does."""
    assert "/pip-audit --strict " in (ROOT / "Makefile").read_text()
