"""The HTTP side: what it says of a bot that works, of one that cannot, and what it counts."""

import asyncio
import contextlib
import re
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, text

from adapters.services.door import Limits
from adapters.services.http import serving
from bot import VERSION
from bot.app import App
from bot.delivery import Delivery
from bot.errors import ChannelGone, InfrastructureError, StoreError, Unreachable
from bot.jobs import Jobs
from bot.store.migrate import HEAD
from bot.store.schema import event
from bot.vitals import Vitals
from tests.doubles.discord.process import card, study
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, WRONG, Hall, Server
from tests.doubles.fakes import hall as start_hall
from tests.doubles.loopback import free_port
from tests.doubles.process import bot, write_bank
from tests.handlers.test_doubts import Opinion

ROOT = Path(__file__).parents[3]


@dataclass
class Asker:
    """Somebody who asks the HTTP side."""

    session: aiohttp.ClientSession

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.session.get(path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def ready(self) -> tuple[int, Any]:
        async with self.session.get("/readyz") as answer:
            return answer.status, await answer.json()

    async def until_ready(self, status: int, *, within: float = 60.0) -> Any:
        """Ask again and again until it is so, and return what is said then."""
        async with asyncio.timeout(within):
            while (seen := await self.ready())[0] != status:
                pass
        return seen[1]

    async def numbers(self) -> dict[str, float]:
        """Return every sample as `name{label=value,...}` without our prefix."""
        _, text = await self.get("/metrics")
        samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
        return {f"{s.name.removeprefix('studyhall_')}{_labels(s.labels)}": s.value for s in samples}


@dataclass
class Watched(Asker):
    """A hall with its HTTP side, and somebody who asks it."""

    hall: Hall
    vitals: Vitals


def _labels(labels: dict[str, str]) -> str:
    return "{" + ",".join(f"{k}={v}" for k, v in sorted(labels.items())) + "}" if labels else ""


@asynccontextmanager
async def watched_hall(folder: Path, server: Server | None = None) -> AsyncIterator[Watched]:
    """Start a Studyhall with its HTTP side, as the composition root does."""
    port = free_port()
    async with start_hall(folder, server=server) as hall:
        vitals = Vitals(hall.db, [hall.platform], hall.clock)
        async with (
            serving("127.0.0.1", port, vitals) as meter,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        ):
            delivery = Delivery(hall.db, {hall.platform.name: hall.platform}, meter)
            hall.app = App(hall.app.deps, clock=hall.clock, delivery=delivery, meter=meter)
            hall.jobs = Jobs(hall.app, alive=vitals.beat)
            yield Watched(session, hall, vitals)


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    async with watched_hall(tmp_path) as one:
        yield one


@contextlib.contextmanager
def outside(folder: Path) -> Any:
    with closing(sqlite3.connect(folder / "studyhall.db", isolation_level=None)) as connection:
        yield connection


# /livez and /readyz


async def test_livez_answers_as_long_as_the_loop_runs(watched: Watched):
    """Alive is whoever answers, ready or not; other paths are not there."""
    assert await watched.get("/livez") == (200, "alive\n")
    assert (await watched.get("/"))[0] == 404


async def test_ready_after_the_first_step(watched: Watched):
    """Before the schedule has run once the bot is not ready; then it is, and says since when each platform is there."""
    status, said = await watched.ready()
    assert (status, said["ready"], said["scheduler"]) == (503, False, {"last_step_seconds_ago": None})
    await watched.hall.jobs.tick()
    status, said = await watched.ready()
    assert status == 200
    assert said == {
        "ready": True,
        "platforms": {"memory": {"connected": True, "since": "2026-11-23T08:00:00+00:00"}},
        "database": {"writable": True, "problem": ""},
        "scheduler": {"last_step_seconds_ago": 0.0},
    }


async def test_not_ready_while_a_platform_is_away(watched: Watched):
    """A platform that is not connected makes the bot unready, until it is back."""
    await watched.hall.jobs.tick()
    watched.hall.platform.away = True
    status, said = await watched.ready()
    assert (status, said["platforms"]) == (503, {"memory": {"connected": False, "since": None}})
    watched.hall.platform.away = False
    assert (await watched.ready())[0] == 200


@pytest.mark.parametrize(("seconds", "status"), [(30, 200), (31, 503)])
async def test_not_ready_when_the_schedule_stands_still(watched: Watched, seconds: int, status: int):
    """More than thirty seconds without a step of the schedule is not ready."""
    await watched.hall.jobs.tick()
    watched.hall.clock.move_to(watched.hall.clock.now() + timedelta(seconds=seconds))
    assert (await watched.ready())[0] == status


async def test_not_ready_when_the_database_refuses(watched: Watched, tmp_path: Path):
    """A database that takes no change makes the bot unready and is named; afterwards all is well by itself."""
    await watched.hall.jobs.tick()
    assert (await watched.ready())[0] == 200
    with outside(tmp_path) as other:
        other.execute("CREATE TRIGGER no BEFORE INSERT ON kept BEGIN SELECT RAISE(ABORT, 'no room'); END")
        status, said = await watched.ready()
        assert (status, said["database"]["writable"]) == (503, False)
        assert "no room" in said["database"]["problem"]
        other.execute("DROP TRIGGER no")
    assert (await watched.ready())[0] == 200


async def test_whoever_asks_writes_nothing(watched: Watched, tmp_path: Path):
    """However often it is asked whether the bot is ready, nothing comes to the disk."""
    log = tmp_path / "studyhall.db-wal"
    with outside(tmp_path) as other:
        before = version(other), log.stat().st_size
        for _ in range(5):
            assert (await watched.ready())[1]["database"] == {"writable": True, "problem": ""}
        assert (version(other), log.stat().st_size) == before


async def test_a_change_that_failed_is_seen_until_one_succeeds(watched: Watched, tmp_path: Path):
    """A disk that took no change lately is tried in earnest: unready while it takes none, and by itself ready afterwards."""
    pages = "PRAGMA max_page_count={}"
    write = watched.hall.db.write
    await write(lambda c: c.execute(text(pages.format(1))).scalar())
    with pytest.raises(StoreError, match="The disk is full"):
        await write(lambda c: c.execute(insert(event).values(id="x" * 500_000, at=MONDAY)))
    with outside(tmp_path) as other:
        other.execute("CREATE TRIGGER no BEFORE INSERT ON kept BEGIN SELECT RAISE(ABORT, 'no room'); END")
        assert "no room" in (await watched.ready())[1]["database"]["problem"]
        other.execute("DROP TRIGGER no")
        before = version(other)
        assert (await watched.ready())[1]["database"]["problem"] == ""
        after = version(other)
        assert after != before
        await watched.ready()
        assert version(other) == after


def version(connection: sqlite3.Connection) -> int:
    """Return a number that changes whenever somebody else has committed."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


async def test_not_ready_when_the_database_takes_too_long(watched: Watched, tmp_path: Path):
    """A change that hangs is not waited for: the probe gives up, says so, and shows what waits behind it."""
    with outside(tmp_path) as other:
        other.execute("BEGIN IMMEDIATE")
        seen = await watched.vitals.readiness(patience=0.05)
        assert "longer than 0.05 seconds" in seen.database
        await watched.vitals.readiness(patience=0.05)
        assert (await watched.numbers())["waiting{queue=database}"] == 1
        other.execute("ROLLBACK")
    assert (await watched.vitals.readiness()).database == ""


# /metrics


async def test_every_series_stands_at_zero_first(watched: Watched):
    """Before anything happens each counter is there with 0, or its first rise would not be seen."""
    numbers = await watched.numbers()
    zero = [name for name, value in numbers.items() if value == 0]
    for name in (
        "attempts_graded_total{band=correct}", "grades_unsure_total", "rate_limited_total{platform=memory}",
        "posts_ambiguous_total{found=yes,platform=memory}", "posts_ambiguous_total{found=no,platform=memory}",
        "acknowledge_seconds_count{platform=memory}", "post_late_seconds_count{kind=question}",
        "occurrences_missed_total{kind=question}", "occurrences_failed_total{kind=board}", "waiting{queue=database}",
        "waiting{queue=memory}",
    ):  # fmt: skip
        assert name in zero
    assert numbers["connected{platform=memory}"] == 1
    assert "last_step_age_seconds" not in numbers
    assert [name for name in numbers if name.startswith("build_info{") and f"schema={HEAD},version={VERSION}}}" in name]
    assert numbers["process_open_fds"] > 0


async def test_what_happens_is_counted(watched: Watched):
    """A question three minutes late, its reveal, and two answers show in the numbers."""
    hall = watched.hall
    await hall.types("you", SCHEDULE)
    await hall.jobs.tick()
    hall.clock.move_to(hall.clock.now() + timedelta(hours=1, minutes=3))
    await hall.jobs.tick()
    await hall.answers("maya", FULL)
    await hall.answers("bo", HALF)
    await hall.until(11, 23, 17)
    numbers = await watched.numbers()
    assert numbers["post_late_seconds_count{kind=question}"] == 1
    assert numbers["post_late_seconds_sum{kind=question}"] == 180
    assert numbers["post_late_seconds_bucket{kind=question,le=60.0}"] == 0
    assert numbers["post_late_seconds_sum{kind=reveal}"] == 0
    assert numbers["post_late_seconds_count{kind=reveal}"] == 1
    assert numbers["attempts_graded_total{band=correct}"] == 1
    assert numbers["attempts_graded_total{band=partly}"] == 1
    assert numbers["last_step_age_seconds"] == 0


async def test_doubts_are_counted(watched: Watched):
    """Of two attempts, the one that a second opinion doubts counts as unsure."""
    hall = watched.hall
    hall.app.deps = replace(hall.app.deps, opinion=Opinion(score=0))
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.answers("bo", WRONG)
    numbers = await watched.numbers()
    assert (numbers["attempts_graded_total{band=correct}"], numbers["grades_unsure_total"]) == (1, 1)


async def test_lost_occurrences_are_counted_over_restarts(tmp_path: Path):
    """What an outage swallowed is known after a restart too, so that its rise can be seen."""
    server = Server()
    async with watched_hall(tmp_path, server) as first:
        await first.hall.types("you", SCHEDULE)
        await first.hall.jobs.tick()
        first.hall.clock.move_to(first.hall.clock.now() + timedelta(hours=25, minutes=30))
        await first.hall.jobs.tick()
        numbers = await first.numbers()
    assert numbers["occurrences_missed_total{kind=question}"] == 1
    async with watched_hall(tmp_path, server) as second:
        assert (await second.numbers())["occurrences_missed_total{kind=question}"] == 1


async def test_failed_occurrences_are_counted(watched: Watched):
    """A question that can never be posted counts as failed."""
    hall = watched.hall
    await hall.types("you", SCHEDULE)
    hall.platform.failing["post"] = [ChannelGone("The channel is gone.")]
    await hall.until(11, 23, 9)
    assert (await watched.numbers())["occurrences_failed_total{kind=question}"] == 1


@pytest.mark.parametrize(("arrived", "found"), [(True, "yes"), (False, "no")])
async def test_ambiguous_posts_are_counted(watched: Watched, *, arrived: bool, found: str):
    """A post whose answer was lost is looked for, and it counts whether it stood there."""
    hall = watched.hall
    await hall.types("you", SCHEDULE)
    faults = hall.platform.failing_after if arrived else hall.platform.failing
    faults["post"] = [Unreachable("The line was cut.")]
    await hall.until(11, 23, 9, 1)
    numbers = await watched.numbers()
    assert hall.tags() == ["question:1"]
    other = {"yes": "no", "no": "yes"}[found]
    assert numbers[f"posts_ambiguous_total{{found={found},platform=memory}}"] == 1
    assert numbers[f"posts_ambiguous_total{{found={other},platform=memory}}"] == 0


async def test_numbers_come_while_the_database_cannot_be_read(watched: Watched, tmp_path: Path):
    """What is not from the database is told all the same; the rest as it was last known."""
    hall = watched.hall
    await hall.types("you", SCHEDULE)
    hall.platform.failing["post"] = [ChannelGone("The channel is gone.")]
    await hall.until(11, 23, 9)
    await watched.numbers()
    with outside(tmp_path) as other:
        other.execute("ALTER TABLE occurrence RENAME TO hidden")
        numbers = await watched.numbers()
        other.execute("ALTER TABLE hidden RENAME TO occurrence")
    assert numbers["occurrences_failed_total{kind=question}"] == 1


async def test_openmetrics_for_whoever_asks_for_it(watched: Watched):
    """The newer text format is given where it is accepted."""
    _, plain = await watched.get("/metrics")
    _, newer = await watched.get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert not plain.endswith("# EOF\n")
    assert newer.endswith("# EOF\n")


async def test_nothing_that_people_wrote_is_told(watched: Watched):
    """No name, channel or word of an answer is in any of the three."""
    await watched.hall.types("you", SCHEDULE)
    await watched.hall.until(11, 23, 9)
    await watched.hall.answers("maya", "A secret thought of mine.")
    shown = "".join([(await watched.get(path))[1] for path in ("/livez", "/readyz", "/metrics")])
    assert not re.search("maya|hall:|secret", shown.replace("studyhall", ""))


@pytest.mark.process
async def test_a_bot_on_discord_is_watched(tmp_path: Path):
    """Connected, asked, put off with a 429, cut off and back: the process tells all of it, and ends in order."""
    write_bank(tmp_path)
    async with DiscordServer() as discord:
        at, port = study(discord), free_port()
        async with (
            bot(discord, tmp_path, HTTP_PORT=str(port)) as running,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        ):
            await running.ready()
            asker = Asker(session)
            assert await asker.get("/livez") == (200, "alive\n")
            await asker.until_ready(200)
            discord.faults.limit("POST /channels/*/messages", retry_after=0.1)
            await at.ask(running, at.quiz)
            await at.grade(at.maya, card(at.quiz), FULL)
            numbers = await asker.numbers()
            assert numbers["rate_limited_total{platform=discord}"] == 1
            assert numbers["acknowledge_seconds_count{platform=discord}"] == 3  # the command, the form, what was in it
            assert numbers["acknowledge_seconds_sum{platform=discord}"] > 0
            assert numbers["attempts_graded_total{band=correct}"] == 1
            assert numbers["connected{platform=discord}"] == 1
            await discord.stop()
            said = await asker.until_ready(503)
            assert said["platforms"] == {"discord": {"connected": False, "since": None}}
            assert (await asker.numbers())["connected{platform=discord}"] == 0
            assert (await asker.get("/livez"))[0] == 200
            await discord.start()
            await asker.until_ready(200)
            assert await running.stop() == 0


async def test_a_port_that_is_taken(watched: Watched, tmp_path: Path):
    """An address that cannot be listened on is a sentence that names the setting."""
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InfrastructureError, match=rf"127\.0\.0\.1:{port}.*STUDYHALL_HTTP_PORT"):
            async with serving("127.0.0.1", port, watched.vitals):
                pytest.fail("it listens")


async def test_an_address_of_another_machine(watched: Watched):
    """A host that is not this machine's is a sentence that names the setting."""
    with pytest.raises(InfrastructureError, match="STUDYHALL_HTTP_HOST"):
        async with serving("192.0.2.1", free_port(), watched.vitals):
            pytest.fail("it listens")


async def test_who_asks_half_a_question_is_cut_off(watched: Watched):
    """A connection on which no whole request comes ends after its time, and uses up no file."""
    port = free_port()
    async with serving("127.0.0.1", port, watched.vitals, limits=Limits(head=0.05)), asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /livez HTTP/1.1\r\n")
        assert await reader.read() == b""
        writer.close()


def test_the_version_is_the_projects():
    """The version that the metrics tell is the one in pyproject.toml."""
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text()
