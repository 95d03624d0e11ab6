"""The bot as a process of its own on the loopback Discord: start it, wait for what it logs, end it gently or at once."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect
from typing import Any, Final, TypeVar

import discord as library
import yaml

from bot.bank import Bank
from tests.discord_server import DiscordServer
from tests.fakes import bank

ROOT: Final = Path(__file__).parent.parent
EXIT_WITHIN: Final = 10.0  # seconds for the bot to finish what it began
T = TypeVar("T")


class Bot:
    """One run of the bot. What it writes is its log."""

    def __init__(self, discord: DiscordServer, process: asyncio.subprocess.Process) -> None:
        self.log = ""
        self._discord = discord
        self._process = process
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            self.log += line.decode()
            self._discord.happened()
        await self._process.wait()
        self._discord.happened()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.returncode is None

    async def until(self, predicate: Callable[[], T], *, within: float = 30.0) -> T:
        """Return the first true value of a predicate; a bot that dies meanwhile ends the wait with its log."""

        def look() -> T:
            assert self.alive, f"the bot has died:\n{self.log}"
            return predicate()

        try:
            return await self._discord.wait_for(look, within=within)
        except TimeoutError as error:
            error.add_note(f"The bot's log:\n{self.log}")
            raise

    async def logged(self, event: str, times: int = 1) -> None:
        """Wait until the bot has logged an event so many times."""
        await self.until(lambda: self.events(event)[times - 1 :])

    def events(self, event: str) -> list[dict[str, Any]]:
        """Return the log's lines about an event."""
        lines = (json.loads(line) for line in self.log.splitlines() if line.startswith("{"))
        return [line for line in lines if line["event"] == event]

    async def ready(self) -> None:
        """Wait until the bot has caught up and carries out what is due."""
        await self.logged("discord_ready")

    async def ended(self) -> int:
        """Wait for the end of the process and return its exit status."""
        async with asyncio.timeout(EXIT_WITHIN):
            await asyncio.wait([self._reading])
            return await self._process.wait()

    async def stop(self) -> int:
        """End the bot gently, and return its exit status."""
        self.terminate()
        return await self.ended()

    def terminate(self) -> None:
        """Ask the bot to end."""
        self._process.send_signal(signal.SIGTERM)

    async def kill(self) -> None:
        """End the bot at once, in the middle of whatever it does."""
        if self.alive:
            self._process.kill()
        await self.ended()


def environment(discord: DiscordServer, folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a bot that keeps its data in a folder, where its bank is too."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STUDYHALL_")}
    own = {"DATA_DIR": str(folder / "data"), "CONTENT_DIR": str(folder / "content"), "SEED": "1", **more}
    settings = {f"STUDYHALL_{name}": value for name, value in own.items()}
    return {**kept, "PYTHONPATH": str(ROOT), **discord.environment(), **settings}


@asynccontextmanager
async def bot(discord: DiscordServer, folder: Path, **more: str) -> AsyncIterator[Bot]:
    """Run the bot on a folder; whatever is left of it at the end is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment(discord, folder, **more),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    started = Bot(discord, process)
    try:
        yield started
    finally:
        await started.kill()


async def doctor(discord: DiscordServer, folder: Path, **more: str) -> tuple[int, str]:
    """Ask the doctor, and return its exit status and all that it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", cwd=folder, env=environment(discord, folder, **more),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


def write_bank(folder: Path, questions: Bank | None = None) -> None:
    """Write the tests' bank where the bot reads it."""
    (folder / "content").mkdir()
    for topic in (questions or bank()).topics.values():
        told = topic.model_dump(mode="json")
        (folder / "content" / f"{topic.topic}.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))


def answers(folder: Path) -> list[str]:
    """Return the answers that the bot has kept, in order."""
    with closing(connect(folder / "data" / "studyhall.db")) as db:
        return [text for (text,) in db.execute("SELECT text FROM attempt ORDER BY id")]


@dataclass
class Study:
    """A server with a channel, an organiser and two members."""

    discord: DiscordServer
    guild: Any
    quiz: Any
    ada: Any
    maya: Any
    bo: Any

    def channel(self, name: str) -> Any:
        """Return a new channel."""
        return self.guild.create_text_channel(name)

    async def ask(self, process: Bot, place: Any, **options: str) -> Any:
        """Let Maya ask for a question, and return its card once its thread is there."""
        await self.maya.slash(place, "quiz", **options)
        await process.until(lambda: place.threads)
        return card(place)

    async def grade(self, member: Any, shown: Any, text: str) -> str:
        """Let a member answer in the form, and return the title of what they are told."""
        opened = await member.click(shown, label="Answer")
        done = await member.submit_modal(opened, {"text": text})
        told = await self.discord.followup(done)
        return str(told.embeds[0].title)


def study(discord: DiscordServer) -> Study:
    """Make the server."""
    guild = discord.create_guild("Study group")
    organisers = guild.create_role("Organisers", permissions=library.Permissions(manage_guild=True))
    users = {name: discord.create_user(name, global_name=name.title()) for name in ("ada", "maya", "bo")}
    people = {name: guild.add_member(user, roles=[organisers] * (name == "ada")) for name, user in users.items()}
    return Study(discord, guild, guild.create_text_channel("quiz"), **people)


def cards(place: Any) -> list[Any]:
    """Return the bot's cards in a place, the oldest first."""
    return [message for message in place.history() if message.author.bot and message.embeds]


def card(place: Any) -> Any:
    """Return the bot's newest card in a place."""
    return cards(place)[-1]


def replies(said: Any, place: Any) -> list[Any]:
    """Return the bot's replies to a member's message."""
    answered = (message for message in place.history() if message.author.bot and message.reference)
    return [message for message in answered if message.reference.message_id == said.id]
