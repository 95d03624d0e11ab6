"""What the tests share: a small bank, a chat platform in memory, and a hall in which members type and time passes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import Table, select

from bot.app import App
from bot.bank.loading import Bank
from bot.cards import Block, Card, Chart, Fields, File, Form, Items, Quote, Ranking, Sign, Text, WebLink
from bot.clock import MovableClock
from bot.commands.parsing import from_id, parse
from bot.delivery import Delivery
from bot.handlers.deps import Deps
from bot.jobs import Jobs
from bot.outcomes import Outcome
from bot.ports import Context, Core, Link, Platform, Ref
from bot.question import KeyPoint, Level, Misconception, Question, Topic
from bot.rules.schedule import Waiting
from bot.store.database import Database
from tests.doubles import database

MONDAY: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FULL: Final = "Rayleigh scattering: short wavelengths scatter more, and our eyes see less violet."
HALF: Final = "It is Rayleigh scattering."
WRONG: Final = "Because it mirrors the ocean below us."
SCHEDULE: Final = "/schedule set 09:00 mon-fri reveal=17:00 board=fri"


def otherwise(text: str, times: int) -> str:
    """Return a text with other words that earn nothing more or less, for another attempt: the same words count once."""
    return text + " So it is." * times


def question(number: int, level: Level = Level.MID, topic: str = "sky") -> Question:
    """Return a question whose full answer is FULL."""
    return Question(
        id=f"{topic}-{level}-{number}",
        topic=topic,
        level=level,
        question=f"Why does the daytime look blue to people, number {number}?",
        reference=f"{FULL} This is reference answer {number} of {topic}.",
        key_points=(
            KeyPoint(
                id="rayleigh", statement="It is Rayleigh scattering.", phrasings=("Rayleigh scattering",), weight=2
            ),
            KeyPoint(id="short", statement="Short waves scatter most.", phrasings=("short wavelengths scatter",)),
            KeyPoint(id="eyes", statement="Eyes see little violet.", phrasings=("see less violet",)),
        ),
        misconceptions=(Misconception(statement="It reflects no ocean.", phrasings=("mirrors the ocean",)),),
        hints=("Think of light.", "Think of small particles."),
        reading=("Strutt, On the Light from the Sky, 1871",),
        since=date(2026, 1, 1),
    )


def bank(each: int = 4) -> Bank:
    """Return a bank of two topics, each with `each` questions a level."""
    return Bank(
        {
            name: Topic(
                topic=name,
                title=title,
                aliases=(alias,),
                questions=tuple(question(n, level, name) for level in Level for n in range(each)),
            )
            for name, title, alias in (("sky", "The sky", "heaven"), ("sea", "The sea", "ocean"))
        }
    )


@dataclass
class Server:
    """The platform's side, which outlives the bot: messages by reference, threads by message."""

    messages: dict[Ref, dict[str, Any]] = field(default_factory=dict)
    threads: dict[Ref, Ref] = field(default_factory=dict)


class MemoryPlatform:
    """A platform in memory. `failing` holds errors to raise, by method: before the call, or after it was carried out."""

    name: str = "memory"
    edit_pause = timedelta(0)
    one_session = False

    def __init__(self, server: Server | None = None) -> None:
        self.server = server or Server()
        self.private: list[tuple[str, Card]] = []
        self.forms: list[tuple[str, Form]] = []
        self.direct_messages: list[tuple[Ref, Card]] = []
        self.edits: list[tuple[Ref, Card]] = []
        self.signs: list[tuple[str, Sign]] = []
        self.aloud: list[tuple[Ref, str]] = []
        self.enlisted: list[tuple[Ref, Ref, bool]] = []
        self.away = False
        self.hindered: dict[Ref, str] = {}
        self.failing: dict[str, list[BaseException]] = {}
        self.failing_after: dict[str, list[BaseException]] = {}

    def _fail(self, method: str, faults: dict[str, list[BaseException]]) -> None:
        if errors := faults.get(method):
            raise errors.pop(0)

    def ready(self, place: Ref) -> bool:
        return not self.away

    def reaches(self, member: Ref) -> bool:
        return self.ready(member)

    def link(self) -> Link:
        return Link(since=None if self.away else MONDAY)

    async def hindrance(self, place: Ref, *, mentioned: bool = True) -> str:
        return self.hindered.get(place, "")

    async def run(self, core: Core) -> None:
        """Nothing comes in by itself here."""

    async def post(self, place: Ref, card: Card, *, tag: str, above: Ref | None = None) -> Ref:
        self._fail("post", self.failing)
        self.aloud += [(above, tag)] if above else []
        ref = f"memory:message:{len(self.server.messages) + 1}"
        self.server.messages[ref] = {"place": place, "card": card, "tag": tag}
        self._fail("post", self.failing_after)
        return ref

    async def edit(self, message: Ref, card: Card) -> None:
        self._fail("edit", self.failing)
        self.server.messages[message]["card"] = card
        self.edits.append((message, card))

    async def open_thread(self, message: Ref, title: str) -> Ref:
        self._fail("open_thread", self.failing)
        return self.server.threads.setdefault(message, f"memory:thread:{message.rpartition(':')[2]}")

    async def find(self, place: Ref, tag: str, *, since: datetime) -> Ref | None:
        assert since.tzinfo
        found = (r for r, m in self.server.messages.items() if m["tag"] == tag and m["place"] == place)
        return next(found, None)

    async def reply(self, context: Context, card: Card) -> None:
        self._fail("reply", self.failing)
        self.private.append((context.name, card))

    async def react(self, context: Context, sign: Sign) -> None:
        self._fail("react", self.failing)
        self.signs.append((context.name, sign))

    async def ask(self, context: Context, form: Form) -> None:
        self._fail("ask", self.failing)
        self.forms.append((context.name, form))

    async def enlist(self, member: Ref, role: Ref, *, joins: bool) -> None:
        self._fail("enlist", self.failing)
        self.enlisted.append((member, role, joins))

    async def direct(self, member: Ref, card: Card) -> None:
        self._fail("direct", self.failing)
        self.direct_messages.append((member, card))


@dataclass
class Hall:
    """A running Studyhall: members type, press and answer; the clock is moved by hand."""

    app: App
    jobs: Jobs
    clock: MovableClock
    platform: MemoryPlatform
    db: Database
    events: int = 0

    def context(self, name: str, **changes: Any) -> Context:
        """Return the context of a member's next delivery; `you` is an organiser."""
        self.events += 1
        base = Context(
            team="memory:team", channel="memory:channel:hall", channel_name="hall", member=f"memory:member:{name}",
            name=name, event=f"memory:{self.events}", organiser=name == "you",
        )  # fmt: skip
        return replace(base, **changes)

    async def types(self, name: str, line: str, **changes: Any) -> Outcome:
        """Let a member type a command with its slash."""
        context = self.context(name, **changes)
        return await self.app.handle(parse(line.removeprefix("/"), await self.app.bank_of(context.team)), context)

    async def presses(self, name: str, action: str, text: str | None = None, **changes: Any) -> Outcome:
        """Let a member press a button, or send a form with its text."""
        return await self.sends(name, action, {} if text is None else {"text": text}, **changes)

    async def sends(self, name: str, action: str, texts: Mapping[str, str], **changes: Any) -> Outcome:
        """Let a member send a form with all its texts, by name."""
        context = self.context(name, **changes)
        return await self.app.handle(from_id(action, await self.app.bank_of(context.team), **texts), context)

    async def answers(self, name: str, text: str, round_id: int = 1, **changes: Any) -> Outcome:
        """Let a member answer in the private form."""
        return await self.presses(name, f"submit:{round_id}", text, **changes)

    async def replies(self, name: str, text: str, round_id: int = 1, **changes: Any) -> Outcome:
        """Let a member answer in the thread."""
        thread = self.platform.server.threads[self.ref(f"question:{round_id}")]
        return await self.presses(name, "submit", text, thread=thread, **changes)

    def ref(self, tag: str) -> Ref:
        """Return the one message under a tag."""
        (found,) = (r for r, m in self.platform.server.messages.items() if m["tag"] == tag)
        return found

    def card(self, tag: str) -> Card:
        """Return the card under a tag as it is now."""
        card: Card = self.platform.server.messages[self.ref(tag)]["card"]
        return card

    def tags(self) -> list[str]:
        """Return the tags of all messages in the order they were posted."""
        return [m["tag"] for m in self.platform.server.messages.values()]

    def told(self, name: str) -> str:
        """Return the newest card that a member was shown privately, as text."""
        return text_of([card for who, card in self.platform.private if who == name][-1])

    async def until(self, *when: int) -> None:
        """Let time pass to an instant of 2026 (month, day, hour, minute in UTC)."""
        month, day, hour, minute = (*when, 0)[:4]
        await self.jobs.travel(self.clock, datetime(2026, month, day, hour, minute, tzinfo=UTC))

    async def later(self, **step: float) -> None:
        """Let time pass by a step."""
        await self.jobs.travel(self.clock, self.clock.now() + timedelta(**step))

    async def rows(self, table: Table, *columns: str) -> list[tuple[Any, ...]]:
        """Return a table's rows, in the order of its key."""
        chosen = [table.c[name] for name in columns] or [*table.c]

        def look(connection: Any) -> Any:
            return connection.execute(select(*chosen).order_by(*table.primary_key.columns)).all()

        return [tuple(row) for row in await self.db.read(look)]


@asynccontextmanager
async def hall(
    folder: Path, *, server: Server | None = None, questions: Bank | None = None, now: datetime = MONDAY, seed: int = 1
) -> AsyncIterator[Hall]:
    """Start a Studyhall on a folder's database; starting it again on the same folder and server is a restart."""
    clock = MovableClock()
    clock.move_to(now)
    platform = MemoryPlatform(server)
    async with database.opened(folder / "studyhall.db", now=now) as db:
        yield make_hall(db, platform, clock, questions or bank(), seed)


def make_hall(db: Database, platform: MemoryPlatform, clock: MovableClock, questions: Bank, seed: int) -> Hall:
    """Put a Studyhall together."""
    as_port: Platform = platform  # mypy holds the fake to the port
    app = App(
        Deps(db=db, bank=questions, rng=Random(seed)), clock=clock, delivery=Delivery(db, {platform.name: as_port})
    )
    jobs = Jobs(app) if db.holder else Backwards(app)  # on PostgreSQL in order, as far as it keeps it
    return Hall(app=app, jobs=jobs, clock=clock, platform=platform, db=db)


class Backwards(Jobs):
    """Begins with the channel that comes last: which of several is asked first, and so what each is asked, is chance, and no test may build on it."""

    async def _carry_out_all(self, waiting: Sequence[Waiting]) -> None:
        channels = list(dict.fromkeys(one.channel_ref for one in reversed(waiting)))
        await super()._carry_out_all(sorted(waiting, key=lambda one: channels.index(one.channel_ref)))


def text_of(card: Card) -> str:
    """Return everything that a card says, buttons included, as text."""
    parts = [card.title, *(_block(b) for b in card.blocks), *(f"[{a.label}] {a.id}" for a in card.actions)]
    return "\n".join(parts)


def _block(block: Block) -> str:  # noqa: PLR0911  one case a block
    match block:
        case Text(text):
            return text
        case Quote(text, by):
            return f"{by}> {text}"
        case Fields(pairs):
            return "\n".join(f"{label}: {value}" for label, value in pairs)
        case Items(items):
            return "\n".join(f"{item.done} {item.text}" for item in items)
        case Ranking(places):
            return "\n".join(
                f"{p.place} {p.name} {p.points} {p.rounds} {p.streak} {p.moved} {'you' if p.you else ''}".rstrip()
                for p in places
            )
        case Chart(title, bars, description):
            return f"{title}: {', '.join(f'{b.name} {b.value}' for b in bars)} ({description})"
        case WebLink(label, address):
            return f"{label}: {address}"
        case File(name, content, _):
            return f"{name}: {content}"


def titles(cards: Sequence[tuple[str, Card]]) -> list[str]:
    """Return the cards' titles."""
    return [card.title for _, card in cards]
