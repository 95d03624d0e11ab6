"""The contract of `bot.ports.Platform`, run on every platform. A new adapter joins by adding its rig to RIGS."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from adapters.local.deck import Deck
from adapters.local.platform import LocalPlatform, Look
from bot.app import App
from bot.bank.team_banks import TeamBanks
from bot.cards import (
    Action,
    Bar,
    Card,
    Chart,
    Field,
    Fields,
    File,
    Form,
    Item,
    Items,
    Place,
    Quote,
    Ranking,
    Text,
    Tone,
    WebLink,
)
from bot.clock import MovableClock
from bot.commands.parsing import parse
from bot.delivery import Delivery
from bot.errors import Unreachable
from bot.handlers.deps import Deps
from bot.outcomes import Failure, Refusal
from bot.ports import Attached, Context, Platform, Ref
from tests.doubles import database, fakes
from tests.doubles.discord.hall import DiscordHall, discord_hall, private
from tests.doubles.fakes import MONDAY, MemoryPlatform, Server, bank
from tests.doubles.slack.hall import SlackHall, slack_hall
from tests.doubles.terminal import opened

EVERYTHING = Card(
    title="A title",
    blocks=(
        Text("A paragraph."),
        Quote("Line one\nline two", by="maya"),
        Quote("No author"),
        Fields((("Label", "value"), ("When", MONDAY))),
        Items((Item("done", done=True), Item("not", done=False), Item("neither"))),
        Ranking((Place(place=1, name="maya", points=1, rounds=1, streak=2, moved=1, you=True),)),
        Ranking(
            (
                Place(place=4, name="bo", points=3, rounds=2, moved=-2),
                Place(place=5, name="i", points=0, rounds=0, moved=None),
            )
        ),
        Chart("Points", (Bar("maya", 3), Bar("bo", 0)), "Bar chart of points: maya 3, bo 0."),
        File("data.json", "{}", "All of it."),
        WebLink("Our page", "https://hall.example.org/in/a0"),
    ),
    actions=(Action("Answer", "answer:1", primary=True), Action("Hint", "hint:1")),
)
WORDS = (
    "A title",
    "A paragraph.",
    "Line one",
    "line two",
    "maya",
    "Label",
    "value",
    "done",
    "not",
    "neither",
    "bo",
    "Our page",
    "https://hall.example.org/in/a0",
    "Answer",
    "Hint",
)


@dataclass
class Rig:
    """A platform under test: `connect` gives a bot's side of it, and again after a restart; `shown` is what people saw.

    `team` is a team's reference, `places` are two of its channels', `member` is a member's. `imports` has an organiser hand a file
    over with `/question import`, as is done there, and returns what they are shown.
    """

    name: str
    connect: Callable[[], Awaitable[Platform]]
    team: Ref
    places: tuple[Ref, Ref]
    member: Ref
    imports: Callable[[str, bytes], Awaitable[str]]
    shown: Callable[[], str] | None = None


Imports = Callable[[str, bytes], Awaitable[str]]


def _plain(name: str, connect: Callable[[], Platform], imports: Imports, shown: Callable[[], str] | None = None) -> Rig:
    async def connected() -> Platform:
        return connect()

    places = (f"{name}:channel:a", f"{name}:channel:b")
    return Rig(name, connected, f"{name}:team", places, f"{name}:member:maya", imports, shown)


@asynccontextmanager
async def memory(folder: Path) -> AsyncIterator[Rig]:
    server = Server()

    async def imports(name: str, content: bytes) -> str:
        async def fetch() -> bytes:
            return content

        async with fakes.hall(folder) as hall:
            hall.app.deps = with_folder(hall.app.deps, folder)
            await hall.types("you", "/question import", file=Attached(name=name, size=len(content), fetch=fetch))
            return hall.told("you")

    yield _plain("memory", lambda: MemoryPlatform(server), imports)


def with_folder(deps: Deps, folder: Path) -> Deps:
    """Return a bot's resources with a folder for teams' own questions."""
    return replace(deps, teams=TeamBanks(folder / "banks"))


@asynccontextmanager
async def local(folder: Path) -> AsyncIterator[Rig]:
    screen = io.StringIO()

    async def travel(_: datetime) -> None:
        """Time stands still here."""

    def connect() -> Platform:
        look = Look(console=Console(file=screen, width=100), interactive=False, zone="UTC")
        return LocalPlatform(folder, look=look, clock=MovableClock(), deck=Deck(1), travel=travel)

    async def imports(name: str, content: bytes) -> str:
        (folder / name).write_bytes(content)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"/question import {folder / name}\n"))
        async with opened(folder) as (platform, app, shown):
            app.deps = with_folder(app.deps, folder)
            await platform.run(app)
        return shown.getvalue()

    with pytest.MonkeyPatch.context() as monkeypatch:
        yield _plain("local", connect, imports, screen.getvalue)


def _restarting(hall: DiscordHall | SlackHall) -> Callable[[], Awaitable[Platform]]:
    """Return what gives a hall's platform, after a restart of the bot from the second time on."""
    began = False

    async def connect() -> Platform:
        nonlocal began
        if began:
            await hall.restart()
        began = True
        return hall.platform

    return connect


@asynccontextmanager
async def discord(folder: Path) -> AsyncIterator[Rig]:
    async with discord_hall(folder) as hall:
        connect = _restarting(hall)
        other = hall.guild.create_text_channel("other")
        places = (hall.ref(hall.channel), hall.ref(other))
        team = f"discord:{hall.guild.id}"

        async def imports(name: str, content: bytes) -> str:
            hall.app.deps = with_folder(hall.app.deps, folder)
            return private(await hall.ada.slash(hall.channel, "question import", file=(name, content)))

        yield Rig("discord", connect, team, places, hall.member_ref(hall.maya), imports, hall.everything)


@asynccontextmanager
async def slack(folder: Path) -> AsyncIterator[Rig]:
    async with slack_hall(folder) as hall:
        connect = _restarting(hall)
        other = hall.slack.team.create_channel("other")
        places = (hall.ref(hall.quiz), hall.ref(other))
        team = f"slack:{hall.slack.team.id}"

        async def imports(name: str, content: bytes) -> str:
            hall.app.deps = with_folder(hall.app.deps, folder)
            hall.ada.tell("", files={name: content})
            (answer,) = await hall.until(hall.ada.direct.by_bot)
            return str(answer.words)

        yield Rig("slack", connect, team, places, hall.member_ref(hall.maya), imports, hall.everything)


RIGS = (memory, local, discord, slack)


@pytest.fixture(params=RIGS, ids=lambda make: make.__name__)
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    async with request.param(tmp_path) as made:
        yield made


def context(rig: Rig) -> Context:
    return Context(team=rig.team, channel=rig.places[0], member=rig.member, name="maya", event="e1")


SINCE = datetime(2000, 1, 1, tzinfo=UTC)


async def test_what_was_posted_is_found_by_its_tag(rig: Rig):
    """A message is found by place and tag, and by no other."""
    platform, place = await rig.connect(), rig.places[0]
    ref = await platform.post(place, EVERYTHING, tag="question:1")
    assert await platform.find(place, "question:1", since=SINCE) == ref
    assert await platform.find(place, "question:2", since=SINCE) is None
    assert await platform.find(rig.places[1], "question:1", since=SINCE) is None


async def test_what_was_posted_is_found_after_a_restart(rig: Rig):
    """References and tags outlive the bot's process."""
    place = rig.places[0]
    before = await rig.connect()
    ref = await before.post(place, EVERYTHING, tag="question:1")
    thread = await before.open_thread(ref, "Thread")
    after = await rig.connect()
    assert await after.find(place, "question:1", since=SINCE) == ref
    assert await after.open_thread(ref, "Thread") == thread
    await after.edit(ref, Card(title="New"))
    inside = await after.post(thread, EVERYTHING, tag="reveal:1", above=place)
    assert len({ref, thread, inside}) == 3
    assert await after.find(thread, "reveal:1", since=SINCE) == inside


async def test_a_thread_is_opened_once(rig: Rig):
    """Opening a message's thread again returns the same one; another message has another."""
    platform, place = await rig.connect(), rig.places[0]
    one = await platform.post(place, EVERYTHING, tag="a")
    two = await platform.post(place, EVERYTHING, tag="b")
    thread = await platform.open_thread(one, "One")
    assert await platform.open_thread(one, "One") == thread
    assert await platform.open_thread(two, "Two") != thread


async def test_references_carry_the_platforms_name(rig: Rig):
    """Every reference begins with the platform's name, so that it finds its way back."""
    platform = await rig.connect()
    ref = await platform.post(rig.places[0], EVERYTHING, tag="a")
    assert platform.name == rig.name
    assert {r.partition(":")[0] for r in (ref, await platform.open_thread(ref, "T"))} == {rig.name}


async def test_a_file_is_imported(rig: Rig):
    """`/question import` takes a file in each platform's own way, and who brought it is told what came of it."""
    shown = await rig.imports("trees.md", b"## What is a leaf?\n\nA node without children, which holds a value.\n")
    assert "1 draft taken" in shown
    assert "trees.md: notes, headings" in shown


async def test_private_words_forms_and_direct_messages_are_taken(rig: Rig):
    """Replies, signs and direct messages of any card are accepted; a form too, while somebody waits for it."""
    platform = await rig.connect()
    await platform.post(rig.places[0], EVERYTHING, tag="a")
    await platform.reply(context(rig), EVERYTHING)
    await platform.direct(rig.member, EVERYTHING)
    with suppress(Unreachable):
        await platform.ask(context(rig), Form(title="T", prompt="P", submit="submit:1", max_length=10))
    with suppress(Unreachable):
        filled = Form(title="T", prompt="P", submit="appeal-send:1", max_length=10, value="V")
        await platform.ask(context(rig), filled)
    with suppress(Unreachable):
        more = (
            Field(name="reference", label="R", max_length=10, value="V"),
            Field(name="points", label="K", max_length=9),
        )
        await platform.ask(context(rig), Form(title="T", prompt="P", submit="edit-send:a", max_length=10, more=more))


@pytest.mark.parametrize("tone", Tone)
async def test_every_block_and_tone_is_shown(rig: Rig, tone: Tone):
    """No block's words are lost, in any tone."""
    platform = await rig.connect()
    await platform.post(rig.places[0], Card(EVERYTHING.title, EVERYTHING.blocks, EVERYTHING.actions, tone), tag="a")
    if rig.shown:
        assert [word for word in WORDS if word not in rig.shown()] == []


LINES = (
    "team create Owls",
    "team join owls",
    "leaderboard teams",
    "leaderboard last month",
    "away 2026-12-24..2027-01-02",
    "away cancel",
    "settings quiet=22:00-08:00 remind=on",
    "schedule set 09:00,13:00 mon-fri reveal=17:00 half=on",
    "schedule set weekly mon 09:00 holidays=DE-BY+catholic",
    "schedule queue sky-mid-1 monday",
    "leaderboard 2026-q4",
    "review",
    "link",
    "live 1",
)
TOLD = (
    "Owls",
    "Leaderboard",
    "24 December 2026",
    "Quiet",
    "from Monday",
    "09:00 and 13:00",
    "answers count half",
    "just before the next question",
    "catholic",
    "Why does the daytime look blue to people, number 1?",
    "review",
    "Give this code to nobody else",
    "Live 1 of 1",
)


@pytest.mark.both_stores
async def test_what_a_year_needs_is_answered_on_every_platform(rig: Rig, tmp_path: Path):
    """Teams, boards, days off, schedules, the queue, review, a link and a live round are answered to who types them, whatever the platform."""
    platform, clock = await rig.connect(), MovableClock()
    clock.move_to(MONDAY)
    async with database.opened(tmp_path / "core.db", now=MONDAY) as db:
        deps, delivery = Deps(db=db, bank=bank(), rng=Random(1)), Delivery(db, {platform.name: platform})
        app = App(deps, clock=clock, delivery=delivery)
        said = [
            await app.handle(parse(line, deps.bank), replace(context(rig), event=line, organiser=True))
            for line in LINES
        ]
    assert [one for one in said if isinstance(one, Refusal | Failure)] == []
    if rig.shown:
        assert [word for word in TOLD if word not in rig.shown()] == []
