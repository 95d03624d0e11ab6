"""Whether Slack is heard: a socket may answer its pings and yet deliver nothing, which only what is missing tells.

Two things are missed when they do not come: the event that Slack sends about each message of my own, and what members say
in the threads of open rounds.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

ECHO_SECONDS: Final = 20.0  # for which an event about my own message may take
QUIET_SECONDS: Final = 40.0  # without a word from Slack, after which I look into the threads myself
LEFT_SECONDS: Final = 5.0  # between two looks for what is taken down and not handled
BUSY_SECONDS: Final = 120.0  # after which I look into them however much comes
REST_SECONDS: Final = 600.0  # between two times that a missing echo is believed: an app may not ask for these events
LOOK_SECONDS: Final = 1.0


class Hearing:
    """Remembers when Slack was heard last, and notices when it should have been.

    `look_again` reads what was said in the threads of open rounds, and returns whether any of it is news; `work_off` begins
    with what was heard and left, of this process or of one that is gone. Unless it is `alone`, Slack may tell another process of its messages.
    """

    def __init__(
        self, look_again: Callable[[], Awaitable[bool]], work_off: Callable[[], Awaitable[None]], *, echo: float = ECHO_SECONDS,
        quiet: float = QUIET_SECONDS, busy: float = BUSY_SECONDS, left: float = LEFT_SECONDS,
    ) -> None:  # fmt: skip
        self._look_again = look_again
        self._work_off = work_off
        self.alone: Callable[[], Awaitable[bool]] = _always
        self._echo = echo
        self._quiet = quiet
        self._busy = busy
        self._left = left
        self._heard_at = self._looked_at = self._worked_off_at = 0.0
        self._spoke_at: float | None = None  # the first time since I was heard
        self._believed_from = 0.0

    def heard(self) -> None:
        """Note that Slack delivered something."""
        self._heard_at, self._spoke_at = _now(), None

    def spoke(self, began: float) -> None:
        """Note that I posted something of which Slack tells me in turn, maybe before it has answered the call."""
        if self._spoke_at is None and self._heard_at < began:
            self._spoke_at = began

    async def lost(self) -> str:
        """Return as soon as something is missing, and say what."""
        self.heard()
        self._looked_at = self._worked_off_at = self._heard_at
        while True:
            await asyncio.sleep(min(LOOK_SECONDS, self._echo))
            await self._begin_with_what_is_left()
            if self._echo_missing() and await self._is_alone():
                self._believed_from = _now() + REST_SECONDS
                return "nothing came back of what I posted"
            since_heard, since_looked = _now() - self._heard_at, _now() - self._looked_at
            if min(since_heard, since_looked) > self._quiet or since_looked > self._busy:
                self._looked_at = _now()
                if await self._look_again():
                    return "an answer in a thread was not delivered"

    async def _begin_with_what_is_left(self) -> None:
        if _now() - self._worked_off_at > self._left:
            self._worked_off_at = _now()
            await self._work_off()

    async def _is_alone(self) -> bool:
        alone = await self.alone()
        self._spoke_at = self._spoke_at if alone else None
        return alone

    def _echo_missing(self) -> bool:
        return self._spoke_at is not None and _now() - self._echo > self._spoke_at >= self._believed_from


async def _always() -> bool:
    return True


def _now() -> float:
    return asyncio.get_running_loop().time()
