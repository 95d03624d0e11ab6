"""The loopback Slack itself: held to Slack's contract with a bare slack_bolt app in the same process."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests import slack_access
from tests.slack_delivery import NotAcknowledged
from tests.slack_members import Member
from tests.slack_messages import CannotDo, Channel, Message, as_typed
from tests.slack_server import SlackServer

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
OAUTH: Final = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # slack_sdk sends the client's secret so


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

    async def submitted(self, ack: Any, body: Payload, view: Payload, client: Any) -> None:
        words = view["state"]["values"]["words"]["text"]["value"]
        if words == "?":
            await ack(response_action="errors", errors={"words": "Write a sentence."})
        elif words == "more":
            await ack(response_action="push", view=FORM)
        else:
            await ack()


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Give a running server."""
    async with SlackServer() as running:
        yield running


@pytest.fixture
def maya(slack: SlackServer) -> Member:
    return slack.create_user("maya")


@pytest.fixture
def quiz(slack: SlackServer, maya: Member) -> Channel:
    return slack.team.create_channel("quiz")


@pytest.fixture
async def client(slack: SlackServer) -> AsyncWebClient:
    """Give a client of the Web API with the bot's token."""
    return AsyncWebClient(token=slack.token, base_url=slack.api)


@asynccontextmanager
async def online(slack: SlackServer) -> AsyncIterator[Bare]:
    """Give a bare bot that is connected over Socket Mode."""
    bot = Bare(slack)
    handler = AsyncSocketModeHandler(bot.app, slack.app_token, ping_interval=0.2)
    before = slack.socket.opened
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.socket.connected(before + 1)
    try:
        yield bot
    finally:
        async with asyncio.timeout(2):
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


# --------------------------------------------------------------- what people do


async def test_a_command_is_answered_in_its_acknowledgement_and_in_the_channel(
    slack: SlackServer, maya: Member, quiz: Channel
):
    """The words arrive escaped, with names in mentions; what is acknowledged only the asker sees."""
    async with online(slack) as bot:
        done = await maya.slash(quiz, f"a < b {maya.mention}")
        assert (await done.answered()).text == f"You asked for a &lt; b <@{maya.id}|maya>."
        assert bot.asked[0]["channel_id"] == quiz.id
        await slack.wait_for(quiz.by_bot)
    assert quiz.by_bot()[0].title == "A question"
    assert quiz.by_bot()[0].buttons == ["Answer", "Hint", "Replace", "Slow"]
    assert [m.text for m in quiz.history()] == ["A question"]
    assert {m.text for m in quiz.history(viewer=maya)} == {done.told[0].text, "A question"}
    assert 0 < done.ack_seconds < 3


async def test_a_click_opens_a_form_that_is_checked_and_sent(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """The form opens for whoever clicked; its own rules and the bot's errors hold it open; sent, it closes."""
    card = await carded(slack, client, quiz)
    async with online(slack) as bot:
        done = await maya.click(card, "Answer")
        assert (await done.modal()) is maya.modal
        assert bot.asked[0]["message"]["ts"] == card.ts
        assert bot.asked[0]["actions"][0]["value"] == "r1"
        for wrong in ({"Answer": ""}, {"Answer": "x" * 51}, {"Other": "x"}):
            with pytest.raises(CannotDo):
                await maya.submit(wrong)
        assert (await maya.submit({"text": "?"})).errors == {"words": "Write a sentence."}
        assert maya.modal is not None
        assert (await maya.submit({"words": "more"})).view is maya.modal
        assert len(maya.modals) == 2
        await maya.submit({"words": "All of it."})
        await maya.close()
        assert maya.modal is None


async def test_an_ephemeral_message_shows_the_bot_no_message_when_it_is_clicked(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """A click on what only one person sees carries its place, not its words; only they can click it."""
    bo = slack.create_user("bo")
    quiz.members.add(bo.id)
    await client.chat_postEphemeral(channel=quiz.id, user=maya.id, text="For you", blocks=CARD)
    async with online(slack) as bot:
        with pytest.raises(CannotDo):
            await bo.click(maya.private[0], "Hint")
        done = await maya.click(maya.private[0], "Hint")
        assert (await done.answered()).text == "A hint."
        await maya.click(maya.private[0], "Replace")
        await slack.wait_for(lambda: maya.private[0].text == "Replaced.")
    assert "message" not in bot.asked[0]
    assert bot.asked[0]["container"]["is_ephemeral"] is True
    assert bo.private == []


async def test_the_message_shortcut_and_the_app_home_reach_the_bot(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """The shortcut carries the message; the opened home is shown, and its buttons work."""
    card = await carded(slack, client, quiz)
    async with online(slack) as bot:
        assert (await (await maya.shortcut("answer", card)).modal()) is maya.modal
        assert bot.asked[0]["message"]["text"] == "A question"
        home = await maya.open_home()
        assert "What is *attention*?" in home.words
        await (await maya.click(home, "Answer")).modal()
        assert bot.asked[1]["container"]["type"] == "view"
    slack.app.home = False
    with pytest.raises(CannotDo):
        await maya.open_home()
    assert await refused(client.views_publish(user_id=maya.id, view=HOME)) == "not_enabled"


async def test_what_is_not_acknowledged_fails_the_person(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """A click without an acknowledgement in time is an error for whoever clicked, and comes once."""
    card = await carded(slack, client, quiz)
    slack.outbox.acknowledge_within = 0.1
    async with online(slack) as bot:
        with pytest.raises(NotAcknowledged):
            await maya.click(card, "Slow")
        await slack.wait_for(lambda: bot.asked)
    slack.retry()
    assert len(slack.told("block_actions")[0].tries) == 1
    assert await refused(client.views_open(trigger_id=bot.asked[0]["trigger_id"], view=FORM)) == "expired_trigger_id"


async def test_messages_reach_a_bot_that_is_there(slack: SlackServer, maya: Member, quiz: Channel):
    """Channel, thread, mention, direct message and edit are told, with escaped words; a channel without the bot is not."""
    other = slack.team.create_channel("other", bot=False)
    async with online(slack) as bot:
        first = maya.say(quiz, "a < b & c")
        await first.heard()
        await maya.say(quiz, f"{slack.team.bot.mention} help", thread=first, broadcast=True).heard()
        await maya.tell("in private").heard()
        maya.edit(first, "a > b")
        maya.say(other, "nobody hears this")
        assert other.last is not None
        assert other.last.deliveries == []
        maya.invite_bot(other)
        await maya.say(other, "now it does").heard()
        await slack.wait_for(lambda: len(bot.heard) == 7)
    kinds = [(one["type"], one.get("subtype"), one.get("channel_type")) for one in bot.heard]
    assert sorted(kinds, key=str) == sorted(
        [
            ("message", None, "channel"), ("message", "thread_broadcast", "channel"), ("message", None, "im"),
            ("app_mention", "thread_broadcast", None), ("message", "message_changed", "channel"),
            ("member_joined_channel", None, "C"), ("message", None, "channel"),
        ],
        key=str,
    )  # fmt: skip
    assert bot.heard[0]["text"] == "a &lt; b &amp; c"
    assert as_typed("<@U1> & <x>") == "<@U1> &amp; &lt;x&gt;"


# -------------------------------------------------------------------- the Web API


async def test_a_post_is_found_again_by_its_metadata(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """History gives the top level in pages, the newest first, and metadata only when it is asked for."""
    tag = {"event_type": "studyhall_post", "event_payload": {"tag": "round:1"}}
    posted = await client.chat_postMessage(channel=quiz.id, text="A question", metadata=tag)
    said = [maya.say(quiz, f"message {n}", thread=quiz.messages[posted["ts"]] if n % 2 else None) for n in range(6)]
    assert [m.ts for m in said] == sorted({m.ts for m in said})
    plain = await client.conversations_history(channel=quiz.id, limit=2)
    assert [m["text"] for m in plain["messages"]] == ["message 4", "message 2"]
    rest = await client.conversations_history(
        channel=quiz.id, limit=2, cursor=plain["response_metadata"]["next_cursor"], include_all_metadata=True
    )
    assert [m.get("metadata") for m in rest["messages"]] == [None, tag]
    assert [rest["has_more"], plain["has_more"]] == [False, True]
    assert rest["messages"][1]["reply_count"] == 3
    thread = await client.conversations_replies(channel=quiz.id, ts=posted["ts"], oldest=said[1].ts)
    assert [m["text"] for m in thread["messages"]] == ["A question", "message 3", "message 5"]
    assert "metadata" not in thread["messages"][0]


async def test_slack_refuses_what_it_refuses(slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient):
    """Each refusal has Slack's own code."""
    bo = slack.create_user("bo")
    outside = slack.team.create_channel("outside", bot=False)
    secret = slack.team.create_channel("secret", bot=False, private=True)
    posted = await client.chat_postMessage(channel=quiz.id, text="here")
    said = maya.say(quiz, "mine")
    post, told = client.chat_postMessage, client.chat_postEphemeral
    assert await refused(post(channel="C0", text="x")) == "channel_not_found"
    assert await refused(post(channel=secret.id, text="x")) == "channel_not_found"
    assert await refused(post(channel=outside.id, text="x")) == "not_in_channel"
    assert await refused(client.api_call("chat.postMessage", json={"channel": quiz.id, "text": " "})) == "no_text"
    assert await refused(post(channel=quiz.id, text="x" * 40_001)) == "msg_too_long"
    assert await refused(post(channel=quiz.id, text="x", thread_ts="1.0")) == "thread_not_found"
    assert await refused(told(channel=quiz.id, user=bo.id, text="x")) == "user_not_in_channel"
    assert await refused(client.chat_update(channel=quiz.id, ts=said.ts, text="x")) == "cant_update_message"
    assert await refused(client.chat_update(channel=quiz.id, ts="1.0", text="x")) == "message_not_found"
    assert await refused(client.chat_update(channel=quiz.id, ts=posted["ts"], text="x" * 4001)) == "msg_too_long"
    react = {"channel": quiz.id, "timestamp": said.ts}
    await client.reactions_add(**react, name="memo")
    assert await refused(client.reactions_add(**react, name="memo")) == "already_reacted"
    assert await refused(client.reactions_add(**react, name="no-such-sign")) == "invalid_name"
    assert await refused(client.users_info(user="U0")) == "user_not_found"
    assert await refused(client.views_open(trigger_id="1.2.3", view=FORM)) == "invalid_trigger_id"
    quiz.refusal = "restricted_action"
    assert await refused(post(channel=quiz.id, text="x")) == "restricted_action"
    maya.archive(quiz)
    assert await refused(post(channel=quiz.id, text="x")) == "is_archived"
    assert said.reactions == {"memo": [slack.team.bot.id]}


def button(**more: Any) -> Payload:
    """Return a row with one button."""
    text = {"type": "plain_text", "text": "Go"}
    return {"type": "actions", "elements": [{"type": "button", "action_id": "go", "text": text, **more}]}


def section(text: str = "x", **more: Any) -> Payload:
    """Return a section."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, **more}}


BAD_BLOCKS: Final[dict[str, tuple[str, Any]]] = {
    "header": ("invalid_blocks", [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]),
    "header in mrkdwn": ("invalid_blocks", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]),
    "section": ("invalid_blocks", [section("x" * 3001)]),
    "empty": ("invalid_blocks", [section("")]),
    "emoji in mrkdwn": ("invalid_blocks", [section(emoji=True)]),
    "too many": ("invalid_blocks", [section()] * 51),
    "too long": ("msg_blocks_too_long", [section("x" * 3000)] * 5),
    "no list": ("invalid_blocks_format", {"type": "section"}),
    "unknown": ("invalid_blocks", [{"type": "sections"}]),
    "unknown property": ("invalid_blocks", [{**section(), "colour": "red"}]),
    "same ids": ("invalid_blocks", [{**section(), "block_id": "a"}, {**section(), "block_id": "a"}]),
    "input": ("invalid_blocks", FORM["blocks"]),
    "label": ("invalid_blocks", [button(text={"type": "plain_text", "text": "x" * 76})]),
    "value": ("invalid_blocks", [button(value="x" * 2001)]),
    "style": ("invalid_blocks", [button(style="green")]),
    "action_id": ("invalid_blocks", [button(action_id="x" * 256)]),
    "same action": ("invalid_blocks", [{"type": "actions", "elements": button()["elements"] * 2}]),
    "no elements": ("invalid_blocks", [{"type": "actions", "elements": []}]),
    "context": ("invalid_blocks", [{"type": "context", "elements": [section()["text"]] * 11}]),
    "fields": ("invalid_blocks", [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}]),
}


@pytest.mark.parametrize("name", BAD_BLOCKS)
async def test_blocks_are_held_to_slacks_limits(quiz: Channel, client: AsyncWebClient, name: str):
    """A message with blocks that Slack does not show is refused."""
    code, blocks = BAD_BLOCKS[name]
    assert await refused(client.chat_postMessage(channel=quiz.id, text="x", blocks=blocks)) == code


BAD_VIEWS: Final[dict[str, Payload]] = {
    "title": {**FORM, "title": {"type": "plain_text", "text": "x" * 25}},
    "no title": {key: value for key, value in FORM.items() if key != "title"},
    "no submit": {key: value for key, value in FORM.items() if key != "submit"},
    "home": HOME,
    "no blocks": {**FORM, "blocks": []},
    "metadata": {**FORM, "private_metadata": "x" * 3001},
}


@pytest.mark.parametrize("name", BAD_VIEWS)
async def test_views_are_held_to_slacks_limits(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient, name: str
):
    """A modal that Slack does not open is refused, and its trigger is not used up by that."""
    card = await carded(slack, client, quiz)
    async with online(slack) as bot:
        done = await maya.click(card, "Hint")
        trigger = bot.asked[0]["trigger_id"]
        assert await refused(client.views_open(trigger_id=trigger, view=BAD_VIEWS[name])) == "invalid_arguments"
        await client.views_open(trigger_id=trigger, view=FORM)
        assert await refused(client.views_open(trigger_id=trigger, view=FORM)) == "exchanged_trigger_id"
        assert done.view is maya.modal


async def test_an_update_replaces_words_and_blocks(slack: SlackServer, quiz: Channel, client: AsyncWebClient):
    """Words alone take the blocks away; metadata stays unless it is given; a thread keeps its parent."""
    tag = {"event_type": "studyhall_post", "event_payload": {"tag": "1"}}
    card = await carded(slack, client, quiz)
    await client.chat_update(channel=quiz.id, ts=card.ts, text="Closed", blocks=CARD[:2], metadata=tag)
    assert [card.text, card.buttons, card.edited] == ["Closed", [], None]
    await client.chat_update(channel=quiz.id, ts=card.ts, text="Only words")
    assert [card.blocks, card.metadata] == [[], tag]
    assert card.edited is not None


async def test_a_chart_is_uploaded_in_three_steps(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """The file stands in the thread with its title and alternative text; a file that never came is not shared."""
    card = await carded(slack, client, quiz)
    told: Payload = {"channel": quiz.id, "thread_ts": card.ts, "filename": "board.png", "alt_txt": "Maya leads"}
    await client.files_upload_v2(content=b"\x89PNG picture", title="Board", **told)
    file = card.replies[0].files[0]
    assert [file["title"], file["alt_txt"], file["size"]] == ["Board", "Maya leads", 12]
    assert slack.team.files[file["id"]]["content"] == b"\x89PNG picture"
    lost = await client.files_getUploadURLExternal(filename="lost.png", length=3)
    share = client.files_completeUploadExternal(files=[{"id": lost["file_id"], "title": "x"}], channel_id=quiz.id)
    assert await refused(share) == "file_not_found"


async def test_reading_the_workspace(slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient):
    """People, channels, the workspace and the bot are told as Slack tells them."""
    assert (await client.auth_test())["user_id"] == slack.team.bot.id
    assert (await client.auth_test()).headers["X-OAuth-Scopes"].count("chat:write") == 1
    assert (await client.users_info(user=maya.id))["user"]["profile"]["display_name"] == "Maya"
    assert (await client.conversations_info(channel=quiz.id))["channel"]["is_member"] is True
    assert maya.id in (await client.conversations_members(channel=quiz.id))["members"]
    assert (await client.conversations_open(users=maya.id))["channel"]["id"] == maya.direct.id
    assert [one["name"] for one in (await client.users_conversations())["channels"]] == ["quiz"]
    other = slack.team.create_channel("other", bot=False)
    await client.conversations_join(channel=other.id)
    assert len((await client.users_conversations())["channels"]) == 2
    assert (await client.team_info())["team"]["name"] == "Study"
    assert (await client.bots_info(bot=slack.team.bot_id))["bot"]["app_id"] == slack.app.id
    link = await client.chat_getPermalink(channel=quiz.id, message_ts=maya.say(quiz, "x").ts)
    assert f"/archives/{quiz.id}/p" in link["permalink"]


async def lacking() -> None:
    """Ask a server for what nobody implements."""
    async with SlackServer() as slack:
        client = AsyncWebClient(token=slack.token, base_url=slack.api)
        channel = slack.team.create_channel("quiz")
        assert await refused(client.api_call("dialog.open")) == "this_server_lacks_it"
        await refused(client.chat_postMessage(channel=channel.id, text="x", icon_emoji=":wave:"))


async def test_what_the_server_lacks_fails_the_test():
    """A method or an argument that nobody implements ends the test with an error that names it."""
    with pytest.raises(ExceptionGroup) as caught:
        await lacking()
    told = [str(gap) for gap in caught.value.exceptions]
    assert told == ["the method dialog.open", "chat.postMessage with icon_emoji"]


# -------------------------------------------------------------------- Socket Mode


async def test_what_is_not_acknowledged_is_delivered_again(slack: SlackServer, maya: Member, quiz: Channel):
    """Nobody there, a frozen connection or a cut one: the same event comes again over another, marked as a retry."""
    alone = maya.say(quiz, "to nobody")
    delivery = alone.deliveries[0]
    await slack.wait_for(lambda: len(delivery.tries) == 2)
    async with online(slack) as bot:
        slack.retry()
        await alone.heard()
        slack.outbox.acknowledge_within, slack.outbox.retries = 0.1, (0.0, 0.0, 0.0)
        slack.socket.freeze()
        async with online(slack):
            halted = maya.say(quiz, "into the void")
            again = maya.say(quiz, "by turns")
            await slack.wait_for(lambda: halted.deliveries[0].acked and again.deliveries[0].acked)
        await slack.wait_for(lambda: len(bot.heard) >= 1)
    assert [(one.number, one.reason) for one in delivery.tries] == [
        (0, None), (1, "connection_failed"), (2, "connection_failed"),
    ]  # fmt: skip
    retried = next(one for said in (halted, again) for one in said.deliveries if len(one.tries) > 1)
    assert retried.tries[1].reason == "http_timeout"
    assert all(ack["envelope_id"] for ack in slack.socket.acks)


async def test_one_event_is_delivered_as_often_and_in_the_order_that_a_test_says(
    slack: SlackServer, maya: Member, quiz: Channel
):
    """Held back, then in another order and four times: the same event_id in as many envelopes, each acknowledged."""
    async with online(slack) as bot:
        first, second = [maya.say(quiz, word, deliver=False) for word in ("first", "second")]
        slack.deliver(second, first, second, second, second)
        await slack.wait_for(lambda: all(one.acked_at for one in second.deliveries[0].tries))
        await slack.wait_for(lambda: len(bot.heard) == 5)
    assert sorted(one["text"] for one in bot.heard) == ["first", *["second"] * 4]
    assert [len(said.deliveries[0].tries) for said in (first, second)] == [1, 4]


@pytest.mark.parametrize("lever", ["drop", "close", "refresh", "warn"])
async def test_a_broken_connection_is_replaced(slack: SlackServer, maya: Member, quiz: Channel, lever: str):
    """However a connection ends, slack_sdk opens another, which is greeted and gets what follows."""
    async with online(slack):
        getattr(slack.socket, lever)()
        await slack.socket.connected(2)
        await slack.wait_for(lambda: [link.number for link in slack.socket.live] == [2])
        assert await maya.say(quiz, "still there").heard() < 3
    assert len(slack.requests("apps.connections.open")) == 2


async def test_connections_are_counted_and_may_be_forbidden(slack: SlackServer, maya: Member, quiz: Channel):
    """Each envelope goes to one of several connections; one too many is sent away; switched off, none is given out."""
    slack.socket.most = 2
    async with online(slack), online(slack):
        said = [maya.say(quiz, str(n)) for n in range(4)]
        await asyncio.gather(*(one.heard() for one in said))
        assert {one.deliveries[0].tries[0].over for one in said} == {"socket 1", "socket 2"}
        async with aiohttp.ClientSession() as session, session.ws_connect(slack.socket.ticket()) as third:
            assert (await third.receive_json())["reason"] == "too_many_websockets"
            assert (await third.receive()).type is aiohttp.WSMsgType.CLOSE
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with aiohttp.ClientSession() as session:
                await session.ws_connect(slack.socket.address)
        slack.socket.disable()
        call = await slack.request("apps.connections.open", 3)
        assert call.answer["ok"] is False
        slack.socket.enabled = True


# ---------------------------------------------------------------------- signed HTTP


async def test_over_http_all_is_signed_and_answered(slack: SlackServer, maya: Member, quiz: Channel):
    """Events, commands, clicks and forms reach Bolt's own signature check; the answer carries the acknowledgement."""
    async with serving(slack) as bot:
        assert await slack.http.verify()
        await maya.say(quiz, "hello").heard()
        done = await maya.slash(quiz, "principal")
        assert done.told[0].text == "You asked for principal."
        await slack.wait_for(quiz.by_bot)
        await (await maya.click(quiz.by_bot()[0], "Answer")).modal()
        assert (await maya.submit({"Answer": "?"})).errors
        await maya.submit({"Answer": "Words & more"})
    assert bot.heard[0]["text"] == "hello"
    assert slack.socket.opened == 0


async def test_over_http_forgeries_are_refused(slack: SlackServer, maya: Member, quiz: Channel):
    """A wrong signature, one 301 s old, a changed body or a missing header: Bolt answers 401; 290 s old is well."""
    said = maya.say(quiz, "hello", deliver=False)
    delivery = said.deliveries[0]
    async with serving(slack):
        forged = [
            await slack.http.forge(delivery, signature="v0=" + "0" * 64),
            await slack.http.forge(delivery, age=301),
            await slack.http.forge(delivery, change=True),
            await slack.http.forge(delivery, without=("X-Slack-Signature",)),
        ]
        assert [reply.status for reply in forged] == [401] * 4
        assert (await slack.http.forge(delivery, age=290)).status == 200
    assert not delivery.acked


async def test_over_http_an_event_is_retried(slack: SlackServer, maya: Member, quiz: Channel):
    """After an error and a refused connection the event comes again with its number and reason; a click does not."""
    seen: list[tuple[str | None, str | None]] = []

    async def take(request: web.Request) -> web.Response:
        seen.append((request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason")))
        return web.Response(status=500 if len(seen) == 1 else 200)

    server = web.Application()
    server.router.add_post("/", take)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.http.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await maya.say(quiz, "hello").heard()
    assert seen == [(None, None), ("1", "http_error")]
    await runner.cleanup()
    lost = maya.say(quiz, "to nobody")
    await slack.wait_for(lambda: len(lost.deliveries[0].tries) == 2)
    assert lost.deliveries[0].tries[1].reason == "connection_failed"


# --------------------------------------------------------------- tokens and scopes


async def test_a_token_opens_what_its_scopes_say(slack: SlackServer, maya: Member, quiz: Channel):
    """A missing scope is named with those that are there; a token of another kind, none or a broken one is refused."""
    narrow = slack.new_token(slack.team, {"chat:write"}).text
    client = AsyncWebClient(token=narrow, base_url=slack.api)
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_history(channel=quiz.id)
    answer = caught.value.response
    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope", "channels:history", "chat:write",
    )  # fmt: skip
    assert await refused(client.apps_connections_open(app_token=narrow)) == "not_allowed_token_type"
    assert await refused(client.auth_test(token="xoxb-other")) == "invalid_auth"
    assert await refused(AsyncWebClient(base_url=slack.api).auth_test()) == "not_authed"
    slack.break_token("token_revoked", narrow)
    assert await refused(client.auth_test()) == "token_revoked"


async def test_a_manifest_says_what_works(slack: SlackServer, maya: Member, quiz: Channel):
    """What the manifest leaves out does not work: events, commands, shortcuts, scopes."""
    slack.app.take(
        {
            "features": {"slash_commands": [{"command": "/other"}], "app_home": {"home_tab_enabled": True}},
            "oauth_config": {"scopes": {"bot": ["chat:write", "im:history"]}},
            "settings": {"event_subscriptions": {"bot_events": ["message.im", "message.channels"]}},
        }
    )
    with pytest.raises(CannotDo):
        await maya.slash(quiz, "principal")
    with pytest.raises(CannotDo):
        await maya.shortcut("answer")
    assert maya.say(quiz, "no scope for this").deliveries == []
    assert len(maya.tell("but for this").deliveries) == 1
    with pytest.raises(CannotDo):
        await maya.open_home()


@OAUTH
async def test_a_workspace_is_joined_through_oauth_and_left(slack: SlackServer):
    """An approval gives a token once; tokens are good in their own workspace; removed, the app is told and shut out."""
    other = slack.create_team("Other")
    ada = slack.create_user("ada", team=other, owner=True)
    here, there = slack.team.create_channel("quiz"), other.create_channel("quiz")
    page = (
        f"https://slack.example/oauth/v2/authorize?client_id={slack.app.client_id}&state=s1"
        "&scope=chat:write,channels:read&redirect_uri=http://localhost/back"
    )
    assert "error=access_denied" in slack_access.deny(page)
    back = slack_access.approve(ada, page)
    assert back.startswith("http://localhost/back?code=")
    code = back.partition("code=")[2].partition("&")[0]
    exchange = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret, "code": code}
    client = AsyncWebClient(base_url=slack.api)
    assert await refused(client.oauth_v2_access(**{**exchange, "client_secret": "x"})) == "bad_client_secret"
    assert await refused(client.oauth_v2_access(**exchange)) == "bad_redirect_uri"
    given = await client.oauth_v2_access(**exchange, redirect_uri="http://localhost/back")
    assert (given["team"]["id"], given["authed_user"]["id"]) == (other.id, ada.id)
    again = client.oauth_v2_access(**exchange, redirect_uri="http://localhost/back")
    assert await refused(again) == "code_already_used"
    theirs = AsyncWebClient(token=given["access_token"], base_url=slack.api)
    await theirs.chat_postMessage(channel=there.id, text="hello")
    assert await refused(theirs.chat_postMessage(channel=here.id, text="hello")) == "channel_not_found"
    async with online(slack) as bot:
        slack.uninstall(other)
        told = [*slack.told("app_uninstalled"), *slack.told("tokens_revoked")]
        await asyncio.gather(*(one.acknowledged() for one in told))
        await slack.wait_for(lambda: len(bot.heard) == 2)
        assert {one["type"] for one in bot.heard} == {"app_uninstalled", "tokens_revoked"}
    assert await refused(theirs.chat_postMessage(channel=there.id, text="hello")) == "account_inactive"


@OAUTH
async def test_rotating_tokens_expire_and_are_renewed_once(slack: SlackServer, quiz: Channel):
    """Twelve hours later by this Slack's clock a token is expired; its refresh token gives another, once."""
    slack.app.rotation = True
    token = slack.install(slack.team)
    client = AsyncWebClient(token=token.text, base_url=slack.api)
    await client.chat_postMessage(channel=quiz.id, text="before")
    slack.later(hours=13)
    assert await refused(client.chat_postMessage(channel=quiz.id, text="after")) == "token_expired"
    renew: dict[str, Any] = {
        "client_id": slack.app.client_id, "client_secret": slack.app.client_secret, "grant_type": "refresh_token",
        "refresh_token": token.refresh,
    }  # fmt: skip
    given = await client.oauth_v2_access(**renew)
    assert given["expires_in"] == 43_200
    assert await refused(client.oauth_v2_access(**renew)) == "invalid_refresh_token"
    await client.chat_postMessage(channel=quiz.id, text="after", token=given["access_token"])
    first, last = [float(message.ts) for message in quiz.by_bot()]
    assert last - first >= 13 * 3600


# ----------------------------------------------------------------- what goes wrong


async def test_a_rate_limit_holds_for_its_method_and_workspace(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """Told to wait, every call of the method is refused until then; other methods go on; a channel has its own pace."""
    slack.faults.limit("chat.postMessage", retry_after=30)
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=quiz.id, text="x")
        assert caught.value.response.status_code == 429
        assert 29 <= int(caught.value.response.headers["Retry-After"]) <= 30
    await client.chat_postEphemeral(channel=quiz.id, user=maya.id, text="x")
    slack.faults.until.clear()
    slack.limits.like_slack()
    other = slack.team.create_channel("other")
    await client.chat_postMessage(channel=quiz.id, text="x")
    await client.chat_postMessage(channel=other.id, text="x")
    assert await refused(client.chat_postMessage(channel=quiz.id, text="x")) == "ratelimited"
    assert [call.status for call in slack.requests(f"chat.postMessage {quiz.id}")] == [429, 429, 200, 429]


async def test_faults_befall_a_request_before_or_after_it_was_carried_out(
    slack: SlackServer, quiz: Channel, client: AsyncWebClient
):
    """Broken, cut off or held back: what was accepted stands there although no answer came."""
    client.retry_handlers = []

    def post(text: str) -> Awaitable[Any]:
        return client.chat_postMessage(channel=quiz.id, text=text)

    for accepted in (False, True):
        slack.faults.fail("chat.postMessage", status=502, accepted=accepted)
        with pytest.raises(SlackApiError):
            await post(f"502 {accepted}")
        slack.faults.drop("chat.postMessage", accepted=accepted)
        with pytest.raises(aiohttp.ClientError):
            await post(f"cut {accepted}")
    held = slack.faults.hold(f"chat.postMessage {quiz.id}", accepted=True)
    task = asyncio.ensure_future(post("held"))
    await held.arrived()
    assert [m.text for m in quiz.by_bot()] == ["502 True", "cut True", "held"]
    assert not task.done()
    held.release()
    await task
    assert [call.status for call in slack.requests("chat.*")] == [502, 500, 502, 500, 200]


async def test_an_outage_leaves_the_world_as_it_was(slack: SlackServer, maya: Member, quiz: Channel):
    """Stopped and started: the same address, the history kept; what was said meanwhile comes with the next retry."""
    async with online(slack) as bot:
        await slack.stop()
        said = maya.say(quiz, "in the dark")
        await slack.wait_for(lambda: len(said.deliveries[0].tries) == 2)
        await slack.start()
        await slack.socket.connected(2)
        slack.retry()
        await said.heard()
        assert (await bot.client.conversations_history(channel=quiz.id))["messages"][0]["text"] == "in the dark"


async def test_the_clock_begins_where_it_is_told():
    """Timestamps run from the instant of a rehearsal."""
    async with SlackServer(start_at=datetime(2035, 11, 19, 8, 0, tzinfo=UTC)) as slack:
        quiz = slack.team.create_channel("quiz")
        said = slack.create_user("maya").say(quiz, "hello")
        assert 0 <= float(said.ts) - datetime(2035, 11, 19, 8, 0, tzinfo=UTC).timestamp() < 5
        with pytest.raises(TimeoutError, match="maya in #quiz"):
            await slack.wait_for(lambda: False, within=0.01)


async def test_two_hundred_clicks_at_once_are_all_acknowledged(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """Any number of people may act at once."""
    slack.outbox.acknowledge_within = 60.0
    card = await carded(slack, client, quiz)
    async with online(slack):
        done = await asyncio.gather(*(maya.click(card, "Hint") for _ in range(200)))
        await slack.wait_for(lambda: all(one.told for one in done))
    assert len({one.trigger_id for one in done}) == 200
