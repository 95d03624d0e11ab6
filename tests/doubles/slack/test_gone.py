"""What is taken away on the loopback Slack: messages, their threads, channels, accounts; held to what Slack does and says then."""

from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.bare import refused
from tests.doubles.slack.members import Member
from tests.doubles.slack.messages import Channel
from tests.doubles.slack.server import SlackServer

pytest_plugins = ["tests.doubles.slack.fixtures"]


async def test_a_deleted_message_with_replies_leaves_a_tombstone(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """Its thread lives on under Slackbot's words; when the last reply is deleted too, the tombstone goes."""
    top = maya.say(quiz, "Why?")
    reply = maya.say(quiz, "Because.", thread=top)
    maya.delete(top)
    changed = slack.deliveries[-1].event
    assert (changed["subtype"], changed["message"]["subtype"]) == ("message_changed", "tombstone")
    assert (changed["message"]["user"], changed["previous_message"]["text"]) == ("USLACKBOT", "Why?")
    posted = await client.chat_postMessage(channel=quiz.id, text="Here", thread_ts=top.ts)
    assert posted["message"]["thread_ts"] == top.ts
    assert await refused(client.chat_update(channel=quiz.id, ts=top.ts, text="x")) == "cant_update_message"
    await client.chat_delete(channel=quiz.id, ts=posted["ts"])
    maya.delete(reply)
    assert [one.event["subtype"] for one in slack.deliveries[-2:]] == ["message_deleted"] * 2
    assert slack.deliveries[-1].event["previous_message"]["subtype"] == "tombstone"
    assert quiz.history() == []


async def test_what_is_said_in_a_thread_that_is_gone_stands_outside(
    maya: Member, quiz: Channel, client: AsyncWebClient
):
    """Slack refuses nothing there: what is posted under a deleted message stands in the channel, and its answer has no thread."""
    top = maya.say(quiz, "Why?")
    maya.delete(top)
    posted = await client.chat_postMessage(channel=quiz.id, text="Here", thread_ts=top.ts)
    assert "thread_ts" not in posted["message"]
    assert [one.ts for one in quiz.by_bot()] == [posted["ts"]]
    assert await refused(client.conversations_replies(channel=quiz.id, ts=top.ts)) == "thread_not_found"


async def test_a_deactivated_account(slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient):
    """Who is deactivated is in no channel, is told nothing, and can still be looked up."""
    ada = slack.create_user("ada", admin=True)
    ada.deactivate(maya)
    assert await refused(client.conversations_open(users=maya.id)) == "user_disabled"
    assert await refused(client.chat_postEphemeral(channel=quiz.id, user=maya.id, text="x")) == "user_not_in_channel"
    assert (await client.users_info(user=maya.id))["user"]["deleted"]


async def test_a_channel_with_another_name_and_made_private(
    slack: SlackServer, maya: Member, quiz: Channel, client: AsyncWebClient
):
    """A channel keeps its id under another name and when it is made private; without the bot it is not there any more."""
    maya.rename(quiz, "trivia")
    assert (await client.conversations_info(channel=quiz.id))["channel"]["name"] == "trivia"
    maya.make_private(quiz)
    assert (await client.chat_postMessage(channel=quiz.id, text="x"))["channel"] == quiz.id
    maya.remove_bot(quiz)
    assert await refused(client.chat_postMessage(channel=quiz.id, text="x")) == "channel_not_found"
