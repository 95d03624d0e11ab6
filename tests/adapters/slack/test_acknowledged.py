"""Slack waits for three seconds. No test measures them: what Slack sends is acknowledged while all that the bot asks of Slack is held back."""

from pathlib import Path

import pytest

from bot.store.schema import attempt
from tests.doubles.fakes import FULL, HALF
from tests.doubles.slack.hall import slack_hall


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_all_is_acknowledged_before_anything_is_asked(tmp_path: Path, way: str):
    """A command, a press, a form and a reply of somebody unknown wait for no answer of Slack's to be acknowledged; what they want follows."""
    async with slack_hall(tmp_path, way=way) as hall:
        card = await hall.asked()
        kim = hall.slack.create_user("kim")
        await (await hall.maya.click(card, "Answer")).modal()
        held = [hall.slack.faults.hold("*") for _ in range(30)]
        await hall.ada.slash(hall.quiz, "help")
        await hall.maya.click(card, "Hint (−20 %)")
        await hall.maya.submit({"text": FULL})
        await kim.say(hall.quiz, HALF, thread=card).heard()
        assert [one.private for one in (hall.ada, hall.maya, kim)] == [[], [], []]
        hall.slack.faults.clear()
        await hall.quiet()
        assert len(await hall.rows(attempt)) == 2
        assert all(one.private for one in (hall.ada, hall.maya, kim))
        assert any(one._arrived.is_set() for one in held)
