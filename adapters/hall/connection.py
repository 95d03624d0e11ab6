"""Where the hall is reached: it listens, with limits, and puts the same headers on whatever leaves it."""

import errno
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog
import yarl
from aiohttp import web

from adapters.hall.pages import Hall
from adapters.services.door import Door, Limits
from bot.errors import InfrastructureError
from bot.settings import Settings

log = structlog.get_logger(__name__)
MOST_BYTES: Final = 64 * 1024  # of a form
LIMITS: Final = Limits(most=400, head=30.0)
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none at all a browser does not say where a form comes from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Server": "Studyhall",
}
TLS_ALONE: Final = {"Strict-Transport-Security": "max-age=31536000"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(hall: Hall, loaded: Settings, *, limits: Limits = LIMITS) -> AsyncIterator[None]:
    """Answer at the hall's address until the block ends."""
    door, (host, port) = Door(application(hall), limits), where(loaded)
    try:
        await _open(door, host, port)
        yield
    finally:
        await door.close()


async def _open(door: Door, host: str, port: int) -> None:
    try:
        await door.open(host, port)
    except OSError as error:
        raise InfrastructureError(refusal(host, port, error)) from error


def where(loaded: Settings) -> tuple[str, int]:
    """Return where to listen: without TLS, and so without a proxy, at the port of the address itself."""
    address = yarl.URL(loaded.hall_url)
    return loaded.hall_host, loaded.hall_port if address.scheme == "https" else address.port or loaded.hall_port


def refusal(host: str, port: int, error: OSError) -> str:
    """Say why nothing can listen there, and what to do."""
    mend = {
        errno.EADDRINUSE: "Another program listens there: end it, or set STUDYHALL_HALL_PORT to a free port.",
        errno.EACCES: "Set STUDYHALL_HALL_PORT to a port above 1023.",
    }
    reason = mend.get(error.errno or 0, "Set STUDYHALL_HALL_HOST to an address of this machine, such as 127.0.0.1.")
    return f"The hall cannot listen on {host}:{port}. {reason}"


def application(hall: Hall) -> web.Application:
    """Return the hall as aiohttp serves it."""
    headers = HEADERS | (TLS_ALONE if hall.cookie.secure else {})

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if request.method == "POST" and request.headers.get("Origin") != hall.cookie.address:
                raise web.HTTPForbidden
            answer = await handler(request)
        except web.HTTPException as error:
            answer = hall.turned_away(error)
        except InfrastructureError as error:
            log.warning("hall_failed", reason=str(error))
            answer = hall.turned_away(web.HTTPServiceUnavailable())
        answer.headers.update({"Cache-Control": "no-store", **headers, **answer.headers})
        return answer

    app = web.Application(middlewares=[guarded], client_max_size=MOST_BYTES)
    app.add_routes(hall.routes())
    return app
