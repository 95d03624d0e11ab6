"""What Slack's errors mean for us, and what to do about them."""

from http import HTTPStatus
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import ChannelGone, MessageGone, PlatformError, Unreachable

REACHED: Final = (aiohttp.ClientError, SlackClientError, OSError, TimeoutError)  # what not reaching Slack raises
REFUSED: Final = frozenset(
    {"account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "token_revoked"}
)
CONNECT: Final = "connections:write"  # the one scope that an app token has, and no bot token
APP_SCOPE: Final = "under Basic Information, App-Level Tokens, generate a token with it, and set that one."
BOT_SCOPE: Final = "add it under OAuth & Permissions, and install the app again."
ENDED: Final = frozenset({"account_inactive", "token_revoked"})  # of these there is no way back but a new installation
AWAY: Final = frozenset({
    "account_inactive", "fatal_error", "internal_error", "invalid_auth", "not_authed", "ratelimited", "request_timeout",
    "service_unavailable", "team_added_to_org", "token_expired", "token_revoked",
})  # fmt: skip
WHY: Final = {
    "cannot_dm_bot": "This member is a bot.",
    "cant_update_message": "The message is deleted.",
    "channel_not_found": "Slack knows no such channel, or I am not in it. Invite me there with /invite @Studyhall.",
    "expired_trigger_id": "Slack does not wait for this form any more. Press the button again.",
    "is_archived": "The channel is archived. Unarchive it, or use another one.",
    "is_inactive": "The channel is archived. Unarchive it, or use another one.",
    "message_not_found": "The message is deleted.",
    "not_in_channel": "I am not in the channel. Invite me there with /invite @Studyhall.",
    "restricted_action": "The workspace does not let me post in this channel. Allow it in the channel's settings, under Posting permissions.",
    "thread_not_found": "The message of this thread is deleted.",
    "user_disabled": "This member's account is deactivated.",
    "user_not_in_channel": "This member is not in the channel.",
}


DELETED: Final = frozenset({"cant_update_message", "message_not_found"})  # also under a tombstone, which is Slackbot's


def translated(error: SlackApiError) -> PlatformError:
    """Return Slack's error as ours, with a sentence that says what to do."""
    code, status = code_of(error), getattr(error.response, "status_code", 200)
    if code in AWAY or status >= HTTPStatus.INTERNAL_SERVER_ERROR or not code:
        return Unreachable(f"Slack does not answer ({code or status}).")
    if code == "missing_scope":
        needed = error.response.get("needed", "")
        return ChannelGone(f"I lack the scope {needed}: {APP_SCOPE if needed == CONNECT else BOT_SCOPE}")
    known = "restricted_action" if code.startswith("restricted_action") else code
    gone = MessageGone if code in DELETED else ChannelGone
    return gone(WHY.get(known, f"Slack refused it ({code})."))


def refused(error: PlatformError) -> bool:
    """Whether Slack refused the token itself."""
    return isinstance(error.__cause__, SlackApiError) and code_of(error.__cause__) in REFUSED


def code_of(error: SlackApiError) -> str:
    """Return Slack's word for an error; empty where it said none."""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def told_to_wait(error: SlackApiError) -> float | None:
    """Return for how many seconds Slack asks to be left alone, if it does."""
    if getattr(error.response, "status_code", 200) != HTTPStatus.TOO_MANY_REQUESTS and code_of(error) != "ratelimited":
        return None
    headers = {name.lower(): value for name, value in (getattr(error.response, "headers", None) or {}).items()}
    written = str(headers.get("retry-after", "1"))
    return float(written) if written.isdecimal() else 1.0
