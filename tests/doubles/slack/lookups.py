"""The Web API's methods that read: conversations, people and the workspace; and those with which the bot joins a channel."""

# ruff: noqa: PLR0913  the arguments of a method are Slack's
from collections.abc import Iterable
from typing import Any, Final

from tests.doubles.slack.messages import JSON, Channel, Message, SlackError
from tests.doubles.slack.methods import Asked, method, truth

MOST: Final = 999
KINDS: Final = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def page(found: list[Message], limit: Any, cursor: str | None) -> tuple[list[Message], JSON]:
    """Return a page of messages, and what tells how to go on."""
    size = int(limit)
    if not 1 <= size <= MOST:
        raise SlackError("invalid_limit")
    start = 0
    if cursor:
        start = next((n for n, message in enumerate(found) if f"next:{message.ts}" == cursor), -1)
        if start < 0:
            raise SlackError("invalid_cursor")
    rest = found[start + size :]
    going_on = {"response_metadata": {"next_cursor": f"next:{rest[0].ts}"}} if rest else {}
    return found[start : start + size], {"has_more": bool(rest), **going_on}


def between(messages: Iterable[Message], oldest: Any, latest: Any, *, inclusive: bool) -> list[Message]:
    """Return the messages of a span of time."""
    first, last = float(oldest or 0), float(latest or "inf")

    def inside(message: Message) -> bool:
        at = float(message.ts)
        return first <= at <= last if inclusive else first < at < last

    return [message for message in messages if inside(message)]


def _readable(asked: Asked, name: str) -> Channel:
    place = asked.inside(name)
    asked.need(f"{place.scope}:history")
    return place


@method("conversations.history")
def history(
    asked: Asked, *, channel: str, oldest: Any = None, latest: Any = None, inclusive: Any = False, limit: Any = 100,
    cursor: str | None = None, include_all_metadata: Any = False,
) -> JSON:  # fmt: skip
    """Return the top level of a channel, the newest first."""
    place = _readable(asked, channel)
    top = [m for m in place.messages.values() if m.thread_ts in (None, m.ts) or m.subtype == "thread_broadcast"]
    found = between(reversed(top), oldest, latest, inclusive=truth(inclusive))
    shown, more = page(found, limit, cursor)
    return {"messages": [m.payload(metadata=truth(include_all_metadata)) for m in shown], "pin_count": 0, **more}


@method("conversations.replies")
def replies(
    asked: Asked, *, channel: str, ts: str, oldest: Any = None, latest: Any = None, inclusive: Any = False,
    limit: Any = 100, cursor: str | None = None, include_all_metadata: Any = False,
) -> JSON:  # fmt: skip
    """Return a thread, the oldest first; its first message always comes with the first page."""
    place = _readable(asked, channel)
    if ts not in place.messages:
        raise SlackError("thread_not_found")
    asked_for = place.messages[ts]
    parent = place.messages.get(asked_for.thread_ts or ts, asked_for)
    said = between(parent.replies, oldest, latest, inclusive=truth(inclusive))
    shown, more = page([parent, *said], limit, cursor)
    return {"messages": [m.payload(metadata=truth(include_all_metadata)) for m in shown], **more}


@method("conversations.info")
def info(asked: Asked, *, channel: str, include_num_members: Any = False, include_locale: Any = False) -> JSON:
    """Return what is known of a channel."""
    place = asked.channel(channel)
    asked.need(f"{place.scope}:read")
    return {"channel": place.payload()}


@method("conversations.open", "im:write")
def open_direct(asked: Asked, *, users: str, return_im: Any = False) -> JSON:
    """Open the direct messages with a person."""
    if "," in users:
        raise NotImplementedError("conversations.open with several people")
    user = asked.user(users)
    if user.deleted:
        raise SlackError("user_disabled")
    place = asked.team.direct(user)
    return {"channel": place.payload() if truth(return_im) else {"id": place.id}, "already_open": True}


@method("conversations.members")
def members(asked: Asked, *, channel: str, limit: Any = 100, cursor: str | None = None) -> JSON:
    """Return who is in a channel."""
    place = asked.channel(channel)
    asked.need(f"{place.scope}:read")
    start, found = int(cursor or 0), sorted(place.members)
    end = start + int(limit)
    return {
        "members": found[start:end],
        "response_metadata": {"next_cursor": str(end) if end < len(found) else ""},
    }


@method("conversations.join", "channels:join")
def join(asked: Asked, *, channel: str) -> JSON:
    """Go into a public channel."""
    place = asked.channel(channel)
    if place.private or place.direct:
        raise SlackError("method_not_supported_for_channel_type")
    if place.archived:
        raise SlackError("is_archived")
    already = asked.team.bot.id in place.members
    place.members.add(asked.team.bot.id)
    return {"channel": place.payload(), **({"warning": "already_in_channel"} if already else {})}


@method("conversations.leave")
def leave(asked: Asked, *, channel: str) -> JSON:
    """Go out of a channel."""
    place = asked.channel(channel)
    place.members.discard(asked.team.bot.id)
    return {}


def _listed(asked: Asked, types: str, exclude_archived: Any, *, inside: bool) -> JSON:
    scopes = [KINDS[kind] for kind in types.split(",")]
    for scope in scopes:
        asked.need(f"{scope}:read")
    bot = asked.team.bot.id
    seen = [c for c in asked.team.channels.values() if bot in c.members or not (inside or c.private or c.direct)]
    found = [c for c in seen if c.scope in scopes and not (c.archived and truth(exclude_archived))]
    return {"channels": [one.payload() for one in found], "response_metadata": {"next_cursor": ""}}


@method("users.conversations")
def own_conversations(
    asked: Asked, *, types: str = "public_channel", exclude_archived: Any = False, limit: Any = 100,
    cursor: str | None = None, user: str | None = None,
) -> JSON:  # fmt: skip
    """Return the channels that the bot is in."""
    if user not in {None, asked.team.bot.id}:
        raise NotImplementedError("users.conversations of somebody else")
    return _listed(asked, types, exclude_archived, inside=True)


@method("conversations.list")
def conversations(
    asked: Asked, *, types: str = "public_channel", exclude_archived: Any = False, limit: Any = 100,
    cursor: str | None = None,
) -> JSON:  # fmt: skip
    """Return the channels that the bot may know of."""
    return _listed(asked, types, exclude_archived, inside=False)


@method("users.info", "users:read")
def user_info(asked: Asked, *, user: str, include_locale: Any = False) -> JSON:
    """Return what is known of a person."""
    return {"user": asked.user(user).payload()}


@method("users.list", "users:read")
def users(asked: Asked, *, limit: Any = 0, cursor: str | None = None, include_locale: Any = False) -> JSON:
    """Return everybody."""
    return {"members": [u.payload() for u in asked.team.users.values()], "response_metadata": {"next_cursor": ""}}


@method("team.info", "team:read")
def team_info(asked: Asked, *, team: str | None = None) -> JSON:
    """Return what is known of the workspace."""
    own = asked.team
    return {"team": {"id": own.id, "name": own.name, "domain": own.name.lower(), "icon": {}}}


@method("bots.info", "users:read")
def bot_info(asked: Asked, *, bot: str | None = None, team_id: str | None = None) -> JSON:
    """Return what is known of the bot."""
    own = asked.team
    if bot not in {None, own.bot_id}:
        raise SlackError("bot_not_found")
    shown = {"id": own.bot_id, "deleted": False, "name": own.bot.name, "app_id": own.app.id, "user_id": own.bot.id}
    return {"bot": shown}
