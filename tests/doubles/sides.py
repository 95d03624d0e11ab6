"""People on each platform, who type, press and fill in the same on each; what only they are shown comes back as text."""

import asyncio
import io
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import App
from bot.bank.loading import Bank
from bot.delivery import Delivery
from tests.doubles.discord.hall import DiscordHall, discord_hall, private, words
from tests.doubles.fakes import Hall, MemoryPlatform
from tests.doubles.loopback import PATIENCE
from tests.doubles.slack.hall import SlackHall, slack_hall
from tests.doubles.terminal import opened


@dataclass(kw_only=True)
class Person:
    """Somebody on a platform: `presses` a button under what they were shown last, or under the channel's newest card (`openly`).

    `fills` a form behind such a button, or the one that a typed command opened (""), its one text or all of them by name;
    `direct` is what came to them directly.
    """

    types: Callable[[str], Awaitable[str]]
    presses: Callable[..., Awaitable[str]]
    fills: Callable[..., Awaitable[str]]
    direct: Callable[[], Awaitable[str]]


@dataclass(kw_only=True)
class Side(Person):
    """Maya on a platform, where `ada` is an organiser; `channel` is what stands in the channel.

    `elsewhere` is the same Studyhall as it is on another platform, where there can be one.
    """

    name: str
    ada: Person
    channel: Callable[[], str]
    later: Callable[..., Awaitable[None]]
    elsewhere: Hall | None = None


def _elsewhere(hall: DiscordHall | SlackHall) -> Hall:
    memory = MemoryPlatform()
    delivery = Delivery(hall.db, {hall.platform.name: hall.platform, memory.name: memory})
    app = App(hall.app.deps, clock=hall.clock, delivery=delivery)
    return Hall(app=app, jobs=hall.jobs, clock=hall.clock, platform=memory, db=hall.db)


@asynccontextmanager
async def discord(folder: Path, questions: Bank | None = None) -> AsyncIterator[Side]:
    """Give Maya on Discord; what she types has its options by name: `review action=add`."""
    async with discord_hall(folder, questions=questions) as hall:
        for root in hall.env.backend.visible_commands(user_id=hall.ada.id, channel_id=hall.channel.id):
            hall.guild.set_command_permissions(int(root["id"]), {hall.guild.default_role: True})  # all are shown to all

        def channel() -> str:
            return "\n".join(words(one) for one in hall.channel.history())

        async def later(**step: float) -> None:
            hall.clock.move_to(hall.clock.now() + timedelta(**step))
            await hall.jobs.tick()

        maya, ada = (_on_discord(hall, member) for member in (hall.maya, hall.ada))
        yield Side(**vars(maya), name="discord", ada=ada, channel=channel, later=later, elsewhere=_elsewhere(hall))


def _on_discord(hall: DiscordHall, member: Any) -> Person:
    shown: list[Any] = []

    async def types(line: str) -> str:
        words = line.split()
        options = dict(one.split("=") for one in words if "=" in one)
        name = " ".join(one for one in words if "=" not in one)
        shown.append(await member.slash(hall.channel, name, **options))
        return private(shown[-1])

    async def click(label: str, *, openly: bool) -> Any:
        there = [one for one in hall.channel.history() if one.components]
        if openly:
            return await member.click(max(there, key=lambda one: one.id), label=label)
        own = [one for one in (shown[-1].response, *shown[-1].followups) if one and one.components]
        return await member.click(own[-1], label=label)

    async def presses(label: str, *, openly: bool = False) -> str:
        shown.append(await click(label, openly=openly))
        return private(shown[-1])

    async def fills(label: str, text: str, *, openly: bool = False, **texts: str) -> str:
        form = await click(label, openly=openly) if label else shown[-1]
        shown.append(await member.submit_modal(form, {"text": text, **texts}))
        return private(shown[-1])

    async def direct() -> str:
        return "\n".join(words(one) for one in member.user.dm_channel.history())

    return Person(types=types, presses=presses, fills=fills, direct=direct)


@asynccontextmanager
async def slack(folder: Path, questions: Bank | None = None) -> AsyncIterator[Side]:
    """Give Maya on Slack; what she types stands behind `/quiz`, with or without the options' names."""
    async with slack_hall(folder, questions=questions) as hall:

        def channel() -> str:
            return "\n".join(one.words for one in hall.quiz.by_bot())

        async def later(**step: float) -> None:
            await hall.later(**step)
            await hall.quiet()

        maya, ada = (_on_slack(hall, member) for member in (hall.maya, hall.ada))
        yield Side(**vars(maya), name="slack", ada=ada, channel=channel, later=later, elsewhere=_elsewhere(hall))


def _on_slack(hall: SlackHall, member: Any) -> Person:
    shown: list[Any] = []

    async def answered(done: Any) -> str:
        shown.append(await done.answered())
        await hall.quiet()  # others are told of it a little later
        return str(shown[-1].words)

    async def types(line: str) -> str:
        done = await member.slash(hall.quiz, line.removeprefix("quiz "))
        await hall.quiet()
        return await answered(done) if done.private else ""

    async def click(label: str, *, openly: bool) -> Any:
        return await member.click(hall.quiz.by_bot()[-1] if openly else shown[-1], label)

    async def presses(label: str, *, openly: bool = False) -> str:
        return await answered(await click(label, openly=openly))

    async def fills(label: str, text: str, *, openly: bool = False, **texts: str) -> str:
        if label:
            await (await click(label, openly=openly)).modal()
        return await answered(await member.submit({"text": text, **texts}))

    async def direct() -> str:
        return "\n".join(one.words for one in await hall.until(member.direct.by_bot))

    return Person(types=types, presses=presses, fills=fills, direct=direct)


@asynccontextmanager
async def local(folder: Path, questions: Bank | None = None) -> AsyncIterator[Side]:
    """Give Maya in the terminal, where one keyboard is everybody's; buttons are pressed by the numbers that stand there."""
    async with opened(folder, questions=questions) as (platform, app, screen):
        typed: asyncio.Queue[str] = asyncio.Queue()

        async def lines(*_: object) -> AsyncGenerator[str, None]:
            while True:
                yield await typed.get()
                typed.task_done()

        async def acts(who: str, *lines: str) -> str:
            before = len(screen.getvalue())
            for line in lines if platform.form else (f"/as {who}", *lines):
                typed.put_nowait(line)
            async with asyncio.timeout(PATIENCE):
                await typed.join()
            return screen.getvalue()[before:]

        async def later(**step: float) -> None:
            await platform.travel(platform.now() + timedelta(**step))

        platform.lines = lines  # type: ignore[assignment, method-assign]
        playing = asyncio.create_task(platform.run(app))
        maya, ada = (_at_keyboard(who, partial(acts, who), screen) for who in ("maya", "you"))
        yield Side(**vars(maya), name="local", ada=ada, channel=lambda: _seen(screen, "in #"), later=later)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


def _at_keyboard(who: str, acts: Callable[..., Awaitable[str]], screen: io.StringIO) -> Person:
    shown: list[str] = []

    async def does(*lines: str) -> str:
        shown.append(await acts(*lines))
        return shown[-1]

    def button(label: str, *, openly: bool) -> str:
        seen = screen.getvalue() if openly else shown[-1]
        return str(re.findall(rf"\[(\d+)\] {re.escape(label)}", seen)[-1])

    async def types(line: str) -> str:
        return await does(f"/{line}")

    async def presses(label: str, *, openly: bool = False) -> str:
        return await does(button(label, openly=openly))

    async def fills(label: str, text: str, *, openly: bool = False, **texts: str) -> str:
        return await does(*([button(label, openly=openly)] if label else []), text, *texts.values())

    async def direct() -> str:
        return _seen(screen, f"to {who} (a direct message)")

    return Person(types=types, presses=presses, fills=fills, direct=direct)


def _seen(screen: io.StringIO, where: str) -> str:
    """Return the cards on the screen that stand somewhere."""
    return "".join(
        card for card in re.split(r"^(?=\[)", screen.getvalue(), flags=re.MULTILINE) if f"Studyhall {where}" in card
    )


SIDES = (discord, slack)
EVERYWHERE = (*SIDES, local)
