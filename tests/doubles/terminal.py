"""The local platform on a folder, its screen in memory: for tests that type, and read what is shown."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from adapters.local.deck import Deck
from adapters.local.platform import LocalPlatform, Look
from bot.app import App
from bot.bank.loading import Bank
from bot.clock import MovableClock
from bot.delivery import Delivery
from bot.handlers.deps import Deps
from bot.jobs import Jobs
from bot.question import Question
from tests.doubles import database
from tests.doubles.fakes import FULL, MONDAY, bank

UNSURE: Final = f"{FULL} Or so I think."  # an answer on which there are two opinions
Play = Callable[[str], Awaitable[str]]


class Contrary:
    """A second opinion that thinks nothing of one answer, and has none on the others."""

    async def of(self, question: Question, text: str) -> int | None:
        return 0 if text == UNSURE else None


@asynccontextmanager
async def opened(
    folder: Path, *, interactive: bool = False, questions: Bank | None = None, console: Console | None = None
) -> AsyncIterator[tuple[LocalPlatform, App, io.StringIO]]:
    """Start the local platform on a folder, its screen in memory, or a console of the caller's."""
    screen, clock, deck = io.StringIO(), MovableClock(), Deck(1)
    clock.move_to(MONDAY)
    async with database.opened(folder / "studyhall.db", now=MONDAY) as db:

        async def travel(to: datetime) -> None:
            await jobs.travel(clock, to)

        look = Look(console=console or Console(file=screen, width=100), interactive=interactive, zone="UTC")
        platform = LocalPlatform(folder, look=look, clock=clock, deck=deck, travel=travel)
        deps = Deps(db=db, bank=questions or bank(), rng=deck, events_kept=None, opinion=Contrary())
        app = App(deps, clock=clock, delivery=Delivery(db, {platform.name: platform}))
        jobs = Jobs(app)
        yield platform, app, screen
