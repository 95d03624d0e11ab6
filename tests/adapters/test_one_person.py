"""A person with an account on each platform: whoever is on Discord, or on Slack, links it with one somewhere else."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.delivery import Delivery
from tests.doubles.discord.hall import DiscordHall, discord_hall, private
from tests.doubles.fakes import Hall, MemoryPlatform
from tests.doubles.slack.hall import SlackHall, slack_hall


@dataclass
class Sides:
    """Maya on a platform, who types, presses, and reads what she alone is shown; and a hall somewhere else."""

    types: Callable[[str], Awaitable[str]]
    presses: Callable[[str], Awaitable[str]]
    direct: Callable[[], Awaitable[str]]
    elsewhere: Hall


def elsewhere(hall: DiscordHall | SlackHall) -> Hall:
    """Return the same Studyhall as it is on another platform."""
    memory = MemoryPlatform()
    delivery = Delivery(hall.db, {hall.platform.name: hall.platform, memory.name: memory})
    app = App(hall.app.deps, clock=hall.clock, delivery=delivery)
    return Hall(app=app, jobs=hall.jobs, clock=hall.clock, platform=memory, db=hall.db)


@asynccontextmanager
async def discord(folder: Path) -> AsyncIterator[Sides]:
    async with discord_hall(folder) as hall:
        shown: list[Any] = []

        async def types(words: str) -> str:
            name, _, code = words.partition(" ")
            shown.append(await hall.maya.slash(hall.channel, name, **({"code": code} if code else {})))
            return private(shown[-1])

        async def presses(label: str) -> str:
            card = next(one for one in (shown[-1].response, *shown[-1].followups) if one and one.components)
            shown.append(await hall.maya.click(card, label=label))
            return private(shown[-1])

        async def direct() -> str:
            return str(hall.sent("POST /channels/*/messages"))

        yield Sides(types, presses, direct, elsewhere(hall))


@asynccontextmanager
async def slack(folder: Path) -> AsyncIterator[Sides]:
    async with slack_hall(folder) as hall:
        shown: list[Any] = []

        async def answered(done: Any) -> str:
            shown.append(await done.answered())
            return str(shown[-1].words)

        async def types(words: str) -> str:
            return await answered(await hall.maya.slash(hall.quiz, words))

        async def presses(label: str) -> str:
            return await answered(await hall.maya.click(shown[-1], label))

        async def direct() -> str:
            return "\n".join(one.words for one in await hall.until(hall.maya.direct.by_bot))

        yield Sides(types, presses, direct, elsewhere(hall))


@pytest.mark.parametrize("platform", [discord, slack], ids=lambda one: one.__name__)
async def test_an_account_is_linked_with_one_elsewhere(platform: Any, tmp_path: Path):
    """The code is shown to its member alone, what the other side did comes to them directly, and by a button they agree."""
    async with platform(tmp_path) as sides:
        (code,) = re.findall(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", await sides.types("link"))
        await sides.elsewhere.types("m. r.", f"/link {code}")
        assert f"on {platform.__name__.title()}?" in sides.elsewhere.told("m. r.")
        await sides.elsewhere.presses("m. r.", "link-agree:1")
        assert "m. r. on Memory has typed your code" in await sides.direct()
        assert "and m. r. on Memory?" in await sides.types("link")
        assert "You are linked with m. r. on Memory" in await sides.presses("Yes, both are me")


@pytest.mark.parametrize("platform", [discord, slack], ids=lambda one: one.__name__)
async def test_a_code_from_elsewhere_is_taken(platform: Any, tmp_path: Path):
    """A code that was made elsewhere is typed, and no is said to it."""
    async with platform(tmp_path) as sides:
        await sides.elsewhere.types("m. r.", "/link")
        (code,) = re.findall(r"/link (\w{4}-\w{4})", sides.elsewhere.told("m. r."))
        assert "Whoever holds either account can export and delete" in await sides.types(f"link {code}")
        assert "Not linked" in await sides.presses("No")
