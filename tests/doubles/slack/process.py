"""A workspace on the loopback Slack with its people, and what they see of a bot that is a process of its own."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from tests.doubles.process import Bot
from tests.doubles.slack.members import Member
from tests.doubles.slack.messages import Channel, Message
from tests.doubles.slack.server import SlackServer


@dataclass
class Study:
    """A workspace with a channel, an organiser, two members, and Lou who looks on."""

    slack: SlackServer
    ada: Member
    maya: Member
    bo: Member
    lou: Member
    quiz: Channel
    trying: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)  # Lou has one form open at a time

    def channel(self, name: str) -> Channel:
        """Return a new channel with everybody in it."""
        return self.slack.team.create_channel(name)

    async def ask(self, process: Bot, place: Channel, words: str = "") -> Message:
        """Let Ada ask for a question, and return its card once it can be answered."""
        await self.ada.slash(place, words)
        await process.until(place.by_bot)
        return await self.open(process, place)

    async def open(self, process: Bot, place: Channel) -> Message:
        """Return a place's newest card once the bot knows its thread, which Lou tries until it does."""
        (*_, card) = place.by_bot()
        async with self.trying:
            while True:
                used = await self.lou.shortcut("answer", card)
                await process.until(lambda: used.view or used.private)  # noqa: B023  waited for at once
                if used.view:
                    await self.lou.close()
                    return card

    async def reveal(self, member: Member, shown: Message) -> None:
        """Let a member press Reveal, and mean it."""
        asked = await (await member.click(shown, "Reveal")).answered()
        await member.click(asked, "Reveal to everybody")

    async def grade(self, member: Member, shown: Message, text: str) -> str:
        """Let a member answer in the form, and return the title of what they are told."""
        await (await member.click(shown, "Answer")).modal()
        sent = await member.submit({"text": text})
        return (await sent.answered()).title


def study(slack: SlackServer) -> Study:
    """Make the workspace."""
    people = {name: slack.create_user(name, admin=name == "ada") for name in ("ada", "maya", "bo", "lou")}
    return Study(slack, **people, quiz=slack.team.create_channel("quiz"))


def signs(said: Message) -> list[str]:
    """Return the signs on a message, one for each who put it there."""
    return [name for name, people in said.reactions.items() for _ in people]


def told(member: Member) -> list[str]:
    """Return the titles of all that only this member was told."""
    return [message.title for message in member.private]


def start_at(slack: SlackServer, instant: str) -> dict[str, str]:
    """Put Slack's clock to an instant, and return the setting that puts the bot's there."""
    slack.clock.move_to(datetime.fromisoformat(instant))
    return {"START_AT": instant}
