"""Bots as processes of their own that begin at once: forked from one that has read all modules, which are most of a start.

What forks them is this file as a program: it reads what to start, a line each, and writes who was started and how each ended.
"""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self

from tests.doubles import stepping
from tests.doubles.process import ROOT

READ_AT_ONCE: Final = 65_536
WAITS: Final = 0.01  # seconds between two looks whether it may go on
HOLD: Final = "CHAOS_HOLD"  # a bot's setting: before which statement it waits, whom it tells, and who lets it go


class Child:
    """One process; what it writes is its log."""

    def __init__(self, pid: int, log: Path, ended: asyncio.Future[int]) -> None:
        self.pid = pid
        self._log, self._ended = log, ended

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return not self._ended.done()

    @property
    def log(self) -> str:
        """What it has written."""
        return self._log.read_text()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self.alive:
            os.kill(self.pid, number)

    async def ended(self, *, within: float) -> int:
        """Wait for its end, and return its exit status."""
        async with asyncio.timeout(within):
            return await asyncio.shield(self._ended)


class Nursery:
    """The parent of all bots."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._starting: asyncio.Queue[int] = asyncio.Queue()
        self._children: dict[int, asyncio.Future[int]] = {}
        self._reading = asyncio.create_task(self._read())

    @classmethod
    @asynccontextmanager
    async def open(cls, *, steps: bool = False) -> AsyncIterator[Self]:
        """Read all modules, and fork until the block ends, perhaps those whose clocks can be stepped; who still runs then is killed."""
        library = stepping.library() if steps else None
        own = stepping.preloaded(library) if library else {}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.nursery", cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **own},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        made = cls(process)
        try:
            yield made
        finally:
            assert process.stdin
            process.stdin.close()
            await made._reading

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            pid, status = json.loads(line)
            if status is None:
                self._children[pid] = asyncio.get_running_loop().create_future()
                self._starting.put_nowait(pid)
            else:
                self._children[pid].set_result(status)
        await self._process.wait()
        self._starting.put_nowait(0)  # whoever waits for a child waits in vain

    async def start(self, environment: dict[str, str], *, folder: Path, log: Path) -> Child:
        """Start a bot in a folder."""
        await asyncio.to_thread(log.touch)
        asked = json.dumps([environment, str(folder), str(log)])
        assert self._process.stdin
        self._process.stdin.write(f"{asked}\n".encode())
        pid = await self._starting.get()
        assert pid, "the parent of all bots has ended"
        return Child(pid, log, self._children[pid])


def serve() -> None:
    """Fork whenever a line comes, and say of each child how it ended; at the end of the input kill those that are left."""
    import select  # noqa: PLC0415  as a program alone

    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    children: set[int] = set()
    waiting = b""
    while True:
        readable, _, _ = select.select([0, wake], [], [])
        if wake in readable:
            os.read(wake, READ_AT_ONCE)
            _tell_of_ends(children)
        if 0 in readable:
            if not (read := os.read(0, READ_AT_ONCE)):
                break
            *lines, waiting = (waiting + read).split(b"\n")
            for line in lines:
                children.add(pid := _fork(json.loads(line), wake, woken))
                _tell(pid, None)
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _tell_of_ends(children: set[int]) -> None:
    for pid in sorted(children):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            children.discard(pid)
            _tell(pid, os.waitstatus_to_exitcode(status))


def _tell(pid: int, status: int | None) -> None:
    os.write(1, f"{json.dumps([pid, status])}\n".encode())


def _fork(asked: list[Any], *pipes: int) -> int:
    if pid := os.fork():
        return pid
    environment, folder, log = asked
    hold = environment.pop(HOLD, "")
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, name, how in (
        (0, os.devnull, os.O_RDONLY),
        (1, log, os.O_WRONLY | os.O_APPEND),
        (2, log, os.O_WRONLY | os.O_APPEND),
    ):
        os.dup2(os.open(name, how), number)
    for pipe in pipes:
        os.close(pipe)
    if hold:
        _hold(*json.loads(hold))
    from bot.__main__ import main  # noqa: PLC0415  read already

    status = main(["run"])
    sys.stdout.flush()
    os._exit(status)


def _hold(pattern: str, arrived: str, released: str) -> None:
    """Wait once before a statement like this, as a process does that is stopped there."""
    import select  # noqa: PLC0415  as a program alone

    from sqlalchemy import Engine, event  # noqa: PLC0415  the same

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if re.search(pattern, statement) and not Path(arrived).exists():
            Path(arrived).touch()
            while not Path(released).exists():
                select.select([], [], [], WAITS)  # `sleep` cannot be under a clock that is stepped

    event.listen(Engine, "before_cursor_execute", look)


if __name__ == "__main__":
    import adapters.discord.platform
    import adapters.slack.connection
    import adapters.slack.platform
    import bot.__main__  # read once for all who are forked
    import bot.store.postgresql

    serve()
