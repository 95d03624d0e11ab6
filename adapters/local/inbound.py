"""A typed line -> what it means: a command for the core, or something of the local platform itself."""

import asyncio
import contextlib
import re
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot import options
from bot.bank import Bank
from bot.commands import COMMANDS, Command, Reach
from bot.errors import BadValue, UnknownWord
from bot.parsing import parse
from bot.question import Level
from bot.text import clean, clip, nearest

Lines = AsyncGenerator[str, None]

LOCAL_COMMANDS: Final = {
    "as": "/as maya: be another member",
    "channel": "/channel general: go to another channel",
    "thread": "/thread: go into the newest question's thread; /back: leave it",
    "back": "/back: leave the thread",
    "clock": "/clock +1d: let a day pass (also +90m, +2h, or 2026-11-23 09:00 Europe/Berlin)",
    "quit": "/quit: leave",
}
_STEP: Final = re.compile(r"\+(\d{1,4})([mhdw])")
_UNIT: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PRESS: Final = re.compile(r"(\d{1,6})(?:\s+(.*))?")


@dataclass(frozen=True, slots=True)
class Send:
    """A command for the core."""

    command: Command


@dataclass(frozen=True, slots=True)
class Press:
    """A button by its number, with the text for its form if that was typed at once."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Say:
    """A message: in the newest thread, or where the member is."""

    text: str
    in_newest_thread: bool


@dataclass(frozen=True, slots=True)
class Local:
    """One of the local platform's own commands."""

    name: str
    words: str


Typed = Send | Press | Say | Local


def read(line: str, bank: Bank) -> Typed:
    """Read a line; raises UserError for a command nobody knows."""
    if line.startswith("/"):
        return _command(line[1:].strip(), bank)
    if line.startswith(">"):
        return Say(line[1:].strip(), in_newest_thread=True)
    if press := _PRESS.fullmatch(line):
        return Press(int(press[1]), press[2] or "")
    return Say(line, in_newest_thread=False)


def _command(line: str, bank: Bank) -> Typed:
    name, _, words = line.partition(" ")
    if name.casefold() in LOCAL_COMMANDS:
        return Local(name.casefold(), clean(words))
    try:
        return Send(parse(line, bank))
    except UnknownWord:
        near = nearest(name, LOCAL_COMMANDS, cutoff=80) if not _is_core(name) else None
        if near is None:
            raise
        raise UnknownWord(f"I know no command /{clip(name, 60)}. Type {near}.") from None


def _is_core(name: str) -> bool:
    return any(c.spec.name.split()[0] == name.casefold() for c in COMMANDS)


def instant(words: str, now: datetime, zone: str) -> tuple[datetime, str]:
    """Return the instant and the reader's zone that `/clock` names: a step from now, or a wall time, with or without a zone."""
    if step := _STEP.fullmatch(words):
        return now + timedelta(**{_UNIT[step[2]]: int(step[1])}), zone
    wall, _, named = words.rpartition(" ")
    if "/" in named or named == "UTC":
        words, zone = wall, str(options.ZONE.read(named, Bank({})))
    try:
        when = datetime.fromisoformat(words)
        return when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone)), zone
    except ValueError:
        message = (
            f"“{clip(words, 60)}” is no time. Type /clock +1d, /clock +90m or /clock 2026-11-23 09:00 Europe/Berlin"
        )
        raise BadValue(message) from None


async def script(stream: TextIO) -> Lines:
    """Yield the lines of a stream until its end; a thread waits for them, so that the bot goes on meanwhile."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def pump() -> None:
        with contextlib.suppress(RuntimeError):  # the loop ended first: nobody reads on
            for line in stream:
                loop.call_soon_threadsafe(queue.put_nowait, line.rstrip("\r\n"))
            loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=pump, daemon=True, name="script").start()
    while (line := await queue.get()) is not None:
        yield line


async def terminal(history: Path, prompt: Callable[[], str], bank: Bank) -> Lines:
    """Yield what is typed at a prompt with history and completion, until Ctrl-D or Ctrl-C."""
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)), completer=WordCompleter(_completions(bank), sentence=True)
    )
    with patch_stdout(raw=True):
        while True:
            try:
                yield await session.prompt_async(prompt)
            except (EOFError, KeyboardInterrupt):
                return


def _completions(bank: Bank) -> list[str]:
    typed = [f"/{c.spec.name}" for c in COMMANDS if c.spec.reach is Reach.TYPED]
    asked = [f"/quiz {level}" for level in Level] + [f"/quiz {topic}" for topic in bank.topics]
    return sorted([*typed, *asked, *(f"/{name}" for name in LOCAL_COMMANDS)])
