"""What leaves the hall: pages, ways to another page, and with what status."""

from typing import Final

from aiohttp import web

from bot.errors import NotAllowed, NotFound
from bot.outcomes import Failure, Refusal

KEPT: Final = {"Cache-Control": "max-age=3600"}  # by browsers


def html(text: str, *, status: int = 200) -> web.Response:
    """Return a page."""
    return web.Response(text=text, content_type="text/html", status=status)


def kept(text: str, kind: str) -> web.Response:
    """Return what is the same for everybody."""
    return web.Response(text=text, content_type=kind, headers=KEPT)


def table(data: bytes) -> web.Response:
    """Return a table for a spreadsheet."""
    return web.Response(body=data, content_type="text/csv", charset="utf-8")


def to(path: str) -> web.Response:
    """Return the answer that sends a browser to a path of ours, for good or ill with nothing else in it."""
    return web.Response(status=web.HTTPSeeOther.status_code, headers={"Location": path})


def status_of(outcome: object) -> int:
    """Return the status under which an outcome is shown."""
    match outcome:
        case Refusal(error=NotFound()):
            return web.HTTPNotFound.status_code
        case Refusal(error=NotAllowed()):
            return web.HTTPForbidden.status_code
        case Failure():
            return web.HTTPInternalServerError.status_code
        case _:
            return web.HTTPOk.status_code
