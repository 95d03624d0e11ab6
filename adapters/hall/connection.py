"""Where the hall is reached: it listens, with limits, and puts the same headers on whatever leaves it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import structlog
import yarl
from aiohttp import web

from adapters.hall.pages import Hall
from adapters.services.door import Address, Door, Limits
from bot.errors import InfrastructureError
from bot.settings import Settings

log = structlog.get_logger(__name__)
MOST_BYTES: Final = (
    128 * 1024
)  # of a form; an editor's with its samples, of letters that are spelled in nine bytes each
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
Answer = TypeVar("Answer", bound=web.StreamResponse)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(hall: Hall, loaded: Settings, *, limits: Limits = LIMITS) -> AsyncIterator[None]:
    """Answer at the hall's address until the block ends."""
    async with where(loaded).serving(door(hall, limits)):
        yield


def where(loaded: Settings) -> Address:
    """Return where to listen: without TLS, and so without a proxy, at the port of the address itself."""
    public = yarl.URL(loaded.hall_url)
    port = loaded.hall_port if public.scheme == "https" else public.port or loaded.hall_port
    return Address(loaded.hall_host, port, fault="The hall cannot listen on", settings="STUDYHALL_HALL")


def door(hall: Hall, limits: Limits = LIMITS) -> Door:
    """Return the way into the hall; also who sends what cannot be read gets its page."""

    def refused(status: int) -> web.Response:
        return _headed(hall.turned_away(status), hall)

    return Door(_application(hall), limits, refused=refused)


def _headed(answer: Answer, hall: Hall) -> Answer:
    """Put the same headers on whatever leaves the hall."""
    tls = TLS_ALONE if hall.cookie.secure else {}
    answer.headers.update({"Cache-Control": "no-store", **HEADERS, **tls, **answer.headers})
    return answer


def _application(hall: Hall) -> web.Application:
    """Return the hall as aiohttp serves it."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if request.method == "POST" and request.headers.get("Origin") != hall.cookie.address:
                raise web.HTTPForbidden
            answer = await handler(request)
        except web.HTTPException as error:
            answer = hall.turned_away(error.status)
        except InfrastructureError as error:
            log.warning("hall_failed", reason=str(error))
            answer = hall.turned_away(web.HTTPServiceUnavailable.status_code)
        return _headed(answer, hall)

    app = web.Application(middlewares=[guarded], client_max_size=MOST_BYTES)
    app.add_routes(hall.routes())
    return app
