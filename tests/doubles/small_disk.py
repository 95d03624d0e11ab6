"""A small disk for the tests: a file system of a fixed size in memory, where this user may mount one, and filled up for as long as wanted."""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import Final

LACKING: Final = "no small disk can be mounted here (as root: mount -t tmpfs)"
BALLAST: Final = "ballast"
LOOK: Final = 0.01  # seconds after which what others have freed is taken too


@contextmanager
def mounted(folder: Path, *, size: str) -> Iterator[None]:
    """Mount a small disk on a folder until the block ends."""
    how: list[str | Path] = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "studyhall", folder]
    subprocess.run(how, check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)


@cache
def possible() -> bool:
    """Whether this user may mount one."""
    with tempfile.TemporaryDirectory(prefix="small-disk-") as folder:
        try:
            with mounted(Path(folder), size="64k"):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


@asynccontextmanager
async def filled(folder: Path) -> AsyncIterator[None]:
    """Leave no room on the disk of a folder until the block ends."""
    path = folder / BALLAST
    with path.open("wb") as ballast:
        _eat(ballast.fileno())
        eating = asyncio.create_task(_eat_all(ballast.fileno()))
        try:
            yield
        finally:
            eating.cancel()
            path.unlink()


async def _eat_all(file: int) -> None:
    while True:
        await asyncio.sleep(LOOK)
        _eat(file)


def _eat(file: int) -> None:
    """Let a file have all room that is left."""
    while left := (there := os.fstatvfs(file)).f_bavail * there.f_frsize:
        try:
            os.posix_fallocate(file, os.fstat(file).st_size, left)
        except OSError:
            continue  # somebody else was quicker, and it is looked again
