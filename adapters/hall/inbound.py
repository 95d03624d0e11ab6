"""Requests -> commands: who is it, does it come from our own page, what is asked for; and the page on which it is answered."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Final, Protocol
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from adapters.hall import keys
from adapters.services import door
from bot.bank.loading import Bank
from bot.cards import Card, Form
from bot.commands import Command, SubmitEdit, TryEdit
from bot.commands.parsing import from_id, parse
from bot.errors import UserError
from bot.ports import Attached, Context, Entrance, Ref

COOKIE_CHARS: Final = 100  # ours are shorter
MOST_FIELDS: Final = 20  # of a form
BODY_SECONDS: Final = 10.0
FORM: Final = "application/x-www-form-urlencoded"
UPLOAD: Final = "multipart/form-data"
UPLOAD_SECONDS: Final = 30.0
MOST_UPLOADED: Final = 2_000_000  # bytes; a file of more than the importer takes is answered with what it takes
SAID: Final = "say"  # on the form in which a command is typed


class Visits(Protocol):
    """Who may come in, and who is there."""

    async def invited(self, link: str) -> str | None:
        """Return whom a link lets in, by name, while it is good; it stays so."""
        ...

    async def enter(self, link: str, cookie: str) -> bool:
        """Let the member of a link in under a cookie, and return whether the link was good; it is not any more."""
        ...

    async def of(self, cookie: str) -> tuple[Context, str] | None:
        """Return who is there under a cookie, and the time zone that they live in."""
        ...

    async def leave(self, cookie: str) -> None:
        """End the visit of a cookie."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks: with their context but for the event, the zone of their clock, and their cookie, by which pages are sealed."""

    context: Context
    zone: str
    cookie: str


@dataclass(slots=True)
class Sheet:
    """A page to answer on: what would be a private message in chat is kept here until it is shown."""

    cards: list[Card] = field(default_factory=list)
    form: Form | None = None

    async def reply(self, context: Context, card: Card) -> None:  # noqa: ARG002  one request, one asker
        """Keep a card."""
        self.cards.append(card)

    async def ask(self, context: Context, form: Form) -> None:  # noqa: ARG002  the same
        """Keep a form."""
        self.form = form


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of a command, and what was said to its asker."""

    outcome: object
    sheet: Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button or form of our own page: the id on it, what was written into it, and what tells whether the same comes `once` more.

    Who goes back to a sheet and sends it with other words, or presses its other button, means another thing.
    With a `place`, a channel with its name, it is meant for that channel, and not for the one that the visitor came from.
    """

    id: str
    texts: Mapping[str, str]
    once: str
    place: tuple[Ref, str] = ("", "")

    def by(self, who: Visitor) -> Visitor:
        """Return who pressed it, where it is meant for."""
        channel, name = self.place
        return replace(who, context=replace(who.context, channel=channel, channel_name=name)) if channel else who


async def visitor(request: web.Request, visits: Visits, cookie: keys.Cookie) -> Visitor | None:
    """Return who asks, or None for who is not in."""
    shown = request.cookies.get(cookie.name, "")
    if not shown or len(shown) > COOKIE_CHARS or (found := await visits.of(shown)) is None:
        return None
    context, zone = found
    return Visitor(context=context, zone=zone, cookie=shown)


async def ask(
    core: Entrance, command: Command, who: Visitor, *, once: str = "", file: Attached | None = None
) -> Answered:
    """Have a command carried out for a visitor; the same form sent twice is one delivery."""
    sheet = Sheet()
    return Answered(outcome=await core.handle(command, replace(_context(who, sheet, once), file=file)), sheet=sheet)


async def refuse(core: Entrance, error: UserError, who: Visitor) -> Answered:
    """Have it said why something cannot be."""
    sheet = Sheet()
    return Answered(outcome=await core.refuse(error, _context(who, sheet, "")), sheet=sheet)


def _context(who: Visitor, sheet: Sheet, once: str) -> Context:
    told_apart = sha256(f"{who.cookie}:{once or keys.nonce()}".encode()).hexdigest()
    return replace(who.context, event=f"{who.context.platform}:hall:{told_apart}", page=sheet)


async def written(request: web.Request) -> dict[str, str]:
    """Return what a form was filled in with."""
    if request.content_type != FORM:
        raise web.HTTPUnsupportedMediaType
    body = await door.body(request, within=BODY_SECONDS)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise web.HTTPBadRequest from None
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


def pressed(form: Mapping[str, str], who: Visitor) -> Pressed:
    """Return what was pressed, where its seal shows that it stood on this visit's own page."""
    spelled, names, channel, called = (form.get(name, "") for name in ("do", "names", "place", "called"))
    seal = form.get("seal", "")
    if "press" in form:  # one of several buttons that send the same fields
        seal, _, spelled = form["press"].partition(" ")
    if not keys.fits(who.cookie, keys.words(spelled, names, channel, called), seal):
        raise web.HTTPForbidden
    texts = {name: form.get(name, "") for name in names.split(",") if name}
    sheet = form.get("once", "")
    once = keys.words(sheet, spelled, *texts.values()) if sheet else ""
    return Pressed(id=spelled, texts=texts, once=once, place=(channel, called))


def command_of(button: Pressed, bank: Bank) -> Command:
    """Return what a button or form stands for; raises UserError."""
    if button.id == SAID:
        return parse(button.texts["line"].strip().removeprefix("/"), bank)
    return from_id(button.id, bank, **button.texts)


def to_try(button: Pressed, samples: str, bank: Bank) -> Command:
    """Return what tries an edit on sample answers, of the form that would save it; raises UserError."""
    match command_of(button, bank):
        case SubmitEdit() as edit:
            return TryEdit(**asdict(edit), samples=samples)
        case _:
            raise web.HTTPBadRequest


async def uploaded(request: web.Request) -> tuple[dict[str, str], Attached | None]:
    """Return what a form with a file was filled in with, and the file; what tells that from another stands in its field."""
    if request.content_type != UPLOAD:
        raise web.HTTPUnsupportedMediaType
    form: dict[str, str] = {}
    file = None
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            async for part in await request.multipart():
                if not isinstance(part, BodyPartReader) or len(form) >= MOST_FIELDS:
                    raise web.HTTPBadRequest
                data = await _read(part)
                form[part.name or ""] = (
                    data.decode(errors="replace") if part.filename is None else sha256(data).hexdigest()
                )
                file = file if part.filename is None else attached(part.filename, data)
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except ValueError:
        raise web.HTTPBadRequest from None
    return form, file


async def _read(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > MOST_UPLOADED:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST_UPLOADED, actual_size=len(data))
    return bytes(data)


def attached(name: str, data: bytes) -> Attached:
    """Return a file that came with a form; it is here already."""

    async def fetch() -> bytes:
        return data

    return Attached(name=name, size=len(data), fetch=fetch)
