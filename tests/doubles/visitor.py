"""A browser that visits the hall over a real socket: it follows forms as they stand on a page, and keeps cookies."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import aiohttp

from adapters.hall.connection import LIMITS, door
from adapters.hall.pages import Hall as Pages
from adapters.services.door import Limits
from bot.store.hall import StoredVisits
from bot.vitals import Vitals
from tests.doubles.fakes import Hall

VOID: Final = frozenset(("meta", "link", "input", "br", "img", "rect", "path"))


@dataclass
class Form:
    """A form of a page: where it is sent, what is in it, and the words on its button."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    label: str = ""


class Page(HTMLParser):
    """A page that was read: it must be well formed; its words, forms, links and headings."""

    def __init__(self, status: int, headers: Any, source: str) -> None:
        super().__init__()
        self.status, self.headers, self.source = status, headers, source
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: list[str] = []
        self._area, self._aside = "", False
        self.words = ""
        self.feed(source)
        assert self._open == [], f"left open: {self._open}"
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert not [name for name in given if name.startswith("on") or name == "style"], given
        if tag not in VOID:
            self._open.append(tag)
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag in ("input", "textarea", "select") and self.forms and "name" in given:
            self.forms[-1].fields[given["name"]] = given.get("value", "")
            self._area = given["name"] if tag == "textarea" else ""
        elif tag == "button" and given.keys() & {"formaction", "name"}:  # one of several buttons of a form
            of = self.forms[-1]
            own = {**of.fields, given["name"]: given["value"]} if "name" in given else of.fields
            self.forms.insert(-1, Form(given.get("formaction", of.action), "post", own))
            self._aside = True
        elif tag == "a":
            self.links.append(given["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag, f"{tag} closes another"
        self._area = "" if tag == "textarea" else self._area
        self._aside = self._aside and tag != "button"

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"
        if self._area:
            self.forms[-1].fields[self._area] += data.removeprefix("\n")
        elif "button" in self._open and self.forms:
            form = self.forms[-2 if self._aside else -1]
            form.label = " ".join(f"{form.label} {data}".split())

    def form(self, label: str) -> Form:
        """Return the form whose button says so."""
        (found,) = [one for one in self.forms if one.label == label]
        return replace(found, fields=dict(found.fields))


@dataclass
class Browser:
    """A browser with its own cookies."""

    session: aiohttp.ClientSession
    address: str

    async def get(self, path: str, **headers: str) -> Page:
        return await self.ask("GET", path, headers=headers)

    async def post(self, path: str, fields: Any, **headers: str) -> Page:
        return await self.ask("POST", path, data=fields, headers={"Origin": self.address, **headers})

    async def ask(self, method: str, path: str, **given: Any) -> Page:
        async with self.session.request(method, f"{self.address}{path}", **given) as answer:
            is_page = answer.content_type == "text/html"
            return Page(answer.status, answer.headers, await answer.text() if is_page else "")

    async def press(self, page: Page, label: str, **texts: str) -> Page:
        """Press a button of a page, its form filled in."""
        form = page.form(label)
        assert texts.keys() <= form.fields.keys()
        return await self.post(form.action, form.fields | texts)

    async def enters(self, link: str) -> Page:
        """Open a link, and press its button."""
        return await self.press(await self.get(link.removeprefix(self.address)), "Come in")


@dataclass
class Visited:
    """A Studyhall with its page on the loopback."""

    hall: Hall
    address: str
    pages: Pages
    vitals: Vitals

    async def link(self, name: str, **where: Any) -> str:
        """Let a member type /hall, and return the link that they alone are shown."""
        await self.hall.types(name, "/hall", **where)
        (found,) = re.findall(rf"{re.escape(self.address)}/in/\S+", unescape(self.hall.told(name)))
        return str(found)

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        jar = aiohttp.CookieJar(unsafe=True)  # an address of numbers is one too
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            yield Browser(session, self.address)

    @asynccontextmanager
    async def inside(self, name: str, **where: Any) -> AsyncIterator[Browser]:
        """Let a member in by a link from chat."""
        async with self.browser() as browser:
            page = await browser.enters(await self.link(name, **where))
            assert page.status == 200
            yield browser


@asynccontextmanager
async def visited(
    hall: Hall, *, limits: Limits = LIMITS, address: str = "", folder: Path | None = None
) -> AsyncIterator[Visited]:
    """Open the page of a Studyhall; its `address` is where it is, unless told otherwise."""
    vitals = Vitals(hall.db, [hall.platform], hall.clock, folder=folder)
    pages = Pages(hall.app, StoredVisits(hall.db, hall.clock), vitals, address=address or "http://127.0.0.1")
    entrance = door(pages, limits)
    port = await entrance.open("127.0.0.1", 0)
    here = f"http://127.0.0.1:{port}"
    pages.cookie = replace(pages.cookie, address=address or here)
    hall.app.deps = replace(hall.app.deps, hall=address or here)
    try:
        yield Visited(hall, here, pages, vitals)
    finally:
        await entrance.close()
