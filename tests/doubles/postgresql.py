"""A PostgreSQL server for the tests: in a folder of its own, as an ordinary user, with a database of its own for each test.

It is there where Debian's `postgresql` is installed; what it keeps need not outlive it, so nothing waits for the disk.
"""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy import delete

from bot.store import postgresql
from bot.store.schema import metadata
from tests.doubles import small_disk

TEMPLATE: Final = "begun"  # an empty database of the newest schema
OPTIONS: Final = (
    "listen_addresses=", "max_connections=60", "shared_buffers=64MB", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0",
    "log_min_messages=fatal",
)  # fmt: skip
# On a small disk: a log in small files, of which few are kept.
SMALL: Final = ("--wal-segsize=1",)
TIGHT: Final = ("max_wal_size=8MB", "min_wal_size=2MB")
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
        # What ANALYZE found, by which queries are planned: as of tables that it never saw.
        "DELETE FROM pg_statistic WHERE starelid >= 16384",
        "UPDATE pg_class SET reltuples = CASE relkind WHEN 'r' THEN -1 ELSE 0 END WHERE oid >= 16384 AND relkind IN ('r', 'i') AND reltuples > -1",
    ]
)


def programs() -> Path | None:
    """Return where the server's programs are, of the newest version that is installed, or nothing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


class Server:
    """A running server. What it keeps of a test is deleted before the next, which takes a tenth of making a database."""

    def __init__(self, binaries: Path, folder: Path, *, options: Sequence[str], small: bool) -> None:
        self.folder = folder
        self.small = small  # whether its disk can be filled
        self.free: list[str] = []
        given = [part for option in (*options, f"unix_socket_directories={folder}") for part in ("-c", option)]
        self._command: list[str | Path] = [binaries / "postgres", "-D", folder / "data", *given]
        self._ready: list[str | Path] = [binaries / "pg_isready", "-q", "-h", folder]
        self.start()

    def start(self) -> None:
        """Begin, and wait until it takes connections."""
        self._process = subprocess.Popen(self._command, user=user(), cwd=self.folder, stderr=subprocess.DEVNULL)
        while self._process.poll() is None and subprocess.run(self._ready, check=False).returncode:
            pass  # each look takes some milliseconds

    def revive(self) -> None:
        """Begin again where it has ended by itself, as what supervises a server does."""
        while not self._up():
            if self._process.poll() is not None:
                self.start()

    def _up(self) -> bool:
        return not subprocess.run(self._ready, check=False).returncode

    def stop(self) -> None:
        """End at once, whoever is connected."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

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
def running(binaries: Path, *, durable: bool = False, size: str = "") -> Iterator[Server]:
    """Run a server; a `durable` one waits for the disk as a real one does, and one with a `size` has a disk of its own."""
    folder = Path(tempfile.mkdtemp(prefix="studyhall-pg-"))
    try:
        with small_disk.mounted(folder, size=size) if size else nullcontext():
            _initialise(binaries, folder, *(SMALL if size else ()))
            options = (*OPTIONS, *(() if durable else FASTER), *(TIGHT if size else ()))
            made = Server(binaries, folder, options=options, small=bool(size))
            try:
                asyncio.run(made.begin())
                yield made
            finally:
                made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(binaries: Path, folder: Path, *options: str) -> None:
    if name := user():
        shutil.chown(folder, name)
    own = ["-U", "postgres", "-A", "trust", "-N", "--no-instructions", "--locale=C.UTF-8", "-E", "UTF8", *options]
    initdb: list[str | Path] = [binaries / "initdb", "-D", folder / "data", *own]
    subprocess.run(initdb, check=True, capture_output=True, user=user(), cwd=folder)
