"""What is said on the loopback Slack: messages and the channels they stand in."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tests.doubles.slack.delivery import Delivery
    from tests.doubles.slack.people import User
    from tests.doubles.slack.world import Team

MARKUP: Final = re.compile(r"(<(?:[@#!][^<>]+|https?://[^<>\s]+)>)")  # what Slack's own input writes for a person
JSON = dict[str, Any]
INPUTS: Final = frozenset(
    {"plain_text_input", "static_select", "multi_static_select", "radio_buttons", "checkboxes", "number_input"}
    | {"datepicker", "timepicker", "users_select", "conversations_select", "channels_select"}
)
TOUCHED: Final = INPUTS | {"button", "overflow"}
TOMBSTONE: Final = "tombstone"  # the subtype of what stands at the top of a thread whose first message was deleted


class SlackError(Exception):
    """An answer of Slack with `ok: false`."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details


class CannotDo(Exception):
    """A test let a person do what Slack's own program would not let them do."""


def as_typed(text: str) -> str:
    """Return the text that Slack makes of what a person typed: everything but its own markup is escaped."""
    parts = MARKUP.split(text)
    return "".join(part if n % 2 else escape(part) for n, part in enumerate(parts))


def escape(text: str) -> str:
    """Escape the three characters that mean something in Slack's text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def words_of(part: Any) -> list[str]:
    """Return every text in blocks, in order."""
    if isinstance(part, list):
        return [text for one in part for text in words_of(one)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + [text for key, value in part.items() if key != "text" or not own for text in words_of(value)]


def elements_of(blocks: Iterable[JSON]) -> list[tuple[str, JSON]]:
    """Return the elements that a person can touch, each with its block's id."""
    found = []
    for block in blocks:
        inside = [*block.get("elements", []), *[block[key] for key in ("accessory", "element") if key in block]]
        found += [(block["block_id"], one) for one in inside if "action_id" in one]
    return found


def complete(blocks: list[JSON], mark: Callable[[], str]) -> list[JSON]:
    """Give the blocks and elements without an id one, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", mark())
        for one in [*block.get("elements", []), block.get("accessory", {}), block.get("element", {})]:
            if one.get("type") in TOUCHED:
                one.setdefault("action_id", mark())
    return blocks


@dataclass(eq=False, repr=False)
class Message:
    """A message in a channel; `viewer` is set when only one person sees it."""

    channel: "Channel"
    user: "User"
    text: str = ""
    blocks: list[JSON] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str | None = None
    ts: str = ""
    bot_id: str | None = None
    metadata: JSON | None = None
    viewer: "User | None" = None
    files: list[JSON] = field(default_factory=list)
    edited: JSON | None = None
    changed_ts: str = ""  # of its last change by the bot
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list["Message"] = field(default_factory=list)
    deliveries: list["Delivery"] = field(default_factory=list)  # the events that tell the bot of it

    def __repr__(self) -> str:
        return f"<{self.user.name} in #{self.channel.name}: {self.words[:60]!r}>"

    @property
    def words(self) -> str:
        """All that a person reads in it: the texts of its blocks, or its text."""
        return "\n".join(words_of(self.blocks)) if self.blocks else self.text

    @property
    def title(self) -> str:
        """The text of its header."""
        return next((block["text"]["text"] for block in self.blocks if block["type"] == "header"), "")

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [one["text"]["text"] for _, one in elements_of(self.blocks) if one["type"] == "button"]

    async def heard(self) -> float:
        """Wait until the bot has acknowledged the events about it, and return how long that took."""
        return max([await delivery.acknowledged() for delivery in self.deliveries], default=0.0)

    def payload(self, *, metadata: bool = False) -> JSON:
        """Return it as the Web API and the events show it."""
        own: JSON = {"thread_ts": self.thread_ts, "subtype": self.subtype, "edited": self.edited, "bot_id": self.bot_id}
        body: JSON = {
            "type": "message",
            "user": self.user.id,
            "ts": self.ts,
            "text": self.text,
            "team": self.user.team.id,
        }
        body |= {key: value for key, value in own.items() if value is not None}
        if self.subtype == TOMBSTONE:
            body |= {"user": "USLACKBOT", "hidden": True}
        if self.bot_id:
            body["app_id"] = self.user.team.app.id
        body |= {key: value for key in ("blocks", "files") if (value := getattr(self, key))}
        if self.reactions:
            body["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in self.reactions.items()]
        if self.replies:
            people = list(dict.fromkeys(reply.user.id for reply in self.replies))
            body |= {"reply_count": len(self.replies), "reply_users": people, "latest_reply": self.replies[-1].ts}
            body |= {"thread_ts": self.ts, "reply_users_count": len(people)}
        if metadata and self.metadata:
            body["metadata"] = self.metadata
        return body


@dataclass(eq=False, repr=False)
class Channel:
    """A channel, or the direct messages between a person and the bot."""

    team: "Team"
    id: str
    name: str
    private: bool = False
    direct: "User | None" = None
    members: set[str] = field(default_factory=set)
    archived: bool = False
    refusal: str | None = None  # the restricted_action that the bot's posts meet
    messages: dict[str, Message] = field(default_factory=dict)  # by ts, in the order of arrival
    hidden: list[Message] = field(default_factory=list)  # those that one person sees
    removed: set[str] = field(default_factory=set)  # the ts of messages that are gone

    def __repr__(self) -> str:
        return f"<#{self.name} {self.id}>"

    @property
    def kind(self) -> str:
        """The name of its type in events."""
        return "im" if self.direct else "group" if self.private else "channel"

    @property
    def scope(self) -> str:
        """The first half of the scopes that read it."""
        return "im" if self.direct else "groups" if self.private else "channels"

    @property
    def last(self) -> Message | None:
        """The newest message at the top level."""
        return next((m for m in reversed(self.messages.values()) if m.thread_ts in (None, m.ts)), None)

    def history(self, viewer: "User | None" = None) -> list[Message]:
        """Return what stands at its top level and in its threads, the oldest first, as one person sees it."""
        seen = [*self.messages.values(), *[m for m in self.hidden if m.viewer is viewer]]
        return sorted(seen, key=lambda message: message.ts)

    def by_bot(self) -> list[Message]:
        """Return the bot's messages at the top level."""
        return [m for m in self.messages.values() if m.bot_id and m.thread_ts in (None, m.ts)]

    def add(self, message: Message) -> Message:
        """Put a message in its place."""
        message.ts = self.team.world.ts()
        if message.thread_ts is not None:
            self.messages[message.thread_ts].replies.append(message)
        self.complete(message.blocks)
        self.messages[message.ts] = message
        self.team.world.note(f"{message.user.name} in #{self.name}: {message.text[:100]!r}")
        self.team.world.happened()
        return message

    def complete(self, blocks: list[JSON]) -> list[JSON]:
        """Give blocks and elements without an id one."""
        return complete(blocks, self.team.world.mark)

    def remove(self, message: Message) -> None:
        """Take a message away, and tell the app; one with replies leaves a tombstone, as long as one of them is there."""
        if message.replies:
            self._bury(message)
            return
        del self.messages[message.ts]
        self.removed.add(message.ts)
        parent = self.messages.get(message.thread_ts or "")
        if parent is not None and message in parent.replies:
            parent.replies.remove(message)
        self.changed(message, "message_deleted")
        if parent is not None and parent.subtype == TOMBSTONE and not parent.replies:
            self.remove(parent)
        self.team.world.happened()

    def _bury(self, message: Message) -> None:
        before = message.payload()
        message.subtype, message.text, message.blocks = TOMBSTONE, "This message was deleted.", []
        message.bot_id = message.metadata = None
        message.reactions, message.files = {}, []
        self.changed(message, "message_changed", before=before)
        self.team.world.happened()

    def changed(self, message: Message, subtype: str, *, before: JSON | None = None) -> None:
        """Tell the app that a message was changed or deleted."""
        inner = {"message": message.payload()} if subtype == "message_changed" else {"deleted_ts": message.ts}
        event = {"type": "message", "subtype": subtype, "hidden": True, "ts": self.team.world.ts(), **inner}
        self.team.announce(event | {"previous_message": before or message.payload()}, channel=self)

    def payload(self) -> JSON:
        """Return it as conversations.info shows it."""
        shown = {"id": self.id, "is_im": bool(self.direct), "is_archived": self.archived, "created": 1_600_000_000}
        if self.direct:
            return shown | {"user": self.direct.id, "is_open": True}
        shown |= {"name": self.name, "name_normalized": self.name, "is_private": self.private, "is_group": self.private}
        shown |= {"is_channel": not self.private, "context_team_id": self.team.id, "num_members": len(self.members)}
        return shown | {"is_mpim": False, "is_general": False, "is_member": self.team.bot.id in self.members}
