"""Where lines come from: a script on standard input, or a prompt with history and completion."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout

Lines = AsyncGenerator[str, None]


def nobody_types() -> bool:
    """Whether standard input is closed or the null device, as in a container that was started in the background."""
    try:
        return sys.stdin is None or os.fstat(sys.stdin.fileno()).st_rdev == Path(os.devnull).stat().st_rdev
    except OSError:  # lines that come from no file at all
        return False


async def script(stream: TextIO) -> Lines:
    """Yield the lines of a stream until its end; a thread waits for them, so that the bot goes on meanwhile."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def pump() -> None:
        with contextlib.suppress(RuntimeError):  # the loop ended first: nobody reads on
            try:
                for line in stream:
                    loop.call_soon_threadsafe(queue.put_nowait, line.rstrip("\r\n"))
            finally:
                loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=pump, daemon=True, name="script").start()
    while (line := await queue.get()) is not None:
        yield line


class Commands(FileHistory):
    """What was typed, of which only commands are written down: answers are their authors' own, who may delete them."""

    def store_string(self, string: str) -> None:
        """Write a command down; a disk that is full does not keep it from being carried out."""
        if string.startswith("/"):
            with contextlib.suppress(OSError):
                super().store_string(string)


async def terminal(
    history: Path, prompt: Callable[[], str], offered: list[str], *, asking: Callable[[], bool], ask_back: Callable[[], None]
) -> Lines:  # fmt: skip
    """Yield what is typed at a prompt with history and completion, until Ctrl-D, or Ctrl-C twice on an empty line.

    What is typed into a form is private, so it is not kept in the history; Ctrl-C there puts the form away.
    """
    session: PromptSession[str] = PromptSession(
        history=Commands(str(history)), completer=WordCompleter(offered, sentence=True)
    )
    private: PromptSession[str] = PromptSession()
    leaving = False
    with patch_stdout(raw=True):
        while True:
            now = private if asking() else session
            try:
                yield await now.prompt_async(prompt)
                leaving = False
            except KeyboardInterrupt:
                empty = now is session and not session.default_buffer.text
                if empty and leaving:
                    return
                if leaving := empty:
                    ask_back()
                yield ""
            except EOFError:
                return
