"""A PostgreSQL server for the tests: in a folder of its own, as an ordinary user, with a database of its own for each test.

It is there where Debian's `postgresql` is installed; what it keeps need not outlive it, so nothing waits for the disk.
"""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy import delete

from bot.store import postgresql
from bot.store.schema import metadata

TEMPLATE: Final = "begun"  # an empty database of the newest schema
OPTIONS: Final = (
    "listen_addresses=", "max_connections=60", "shared_buffers=64MB", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0",
    "log_min_messages=fatal",
)  # fmt: skip
FASTER: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
NUMBERS: Final = count(1)
EMPTY: Final = ";".join(
    [
        "SET session_replication_role = replica",  # so that the order does not matter
        *(str(delete(table)) for table in metadata.tables.values()),
        *(
            f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), 1, false)"
            for name, table in metadata.tables.items()
            if table.autoincrement_column is not None
        ),
    ]
)


def programs() -> Path | None:
    """Return where the server's programs are, of the newest version that is installed, or nothing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


class Server:
    """A running server. What it keeps of a test is deleted before the next, which takes a tenth of making a database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.free: list[str] = []

    def address(self, name: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    async def run(self, statement: str, *, on: str = "postgres") -> None:
        """Carry out a statement."""
        connection = await asyncpg.connect(self.address(on))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def fresh(self) -> str:
        """Return the address of an empty database of the newest schema."""
        if self.free:
            await self.run(EMPTY, on=(name := self.free.pop()))
        else:
            name = f"test_{next(NUMBERS)}"
            await self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self.address(name)

    def takes_back(self, address: str) -> None:
        """Have a database that `fresh` gave be given again."""
        self.free.append(urlsplit(address).path.removeprefix("/"))

    async def begin(self) -> None:
        """Make the template."""
        await self.run(
            f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        )
        async with postgresql.opened(self.address(TEMPLATE)):
            pass


def user() -> str | None:
    """Return as whom it runs: as root it refuses to."""
    return pwd.getpwnam("nobody").pw_name if os.geteuid() == 0 else None


@contextmanager
def running(binaries: Path, *, durable: bool = False) -> Iterator[Server]:
    """Run a server; a `durable` one waits for the disk as a real one does."""
    folder = Path(tempfile.mkdtemp(prefix="studyhall-pg-"))
    if name := user():
        shutil.chown(folder, name)
    initdb: list[str | Path] = [
        binaries / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-N",
        "--no-instructions",
        "--locale=C.UTF-8",
    ]
    subprocess.run([*initdb, "-E", "UTF8"], check=True, capture_output=True, user=user(), cwd=folder)
    options = [
        part
        for option in (*OPTIONS, *(() if durable else FASTER), f"unix_socket_directories={folder}")
        for part in ("-c", option)
    ]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", folder / "data", *options], user=user(), cwd=folder, stderr=subprocess.DEVNULL
    )
    try:
        ready: list[str | Path] = [binaries / "pg_isready", "-q", "-h", folder]
        while subprocess.run(ready, check=False).returncode and server.poll() is None:
            pass  # each look takes some milliseconds
        made = Server(folder)
        asyncio.run(made.begin())
        yield made
    finally:
        server.send_signal(3)  # SIGQUIT: at once, whoever is connected
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)
