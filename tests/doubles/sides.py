"""One member on Discord or on Slack, who types, presses and fills in the same on each; what only they are shown comes back as text."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.bank.loading import Bank
from bot.delivery import Delivery
from tests.doubles.discord.hall import DiscordHall, discord_hall, private, words
from tests.doubles.fakes import Hall, MemoryPlatform
from tests.doubles.slack.hall import SlackHall, slack_hall


@dataclass
class Side:
    """Maya on a platform: `presses` a button under what she was shown last, or under the channel's newest card (`openly`).

    `fills` a form behind such a button; `channel` is what stands in the channel, `direct` what came to her directly. `elsewhere` is the
    same Studyhall as it is on another platform.
    """

    name: str
    types: Callable[[str], Awaitable[str]]
    presses: Callable[..., Awaitable[str]]
    fills: Callable[..., Awaitable[str]]
    channel: Callable[[], str]
    direct: Callable[[], Awaitable[str]]
    later: Callable[..., Awaitable[None]]
    elsewhere: Hall


def _elsewhere(hall: DiscordHall | SlackHall) -> Hall:
    memory = MemoryPlatform()
    delivery = Delivery(hall.db, {hall.platform.name: hall.platform, memory.name: memory})
    app = App(hall.app.deps, clock=hall.clock, delivery=delivery)
    return Hall(app=app, jobs=hall.jobs, clock=hall.clock, platform=memory, db=hall.db)


@asynccontextmanager
async def discord(folder: Path, questions: Bank | None = None) -> AsyncIterator[Side]:
    """Give Maya on Discord; what she types has its options by name: `review action=add`."""
    async with discord_hall(folder, questions=questions) as hall:
        shown: list[Any] = []

        async def types(line: str) -> str:
            words = line.split()
            options = dict(one.split("=") for one in words if "=" in one)
            name = " ".join(one for one in words if "=" not in one)
            shown.append(await hall.maya.slash(hall.channel, name, **options))
            return private(shown[-1])

        async def click(label: str, *, openly: bool) -> Any:
            own = [one for one in (shown[-1].response, *shown[-1].followups) if one and one.components]
            there = [one for one in hall.channel.history() if one.components]
            card = max(there, key=lambda one: one.id) if openly else own[-1]
            return await hall.maya.click(card, label=label)

        async def presses(label: str, *, openly: bool = False) -> str:
            shown.append(await click(label, openly=openly))
            return private(shown[-1])

        async def fills(label: str, text: str, *, openly: bool = False) -> str:
            shown.append(await hall.maya.submit_modal(await click(label, openly=openly), {"text": text}))
            return private(shown[-1])

        async def direct() -> str:
            return "\n".join(words(one) for one in hall.maya.user.dm_channel.history())

        def channel() -> str:
            return "\n".join(words(one) for one in hall.channel.history())

        async def later(**step: float) -> None:
            hall.clock.move_to(hall.clock.now() + timedelta(**step))
            await hall.jobs.tick()

        yield Side("discord", types, presses, fills, channel, direct, later, _elsewhere(hall))


@asynccontextmanager
async def slack(folder: Path, questions: Bank | None = None) -> AsyncIterator[Side]:
    """Give Maya on Slack; what she types stands behind `/quiz`, with or without the options' names."""
    async with slack_hall(folder, questions=questions) as hall:
        shown: list[Any] = []

        async def answered(done: Any) -> str:
            shown.append(await done.answered())
            return str(shown[-1].words)

        async def types(line: str) -> str:
            done = await hall.maya.slash(hall.quiz, line)
            await hall.quiet()
            return await answered(done) if done.private else ""

        async def presses(label: str, *, openly: bool = False) -> str:
            return await answered(await hall.maya.click(hall.quiz.by_bot()[-1] if openly else shown[-1], label))

        async def fills(label: str, text: str, *, openly: bool = False) -> str:
            await (await hall.maya.click(hall.quiz.by_bot()[-1] if openly else shown[-1], label)).modal()
            return await answered(await hall.maya.submit({"text": text}))

        async def direct() -> str:
            return "\n".join(one.words for one in await hall.until(hall.maya.direct.by_bot))

        def channel() -> str:
            return "\n".join(one.words for one in hall.quiz.by_bot())

        async def later(**step: float) -> None:
            await hall.later(**step)
            await hall.quiet()

        yield Side("slack", types, presses, fills, channel, direct, later, _elsewhere(hall))


SIDES = (discord, slack)
