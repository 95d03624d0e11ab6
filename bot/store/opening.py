"""Which database is opened: the server's whose address is set, or the file in the data folder."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bot.errors import StoreError
from bot.settings import DATABASE, Settings
from bot.store import sqlite
from bot.store.database import Database, Work
from bot.store.files import PRIVATE_FOLDER
from bot.store.migrate import HEAD
from bot.store.survey import Survey

T = TypeVar("T")


def address(loaded: Settings) -> str:
    """Return the address of the database server that is set, or nothing."""
    return loaded.database_url.get_secret_value() if loaded.database_url else ""


def name(loaded: Settings) -> str:
    """Return how the database is called in a sentence; never its address, which may hold a password."""
    return "the database of STUDYHALL_DATABASE_URL" if loaded.database_url else str(loaded.data_dir / DATABASE)


@asynccontextmanager
async def opened(
    loaded: Settings, *, now: datetime, folder: Path | None = None, patience: float = 0, alone: bool = True
) -> AsyncIterator[Database]:
    """Open the database that is set, or that of a world in a folder of its own; wait so many seconds for another process.

    On a server others may use it too, unless this one is to be `alone`. PostgreSQL's driver is only loaded for it.
    """
    if loaded.database_url and folder in {None, loaded.data_dir}:
        from bot.store import postgresql  # noqa: PLC0415  a tenth of the start, for who needs it

        loaded.data_dir.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)  # teams' own banks and signs of life
        async with postgresql.opened(address(loaded), patience=patience, alone=alone) as database:
            yield database
    else:
        async with sqlite.opened((folder or loaded.data_dir) / DATABASE, now=now) as database:
            yield database


async def looked(loaded: Settings, query: Work[T], *, now: datetime) -> T:
    """Run a query on the database that is set, also one in use: on a copy of the file, or on the server by reading alone."""
    if loaded.database_url:
        from bot.store import postgresql  # noqa: PLC0415  the same

        seen = await survey(loaded)
        if seen.fault or seen.revision != HEAD:
            raise StoreError(
                seen.fault or f"{name(loaded)} is not of this version: start the bot once, or run migrate."
            )
        return await postgresql.looked(address(loaded), query)
    path = loaded.data_dir / DATABASE
    if not path.exists():
        raise StoreError(f"There is no database at {path}. Name its folder with STUDYHALL_DATA_DIR.")
    with TemporaryDirectory() as folder:
        sqlite.copy(path, copied := Path(folder) / DATABASE)
        async with sqlite.opened(copied, now=now) as database:
            return await database.read(query)


async def survey(loaded: Settings) -> Survey:
    """Look at the database that is set, also one in use, without changing anything."""
    if loaded.database_url:
        from bot.store import outside  # noqa: PLC0415  the same

        return await outside.survey(address(loaded))
    path = loaded.data_dir / DATABASE
    return sqlite.survey(path) if path.exists() else Survey()


def left(loaded: Settings, there: Iterable[str]) -> str:
    """Return what to do with the file of a world that is still there beside a server, `there` being the server's teams; or nothing."""
    path = loaded.data_dir / DATABASE
    if not loaded.database_url or not sqlite.teams(path):
        return ""
    if [*there]:
        return f"{path} has teams of its own, and the bot keeps all on the server: move the file away, so that nobody takes it for the truth"
    return f"{path} has teams, and the server's database has none: stop the bot, and python -m bot move postgresql brings them over"


async def tell_of_left(loaded: Settings, tell: Callable[[str], object]) -> None:
    """Tell of such a file, if there is one."""
    if left(loaded, ()) and (words := left(loaded, await teams(loaded))):
        tell(words)


async def teams(loaded: Settings) -> Iterable[str]:
    """Return the teams in the database that is set, by reference; none where it cannot be read."""
    return (await survey(loaded)).teams if loaded.database_url else sqlite.teams(loaded.data_dir / DATABASE)


async def roles(loaded: Settings) -> Iterable[str]:
    """Return the roles that schedules mention, by reference."""
    return (await survey(loaded)).roles if loaded.database_url else sqlite.roles(loaded.data_dir / DATABASE)
