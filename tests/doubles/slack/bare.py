"""A bare slack_bolt app for the tests of the loopback Slack, over Socket Mode or HTTP."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.loopback import PATIENCE
from tests.doubles.slack.messages import Channel, Message
from tests.doubles.slack.server import SlackServer

Payload = dict[str, Any]
CARD: Final[list[Payload]] = [
    {"type": "header", "text": {"type": "plain_text", "text": "A question"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "What is *attention*?"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": name}, "action_id": name.lower(), "value": "r1"}
            for name in ("Answer", "Hint", "Replace", "Slow")
        ],
    },
]
FORM: Final[Payload] = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Your answer"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Answer"},
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 50},
        }
    ],
}
HOME: Final[Payload] = {"type": "home", "blocks": [CARD[1], CARD[2]]}


class Bare:
    """A slack_bolt app that answers what it is asked, and remembers it."""

    def __init__(self, slack: SlackServer) -> None:
        with warnings.catch_warnings(action="ignore"):
            self.client = AsyncWebClient(token=slack.token, base_url=slack.api)
            self.app = AsyncApp(client=self.client, signing_secret=slack.app.signing_secret)
        self.heard: list[Payload] = []
        self.asked: list[Payload] = []
        self.silent = asyncio.Event()  # set: nothing is acknowledged
        self.app.command("/quiz")(self.quiz)
        self.app.event("message")(self.message)
        for kind in ("app_mention", "member_joined_channel", "app_uninstalled", "tokens_revoked"):
            self.app.event(kind)(self.event)
        self.app.event("app_home_opened")(self.home)
        self.app.action("answer")(self.form)
        self.app.shortcut("answer")(self.form)
        self.app.action("hint")(self.hint)
        self.app.action("replace")(self.replace)
        self.app.action("slow")(self.slow)
        self.app.view("form")(self.submitted)
        self.app.view_closed("form")(self.closed)

    async def quiz(self, ack: Any, command: Payload, client: Any) -> None:
        self.asked.append(command)
        await ack(f"You asked for {command['text'] or 'anything'}.")
        await client.chat_postMessage(channel=command["channel_id"], text="A question", blocks=CARD)

    async def message(self, event: Payload) -> None:
        self.heard.append(event)

    async def event(self, event: Payload) -> None:
        self.heard.append(event)

    async def home(self, event: Payload, client: Any) -> None:
        await client.views_publish(user_id=event["user"], view=HOME)

    async def form(self, ack: Any, body: Payload, client: Any) -> None:
        self.asked.append(body)
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    async def hint(self, ack: Any, body: Payload, client: Any, respond: Any) -> None:
        self.asked.append(body)
        await ack()
        await respond("A hint.", replace_original=False)

    async def replace(self, ack: Any, respond: Any) -> None:
        await ack()
        await respond("Replaced.", replace_original=True)

    async def slow(self, ack: Any, body: Payload) -> None:
        self.asked.append(body)

    async def closed(self, ack: Any) -> None:
        await ack()

    async def submitted(self, ack: Any, body: Payload, view: Payload, client: Any) -> None:
        words = view["state"]["values"]["words"]["text"]["value"]
        if words == "?":
            await ack(response_action="errors", errors={"words": "Write a sentence."})
        elif words == "more":
            await ack(response_action="push", view=FORM)
        else:
            await ack()


@asynccontextmanager
async def online(slack: SlackServer, *, ping: float = 0.5) -> AsyncIterator[Bare]:
    """Give a bare bot that is connected over Socket Mode, and looks after its connection every so many seconds."""
    bot = Bare(slack)
    handler = AsyncSocketModeHandler(bot.app, slack.app_token, ping_interval=ping)
    before = slack.socket.opened
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.socket.connected(before + 1)
    try:
        yield bot
    finally:
        async with asyncio.timeout(PATIENCE):
            await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def serving(slack: SlackServer) -> AsyncIterator[Bare]:
    """Give a bare bot that is served over HTTP."""
    bot = Bare(slack)

    async def take(request: web.Request) -> web.Response:
        asked = AsyncBoltRequest(body=await request.text(), headers=dict(request.headers))
        answer = await bot.app.async_dispatch(asked)
        return web.Response(status=answer.status, text=answer.body, headers=answer.first_headers())

    server = web.Application()
    server.router.add_post("/slack/events", take)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.http.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield bot
    finally:
        await runner.cleanup()


async def refused(call: Awaitable[Any]) -> str:
    """Return the error with which Slack refuses a call."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def carded(slack: SlackServer, client: AsyncWebClient, place: Channel) -> Message:
    """Let the bot post a card."""
    posted = await client.chat_postMessage(channel=place.id, text="A question", blocks=CARD)
    return place.messages[posted["ts"]]
