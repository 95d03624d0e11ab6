"""What people do to channels and accounts on the loopback Slack: what is there for the bot becomes another, or is gone."""

from dataclasses import dataclass

from tests.doubles.slack.messages import Channel
from tests.doubles.slack.people import User


@dataclass(eq=False, repr=False)
class Keeper(User):
    """A person who may change channels, and who is in them."""

    def invite_bot(self, channel: Channel) -> None:
        """Add the app to a channel."""
        channel.members.add(self.team.bot.id)
        kind = {"channel_type": "G" if channel.private else "C", "team": self.team.id}
        event = {"type": "member_joined_channel", "user": self.team.bot.id, "inviter": self.id, **kind}
        self.team.announce(event, channel=channel)

    def remove_bot(self, channel: Channel) -> None:
        """Take the app out of a channel."""
        event = {"type": "channel_left", "actor_id": self.id}
        self.team.announce(event, channel=channel)
        channel.members.discard(self.team.bot.id)

    def make_private(self, channel: Channel) -> None:
        """Make a channel private; it keeps its id and who is in it, the app too."""
        channel.private = True

    def rename(self, channel: Channel, name: str) -> None:
        """Give a channel another name."""
        channel.name = name
        renamed = {"id": channel.id, "name": name, "name_normalized": name, "created": 1_600_000_000}
        self.team.announce({"type": "channel_rename", "channel": renamed})

    def deactivate(self, member: User) -> None:
        """Deactivate a person's account; what they have said stays."""
        member.deleted = True
        for channel in self.team.channels.values():
            channel.members.discard(member.id)
        self.team.announce({"type": "user_change", "user": member.payload()})

    def archive(self, channel: Channel) -> None:
        """Archive a channel."""
        channel.archived = True
        self.team.announce({"type": "channel_archive", "user": self.id}, channel=channel)
