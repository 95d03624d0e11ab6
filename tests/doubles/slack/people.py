"""Who is in a workspace of the loopback Slack, and what came of something that a person did."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.doubles.loopback import PATIENCE
from tests.doubles.slack.messages import JSON, Channel, Message
from tests.doubles.slack.world import Team

if TYPE_CHECKING:
    from tests.doubles.slack.delivery import Delivery
    from tests.doubles.slack.views import View


@dataclass(eq=False, repr=False)
class User:
    """A person, or the bot's own user."""

    team: Team
    id: str
    name: str
    display_name: str = ""
    real_name: str = ""
    admin: bool = False
    owner: bool = False
    is_bot: bool = False
    tz: str = "Europe/Berlin"
    deleted: bool = False
    modals: list["View"] = field(default_factory=list)  # the open ones, the topmost last
    home: "View | None" = None
    published: int = 0  # times that the bot has shown the App Home
    private: list[Message] = field(default_factory=list)  # the messages that only this person saw, in order

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"

    @property
    def mention(self) -> str:
        """What Slack writes where this person is mentioned."""
        return f"<@{self.id}>"

    @property
    def modal(self) -> "View | None":
        """The modal before this person."""
        return self.modals[-1] if self.modals else None

    @property
    def direct(self) -> Channel:
        """The direct messages with the bot."""
        return self.team.direct(self)

    def shown(self, channel: Channel, **said: Any) -> Message:
        """Show this person something that nobody else sees."""
        world = self.team.world
        message = Message(channel, self.team.bot, bot_id=self.team.bot_id, viewer=self, ts=world.ts(), **said)
        channel.complete(message.blocks)
        channel.hidden.append(message)
        self.private.append(message)
        world.note(f"only to {self.name} in #{channel.name}: {message.text[:100]!r}")
        world.happened()
        return message

    def put_sign(self, message: Message, sign: str) -> None:
        """React to a message."""
        message.reactions.setdefault(sign, []).append(self.id)
        item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
        event = {"type": "reaction_added", "user": self.id, "reaction": sign, "item": item}
        self.team.announce(event | {"item_user": message.user.id}, channel=message.channel)
        self.team.world.happened()

    def payload(self) -> JSON:
        """Return this person as users.info shows it."""
        profile = {"display_name": self.display_name, "real_name": self.real_name, "team": self.team.id}
        own = {"id": self.id, "team_id": self.team.id, "name": self.name, "deleted": self.deleted, "tz": self.tz}
        flags = {"is_admin": self.admin or self.owner, "is_owner": self.owner, "is_primary_owner": self.owner}
        flags |= {"is_bot": self.is_bot, "is_app_user": False, "is_restricted": False, "is_ultra_restricted": False}
        return {**own, "real_name": self.real_name, "profile": profile, **flags}


@dataclass(eq=False, repr=False)
class Interaction:
    """A command, a click or a form of a person, and what the bot did about it."""

    user: User
    delivery: "Delivery"
    trigger_id: str
    at: float
    ts: str
    channel: Channel | None = None
    message: Message | None = None  # the one that was clicked
    told: list[Message] = field(default_factory=list)  # in the acknowledgement or at the response_url
    view: "View | None" = None  # the modal that it opened or changed
    errors: dict[str, str] = field(default_factory=dict)  # of a form, by the ids of its blocks
    exchanged: bool = False
    uses: int = 0
    ack_seconds: float = 0.0

    def __repr__(self) -> str:
        return f"<{self.delivery.name} of {self.user.name}, told {self.told}, view {self.view}, errors {self.errors}>"

    @property
    def private(self) -> list[Message]:
        """What only this person was told since, by whatever way."""
        return [message for message in self.user.private if message.ts > self.ts]

    async def modal(self, *, within: float = PATIENCE) -> "View":
        """Return the modal that it opens, as soon as it is open."""
        await self.user.team.world.wait_for(lambda: self.view, within=within)
        assert self.view is not None
        return self.view

    async def answered(self, number: int = 1, *, within: float = PATIENCE) -> Message:
        """Return the n-th message that only this person is told, as soon as it is there."""
        await self.user.team.world.wait_for(lambda: len(self.private) >= number, within=within)
        return self.private[number - 1]
