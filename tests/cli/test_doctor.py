"""The doctor: what each finding says, and that every bad one tells how to mend it."""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from adapters.services import http
from bot.bank.exchange.writing import to_yaml
from bot.cli import doctor
from bot.ports import HELD, Finding
from bot.settings import Settings
from bot.store.notebook import StoredNotebook
from tests.adapters.services.test_http import Watched, watched_hall
from tests.doubles.fakes import MONDAY, SCHEDULE, Hall, bank
from tests.doubles.loopback import free_port
from tests.doubles.process import write_bank


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the settings name the hall's folder, and a small bank, for the project's own takes seconds to be checked."""
    write_bank(tmp_path, bank(each=1))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYHALL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", str(tmp_path / "content"))
    return tmp_path


async def found(what: str, *, now: datetime = MONDAY) -> list[Finding]:
    """Return the doctor's findings about something."""
    return [one for one in await doctor.examine(now=now) if one.what == what]


async def test_all_on_one_screen(hall: Hall, folder: Path):
    """However much is planned, the look at the installation fits on a screen of 24 lines of 100 columns or so."""
    await hall.types("you", SCHEDULE)
    await hall.jobs.tick()
    lines = [str(one) for one in await doctor.examine(now=MONDAY)]
    assert len(lines) < 16
    assert max(map(len, lines)) < 200


async def test_settings_are_named_without_their_values(folder: Path):
    """What is set is listed by name; no value is shown, for it may be a secret."""
    (one,) = await found("settings")
    assert one == Finding(fine=True, what="settings", words="set are STUDYHALL_CONTENT_DIR, STUDYHALL_DATA_DIR")


@pytest.mark.parametrize(("cores", "processes", "fine"), [(4, 3, True), (4, 4, False), (None, 1, False)])
async def test_processes_that_grade_need_cores(
    folder: Path, monkeypatch: pytest.MonkeyPatch, cores: int | None, processes: int, *, fine: bool
):
    """Processes beside the bot are named; as many as there are cores, with the bot more, are too many."""
    assert await found("graders") == []
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setenv("STUDYHALL_GRADERS", str(processes))
    (finding,) = await found("graders")
    assert finding.fine is fine
    assert f"beside the bot, on {cores or 1} core" in finding.words


async def test_a_teams_own_bank_that_has_a_fault(folder: Path):
    """A team whose files cannot be read is named, with how to find the faults; one whose files can is not."""
    for team, words in (("slack%3AT1", "topic: ["), ("slack%3AT2", to_yaml(bank(each=1).topics["sky"]))):
        (folder / "banks" / team).mkdir(parents=True)
        (folder / "banks" / team / "tides.yaml").write_text(words)
    (finding,) = await found("a team's own bank")
    assert not finding.fine
    assert "see python -m bot check --team slack:T1" in finding.words


async def test_next_posts(hall: Hall, folder: Path):
    """The next three posts are told with kind, channel, date and time on the clock there."""
    await hall.types("you", "/schedule set 09:00 Asia/Tokyo mon-fri reveal=17:00 board=fri")
    await hall.jobs.tick()
    await hall.types("maya", "/quiz", channel="memory:channel:other", channel_name="other")
    assert [(one.fine, one.words) for one in await found("next post")] == [
        (True, "the question in #hall, Tue 24 Nov 2026 09:00 Asia/Tokyo"),
        (True, "the reveal in #other, Tue 24 Nov 2026 08:00 UTC"),
        (True, "the question in #hall, Wed 25 Nov 2026 09:00 Asia/Tokyo"),
    ]


@pytest.mark.parametrize(("minutes", "fine"), [(5, True), (6, False)])
async def test_an_overdue_post(hall: Hall, folder: Path, minutes: int, *, fine: bool):
    """What is more than five minutes overdue is bad: nobody posts it, and the words say where to look."""
    await hall.types("you", SCHEDULE)
    await hall.jobs.tick()
    one, *_ = await found("next post", now=MONDAY.replace(hour=9) + timedelta(minutes=minutes))
    assert one.fine is fine
    assert ("overdue: start the bot" in one.words) is not fine


async def test_a_clock_that_is_behind(hall: Hall, folder: Path):
    """A clock that stands before the newest entry is bad; within five minutes it is not."""
    await hall.types("you", "/quiz")
    (fine,) = await found("clock", now=MONDAY - timedelta(minutes=5))
    (bad,) = await found("clock", now=MONDAY - timedelta(minutes=6))
    assert (fine.fine, bad.fine) == (True, False)
    assert "an entry of 2026-11-23 08:00:00; set the clock" in bad.words


async def test_a_rehearsal(hall: Hall, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Where the bot would begin at another instant, that is when the doctor looks: nothing of the rehearsal is overdue."""
    await hall.types("you", SCHEDULE)
    await hall.jobs.tick()
    later = MONDAY + timedelta(days=300)
    assert not (await found("next post", now=later))[0].fine
    monkeypatch.setenv("STUDYHALL_START_AT", "2026-11-23T10:00:00+02:00")
    assert (await found("next post", now=later))[0].fine
    (clock,) = await found("clock", now=later)
    assert clock.words.startswith("2026-11-23 08:00:00 UTC")


async def test_a_platform_that_holds_its_start_back(hall: Hall, folder: Path):
    """A platform that started too often is named, with the time until which it waits."""
    await StoredNotebook(hall.db).put(f"discord{HELD}", (MONDAY + timedelta(seconds=90)).isoformat())
    (one,) = await found("discord")
    assert (one.fine, one.words.startswith("too many starts: the next waits until")) == (False, True)


async def test_zones_that_are_old(folder: Path):
    """Time zones from years ago are bad: countries have changed their clocks since."""
    (fine,) = await found("time zones")
    (bad,) = await found("time zones", now=datetime(2099, 1, 1, tzinfo=UTC))
    assert (fine.fine, bad.fine) == (True, False)
    assert bad.words.endswith("upgrade Studyhall")


async def test_a_database_that_is_no_file(folder: Path):
    """Something else in the database's place is bad, and the words say what to do with it."""
    (folder / "studyhall.db").mkdir()
    (one,) = await found("database")
    assert not one.fine
    assert "chown" in one.words
    assert await found("schema") == []


async def test_damage_inside(hall: Hall, folder: Path):
    """A file that opens and is inconsistent inside is bad, and the copies are pointed at."""
    await hall.types("you", "/quiz")
    with closing(sqlite3.connect(folder / "studyhall.db", isolation_level=None)) as other:
        other.execute("PRAGMA writable_schema=ON")
        other.execute("UPDATE sqlite_master SET rootpage = 2 WHERE name = 'ix_event_at'")
    (one,) = await found("database")
    assert not one.fine
    assert "backups/" in one.words


# The HTTP side


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    async with watched_hall(tmp_path) as one:
        yield one


def side(port: int | None, host: str = "127.0.0.1") -> Settings:
    return Settings(http_port=port, http_host=host)


def port_of(watched: Watched) -> int:
    assert watched.session._base_url
    return watched.session._base_url.port or 0


async def test_nothing_is_said_of_a_side_that_is_off():
    """Without a port there is nothing to look at."""
    assert await http.examine(side(None)) == []


async def test_a_port_that_is_free():
    """A free port is fine, and is free again afterwards."""
    port = free_port()
    for _ in range(2):
        assert await http.examine(side(port)) == [
            Finding(fine=True, what="HTTP side", words=f"127.0.0.1:{port} is free")
        ]


async def test_the_bot_itself_on_the_port(watched: Watched):
    """Where the bot already runs, the doctor asks it how it is."""
    look = side(port_of(watched))
    (still,) = await http.examine(look)
    assert str(still).startswith("BAD  HTTP side: the bot that runs is not ready: its schedule stands still")
    await watched.hall.jobs.tick()
    (ready,) = await http.examine(look)
    assert (ready.fine, ready.words) == (True, "the bot that runs is ready")
    watched.hall.platform.away = True
    (away,) = await http.examine(look)
    assert (away.fine, away.words) == (False, "the bot that runs is not ready: memory is not connected; see its log")


async def test_the_bot_itself_with_a_database_that_refuses(watched: Watched, tmp_path: Path):
    """What the running bot's database says is passed on."""
    await watched.hall.jobs.tick()
    with closing(sqlite3.connect(tmp_path / "studyhall.db", isolation_level=None)) as other:
        other.execute("CREATE TRIGGER no BEFORE INSERT ON kept BEGIN SELECT RAISE(ABORT, 'no room'); END")
    (one,) = await http.examine(side(port_of(watched)))
    assert "no room" in one.words


@pytest.mark.parametrize("words", ["hello", '"ready"', "[]", '{"status": "fine"}'])
async def test_another_program_on_the_port(words: str):
    """Whoever answers like no Studyhall is another program, and the setting for another port is named."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=words, content_type="application/json")

    runner = web.AppRunner(web.Application())
    runner.app.router.add_get("/readyz", answer)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    (one,) = await http.examine(side(port))
    await runner.cleanup()
    assert not one.fine
    assert f"127.0.0.1:{port}. Another program listens there" in one.words


async def test_an_address_of_another_machine():
    """An address that this machine does not have is bad, and the setting is named."""
    (one,) = await http.examine(side(free_port(), "192.0.2.1"))
    assert not one.fine
    assert "STUDYHALL_HTTP_HOST" in one.words
