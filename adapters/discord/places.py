"""What a place on Discord lets me do: post there, open threads, be answered; and in words what is lacking, and who can mend it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
import discord

from bot.cards import Talk
from bot.errors import ChannelGone, MessageGone, Unreachable

# What the bot needs, in Discord's words; the invite link asks for exactly these.
NEEDED: Final = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, create_public_threads=True, embed_links=True,
    attach_files=True, read_message_history=True, add_reactions=True,
)  # fmt: skip
FOR_POSTS: Final = discord.Permissions(view_channel=True, send_messages=True, embed_links=True, attach_files=True)
FOR_WORDS: Final = discord.Permissions(view_channel=True, send_messages=True)
FOR_THREADS: Final = discord.Permissions(create_public_threads=True, read_message_history=True)
SERVER_ERROR: Final = 500
MEND: Final = "Grant it to my role under Edit Channel, Permissions."
MESSAGE_DELETED: Final = (
    10008  # Discord's code for a message that is not there (any more), as the following are its codes too
)
NO_ACCESS: Final = 50001
NO_DIRECT_MESSAGES: Final = 50007
ASLEEP: Final = 50083
LOCKED: Final = 160005
WHY: Final = {
    MESSAGE_DELETED: "The message is deleted.",
    NO_ACCESS: "I am not let in here. Mention me in a private thread, and I am; else grant my role View Channel.",
    NO_DIRECT_MESSAGES: "This member takes no direct messages.",
    ASLEEP: "The thread is archived. Write something in it; if it is locked, unlock it first.",
    LOCKED: "The thread is locked. Unlock it, or use another channel.",
    160006: "This server has as many open threads as Discord allows. Archive some of them.",
}


def found(client: discord.Client, guild: int, place: int) -> Any:
    """Return a channel or thread as far as it is known."""
    server = client.get_guild(guild)
    return server and server.get_channel_or_thread(place)


def has_threads(place: Any) -> bool:
    """Whether threads can be opened in a kind of place; one that is not known may be of that kind."""
    return place is None or isinstance(place, discord.TextChannel)


def talk(client: discord.Client, guild: int, place: int, message: int = 0, *, content: bool) -> Talk:
    """Return how the cards in a place are answered, with words' `content` or without: a thread that a member opened on one counts as well as mine."""
    known = found(client, guild, place)
    threads = known is None or (has_threads(known) and not lacking_in(_mine(known), FOR_THREADS))
    if not threads and not isinstance(found(client, guild, message), discord.Thread):
        return Talk.NONE
    return Talk.OPEN if content else Talk.MENTION


def _mine(place: Any) -> discord.Permissions:
    granted: discord.Permissions = place.permissions_for(place.guild.me)
    return granted


def hindrance(known: Any) -> str:
    """Say what keeps me from posting in a place, or nothing as far as is known."""
    if isinstance(known, discord.Thread) and not _mine(known).manage_threads:
        if known.locked:
            return WHY[LOCKED]
        if known.is_private() and known.me is None:
            return WHY[NO_ACCESS]
    send = {"send_messages": False, "send_messages_in_threads": True} if isinstance(known, discord.Thread) else {}
    needed = discord.Permissions(FOR_POSTS.value)
    needed.update(**send)
    lacking = lacking_in(_mine(known), needed)
    return f"I may not post in #{known.name}: I lack {lacking}. {MEND}" if lacking else ""


def is_known(client: discord.Client, guild: int, number: int, *, role: bool) -> bool:
    """Whether somebody can be mentioned: a role that was deleted cannot."""
    server = client.get_guild(guild)
    return not role or (server is not None and server.get_role(number) is not None)


def why_no_role(
    server: Any, number: int, *, mentioned: bool = True, me: Any = None, rooms: Iterable[Any] | None = None
) -> str:
    """Say why a role cannot be given out, and `mentioned`, or nothing.

    One that may do more than everybody, or see more, is never given out. Where the library knows neither, `me` is my member
    and `rooms` are the server's channels.
    """
    role = server and server.get_role(number)
    if role is None:
        return "That role is not there any more. An organiser can choose another with /schedule set"
    me = me or server.me
    mine = me.guild_permissions
    everybody = server.default_role.permissions
    opens = any(place.overwrites_for(role).pair()[0].value for place in (server.channels if rooms is None else rooms))
    if role.managed or role.is_default() or role.permissions.value & ~everybody.value or opens:
        return f"@{role.name} may do or see more than everybody, or belongs to an app. Make a role without any rights for this."
    if not mine.manage_roles or role >= me.top_role:
        return f"I may not give @{role.name} to anybody: grant my role Manage Roles under Server Settings, Roles, and drag it above @{role.name}."
    if mentioned and not (role.mentionable or mine.mention_everyone):
        return f"I may not mention @{role.name}: switch on “Allow anyone to @mention this role” under Server Settings, Roles."
    return ""


def why(client: discord.Client, guild: int, place: int, error: discord.HTTPException) -> str:
    """Say in a sentence why Discord refused a message, and what to do."""
    known = found(client, guild, place)
    lacking = lacking_in(_mine(known)) if known is not None else ""
    if error.code in WHY and not (error.code == NO_ACCESS and lacking):
        return WHY[error.code]
    if isinstance(error, discord.NotFound) or known is None:
        return f"Discord knows no such channel, thread or message any more, or I may not see it ({error.code})."
    if lacking:
        return f"I may not post in #{known.name}: I lack {lacking}. {MEND}"
    return f"Discord refused it in #{known.name}: {error.text or error.status} ({error.code})."


def may_help_later(error: discord.HTTPException) -> bool:
    """Whether what Discord refuses now it may do the next time."""
    return error.status >= SERVER_ERROR or error.status in {401, 429}


@contextmanager
def translated(client: discord.Client, guild: int, channel: int) -> Iterator[None]:
    """Turn the library's errors into ours."""
    try:
        yield
    except discord.HTTPException as error:
        if may_help_later(error):
            raise Unreachable(f"Discord does not answer ({error.status}).") from error
        gone = MessageGone if error.code == MESSAGE_DELETED else ChannelGone
        raise gone(why(client, guild, channel, error)) from error
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Unreachable(f"Discord cannot be reached ({type(error).__name__}).") from error


def why_no_thread(client: discord.Client, guild: int, place: int, error: discord.HTTPException) -> str:
    """Say in a sentence why Discord refused a thread, and what to do."""
    known = found(client, guild, place)
    if known is not None and (lacking := lacking_in(_mine(known), FOR_THREADS)):
        return f"I may open no threads in #{known.name}: I lack {lacking}. {MEND}"
    return why(client, guild, place, error)


def lacking_in(granted: discord.Permissions, needed: discord.Permissions = NEEDED) -> str:
    """Return what the bot needs and does not have, in the words of Discord's settings."""
    lacking = [] if granted.administrator else [name for name, on in needed if on and not getattr(granted, name)]
    return ", ".join("View Channel" if name == "read_messages" else name.replace("_", " ").title() for name in lacking)
