"""The two places of a soak, each with its channels and members: what they do, and what they are shown."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import discord as library
from simcord.results import to_discord_message

from bot.ports import Ref
from tests.doubles.discord.faults import DiscordFaults
from tests.doubles.discord.server import DiscordServer
from tests.doubles.loopback import NotAcknowledged
from tests.doubles.slack.faults import SlackFaults
from tests.doubles.slack.members import Member
from tests.doubles.slack.messages import CannotDo, Channel, Message
from tests.doubles.slack.server import SlackServer

GRADE: Final = " of 100"
SAVED: Final = (
    "It is saved, but could not be shown"  # where no grade could be, however often it was tried: it is on Home
)
PATIENCE: Final = 5.0  # seconds for what one press promises; who waits longer presses again
KINDS: Final = {"question": "Question of the ", "reveal": "The answer", "board": "Weekly board"}
AnyFaults = SlackFaults | DiscordFaults


class NotShown(Exception):
    """What was pressed did not lead where it should."""


class Town(Protocol):
    """One platform with its people."""

    name: str
    faults: AnyFaults
    routes: tuple[str, ...]  # which may go wrong
    channels: list[Any]
    members: list[Any]
    ada: Any  # who organises

    def places(self) -> list[Ref]:
        """Return the channels' references."""
        ...

    async def plan(self, place: Any) -> None:
        """Let the organiser set a channel's schedule."""
        ...

    def titles(self, place: Any) -> list[str]:
        """Return the titles of what the bot posted in a channel."""
        ...

    async def reply(self, member: Any, place: Any, text: str) -> None:
        """Let a member answer in the thread of the newest question; raises NotShown."""
        ...

    async def fill_in(self, member: Any, place: Any, text: str) -> None:
        """Let a member answer in the form of the newest question; raises NotShown."""
        ...

    def grades(self, member: Any) -> int:
        """Return how many answers a member was told the grade of, or at least that they are saved."""
        ...

    def cut(self) -> bool:
        """Cut the connection over which the bot hears; return whether there is one."""
        ...


def shown(town: Town, place: Any) -> Counter[str]:
    """Return how many cards of each kind stand in a channel."""
    return Counter(kind for title in town.titles(place) for kind, words in KINDS.items() if words in title)


@dataclass
class SlackTown:
    """A workspace."""

    slack: SlackServer
    size: int
    name: str = "Slack"
    routes: tuple[str, ...] = (
        "chat.postMessage", "chat.update", "chat.postEphemeral", "reactions.add", "views.open", "conversations.replies",
        "conversations.open", "users.info", "files.*", "upload",
    )  # fmt: skip
    members: list[Member] = field(init=False)
    channels: list[Channel] = field(init=False)

    def __post_init__(self) -> None:
        self.faults: AnyFaults = self.slack.faults
        self.ada = self.slack.create_user("ada", admin=True)
        self.members = [self.slack.create_user(f"m{number}") for number in range(self.size)]
        self.channels = [self.slack.team.create_channel(name) for name in ("quiz", "hall")]

    def places(self) -> list[Ref]:
        """Return the channels' references."""
        return [f"slack:{self.slack.team.id}:{one.id}" for one in self.channels]

    async def plan(self, place: Channel) -> None:
        """Type the command."""
        await (await self.ada.slash(place, "schedule set 09:00 UTC mon-fri reveal=17:00 board=fri")).answered()

    def titles(self, place: Channel) -> list[str]:
        """Return the titles of all messages, also in threads."""
        return [one.title for one in place.messages.values() if one.user.is_bot]

    def _card(self, place: Channel) -> Message:
        return [one for one in place.by_bot() if KINDS["question"] in one.title][-1]

    async def reply(self, member: Member, place: Channel, text: str) -> None:
        """Say it."""
        member.say(place, text, thread=self._card(place))

    async def fill_in(self, member: Member, place: Channel, text: str) -> None:
        """Press the button, and send the form when it is there."""
        try:
            await (await member.click(self._card(place), "Answer")).modal(within=PATIENCE)
            await member.submit({"text": text})
        except (TimeoutError, NotAcknowledged, CannotDo) as error:
            raise NotShown(str(error)) from error

    def grades(self, member: Member) -> int:
        """Count private messages and direct ones."""
        told = (*member.private, *member.direct.by_bot())
        return sum(GRADE in one.title or SAVED in one.words for one in told)

    def cut(self) -> bool:
        """Drop the socket; over HTTP there is none."""
        self.slack.socket.drop()
        return not self.slack.http.url


@dataclass
class DiscordTown:
    """A server."""

    discord: DiscordServer
    size: int
    name: str = "Discord"
    routes: tuple[str, ...] = (
        "POST /channels/*/messages", "PATCH /channels/*/messages/*", "POST /channels/*/messages/*/threads",
        "PUT /channels/*/reactions/*", "GET /channels/*/messages", "POST /interactions/*/*/callback", "POST /webhooks/*",
    )  # fmt: skip
    members: list[Any] = field(init=False)
    channels: list[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.faults: AnyFaults = self.discord.faults
        self.guild = self.discord.create_guild("Study group")
        organisers = self.guild.create_role("Organisers", permissions=library.Permissions(manage_guild=True))
        self.ada = self.guild.add_member(self.discord.create_user("ada"), roles=[organisers])
        self.members = [self.guild.add_member(self.discord.create_user(f"m{number}")) for number in range(self.size)]
        self.channels = [self.guild.create_text_channel(name) for name in ("quiz", "hall")]

    def places(self) -> list[Ref]:
        """Return the channels' references."""
        return [f"discord:{self.guild.id}:{one.id}" for one in self.channels]

    async def plan(self, place: Any) -> None:
        """Type the command."""
        how = {"at": "09:00", "zone": "UTC", "days": "mon-fri", "reveal": "17:00", "board": "fri"}
        await self.ada.slash(place, "schedule set", **how)

    def titles(self, place: Any) -> list[str]:
        """Return the titles of all cards, also in threads."""
        rooms = [one.id for one in self.discord.backend.channels.values() if place.id in (one.id, one.parent_id)]
        return [title(one) for room in rooms for one in self._by_bot(room) if not one.is_ephemeral]

    def _by_bot(self, room: int) -> list[Any]:
        """Return the bot's messages as they are kept: the library's view of each would be most of a soak."""
        me = self.discord.backend.bot_user.id
        return [one for one in self.discord.backend.messages.get(room, {}).values() if one.author_id == me]

    def _card(self, place: Any) -> Any:
        return [one for one in self._by_bot(place.id) if KINDS["question"] in title(one)][-1]

    async def reply(self, member: Any, place: Any, text: str) -> None:
        """Say it."""
        thread = self._card(place).id  # a message's thread has its id
        if thread not in self.discord.backend.channels:
            raise NotShown("the thread is not there yet")
        await member.send(self.discord.channel(thread), text)

    async def fill_in(self, member: Any, place: Any, text: str) -> None:
        """Press the button, and send the form when it is there."""
        try:
            opened = await member.click(to_discord_message(self.discord, self._card(place)), label="Answer")
            if opened.modal is None:
                raise NotShown
            await member.submit_modal(opened, {"text": text})
        except (TimeoutError, NotAcknowledged) as error:
            raise NotShown(str(error)) from error

    def grades(self, member: Any) -> int:
        """Count what only they see, direct messages, and the signs on what they said in today's threads."""
        direct = self._by_bot(member.user.dm_channel.id)
        alone = [one for place in self.channels for one in self._by_bot(place.id) if one.is_ephemeral]
        seen = [one for one in (*direct, *alone) if one.visible_to(member.id)]
        told = sum(GRADE in title(one) or SAVED in str(one.embeds) for one in seen)
        return told + sum(self._signed(member, self._card(place).id) for place in self.channels)

    def _signed(self, member: Any, thread: int) -> int:
        there = self.discord.backend.messages.get(thread, {})
        return sum(bool(one.reactions) for one in there.values() if one.author_id == member.id)

    def cut(self) -> bool:
        """Drop the gateway's connections."""
        self.discord.gateway.drop()
        return True


def title(message: Any) -> str:
    """Return a card's title, or nothing."""
    return str(message.embeds[0].get("title") or "") if message.embeds else ""


async def until(true: Callable[[], bool], *, within: float) -> bool:
    """Wait until something is so, and return whether it is in the end."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            while True:
                if true():
                    return True
                await asyncio.sleep(0.01)
    return true()
