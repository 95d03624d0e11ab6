"""Signed HTTP: the loopback Slack posts events, commands and interactions to the bot's own address."""

import asyncio
import hashlib
import hmac
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from aiohttp import ClientConnectorError, ClientError, ClientResponse, ClientSession, ClientTimeout, TooManyRedirects

from tests.doubles.slack.world import App

if TYPE_CHECKING:
    from tests.doubles.slack.delivery import Delivery, Try

JSON_TYPE: Final = "application/json"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
REDIRECTS: Final = 2
OUT: Final = 10.0  # seconds for which a balancer leaves out whoever did not answer


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


class Balancer:
    """Hands each request to the next of several addresses; who refuses or does not answer is left out for a while."""

    def __init__(self, *urls: str) -> None:
        self.urls = urls
        self._turn = 0
        self._out: dict[str, float] = {}

    def addresses(self) -> Iterator[str]:
        """Give them all, each as it is asked: the one whose turn it is first, and those that are left out last."""
        now = asyncio.get_running_loop().time()
        turned = [*self.urls[self._turn :], *self.urls[: self._turn]]
        for url in sorted(turned, key=lambda url: self._out.get(url, 0.0) > now):
            self._turn = (self.urls.index(url) + 1) % len(self.urls)
            yield url

    def leave_out(self, url: str) -> None:
        """Note that nobody answered there."""
        self._out[url] = asyncio.get_running_loop().time() + OUT


class Http:
    """Posts to the bot; tests forge what should be refused."""

    def __init__(self, app: App) -> None:
        self.url = ""  # the bot's address for all three kinds; setting it switches Socket Mode off
        self.balancer: Balancer | None = None  # what stands at that address, where there are several processes
        self._away = 0.0  # until when nothing comes through
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

    def cut(self, seconds: float) -> None:
        """Let nothing come through to the address for a while."""
        self._away = asyncio.get_running_loop().time() + seconds

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
            reply = await self._answered(body, headers, within=delivery.within)
        except TooManyRedirects:
            done.set_result("too_many_redirects")
        except TimeoutError:
            done.set_result("http_timeout")
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

    async def _answered(self, body: bytes, headers: dict[str, str], *, within: float) -> Reply:
        """Wait no longer for an answer than Slack does; a balancer asks the next one where a connection is refused."""
        if asyncio.get_running_loop().time() < self._away:
            raise ConnectionResetError
        if self.balancer is None:
            return await self._post(body, headers, within=within)
        for url in self.balancer.addresses():
            try:
                return await self._post(body, headers, url=url, within=within)
            except ClientConnectorError:
                self.balancer.leave_out(url)
            except TimeoutError:
                self.balancer.leave_out(url)
                raise
            except ClientError:
                break  # it may have been taken: only Slack sends it again
        return Reply(HTTPStatus.BAD_GATEWAY, "", {})

    async def _post(self, body: bytes, headers: dict[str, str], *, url: str = "", within: float = 60.0) -> Reply:
        if self._session is None:
            self._session = ClientSession()
        about: dict[str, Any] = {"headers": headers, "max_redirects": REDIRECTS, "timeout": ClientTimeout(total=within)}
        async with self._session.post(url or self.url, data=body, **about) as reply:
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
