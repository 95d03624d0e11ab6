"""SECURITY.md keeps its word: every threat has what holds it and tests that exist."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
TEXT: Final = (ROOT / "SECURITY.md").read_text()
ROWS: Final = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line[:3] == "| X"]


def test_every_threat_is_answered():
    """The threats are X1 to X16, each with what happens, what holds it and at least one test."""
    assert [row[0] for row in ROWS] == [f"X{number}" for number in range(1, 17)]
    assert [row[0] for row in ROWS if len(row) != 4 or not all(row)] == []


def test_every_test_that_is_named_exists():
    """Whoever follows a test's name finds it."""
    named = [name for row in ROWS for name in re.findall(r"`(tests/[\w/]+\.py::\w+)`", row[3])]
    assert len(named) >= len(ROWS)
    places = [(ROOT / file, name) for file, _, name in (one.partition("::") for one in named)]
    missing = [n for path, n in places if not re.search(rf"^(?:async )?def {n}\(", path.read_text(), re.MULTILINE)]
    assert missing == []
