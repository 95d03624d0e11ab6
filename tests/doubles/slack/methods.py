"""The Web API of the loopback Slack: how a method is declared and called, and those that write messages."""

# ruff: noqa: PLR0913  the arguments of a method are Slack's
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.doubles.slack.messages import JSON, Channel, Message, SlackError
from tests.doubles.slack.people import User
from tests.doubles.slack.rules import EMOJI, LONGEST_UPDATE, check_message, check_metadata
from tests.doubles.slack.world import Team, Token, World

AS_JSON: Final = frozenset({"blocks", "view", "metadata", "files", "attachments"})  # arrive as text in a form


@dataclass
class Method:
    """A method of the Web API: what carries it out, and what a caller needs."""

    run: Callable[..., JSON]
    scope: str | None
    token: str | None  # its kind: bot, app, any or none

    def missing(self, given: JSON) -> list[str]:
        """Return the arguments that have to be there and are not."""
        named = [*inspect.signature(self.run).parameters.values()][1:]
        return [one.name for one in named if one.default is one.empty and given.get(one.name) in (None, "")]

    def unknown(self, given: JSON) -> list[str]:
        """Return the arguments that nobody implements here."""
        return [name for name in given if name not in inspect.signature(self.run).parameters]

    def take(self, given: JSON) -> JSON:
        """Return the arguments without team_id, which Bolt sends with all; it means something in organisations only."""
        return {name: value for name, value in given.items() if name != "team_id" or not self.unknown({name: value})}


METHODS: dict[str, Method] = {}


def method(
    name: str,
    scope: str | None = None,
    token: str | None = "bot",  # noqa: S107  a kind
) -> Callable[[Callable[..., JSON]], Callable[..., JSON]]:
    """Declare a method of the Web API; its keyword arguments are the method's."""

    def declared(run: Callable[..., JSON]) -> Callable[..., JSON]:
        METHODS[name] = Method(run, scope, token)
        return run

    return declared


@dataclass
class Asked:
    """Who calls a method, and in which workspace."""

    world: World
    caller: Token | None

    @property
    def token(self) -> Token:
        """The caller's token."""
        assert self.caller is not None
        return self.caller

    @property
    def team(self) -> Team:
        """The caller's workspace."""
        assert self.token.team is not None
        return self.token.team

    def need(self, scope: str) -> None:
        """Refuse a caller without a scope."""
        held = self.token.scopes
        if scope not in held:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(held)))

    def channel(self, name: str) -> Channel:
        """Return a channel that the bot may know of."""
        found = self.team.channels.get(name)
        if found is None or (found.private and self.team.bot.id not in found.members):
            raise SlackError("channel_not_found")
        return found

    def inside(self, name: str) -> Channel:
        """Return a channel that the bot is in."""
        found = self.channel(name)
        if self.team.bot.id not in found.members:
            raise SlackError("not_in_channel")
        return found

    def open_channel(self, name: str, *, thread: str | None = None) -> Channel:
        """Return a channel where the bot may say something now."""
        user = self.team.users.get(name)
        found = self.team.direct(user) if user else self.channel(name)
        outside = self.team.bot.id not in found.members
        if found.archived:
            raise SlackError("is_archived")
        if outside and "chat:write.public" not in self.token.scopes:
            raise SlackError("not_in_channel")
        if found.refusal:
            raise SlackError(found.refusal)
        if thread in found.removed:
            return found  # Slack takes it, and what is said stands outside of any thread
        if thread is not None and thread not in found.messages:
            raise SlackError("thread_not_found")
        if thread is not None and found.messages[thread].thread_ts not in (None, thread):
            raise SlackError("cannot_reply_to_message")
        return found

    def message(self, channel: Channel, ts: str) -> Message:
        """Return a message of a channel."""
        if ts not in channel.messages:
            raise SlackError("message_not_found")
        return channel.messages[ts]

    def user(self, name: str) -> User:
        """Return a person of this workspace, or of one that shares a channel with it."""
        shared = {user for one in self.world.shared & {*self.team.channels} for user in self.team.channels[one].members}
        for team in self.world.teams.values():
            if name in team.users and (team is self.team or name in shared):
                return team.users[name]
        raise SlackError("user_not_found")


def call(world: World, name: str, caller: Token | None, given: JSON) -> JSON:
    """Carry out a method; NotImplementedError tells what this server lacks."""
    found = METHODS.get(name)
    if found is None:
        raise NotImplementedError(f"the method {name}")
    asked, given = Asked(world, caller), found.take(given)
    if found.scope:
        asked.need(found.scope)
    if missing := found.missing(given):
        told = [f"[ERROR] missing required field: {one}" for one in missing]
        raise SlackError("invalid_arguments", response_metadata={"messages": told})
    if unknown := found.unknown(given):
        raise NotImplementedError(f"{name} with {', '.join(unknown)}")
    return {"ok": True, **found.run(asked, **given)}


def decoded(given: JSON) -> JSON:
    """Return a form's arguments, with those that hold JSON read."""
    return {name: _read(name, value) for name, value in given.items() if value is not None}


def _read(name: str, value: Any) -> Any:
    if name not in AS_JSON or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError(f"invalid_{name}_format" if name == "blocks" else "invalid_arguments") from None


def truth(value: Any) -> bool:
    """Read a switch, which a form carries as 1 or true."""
    return str(value).lower() in {"1", "true"}


def spoken(team: Team, channel: Channel, *, send: bool = True, **said: Any) -> Message:
    """Let the bot say something in a channel: the app is told of it, as of every message."""
    message = channel.add(Message(channel, team.bot, bot_id=team.bot_id, **said))
    message.deliveries = team.announce(message.payload(), channel=channel, send=send)
    return message


@method("chat.postMessage", "chat:write")
def post_message(
    asked: Asked, *, channel: str, text: str = "", blocks: list[JSON] | None = None, thread_ts: str | None = None,
    reply_broadcast: Any = False, metadata: Any = None, unfurl_links: Any = None, unfurl_media: Any = None,
    mrkdwn: Any = True, parse: Any = None, link_names: Any = None, client_msg_id: Any = None,
) -> JSON:  # fmt: skip
    """Say something in a channel, a thread or to a person."""
    place = asked.open_channel(channel, thread=thread_ts)
    check_message(text, blocks)
    if metadata is not None:
        check_metadata(metadata)
    thread_ts = None if thread_ts in place.removed else thread_ts
    subtype = "thread_broadcast" if thread_ts and truth(reply_broadcast) else None
    said = {"text": text, "blocks": blocks or [], "thread_ts": thread_ts, "subtype": subtype, "metadata": metadata}
    message = spoken(asked.team, place, **said)
    return {"channel": place.id, "ts": message.ts, "message": message.payload(metadata=True)}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(
    asked: Asked, *, channel: str, user: str, text: str = "", blocks: list[JSON] | None = None,
    thread_ts: str | None = None, parse: Any = None, link_names: Any = None,
) -> JSON:  # fmt: skip
    """Say something that one person sees."""
    place = asked.open_channel(channel, thread=thread_ts)
    if user not in place.members:
        raise SlackError("user_not_in_channel")
    check_message(text, blocks)
    whispered = asked.user(user).shown(place, text=text, blocks=blocks or [], thread_ts=thread_ts)
    return {"message_ts": whispered.ts}


@method("chat.update", "chat:write")
def update(
    asked: Asked, *, channel: str, ts: str, text: str | None = None, blocks: list[JSON] | None = None,
    metadata: Any = None, parse: Any = None, link_names: Any = None,
) -> JSON:  # fmt: skip
    """Change a message of the bot: new words without blocks take the blocks away."""
    place = asked.channel(channel)
    message = asked.message(place, ts)
    if message.bot_id is None:
        raise SlackError("cant_update_message")
    if place.archived:
        raise SlackError("is_inactive")
    check_message(text or "", message.blocks if text is None and blocks is None else blocks, longest=LONGEST_UPDATE)
    if metadata:
        check_metadata(metadata)
    if metadata is not None:
        message.metadata = metadata or None  # an empty object takes it away
    rewrite(message, text, blocks)
    place.changed(message, "message_changed")
    return {"channel": place.id, "ts": ts, "text": message.text, "message": message.payload(metadata=True)}


def rewrite(message: Message, text: str | None, blocks: list[JSON] | None) -> None:
    """Put new words, new blocks or both into a message."""
    message.text = message.text if text is None else text
    if blocks is not None or text is not None:
        message.blocks = message.channel.complete(blocks or [])
    message.changed_ts = message.channel.team.world.ts()
    if not message.blocks:
        message.edited = {"user": message.user.id, "ts": message.channel.team.world.ts()}
    message.channel.team.world.note(f"changed in #{message.channel.name}: {message.text[:100]!r}")
    message.channel.team.world.happened()


@method("chat.delete", "chat:write")
def delete(asked: Asked, *, channel: str, ts: str) -> JSON:
    """Take a message of the bot away."""
    place = asked.channel(channel)
    message = asked.message(place, ts)
    if message.bot_id is None:
        raise SlackError("cant_delete_message")
    if place.archived:
        raise SlackError("is_inactive")
    place.remove(message)
    return {"channel": place.id, "ts": ts}


@method("chat.getPermalink")
def permalink(asked: Asked, *, channel: str, message_ts: str) -> JSON:
    """Return a message's address."""
    message = asked.message(asked.inside(channel), message_ts)
    stamp = f"p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel}" if message.thread_ts not in (None, message.ts) else ""
    home = f"https://{asked.team.name.lower()}.slack.com/archives"
    return {"channel": channel, "permalink": f"{home}/{channel}/{stamp}{thread}"}


@method("reactions.add", "reactions:write")
def react(asked: Asked, *, channel: str, timestamp: str, name: str) -> JSON:
    """Put a sign to a message."""
    place = asked.inside(channel)
    message = asked.message(place, timestamp)
    if place.archived:
        raise SlackError("is_archived")
    if name not in EMOJI:
        raise SlackError("invalid_name")
    people = message.reactions.setdefault(name, [])
    if asked.team.bot.id in people:
        raise SlackError("already_reacted")
    asked.team.bot.put_sign(message, name)
    return {}


@method("reactions.remove", "reactions:write")
def unreact(asked: Asked, *, channel: str, timestamp: str, name: str) -> JSON:
    """Take the bot's sign away."""
    message = asked.message(asked.inside(channel), timestamp)
    if asked.team.bot.id not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(asked.team.bot.id)
    message.reactions = {sign: people for sign, people in message.reactions.items() if people}
    return {}
