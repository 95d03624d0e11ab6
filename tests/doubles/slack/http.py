"""Signed HTTP: the loopback Slack posts events, commands and interactions to the bot's own address."""

import asyncio
import hashlib
import hmac
import json
import math
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TooManyRedirects

from tests.doubles.slack.world import App

if TYPE_CHECKING:
    from tests.doubles.slack.delivery import Delivery, Try

JSON_TYPE: Final = "application/json"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
REDIRECTS: Final = 2


@dataclass
class Reply:
    """What the bot's server answered."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def answer(self) -> Any:
        """What the acknowledgement carries, if anything."""
        if not self.text:
            return None
        return json.loads(self.text) if JSON_TYPE in self.headers.get("Content-Type", "") else {"text": self.text}


class Http:
    """Posts to the bot; tests forge what should be refused."""

    def __init__(self, app: App) -> None:
        self.url = ""  # the bot's address for all three kinds; setting it switches Socket Mode off
        self._app = app
        self._session: ClientSession | None = None
        self._posting: set[asyncio.Task[None]] = set()

    def offer(self, delivery: "Delivery", one: "Try") -> asyncio.Future[str | None]:
        """Post a delivery; the future tells why it failed, or None."""
        done: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        one.over = "http"
        task = asyncio.create_task(self._carry(delivery, one, done))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)
        return done

    async def forge(
        self,
        delivery: "Delivery",
        *,
        age: float = 0.0,
        signature: str | None = None,
        change: bool = False,
        without: tuple[str, ...] = (),
    ) -> Reply:
        """Post a delivery that is signed some seconds ago, wrongly, for another body, or without some headers."""
        kind, body = encode(delivery)
        headers = self.sign(body, kind, age=age)
        if signature is not None:
            headers["X-Slack-Signature"] = signature
        for name in without:
            del headers[name]
        return await self._post(body + b" " if change else body, headers)

    async def verify(self) -> bool:
        """Ask the address for the challenge, as the app's page does when it is typed in."""
        asked = {"type": "url_verification", "token": self._app.verification, "challenge": "a challenge"}
        body = json.dumps(asked).encode()
        reply = await self._post(body, self.sign(body, JSON_TYPE))
        return reply.status == HTTPStatus.OK and "a challenge" in reply.text

    async def send(self, body: bytes, **headers: str) -> Reply:
        """Post anything at all, with these headers beside a form's; an underscore in a name is a hyphen."""
        return await self._post(
            body, {"Content-Type": FORM_TYPE, **{k.replace("_", "-"): v for k, v in headers.items()}}
        )

    async def signed(self, body: bytes, kind: str = JSON_TYPE) -> Reply:
        """Post anything at all, signed as all that Slack sends."""
        return await self._post(body, self.sign(body, kind))

    def sign(self, body: bytes, kind: str, *, age: float = 0.0) -> dict[str, str]:
        """Return the headers of a request that was signed some seconds ago, by the machine's clock."""
        stamp = str(int(math.ceil(self.now()) - age))  # never older than it says, whatever part of a second it is
        secret = self._app.signing_secret.encode()
        digest = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        named = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
        return {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", **named}

    @staticmethod
    def now() -> float:
        """Return the time that it really is, with which Slack signs."""
        return time.time()  # noqa: TID251  said above

    async def close(self) -> None:
        """Post nothing more."""
        for task in [*self._posting]:
            task.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _carry(self, delivery: "Delivery", one: "Try", done: asyncio.Future[str | None]) -> None:
        kind, body = encode(delivery)
        headers = self.sign(body, kind)
        if one.number:
            headers |= {"X-Slack-Retry-Num": str(one.number), "X-Slack-Retry-Reason": one.reason or "unknown_error"}
        try:
            reply = await self._post(body, headers)
        except TooManyRedirects:
            done.set_result("too_many_redirects")
        except (ClientError, OSError):
            done.set_result("connection_failed")
        else:
            self._judge(delivery, one, reply, done)

    def _judge(self, delivery: "Delivery", one: "Try", reply: Reply, done: asyncio.Future[str | None]) -> None:
        if reply.status == HTTPStatus.OK:
            delivery.acknowledge(one, reply.answer)
            done.set_result(None)
        else:
            done.set_result("no_retry" if reply.headers.get("X-Slack-No-Retry") == "1" else "http_error")

    async def _post(self, body: bytes, headers: dict[str, str]) -> Reply:
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=60))
        async with self._session.post(self.url, data=body, headers=headers, max_redirects=REDIRECTS) as reply:
            return await _read(reply)


async def _read(reply: ClientResponse) -> Reply:
    return Reply(reply.status, await reply.text(), {name.title(): value for name, value in reply.headers.items()})


def encode(delivery: "Delivery") -> tuple[str, bytes]:
    """Return a delivery's content type and body."""
    payload = delivery.payload
    if delivery.kind == "events_api":
        return JSON_TYPE, json.dumps(payload).encode()
    form = {"payload": json.dumps(payload)} if delivery.kind == "interactive" else payload
    return FORM_TYPE, urlencode(form).encode()
