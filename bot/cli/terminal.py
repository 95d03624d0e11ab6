"""Where a chat in the terminal keeps what it keeps: its folder, and its log."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import structlog

from bot import log
from bot.settings import Settings
from bot.store.migrate import HEAD


def folder(loaded: Settings, *, interactive: bool) -> contextlib.AbstractContextManager[Path]:
    """Return the data folder; that of a script is its own, unless one was named."""
    own = not interactive and "data_dir" not in loaded.model_fields_set
    return _script_folder(loaded) if own else contextlib.nullcontext(loaded.data_dir)


@contextlib.contextmanager
def _script_folder(loaded: Settings) -> Iterator[Path]:
    """Give a script a world of its own, so that it plays the same each time.

    A script that was cut short goes on in the world that it left; one that ended leaves it behind as `script.last`.
    """
    folder, last = loaded.data_dir / "script", loaded.data_dir / "script.last"
    yield folder
    shutil.rmtree(last, ignore_errors=True)
    folder.rename(last)


@contextlib.contextmanager
def logged_to(path: Path, loaded: Settings) -> Iterator[None]:
    """Keep the logs out of the chat: they go to a file beside the database."""
    with log.kept(path, level=loaded.log_level, form=loaded.log_format, secrets=loaded.secrets):
        structlog.get_logger(__name__).info("started", schema=HEAD)
        try:
            yield
        finally:
            structlog.get_logger(__name__).info("stopped")
