"""The bot as a process of its own on a loopback server: start it, wait for what it logs, end it gently or at once."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from sqlite3 import connect
from typing import Any, Final, Protocol, TypeVar

import yaml

from bot.bank.loading import Bank
from tests.doubles import database
from tests.doubles.fakes import MONDAY, bank
from tests.doubles.loopback import PATIENCE

ROOT: Final = Path(__file__).parents[2]
EXIT_WITHIN: Final = (
    30.0  # seconds, after which compose.yaml and systemd end the bot; what it began takes it a third of one
)
T = TypeVar("T")


class Loopback(Protocol):
    """A platform's server on the loopback."""

    @property
    def environment(self) -> Callable[..., dict[str, str]]:
        """What returns the settings with which the bot finds the server."""
        ...

    def happened(self) -> None:
        """Let everybody who waits look again."""
        ...

    async def wait_for(self, predicate: Callable[[], T], *, within: float = PATIENCE) -> T:
        """Return the first true value of the predicate, asked again after every happening."""
        ...


class Bot:
    """One run of the bot. What it writes is its log."""

    def __init__(self, loopback: Loopback, process: asyncio.subprocess.Process) -> None:
        self.log = ""
        self._loopback = loopback
        self._process = process
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            self.log += line.decode()
            self._loopback.happened()
        await self._process.wait()
        self._loopback.happened()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.returncode is None

    async def until(self, predicate: Callable[[], T], *, within: float = PATIENCE) -> T:
        """Return the first true value of a predicate; a bot that dies meanwhile ends the wait with its log."""

        def look() -> T:
            assert self.alive, f"the bot has died:\n{self.log}"
            return predicate()

        try:
            return await self._loopback.wait_for(look, within=within)
        except TimeoutError as error:
            error.add_note(f"The bot's log:\n{self.log}")
            raise

    async def logged(self, event: str, times: int = 1) -> None:
        """Wait until the bot has logged an event so many times."""
        await self.until(lambda: self.events(event)[times - 1 :])

    def events(self, event: str) -> list[dict[str, Any]]:
        """Return the log's lines about an event."""
        lines = (json.loads(line) for line in self.log.splitlines() if line.startswith("{"))
        return [line for line in lines if line["event"] == event]

    async def ready(self) -> None:
        """Wait until the bot has caught up and carries out what is due."""
        await self.until(lambda: '_ready"' in self.log)

    async def ended(self, *, within: float = PATIENCE) -> int:
        """Wait for the end of the process, from its start if it has to be, and return its exit status."""
        async with asyncio.timeout(within):
            await asyncio.wait([self._reading])
            return await self._process.wait()

    async def stop(self) -> int:
        """End the bot gently, and return its exit status."""
        self.terminate()
        return await self.ended(within=EXIT_WITHIN)

    def terminate(self) -> None:
        """Ask the bot to end."""
        self._process.send_signal(signal.SIGTERM)

    async def kill(self) -> None:
        """End the bot at once, in the middle of whatever it does."""
        if self.alive:
            self._process.kill()
        await self.ended()


def environment(loopback: Loopback, folder: Path, *way: str, **more: str) -> dict[str, str]:
    """Return the environment of a bot that keeps its data in a folder, where its bank is too; `way` is the server's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STUDYHALL_")}
    own = {"DATA_DIR": str(folder / "data"), "CONTENT_DIR": str(folder / "content"), "SEED": "1", **more}
    settings = {f"STUDYHALL_{name}": value for name, value in own.items()}
    return {**kept, "PYTHONPATH": str(ROOT), **loopback.environment(*way), **settings}


@asynccontextmanager
async def bot(loopback: Loopback, folder: Path, *way: str, **more: str) -> AsyncIterator[Bot]:
    """Run the bot on a folder; whatever is left of it at the end is killed. Its database has been made before it starts."""
    database.begin(folder / "data" / "studyhall.db")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment(loopback, folder, *way, **more),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    started = Bot(loopback, process)
    try:
        yield started
    finally:
        await started.kill()


async def doctor(loopback: Loopback, folder: Path, *way: str, **more: str) -> tuple[int, str]:
    """Ask the doctor on a day when nothing has grown old yet, and return its exit status and all that it printed."""
    settings = environment(loopback, folder, *way, **{"START_AT": MONDAY.isoformat(), **more})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", cwd=folder, env=settings,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


def write_bank(folder: Path, questions: Bank | None = None) -> None:
    """Write the tests' bank where the bot reads it."""
    (folder / "content").mkdir()
    for topic in (questions or bank()).topics.values():
        told = topic.model_dump(mode="json")
        (folder / "content" / f"{topic.topic}.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))


def answers(folder: Path) -> list[str]:
    """Return the answers that the bot has kept, in order."""
    with closing(connect(folder / "data" / "studyhall.db")) as db:
        return [text for (text,) in db.execute("SELECT text FROM attempt ORDER BY id")]
