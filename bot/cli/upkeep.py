"""What an operator does to a database at the command line: copy it, bring it up to date, prove its totals."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from bot import settings
from bot.cli.bank import Add
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.settings import DATABASE
from bot.store import files, moving, opening, sqlite
from bot.store import recompute as fold
from bot.store.files import BACKUPS
from bot.store.migrate import HEAD
from bot.text import plural

_THEN: Final = {
    "postgresql": "From now on the bot keeps all there; move the file away.",
    "sqlite": "Take STUDYHALL_DATABASE_URL away, and the bot keeps all in the file.",
}


def add_commands(add: Add) -> None:
    """Declare the subcommands."""
    copy = add("backup", backup, "copy the database, also while the bot runs")
    copy.add_argument(
        "file", type=Path, nargs="?", help="where to (default: a new file in backups/ of the data folder)"
    )
    again = add("recompute", recompute, "fold the facts again and compare with the stored totals")
    again.add_argument("--repair", action="store_true", help="put the folded rows in the place of those that differ")
    other = add("move", move, "copy the database from the data folder to the PostgreSQL server that is set, or back")
    other.add_argument("target", choices=["postgresql", "sqlite"], help="where to; it has to be empty")
    add("migrate", migrate, "bring the database up to this version's schema, after a copy")


def backup(asked: argparse.Namespace) -> int:
    """Copy the database, whole and consistent, also while the bot runs."""
    loaded, now = settings.load(), SystemClock().now()
    path = loaded.data_dir / DATABASE
    if loaded.database_url:
        raise StoreError("The database is a server's: copy it with pg_dump, as docs/postgresql.md shows.")
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
    loaded = settings.load()

    async def migrate() -> None:
        async with opening.opened(loaded, now=SystemClock().now()):
            await opening.tell_of_left(loaded, lambda words: print(f"{words}.", file=sys.stderr))
            print(f"{opening.name(loaded)} has schema {HEAD}, the newest.")

    asyncio.run(migrate())
    return 0


def move(asked: argparse.Namespace) -> int:
    """Copy the data folder's world into the server's empty database, or the server's into a new file there."""
    loaded, now = settings.load(), SystemClock().now()
    path = loaded.data_dir / DATABASE
    if not loaded.database_url:
        raise StoreError("Set STUDYHALL_DATABASE_URL to the address of the PostgreSQL database.")
    if asked.target == "postgresql" and not path.exists():
        raise StoreError(f"There is no database at {path}. Name its folder with STUDYHALL_DATA_DIR.")
    if asked.target == "sqlite" and not sqlite.survey(path).revision and files.unlike_copies(path, files.BARE):
        raise StoreError(
            f"There are copies of another database in {path.parent / BACKUPS}. Move that folder away, and the database comes to {path}."
        )

    async def run() -> fold.Report:
        server, file = opening.opened(loaded, now=now), sqlite.opened(path, now=now)
        async with server as far, file as near:
            ends = (near, far) if asked.target == "postgresql" else (far, near)
            return await moving.move(*ends, tell=lambda words: print(words, file=sys.stderr))

    moved = asyncio.run(run())
    found = f"{plural(moved.rounds, 'closed round')}, {plural(moved.awards, 'award')}"
    print(
        f"Moved, row by row the same: {found}, {plural(len(moved.differences), 'difference')} of totals. {_THEN[asked.target]}"
    )
    return 0


def recompute(asked: argparse.Namespace) -> int:
    """Fold the facts again; the exit status is 1 where the stored totals differ and are not mended."""

    async def compare() -> fold.Report:
        def run(connection: Connection) -> fold.Report:
            return fold.compare(connection, repair=asked.repair)

        async with opening.opened(settings.load(), now=SystemClock().now()) as database:
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
