"""Platforms that break: each is its own trouble, is started again by itself, and the operator is told."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.discord.connection import Access
from adapters.discord.platform import DiscordPlatform
from bot.cli import doctor
from bot.cli.supervision import AGAIN_AFTER, STEADY, Keeper, until_signal
from bot.clock import MovableClock, SystemClock
from bot.errors import AlreadyRunning, InfrastructureError, SettingsError, StoreError, Unfit, Unreachable
from bot.ports import FAILED, Core
from bot.store.inbox import StoredInbox
from bot.store.notebook import StoredNotebook
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import MONDAY, Hall, MemoryPlatform
from tests.doubles.loopback import PATIENCE

AT_ONCE = (timedelta(0),)


class Failing(MemoryPlatform):
    """A platform that fails as often as it is told to, and then is left for good."""

    def __init__(self, *errors: Exception, clock: MovableClock | None = None, lasts: timedelta = timedelta(0)) -> None:
        super().__init__()
        self.errors, self.clock, self.lasts = [*errors], clock or MovableClock(), lasts

    async def run(self, core: Core) -> None:
        self.clock.move_to(self.clock.now() + self.lasts)
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    """Give a Discord on the loopback."""
    async with DiscordServer() as server:
        yield server


async def test_what_breaks_inside_the_library_is_started_again(hall: Hall, discord: DiscordServer, tmp_path: Path):
    """A payload that discord.py stumbles over ends one connection: a new one is made, and the log and the doctor say so."""
    clock = SystemClock()
    access = Access(token=discord.token, api=discord.api, gateway=discord.gateway.url)
    platform = DiscordPlatform(access, notebook=StoredNotebook(hall.db), inbox=StoredInbox(hall.db, clock), clock=clock)
    keeper = Keeper(hall.app, notebook=platform.notebook, clock=clock, again_after=AT_ONCE)
    kept = asyncio.create_task(keeper.keep(platform))
    await discord.gateway.connected()
    with capture_logs() as logs:
        for session in discord.gateway.sessions.values():
            session.dispatch("CHANNEL_UPDATE", {"type": 0})
        await discord.gateway.identified(2)
    assert [one["platform"] for one in logs if one["event"] == "platform_failed"] == ["discord"]
    (told,) = doctor.dark(tmp_path / "studyhall.db", now=clock.now())
    assert told == (
        "discord",
        "something broke inside it, and it is started again by itself; see platform_failed in the log",
    )
    assert not kept.done()
    kept.cancel()
    await asyncio.wait([kept])


async def test_a_failure_is_forgotten_once_the_platform_is_steady(hall: Hall, tmp_path: Path):
    """A platform that has been well for a while since is named by the doctor no more."""
    keeper = Keeper(hall.app, notebook=StoredNotebook(hall.db), clock=hall.clock, again_after=AT_ONCE)
    await keeper.keep(Failing(RuntimeError("a bug of the library's")))
    path, now = tmp_path / "studyhall.db", hall.clock.now()
    assert len([*doctor.dark(path, now=now)]) == 1
    assert [*doctor.dark(path, now=now + STEADY)] == []


@pytest.mark.parametrize(("lasts", "waits"), [(timedelta(0), [0, 1, 2, 2]), (STEADY, [0, 0, 0, 0])])
async def test_the_wait_grows_unless_it_was_well_meanwhile(hall: Hall, lasts: timedelta, waits: list[float]):
    """One that fails at once waits longer each time; one that ran for a while waits as after its first failure."""
    platform = Failing(*[RuntimeError("again")] * 4, clock=hall.clock, lasts=lasts)
    steps = (timedelta(0), timedelta(seconds=1e-6), timedelta(seconds=2e-6))
    keeper = Keeper(hall.app, notebook=StoredNotebook(hall.db), clock=hall.clock, again_after=steps)
    with capture_logs() as logs:
        await keeper.keep(platform)
    assert [round(one["again_in_seconds"] * 1e6) for one in logs] == waits
    assert [*AGAIN_AFTER] == sorted(AGAIN_AFTER)


@pytest.mark.parametrize(
    "error", [SettingsError(["STUDYHALL_DISCORD_TOKEN: Discord refuses it."]), AlreadyRunning("It was given up.")]
)
async def test_what_only_the_operator_can_mend_is_raised(hall: Hall, error: InfrastructureError):
    """Wrong settings are not tried again, nor is anything once others have this process's work: it ends and says what to do."""
    keeper = Keeper(hall.app, notebook=StoredNotebook(hall.db), clock=hall.clock, again_after=AT_ONCE)
    with pytest.raises(type(error)), capture_logs() as logs:
        await until_signal({"discord": keeper.keep(Failing(error))}, nullcontext())
    assert logs == []


async def test_a_database_that_fails_too_keeps_no_platform_down(hall: Hall):
    """Where the failure cannot be noted either, the platform is started again all the same."""

    class Full(StoredNotebook):
        async def put(self, key: str, value: str) -> None:
            raise StoreError(f"The disk is full: {key.removesuffix(FAILED)} {value}")

    platform = Failing(RuntimeError("a bug of the library's"), clock=MovableClock())
    platform.clock.move_to(MONDAY)
    with capture_logs() as logs:
        await Keeper(hall.app, notebook=Full(hall.db), clock=hall.clock, again_after=AT_ONCE).keep(platform)
    assert [one["event"] for one in logs] == ["platform_failed", "failure_not_noted"]


async def test_a_database_that_is_away_is_no_failure_of_the_platform(hall: Hall, tmp_path: Path):
    """A platform that could not begin without the database is started again, with a sentence in the log and no trace; what the database refused is a bug."""
    keeper = Keeper(hall.app, notebook=StoredNotebook(hall.db), clock=hall.clock, again_after=AT_ONCE)
    with capture_logs() as logs:
        await keeper.keep(Failing(StoreError("The database server cannot be reached.")))
    assert [(one["event"], one["reason"]) for one in logs] == [
        ("database_awaited", "The database server cannot be reached.")
    ]
    assert [*doctor.dark(tmp_path / "studyhall.db", now=hall.clock.now())] == []
    with capture_logs() as logs:
        await keeper.keep(Failing(Unfit("The database refused it beside what is there.")))
    assert [one["event"] for one in logs] == ["platform_failed"]


async def test_a_platform_that_cannot_be_reached_is_no_failure_of_it(hall: Hall, tmp_path: Path):
    """A platform that begins anew for it cannot be reached is a sentence in the log, without a trace; what others ask of the database knows of nothing."""
    keeper = Keeper(hall.app, notebook=StoredNotebook(hall.db), clock=hall.clock, again_after=AT_ONCE)
    with capture_logs() as logs:
        await keeper.keep(Failing(Unreachable("I reach Discord's gateway for none of my shards.")))
    assert logs == [
        {
            "event": "platform_unreachable", "platform": "memory", "again_in_seconds": 0.0, "log_level": "warning",
            "reason": "I reach Discord's gateway for none of my shards.",
        }
    ]  # fmt: skip
    assert [*doctor.dark(tmp_path / "studyhall.db", now=hall.clock.now())] == []


async def test_the_others_go_on(hall: Hall):
    """While one platform fails again and again the other runs; a signal ends both."""
    keeper = Keeper(hall.app, notebook=StoredNotebook(hall.db), clock=hall.clock, again_after=AT_ONCE)
    failed = asyncio.Event()

    class One(Failing):
        async def run(self, core: Core) -> None:
            if not self.errors:
                failed.set()
                await asyncio.Event().wait()
            await super().run(core)

    class Other(MemoryPlatform):
        async def run(self, core: Core) -> None:
            await failed.wait()
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()

    runs = {"discord": keeper.keep(One(*[RuntimeError("again")] * 3)), "slack": keeper.keep(Other())}
    await asyncio.wait_for(until_signal(runs, nullcontext()), PATIENCE)


async def test_a_process_that_is_given_up_ends_its_platforms_first():
    """Cancelled from without, for its turn is lost, it waits for its platforms to hang up: nothing of it goes on where the database has ended."""
    began, said = asyncio.Event(), []

    async def run() -> None:
        try:
            began.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            said.append("hung up")

    ends = asyncio.create_task(until_signal({"discord": run()}, nullcontext()))
    await began.wait()
    ends.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ends
    assert said == ["hung up"]
