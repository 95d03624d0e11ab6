"""The local platform: keeps the chat in a journal file, shows it in the terminal, and plays every member.

What a server is to the other platforms the journal is here: a message is in it before it is shown, with its tag, so
that a bot that was killed finds what it had posted.
"""

import io
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console, RenderableType
from rich.text import Text as Line

from adapters.local import render
from adapters.local.commands import NAME
from adapters.local.connection import Lines, script, terminal
from adapters.local.inbound import Keyboard
from adapters.local.journal import Journal
from bot.cards import Action, Card, File, Form, Sign, Text
from bot.clock import MovableClock
from bot.ports import Context, Core, Link, Ref

PLAIN_WIDTH: Final = 100
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

    def __init__(self, folder: Path, *, look: Look, clock: MovableClock, travel: Travel) -> None:
        self.folder = folder
        self.travel = travel
        self.journal = Journal(folder / "chat.jsonl")
        self.interactive = look.interactive
        self.zone = look.zone
        self.form: Form | None = None
        self._console = look.console
        self._clock = clock
        self._since = clock.now()

    def ready(self, place: Ref) -> bool:  # noqa: ARG002  there is one terminal, and it is always there
        """Whether the platform can be posted to."""
        return True

    def link(self) -> Link:
        """Return that the terminal is there."""
        return Link(since=self._since)

    async def post(self, place: Ref, card: Card, *, tag: str) -> Ref:
        """Keep and show a message."""
        ref = self.journal.add("message", place=place, tag=tag, title=card.title, actions=_ids(card.actions))
        self._show(f"Studyhall in {self._place(place)}", card)
        return ref

    async def edit(self, message: Ref, card: Card) -> None:
        """Keep a message's new card; the terminal only shows what changed of its title or last line."""
        self.journal.add("edit", message=message, title=card.title, actions=_ids(card.actions))
        if self.interactive:
            self.line(f"(the card “{card.title}” is brought up to date)", style="dim")

    async def open_thread(self, message: Ref, title: str) -> Ref:
        """Open the thread under a message, or return the one that is there."""
        known = self.journal.last("thread", message=message)
        return str(known["ref"]) if known else self.journal.add("thread", message=message, title=title)

    async def find(self, place: Ref, tag: str, *, since: datetime) -> Ref | None:  # noqa: ARG002  the journal is short
        """Return the message under a tag."""
        found = self.journal.last("message", place=place, tag=tag)
        return str(found["ref"]) if found else None

    async def reply(self, context: Context, card: Card) -> None:
        """Show a card that only the asker would see."""
        self._show(f"Studyhall to {context.name} (nobody else sees this)", card, to=context.name)

    async def react(self, context: Context, sign: Sign) -> None:
        """Nothing: what is typed here is answered at once."""

    async def ask(self, context: Context, form: Form) -> None:  # noqa: ARG002  one keyboard serves all
        """Take the member's next line as the form's text."""
        self.form = form

    async def direct(self, member: Ref, card: Card) -> None:
        """Show a direct message."""
        self._show(f"Studyhall to {member.rpartition(':')[2]} (a direct message)", card)

    def lines(self, prompt: Callable[[], str], offered: list[str]) -> Lines:
        """Return the lines that come in: typed at a prompt, or read from standard input."""
        if self.interactive:
            return terminal(self.folder / "history", prompt, offered, asking=lambda: self.form is not None)
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # bytes that are no text are shown as such, and nothing is lost
        return script(sys.stdin)

    async def run(self, core: Core) -> None:
        """Let the person at the keyboard, or the script, play until it ends."""
        await Keyboard(core, self).play()

    def _place(self, place: Ref) -> str:
        kind, _, name = place.removeprefix(f"{NAME}:").partition(":")
        if kind == "channel":
            return f"#{name}"
        thread = self.journal.last("thread", ref=place) or {}
        message = self.journal.last("message", ref=thread.get("message")) or {"place": ""}
        return f"#{message['place'].rpartition(':')[2]}, in the thread"

    def _show(self, heading: str, card: Card, *, to: str = "all") -> None:
        self.line(f"{self.time()} {heading}:", style="dim")
        kept = replace(card, blocks=tuple(self._hand_over(b, to) if isinstance(b, File) else b for b in card.blocks))
        buttons = self.journal.buttons
        self._print(render.card(kept, buttons=buttons, zone=self.zone, framed=self.interactive))

    def _hand_over(self, file: File, to: str) -> Text:
        """Put a member's file where the person at the keyboard finds it, and nobody else on the machine reads it."""
        folder = self.folder / "files" / Path(to).name
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / Path(file.name).name
        path.touch(mode=0o600)
        path.write_text(file.content, encoding="utf-8")
        return Text(f"{file.description} It is in {path}")

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
