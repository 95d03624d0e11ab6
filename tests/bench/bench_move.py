"""`python -m bot move` with a world of a million attempts: to PostgreSQL and back, against a bare copy of the same rows.

Both directions are the command as an operator types it, in a process of its own whose memory is measured: each row is copied, read
again where it arrived and compared, and the points are folded on both sides. The floor reads the same rows with bare sqlite3, inserts them into
an empty file with the same tables, and compares nothing. In between the boards of that world are measured on the server, against the fold of all awards there.
"""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import text

from bot.clock import MovableClock
from bot.settings import DATABASE
from bot.store import postgresql
from tests.bench.bench_board import FOLD, NOW, filled, measure
from tests.bench.measure import ROOT, folder, ratio, size
from tests.doubles import postgresql as double
from tests.doubles.fakes import MemoryPlatform, bank, make_hall

ATTEMPTS: Final = size(1_000_000, 2_000)
CHUNK: Final = 2_000
KIB_IN_MIB: Final = 1_024


def bare_copy(source: Path, target: Path) -> float:
    """Copy all rows of a file into another with the same tables, and return the seconds that it took."""
    start = time.perf_counter()
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        made = here.execute(
            "SELECT sql, type, name FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        for sql, _, _ in made:
            there.execute(sql)
        tables = [name for _, kind, name in made if kind == "table"]
        for table in tables:
            rows = here.execute(f"SELECT * FROM {table}")  # noqa: S608  a name of our own
            marks = ", ".join("?" * len(rows.description))
            while some := rows.fetchmany(CHUNK):
                there.executemany(f"INSERT INTO {table} VALUES ({marks})", some)  # noqa: S608  the same
        there.commit()
    return time.perf_counter() - start


def moved(target: str, data: Path, address: str) -> tuple[float, float]:
    """Run the command, and return its seconds and its memory at the most, in MiB."""
    settings = {"STUDYHALL_DATA_DIR": str(data), "STUDYHALL_DATABASE_URL": address}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    start = time.perf_counter()
    command = [sys.executable, "-m", "bot", "move", target]
    with subprocess.Popen(
        command, cwd=ROOT, env={**kept, **settings}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        assert running.stdout is not None
        said = running.stdout.read().decode()
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0, said
    assert " 0 differences " in said, said
    return time.perf_counter() - start, used.ru_maxrss / KIB_IN_MIB


async def boards(address: str) -> None:
    """Time the server's boards against the same board summed up there from the award table."""
    clock = MovableClock()
    clock.move_to(NOW)
    async with postgresql.opened(address) as db:

        async def fold() -> list[tuple[int, ...]]:
            return await db.read(lambda connection: [tuple(row) for row in connection.execute(text(FOLD))])

        await measure(make_hall(db, MemoryPlatform(), clock, bank(), 1), fold, "on the server")


def main() -> None:
    """Fill a file, copy it barely, then move it to a server and back."""
    if (programs := double.programs()) is None:
        print("bench_move: no PostgreSQL is installed: nothing to be put beside 1 x the floor.")
        return
    with folder() as path, double.running(programs, durable=True) as server:
        there, back = Path(path), Path(path) / "back"
        print(f"bench_move: {asyncio.run(filled(there, ATTEMPTS))}")
        floor = bare_copy(there / DATABASE, there / "bare.db")
        print(f"Floor, a bare copy of all rows from file to file: {floor:.0f} s")
        address = asyncio.run(server.fresh())
        for target, data in (("postgresql", there), ("sqlite", back)):
            seconds, memory = moved(target, data, address)
            print(f"Moved to {target}: {seconds:.0f} s, {memory:.0f} MiB at the most, {ratio([seconds], [floor])}")
            if target == "postgresql":
                asyncio.run(boards(address))


if __name__ == "__main__":
    main()
