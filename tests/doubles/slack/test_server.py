"""The loopback Slack itself: people, messages and the Web API, held to Slack's contract with a bare slack_bolt app."""

from typing import Any, Final

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.loopback import ACKNOWLEDGED, NotAcknowledged
from tests.doubles.slack.bare import CARD, FORM, HOME, Payload, carded, online, refused
from tests.doubles.slack.members import Member
from tests.doubles.slack.messages import CannotDo, Channel, as_typed
from tests.doubles.slack.server import SlackServer

pytest_plugins = ["tests.doubles.slack.fixtures"]

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
    assert done.ack_seconds > 0


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


async def test_a_view_is_changed_pushed_and_closed(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """An open modal is found by its id or its external id; a stale hash is refused; a closed one is gone."""
    card = await carded(slack, client, quiz)
    async with online(slack) as bot:
        await maya.click(card, "Hint")
        named = {**FORM, "external_id": "mine", "notify_on_close": True}
        opened = (await client.views_open(trigger_id=bot.asked[0]["trigger_id"], view=named))["view"]
        changed = await client.views_update(
            view={**named, "title": CARD[0]["text"]}, hash=opened["hash"], external_id="mine"
        )
        assert maya.modal is not None
        assert "A question" in maya.modal.words
        assert changed["view"]["id"] == opened["id"]
        stale = client.views_update(view=named, hash=opened["hash"], view_id=opened["id"])
        assert await refused(stale) == "hash_conflict"
        await maya.click(card, "Hint")
        trigger = bot.asked[1]["trigger_id"]
        assert await refused(client.views_push(trigger_id=trigger, view=named)) == "duplicate_external_id"
        pushed = await client.views_push(trigger_id=trigger, view=FORM)
        assert pushed["view"]["previous_view_id"] == opened["id"]
        assert await maya.close() is None
        assert await maya.close() is not None
    assert await refused(client.views_update(view=FORM, view_id=opened["id"])) == "not_found"
    with pytest.raises(CannotDo):
        await maya.submit({"Answer": "x"})


async def test_a_response_url_works_five_times(slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient):
    """In the channel, to one person, in the place of the message or instead of it; the sixth time is refused."""
    card = await carded(slack, client, quiz)
    async with online(slack) as bot, aiohttp.ClientSession() as session:
        done = await maya.click(card, "Hint")
        await done.answered()
        url = bot.asked[0]["response_url"]
        bodies: list[Payload] = [
            {"text": "To all", "response_type": "in_channel"}, {"text": "In the thread", "thread_ts": card.ts},
            {"text": ""}, {"delete_original": True}, {"text": "Once more"},
        ]  # fmt: skip
        status = []
        for body in bodies:
            async with session.post(url, json=body) as answer:
                status.append((answer.status, (await answer.json()).get("error")))
    assert status == [(200, None), (200, None), (400, "no_text"), (200, None), (404, "used_url")]
    assert [m.text for m in quiz.by_bot()] == ["To all"]
    assert [(m.text, m.thread_ts) for m in maya.private] == [("A hint.", None), ("In the thread", card.ts)]


async def test_a_form_may_ask_for_a_choice(slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient):
    """An option is chosen by its value, one that does not exist is not; what is optional may stay empty."""
    options = [{"text": {"type": "plain_text", "text": name.title()}, "value": name} for name in ("mid", "senior")]
    choice = {"type": "static_select", "action_id": "pick", "options": options, "initial_option": options[0]}
    label = {"type": "plain_text", "text": "Level"}
    asked = {"type": "input", "block_id": "level", "label": label, "element": choice}
    view = {**FORM, "blocks": [asked, {**FORM["blocks"][0], "optional": True}]}
    picker = {"type": "actions", "elements": [choice]}
    posted = await client.chat_postMessage(channel=quiz.id, text="Pick", blocks=[picker, CARD[2]])
    card = quiz.messages[posted["ts"]]
    async with online(slack) as bot:
        bot.app.action("pick")(bot.slow)
        slack.outbox.acknowledge_within = 0.2
        with pytest.raises(CannotDo):
            await maya.select(card, "junior")
        with pytest.raises(NotAcknowledged):
            await maya.select(card, "senior")
        await slack.wait_for(lambda: bot.asked)
        assert bot.asked[0]["actions"][0]["selected_option"]["value"] == "senior"
        slack.outbox.acknowledge_within = ACKNOWLEDGED
        await maya.click(card, "Hint")
        await client.views_open(trigger_id=bot.asked[1]["trigger_id"], view=view)
        with pytest.raises(CannotDo):
            await maya.submit({"Level": "junior"})
        done = await maya.submit({"Level": "senior"})
    values = done.delivery.payload["view"]["state"]["values"]
    assert values["level"]["pick"]["selected_option"]["value"] == "senior"
    assert values["words"]["text"]["value"] is None


async def test_what_is_taken_back_is_gone(slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient):
    """Deleted messages leave the history and the thread; signs come and go; out of the channel the bot hears nothing."""
    card = await carded(slack, client, quiz)
    reply = maya.say(quiz, "an answer", thread=card)
    maya.react(card, "eyes")
    await client.reactions_add(channel=quiz.id, timestamp=card.ts, name="memo")
    await client.reactions_remove(channel=quiz.id, timestamp=card.ts, name="memo")
    again = client.reactions_remove(channel=quiz.id, timestamp=card.ts, name="memo")
    assert await refused(again) == "no_reaction"
    assert card.payload()["reactions"] == [{"name": "eyes", "users": [maya.id], "count": 1}]
    maya.delete(reply)
    assert "reply_count" not in card.payload()
    assert await refused(client.chat_delete(channel=quiz.id, ts=maya.say(quiz, "hers").ts)) == "cant_delete_message"
    await client.chat_delete(channel=quiz.id, ts=card.ts)
    assert quiz.by_bot() == []
    maya.remove_bot(quiz)
    assert slack.told("channel_left")
    assert maya.say(quiz, "nobody hears").deliveries == []
    assert await refused(client.conversations_history(channel=quiz.id)) == "not_in_channel"
    maya.archive(quiz)
    with pytest.raises(CannotDo):
        maya.say(quiz, "nobody can")


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
    "picture": ("invalid_blocks", [{"type": "image", "alt_text": "x"}]),
    "text": ("invalid_blocks", [{"type": "section", "text": "words"}]),
    "fields": ("invalid_blocks", [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}]),
}


@pytest.mark.parametrize("name", BAD_BLOCKS)
async def test_blocks_are_held_to_slacks_limits(quiz: Channel, client: AsyncWebClient, name: str):
    """A message with blocks that Slack does not show is refused."""
    code, blocks = BAD_BLOCKS[name]
    assert await refused(client.chat_postMessage(channel=quiz.id, text="x", blocks=blocks)) == code


GOOD_BLOCKS: Final[list[Payload]] = [
    *CARD, {"type": "divider"}, {"type": "context", "elements": [section()["text"]]},
    {"type": "section", "fields": [section()["text"]] * 10, "accessory": button()["elements"][0]},
    {"type": "context", "elements": [{"type": "image", "image_url": "http://localhost/a.png", "alt_text": "a"}]},
    {"type": "image", "image_url": "http://localhost/a.png", "alt_text": "a picture"},
    {"type": "rich_text", "elements": []}, button(style="danger", value="x", url="http://localhost/"),
]  # fmt: skip


async def test_good_blocks_are_shown(quiz: Channel, client: AsyncWebClient):
    """Every block and element that the server knows stands there as it was sent, with ids for those that had none."""
    posted = await client.chat_postMessage(channel=quiz.id, text="x", blocks=GOOD_BLOCKS)
    shown = quiz.messages[posted["ts"]].blocks
    assert [{**block, "block_id": None} for block in GOOD_BLOCKS] == [{**block, "block_id": None} for block in shown]
    assert len({block["block_id"] for block in shown}) == len(GOOD_BLOCKS)
    most = client.chat_postMessage(channel=quiz.id, text="x" * 40_000, blocks=[section("x" * 264)] * 50)
    assert (await most)["ok"]


BAD_VIEWS: Final[dict[str, Payload]] = {
    "title": {**FORM, "title": {"type": "plain_text", "text": "x" * 25}},
    "no title": {key: value for key, value in FORM.items() if key != "title"},
    "no submit": {key: value for key, value in FORM.items() if key != "submit"},
    "home": HOME,
    "no blocks": {**FORM, "blocks": []},
    "metadata": {**FORM, "private_metadata": "x" * 3001},
    "submit": {**FORM, "submit": {"type": "plain_text", "text": "x" * 25}},
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
    bad = client.chat_update(channel=quiz.id, ts=card.ts, text="x", metadata={"tag": "1"})
    assert await refused(bad) == "invalid_metadata_format"
    await client.chat_update(channel=quiz.id, ts=card.ts, text="x", metadata={})
    assert card.metadata is None
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
    await client.conversations_leave(channel=other.id)
    assert len((await client.users_conversations(types="public_channel,im"))["channels"]) == 2
    assert len((await client.conversations_list())["channels"]) == 2
    assert await refused(client.conversations_join(channel=maya.direct.id)) == "method_not_supported_for_channel_type"
    assert await refused(client.conversations_history(channel=quiz.id, limit=1000)) == "invalid_limit"
    assert await refused(client.conversations_history(channel=quiz.id, cursor="x")) == "invalid_cursor"
    assert len((await client.users_list())["members"]) == 2
    assert (await client.auth_test(token=slack.app_token))["app_id"] == slack.app.id
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
