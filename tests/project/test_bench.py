"""The benchmarks: each runs once in small, for what is not run rots."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.doubles.loopback import PATIENCE

pytestmark = pytest.mark.process

ROOT: Final = Path(__file__).parents[2]
BENCHES: Final = sorted((ROOT / "tests" / "bench").glob("bench_*.py"))


def test_they_are_all_here():
    """`make bench` runs every file that is tried here."""
    assert len(BENCHES) >= 6
    assert "in tests/bench/bench_*.py; do" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("bench", BENCHES, ids=lambda bench: bench.stem)
def test_it_runs_in_small(bench: Path, tmp_path: Path):
    """A benchmark runs to its end on next to nothing, and prints its ratios."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STUDYHALL_")}
    done = subprocess.run(
        [sys.executable, str(bench), "--small"], cwd=tmp_path, env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=5 * PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert " x the floor (" in done.stdout
