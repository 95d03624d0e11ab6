"""`python -m bot doctor`: one screen that says what is wrong with an installation and how to mend it."""

import os
import shutil
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from bot import settings
from bot.bank import loading, safe_yaml
from bot.bank.team_banks import FOLDER
from bot.errors import ContentError, SettingsError
from bot.ports import FAILED, HELD, Finding
from bot.rules.lateness import LATE_AFTER
from bot.settings import DATABASE, Settings
from bot.store import files, migrate, opening, sqlite
from bot.store.survey import Coming, Survey, noted
from bot.text import plural

LEAST_FREE: Final = 100_000_000  # bytes
CLOCK_SLACK: Final = timedelta(minutes=5)
ZONES_YEARS: Final = 2  # after which the zones' data is called old
NO_PLAN: Final = "nothing is planned; type /schedule set in a channel, or on Slack /quiz schedule set"


Examiner = Callable[[Settings], Awaitable[list[Finding]]]


async def examine(
    *, now: datetime, others: Iterable[Examiner] = (), whole: settings.Whole = lambda _: ()
) -> list[Finding]:
    """Look at everything that the bot needs, then let the adapters look; settings that cannot be read end the look.

    A rehearsal (STUDYHALL_START_AT) is looked at as of its own beginning.
    """
    try:
        loaded = settings.load()
    except SettingsError:
        return [Finding(fine=False, what="settings", words=problem) for problem in settings.problems(whole)]
    seen = await opening.survey(loaded)
    found = [_settings(loaded), *_look(loaded, seen, (loaded.start_at or now).astimezone(UTC))]
    for look in others:
        found += await look(loaded)
    return found


def _settings(loaded: Settings) -> Finding:
    names = ", ".join(sorted(f"{settings.PREFIX}{name.upper()}" for name in loaded.model_fields_set))
    return Finding(fine=True, what="settings", words=f"set are {names}" if names else "none is set; the defaults apply")


def _look(loaded: Settings, seen: Survey, now: datetime) -> Iterator[Finding]:
    path = loaded.data_dir / DATABASE
    yield _folder(loaded.data_dir)
    yield from _server(loaded, seen) if loaded.database_url else _database(path, seen)
    for platform, words in dark_in(seen, now=now) if loaded.database_url else dark(path, now=now):
        yield Finding(fine=False, what=platform, words=words)
    yield _clock(now, seen.newest)
    yield _zones(now)
    yield _content(loaded.content_dir, now)
    yield from _own_banks(loaded.data_dir / FOLDER)
    yield from _graders(loaded.graders, os.cpu_count() or 1)
    if not seen.fault:
        yield from _next_posts(seen.coming, now)


def dark(path: Path, *, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the platforms that are not connected, or were not just now, though the bot runs; and say why of each."""
    yield from _why_dark(sqlite.noted(path, HELD, now=now), sqlite.noted(path, FAILED, now=now))


def dark_in(seen: Survey, *, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the same as a server's database tells it."""
    yield from _why_dark(noted(seen.kept, HELD, now=now), noted(seen.kept, FAILED, now=now))


def _why_dark(held: Mapping[str, datetime], failed: Iterable[str]) -> Iterator[tuple[str, str]]:
    for platform, until in held.items():
        often = f"too many starts: the next waits until {until:%H:%M:%S} UTC; see in the log why it starts so often"
        yield platform, often
    for platform in failed:
        yield platform, "something broke inside it, and it is started again by itself; see platform_failed in the log"


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


def _server(loaded: Settings, seen: Survey) -> Iterator[Finding]:
    """Say how the database server does; and that a world's file is still there, which is the bot's no more."""
    if seen.fault:
        yield Finding(fine=False, what="database", words=seen.fault)
        return
    yield Finding(fine=True, what="database", words=seen.is_a or "a PostgreSQL server, and in the database nothing yet")
    yield _schema(seen.revision)
    for words in filter(None, (seen.unwritable, opening.left(loaded, seen.teams))):
        yield Finding(fine=False, what="database", words=words)


def _database(path: Path, seen: Survey) -> Iterator[Finding]:
    bare = path.is_file() and not seen.fault and not seen.revision
    if problem := files.unlike_copies(path, files.BARE) if bare and path.stat().st_size else files.lost(path):
        yield Finding(fine=False, what="database", words=problem)
    elif not path.exists():
        yield Finding(fine=True, what="database", words=f"none yet; the first start makes {path}")
    elif not path.is_file() or not os.access(path, os.W_OK):
        words = f"{path} is no file that can be written; give it to the user the bot runs as (chown), or move it away"
        yield Finding(fine=False, what="database", words=words)
    elif seen.fault:
        yield Finding(fine=False, what="database", words=f"{path}: {seen.fault}")
    else:
        yield Finding(fine=True, what="database", words=f"{path}, {path.stat().st_size // 1000:,} kB, whole")
        yield _schema(seen.revision)


def _schema(revision: str) -> Finding:
    if not revision:
        return Finding(fine=True, what="schema", words="none yet; the first start makes it")
    known = revision in migrate.known()
    words = f"{revision}, and this version knows up to {migrate.HEAD}"
    return Finding(fine=known, what="schema", words=words if known else f"{words}; start the newer version again")


def _clock(now: datetime, newest: datetime | None) -> Finding:
    """Compare the clock with the database: what is written there cannot be yet to come."""
    words = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if newest is None or newest <= now + CLOCK_SLACK:
        return Finding(fine=True, what="clock", words=f"{words}; compare it with a watch")
    words += (
        f", but the database has an entry of {newest:%Y-%m-%d %H:%M:%S}; set the clock, or after a rehearsal "
        "(STUDYHALL_START_AT, /clock) start with another STUDYHALL_DATA_DIR"
    )
    return Finding(fine=False, what="clock", words=words)


def _graders(processes: int, cores: int) -> Iterator[Finding]:
    """Say where answers are graded, if not in the bot: more processes than there are cores wait for each other."""
    words = (
        f"answers are graded in {plural(processes, 'process', 'processes')} beside the bot, on {plural(cores, 'core')}"
    )
    if processes >= cores:
        yield Finding(fine=False, what="graders", words=f"{words}; set STUDYHALL_GRADERS to {cores - 1}")
    elif processes:
        yield Finding(fine=True, what="graders", words=words)


def _zones(now: datetime) -> Finding:
    known = version("tzdata")
    if now.year - int(known.partition(".")[0]) < ZONES_YEARS:
        return Finding(fine=True, what="time zones", words=f"tzdata {known}, locked with the code")
    words = f"tzdata {known} is old, and countries change their clocks; upgrade Studyhall"
    return Finding(fine=False, what="time zones", words=words)


def _next_posts(coming: Iterable[Coming], now: datetime) -> Iterator[Finding]:
    """Say what is posted next, where, and when by the clock there; what is overdue says that nobody posts."""
    posts = [_next_post(one, now) for one in coming]
    yield from posts or [Finding(fine=True, what="next post", words=NO_PLAN)]


def _next_post(coming: Coming, now: datetime) -> Finding:
    at = f"{coming.due_at.astimezone(ZoneInfo(coming.zone)):%a %d %b %Y %H:%M} {coming.zone}"
    words = f"the {coming.kind} in #{coming.channel_name}, {at}"
    if now - coming.due_at <= LATE_AFTER:
        return Finding(fine=True, what="next post", words=words)
    words += " is overdue: start the bot, or see in its log what it waits for"
    return Finding(fine=False, what="next post", words=words)


def _content(folder: Path, now: datetime) -> Finding:
    checked = loading.check(folder, today=now.date())
    words = f"{plural(checked.count, 'question')} in {folder}, {plural(len(checked.problems), 'problem')}"
    fine = not checked.problems
    return Finding(fine=fine, what="question bank", words=f"{words}{'' if fine else '; see python -m bot check'}")


def _own_banks(banks: Path) -> Iterator[Finding]:
    """Yield which teams' own questions cannot be read as they are."""
    for own in sorted(folder for folder in banks.glob("*") if safe_yaml.files_in(folder)):
        try:
            loading.load(own)
        except ContentError as error:
            team = unquote(own.name)
            words = f"{plural(len(error.problems), 'problem')} in {own}, so it is asked as it was before; see python -m bot check --team {team}"
            yield Finding(fine=False, what="a team's own bank", words=words)
