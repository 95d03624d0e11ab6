"""`python -m bot doctor`: one screen that says what is wrong with an installation and how to mend it."""

import os
import shutil
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bot import bank, settings
from bot.errors import SettingsError
from bot.settings import DATABASE, Settings
from bot.store import migrate, sqlite
from bot.text import plural

LEAST_FREE: Final = 100_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is fine, and what was seen or should be done."""

    fine: bool
    what: str
    words: str

    def __str__(self) -> str:
        return f"{'ok ' if self.fine else 'BAD'}  {self.what}: {self.words}"


Examiner = Callable[[Settings], Awaitable[list[Finding]]]


async def examine(*, now: datetime, platforms: Iterable[Examiner] = ()) -> list[Finding]:
    """Look at everything that the bot needs, its platforms last; settings that cannot be read end the look."""
    try:
        loaded = settings.load()
    except SettingsError as error:
        return [Finding(fine=False, what="settings", words=problem) for problem in error.problems]
    found = [Finding(fine=True, what="settings", words="read"), *_look(loaded, now)]
    for look in platforms:
        found += await look(loaded)
    return found


def _look(loaded: Settings, now: datetime) -> Iterator[Finding]:
    yield _folder(loaded.data_dir)
    yield from _database(loaded.data_dir / DATABASE)
    yield _content(loaded.content_dir, now)
    yield Finding(fine=True, what="clock", words=f"{now:%Y-%m-%d %H:%M:%S} UTC; compare it with a watch")
    yield Finding(fine=True, what="time zones", words=f"tzdata {version('tzdata')}, locked with the code")


def _folder(folder: Path, *, least: int = LEAST_FREE) -> Finding:
    nearest = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        return Finding(
            fine=False, what="data folder", words=f"{nearest} cannot be written; make it so, or set STUDYHALL_DATA_DIR"
        )
    free = shutil.disk_usage(nearest).free
    if free < least:
        words = f"only {free // 1_000_000:,} MB free in {nearest}; make room, or set STUDYHALL_DATA_DIR"
        return Finding(fine=False, what="data folder", words=words)
    return Finding(fine=True, what="data folder", words=f"{folder} can be written, {free // 1_000_000:,} MB free")


def _database(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(fine=True, what="database", words=f"none yet; the first start makes {path}")
        return
    seen = sqlite.survey(path)
    if seen.fault != "ok":
        words = f"{path} is damaged ({seen.fault}); stop the bot and put the newest copy from backups/ in its place"
        yield Finding(fine=False, what="database", words=words)
        return
    yield Finding(fine=True, what="database", words=f"{path}, {path.stat().st_size // 1000:,} kB, whole")
    if not seen.revision:
        yield Finding(fine=True, what="schema", words="none yet; the first start makes it")
        return
    known = seen.revision in migrate.known()
    words = f"{seen.revision}, and this version knows up to {migrate.HEAD}"
    yield Finding(fine=known, what="schema", words=words if known else f"{words}; start the newer version again")
    due = f"{seen.next_due:%Y-%m-%d %H:%M} UTC" if seen.next_due else "nothing is planned; /schedule set plans it"
    yield Finding(fine=True, what="next post", words=due)


def _content(folder: Path, now: datetime) -> Finding:
    checked = bank.check(folder, today=now.date())
    words = f"{plural(checked.count, 'question')} in {folder}, {plural(len(checked.problems), 'problem')}"
    fine = not checked.problems
    return Finding(fine=fine, what="question bank", words=f"{words}{'' if fine else '; see python -m bot check'}")
