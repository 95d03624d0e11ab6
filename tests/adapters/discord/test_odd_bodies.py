"""What Discord has never sent so far: interactions in another shape are refused in words, and nothing breaks."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest

from bot.commands.parsing import OUTDATED
from tests.doubles.discord.hall import DiscordHall, discord_hall
from tests.doubles.fakes import FULL, HALF

FIELD: Final[dict[str, Any]] = {"type": 18, "component": {"type": 4, "custom_id": "text"}}


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[DiscordHall]:
    """Give a Studyhall on Discord."""
    async with discord_hall(tmp_path) as running:
        yield running


async def answered(hall: DiscordHall, kind: int, **changes: Any) -> str:
    """Have an interaction of a kind delivered once more as another one, with other data; return what comes back last."""
    made = [payload for _, name, payload in hall.env.backend.transcript if name == "INTERACTION_CREATE"]
    payload = next(one for one in reversed(made) if one["type"] == kind)
    place, user = int(payload["channel_id"]), int(payload["member"]["user"]["id"])
    new = hall.env.backend.new_interaction(kind, place, user, hall.guild.id)
    data = {**payload["data"], **changes}
    hall.env.backend.emit("INTERACTION_CREATE", {**payload, "id": str(new.id), "token": new.token, "data": data})
    await hall.env.settle()
    return str(hall.env.http_requests[-1].json)


async def test_another_shape_is_refused(hall: DiscordHall):
    """A command, button or form with what is unknown, missing or of another type gets one sentence, and no failure."""
    card, _ = await hall.asked()
    await hall.answered(hall.maya, card, HALF)
    listed: list[tuple[int, dict[str, Any]]] = [
        (2, {"name": "gone"}), (2, {"name": 5}), (2, {"options": None}), (2, {"options": [{"name": "gone", "type": 3, "value": "x"}]}),
        (2, {"options": [{"name": "level", "type": 3}]}), (2, {"resolved": {"members": 5, "users": ["x"]}}),
        (2, {"resolved": {"attachments": {"1": {}}}}), (3, {"custom_id": "gone:1"}), (3, {"custom_id": None}), (3, {"component_type": 99, "custom_id": ""}),
        (5, {"components": None}), (5, {"components": ["x"]}), (5, {"components": [FIELD | {"component": {"value": "x"}}]}),
        (5, {"components": [{"component": {**FIELD["component"], "custom_id": "bank", "value": "x"}}]}),
    ]  # fmt: skip
    said = [await answered(hall, kind, **changes) for kind, changes in listed]
    assert [text for text in said if OUTDATED[:40] not in text and "from an older version" not in text] == []
    assert await hall.attempts() == [HALF]
    await hall.answered(hall.maya, card, FULL)
    assert await hall.attempts() == [HALF, FULL]


async def test_completion_of_another_shape_is_empty(hall: DiscordHall):
    """Where it is not known what is being typed nothing is proposed, and nothing breaks."""
    assert await hall.ada.autocomplete(hall.channel, "quiz", "topic", "sk") != []
    for changes in ({"name": "gone"}, {"options": None}, {"options": [{"name": "topic", "type": 3}]}):
        before = len(hall.env.http_requests)
        await answered(hall, 4, **changes)
        assert len(hall.env.http_requests) == before
