"""A server on the loopback Discord with its people, and what they see of a bot that is a process of its own."""

from dataclasses import dataclass
from typing import Any

import discord as library

from tests.doubles.discord.server import DiscordServer
from tests.doubles.process import Bot


@dataclass
class Study:
    """A server with a channel, an organiser and two members."""

    discord: DiscordServer
    guild: Any
    quiz: Any
    ada: Any
    maya: Any
    bo: Any

    def channel(self, name: str) -> Any:
        """Return a new channel."""
        return self.guild.create_text_channel(name)

    async def ask(self, process: Bot, place: Any, **options: str) -> Any:
        """Let Maya ask for a question, and return its card once its thread is there."""
        await self.maya.slash(place, "quiz", **options)
        await process.until(lambda: place.threads)
        return card(place)

    async def grade(self, member: Any, shown: Any, text: str) -> str:
        """Let a member answer in the form, and return the title of what they are told."""
        opened = await member.click(shown, label="Answer")
        done = await member.submit_modal(opened, {"text": text})
        told = await self.discord.followup(done)
        return str(told.embeds[0].title)

    async def reveal(self, member: Any, shown: Any) -> Any:
        """Let a member press Reveal, and mean it."""
        asked = await self.discord.followup(await member.click(shown, label="Reveal"))
        return await member.click(asked, label="Reveal to everybody")


def study(discord: DiscordServer) -> Study:
    """Make the server."""
    guild = discord.create_guild("Study group")
    organisers = guild.create_role("Organisers", permissions=library.Permissions(manage_guild=True))
    users = {name: discord.create_user(name, global_name=name.title()) for name in ("ada", "maya", "bo")}
    people = {name: guild.add_member(user, roles=[organisers] * (name == "ada")) for name, user in users.items()}
    return Study(discord, guild, guild.create_text_channel("quiz"), **people)


def cards(place: Any) -> list[Any]:
    """Return the bot's cards in a place, the oldest first."""
    return [message for message in place.history() if message.author.bot and message.embeds]


def card(place: Any) -> Any:
    """Return the bot's newest card in a place."""
    return cards(place)[-1]


def signs(said: Any, place: Any) -> list[str]:
    """Return the signs on a member's message."""
    return [str(sign.emoji) for message in place.history() if message.id == said.id for sign in message.reactions]


def grades(place: Any) -> list[Any]:
    """Return the cards in a thread by which everybody finds their own grade."""
    buttons = ((m, item.label) for m in place.history() for row in m.components for item in row.children)
    return [message for message, label in buttons if label == "See my grade"]
