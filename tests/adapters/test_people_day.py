"""A member's second half on Discord and on Slack: days off, a live round, review, a team, a link, boards of any time, settings.

What Maya sees is compared to the letter with tests/golden/<platform>_people.txt; WRITE_GOLDEN=1 writes these files anew.
"""

import re
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from bot.store import squads
from tests.doubles.fakes import FULL, WRONG
from tests.doubles.sides import SIDES
from tests.doubles.transcript import Transcript
from tests.handlers.test_live import quick

GOLDEN: Final = Path(__file__).parents[1] / "golden"
MASKED: Final = (
    (r"<!date\^[^>]*>|\d{4}-\d\d-\d\dT[\d:+]+", "(an instant)"),
    (r"channels/[\d/]+", "channels/…"),
    (r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", "CODE-CODE"),
    (r"<(/[a-z ]+):\d+>", r"\1"),
)
BEFORE: Final = (
    "away days=2026-12-24..2027-01-02",
    "away action=cancel",
    "settings quiet=22-8 remind=on",
)
AFTER: Final = (
    "stats",
    "leaderboard",
    "leaderboard period=last-month",
    "leaderboard share=share",
    "team list",
    "team join name=owls",
    "leaderboard by=teams",
    "link",
)


@pytest.mark.parametrize("side", SIDES, ids=lambda one: one.__name__)
async def test_a_members_second_half(side: Any, tmp_path: Path):
    """What a member types and presses beside the daily question is answered as the golden file says, on either platform."""
    async with side(tmp_path, quick()) as maya:
        script = Transcript(lambda: ())
        await typed(maya, script, BEFORE)
        for topic, text in (("sky", WRONG), ("sea", FULL)):
            await maya.types(f"quiz level=mid topic={topic}")
            saw(script, f"answers a question of the {topic}", await maya.fills("Answer", text, openly=True))
        await maya.later(hours=25)
        await typed(maya, script, ("live count=1 level=mid",))
        saw(script, "presses an option", await maya.presses("B", openly=True))
        await maya.later(minutes=2)
        make = partial(squads.create, name="Owls", team_id=1, member_id=1, now=maya.elsewhere.clock.now())
        await maya.elsewhere.db.write(make)
        await typed(maya, script, AFTER)
        await maya.later(days=2, hours=1)
        await typed(maya, script, ("review",))
        saw(script, "answers in review", await maya.fills("Answer", FULL))
        saw(script, "says that it was easy", await maya.presses("It was easy"))
        script.show("The channel", plain(maya.channel()))
        script.compare(GOLDEN / f"{maya.name}_people.txt")


async def typed(maya: Any, script: Transcript, lines: tuple[str, ...]) -> None:
    """Let Maya type commands, one after another."""
    for line in lines:
        saw(script, f"types {line}", await maya.types(line))


def saw(script: Transcript, what: str, told: str) -> None:
    """Write down what Maya does, and what she alone is shown."""
    script.note(f"Maya {what}")
    script.show("shown to her alone", plain(told))


def plain(told: str) -> list[str]:
    """Return the lines of a message without what is another each time, and what only a library reads."""
    for pattern, instead in MASKED:
        told = re.sub(pattern, instead, told)
    return [line for line in told.splitlines() if line.strip() and line != "rich"]
