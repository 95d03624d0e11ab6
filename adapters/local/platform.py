"""The local platform: keeps the chat in a journal file, shows it in the terminal, and plays every member.

What a server is to the other platforms the journal is here: a message is in it before it is shown, with its tag, so
that a bot that was killed finds what it had posted.
"""

import contextlib
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, assert_never
from zoneinfo import ZoneInfo

from rich.console import Console, RenderableType
from rich.text import Text as Line

from adapters.local import inbound, render
from adapters.local.inbound import Lines, Local, Press, Say, Send
from bot.app import App
from bot.cards import Action, Card, File, Form, Text
from bot.clock import MovableClock
from bot.commands import Command, SubmitAnswer
from bot.errors import BadValue, NotFound, UserError
from bot.outcomes import Nothing, Refusal
from bot.parsing import from_id
from bot.ports import Context, Ref
from bot.presenter import notices
from bot.store.people import NAME_CHARS
from bot.text import clip

NAME: Final = "local"
TEAM: Final = "local:hall"
HOST: Final = "you"  # the first member, and the organiser
CHANNEL: Final = "study-hall"
PLAIN_WIDTH: Final = 100
WELCOME: Final = (
    "/quiz principal             a question now; answer it with  > your answer",
    "1                           press the button with that number, such as Answer",
    "/schedule set 09:00 mon-fri the daily question; /clock +1d lets a day pass",
    "/as maya                    be somebody else; /leaderboard shows who leads",
    "/help                       everything; /quit leaves",
)

Travel = Callable[[datetime], Awaitable[None]]


class Journal:
    """The chat's messages and threads, in a file of one JSON object a line; a line cut short by a crash never was."""

    def __init__(self, path: Path) -> None:
        self.entries: list[dict[str, Any]] = []
        self.buttons: dict[str, int] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._take_over(path)
        self._file: IO[bytes] = path.open("ab")

    def _take_over(self, path: Path) -> None:
        whole, _, torn = path.read_bytes().rpartition(b"\n")
        if torn:
            os.truncate(path, len(whole) + bool(whole))
        for line in whole.splitlines():
            self._remember(json.loads(line))

    def add(self, kind: str, **values: Any) -> Ref:
        """Keep an entry on the disk and return its reference."""
        entry = {"kind": kind, "ref": f"{NAME}:{kind}:{len(self.entries) + 1}", **values}
        self._file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._remember(entry)
        return str(entry["ref"])

    def _remember(self, entry: dict[str, Any]) -> None:
        self.entries.append(entry)
        for action in entry.get("actions", ()):
            self.buttons.setdefault(action, len(self.buttons) + 1)

    def last(self, kind: str, **values: Any) -> dict[str, Any] | None:
        """Return the newest entry of a kind with these values."""
        matching = (e for e in reversed(self.entries) if e["kind"] == kind)
        return next((e for e in matching if all(e.get(k) == v for k, v in values.items())), None)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where the person at the keyboard sits: as which member, in which channel and thread."""

    member: str = HOST
    channel: str = CHANNEL
    thread: Ref | None = None


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

    def __init__(self, folder: Path, *, look: Look, clock: MovableClock, travel: Travel) -> None:
        self._folder = folder
        self._look = look
        self._clock = clock
        self._travel = travel
        self._journal = Journal(folder / "chat.jsonl")
        self._zone = look.zone
        self._seat = Seat()
        self._form: Form | None = None
        # A script's lines are the same deliveries when it is played again; a person's are new each time.
        self._session = secrets.token_hex(6) if look.interactive else "script"
        self._event = ""

    # The port

    async def post(self, place: Ref, card: Card, *, tag: str) -> Ref:
        """Keep and show a message."""
        ref = self._journal.add("message", place=place, tag=tag, title=card.title, actions=_ids(card.actions))
        self._show(f"Studyhall in {self._place(place)}", card)
        return ref

    async def edit(self, message: Ref, card: Card) -> None:
        """Keep a message's new card; the terminal only shows what changed of its title or last line."""
        self._journal.add("edit", message=message, title=card.title, actions=_ids(card.actions))
        if self._look.interactive:
            self._line(f"(the card “{card.title}” is brought up to date)", style="dim")

    async def open_thread(self, message: Ref, title: str) -> Ref:
        """Open the thread under a message, or return the one that is there."""
        known = self._journal.last("thread", message=message)
        return str(known["ref"]) if known else self._journal.add("thread", message=message, title=title)

    async def find(self, place: Ref, tag: str, *, since: datetime) -> Ref | None:  # noqa: ARG002  the journal is short
        """Return the message under a tag."""
        found = self._journal.last("message", place=place, tag=tag)
        return str(found["ref"]) if found else None

    async def reply(self, context: Context, card: Card) -> None:
        """Show a card that only the asker would see."""
        self._show(f"Studyhall to {context.name} (nobody else sees this)", card)

    async def ask(self, context: Context, form: Form) -> None:
        """Take the member's next line as the form's text."""
        self._form = form
        if self._look.interactive:
            self._line(f"{context.name}, type your answer and press Enter (an empty line cancels):", style="bold")

    async def direct(self, member: Ref, card: Card) -> None:
        """Show a direct message."""
        self._show(f"Studyhall to {member.rpartition(':')[2]} (a direct message)", card)

    # The keyboard

    async def run(self, app: App) -> None:
        """Read lines and act on them until they end; every line of a script is the same delivery when it is read again."""
        self._welcome()
        digest = hashlib.sha256()
        try:
            async with contextlib.aclosing(self._lines(app)) as lines:
                async for line in lines:
                    digest.update(line.encode() + b"\n")
                    self._event = f"{NAME}:{self._session}:{digest.hexdigest()[:24]}"
                    if not await self._take(app, line.strip()):
                        break
        finally:
            self._journal.close()

    def _lines(self, app: App) -> Lines:
        if self._look.interactive:
            return inbound.terminal(self._folder / "history", self._prompt, app.deps.bank)
        return inbound.script(sys.stdin)

    async def _take(self, app: App, line: str) -> bool:
        """Act on one line, and return whether to go on."""
        if self._form:
            await self._fill(app, line)
        elif line and not line.startswith("#"):
            self._echo(line)
            try:
                if not await self._act(app, inbound.read(line, app.deps.bank)):
                    return False
            except UserError as error:
                await self.reply(self._context(), notices.refusal(Refusal(error=error)))
        if not self._look.interactive:
            await self._travel(self._clock.now())  # a script has no ticking in between: what is due happens now
        return True

    async def _act(self, app: App, typed: inbound.Typed) -> bool:
        match typed:
            case Local("quit", _):
                return False
            case Local(name, words):
                await self._local(name, words)
            case Send(command):
                await self._send(app, command, self._context())
            case Press(number, text):
                await self._press(app, number, text)
            case Say(text, in_newest_thread):
                await self._say(app, text, newest=in_newest_thread)
            case _:
                assert_never(typed)
        return True

    async def _send(self, app: App, command: Command, context: Context) -> None:
        if isinstance(await app.handle(command, context), Nothing):
            self._line("(done already, before the bot was started again)", style="dim")

    async def _press(self, app: App, number: int, text: str) -> None:
        spelled = next((action for action, known in self._journal.buttons.items() if known == number), None)
        if spelled is None:
            raise NotFound(f"There is no button [{number}] here. The numbers stand in brackets under a question.")
        await self._send(app, from_id(spelled, app.deps.bank), self._context())
        if text and self._form:
            await self._fill(app, text)

    async def _fill(self, app: App, text: str) -> None:
        """Send the open form with its text; an empty one is put away."""
        form, self._form = self._form, None
        if not text:
            self._line("(the form is put away; nothing was sent)", style="dim")
        elif form:
            self._event += ":form"
            await self._send(app, from_id(form.submit, app.deps.bank, text=text), self._context())

    async def _say(self, app: App, text: str, *, newest: bool) -> None:
        """Say something in a thread, which answers its question, or in the channel, which does not."""
        thread = self._newest_thread() if newest else self._seat.thread
        if thread:
            await self._send(app, SubmitAnswer(text=text), replace(self._context(), thread=thread))
        elif self._newest_thread(none_is_fine=True):
            self._line("(said in the channel; to answer the question, begin the line with >)", style="dim")
        else:
            self._line("(said in the channel; /quiz asks a question, /help shows what you can type)", style="dim")

    def _newest_thread(self, *, none_is_fine: bool = False) -> Ref | None:
        """Return the newest thread of the channel; raise NotFound where there is none, unless that is fine."""
        here = {e["ref"] for e in self._journal.entries if e["kind"] == "message" and e["place"] == self._channel()}
        threads = [e["ref"] for e in self._journal.entries if e["kind"] == "thread" and e["message"] in here]
        if not threads and not none_is_fine:
            raise NotFound("There is no question in this channel yet. Ask one with /quiz.")
        return threads[-1] if threads else None

    async def _local(self, name: str, words: str) -> None:
        match name:
            case "as":
                self._become(words)
            case "channel":
                self._seat = replace(
                    self._seat, channel=_named(words.removeprefix("#"), "/channel general"), thread=None
                )
            case "thread":
                self._seat = replace(self._seat, thread=self._newest_thread())
            case "back":
                self._seat = replace(self._seat, thread=None)
            case _:
                await self._tell_or_move_time(words)

    def _become(self, words: str) -> None:
        self._seat = replace(self._seat, member=_named(words, "/as maya"))
        role = "an organiser" if self._seat.member == HOST else "a member"
        self._line(f"(you speak as {self._seat.member} now, {role})", style="dim")

    async def _tell_or_move_time(self, words: str) -> None:
        if words:
            when, self._zone = inbound.instant(words, self._clock.now(), self._zone)
            await self._travel(when)
        self._line(f"(it is {render.moment(self._clock.now(), self._zone)})", style="dim")

    # The screen

    def _context(self) -> Context:
        seat = self._seat
        return Context(
            team=TEAM, channel=self._channel(), channel_name=seat.channel, thread=seat.thread,
            member=f"{NAME}:member:{seat.member}", name=seat.member, event=self._event, organiser=seat.member == HOST,
        )  # fmt: skip

    def _channel(self) -> Ref:
        return f"{NAME}:channel:{self._seat.channel}"

    def _place(self, place: Ref) -> str:
        kind, _, name = place.removeprefix(f"{NAME}:").partition(":")
        return f"#{name}" if kind == "channel" else "the thread"

    def _prompt(self) -> str:
        if self._form:
            return f"{self._seat.member}, your answer> "
        return f"{self._seat.member} in #{self._seat.channel}{', thread' if self._seat.thread else ''}> "

    def _welcome(self) -> None:
        if not self._look.interactive:
            return
        self._line(f"Studyhall, in this terminal. You are “{HOST}”, an organiser, in #{CHANNEL}. Try:", style="bold")
        for line in WELCOME:
            self._line(f"  {line}")
        if last := self._journal.last("message"):
            self._line(f"(the last message here: {last['title']})", style="dim")

    def _echo(self, line: str) -> None:
        if not self._look.interactive:
            thread = ", in the thread" if self._seat.thread else ""
            self._line(f"{self._time()} {self._seat.member} in #{self._seat.channel}{thread}: {clip(line, 200)}")

    def _show(self, heading: str, card: Card) -> None:
        self._line(f"{self._time()} {heading}:", style="dim")
        kept = replace(card, blocks=tuple(self._hand_over(b) if isinstance(b, File) else b for b in card.blocks))
        buttons = self._journal.buttons
        self._print(render.card(kept, buttons=buttons, zone=self._zone, framed=self._look.interactive))

    def _hand_over(self, file: File) -> Text:
        """Put a file where the person at the keyboard finds it."""
        path = self._folder / "files" / Path(file.name).name
        path.parent.mkdir(exist_ok=True)
        path.write_text(file.content, encoding="utf-8")
        return Text(f"{file.description} It is in {path}")

    def _time(self) -> str:
        return f"[{self._clock.now().astimezone(ZoneInfo(self._zone)):%a %-d %b %H:%M}]"

    def _line(self, text: str, *, style: str = "") -> None:
        self._print(Line(render.escape(text), style=style))

    def _print(self, shown: RenderableType) -> None:
        console = self._look.console
        if self._look.interactive:
            console.print(shown)
            return
        with console.capture() as captured:
            console.print(shown)
        for line in captured.get().splitlines():  # no blanks at the ends of a script's lines
            console.file.write(line.rstrip() + "\n")
        console.file.flush()


def _ids(actions: Iterable[Action]) -> list[str]:
    return [action.id for action in actions]


def _named(words: str, example: str) -> str:
    """Return a name as it is typed after a command, or raise BadValue."""
    name = clip(words.removeprefix("@").strip(), NAME_CHARS)
    if not name or ":" in name:
        raise BadValue(f"That needs a name. Type {example}")
    return name
