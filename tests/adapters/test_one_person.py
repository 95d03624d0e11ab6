"""A person with an account on each platform: whoever is on Discord, or on Slack, links it with one somewhere else."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.sides import SIDES


@pytest.mark.parametrize("side", SIDES, ids=lambda one: one.__name__)
async def test_an_account_is_linked_with_one_elsewhere(side: Any, tmp_path: Path):
    """The code is shown to its member alone, what the other side did comes to them directly, and by a button they agree."""
    async with side(tmp_path) as maya:
        (code,) = re.findall(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", await maya.types("link"))
        await maya.elsewhere.types("m. r.", f"/link {code}")
        assert f"on {maya.name.title()}?" in maya.elsewhere.told("m. r.")
        await maya.elsewhere.presses("m. r.", "link-agree:1")
        assert "m. r. on Memory has typed your code" in await maya.direct()
        assert "and m. r. on Memory?" in await maya.types("link")
        assert "You are linked with m. r. on Memory" in await maya.presses("Yes, both are me")


@pytest.mark.parametrize("side", SIDES, ids=lambda one: one.__name__)
async def test_a_code_from_elsewhere_is_taken(side: Any, tmp_path: Path):
    """A code that was made elsewhere is typed, and no is said to it."""
    async with side(tmp_path) as maya:
        await maya.elsewhere.types("m. r.", "/link")
        (code,) = re.findall(r"/link (\w{4}-\w{4})", maya.elsewhere.told("m. r."))
        assert "Whoever holds either account can export and delete" in await maya.types(f"link code={code}")
        assert "Not linked" in await maya.presses("No")
