"""The local platform: keeps the chat in a journal file, shows it in the terminal, and plays every member.

What a server is to the other platforms the journal is here: a message is in it before it is shown, with its tag, so
that a bot that was killed finds what it had posted.
"""

import contextlib
import hashlib
import io
import re
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from rich.console import Console, RenderableType
from rich.text import Text as Line

from adapters.local import render
from adapters.local.commands import NAME
from adapters.local.connection import Lines, script, terminal
from adapters.local.deck import Deck
from adapters.local.inbound import Keyboard
from adapters.local.journal import Journal
from bot.cards import Action, Card, File, Form, Sign, Text
from bot.clock import MovableClock
from bot.commands import SubmitAnswer
from bot.commands.parsing import named_by
from bot.errors import ChannelGone, Unreachable
from bot.ports import Context, Core, Link, Ref

PLAIN_WIDTH: Final = 100
FOLDER_CHARS: Final = 40
_PLAIN: Final = re.compile(
    rf"[a-z0-9_-]{{1,{FOLDER_CHARS - 1}}}"
)  # so that no name is another's, whatever the file system
Travel = Callable[[datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the chat is shown: with colours and frames for a person, plain and stable for a script."""

    console: Console
    interactive: bool
    zone: str


def look(*, interactive: bool, zone: str) -> Look:
    """Return how to show the chat on the standard output; a script's output is plain and has one width everywhere."""
    if interactive:
        return Look(console=Console(highlight=False, markup=False, emoji=False), interactive=True, zone=zone)
    console = Console(
        highlight=False, markup=False, emoji=False, no_color=True, color_system=None, width=PLAIN_WIDTH,
        force_terminal=False, legacy_windows=False,
    )  # fmt: skip
    return Look(console=console, interactive=False, zone=zone)


class LocalPlatform:
    """A chat with one person at the keyboard who can be any member."""

    name: str = NAME
    edit_pause = timedelta(0)
    one_session = True

    def __init__(self, folder: Path, *, look: Look, clock: MovableClock, deck: Deck, travel: Travel) -> None:
        self.folder = folder
        self.deck = deck
        self.travel = travel
        self.journal = Journal(folder / "chat.jsonl")
        self.interactive = look.interactive
        kept = (self.journal.last("zone") or {"name": ""})["name"]
        self.zone = kept if kept in available_timezones() else look.zone
        self.form: Form | None = None
        self._console = look.console
        self._clock = clock
        self._since = clock.now()

    def ready(self, place: Ref) -> bool:  # noqa: ARG002  there is one terminal, and it is always there
        """Whether the platform can be posted to."""
        return True

    def reaches(self, member: Ref) -> bool:
        """Whether a member can be told something."""
        return self.ready(member)

    def link(self) -> Link:
        """Return that the terminal is there."""
        return Link(since=self._since)

    async def post(self, place: Ref, card: Card, *, tag: str, above: Ref | None = None) -> Ref:  # noqa: ARG002  all is in sight
        """Keep and show a message."""
        ref = self.journal.add("message", place=place, tag=tag, actions=_ids(card.actions))
        self._show(f"Studyhall in {self._place(place)}", card, place=place)
        return ref

    async def edit(self, message: Ref, card: Card) -> None:
        """Keep a message's new card; the terminal only shows what changed of its title or last line."""
        self.journal.add("edit", message=message, actions=_ids(card.actions))
        if self.interactive:
            self.line(f"(the card “{card.title}” is brought up to date)", style="dim")

    async def open_thread(self, message: Ref, title: str) -> Ref:  # noqa: ARG002  nothing with a name in it is kept
        """Open the thread under a message, or return the one that is there."""
        known = self.journal.last("thread", message=message)
        return str(known["ref"]) if known else self.journal.add("thread", message=message)

    async def find(self, place: Ref, tag: str, *, since: datetime) -> Ref | None:  # noqa: ARG002  the journal is short
        """Return the message under a tag."""
        found = self.journal.last("message", place=place, tag=tag)
        return str(found["ref"]) if found else None

    async def reply(self, context: Context, card: Card) -> None:
        """Show a card that only the asker would see."""
        if card.actions:
            with contextlib.suppress(
                Unreachable
            ):  # on a full disk its buttons have no numbers, and its words are shown
                self.journal.add("reply", place=context.channel, actions=_ids(card.actions))
        heading = f"Studyhall to {context.name} (nobody else sees this)"
        self._show(heading, card, place=context.channel, to=context.name)

    async def react(self, context: Context, sign: Sign) -> None:
        """Nothing: what is typed here is answered at once."""

    async def ask(self, context: Context, form: Form) -> None:  # noqa: ARG002  one keyboard serves all
        """Take the member's next line as the form's text; what to answer stands on the question's card, other forms say it."""
        self.form = form
        if named_by(form.submit) is not SubmitAnswer:
            how = (
                ("Enter alone keeps what stands there, and \\n begins a new line.", f"{form.label}:")
                if form.more
                else ()
            )
            for line in (*form.prompt.splitlines(), *how, *form.value.splitlines()):
                self.line(f"({line})", style="dim")

    async def hindrance(self, place: Ref, *, mentioned: bool = True) -> str:  # noqa: ARG002  everything can be shown here
        """Nothing keeps a post away."""
        return ""

    async def enlist(self, member: Ref, role: Ref, *, joins: bool) -> None:  # noqa: ARG002  the same for all
        """Say that there are no roles."""
        raise ChannelGone("There are no roles here.")

    async def direct(self, member: Ref, card: Card) -> None:
        """Show a direct message."""
        self._show(f"Studyhall to {member.rpartition(':')[2]} (a direct message)", card)

    def lines(self, prompt: Callable[[], str], offered: list[str]) -> Lines:
        """Return the lines that come in: typed at a prompt, or read from standard input."""
        if self.interactive:
            history = self.folder / "history"
            return terminal(history, prompt, offered, asking=lambda: self.form is not None, ask_back=self._ask_back)
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # bytes that are no text are shown as such, and nothing is lost
        return script(sys.stdin)

    async def run(self, core: Core) -> None:
        """Let the person at the keyboard, or the script, play until it ends."""
        await Keyboard(core, self).play()

    def _ask_back(self) -> None:
        self.line("(leave? Press Ctrl-C once more, or go on typing)", style="dim")

    def _place(self, place: Ref) -> str:
        channel = self.journal.channel_of(place)
        return f"#{channel.rpartition(':')[2]}{', in the thread' if channel != place else ''}"

    def _show(self, heading: str, card: Card, *, place: Ref = "", to: str = "all") -> None:
        kept = replace(card, blocks=tuple(self._hand_over(b, to) if isinstance(b, File) else b for b in card.blocks))
        self.line(f"{self.time()} {heading}:", style="dim")
        buttons = self.journal.buttons.numbers(self.journal.channel_of(place))
        self._print(render.card(kept, buttons=buttons, zone=self.zone, framed=self.interactive))

    def _hand_over(self, file: File, to: str) -> Text:
        """Put a member's file where the person at the keyboard finds it, and nobody else on the machine reads it."""
        path = self._files(to) / Path(file.name).name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(file.content, encoding="utf-8")
        except OSError as error:
            with contextlib.suppress(OSError):  # half a document is none
                path.unlink(missing_ok=True)
            raise Unreachable(f"The file cannot be written: {error.strerror}.") from error
        return Text(f"{file.description} It is in {path}")

    def _files(self, member: str) -> Path:
        """Return the folder of a member's files: their name where it is a plain one, else one that is made of it."""
        plain = member if _PLAIN.fullmatch(member) else hashlib.sha256(member.encode()).hexdigest()[:FOLDER_CHARS]
        return self.folder / "files" / plain

    def forget(self, member: str) -> None:
        """Delete what was handed over to a member who deletes their data."""
        try:
            shutil.rmtree(self._files(member))
        except FileNotFoundError:
            return
        except OSError as error:
            self.line(f"({error.filename} cannot be deleted: {error.strerror})", style="red")

    def read_in(self, zone: str) -> None:
        """Show times in a zone from now on, also after a restart."""
        if zone != self.zone:
            self.zone = zone
            with contextlib.suppress(Unreachable):
                self.journal.add("zone", name=zone)

    def now(self) -> datetime:
        """Return what time it is here."""
        return self._clock.now()

    def time(self) -> str:
        """Return the time as it stands before a message."""
        return f"[{self._clock.now().astimezone(ZoneInfo(self.zone)):%a %-d %b %H:%M}]"

    def line(self, text: str, *, style: str = "") -> None:
        """Show a line of the platform's own."""
        self._print(Line(render.escape(text), style=style))

    def _print(self, shown: RenderableType) -> None:
        console = self._console
        if self.interactive:
            console.print(shown)
            return
        with console.capture() as captured:
            console.print(shown)
        for line in captured.get().splitlines():  # no blanks at the ends of a script's lines
            console.file.write(line.rstrip() + "\n")
        console.file.flush()


def _ids(actions: Iterable[Action]) -> list[str]:
    return [action.id for action in actions]
