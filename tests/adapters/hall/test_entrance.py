"""Who comes into the hall, and who does not: links from chat, cookies, seals, and what strangers send."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from adapters.hall.connection import serving
from adapters.hall.doctor import examine
from adapters.hall.pages import Hall as Pages
from adapters.services.door import Limits
from bot import outcomes as o
from bot.errors import InfrastructureError, StoreError
from bot.settings import Settings
from bot.store.hall import StoredVisits
from bot.store.schema import attempt, visit
from bot.vitals import Vitals
from tests.doubles.fakes import FULL, Hall
from tests.doubles.fakes import hall as start_hall
from tests.doubles.loopback import free_port
from tests.doubles.visitor import Visited, visited

LONG = 600.0  # seconds


@pytest.fixture
async def open_hall(tmp_path: Path) -> AsyncIterator[Visited]:
    async with start_hall(tmp_path) as hall, visited(hall) as there:
        yield there


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with start_hall(tmp_path) as started:
        yield started


async def test_a_link_from_chat_lets_in_once(open_hall: Visited):
    """Whoever types /hall gets a link in private; it is spent by its button, never by looking at it, and only once."""
    link = await open_hall.link("maya")
    async with open_hall.browser() as browser, open_hall.browser() as other:
        looks = [await one.get(link.removeprefix(open_hall.address)) for one in (other, other, browser)]
        assert [(page.status, "Come in, maya" in page.words) for page in looks] == [(200, True)] * 3
        page = looks[-1]
        assert (await browser.get("/")).status == 401
        inside = await browser.press(page, "Come in")
        assert (inside.status, "You are maya, come from #hall." in inside.words) == (200, True)
        again = await other.press(page, "Come in")
        assert (again.status, "This link is over" in again.words) == (410, True)
        assert (await other.get("/")).status == 401


async def test_a_link_is_over_after_ten_minutes_and_with_the_next(open_hall: Visited):
    """A link that waits is good for ten minutes, and a newer one takes its place; a visit is over after twelve hours."""
    first, second = await open_hall.link("maya"), await open_hall.link("maya")
    async with open_hall.browser() as browser:
        assert (await browser.get(first.removeprefix(open_hall.address))).status == 410
        await open_hall.hall.later(minutes=10)
        assert (await browser.get(second.removeprefix(open_hall.address))).status == 410
        await browser.enters(await open_hall.link("maya"))
        await open_hall.hall.later(hours=11, minutes=59)
        assert (await browser.get("/")).status == 200
        await open_hall.hall.later(minutes=1)
        assert (await browser.get("/")).status == 401


async def test_leaving(open_hall: Visited):
    """/hall out ends every visit of a member, and the button this one; others stay."""
    async with open_hall.inside("maya") as here, open_hall.inside("maya") as there, open_hall.inside("bo") as bo:
        page = await here.press(await here.get("/"), "Leave")
        assert "You have left" in page.words
        assert [(await one.get("/")).status for one in (here, there, bo)] == [401, 200, 200]
        assert await open_hall.hall.types("maya", "/hall out") == o.HallClosed(1)
        assert "1 visit ended" in open_hall.hall.told("maya")
        assert [(await one.get("/")).status for one in (there, bo)] == [401, 200]
        await open_hall.hall.types("maya", "/hall out")
        assert "Nobody was in there" in open_hall.hall.told("maya")
        await open_hall.hall.types("bo", "/privacy delete confirm")
        assert (await bo.get("/")).status == 401


async def test_a_team_that_left_is_shown_to_nobody(open_hall: Visited):
    """Where a team has taken the bot out, its visits end; of old ones nothing is kept, nor of a sixth at a time."""
    async with open_hall.inside("maya") as browser:
        await open_hall.hall.app.left("memory:team")
        assert (await browser.get("/")).status == 401
        await open_hall.hall.app.came_back("memory:team")
        assert (await browser.get("/")).status == 200
        for _ in range(5):
            async with open_hall.inside("maya"):
                pass
        assert (await browser.get("/")).status == 401
    assert len(await open_hall.hall.rows(visit)) == 5
    await open_hall.hall.later(days=2)
    assert await open_hall.hall.rows(visit) == []


async def test_where_no_address_is_set_there_is_no_hall(hall: Hall):
    """Without an address /hall says what its operator can do."""
    await hall.types("maya", "/hall")
    assert "STUDYHALL_HALL_URL" in hall.told("maya")


async def test_nothing_of_a_link_or_cookie_is_kept(open_hall: Visited):
    """Whoever reads the database comes in neither by a link nor by a cookie."""
    link = (await open_hall.link("maya")).rpartition("/")[2]
    async with open_hall.inside("bo") as browser:
        cookies = [one.value for one in browser.session.cookie_jar]
        kept = str(await open_hall.hall.rows(visit))
        assert [word for word in (link, *cookies) if word in kept] == []


async def test_a_cookie_is_new_with_each_visit(open_hall: Visited):
    """A cookie that somebody else has put there is never taken for a visit; the old visit ends with the new one."""
    async with open_hall.browser() as browser, open_hall.browser() as other:
        browser.session.cookie_jar.update_cookies({"studyhall": "known-to-the-attacker"}, URL(open_hall.address))
        page = await browser.enters(await open_hall.link("maya"))
        (cookie,) = list(browser.session.cookie_jar)
        assert (page.status, cookie.value != "known-to-the-attacker") == (200, True)
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        before = {"Cookie": f"studyhall={cookie.value}"}
        await browser.enters(await open_hall.link("maya"))
        assert (await other.get("/", **before)).status == 401


async def test_over_tls_the_cookie_travels_no_other_way(hall: Hall):
    """With an address of TLS the cookie is Secure under a name that forbids anything else, and TLS is remembered."""
    async with visited(hall, address="https://hall.example.org") as there, there.browser() as browser:
        await hall.types("maya", "/hall")
        link = hall.told("maya").partition("https://hall.example.org/in/")[2].split()[0]
        sent = {"allow_redirects": False, "headers": {"Origin": "https://hall.example.org"}, "data": {"link": link}}
        page = await browser.ask("POST", "/in", **sent)
        assert page.status == 303
        assert page.headers["Location"] == "/"
        assert page.headers["Set-Cookie"].startswith("__Host-studyhall=")
        assert "Secure" in page.headers["Set-Cookie"]
        assert "Strict-Transport-Security" in page.headers


async def test_other_sites_press_nothing(open_hall: Visited):
    """What another site sends in a visitor's name is refused: by its origin, and for the seal that it cannot make."""
    async with open_hall.inside("maya") as maya, open_hall.inside("bo") as bo:
        form = (await maya.get("/")).form("Leave")
        for origin in ("https://evil.example", "null", f"{open_hall.address}.evil.example"):
            assert (await maya.post("/out", form.fields, Origin=origin)).status == 403
        assert (await maya.ask("POST", "/out", data=form.fields)).status == 403
        theirs = (await bo.get("/")).form("Leave")
        for fields in (theirs.fields, form.fields | {"do": "in"}, form.fields | {"seal": "é"}, {}):
            assert (await maya.post("/out", fields)).status == 403
        assert (await maya.get("/")).status == 200


async def test_a_button_cannot_be_made_up(open_hall: Visited):
    """An id that did not stand on the visitor's own page does nothing, and neither does a form with more than it asked for."""
    await open_hall.hall.types("you", "/quiz mid")
    async with open_hall.inside("you") as browser:
        page = await browser.get("/question/1")
        hint, form = page.form("Take a hint"), page.form("Send")
        for change in ({"do": "reveal:1"}, {"names": "round"}, {"do": "hint:2"}):
            assert (await browser.post("/do", hint.fields | change)).status == 403
        done = await browser.post("/do", form.fields | {"text": FULL, "round": "7", "attempt": "3"})
        assert (done.status, "Correct: 100 of 100" in done.words) == (200, True)
        assert "Done already" in (await browser.post("/do", form.fields | {"text": FULL})).words
    assert len(await open_hall.hall.rows(attempt)) == 1


async def test_every_answer_has_the_same_headers(open_hall: Visited):
    """Whatever is answered: no script, no frame, no other site's asset, nothing kept, and nothing said of what runs here."""
    async with open_hall.inside("maya") as browser:
        paths = ("/", "/hall.css", "/icon.svg", "/in/nothing", "/nowhere", "/in/" + "x" * 2000, "/%2e%2e/etc/passwd")
        for page in [await browser.get(path) for path in paths]:
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            assert "script-src" not in page.headers["Content-Security-Policy"]
            assert page.headers["X-Content-Type-Options"] == "nosniff"
            assert page.headers["Server"] == "Studyhall"
            assert page.status in (200, 404, 410)
        assert (await browser.get("/")).headers["Cache-Control"] == "no-store"


async def test_what_cannot_be_read_is_answered_like_the_rest(open_hall: Visited):
    """A head that is too long never comes to a page, and is refused in ours all the same: nothing says what runs here."""
    async with open_hall.browser() as browser:
        page = await browser.get("/", Cookie="a" * 20_000)
        assert (page.status, "That did not work" in page.words) == (400, True)
        assert page.headers["Server"] == "Studyhall"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "aaaa" not in page.source


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (415, {"data": b"{}", "headers": {"Content-Type": "application/json"}}),
        (400, {"data": b"a=%ff\xff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
        (400, {"data": "&".join(f"a{n}=1" for n in range(50)), "headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
        (413, {"data": {"link": "x" * 200_000}}),
        (410, {"data": {"link": "x\r\nSet-Cookie: a=b"}}),
        (405, {"path": "/"}),
    ],
)  # fmt: skip
async def test_strange_bodies_are_refused(open_hall: Visited, status: int, sent: dict[str, Any]):
    """What is no form, is too long or is made of other bytes is refused with its own page."""
    async with open_hall.browser() as browser:
        headers = {"Origin": open_hall.address, **sent.get("headers", {})}
        page = await browser.ask("POST", sent.get("path", "/in"), data=sent.get("data"), headers=headers)
        assert page.status == status
        assert "Set-Cookie" not in page.headers


async def test_names_are_words_and_no_markup(open_hall: Visited):
    """A name, a channel or a question that looks like HTML is shown as it is written."""
    evil = '<script>alert(1)</script>"><img src=x>'
    async with open_hall.browser() as browser:
        await open_hall.hall.types(evil, "/hall", channel_name=evil)
        link = open_hall.hall.told(evil).partition(f"{open_hall.address}/in/")[2].split()[0]
        page = await browser.enters(f"/in/{link}")
        assert evil in page.words
        assert "<script" not in page.source
        assert "<img" not in page.source


async def test_many_slow_connections_keep_nobody_out(hall: Hall):
    """Those who open connections and say nothing, or half of it, keep no reader out, and are let go."""
    async with visited(hall, limits=Limits(most=20, head=LONG, body=LONG)) as there, there.inside("maya") as browser:
        port = int(there.address.rpartition(":")[2])
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
        for number, (_, writer) in enumerate(slow):
            writer.write(b"POST /in HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nli" if number % 2 else b"GET / HT")
        assert (await browser.get("/")).status == 200
        async with asyncio.timeout(LONG / 2):
            assert {await reads.read() for reads, _ in slow[:30]} == {b""}  # the oldest have made way
        for _, writer in slow:
            writer.close()


async def test_only_organisers_come_in_as_such(open_hall: Visited):
    """Who was an organiser in chat is one in the hall, and so is whom the team appoints, from then until they are dismissed."""
    await open_hall.hall.types("maya", "/help")
    visits = await open_hall.hall.rows(visit)
    assert visits == []
    async with open_hall.inside("you"), open_hall.inside("maya"):
        assert [row for (row,) in await open_hall.hall.rows(visit, "organiser")] == [True, False]
    context = open_hall.hall.context("maya")
    assert replace(context, page=None) == context


async def test_where_the_hall_listens(hall: Hall):
    """Behind TLS it listens where it is told, without at its address's own port; what is in the way is said with its setting."""
    port = free_port()
    vitals = Vitals(hall.db, [hall.platform], hall.clock)
    pages = Pages(hall.app, StoredVisits(hall.db, hall.clock), vitals, address=f"http://127.0.0.1:{port}")
    settings = Settings(hall_url=f"http://127.0.0.1:{port}")
    assert await examine(Settings()) == []
    (free,) = await examine(settings)
    assert (free.fine, f"127.0.0.1:{port} is free" in free.words) == (True, True)
    async with serving(pages, settings):
        (runs,) = await examine(settings)
        assert (runs.fine, "the bot that runs answers" in runs.words) == (True, True)
        for taken, setting in (
            (settings, "STUDYHALL_HALL_PORT"),
            (Settings(hall_url="https://a.b", hall_port=port), "FREE"),
            (Settings(hall_url="https://a.b", hall_host="192.0.2.1"), "STUDYHALL_HALL_HOST"),
        ):
            with pytest.raises(InfrastructureError, match=setting.replace("FREE", "free port")):
                async with serving(pages, taken):
                    pass


async def test_a_database_that_fails_is_told_in_a_page(open_hall: Visited, monkeypatch: pytest.MonkeyPatch):
    """Where it cannot even be looked up who asks, that is said in a page with the headers of all others."""

    async def fail(_: object, __: str) -> None:
        raise StoreError("The disk is full.")

    async with open_hall.inside("maya") as browser:
        monkeypatch.setattr(StoredVisits, "of", fail)
        page = await browser.get("/")
        assert (page.status, "wrong on my side" in page.words, "disk" in page.words) == (503, True, False)
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


async def test_another_program_on_the_halls_port():
    """What answers there and is no hall is another program, and the setting for another port is named; so it is where nothing answers."""
    for said in (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"220 mail\r\n"):

        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes = said) -> None:
            writer.write(said)
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as other:
            port = other.sockets[0].getsockname()[1]
            (finding,) = await examine(Settings(hall_url=f"http://127.0.0.1:{port}"))
            assert (finding.fine, "STUDYHALL_HALL_PORT" in finding.words) == (False, True)
