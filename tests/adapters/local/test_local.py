"""The local platform, driven as a person does: typed lines in, a transcript out."""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from adapters.local import commands, inbound, render
from adapters.local.journal import Journal
from adapters.local.platform import LocalPlatform, Look, look
from bot.app import App
from bot.cards import Card, File, Form, Quote, Text
from bot.clock import MovableClock
from bot.delivery import Delivery
from bot.errors import BadValue, UserError
from bot.handlers.deps import Deps
from bot.jobs import Jobs
from tests.doubles import database
from tests.doubles.fakes import FULL, MONDAY, bank

Play = Callable[[str], Awaitable[str]]


@asynccontextmanager
async def opened(folder: Path, *, interactive: bool = False) -> AsyncIterator[tuple[LocalPlatform, App, io.StringIO]]:
    """Start the local platform on a folder, its screen in memory."""
    screen, clock = io.StringIO(), MovableClock()
    clock.move_to(MONDAY)
    async with database.opened(folder / "studyhall.db", now=MONDAY) as db:

        async def travel(to: datetime) -> None:
            await jobs.travel(clock, to)

        shown = Look(console=Console(file=screen, width=100), interactive=interactive, zone="UTC")
        platform = LocalPlatform(folder, look=shown, clock=clock, travel=travel)
        deps = Deps(db=db, bank=bank(), rng=Random(1))
        app = App(deps, clock=clock, delivery=Delivery(db, {platform.name: platform}))
        jobs = Jobs(app)
        yield platform, app, screen


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Play a script on the same folder each time, and return what the screen showed."""

    async def run(script: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(script))
        async with opened(tmp_path) as (platform, app, screen):
            await platform.run(app)
        return screen.getvalue()

    return run


async def test_a_round_by_keyboard(play: Play):
    """Ask, answer in the thread, take a hint and fill the form by number, reveal: all from typed lines."""
    shown = await play(f"/quiz mid sky\n/as maya\n> {FULL}\n2\n1\n{FULL}\n1 It is Rayleigh scattering.\n/as you\n3\n")
    for words in (
        "Question for you · The sky · mid", "[1] Answer   [2] Hint (−20 %)   [3] Reveal", "Correct: 100 of 100",
        "Hint 1 of 2", "Worth 80 points after 1 hint. Saved as attempt 2", "Saved as attempt 3", "The answer · The sky",
    ):  # fmt: skip
        assert words in shown


async def test_a_script_shows_no_trailing_blanks_and_no_colours(play: Play):
    """What a script prints is plain: no escape sequences, no blanks at the ends of lines."""
    shown = await play("/help\n/quiz\n/leaderboard\n/nonsense\n")
    assert "\x1b" not in shown
    assert [line for line in shown.splitlines() if line != line.rstrip()] == []


async def test_a_script_played_again_does_nothing_twice(play: Play):
    """The same lines are the same deliveries: after a crash the script goes on where it was, with the same buttons."""
    script = f"/quiz mid\n/as maya\n> {FULL}\n2\n1 {FULL}\n"
    first = await play(script)
    again = await play(script + "3\n/as you\n3\n")
    assert first.count("Question for you") == 1
    assert "Question for you" not in again
    assert again.count("(done already, before the bot was started again)") == 4
    assert "Only an organiser" in again
    assert "1 of 1 member" in again


async def test_threads_channels_and_members(play: Play):
    """One can sit in a thread, leave it, change channel and member, and talk without being graded."""
    shown = await play(
        "hello\n/quiz mid\nhello again\n/thread\nIt is Rayleigh scattering.\n/back\n/channel #two\n> hm\n/as @bo\n/as\n/as a:b\n/channel\n"
    )
    assert "/quiz asks a question" in shown
    assert "begin the line with >" in shown
    assert "Partly there: 50 of 100" in shown
    assert "you in #study-hall, in the thread: It is" in shown
    assert "There is no question in this channel yet" in shown
    assert "(you speak as bo now)" in shown
    assert shown.count("That needs a name") == 3


async def test_the_clock_is_moved_through_what_is_due(play: Play):
    """A week passes in an instant, every post at its own time; the reader's zone can be chosen."""
    shown = await play(
        "/clock\n/schedule set 09:00 Europe/Berlin mon-fri\n/clock +1w\n/clock 2026-12-01 12:00 Asia/Tokyo\n/clock 2026-12-01T12:00+00:00\n/clock soon\n/clock 2026-12-01 12:00 Mars/Base\n"
    )
    assert shown.count("Question of the day") == 6
    assert "[Fri 27 Nov 08:00] Studyhall in #study-hall" in shown
    assert "[Fri 27 Nov 16:00] Studyhall in #study-hall, in the thread" in shown
    assert "Weekly board" in shown
    assert "(it is Tue 1 Dec 2026, 12:00 JST)" in shown
    assert "(it is Tue 1 Dec 2026, 21:00 JST)" in shown
    assert "“soon” is no time" in shown
    assert "I know no time zone" in shown


async def test_unknown_things_are_answered(play: Play):
    """A mistyped command of either kind, a button that is not there, and an empty form each get a sentence."""
    shown = await play("/clok +1d\n/leaderbord\n/schedule st\n99\n# a remark\n\n/quiz mid\n1\n\n/quit\n/help\n")
    assert "Type /clock +1d" in shown
    assert "Did you mean /leaderboard?" in shown
    assert "There is no button [99] here" in shown
    assert "nothing was sent" in shown
    assert "a remark" not in shown
    assert "What you can type" not in shown  # /quit came first


async def test_files_and_direct_messages_are_shown(play: Play, tmp_path: Path):
    """An export lies in the data folder; organisers' direct messages are on the screen."""
    shown = await play("/privacy export\n/schedule set 09:00 mon-fri topics=sky levels=mid\n/clock +2h\n")
    assert "All that is kept of you, as JSON" in shown
    assert '"name": "you"' in (tmp_path / "files" / "you" / "studyhall-my-data.json").read_text()
    assert "Studyhall to you (a direct message)" in shown


async def test_a_torn_last_line_of_the_journal_never_was(tmp_path: Path):
    """A line that a crash cut short is dropped, and what follows is written whole."""
    journal = Journal(tmp_path / "chat.jsonl")
    ref = journal.add("message", place="p", tag="a", actions=["x:1"])
    with (tmp_path / "chat.jsonl").open("ab") as file:
        file.write(b'{"kind": "message", "ta')
    again = Journal(tmp_path / "chat.jsonl")
    second = again.add("message", place="p", tag="b", actions=["x:1", "y:1"])
    third = Journal(tmp_path / "chat.jsonl")
    assert [e["ref"] for e in third.entries] == [ref, second]
    assert third.buttons == {"x:1": 1, "y:1": 2}
    (tmp_path / "torn.jsonl").write_bytes(b'{"torn')
    torn = Journal(tmp_path / "torn.jsonl")
    assert torn.entries == []


async def test_a_person_at_the_terminal(tmp_path: Path):
    """At a terminal the welcome says what to type, cards are framed, the prompt says who and where, Ctrl-D leaves."""
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("/quiz mid\r1\rIt is Rayleigh scattering.\r/thread\r/as maya\r\x04")
        async with opened(tmp_path, interactive=True) as (platform, app, screen):
            keyboard = inbound.Keyboard(app, platform)
            prompts = [keyboard.prompt()]
            await keyboard.play()
            prompts.append(keyboard.prompt())
        shown = screen.getvalue()
    for words in (
        "Try:",
        "/quiz principal",
        "╭─ Question for you",
        "Partly there: 50 of 100",
    ):
        assert words in shown
    assert "is brought up to date" in shown
    assert prompts == ["you in #study-hall> ", "maya in #study-hall, thread> "]
    async with opened(tmp_path, interactive=True) as (platform, app, screen):
        inbound.Keyboard(app, platform).welcome()
    assert "(the last message here: Question for you" in screen.getvalue()


async def test_ctrl_c_puts_the_form_away(tmp_path: Path):
    """In a form Ctrl-C puts it away, and on a line begun it clears the line; on an empty line it leaves."""
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("/quiz mid\r1\rhalf an ans\x03/he\x03\x03")
        async with opened(tmp_path, interactive=True) as (platform, app, screen):
            keyboard = inbound.Keyboard(app, platform)
            platform.form = Form(title="T", prompt="P", submit="submit:1", max_length=10)
            assert keyboard.prompt().startswith("you, your answer (Enter sends it")
            platform.form = None
            await asyncio.wait_for(keyboard.play(), 20)
    assert "nothing was sent" in screen.getvalue()
    assert "half an ans" not in (tmp_path / "history").read_text()


@pytest.mark.parametrize("interactive", [True, False])
def test_the_look_is_made_for_person_or_script(interactive: bool):
    """A script's look has one width everywhere and no colour; a person's follows the terminal."""
    made = look(interactive=interactive, zone="UTC")
    assert made.interactive is interactive
    if not interactive:
        assert (made.console.width, made.console.no_color, made.console.is_terminal) == (100, True, False)


@given(st.text(max_size=20_000))
def test_no_text_steers_the_terminal(text: str):
    """Whatever a question, an answer or a name holds, no control or direction-changing character is shown."""
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        card = Card(title=text, blocks=(Text(text), Quote(text, by=text)))
        console.print(render.card(card, buttons={}, zone="UTC", framed=True))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", captured.get())


def test_a_file_that_is_not_handed_over_is_named():
    """A file block shows its name, size and what it is."""
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        shown = Card(title="T", blocks=(File("a.json", "{}", "All of it."),))
        console.print(render.card(shown, buttons={}, zone="UTC", framed=False))
    assert "a.json (2 bytes): All of it." in captured.get()


@given(st.text(max_size=300))
def test_any_line_is_read_or_refused(line: str):
    """A typed line is something, or a UserError; never anything else."""
    try:
        typed = commands.read(line.strip(), bank())
    except UserError:
        return
    assert isinstance(typed, commands.Send | commands.Press | commands.Say | commands.Local)


def test_clock_words():
    """Steps count from now; a wall time is in the reader's zone."""
    assert commands.instant("+90m", MONDAY, "UTC") == (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), "UTC")
    when, zone = commands.instant("2026-11-23 09:00 Europe/Berlin", MONDAY, "UTC")
    assert (when, zone) == (MONDAY, "Europe/Berlin")
    with pytest.raises(BadValue):
        commands.instant("+1y", MONDAY, "UTC")
