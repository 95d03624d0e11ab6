"""The members of the chaos suite: each answers once the question is there, presses again where nothing came of it, and waits for the grade."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tests.chaos.points import Held, Writing
from tests.chaos.stage import Stage
from tests.doubles.fakes import FULL, HALF, WRONG
from tests.soak.towns import NotShown

if TYPE_CHECKING:
    from tests.chaos.week import Play

KEPT_SOON: Final = 2.0  # seconds that a person takes to press again
LONG: Final = 1000.0  # seconds: whoever waits so long is not waiting for us
READS: Final = 0.3  # seconds that a person takes at least
WRITES: Final = 0.3  # seconds in which the bot has come to where it wants to write
Way = Callable[[Any, Any, str], Any]  # in which a member answers in a place


@dataclass
class Person:
    """A member in one week."""

    play: "Play"
    stage: Stage
    member: Any
    way: Way
    heard: int = 0  # grades, in the end
    told: int = 0  # grades, before what was said last
    refused: int = 0

    async def live(self, held: Held | None) -> None:
        """Answer once the question is there, and wait until the grade is told; who replies may hold the database meanwhile."""
        await self.play.until(lambda: self.stage.new["question"] > 0, within=LONG)
        await asyncio.sleep(READS)
        replies = self.way == self.stage.town.reply
        words = (FULL, HALF) if replies else (FULL, HALF, WRONG)  # a week without points has no board
        text = f"{self.play.rng.choice(words)} That is number {self.play.answers + 1}."
        self.stage.said.append(text)
        self._note()
        lock = held if isinstance(held, Writing) and replies else None
        if lock:
            await lock.begin()
        await self._gives(text)
        if lock:
            await asyncio.sleep(WRITES)
            lock.begun()
        await self._hears(text)

    @property
    def again(self) -> int:
        """How many grades were told once more after all were."""
        return self.stage.town.grades(self.member) - self.heard if self.heard else 0

    def _note(self) -> None:
        self.told, self.refused = self.stage.town.grades(self.member), self.stage.refusals(self.member)

    async def _gives(self, text: str) -> None:
        while not await self._given(text):
            self.play.seen["pressed again"] += 1

    async def _hears(self, text: str) -> None:
        """Wait for the grade; who is told that nothing is saved tries again, as they are asked to."""
        while True:
            await self.play.until(self._has_heard, within=LONG)
            if await self._kept_soon(text):
                break
            self.play.seen["tried again"] += 1
            self._note()
            await self._gives(text)
        await self.play.until(partial(self._is_told, self.told), within=LONG)
        self.heard = self.told + 1

    def _is_told(self, before: int) -> bool:
        return self.stage.town.grades(self.member) > before

    def _has_heard(self) -> bool:
        return self._is_told(self.told) or self.stage.refusals(self.member) > self.refused

    async def _given(self, text: str) -> bool:
        """Answer in one way or the other; return whether it may have been heard."""
        self.play.ended.clear()
        giving = asyncio.create_task(self.way(self.member, self.stage.place, text))
        ended = asyncio.create_task(self.play.ended.wait())
        try:
            await asyncio.wait([giving, ended], return_when=asyncio.FIRST_COMPLETED)
            if giving.done():
                giving.result()
                return True
        except NotShown:
            pass
        finally:
            giving.cancel()
            ended.cancel()
            await asyncio.gather(giving, ended, return_exceptions=True)
        await self.play.are_there()
        return await self._kept_soon(text)

    async def _kept_soon(self, text: str) -> bool:
        async with asyncio.timeout(KEPT_SOON * 5):
            for _ in range(int(KEPT_SOON * 10)):
                if text in await self.play.kept():
                    return True
                await asyncio.sleep(0.1)
        return False
