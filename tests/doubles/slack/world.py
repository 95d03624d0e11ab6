"""A Slack without a bot in it: workspaces, the app that is installed in them with its tokens, and the clock."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from bot.clock import MovableClock
from tests.doubles.loopback import Watch
from tests.doubles.slack.messages import JSON, Channel

if TYPE_CHECKING:
    from tests.doubles.slack.access import Approval
    from tests.doubles.slack.delivery import Delivery
    from tests.doubles.slack.people import Interaction, User
    from tests.doubles.slack.views import View

EVENT_SCOPES: Final = {
    "app_mention": "app_mentions:read", "reaction_added": "reactions:read", "reaction_removed": "reactions:read",
    "member_joined_channel": "channels:read", "member_left_channel": "channels:read", "channel_left": "channels:read",
    "channel_archive": "channels:read", "channel_unarchive": "channels:read", "channel_deleted": "channels:read",
    "user_change": "users:read", "team_join": "users:read",
}  # fmt: skip
TOKEN_LASTS: Final = timedelta(hours=12)


@dataclass(eq=False)
class Token:
    """What a caller of the Web API shows."""

    text: str
    team: "Team | None"
    scopes: frozenset[str]
    kind: str = "bot"  # or app
    refresh: str | None = None
    expires: datetime | None = None
    broken: str | None = None  # the error that it meets from now on


@dataclass(eq=False)
class App:
    """The app's page: its secrets, what it may do and what it is told."""

    id: str = "A0STUDYHALL"
    client_id: str = "10.20"
    client_secret: str = "client-secret-of-the-loopback"
    signing_secret: str = "signing-secret-of-the-loopback"
    verification: str = "verification-of-the-loopback"
    rotation: bool = False
    home: bool = True
    scopes: frozenset[str] = frozenset(
        {"app_mentions:read", "channels:history", "channels:read", "channels:join", "chat:write", "commands"}
        | {
            "files:read",
            "files:write",
            "groups:history",
            "groups:read",
            "im:history",
            "im:read",
            "im:write",
            "reactions:read",
        }
        | {"reactions:write", "team:read", "users:read"}
    )
    events: frozenset[str] | None = None  # None: all that its scopes allow
    commands: frozenset[str] | None = None
    shortcuts: frozenset[str] | None = None

    def take(self, manifest: JSON) -> None:
        """Set the page up from a manifest: what it leaves out does not work."""
        features, settings = manifest["features"], manifest["settings"]
        self.scopes = frozenset(manifest["oauth_config"]["scopes"]["bot"])
        self.events = frozenset(settings.get("event_subscriptions", {}).get("bot_events", []))
        self.commands = frozenset(one["command"] for one in features.get("slash_commands", []))
        self.shortcuts = frozenset(one["callback_id"] for one in features.get("shortcuts", []))
        self.home = bool(features.get("app_home", {}).get("home_tab_enabled"))
        self.rotation = bool(settings.get("token_rotation_enabled"))


@dataclass(eq=False, repr=False)
class Team:
    """A workspace."""

    world: "World"
    id: str
    name: str
    users: dict[str, "User"] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    views: dict[str, "View"] = field(default_factory=dict)
    bot: Any = None  # the bot's user
    bot_id: str = "B0STUDYHALL"
    installed: bool = False
    files: dict[str, JSON] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"

    @property
    def app(self) -> App:
        """The app of this server."""
        return self.world.app

    @property
    def short(self) -> JSON:
        """The workspace in an interaction."""
        return {"id": self.id, "domain": self.name.lower()}

    def create_channel(
        self, name: str, *, members: Iterable["User"] | None = None, private: bool = False, bot: bool = True
    ) -> Channel:
        """Make a channel with all present people in it, or with some; and with the bot."""
        inside = {user.id for user in (self.users.values() if members is None else members) if user is not self.bot}
        channel = Channel(self, self.world.mark("C"), name, private, members=inside | ({self.bot.id} if bot else set()))
        self.channels[channel.id] = channel
        return channel

    def share(self, channel: Channel, other: "Team") -> None:
        """Share a channel with another workspace, by Slack Connect: its people and its bot are in it too."""
        channel.members |= {*other.users, other.bot.id}
        other.channels[channel.id] = channel
        self.world.shared.add(channel.id)

    def direct(self, user: "User") -> Channel:
        """Return the direct messages between a person and the bot."""
        known = next((channel for channel in self.channels.values() if channel.direct is user), None)
        if known is None:
            members = {user.id, self.bot.id}
            known = Channel(self, self.world.mark("D"), f"@{user.name}", direct=user, members=members)
            self.channels[known.id] = known
        return known

    def announce(self, event: JSON, *, channel: Channel | None = None, send: bool = True) -> list["Delivery"]:
        """Tell the app of an event, if it is subscribed, may read it and is there."""
        name = event["type"]
        scope = EVENT_SCOPES.get(name)
        if channel is not None and "item" not in event:
            event = event | {"channel": channel.id}
        if channel is not None and name == "message":
            event = event | {"channel_type": channel.kind}
            name, scope = f"message.{channel.scope}", f"{channel.scope}:history"
        told = self.app.events is None or name in self.app.events
        may = scope is None or scope in self.app.scopes
        there = channel is None or self.bot.id in channel.members
        if not (self.installed and told and may and there):
            return []
        delivery = self.world.delivery("events_api", self.envelope(event), self)
        if send:
            self.world.send(delivery)
        return [delivery]

    def envelope(self, event: JSON) -> JSON:
        """Return an event as it is delivered."""
        base = {"enterprise_id": None, "team_id": self.id}
        own = {"user_id": self.bot.id, "is_bot": True, "is_enterprise_install": False}
        return {
            "token": self.app.verification, "team_id": self.id, "context_team_id": self.id, "type": "event_callback",
            "context_enterprise_id": None, "api_app_id": self.app.id, "authorizations": [base | own],
            "event": {"event_ts": event.get("ts") or self.world.ts()} | event, "event_id": self.world.mark("Ev"),
            "event_time": int(self.world.now().timestamp()),
            "is_ext_shared_channel": str(event.get("channel")) in self.world.shared,
        }  # fmt: skip


class World(Watch):
    """All workspaces, the clock, and what has happened."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = MovableClock(running=True)
        self.app = App()
        self.teams: dict[str, Team] = {}
        self.tokens: dict[str, Token] = {}
        self.deliveries: list[Delivery] = []
        self.interactions: dict[str, Interaction] = {}  # by trigger id
        self.approvals: dict[str, Approval] = {}  # by code
        self.shared: set[str] = set()  # channels that several workspaces share
        self.home = ""  # the server's address
        self.ticket: Callable[[], str]
        self.lines: list[str] = []
        self.send: Callable[[Delivery], None]
        self.delivery: Callable[[str, JSON, Team], Delivery]
        self.mark: Callable[..., str] = partial(_mark, count(1))
        self._last_ts = 0

    def now(self) -> datetime:
        """Return the present instant of this Slack."""
        return self.clock.now()

    def advance(self, passed: timedelta) -> None:
        """Put this Slack's clock ahead."""
        self.clock.move_to(self.now() + passed)

    def ts(self) -> str:
        """Return a new timestamp, later than all before it."""
        micro = int(self.now().astimezone(UTC).timestamp() * 1_000_000)
        self._last_ts = max(micro, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def note(self, line: str) -> None:
        """Write a line of the transcript."""
        self.lines.append(line)

    def transcript(self) -> str:
        """Return all that happened, a line each."""
        return "\n".join(self.lines)

    def new_token(self, team: Team, scopes: Iterable[str]) -> Token:
        """Give out a bot token, one that expires when the app rotates its tokens."""
        text = f"xox{'e.xoxb' if self.app.rotation else 'b'}-{team.id}-{uuid.uuid4().hex}"
        token = Token(text, team, frozenset(scopes))
        if self.app.rotation:
            token.refresh, token.expires = f"xoxe-1-{uuid.uuid4().hex}", self.now() + TOKEN_LASTS
        self.tokens[token.text] = token
        return token


def _mark(numbers: "count[int]", letters: str = "b") -> str:
    """Return a new id, such as C00000012."""
    return f"{letters}{next(numbers):08d}"
