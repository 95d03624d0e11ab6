"""Discord waits for three seconds. No test measures them: what Discord sends is answered before the bot calls it for anything else."""

from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from tests.doubles.discord.hall import DiscordHall, discord_hall
from tests.doubles.fakes import HALF


async def test_a_press_and_a_form_are_answered_before_anything_is_asked(tmp_path: Path):
    """The first call that a press, a form and a command lead to is the answer to it."""
    async with discord_hall(tmp_path) as hall:
        card, _ = await hall.asked()
        await first_answers(hall, hall.maya.click(card, label="Hint (−20 %)"))
        opened = await first_answers(hall, hall.maya.click(card, label="Answer"))
        await first_answers(hall, hall.maya.submit_modal(opened, {"text": HALF}))
        asked = await first_answers(hall, hall.maya.click(card, label="Reveal"))
        await first_answers(hall, hall.maya.click(asked.followups[0], label="Reveal to everybody"))
        await first_answers(hall, hall.ada.slash(hall.channel, "quiz", level="senior"))


async def first_answers(hall: DiscordHall, done: Awaitable[Any]) -> Any:
    """Return what came of something that a member does, after a look at what Discord was called for first."""
    before = len(hall.env.http_requests)
    result = await done
    first = hall.env.http_requests[before]
    assert (first.method, first.path.rpartition("/")[2]) == ("POST", "callback")
    return result
