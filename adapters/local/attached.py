"""A file that a line names: it is read from this machine, whose person it is that types."""

import asyncio
from functools import partial
from pathlib import Path

from bot.commands import Command, ImportQuestions
from bot.errors import NotFound, Unreachable
from bot.ports import Attached
from bot.text import clip


def attached(command: Command) -> Attached | None:
    """Return the file that a command names, or raise NotFound; None where it names none."""
    if not isinstance(command, ImportQuestions) or not command.file:
        return None
    path = Path(command.file).expanduser()
    if not path.is_file():
        raise NotFound(
            f"I find no file “{clip(command.file, 60)}” here. Write its path, such as /question import notes.md"
        )
    return Attached(name=path.name, size=path.stat().st_size, fetch=partial(_fetched, path))


async def _fetched(path: Path) -> bytes:
    try:
        return await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise Unreachable(f"It cannot be read: {error.strerror}.") from error
