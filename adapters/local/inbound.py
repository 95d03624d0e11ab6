"""The person, or the script, at the keyboard: each line becomes a command with the context of whoever they are."""

import contextlib
import hashlib
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol, assert_never

from adapters.local import render
from adapters.local.attached import attached
from adapters.local.commands import HELP, NAME, Local, Press, Say, Send, Typed, completions, instant, read
from adapters.local.deck import Deck
from adapters.local.journal import Journal
from bot.cards import Card, Form
from bot.commands import Command, SubmitAnswer
from bot.commands.parsing import from_id
from bot.errors import BadValue, InfrastructureError, NotFound, UserError
from bot.outcomes import HelpShown, MemberDeleted, Nothing
from bot.ports import NAME_CHARS, Context, Entrance, Ref
from bot.text import clip, nearest

TEAM: Final = "local:hall"
HOST: Final = "you"  # the first member, and the organiser
CHANNEL: Final = "study-hall"
ECHO_CHARS: Final = 500  # of a typed line, in a script's transcript
WELCOME: Final = (
    "/quiz principal             a question now; answer it with  > your answer",
    "1                           press the button with that number, such as Answer",
    "/schedule set 09:00 mon-fri the daily question; /clock +1d lets a day pass",
    "/as maya                    be somebody else; /leaderboard shows who leads",
    "/help                       all commands; /quit or Ctrl-C leaves",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where the person at the keyboard sits: as which member, in which channel and thread."""

    member: str = HOST
    channel: str = CHANNEL
    thread: Ref | None = None


class Screen(Protocol):
    """What the person at the keyboard sees and holds: the chat, its clock, and the form that is open."""

    form: Form | None
    zone: str
    interactive: bool
    journal: Journal
    deck: Deck
    travel: Callable[[datetime], Awaitable[None]]

    def lines(self, prompt: Callable[[], str], offered: list[str]) -> AsyncGenerator[str, None]:
        """Return the lines that come in."""
        ...

    def now(self) -> datetime:
        """Return what time it is here."""
        ...

    def time(self) -> str:
        """Return the time as it stands before a message."""
        ...

    def line(self, text: str, *, style: str = "") -> None:
        """Show a line of the platform's own."""
        ...

    async def reply(self, context: Context, card: Card) -> None:
        """Show a card that only the asker would see."""
        ...

    def forget(self, member: str) -> None:
        """Delete what was handed over to a member."""
        ...

    def read_in(self, zone: str) -> None:
        """Show times in a zone from now on."""
        ...


class Keyboard:
    """The person, or the script, that types: acts on each line as whoever the person is at the moment."""

    def __init__(self, entrance: Entrance, screen: Screen) -> None:
        self._entrance = entrance
        self._screen = screen
        self._seat = Seat()
        # A script's lines are the same deliveries when it is played again; a person's are new each time.
        self._session = secrets.token_hex(6) if screen.interactive else "script"
        self._event = ""
        self._filled: list[str] = []  # the open form's texts so far

    async def play(self) -> None:
        """Read lines and act on them until they end."""
        self.welcome()
        digest, offered = hashlib.sha256(), completions(await self._entrance.bank_of(TEAM))
        async with contextlib.aclosing(self._screen.lines(self.prompt, offered)) as lines:
            async for line in lines:
                digest.update(line.encode(errors="replace") + b"\n")
                self._event = f"{NAME}:{self._session}:{digest.hexdigest()[:24]}"
                if not await self._take(line.strip()):
                    break

    async def _take(self, line: str) -> bool:
        """Act on one line, and return whether to go on."""
        if form := self._screen.form:
            self._echo(line)
            await self._fill(form, line)
        elif line and not line.startswith("#"):
            self._echo(line)
            if not await self._try(line):
                return False
        if not self._screen.interactive:
            await self._screen.travel(self._screen.now())  # a script has no ticking in between: what is due happens now
        return True

    async def _try(self, line: str) -> bool:
        """Act on one line, or say why that cannot be; a script ends where the world fails, and can be played again."""
        try:
            return await self._act(read(line, await self._entrance.bank_of(TEAM)))
        except UserError as error:
            await self._entrance.refuse(error, self._context())
        except InfrastructureError as error:
            if not self._screen.interactive:
                raise
            self._screen.line(f"({error})", style="red")
        return True

    async def _act(self, typed: Typed) -> bool:
        match typed:
            case Local("quit", _):
                return False
            case Local(name, words):
                await self._local(name, words)
            case Send(command):
                await self._send(command, replace(self._context(), file=attached(command)))
            case Press(number, text):
                await self._press(number, text)
            case Say(text, in_newest_thread):
                await self._say(text, newest=in_newest_thread)
            case _:
                assert_never(typed)
        return True

    async def _send(self, command: Command, context: Context) -> None:
        match await self._entrance.handle(command, context):
            case Nothing():
                self._screen.line("(done already, before the bot was started again)", style="dim")
            case HelpShown(about=None):
                await self._screen.reply(context, HELP)
            case MemberDeleted():
                self._screen.forget(context.name)
            case _:
                pass  # all that there is to say has been delivered

    async def _press(self, number: int, text: str) -> None:
        spelled = self._pressed(number)
        await self._send(from_id(spelled, await self._entrance.bank_of(TEAM)), self._context())
        if text and (form := self._screen.form):
            await self._fill(form, text)

    def _pressed(self, number: int) -> str:
        """Return the button with a number; a script that is played again presses what it pressed, whatever came after it."""
        journal = self._screen.journal
        if before := journal.last("press", event=self._event):
            return str(before["button"])
        spelled = journal.buttons.at(self._channel(), number)
        if spelled is None:
            raise NotFound(
                f"There is no button [{number}] here. The numbers stand in brackets under the newest question."
            )
        if not self._screen.interactive:
            journal.add("press", event=self._event, button=spelled)
        return spelled

    async def _fill(self, form: Form, text: str) -> None:
        """Take the open form's next text, and send it after the last; an empty line keeps what stands there, or puts it away."""
        fields = form.fields
        said = (text.replace("\\n", "\n") or fields[len(self._filled)].value) if form.more else text
        self._filled = [*self._filled, said] if said else []
        if said and len(self._filled) < len(fields):
            after = fields[len(self._filled)]
            for line in (f"{after.label}:", *after.value.splitlines()):
                self._screen.line(f"({line})", style="dim")
            return
        self._screen.form, filled, self._filled = None, self._filled, []
        if filled:
            self._event += ":form"
            bank = await self._entrance.bank_of(TEAM)
            texts = {field.name: one for field, one in zip(fields, filled, strict=True)}
            await self._send(from_id(form.submit, bank, **texts), self._context())
        else:
            self._screen.line("(the form is put away; nothing was sent)", style="dim")

    async def _say(self, text: str, *, newest: bool) -> None:
        """Say something in a thread, which answers its question, or in the channel, which does not."""
        thread = self._newest_thread() if newest else self._seat.thread
        if thread:
            await self._send(SubmitAnswer(text=text), replace(self._context(), thread=thread))
        elif self._newest_thread(none_is_fine=True):
            self._screen.line("(said in the channel; to answer the question, begin the line with >)", style="dim")
        else:
            self._screen.line(
                "(said in the channel; /quiz asks a question, /help shows what you can type)", style="dim"
            )

    def _newest_thread(self, *, none_is_fine: bool = False) -> Ref | None:
        """Return the newest thread of the channel; raise NotFound where there is none, unless that is fine."""
        here = {
            e["ref"] for e in self._screen.journal.entries if e["kind"] == "message" and e["place"] == self._channel()
        }
        threads = [e["ref"] for e in self._screen.journal.entries if e["kind"] == "thread" and e["message"] in here]
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
            case "next":
                await self._lay_on_top(words)
            case _:
                await self._tell_or_move_time(words)

    def _become(self, words: str) -> None:
        self._seat = replace(self._seat, member=_named(words, "/as maya"))
        role = ", an organiser" if self._seat.member == HOST else ""
        self._screen.line(f"(you speak as {self._seat.member} now{role})", style="dim")

    async def _lay_on_top(self, words: str) -> None:
        """Let a question of the bank be the next one that is drawn, so that a script meets the one it was written for."""
        known = (await self._entrance.bank_of(TEAM)).questions
        if words not in known:
            near = nearest(words, known) or next(iter(known))
            raise NotFound(f"I know no question “{clip(words, 60)}”. Type /next {near}")
        self._screen.deck.top = words
        self._screen.line(f"(the next question drawn is {words}, where its level and topic fit)", style="dim")

    async def _tell_or_move_time(self, words: str) -> None:
        if words:
            when, zone = instant(words, self._screen.now(), self._screen.zone)
            self._screen.read_in(zone)
            await self._screen.travel(when)
        self._screen.line(f"(it is {render.moment(self._screen.now(), self._screen.zone)})", style="dim")

    def _context(self) -> Context:
        seat = self._seat
        return Context(
            team=TEAM, channel=self._channel(), channel_name=seat.channel, thread=seat.thread,
            member=f"{NAME}:member:{seat.member}", name=seat.member, event=self._event, organiser=seat.member == HOST,
        )  # fmt: skip

    def _channel(self) -> Ref:
        return f"{NAME}:channel:{self._seat.channel}"

    def prompt(self) -> str:
        """Return what stands before the line that is typed."""
        if self._screen.form:
            return f"{self._seat.member}, your answer (Enter sends it, an empty line cancels)> "
        return f"{self._seat.member} in #{self._seat.channel}{', thread' if self._seat.thread else ''}> "

    def welcome(self) -> None:
        """Tell a person what to type."""
        if not self._screen.interactive:
            return
        self._screen.line(
            f"Studyhall, in this terminal. You are “{HOST}”, an organiser, in #{CHANNEL}. Try:", style="bold"
        )
        for line in WELCOME:
            self._screen.line(f"  {line}")
        if self._screen.journal.entries:
            self._screen.line(
                "(it goes on where it was left; the newest question's buttons keep their numbers)", style="dim"
            )

    def _echo(self, line: str) -> None:
        if not self._screen.interactive:
            thread = ", in the thread" if self._seat.thread else ""
            self._screen.line(
                f"{self._screen.time()} {self._seat.member} in #{self._seat.channel}{thread}: {clip(line, ECHO_CHARS)}"
            )


def _named(words: str, example: str) -> str:
    """Return a name as it is typed after a command, or raise BadValue."""
    name = clip(words.removeprefix("@").strip(), NAME_CHARS)
    if not name or ":" in name:
        raise BadValue(f"That needs a name. Type {example}")
    return name
