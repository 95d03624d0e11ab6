"""The door for HTTP, on real sockets: who asks slowly, who asks nothing, and who comes when all places are taken."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress

import aiohttp
import pytest
from aiohttp import web

from adapters.services.door import Door, Limits, body
from tests.doubles.loopback import free_port

PATIENCE = 60.0  # of a test, for what comes at once: less than the 75 for which a door waits where nothing is said
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def opened(**limits: float) -> AsyncIterator[int]:
    """Open a door behind which the number of the bytes that came is told."""
    kept = Limits(**limits)  # type: ignore[arg-type]

    async def count(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await body(request, within=kept.body))))

    app = web.Application()
    app.add_routes([web.post("/", count)])
    door = Door(app, kept)
    try:
        yield await door.open("127.0.0.1", 0)
    finally:
        await door.close()


async def connected(port: int, said: bytes = b"") -> Stream:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    await writer.drain()
    return reader, writer


async def rest(stream: Stream) -> bytes:
    """Return what comes until the other side ends the connection, which is reset where it had not read all."""
    with closing(stream[1]):
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionResetError):
                return await stream[0].read()
    return b""


async def told(port: int, said: bytes) -> str:
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE)) as session,
        session.post(f"http://127.0.0.1:{port}/", data=said) as answer,
    ):
        return await answer.text()


@pytest.mark.parametrize("said", [b"", b"POST / HTTP/1.1\r\nHost: bot\r\nX-Slow: "])
async def test_who_does_not_say_what_they_want_is_cut_off(said: bytes):
    """A connection without a whole head of a request ends after its time, whatever came of it."""
    async with opened(head=0.05) as port:
        assert await rest(await connected(port, said)) == b""


async def test_who_has_asked_is_cut_off_too():
    """After its answer a connection is kept for the next request as long as for the first, and no longer."""
    async with opened(head=0.5) as port:
        said = await rest(await connected(port, b"POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: 3\r\n\r\nabc"))
        assert said.startswith(b"HTTP/1.1 200")
        assert said.endswith(b"\r\n\r\n3")


async def test_who_sends_half_a_body_is_told():
    """A body that does not come is waited for as long as it may take; then the answer is 408, and the connection ends."""
    async with opened(body=0.05) as port:
        said = await rest(await connected(port, b"POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: 9\r\n\r\nabc"))
        assert said.startswith(b"HTTP/1.1 408")


async def test_who_asks_is_let_in_when_all_places_are_taken():
    """Whoever holds connections open, however many at once, keeps out nobody: the longest there makes way."""
    async with opened(most=3) as port:
        holding = await asyncio.gather(*(connected(port, b"POST / HT") for _ in range(20)))
        assert await told(port, b"abcd") == "4"
        left = {asyncio.create_task(rest(one)) for one in holding}
        while len(left) > 2:
            cut, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
            assert {one.result() for one in cut} == {b""}
        for one in left:
            one.cancel()


async def test_a_port_that_is_taken_is_an_error():
    """An address that somebody else has is the system's own error, and the door can be closed all the same."""
    port = free_port()
    first, second = Door(web.Application(), Limits()), Door(web.Application(), Limits())
    await first.open("127.0.0.1", port)
    with pytest.raises(OSError, match=str(port)) as error:
        await second.open("127.0.0.1", port)
    assert error.value.errno == errno.EADDRINUSE
    await second.close()
    await first.close()
