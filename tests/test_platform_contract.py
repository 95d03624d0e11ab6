"""The contract of `bot.ports.Platform`, run on every platform. A new adapter joins by adding its rig to RIGS."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from adapters.local.platform import LocalPlatform, Look
from bot.cards import Action, Bar, Card, Chart, Fields, File, Form, Item, Items, Place, Quote, Ranking, Text, Tone
from bot.clock import MovableClock
from bot.ports import Context, Platform
from tests.fakes import MONDAY, MemoryPlatform, Server

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
    "Answer",
    "Hint",
)


class Rig:
    """A platform under test: `connect` gives a bot's side of it, and again after a restart; `shown` is what people saw."""

    def __init__(self, name: str, connect: Callable[[], Platform], shown: Callable[[], str] | None = None) -> None:
        self.name, self.connect, self.shown = name, connect, shown


def memory(_: Path) -> Rig:
    server = Server()
    return Rig("memory", lambda: MemoryPlatform(server))


def local(folder: Path) -> Rig:
    screen = io.StringIO()

    async def travel(_: datetime) -> None:
        """Time stands still here."""

    def connect() -> Platform:
        look = Look(console=Console(file=screen, width=100), interactive=False, zone="UTC")
        return LocalPlatform(folder, look=look, clock=MovableClock(), travel=travel)

    return Rig("local", connect, screen.getvalue)


RIGS = (memory, local)


@pytest.fixture(params=RIGS, ids=lambda make: make.__name__)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Rig:
    made: Rig = request.param(tmp_path)
    return made


def context(rig: Rig) -> Context:
    return Context(
        team=f"{rig.name}:team", channel=f"{rig.name}:channel:a", member=f"{rig.name}:member:maya", name="maya", event="e1"
    )  # fmt: skip


SINCE = datetime(2000, 1, 1, tzinfo=UTC)


async def test_what_was_posted_is_found_by_its_tag(rig: Rig):
    """A message is found by place and tag, and by no other."""
    platform, place = rig.connect(), f"{rig.name}:channel:a"
    ref = await platform.post(place, EVERYTHING, tag="question:1")
    assert await platform.find(place, "question:1", since=SINCE) == ref
    assert await platform.find(place, "question:2", since=SINCE) is None
    assert await platform.find(f"{rig.name}:channel:b", "question:1", since=SINCE) is None


async def test_what_was_posted_is_found_after_a_restart(rig: Rig):
    """References and tags outlive the bot's process."""
    place = f"{rig.name}:channel:a"
    before = rig.connect()
    ref = await before.post(place, EVERYTHING, tag="question:1")
    thread = await before.open_thread(ref, "Thread")
    after = rig.connect()
    assert await after.find(place, "question:1", since=SINCE) == ref
    assert await after.open_thread(ref, "Thread") == thread
    await after.edit(ref, Card(title="New"))
    inside = await after.post(thread, EVERYTHING, tag="reveal:1")
    assert len({ref, thread, inside}) == 3


async def test_a_thread_is_opened_once(rig: Rig):
    """Opening a message's thread again returns the same one; another message has another."""
    platform, place = rig.connect(), f"{rig.name}:channel:a"
    one = await platform.post(place, EVERYTHING, tag="a")
    two = await platform.post(place, EVERYTHING, tag="b")
    thread = await platform.open_thread(one, "One")
    assert await platform.open_thread(one, "One") == thread
    assert await platform.open_thread(two, "Two") != thread


async def test_references_carry_the_platforms_name(rig: Rig):
    """Every reference begins with the platform's name, so that it finds its way back."""
    platform = rig.connect()
    ref = await platform.post(f"{rig.name}:channel:a", EVERYTHING, tag="a")
    assert platform.name == rig.name
    assert {r.partition(":")[0] for r in (ref, await platform.open_thread(ref, "T"))} == {rig.name}


async def test_private_words_forms_and_direct_messages_are_taken(rig: Rig):
    """Replies, forms and direct messages of any card are accepted."""
    platform = rig.connect()
    await platform.post(f"{rig.name}:channel:a", EVERYTHING, tag="a")
    await platform.reply(context(rig), EVERYTHING)
    await platform.direct(f"{rig.name}:member:maya", EVERYTHING)
    await platform.ask(context(rig), Form(title="T", prompt="P", submit="submit:1", max_length=10))


@pytest.mark.parametrize("tone", Tone)
async def test_every_block_and_tone_is_shown(rig: Rig, tone: Tone):
    """No block's words are lost, in any tone."""
    platform = rig.connect()
    await platform.post(
        f"{rig.name}:channel:a", Card(EVERYTHING.title, EVERYTHING.blocks, EVERYTHING.actions, tone), tag="a"
    )
    if rig.shown:
        assert [word for word in WORDS if word not in rig.shown()] == []
