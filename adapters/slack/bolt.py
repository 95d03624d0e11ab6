"""Bolt: it checks signatures and reads requests, and then the ears take them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from adapters.slack.inbound import Ears
from adapters.slack.socket import silent
from bot.errors import InfrastructureError

log = structlog.get_logger(__name__)
NOT_READ: Final = (
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)  # what reading a strange body raises
STAMP_DIGITS: Final = 12  # of a time in seconds, with room to spare


class Taking(AsyncMiddleware):
    """Where Bolt, once it has checked a request's signature, hands it to the ears, and no listener of its own."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002  Bolt's names
    ) -> BoltResponse | None:  # fmt: skip
        """Answer a request; one that cannot be written down is not acknowledged, and Slack delivers it again."""
        try:
            return await self._ears.hear(req) or await next()
        except InfrastructureError as error:
            log.error("not_acknowledged", reason=str(error))  # noqa: TRY400  the reason says all
            return BoltResponse(status=500, body="")


def bolt(ears: Ears, *, signing_secret: str, verify: bool) -> AsyncApp:
    """Return Bolt, which checks the signatures of requests that came over HTTP."""

    async def authorize(**_: Any) -> Any:
        """Nothing comes this far: the ears have taken all there is to take."""

    return AsyncApp(
        logger=silent,
        signing_secret=signing_secret or None,
        before_authorize=Taking(ears),
        authorize=authorize,
        request_verification_enabled=verify,
    )


async def dispatched(app: AsyncApp, read: Awaitable[AsyncBoltRequest]) -> BoltResponse:
    """Hand a request over; one that Bolt cannot even read, which it does as it makes it, is not taken."""
    try:
        request = await read
    except NOT_READ as error:
        log.warning("slack_request_odd", field="all", reason=type(error).__name__)
        return BoltResponse(status=400, body="")
    return await app.async_dispatch(request)


def signed(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """Whether Slack signed a request: looked at before anything reads it, for Bolt takes any body and time for a good one."""
    stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= STAMP_DIGITS and signature.isascii()):
        return False
    # The library would read the body as text, which a stranger's need not be.
    return SignatureVerifier(secret).is_valid(body.decode(errors="replace"), stamp, signature)
