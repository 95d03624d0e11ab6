"""What the core asks of a chat platform, what a platform hands its commands to, and what it tells of where they came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from bot.bank.loading import Bank
from bot.cards import Card, Form, Sign
from bot.commands import Command
from bot.errors import UserError
from bot.question import Question

HELD: Final = ":held_until"  # behind a platform's name: the key of the instant until which it does not connect
FAILED: Final = ":failed_until"  # behind its name too: until when it counts as failing, for something broke inside it
NAME_CHARS: Final = 80  # of a member's or channel's name; longer ones are cut
Ref = str  # opaque and storable, `platform:...`; only the owning adapter takes it apart


def platform_of(ref: Ref) -> str:
    """Return the name of the platform that a reference belongs to."""
    return ref.partition(":")[0]


class Fetch(Protocol):
    """How a platform gets what a member handed over."""

    async def __call__(self) -> bytes:
        """Return the file; raises PlatformError where the platform does not give it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that came with a command, by its name and its size in bytes as the platform says them; nothing of it is fetched yet."""

    name: str
    size: int
    fetch: Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who asked what where. `event` is the platform's id of the delivery: the same id is never acted on twice.

    `message` is the member's message where it is an answer, to put a sign to; `file` is what they handed over with it; `private` is false where
    all can read the answer. `named` are the people and the role that the command names, with their shown names. `again` is true where nobody
    knows whether an answer was seen, as the process ended; `kept` where whoever takes over would find it, written down or in its thread. What was
    asked for on a `page` is answered there, and not in chat.
    """

    team: Ref
    channel: Ref
    member: Ref
    name: str
    event: str
    thread: Ref | None = None
    organiser: bool = False
    channel_name: str = ""
    message: Ref | None = None
    private: bool = True
    named: Mapping[Ref, str] = field(default_factory=dict)
    again: bool = False
    kept: bool = False
    file: Attached | None = None
    page: "Page | None" = None

    @property
    def platform(self) -> str:
        """The platform's name, the part of every reference before the first colon."""
        return platform_of(self.team)


class Page(Protocol):
    """Where a member is answered; both raise as a platform's other methods do."""

    async def reply(self, context: Context, card: Card) -> None:
        """Answer one member where the command came from: privately unless the context says that this cannot be."""

    async def ask(self, context: Context, form: Form) -> None:
        """Show one member a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenThread:
    """The thread of an open round, and when it was opened: what was said in it since may be answers."""

    team: Ref
    channel: Ref
    thread: Ref
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A question that is being posted in a channel, and since when: its message may stand there, and its thread is not known yet."""

    team: Ref
    channel: Ref
    since: datetime


class Notebook(Protocol):
    """What an adapter remembers over restarts, under keys that begin with its platform's name."""

    @property
    def shared(self) -> bool:
        """Whether other processes may write in it too."""

    async def get(self, key: str) -> str | None:
        """Return what was put under a key."""

    async def put(self, key: str, value: str) -> None:
        """Remember a value."""

    async def replace(self, key: str, before: str, value: str) -> bool:
        """Remember a value in the place of another; return whether that one was there still."""

    async def hold(self) -> None:
        """Return where nobody else can have begun what this process has in hand; raises StoreError where it slept too long."""


class Helper(Protocol):
    """Another reader of answers outside, such as a language model, that may find key points which the grader did not."""

    async def quotes(self, question: Question, text: str) -> Mapping[str, str] | None:
        """Return by key point the words that are said to earn it, or None when nothing is to be had in time.

        They are not to be trusted: `bot.grading.quoted` looks whether the answer has them.
        """


class SecondOpinion(Protocol):
    """Another grader outside, such as a language model. It may raise doubt about a grade, and never decides."""

    async def of(self, question: Question, text: str) -> int | None:
        """Return a score of 0 to 100, or None when there is none to be had in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A delivery that was written down, and when; of an `orphan` whoever had it in hand is gone."""

    id: str
    body: Mapping[str, Any]
    at: datetime
    orphan: bool = False


class Inbox(Protocol):
    """Deliveries that are written down before they are acknowledged, each under an id that begins with its platform's name."""

    async def take(self, delivery: str, body: Mapping[str, Any]) -> bool:
        """Write a delivery down for good, and return whether it is new."""

    async def done(self, delivery: str) -> None:
        """Note that a delivery was handled; what was in it is forgotten."""

    async def waiting(self, platform: str) -> Sequence[Taken]:
        """Return what was not handled yet of a platform, oldest first; what another process has in hand is not among it."""


class Meter(Protocol):
    """Counts what happens, for those who watch the bot from outside; no call may fail or wait."""

    def posted(self, kind: str, late: timedelta) -> None:
        """Count an occurrence that was carried out, and how late."""

    def looked_up(self, platform: str, *, found: bool) -> None:
        """Count a post of which nobody knew whether it had arrived, so that it was looked for."""

    def graded(self, band: str, *, unsure: bool) -> None:
        """Count an attempt."""

    def acknowledged(self, platform: str, seconds: float) -> None:
        """Count a click or typed command, and how long the platform waited to hear that it had come."""

    def limited(self, platform: str) -> None:
        """Count a request that the platform put off, for there were too many."""


class Unmetered:
    """A meter for nobody."""

    def posted(self, kind: str, late: timedelta) -> None:
        """Count nothing."""

    def looked_up(self, platform: str, *, found: bool) -> None:
        """Count nothing."""

    def graded(self, band: str, *, unsure: bool) -> None:
        """Count nothing."""

    def acknowledged(self, platform: str, seconds: float) -> None:
        """Count nothing."""

    def limited(self, platform: str) -> None:
        """Count nothing."""


class Entrance(Protocol):
    """Where commands come in; what is asked for has been answered when a call returns, and none raises for a member."""

    async def handle(self, command: Command, context: Context) -> object:
        """Carry out a member's command, deliver what comes of it, and return its outcome."""

    async def refuse(self, error: UserError, context: Context) -> object:
        """Answer why something cannot be: for a platform that could not read what was typed."""

    async def bank_of(self, team: Ref) -> Bank:
        """Return the questions that a team is asked, to read what its members type."""


class Core(Entrance, Protocol):
    """The core as a platform sees it: where commands come in, and what must be known to miss none of them."""

    @property
    def meter(self) -> Meter:
        """Who counts what happens."""

    async def alone(self) -> bool:
        """Whether no other process runs now, that could hear what this one does not."""

    async def open_threads(self, platform: str) -> Sequence[OpenThread]:
        """Return a platform's threads in which answers may have been given while nobody heard them."""

    async def has_round(self, thread: Ref) -> bool:
        """Whether a thread is a round's, so that what is said in it are answers."""

    async def coming(self, platform: str, channel: Ref = "") -> Sequence[Coming]:
        """Return the questions that are being posted on a platform, or in one channel of it: a thread there may become a round's."""

    async def on_edit(self, context: Context, text: str) -> UserError | None:
        """Return what to say to who edited what they said in a thread; `context.event` is that of the message when it came."""

    async def on_file(self, context: Context) -> UserError | None:
        """Return what to say to who sent a file without words into a thread."""

    async def left(self, team: Ref) -> None:
        """Stop what is planned for a team that took the bot out."""

    async def came_back(self, team: Ref) -> bool:
        """Keep what belongs to a team that has the bot again, and return whether it had taken it out."""

    async def teams_of(self, platform: str) -> Mapping[Ref, bool]:
        """Return whether each team of a platform has the bot, as far as is known: one may be removed while nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that the doctor looked at: whether it is fine, and what was seen or should be done."""

    fine: bool
    what: str
    words: str

    def __str__(self) -> str:
        return f"{'ok ' if self.fine else 'BAD'}  {self.what}: {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A platform's connection: since when it is whole (None while it is not), and how many deliveries are not answered yet."""

    since: datetime | None
    answering: int = 0


class Platform(Page, Protocol):
    """A chat platform; two promises carry the rest of the core.

    - `post` with a tag and a later `find` with it agree, also after a restart: what was cut short is found rather than posted again;
    - every method raises `Unreachable` when trying again may help (nobody knows whether the message arrived) and `ChannelGone` when it cannot;
      `MessageGone` of it where the message alone is deleted.

    References returned by `post` and `open_thread` stay valid for ever and may be stored.
    """

    name: str
    edit_pause: timedelta  # between two edits of one card that may be left out
    one_session: bool  # whether a place is heard by one of several processes, which carries out what is due there

    def ready(self, place: Ref) -> bool:
        """Whether the platform is connected there, and has handed over what members said in the meantime."""

    def reaches(self, member: Ref) -> bool:
        """Whether a member can be told something now, also where another process hears what they say."""

    def link(self) -> Link:
        """Return how the connection is; it is whole where no place is this process's to hear."""

    async def hindrance(self, place: Ref, *, mentioned: bool = True) -> str:
        """Return in a sentence what keeps me from posting in a place, or from giving out a role, which may be `mentioned` too; nothing as far as is known."""

    async def run(self, core: Core) -> None:
        """Connect, hand every command to `core.handle`, and return when the platform is left for good."""

    async def post(self, place: Ref, card: Card, *, tag: str, above: Ref | None = None) -> Ref:
        """Post a card in a channel or thread and return its reference; in a channel `above` a thread a link leads to it."""

    async def edit(self, message: Ref, card: Card) -> None:
        """Replace a message's card."""

    async def open_thread(self, message: Ref, title: str) -> Ref:
        """Open the thread under a message, or return the one that is there; raises `NoThread` where that is not allowed."""

    async def find(self, place: Ref, tag: str, *, since: datetime) -> Ref | None:
        """Return the message posted in a place with this tag since an instant, if there is one."""

    async def react(self, context: Context, sign: Sign) -> None:
        """Put a sign to the message that the command came from."""

    async def direct(self, member: Ref, card: Card) -> None:
        """Send one member a direct message."""

    async def enlist(self, member: Ref, role: Ref, *, joins: bool) -> None:
        """Give a member a role that is mentioned, or take it from them; raises ChannelGone with what is in the way."""
