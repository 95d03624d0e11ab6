"""No query of the store looks through a table that grows: each that a played week runs is explained by the database.

What is played uses every function of the store, save `recompute`, which has to look at everything. SQLite says of each
statement how it would carry it out; one that looks through a table is refused, whatever the table's size is today, because
it takes longer with each day.
"""

import inspect
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial, wraps
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import asyncpg
import pytest
from sqlalchemy import Engine, PrimaryKeyConstraint, UniqueConstraint, event

from bot import commands as c
from bot import outcomes as o
from bot.bank.loading import Bank
from bot.errors import ChannelGone, MessageGone, Unreachable
from bot.handlers import planning as tidying
from bot.question import Question
from bot.rules.retention import MESSAGES
from bot.store import (
    answers,
    appeals,
    away,
    boards,
    calendar,
    deeds,
    doubts,
    fair,
    inbox,
    ledger,
    links,
    live,
    marks,
    members,
    notebook,
    people,
    phrasings,
    planning,
    questions,
    queue,
    ready,
    retention,
    rounds,
    schedules,
    skips,
    squads,
    teams,
)
from bot.store import (
    hall as of_hall,
)
from bot.store.schema import metadata
from bot.vitals import Vitals
from tests.doubles import database, postgresql
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, WRONG, Hall
from tests.doubles.fakes import hall as start_hall
from tests.doubles.postgresql import Server

STORE: Final = (
    answers, appeals, away, boards, calendar, deeds, doubts, fair, of_hall, inbox, ledger, links, live, marks, members, people, phrasings, planning,
    questions, queue, retention, rounds, schedules, skips, squads, teams,
)  # fmt: skip
LOOKS: Final = re.compile(
    r"^(?P<how>SCAN|SEARCH) (?P<name>\w+)(?: USING (?:\w+ )*INDEX (?P<index>\w+))?(?: \((?P<column>\w+)=\?)?"
)
NAMED: Final = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+\"?(\w+)\"?(?:\s+AS\s+\"?(\w+)\"?)?", re.IGNORECASE)
SHORT: Final = {  # indexes of the few rows that wait for something, which may be looked through
    "ix_doubt_team_id", "ix_inbox_waiting", "ix_member_reviews", "ix_occurrence_ahead", "ix_occurrence_due", "ix_occurrence_lost", "ix_round_open",
    "ix_suggestion_waits", "sqlite_autoindex_reported_1",
}  # fmt: skip
RECKONED: Final = {"bot.store.away.passed_over"}  # asked by `recompute` alone
# In whose order PostgreSQL looks through an empty table; of one with rows it takes another index, or another way.
CHOSEN: Final = {"pk_identity", "uq_review_member_id_question_id"}
EVERY: Final = (
    "SELECT team.ref, team.left_at IS NULL"  # each team of a platform, once a connection: that many rows are wanted
)
CROWN: Final = "memory:team:role:9"
SOON_FILLED: Final = {("schedule", "planned_at")}  # columns in which NULL says that something is to be done at once


@dataclass
class Heard:
    """The statements that ran, each with its parameters of the first time; and the functions of the store that were called."""

    statements: dict[str, Any] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)

    def hear(self, _: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        self.statements.setdefault(statement, parameters[0] if many else parameters)

    def heard(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function of the store that notes that it was called."""
        return self.noting(f"{function.__module__}.{function.__name__}", function)

    def noting(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that notes that it was called."""

        @wraps(function)
        def called(*given: Any, **named: Any) -> Any:
            self.called.add(name)
            return function(*given, **named)

        return called


def public(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the functions of a module of the store that ask the database."""
    for name, function in vars(module).items():
        own = inspect.isfunction(function) and function.__module__ == module.__name__
        if own and not name.startswith("_") and "connection" in inspect.signature(function).parameters:
            yield name, function


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """Note what of the store is called, and give what can listen to what the database is asked; nothing goes past who listens."""
    monkeypatch.setattr(ready, "DIRECTLY", "")
    found = Heard()
    for module in STORE:
        for name, function in public(module):
            noting = found.heard(function)
            for other in STORE:
                if getattr(other, name, None) is function:
                    monkeypatch.setattr(other, name, noting)
    old = [(found.heard(look), found.heard(forget), kept) for look, forget, kept in tidying._NOT_FOR_GOOD]
    monkeypatch.setattr(tidying, "_NOT_FOR_GOOD", tuple(old))
    yield found
    if event.contains(Engine, "before_cursor_execute", found.hear):
        event.remove(Engine, "before_cursor_execute", found.hear)


class Sceptic:
    """Somebody outside who thinks nothing of any answer."""

    async def of(self, _: Question, __: str) -> int:
        return 0


async def play(hall: Hall) -> None:
    """Play some days in which everything happens that can be asked for or fall due."""
    hall.app.deps = replace(hall.app.deps, opinion=Sceptic(), answers_days=1, hall="http://hall")
    await hall.types("you", SCHEDULE.replace("board=fri", "board=tue holidays=DE"))
    await hall.types("you", "/settings appoint=maya")
    await hall.until(11, 23, 9)
    for name, words in (("maya", HALF), ("bo", FULL), ("ines", WRONG)):
        for action in ("answer:1", "hint:1", "home"):
            await hall.presses(name, action)
        await hall.answers(name, words)
        await hall.replies(name, words)
        await hall.replies(name, f"{words} It is so because of what light does in the air.")
        await hall.presses(name, "grade:1")
    await hall.types("maya", "/quiz mid")
    for again in (False, True):
        await hall.answers("bo", FULL, 2, event="memory:once", again=again)
    hall.platform.failing["edit"] = [MessageGone("deleted")] * 2
    await hall.replies("ines", HALF, 2, message="memory:said:1", private=False)
    await hall.until(11, 23, 17)
    await decide(hall)
    await hall.types("you", "/reveal")
    await appeal(hall)
    await question_lives(hall)
    await teach(hall)
    await be_one_person(hall)
    await visit(hall)
    await ask_all(hall)
    await hall.until(11, 24, 17)
    assert any("1 report waits" in str(card.blocks) for _, card in hall.platform.direct_messages)
    await edit(hall)
    await trouble(hall)
    await adapters(hall)
    await grow_old(hall)
    await leave(hall)


async def decide(hall: Hall, *, times: int = 4) -> None:
    """Decide grades of a round that is closed and of one that is open."""
    for _ in range(times):
        queue = await hall.types("you", "/unsure")
        assert isinstance(queue, o.DoubtShown)
        assert queue.doubt
        await hall.presses("you", f"decide:{queue.doubt.attempt}:correct")


async def edit(hall: Hall) -> None:
    """Edit a reply in a thread, point at a member, and part two teams' board."""
    thread = hall.platform.server.threads[hall.ref("question:1")]
    await hall.app.on_edit(hall.context("maya", event="memory:edit", thread=thread), f"{HALF} And so on.")
    await hall.types("maya", "/stats memory:member:bo")
    await hall.types("maya", "/quiz mid")
    before = hall.app.deps.bank
    hall.app.deps = replace(hall.app.deps, bank=Bank({}))  # from which the open question has gone
    await hall.presses("maya", "home")
    hall.app.deps = replace(hall.app.deps, bank=before)
    await hall.sends("you", "edit-try:sky-mid-1", {"text": "Why is the sky blue?", "samples": FULL})
    await hall.types("you", "/link team off")
    await hall.app.teams_of("memory")


async def appeal(hall: Hall) -> None:
    """Appeal against grades by a button, in a thread and in the channel."""
    await hall.presses("maya", "appeal-form:1")
    thread = hall.platform.server.threads[hall.ref("question:1")]
    assert isinstance(await hall.types("maya", "/appeal", thread=thread), o.AppealMade)
    assert isinstance(await hall.types("ines", "/appeal it says all"), o.AppealMade)


async def question_lives(hall: Hall) -> None:
    """Report a question and let organisers move it."""
    assert isinstance(await hall.types("bo", "/question report it has two answers"), o.QuestionReported)
    for line in ("search sky", "show", "history", "confirm", "retire", "restore"):
        await hall.types("you", f"/question {line}")
    await hall.later(minutes=1)  # after organisers were told of what waited
    await hall.types("bo", "/question report so say I")


async def teach(hall: Hall) -> None:
    """Decide what was appealed against, and others say the same; take words of it as an example, and take them back."""
    await decide(hall, times=2)
    await hall.presses("you", "learn-form:1")
    assert isinstance(
        await hall.presses("you", "learn-send:1", "says short: tiny waves bounce a lot"), o.PhrasingsLearned
    )
    await hall.presses("you", "forget:1")
    for press in ("question mark:sky-mid-1", "mark:2:correct", "mark:2:none"):
        await hall.presses("you", press)
    await hall.types("you", "/audit")


async def be_one_person(hall: Hall) -> None:
    """Link an account of another team, join the teams, and let it be; nobody guesses a code."""
    there: dict[str, Any] = {
        "team": "memory:annex",
        "channel": "memory:channel:annex",
        "member": "memory:member:there",
        "organiser": True,
    }
    await hall.types("kim", "/link AAAA-BBBB", **there)
    for line in ("/link team", "/link"):
        await hall.types("you", line)
        (code,) = re.findall(r"/link (\w{4}-\w{4})", hall.told("you"))
        await hall.types("kim", f"/link {code}", **there)
        number = re.findall(r"link-agree:\d+", hall.told("kim"))[0]
        await hall.presses("kim", number, **there)
        await hall.types("you", "/link")
        await hall.presses("you", number)
    await play_live(hall)
    await hall.types("you", "/settings remind=on")
    await hall.types("kim", "/quiz mid sky", **there)
    await hall.answers("you", HALF, 1)
    await hall.types("kim", "/stats", **there)


async def play_live(hall: Hall) -> None:
    """Play a live round of which one post fails, and stop one."""
    await hall.types("you", "/settings live=on")
    for number in (1, 2):
        hall.platform.failing["post"] = [Unreachable("no answer")]
        await hall.types("you", "/live 2")
        await hall.later(seconds=20)
        await hall.presses("you", f"live-form:{number}:1")
        await hall.presses("you", f"live-send:{number}:1", "nonsense about scattering")
        await hall.presses("you", f"live-pick:{number}:1:0")
        await hall.presses("you", "live-stop:2")
        await hall.later(minutes=5)


async def visit(hall: Hall) -> None:
    """Come into the hall, look at what one has done, and leave."""
    visits = of_hall.StoredVisits(hall.db, hall.clock)
    link = ""
    for _ in range(2):
        await hall.types("maya", "/hall")
        link = hall.told("maya").partition("/in/")[2].split()[0]
        assert await visits.invited(link)
        assert await visits.enter(link, f"cookie of {link}")
        assert await visits.of(f"cookie of {link}")
    for spelled in ("work:1", "record", "record:2"):
        await hall.presses("maya", spelled)
    await hall.presses("you", "status")
    await hall.presses("you", "difficulty")
    await hall.presses("you", "calendar")
    await visits.leave(f"cookie of {link}")
    await hall.types("maya", "/hall out")


async def ask_all(hall: Hall) -> None:
    """Ask for everything that members can ask for."""
    for line in ("week", "month", "season", "all", "all topic=sky", "all level=mid"):
        await hall.types("maya", f"/leaderboard {line}")
    for line in ("/stats", "/stats maya", "/help", "/privacy export", "/privacy hide on", "/privacy delete"):
        await hall.types("bo", line)
    for line in (
        "list",
        "preview",
        "skip",
        "unskip",
        "queue sky-mid-1",
        "queue",
        "unqueue sky-mid-1",
        "queue sky-mid-1",
    ):
        await hall.types("you", f"/schedule {line}")
    for line in ("pause", "resume", "set 09:30 warmup=on"):
        await hall.types("you", f"/schedule {line}")
    for line in ("create Owls", "create Larks", "join Owls", "balance", "remove Larks", "list"):
        await hall.types("you", f"/team {line}")
    await hall.types("you", "/settings best=2")
    for line in ("", " all", " all sky mid"):
        await hall.types("maya", f"/leaderboard teams{line}")
    for line in (
        "/settings remind=on notify=on mention=on quiet=23:00-23:30",
        "/away",
        "/away 2026-12-24..2027-01-02",
        "/away cancel",
    ):
        await hall.types("maya", line)
    await hall.types("ines", "/settings share=on")
    await hall.types("you", "/settings zone=Europe/Berlin desk=10:00")
    await hall.types("ines", "/privacy delete delete")


async def trouble(hall: Hall) -> None:
    """Let posts fail, an outage come, and a channel be gone; let a month end, with a champion."""
    await hall.types("you", f"{SCHEDULE} champion={CROWN}", named={CROWN: "Champion"})
    await hall.until(11, 25, 8, 59)
    hall.platform.failing["post"] = [Unreachable("no answer")] * 2
    await hall.until(11, 25, 9)
    await hall.until(12, 2, 8, 59)
    hall.platform.failing["post"] = [Unreachable("no answer")] * 2
    await hall.until(12, 2, 9)
    hall.clock.move_to(MONDAY + timedelta(days=30))
    await hall.jobs.tick()
    hall.platform.failing["post"] = [ChannelGone("deleted")] * 2
    await hall.until(12, 24, 9)
    hall.platform.failing.clear()
    await hall.app.handle(c.SetAside(schedule=1, reason="no reason"))
    await hall.types("you", "/schedule remove")
    await hall.app.handle(c.SetAside(occurrence=1, reason="no reason"))


async def adapters(hall: Hall) -> None:
    """Do what the platforms' adapters ask of the core, and what watches it."""
    box, book = inbox.StoredInbox(hall.db, hall.clock), notebook.StoredNotebook(hall.db)
    await box.take("memory:1", {"what": "ever"})
    assert len(await box.waiting("memory")) == 1
    await box.done("memory:1")
    await book.put("key", "a")
    await book.put("key", "b")
    assert await book.get("key") == "b"
    await hall.types("maya", "/quiz mid")
    for change in (partial(ledger.drawing, rank=1, by="me"), partial(ledger.let_go, by="me")):
        await hall.db.write(partial(change, tag="question:1"))
    assert len(await hall.app.open_threads("memory")) == 1
    assert await hall.app.has_round("memory:thread:1")
    assert await hall.app.coming("memory") == await hall.app.coming("memory", "memory:channel:hall") == []
    vitals = Vitals(hall.db, [hall.platform], hall.clock)
    assert await vitals.lost()
    assert (await vitals.load()).deliveries == 0
    assert (await vitals.readiness()).database == ""


async def grow_old(hall: Hall) -> None:
    """Let practice and messages become so old that they are forgotten."""
    await hall.answers("maya", HALF, 2)
    hall.clock.move_to(hall.clock.now() + MESSAGES + timedelta(days=1))
    await hall.jobs.tick()


async def leave(hall: Hall) -> None:
    """Let the team go and come back, and go for good."""
    await hall.types("you", SCHEDULE)
    await hall.app.left("memory:team")
    await hall.app.came_back("memory:team")
    for ref in ("memory:team", "memory:annex"):
        await hall.app.left(ref)
    hall.clock.move_to(hall.clock.now() + timedelta(days=31))
    await hall.jobs.tick()


def looks_through(line: str, statement: str) -> bool:
    """Whether a line of a plan looks through a table: by a scan, or by a search for NULL, which half of all rows may be."""
    found = LOOKS.match(line)
    tables = {alias or table: table for table, alias in NAMED.findall(statement)}
    if not found or tables.get(found["name"]) in {None, "lease"}:  # a subquery, a list of values, or a row a process
        return False
    if found["how"] == "SCAN":
        return found["index"] not in SHORT
    empty = f"{found['name']}.{found['column']} IS NULL" in statement
    return empty and (tables[found["name"]], found["column"]) not in SOON_FILLED


def scans(path: Path, statements: dict[str, Any]) -> Iterator[str]:
    """Yield the statements that look through a table, with what the database says of them."""
    with closing(sqlite3.connect(path)) as file:
        for statement, parameters in statements.items():
            if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) and not statement.startswith(EVERY):
                plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
                if any(looks_through(line, statement) for line in plan):
                    yield f"{statement} {plan}"


@pytest.mark.parametrize(
    ("statement", "through"),
    [
        ("SELECT text FROM attempt WHERE late", True),
        ("UPDATE attempt SET text = NULL WHERE late", True),
        ("SELECT a.id FROM grade AS a JOIN attempt ON attempt.id = a.attempt_id WHERE attempt.text = 'x'", True),
        ("SELECT count(*) FROM round", True),
        ("SELECT occurrence.id FROM occurrence WHERE occurrence.round_id IS NULL", True),
        ("SELECT schedule.id FROM schedule WHERE schedule.planned_at IS NULL", False),
        ("SELECT text FROM attempt WHERE id IN (SELECT 1)", False),
        ("SELECT min(due_at) FROM occurrence WHERE state = 'due'", False),
        ("SELECT id FROM round WHERE channel_id = 1 AND closed_at IS NULL", False),
    ],
)
def test_a_look_through_is_seen(tmp_path: Path, statement: str, *, through: bool):
    """A scan of a table is seen, and so is one by an index, or by an alias; a search is none, nor a look at what waits."""
    database.begin(tmp_path / "studyhall.db")
    assert bool(list(scans(tmp_path / "studyhall.db", {statement: ()}))) == through


def test_what_a_row_refers_to_can_be_looked_up():
    """Each reference is the first column of an index: deleting what is referred to looks through nothing."""
    for table in metadata.tables.values():
        keys = [one for one in table.constraints if isinstance(one, UniqueConstraint | PrimaryKeyConstraint)]
        indexed = {next(iter(one.columns)).name for one in (*table.indexes, *keys)}
        assert {column.name for column in table.columns if column.foreign_keys} <= indexed, table.name


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the steps of PostgreSQL's plan."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def has_to_look_through(step: Mapping[str, Any]) -> bool:
    """Whether a step looks through a table though that was to be avoided at any price, or through an index that is not of what waits."""
    if step.get("Relation Name") == "lease":  # a row a process
        return False
    if "Index Name" in step:
        return "Index Cond" not in step and step["Index Name"] not in SHORT | CHOSEN
    return bool(step["Node Type"] == "Seq Scan")


async def scans_on_postgresql(address: str, statements: dict[str, Any]) -> list[str]:
    """Return the statements for which no index of PostgreSQL does, with the steps that look through a table."""
    told = []
    connection = await asyncpg.connect(address)
    try:
        for dear in ("seqscan", "hashjoin", "mergejoin", "bitmapscan"):
            await connection.execute(f"SET enable_{dear} = off")
        for statement, parameters in statements.items():
            if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) and not statement.startswith(EVERY):
                ((plan,),) = await connection.fetch(f"EXPLAIN (FORMAT JSON) {statement}", *parameters)
                if some := [step for step in nodes(json.loads(plan)[0]["Plan"]) if has_to_look_through(step)]:
                    told.append(f"{statement} {some}")
    finally:
        await connection.close()
    return told


@pytest.mark.skipif(postgresql.programs() is None, reason="no PostgreSQL is installed")
async def test_no_query_looks_through_a_table_on_postgresql(server: Server, tmp_path: Path, heard: Heard):
    """The same of PostgreSQL, which is told to avoid that at any price."""
    with database.on_postgresql(server):
        async with start_hall(tmp_path) as hall:
            event.listen(Engine, "before_cursor_execute", heard.hear)
            await play(hall)
        assert len(heard.statements) > 100
        assert await scans_on_postgresql(database.address(tmp_path / "studyhall.db"), heard.statements) == []


async def test_no_query_looks_through_a_table(tmp_path: Path, heard: Heard):
    """Of all that the store asks in a week's play, nothing looks at every row of a table, save what has to."""
    async with start_hall(tmp_path) as hall:
        event.listen(Engine, "before_cursor_execute", heard.hear)
        await play(hall)
    with closing(sqlite3.connect(tmp_path / "studyhall.db")) as file:
        assert file.execute("SELECT count(*) FROM team").fetchone() == (0,)  # the play came to its end
    every = {f"{module.__name__}.{name}" for module in STORE for name, _ in public(module)}
    never = every - heard.called - RECKONED
    assert len(heard.called) > 100
    assert not never, " ".join(sorted(never))
    assert len(heard.statements) > 100
    assert list(scans(tmp_path / "studyhall.db", heard.statements)) == []
