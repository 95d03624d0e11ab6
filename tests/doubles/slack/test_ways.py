"""The loopback Slack itself: Socket Mode, signed HTTP, tokens and what goes wrong, held to Slack's contract."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.loopback import PATIENCE, free_port
from tests.doubles.slack import access
from tests.doubles.slack.bare import carded, online, refused, serving
from tests.doubles.slack.http import Balancer
from tests.doubles.slack.members import Member
from tests.doubles.slack.messages import CannotDo, Channel
from tests.doubles.slack.server import SlackServer

OAUTH: Final = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # slack_sdk sends the client's secret so
pytest_plugins = ["tests.doubles.slack.fixtures"]

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
        assert await maya.say(quiz, "still there").heard() > 0
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


async def test_behind_a_balancer_each_is_asked_in_turn(slack: SlackServer, maya: Member, quiz: Channel):
    """Who refuses is passed over at once; what one does not answer in time comes again, to the next."""
    seen: list[tuple[str, str | None]] = []
    silent = asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        seen.append((request.path, request.headers.get("X-Slack-Retry-Num")))
        if request.path == "/silent":
            await silent.wait()
        return web.Response()

    server = web.Application()
    server.router.add_post("/{name}", take)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    home = f"http://127.0.0.1:{runner.addresses[0][1]}"
    slack.http.balancer = Balancer(f"{home}/well", f"http://127.0.0.1:{free_port()}/", f"{home}/silent", f"{home}/too")
    slack.http.url = home
    for text, within in (
        ("to the first one", PATIENCE),
        ("past the one that is away, in vain", 1.0),
        ("and round again", PATIENCE),
    ):
        slack.outbox.acknowledge_within = within
        await maya.say(quiz, text).heard()
    silent.set()
    await runner.cleanup()
    assert seen == [("/well", None), ("/silent", None), ("/too", "1"), ("/well", None)]


async def test_who_did_not_answer_a_balancer_is_asked_last():
    """It is left out for a while, unless nobody else is there."""
    balancer = Balancer("one", "other")
    balancer.leave_out("one")
    assert [next(balancer.addresses()) for _ in range(3)] == ["other", "other", "other"]
    assert [*balancer.addresses()] == ["other", "one"]


async def test_over_http_nothing_comes_through_for_a_while(slack: SlackServer, maya: Member, quiz: Channel):
    """What is cut off is tried again, as if nobody were there."""
    slack.http.url = f"http://127.0.0.1:{free_port()}/"
    slack.http.cut(60.0)
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
    assert "error=access_denied" in access.deny(page)
    back = access.approve(ada, page)
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
        assert 20 < int(caught.value.response.headers["Retry-After"]) <= 30
    await client.chat_postEphemeral(channel=quiz.id, user=maya.id, text="x")
    slack.faults.until.clear()
    slack.limits.like_slack()
    slack.limits.set(
        "chat.postMessage", 1, 60.0, each_channel=True
    )  # not each second, which the machine may take between two posts
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
    card = await carded(slack, client, quiz)
    async with online(slack, ping=60.0):
        done = await asyncio.gather(*(maya.click(card, "Hint") for _ in range(200)))
        await slack.wait_for(lambda: all(one.told for one in done))
    assert len({one.trigger_id for one in done}) == 200
