"""One's trouble is one's own: whatever row, file or call of one team's fails, the others' day is as it would be without it."""

import asyncio
import copy
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from bot.bank.team_banks import TeamBanks, folder_of
from bot.commands import PurgeTeam
from bot.errors import ChannelGone, Unreachable
from bot.jobs import Jobs
from bot.store.schema import metadata, occurrence, team
from tests.doubles.fakes import FULL, SCHEDULE, Hall, MemoryPlatform, Server, text_of, titles
from tests.doubles.fakes import hall as start_hall

TEAMS: Final = ("one", "two", "three")
TUESDAY: Final = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
OF_ONE: Final = {  # tables without a team's number, and which of their rows are the first team's
    "team": "id = 1",
    "message": "place LIKE '%:one' OR tag IN ('question:1', 'reveal:1', 'thread:question:1', 'question:4', 'thread:question:4')",
    "grade": "attempt_id IN (SELECT id FROM attempt WHERE team_id = 1)",
    "hint": "round_id IN (SELECT id FROM round WHERE team_id = 1)",
}
MINE: Final = [t for n, t in sorted(metadata.tables.items()) if "team_id" in t.c or n in OF_ONE]
NUMBERS: Final = (-(2**62), -1, 2**62)
WORDS: Final = ("", "zzz", "{", "[]", "null", '{"zone": 7}', "slack", "memory", "9999-99-99")
PLANS: Final[dict[str, list[Any]]] = {
    "zone": ["US/Pacific-New", "", "../etc"],
    "country": ["QQ", "DE-XX"],
    "levels": [["junior"]],
    "at": ["25:61"],
    "weekdays": [[9], []],
    "board_day": [9],
}


def of(name: str) -> dict[str, str]:
    """Return where a team's members type."""
    return {"team": f"memory:team:{name}", "channel": f"memory:channel:{name}", "channel_name": name}


@dataclass(frozen=True)
class Begun:
    """Three teams that have played a day and are in the middle of the next: the database, and what stands on the platform."""

    folder: Path
    server: Server

    @asynccontextmanager
    async def again(self, folder: Path, change: str = "SELECT 1", *values: object) -> AsyncIterator[Hall]:
        """Start again an hour later, after a statement that nothing of ours would have written."""
        altered(self.folder, folder, change, values)
        async with start_hall(folder, server=copy.deepcopy(self.server), now=TUESDAY) as hall:
            hall.events = 1000
            yield hall


def altered(folder: Path, to: Path, change: str, values: tuple[object, ...]) -> None:
    """Copy a database and change the copy."""
    to.mkdir(exist_ok=True)
    shutil.copy(folder / "studyhall.db", to)
    with closing(sqlite3.connect(to / "studyhall.db")) as connection:
        connection.execute(change, values)
        connection.commit()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """Give three teams in the middle of their second day."""
    folder = tmp_path_factory.mktemp("begun")
    return Begun(folder, asyncio.run(begin(folder)))


@pytest.fixture(scope="module")
def as_ever(begun: Begun, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Give what the second and third team see where nothing is wrong."""

    async def see() -> list[str]:
        async with begun.again(tmp_path_factory.mktemp("well")) as hall:
            return await lived(hall)

    return asyncio.run(see())


async def begin(folder: Path) -> Server:
    """Play a day and a half with three teams, and return what stands on the platform."""
    server = Server()
    async with start_hall(folder, server=server) as hall:
        hall.jobs = Jobs(hall.app)  # in order, so that the first team has the rounds 1 and 4, and so on
        for name in TEAMS:
            await hall.types(f"you-{name}", SCHEDULE, organiser=True, **of(name))
            await hall.types(f"you-{name}", f"/settings appoint=you-{name}", organiser=True, **of(name))
        await hall.until(11, 24, 9, 0)
        for number, name in enumerate(TEAMS, start=4):
            await hall.answers(f"ada-{name}", FULL, number, **of(name))
    return server


async def lived(hall: Hall) -> list[str]:
    """Play on for two days, and return what the second and third team saw of it; which question comes is left to chance."""
    await hall.jobs.tick()
    for number, name in enumerate(TEAMS, start=4):
        await hall.answers(f"bo-{name}", FULL, number, **of(name))
    await hall.until(11, 26, 8, 0)
    for name in TEAMS:
        for line in ("/leaderboard", "/stats", "/schedule list", "/schedule preview"):
            await hall.types(f"ada-{name}", line, organiser=True, **of(name))
    messages, threads = hall.platform.server.messages, hall.platform.server.threads
    homes = {thread: messages[message]["place"] for message, thread in threads.items()}
    posted = [f"{homes.get(m['place'], m['place'])} {m['tag'].partition(':')[0]}" for m in messages.values()]
    shown = [f"{who} {text_of(card)}" for who, card in hall.platform.private if "level:" not in text_of(card)]
    told = [f"{who} {text_of(card)}" for who, card in hall.platform.direct_messages]
    return sorted(one for one in (*posted, *shown, *told) if "one" not in one.split(maxsplit=1)[0])


@pytest.mark.parametrize(("option", "value"), [(option, value) for option, values in PLANS.items() for value in values])
async def test_a_schedule_that_cannot_be_followed_is_paused_alone(
    begun: Begun, as_ever: list[str], tmp_path: Path, option: str, value: Any
):
    """A stored plan that today's libraries do not know is paused, its organisers are told once, and the others go on."""
    change = f"UPDATE schedule SET plan = json_set(plan, '$.{option}', json(?)) WHERE team_id = 1"  # noqa: S608  our own words
    async with begun.again(tmp_path / "ill", change, json_of(value)) as hall:
        assert await lived(hall) == as_ever
        if value == []:
            return  # a schedule without days is a schedule
        assert [who for who, _ in hall.platform.direct_messages] == ["memory:member:you-one"]
        assert titles(hall.platform.direct_messages) == ["The daily question of #one is stuck"]
        await hall.types("you-one", "/schedule list", organiser=True, **of("one"))
        assert "#one: stuck." in hall.told("you-one")
        await hall.types("you-one", "/schedule resume", organiser=True, **of("one"))
        assert "/schedule set 09:00" in hall.told("you-one")
        await hall.types("you-one", SCHEDULE, organiser=True, **of("one"))
        await hall.until(11, 26, 9, 0)
        assert [m["place"] for m in hall.platform.server.messages.values()][-3:].count("memory:channel:one") == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE occurrence SET kind = 'zzz' || id WHERE team_id = 1",
        "UPDATE occurrence SET kind = 'zzz' || id, due_at = 1, schedule_id = 999 WHERE team_id = 1 AND state = 'due'",
        "UPDATE occurrence SET due_at = -4611686018427387904 WHERE team_id = 1 AND state = 'due'",
        "UPDATE occurrence SET local_date = 'someday ' || id WHERE team_id = 1",
        "UPDATE schedule SET plan = '{' WHERE team_id = 1",
        "UPDATE schedule SET state = 'zzz' WHERE team_id = 1",
        "UPDATE schedule SET effective_at = 4611686018427387904 WHERE team_id = 1",
        "UPDATE channel SET id = 999 WHERE team_id = 1",
        "UPDATE channel SET ref = 'slack' WHERE team_id = 1",
        "UPDATE team SET ref = '' WHERE id = 1",
        "UPDATE question_version SET body = '{}' WHERE question_id = (SELECT question_id FROM round WHERE id = 4)",
        "DELETE FROM round WHERE team_id = 1",
        "UPDATE round SET level = 'junior' WHERE team_id = 1",
        "UPDATE grade SET points = '{' WHERE attempt_id IN (SELECT id FROM attempt WHERE team_id = 1)",
    ],
)
async def test_rows_that_cannot_be_read_are_their_teams_own(
    begun: Begun, as_ever: list[str], tmp_path: Path, change: str
):
    """Whatever is wrong in the rows of one team, the others see what they see without it."""
    async with begun.again(tmp_path / "ill", change) as hall:
        assert await lived(hall) == as_ever


async def test_an_occurrence_that_cannot_be_read_is_given_up_and_told(begun: Begun, tmp_path: Path):
    """What cannot be read is given up once, its organisers are told once, and its schedule goes on with the next."""
    mine = "team_id = 1 AND local_date = '2026-11-25' AND kind = 'question'"
    change = f"UPDATE occurrence SET kind = 'zzz', due_at = 1 WHERE {mine}"  # noqa: S608  our own words
    async with begun.again(tmp_path / "ill", change) as hall:
        await hall.jobs.tick()
        await hall.until(11, 26, 9, 0)
        assert titles(hall.platform.direct_messages) == ["The daily question of #one is stuck"]
        assert "I have given up on this one" in text_of(hall.platform.direct_messages[0][1])
        places = [m["place"] for m in hall.platform.server.messages.values() if m["tag"].startswith("question")]
        assert (places.count("memory:channel:one"), places.count("memory:channel:two")) == (3, 4)


async def test_an_asked_round_that_cannot_be_read_is_given_up(begun: Begun, tmp_path: Path):
    """A reveal without a schedule that cannot be read is given up without a word to anybody; the others' come."""
    change = (
        "INSERT INTO occurrence (team_id, channel_id, kind, local_date, due_at, state, tries, note) "
        "VALUES (1, 1, 'zzz', '2026-11-24', 1, 'due', 0, '')"
    )
    async with begun.again(tmp_path / "ill", change) as hall:
        await hall.jobs.tick()
        assert hall.platform.direct_messages == []
        assert ("zzz", "failed") in await hall.rows(occurrence, "kind", "state")


async def test_what_cannot_even_be_given_up_is_left_alone(begun: Begun, tmp_path: Path):
    """An occurrence of no kind and of no schedule is tried once, and not at each tick until the end of days."""
    one = "SELECT min(id) FROM occurrence WHERE team_id = 1 AND state = 'due' AND round_id IS NULL"
    change = f"UPDATE occurrence SET kind = 'zzz', due_at = 1, schedule_id = 999 WHERE id = ({one})"  # noqa: S608  our own words
    async with begun.again(tmp_path / "ill", change) as hall:
        await hall.jobs.tick()
        assert len(hall.jobs._aside) == 1
        assert await hall.jobs._due(hall.clock.now()) == []


@pytest.mark.sqlite
async def test_a_plan_that_spoils_while_the_bot_runs(hall: Hall):
    """A plan that cannot be followed when its question is due is paused then, and told."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 8, 55)

    def spoil(connection: Any) -> None:
        connection.exec_driver_sql("UPDATE schedule SET plan = json_set(plan, '$.zone', 'US/Pacific-New')")

    await hall.db.write(spoil)
    hall.jobs._planned_at = datetime(2026, 11, 23, 8, 55, tzinfo=UTC)
    await hall.until(11, 23, 9, 0)
    assert hall.tags() == []
    ((_, card),) = hall.platform.direct_messages
    assert "The time zone US/Pacific-New is not known any more. Set the schedule anew there" in text_of(card)
    await hall.types("maya", "/quiz mid")
    assert hall.tags() == ["question:1"]


async def test_a_team_that_cannot_be_deleted_holds_up_nobody(begun: Begun, tmp_path: Path):
    """A team that left long ago and cannot be deleted is in the log, and the others live on; one that is there is not deleted."""
    left = "UPDATE team SET left_at = CASE id WHEN 1 THEN 1 END"
    async with begun.again(tmp_path / "ill", left) as hall:

        def entangle(connection: Any) -> None:
            query = "INSERT INTO streak SELECT 2, id, 2, 1, 1, 1 FROM member WHERE team_id = 1"
            connection.exec_driver_sql(query)

        await hall.db.write(entangle)
        await hall.jobs.tick()
        await hall.app.handle(PurgeTeam(team=2))
        assert len(await hall.rows(team)) == 3
        await hall.until(11, 25, 9, 0)
        places = [m["place"] for m in hall.platform.server.messages.values() if m["tag"].startswith("question")]
        assert places.count("memory:channel:two") == 3


async def test_a_place_that_no_adapter_can_read_is_found_out(hall: Hall):
    """Where even asking whether a place is ready fails, what is due there is tried, fails by itself, and is told."""
    await hall.types("you", SCHEDULE)

    def unreadable(_: str) -> bool:
        raise ValueError("no such place")

    hall.platform.ready = unreadable  # type: ignore[assignment,method-assign]
    hall.platform.failing["post"] = [ValueError("no such place")]
    await hall.until(11, 23, 9, 0)
    await hall.later(minutes=1)
    assert hall.tags() == ["question:1"]


def json_of(value: object) -> str:
    """Return a value as SQLite reads it as JSON."""
    return str(value).replace("'", '"') if isinstance(value, list | int) else f'"{value}"'


def is_text(table: Table, column: str) -> bool:
    """Whether SQLite keeps a column as text."""
    return table.c[column].type.compile(sqlite.dialect()) == "TEXT"


def columns() -> list[tuple[Table, str]]:
    """Return every column that a row of a team has."""
    return [(table, column.name) for table in MINE for column in table.c]


def changed(at: tuple[Table, str], which: int, number: int, word: str) -> tuple[str, int | str]:
    """Return the statement that alters one row of the first team, and what it writes there."""
    table, column = at
    mine = OF_ONE.get(table.name, "team_id = 1")
    row = f"SELECT rowid FROM {table.name} WHERE {mine} ORDER BY rowid LIMIT 1 OFFSET {which}"  # noqa: S608  our own names
    change = f"UPDATE {table.name} SET {column} = ? WHERE rowid = ({row})"  # noqa: S608  our own names
    return change, word if is_text(table, column) else number


@dataclass(frozen=True)
class Row:
    """One row of the first team's is altered."""

    change: str
    value: int | str


@dataclass(frozen=True)
class BrokenFile:
    """A file of the first team's own questions cannot be read."""

    content: bytes


@dataclass(frozen=True)
class FailingCall:
    """A call to the platform fails each time for the first team's channel and members."""

    method: str
    error: Exception


def curse(platform: MemoryPlatform, ill: FailingCall) -> None:
    """Have a method of the platform fail for the first team."""
    carried_out = getattr(platform, ill.method)

    async def cursed(about: Any, *given: Any, **named: Any) -> Any:
        if whose(platform, about).endswith("one"):
            raise ill.error
        return await carried_out(about, *given, **named)

    setattr(platform, ill.method, cursed)


def whose(platform: MemoryPlatform, about: Any) -> str:
    """Return the channel or member that a call is about."""
    server = platform.server
    place = getattr(about, "channel", about)
    message = next((one for one, thread in server.threads.items() if thread == place), place)
    return str(server.messages[message]["place"] if message in server.messages else message)


changes = st.builds(
    changed, st.sampled_from(columns()), st.integers(0, 3), st.sampled_from(NUMBERS), st.sampled_from(WORDS)
)
rows = changes.map(lambda change: Row(*change))
broken_files = st.sampled_from([b"\xff\xfe\x00", b"topic: [", b"topic: sky", b"- 1\n" * 9, b""]).map(BrokenFile)
calls = st.builds(
    FailingCall,
    st.sampled_from(["post", "edit", "open_thread", "find", "reply", "react", "direct", "hindrance"]),
    st.sampled_from([ChannelGone("gone"), Unreachable("away"), KeyError("a bug")]),
)


@pytest.mark.no_cover  # twenty times two days; tracing would double their time
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ill=rows | rows | calls | broken_files)
async def test_the_others_live_as_ever(
    begun: Begun, as_ever: list[str], tmp_path: Path, ill: Row | BrokenFile | FailingCall
):
    """With any one row, file or call of the first team's broken, the other teams see to the letter what they see without it."""
    change = (ill.change, ill.value) if isinstance(ill, Row) else ("SELECT 1",)
    with suppress(sqlite3.IntegrityError):  # what the database itself forbids needs no test
        async with begun.again(tmp_path / "ill", *change) as hall:
            if isinstance(ill, BrokenFile):
                own = folder_of(tmp_path / "banks", of("one")["team"])
                own.mkdir(parents=True, exist_ok=True)
                (own / "sky.yaml").write_bytes(ill.content)
                hall.app.deps = replace(hall.app.deps, teams=TeamBanks(tmp_path / "banks"))
            if isinstance(ill, FailingCall):
                curse(hall.platform, ill)
            assert await lived(hall) == as_ever
