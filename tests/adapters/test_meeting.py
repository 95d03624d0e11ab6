"""What is done in the last minutes of a meeting, and what comes back later: live rounds and review, on Discord and on Slack."""

from pathlib import Path
from typing import Any

import pytest

from tests.doubles.fakes import FULL, WRONG
from tests.doubles.sides import SIDES
from tests.handlers.test_live import quick


@pytest.mark.parametrize("side", SIDES, ids=lambda one: one.__name__)
async def test_a_live_round(side: Any, tmp_path: Path):
    """Options are buttons, a missing word and an answer are written into a form, a press too late is told so, and a button stops it."""
    async with side(tmp_path, quick()) as maya:
        await maya.types("live count=4 level=mid")
        assert "A: " in maya.channel()
        assert "Your answer is in" in await maya.presses("B", openly=True)
        await maya.later(seconds=40)
        assert "What is right" in maya.channel()
        assert "Your answer is in" in await maya.fills("Answer", "scattering", openly=True)
        await maya.later(seconds=60)
        assert "Your answer is in" in await maya.fills("Answer", FULL, openly=True)
        await maya.later(seconds=100)
        assert "ends now" in await maya.presses("Stop", openly=True)
        await maya.later(seconds=1)
        assert "Live round over · " in maya.channel()


@pytest.mark.parametrize("side", SIDES, ids=lambda one: one.__name__)
async def test_review(side: Any, tmp_path: Path):
    """What was missed is told of directly to who wants it, answered in a form, rated by a button; what one knew is added by its id."""
    async with side(tmp_path) as maya:
        await maya.types("settings review=on")
        await maya.types("quiz level=mid topic=sky")
        await maya.fills("Answer", WRONG, openly=True)
        await maya.later(hours=25)
        await maya.later(days=2, hours=1)
        assert "1 question to review" in await maya.direct()
        assert "1 due of 1" in await maya.types("review")
        assert "100 of 100" in await maya.fills("Answer", FULL)
        assert "Rated as easy" in await maya.presses("It was easy")
        assert "0 due of 1" in await maya.types("review action=add")
