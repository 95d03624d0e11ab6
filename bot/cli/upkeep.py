"""What an operator does to a database at the command line: copy it, bring it up to date, prove its totals."""

import argparse
import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import settings
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.settings import DATABASE
from bot.store import recompute as fold
from bot.store import sqlite
from bot.store.migrate import HEAD
from bot.text import plural


def backup(asked: argparse.Namespace) -> int:
    """Copy the database, whole and consistent, also while the bot runs."""
    path, now = settings.load().data_dir / DATABASE, SystemClock().now()
    target = asked.file or path.parent / "backups" / f"{path.stem}-{now:%Y%m%dT%H%M%SZ}.db"
    if not path.exists():
        raise StoreError(f"There is no database at {path}. Name its folder with STUDYHALL_DATA_DIR.")
    if target.exists():
        raise StoreError(f"{target} is there already. Name a new file.")
    if asked.file and not target.parent.is_dir():  # maybe a disk that is not mounted, and this one would fill up
        raise StoreError(f"There is no folder {target.parent}. Make it, or mount what it is on.")
    sqlite.copy(path, target)
    print(f"{target}, {target.stat().st_size // 1000:,} kB, whole.")
    return 0


def migrate(_: argparse.Namespace) -> int:
    """Bring the database up to this version's schema."""
    path = settings.load().data_dir / DATABASE

    async def migrate() -> None:
        async with sqlite.opened(path, now=SystemClock().now()):
            print(f"{path} has schema {HEAD}, the newest.")

    asyncio.run(migrate())
    return 0


def recompute(asked: argparse.Namespace) -> int:
    """Fold the facts again; the exit status is 1 where the stored totals differ and are not mended."""

    async def compare() -> fold.Report:
        async def run(connection: AsyncConnection) -> fold.Report:
            return await fold.compare(connection, repair=asked.repair)

        async with sqlite.opened(settings.load().data_dir / DATABASE, now=SystemClock().now()) as database:
            return await (database.write if asked.repair else database.read)(run)

    report = asyncio.run(compare())
    print(*report.differences, sep="\n", end="\n" if report.differences else "")
    found = f"{plural(report.rounds, 'closed round')}, {plural(report.awards, 'award')}"
    done = "mended" if asked.repair else "found; --repair mends them"
    wrong = (
        f"{plural(len(report.differences), 'difference')} {done}" if report.differences else "the totals equal the fold"
    )
    print(f"{found}: {wrong}.")
    return int(bool(report.differences) and not asked.repair)
