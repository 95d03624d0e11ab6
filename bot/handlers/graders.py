"""A process that grades beside the bot, from the bot's side: what is asked of it, and what becomes of that when it ends."""

import asyncio
import math
import os
import pickle
import sys
from asyncio.subprocess import PIPE
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import structlog

from bot.question import Question
from bot.settings import PREFIX

log = structlog.get_logger(__name__)
ROOT: Final = Path(__file__).parents[2]
KNOWN: Final = 500  # questions that it keeps: as many as are ready to be graded there


class Gone(Exception):
    """The process ended before it answered, or could not: whoever asked grades by themselves."""


class Process:
    """One such process, begun again when it ends by itself, but not all the time.

    A question is sent once, and from then on named by its number.
    """

    pause: float = 10.0  # seconds from one beginning to the next, at the least
    # Seconds until one that answers nothing more is taken to hang: a grade takes some thousandths of one. However many wait, each answer begins them anew.
    patience: float = 10.0

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self._known: dict[Question, int] = {}
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._running: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._limit: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many answers it has to grade."""
        return len(self._waiting)

    @property
    def number(self) -> int | None:
        """The number by which the machine knows it, while it runs."""
        return self._running.pid if self._running else None

    def begin(self) -> None:
        """Begin it; until it is ready whoever asks grades by themselves."""
        self._keeping = asyncio.create_task(self._kept(), name="grader")

    async def end(self) -> None:
        """End it, with nothing left behind."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        if self._running is not None:
            await _ended(self._running)

    async def asked(self, function: Callable[..., Any], question: Question, *given: Any, **named: Any) -> Any:
        """Have a function called with a question there; raises Gone where it cannot be, or the process ends before."""
        number = self._known.get(question, 0) or self._next()
        self._send(number, None if question in self._known else question, function, given, named)
        self._known[question] = number
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)  # once it is asked: answers come in the order of what was
        if self._limit is None:
            self._limited()
        return await answer

    def _next(self) -> int:
        """Return the number of a question that is new to it."""
        if len(self._known) >= KNOWN:
            self._known.clear()
            self._send(0)
        return len(self._known) + 1

    def _send(self, *message: Any) -> None:
        assert self._running is not None  # noqa: S101  it is ready
        assert self._running.stdin is not None  # noqa: S101  a pipe
        self._running.stdin.write(pickle.dumps((*message, *[None] * (5 - len(message)))))

    def _limited(self) -> None:
        """Have it ended where it answers nothing from now on, as long as anybody waits for it."""
        if self._limit is not None:
            self._limit.cancel()
        loop = asyncio.get_running_loop()
        self._limit = loop.call_later(self.patience, self._hung) if self._waiting else None

    def _hung(self) -> None:
        assert self._running is not None  # noqa: S101  it was asked
        with suppress(ProcessLookupError):  # it ends just now
            self._running.kill()

    async def _kept(self) -> None:
        """Have it run, and begin it again when it ends."""
        begun, now = -math.inf, asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(max(0.0, begun + self.pause - now()))
            begun = now()
            with suppress(OSError):
                await self._live()
            log.warning("grader_ended", again_in=self.pause)

    async def _live(self) -> None:
        """Begin it and hear it until it ends."""
        # It needs none of the bot's settings, among which are secrets.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        command = (sys.executable, "-c", "from bot.cli.grader import main; main()")
        running = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT, env=environment)
        self._running = running
        with suppress(Exception):  # its end, or words that cannot be read
            try:
                await self._heard(running.stdout)
            finally:
                self._forgotten()
        await _ended(running)

    async def _heard(self, told: asyncio.StreamReader | None) -> None:
        """Give each answer to who waits for it; the first says that it is ready."""
        assert told is not None  # noqa: S101  a pipe
        while True:
            length = int.from_bytes(await told.readexactly(4), "big")
            well, done = pickle.loads(await told.readexactly(length))  # noqa: S301  our own process's words
            if not self.ready.is_set():
                self.ready.set()
                continue
            answer = self._waiting.popleft()
            self._limited()
            if answer.done():  # who asked was cancelled
                continue
            if well:
                answer.set_result(done)
            else:
                answer.set_exception(Gone)

    def _forgotten(self) -> None:
        """Let all who wait for it grade by themselves."""
        self.ready.clear()
        self._known.clear()
        while self._waiting:
            answer = self._waiting.popleft()
            if not answer.done():
                answer.set_exception(Gone)
        self._limited()


async def _ended(running: asyncio.subprocess.Process) -> None:
    """End it at once, if it has not ended by itself: nobody waits any more for what it has to grade."""
    assert running.stdin is not None  # noqa: S101  a pipe
    running.stdin.close()
    with suppress(ProcessLookupError):  # it has
        running.kill()
    await running.wait()
