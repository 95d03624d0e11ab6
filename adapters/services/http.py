"""The HTTP side, for those who watch the bot: /livez, /readyz and /metrics. Off unless a port is set."""

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import yarl
from aiohttp import web

from adapters.services.door import Address, Door, Limits
from adapters.services.metrics import Page, PrometheusMeter
from bot.ports import Finding, Meter
from bot.settings import Settings
from bot.vitals import Readiness, Vitals

WHAT: Final = "HTTP side"
ASK_SECONDS: Final = 6.0  # longer than the write probe takes
NOT_READY: Final = 503


@asynccontextmanager
async def serving(host: str, port: int, vitals: Vitals, *, limits: Limits | None = None) -> AsyncIterator[Meter]:
    """Answer at an address until the block ends, and give the meter whose numbers stand there."""
    meter = PrometheusMeter(vitals.links, schema=vitals.schema)
    door = Door(_routes(vitals, Page(meter, vitals)), limits or Limits())
    async with _at(host, port).serving(door):
        yield meter


def _at(host: str, port: int) -> Address:
    return Address(host, port, fault="The HTTP side cannot listen on", settings="STUDYHALL_HTTP")


def _routes(vitals: Vitals, page: Page) -> web.Application:
    async def livez(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readyz(_: web.Request) -> web.Response:
        seen = await vitals.readiness()
        return web.json_response(_report(seen), status=200 if seen.ready else NOT_READY)

    async def metrics(request: web.Request) -> web.Response:
        text, content_type = await page.text(request.headers.get("Accept", ""))
        return web.Response(body=text, headers={"Content-Type": content_type})

    app = web.Application()
    app.add_routes([web.get("/livez", livez), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    return app


def _report(seen: Readiness) -> dict[str, Any]:
    step, since = seen.since_step, {name: link.since for name, link in seen.links.items()}
    return {
        "ready": seen.ready,
        "platforms": {
            name: {"connected": at is not None, "since": at and at.isoformat()} for name, at in since.items()
        },
        "database": {"writable": not seen.database, "problem": seen.database},
        "scheduler": {"last_step_seconds_ago": None if step is None else round(step.total_seconds(), 1)},
    }


async def examine(loaded: Settings) -> list[Finding]:
    """Say whether the address is free, or how the bot is that answers there; nothing when the side is off."""
    if loaded.http_port is None:
        return []
    at = _at(loaded.http_host, loaded.http_port)
    if error := await at.obstacle():
        said = await _asked(at.host, at.port) if error.errno == errno.EADDRINUSE else None
        return [_running(said) if said else Finding(fine=False, what=WHAT, words=at.refusal(error))]
    return [Finding(fine=True, what=WHAT, words=f"{at} is free")]


async def _asked(host: str, port: int) -> dict[str, Any] | None:
    """Return what a Studyhall that listens at an address says of itself; None where another program does."""
    address = yarl.URL.build(scheme="http", host=host, port=port, path="/readyz")
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ASK_SECONDS)) as session,
            session.get(address) as answer,
        ):
            said = await answer.json()
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None
    return said if isinstance(said, dict) and "ready" in said else None


def _running(said: dict[str, Any]) -> Finding:
    if said["ready"]:
        return Finding(fine=True, what=WHAT, words="the bot that runs is ready")
    lacking = [f"{name} is not connected" for name, one in said["platforms"].items() if not one["connected"]]
    lacking += [said["database"]["problem"]] if said["database"]["problem"] else []
    words = "; ".join(lacking) or "its schedule stands still"
    return Finding(fine=False, what=WHAT, words=f"the bot that runs is not ready: {words}; see its log")
