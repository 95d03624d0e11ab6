"""The database's file on the disk: for one process, for its owner's eyes, and not made anew where it has been."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import filelock

from bot.errors import AlreadyRunning, StoreError

BACKUPS: Final = "backups"  # the folder of copies, beside the database
PRIVATE: Final = 0o600  # nobody but the user the bot runs as reads what is kept
PRIVATE_FOLDER: Final = 0o700
UNWRITABLE: Final = "The database cannot be written. Make its file and folder writable for the user the bot runs as."
BARE: Final = "has no tables"  # as a first start that was cut short leaves it
UNOPENED: Final = "The database file cannot be opened. Check that its folder exists and is writable."


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file for this process alone, which the kernel takes back however the process ends.

    Twice: by a file beside it, as ever, and by the database file itself, for the other may be removed while the bot runs.
    """
    lock = filelock.FileLock(path.with_name(path.name + ".lock"), blocking=False, mode=PRIVATE)
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout:
        raise _running(path) from None
    except OSError as error:
        raise StoreError(
            f"The data folder {path.parent}, or the lock in it, cannot be written ({error.strerror}). Make it writable "
            "for the user the bot runs as, or name another with STUDYHALL_DATA_DIR."
        ) from error
    try:
        if problem := lost(path):
            raise StoreError(problem)
        with _held(path):
            yield
    finally:
        lock.release()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the database file itself, made where there is none; whatever is made meanwhile is for its owner's eyes alone.

    SQLite's own locks are of another kind, and closing the file would give those up: it is closed after all connections.
    """
    file = _opened(path)
    usual = os.umask(~PRIVATE_FOLDER & 0o777)
    try:
        _take(path, file)
        for suffix in ("", "-wal", "-shm", ".lock"):
            _make_private(path.with_name(path.name + suffix), PRIVATE)
        _make_private(path.parent / BACKUPS, PRIVATE_FOLDER)
        yield
    finally:
        os.umask(usual)
        os.close(file)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
    except OSError as error:
        unwritable = isinstance(error, PermissionError) or error.errno == errno.EROFS
        raise StoreError(UNWRITABLE if unwritable else UNOPENED) from error


def _take(path: Path, file: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _running(path) from None


def _make_private(path: Path, mode: int) -> None:
    """Let nobody but the owner read a file or folder, where it is there and ours."""
    with suppress(FileNotFoundError, PermissionError):
        path.chmod(mode)


def _running(path: Path) -> AlreadyRunning:
    return AlreadyRunning(
        f"Another Studyhall is running on {path}. Stop it first, or give this one a folder of its own "
        "with STUDYHALL_DATA_DIR."
    )


def lost(path: Path) -> str:
    """Return what to do where a database is missing or empty that has been there, or nothing."""
    if path.exists() and (path.is_dir() or path.stat().st_size):
        return ""
    return unlike_copies(path, "is empty" if path.exists() else "is missing")


def unlike_copies(path: Path, how: str) -> str:
    """Return what to do where a database has nothing in it, and there are copies that have; or nothing."""
    whole = [copy for copy in (path.parent / BACKUPS).glob("*.db") if copy.stat().st_size]
    copies = sorted(whole, key=lambda copy: copy.stat().st_mtime)
    if not copies:
        return ""
    return (
        f"The database {path} {how}, and there are copies of it in "
        f"{path.parent / BACKUPS}. See whether the right folder is mounted; or put the newest copy in its place: "
        f"rm -f {path}-wal {path}-shm && cp {copies[-1]} {path}. To begin anew without what was, move the folder "
        f"{BACKUPS} away first."
    )
