"""How soon a thousand answers that arrive at once are acknowledged, against a bare discord.py client that keeps nothing.

Each repetition, 1,000 members send the form of one question in the same instant. The floor is an AutoShardedClient in a
process of its own that defers and follows up, on the same loopback Discord as the bot's (a world of its own, so that both
stay connected). The server, the members and the clock that is read are in this process and slow both alike.
"""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import discord as library
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.bank import loading
from tests.bench.measure import ROOT, alternated, folder, ratio, size, spread
from tests.doubles.discord.process import study
from tests.doubles.discord.server import DiscordServer
from tests.doubles.process import EXIT_WITHIN, environment

REPETITIONS: Final = size(3, 1)
MEMBERS: Final = size(1_000, 8)
AT_ONCE: Final = size(50, 4)  # members who open their form at the same time, before the clock runs
WORDS: Final = 60  # of a reference answer: a good answer's length
PATIENCE: Final = 120.0
FIELD: Final = "text"
BARE_TITLE: Final = "Saved."
BOT: Final = ("-m", "bot", "run")
BARE: Final = (__file__, "bare")


class Bare(library.AutoShardedClient):
    """Shows a card and its form, defers and follows up; nothing is kept."""

    async def setup_hook(self) -> None:
        """Publish one command."""
        command = {"name": "quiz", "description": "Ask", "type": 1}
        await self.http.bulk_upsert_global_commands(self.application_id or 0, [command])

    async def on_interaction(self, interaction: library.Interaction[Any]) -> None:
        """Do the least that a bot can do."""
        if interaction.type is library.InteractionType.application_command:
            view: library.ui.View = library.ui.View(timeout=None)
            view.add_item(library.ui.Button(label="Answer", custom_id="answer"))
            await interaction.response.send_message(embed=library.Embed(title="A question"), view=view)
        elif interaction.type is library.InteractionType.component:
            modal = library.ui.Modal(title="Your answer", custom_id="form")
            text: library.ui.TextInput[Any] = library.ui.TextInput(label="Text", custom_id=FIELD, max_length=4000)
            await interaction.response.send_modal(modal.add_item(text))
        else:
            await interaction.response.defer(ephemeral=True)
            await interaction.followup.send(embed=library.Embed(title=BARE_TITLE), ephemeral=True)


@dataclass
class Side:
    """One bot with its Discord, and what was measured: seconds of each repetition."""

    discord: DiscordServer
    quiz: Any
    members: list[Any]
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)

    async def repetition(self, text: str) -> None:
        """Let everybody open the form of a new question, then send it in the same instant."""
        await self.members[0].slash(self.quiz, "quiz")
        asked = [message for message in self.quiz.history() if message.components][-1]
        forms: list[Any] = []
        for first in range(0, MEMBERS, AT_ONCE):
            some = self.members[first : first + AT_ONCE]
            forms += await asyncio.gather(*(member.click(asked, label="Answer") for member in some))
        clock = asyncio.get_running_loop().time
        start = clock()
        sent = [
            self._send(*one, f"{text} {number}") for number, one in enumerate(zip(self.members, forms, strict=True))
        ]
        acknowledged = await asyncio.gather(*sent)
        self.shown.append(clock() - start)
        self.p50.append(median(acknowledged))
        self.p99.append(quantiles(acknowledged, n=100)[98])

    async def _send(self, member: Any, form: Any, text: str) -> float:
        done = await member.submit_modal(form, {FIELD: text})
        told = await self.discord.followup(done, within=PATIENCE)
        assert "of 100" in (title := str(told.embeds[0].title)) or title == BARE_TITLE, title
        return self.discord.ack_seconds(done)


async def side(stack: AsyncExitStack, path: Path, arguments: tuple[str, ...]) -> Side:
    """Start a bot on a Discord of its own, with a server of many members."""
    discord = await stack.enter_async_context(DiscordServer())
    discord.acknowledge_within = discord.patience = PATIENCE
    at = study(discord)
    members = [at.guild.add_member(discord.create_user(f"m{number}")) for number in range(MEMBERS)]
    settings = environment(discord, path, CONTENT_DIR=str(ROOT / "content"), LOG_LEVEL="error")
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=path, env=settings)
    stack.push_async_callback(ended, process)
    await discord.gateway.connected(within=PATIENCE)
    return Side(discord, at.quiz, members)


async def ended(process: asyncio.subprocess.Process) -> None:
    """End a process."""
    process.terminate()
    async with asyncio.timeout(EXIT_WITHIN):
        await process.wait()


def tell(name: str, one: Side, floor: Side) -> None:
    """Print what was measured."""
    rows = (
        ("acknowledged p50", one.p50, floor.p50),
        ("p99", one.p99, floor.p99),
        ("all shown", one.shown, floor.shown),
    )
    for what, taken, bare in rows:
        against = "" if one is floor else f", {ratio(taken, bare)}"
        print(f"{name}, {what}: {spread([1000 * seconds for seconds in taken], 'ms')}{against}")


async def main() -> None:
    """Warm both up, measure them in turn, and print."""
    print(f"bench_discord: {REPETITIONS} x {MEMBERS:,} members send one question's form at once")
    text = " ".join(next(iter(loading.load(ROOT / "content").questions.values())).reference.split()[:WORDS])
    with folder() as data:
        async with AsyncExitStack() as stack:
            sides = [await side(stack, Path(data), arguments) for arguments in (BARE, BOT)]
            runs = [partial(one.repetition, text) for one in sides]
            await alternated(1, *runs)  # warms both up
            for figures in [figures for one in sides for figures in (one.p50, one.p99, one.shown)]:
                figures.clear()
            await alternated(REPETITIONS, *runs)
    tell("Floor, bare discord.py", sides[0], sides[0])
    tell("Studyhall, each durably kept and graded", sides[1], sides[0])


def bare() -> None:
    """Be the bare client, where the environment says."""
    token, Route.BASE, gateway = (os.environ[f"STUDYHALL_DISCORD_{name}"] for name in ("TOKEN", "API", "GATEWAY"))
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    Bare(intents=library.Intents(guilds=True)).run(token, log_handler=None)


if __name__ == "__main__":
    if sys.argv[1:] == ["bare"]:
        bare()
    else:
        asyncio.run(main())
