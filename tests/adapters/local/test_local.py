"""The local platform, driven as a person does: typed lines in, a transcript out."""

import asyncio
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from adapters.local import commands, inbound, render
from adapters.local.platform import look
from bot.cards import Action, Card, File, Form, Quote, Text
from bot.errors import BadValue, UserError
from tests.doubles.fakes import FULL, MONDAY, bank, otherwise
from tests.doubles.loopback import PATIENCE
from tests.doubles.terminal import UNSURE, Play, opened


async def test_a_round_by_keyboard(play: Play):
    """Ask, answer in the thread, take a hint and fill the form by number, reveal: all from typed lines."""
    shown = await play(
        f"/quiz mid sky\n/as maya\n> {FULL}\n2\n1\n{otherwise(FULL, 1)}\n1 It is Rayleigh scattering.\n/as you\n3\n5\n"
    )
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


async def test_a_file_that_is_not_there(play: Play):
    """A path that leads nowhere is said, with what to type."""
    assert "I find no file “no such.md” here." in await play("/question import no such.md\n")


async def test_threads_channels_and_members(play: Play):
    """One can sit in a thread, leave it, change channel and member, and talk without being graded."""
    shown = await play(
        "anybody here\n/quiz mid\nanybody here\n/thread\nIt is Rayleigh scattering.\n/back\n/channel #two\n> hm\n/as @bo\n/as\n/as a:b\n/channel\n"
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
    assert "(it goes on where it was left" in screen.getvalue()


async def test_ctrl_c_puts_the_form_away(tmp_path: Path):
    """In a form Ctrl-C puts it away, and on a line begun it clears the line; on an empty line it asks once, then leaves."""
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("/quiz mid\r1\rhalf an ans\x03/he\x03\x03/clock\r> an answer\r\x03\x03")
        async with opened(tmp_path, interactive=True) as (platform, app, screen):
            keyboard = inbound.Keyboard(app, platform)
            platform.form = Form(title="T", prompt="P", submit="submit:1", max_length=10)
            assert keyboard.prompt().startswith("you, your answer (Enter sends it")
            platform.form = None
            await asyncio.wait_for(keyboard.play(), PATIENCE)
    assert "nothing was sent" in screen.getvalue()
    shown = screen.getvalue()
    assert shown.count("(leave? Press Ctrl-C once more") == 2
    assert shown.index("(leave?") < shown.index("(it is Mon 23 Nov") < shown.rindex("(leave?")
    kept = (tmp_path / "history").read_text()
    assert "/clock" in kept
    assert "ans" not in kept


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


@pytest.mark.parametrize("line", ["help", "?", "Hello!", "hi", "help?", "/"])
async def test_who_is_lost_is_helped(play: Play, line: str):
    """Help, a question mark or a greeting shows what can be typed, and what this terminal takes besides."""
    shown = await play(f"{line}\n")
    assert "/leaderboard" in shown
    assert [words for words in commands.LOCAL_COMMANDS.values() if words not in " ".join(shown.split())] == []


async def test_the_newest_questions_buttons_come_first(play: Play):
    """Numbers begin anew with each question of a channel: 1 answers the newest, and an older card's have none any more."""
    shown = await play(
        f"/quiz mid sky\n/quiz mid sea\n1 {FULL}\n4\n/channel two\n1\n/quiz mid sky\n/channel study-hall\n3\n4\n"
    )
    assert shown.count("[1] Answer   [2] Hint (−20 %)   [3] Reveal") == 3
    assert shown.count("There is no button") == 2
    assert "The answer · The sea" in shown
    assert "The answer · The sky" not in shown


async def test_buttons_of_replies_are_pressed(play: Play):
    """A private card's buttons have numbers too: an unsure grade is decided from the keyboard, and again after a crash."""
    script = f"/quiz mid sky\n/as maya\n> {UNSURE}\n/as you\n/unsure\n5\n"
    assert "[4] Keep" in (shown := await play(script))
    assert "An organiser has looked at your answer" in shown
    again = await play(script + "/quiz mid sea\n/unsure\n")
    assert "An organiser has looked" not in again
    assert "Every grade is decided" in again


async def test_appeals_are_made_and_decided_from_the_keyboard(play: Play):
    """The grade's button opens the appeal's form, and the desk's takes points and a reason: with the line, or on the next."""
    script = (
        "/quiz mid sky\n/as maya\n> Rayleigh scattering\n4\nI meant the short waves.\n/as you\n/desk\n"
        "8 80 You said it in other words.\n/as maya\n/appeal once more\n"
    )
    shown = await play(script)
    assert "[4] Appeal" in shown
    assert "Your appeal waits for an organiser" in shown
    assert "[8] Points or reason" in shown
    assert "is now 80 of 100." in shown
    assert "You said it in other words." in shown
    assert "You have appealed against this grade already" in shown


async def test_words_are_taught_from_the_keyboard(play: Play):
    """A form that is filled in shows its lines and how to mark them; what is typed is learned, and a button takes it back."""
    script = (
        "/quiz mid sky\n/as maya\n> Rayleigh scattering, as tiny waves bounce around.\n/as you\n3\n5\n/as maya\n/appeal\n/as you\n/desk\n"
        "12\nsays short: tiny waves bounce\n/question show\n"
    )
    shown = await play(script)
    assert "[12] Teach me words" in shown
    assert "(# says short: Rayleigh scattering, as tiny waves bounce around.)" in shown
    assert "I have learned that" in shown
    assert "Forget “tiny waves bounce”" in shown


async def test_a_question_is_edited_from_the_keyboard(play: Play):
    """A form of several texts asks for one after the other; Enter alone keeps what stands there, and a written line break begins a new line."""
    script = "/question edit sky-mid-1\nWhy is the sky blue at noon?\n\na: Bees buzz loudly.\\nb: Birds sing.\n2\n"
    shown = await play(script)
    assert "(Reference answer:)" in shown
    assert "(short: Short waves scatter most. | short wavelengths scatter)" in shown
    assert "the reference answer itself gets" in shown
    assert "Why is the sky blue at noon?" in shown.rpartition("The edit is saved")[2]


async def test_a_question_is_suggested_from_the_keyboard(play: Play):
    """The form's texts are typed one after the other, the level that stands there is kept, and the desk takes it."""
    script = "/as maya\n/suggest\nWhich clouds bring rain?\nCumulonimbus.\n\nsky\n/as you\n/desk\n2\n"
    shown = await play(script)
    assert "(Level: mid, senior and principal:)" in shown
    assert "maya suggests · 1 suggestion to decide" in shown
    assert "Your suggestion is taken" in shown


def test_a_button_without_a_number_is_shown():
    """A card outside every channel, such as a direct message, shows its buttons without numbers."""
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        card = Card(title="T", actions=(Action("Look", "home"),))
        console.print(render.card(card, buttons={}, zone="UTC", framed=False))
    assert captured.get().split() == ["T", "Look"]


@pytest.mark.parametrize(
    "words",
    ["0001-01-01", "9999-12-31 23:59 UTC", "0001-01-01T00:00:00+14:00", "+9999w", "1999-12-31", "2100-01-01 00:00 UTC"],
)
async def test_the_clock_stays_within_reach(play: Play, words: str):
    """Where the calendar ends, or too far ahead to live through, the clock is not moved, and the bot goes on."""
    shown = await play(f"/schedule set 09:00 daily holidays=DE\n/clock {words}\n/clock\n")
    assert "That is too far away" in shown
    assert "(it is Mon 23 Nov 2026, 08:00 UTC)" in shown


async def test_the_clock_goes_back_to_its_first_day(play: Play):
    """The first instant within reach can be used like any other."""
    assert "[Sat 1 Jan 09:00] Studyhall in" in await play("/clock 2000-01-01\n/schedule set 09:00 daily\n/clock +1d\n")


async def test_the_next_question_is_laid_on_top(play: Play):
    """A script says which question it was written for; a name that the bank does not have is refused with the nearest."""
    shown = await play("/next sea-senior-2\n/next sea-senior-9\n/next\n/quiz sea\n/quiz sea\n/quiz sky\n")
    assert "number 2?" in shown.partition("Question for you")[2].partition("Question for you")[0]
    assert shown.count("I know no question") == 2
    assert "Type /next sea-senior" in shown
    assert "Question for you · The sky" in shown


def test_clock_words():
    """Steps count from now; a wall time is in the reader's zone."""
    assert commands.instant("+90m", MONDAY, "UTC") == (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), "UTC")
    when, zone = commands.instant("2026-11-23 09:00 Europe/Berlin", MONDAY, "UTC")
    assert (when, zone) == (MONDAY, "Europe/Berlin")
    with pytest.raises(BadValue):
        commands.instant("+1y", MONDAY, "UTC")
