"""What befalls a bot at a point: it is killed, stopped, cut off, or its disk, its database or its clock fails it."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.store.turn import SURE
from tests.chaos.books import SLOW, Base
from tests.chaos.cast import BUSY, LOOK, SETTLED, Replica, until
from tests.chaos.points import Held

if TYPE_CHECKING:
    from tests.chaos.week import Play

Blow = Callable[["Play", Replica, Held], Coroutine[Any, Any, None]]
STEP: Final = timedelta(
    minutes=3
)  # a reveal that is later than five waits an hour for late answers, and is due a minute before the question
GIVEN_UP: Final = 40.0  # seconds: a transaction that is left open by a process that stopped ends after fifteen
CUTS: Final = 3
FULL: Final = 2.0  # seconds: by then somebody has written, if only that it lives


async def killed(play: "Play", victim: Replica, held: Held) -> None:
    """SIGKILL, and it is started again."""
    await victim.kill()
    play.let_go(held)
    await victim.give_up()
    await play.start(victim)


async def clock_back(play: "Play", victim: Replica, held: Held) -> None:
    """SIGKILL, and when it is started again the machine's clock is behind."""
    play.at -= STEP
    await killed(play, victim, held)


async def clock_ahead(play: "Play", victim: Replica, held: Held) -> None:
    """SIGKILL, and when it is started again the machine's clock is ahead."""
    play.at += STEP
    await killed(play, victim, held)


async def stepped_back(play: "Play", victim: Replica, held: Held) -> None:
    """Put the clock of the machine back while it runs."""
    _step(play, victim, held, -STEP)


async def stepped_ahead(play: "Play", victim: Replica, held: Held) -> None:
    """Put the clock of the machine ahead while it runs."""
    _step(play, victim, held, STEP)


def _step(play: "Play", victim: Replica, held: Held, by: timedelta) -> None:
    play.at += by  # so that it stays, should the process be started again
    victim.step(by)
    held.release()


async def stopped(play: "Play", victim: Replica, held: Held) -> None:
    """SIGSTOP for a second."""
    victim.signal(signal.SIGSTOP)
    play.let_go(held)
    await asyncio.sleep(SLOW)
    victim.signal(signal.SIGCONT)


async def cut_off(play: "Play", victim: Replica, held: Held) -> None:
    """Cut the connection over which the bot hears."""
    play.cut()
    play.let_go(held)


async def disk_full(play: "Play", victim: Replica, held: Held) -> None:
    """Leave no room for a while: a file of the bot's own does not grow, nor does anything of a server's."""
    async with play.books.full(victim.pid):
        play.let_go(held)
        await asyncio.sleep(FULL)


async def log_full(play: "Play", victim: Replica, held: Held) -> None:
    """Leave no room for the server's log either: it ends with the first change, and is begun again when there is room."""
    async with play.books.full(victim.pid):
        await _base(play).end_log()
        play.let_go(held)
        await asyncio.sleep(FULL)


async def disk_slow(play: "Play", victim: Replica, held: Held) -> None:
    """Let what is written take a second longer."""
    play.let_go(held)
    await play.books.slow()


async def given_up(play: "Play", victim: Replica, held: Held) -> None:
    """SIGSTOP for so long that others have its work: when it goes on, it does nothing more, and ends."""
    books = _base(play)
    await until(lambda: bool(victim.holder), within=SETTLED)
    victim.signal(signal.SIGSTOP)
    woken = asyncio.get_running_loop().time() + SURE  # what is given up sooner than in life may post what it had noted
    play.let_go(held)
    play.cut()  # a platform notices in time that nobody is there
    await books.give_up(victim.holder)
    async with asyncio.timeout(SETTLED):
        while victim.holder in await books.holders():  # noqa: ASYNC110  until another has looked, it could renew its row and live on
            await asyncio.sleep(LOOK)
    await play.until(play.done, within=GIVEN_UP)
    await asyncio.sleep(woken - asyncio.get_running_loop().time())
    victim.killed = True  # its end is meant
    victim.signal(signal.SIGCONT)
    play.seen["ended otherwise"] += await victim.ended() != BUSY
    await play.start(victim)


async def database_cut(play: "Play", victim: Replica, held: Held) -> None:
    """End all connections to the server, three times."""
    for _ in range(CUTS):
        await _base(play).cut()
        play.let_go(held)
        await asyncio.sleep(SLOW / CUTS)


async def database_crashed(play: "Play", victim: Replica, held: Held) -> None:
    """Let the server lose a process: it ends all connections, and begins again from its log."""
    await _base(play).crash()
    play.let_go(held)


def _base(play: "Play") -> Base:
    assert isinstance(play.books, Base)
    return play.books


EITHER: Final[dict[str, Blow]] = {
    "killed": killed,
    "stopped": stopped,
    "cut off": cut_off,
    "disk slow": disk_slow,
    "disk full": disk_full,
    "clock back": clock_back,
    "clock ahead": clock_ahead,
    "stepped back": stepped_back,
    "stepped ahead": stepped_ahead,
}
STEPPED: Final = frozenset({"stepped back", "stepped ahead"})  # where there is what steps a clock
BLOWS: Final[dict[str, dict[str, Blow]]] = {
    "SQLite": EITHER,
    "PostgreSQL": {
        **EITHER,
        "given up": given_up,
        "database cut": database_cut,
        "database crashed": database_crashed,
        "log full": log_full,
    },
}
RUNNING: Final = frozenset({*STEPPED, "cut off", "given up"})  # befall whoever runs, and not who begins
FILLED: Final = frozenset({"disk full", "log full"})  # on a server, where it can have a disk of its own
# What may befall another of three processes meanwhile.
BESIDE: Final[dict[str, Blow]] = {
    "killed": killed,
    "stopped": stopped,
    "given up": given_up,
    "database crashed": database_crashed,
}
