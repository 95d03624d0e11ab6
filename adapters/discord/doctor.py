"""What `python -m bot doctor` says of Discord: token, intents, invite link, and what is lacking in which server."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import aiohttp
import discord
from discord.http import Route

from adapters.discord.commands import numbers
from adapters.discord.connection import CONTENT_INTENT
from adapters.discord.places import FOR_POSTS, FOR_THREADS, NEEDED, lacking_in, why_no_role
from bot.ports import Finding, Ref
from bot.settings import Settings

WHAT: Final = "Discord"
PORTAL: Final = "the developer portal"
FEW_STARTS: Final = 20
SERVERS_LOOKED_INTO: Final = 10  # with three requests each
SECONDS: Final = 10


Roles = Callable[[Settings], Awaitable[Iterable[Ref]]]


async def examine(loaded: Settings, *, roles: Roles) -> list[Finding]:
    """Look at Discord from here, when a token is set; `roles` tells which roles schedules mention."""
    if loaded.discord_token is None:
        return []
    token = loaded.discord_token.get_secret_value()
    Route.BASE = loaded.discord_api
    link = _finding(f"invite the bot with {invite(application_of(token))}")
    try:
        wanted = [numbers(role) for role in await roles(loaded)]
        return [link, *[finding async for finding in _look(token, loaded, wanted)]]
    except discord.LoginFailure:
        return [
            link,
            _finding(f"the token is refused; reset it in {PORTAL} under Bot, and set the new one", fine=False),
        ]
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        return [link, _finding(f"cannot be reached ({error}); check the network and STUDYHALL_DISCORD_API", fine=False)]


def application_of(token: str) -> str:
    """Return the application's id, which the first part of a token spells."""
    first = token.partition(".")[0]
    try:
        spelled = base64.b64decode(first + "=" * (-len(first) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return spelled if spelled.isdecimal() else ""


def invite(application: str) -> str:
    """Return the address with which an administrator lets the bot into a server, with the permissions it needs."""
    return discord.utils.oauth_url(
        application or "YOUR_APPLICATION_ID", permissions=NEEDED, scopes=("bot", "applications.commands")
    )


async def _look(token: str, loaded: Settings, roles: Sequence[Sequence[int]]) -> Any:
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(token)
        yield _finding(f"the token is {client.user}'s")
        about = await client.application_info()
        if loaded.discord_message_content and not about.flags.value & CONTENT_INTENT:
            words = f"Message Content Intent is off: switch it on in {PORTAL} under Bot, or set STUDYHALL_DISCORD_MESSAGE_CONTENT=false"
            yield _finding(words, fine=False)
        _, _, starts = await client.http.get_bot_gateway()
        if (left := starts["remaining"]) < FEW_STARTS:
            yield _finding(f"only {left} starts are left today; see in the log why it starts so often", fine=False)
        servers = await client.http.get_guilds(200, with_counts=False)
        for finding in _servers(servers, loaded.discord_guilds):
            yield finding
        for server in servers[:SERVERS_LOOKED_INTO]:
            for finding in await _inside(client, int(server["id"]), roles):
                yield finding


async def _inside(client: discord.Client, number: int, roles: Sequence[Sequence[int]]) -> list[Finding]:
    """Return what is to be said of a server: channels in which I may post, but open no threads, and roles that cannot be mentioned."""
    server = await client.fetch_guild(number, with_counts=False)
    me = await server.fetch_member(client.user.id if client.user else 0)
    rooms = await server.fetch_channels()
    channels = [one for one in rooms if isinstance(one, discord.TextChannel)]
    posts = [one for one in channels if not lacking_in(one.permissions_for(me), FOR_POSTS)]
    mute = [f"#{one.name}" for one in posts if lacking_in(one.permissions_for(me), FOR_THREADS)]
    threads = (
        f"in {', '.join(mute)} of {server.name} I may open no threads, so answers there go by the "
        "card's button; for threads grant my role Create Public Threads under Edit Channel, Permissions"
    )
    wrong = [why_no_role(server, role, me=me, rooms=rooms) for guild, role in roles if guild == number]
    bad = [_finding(f"in {server.name}, of the role to mention: {one}", fine=False) for one in wrong if one]
    return [*([_finding(threads)] if mute else []), *bad]


def _servers(servers: list[Any], wanted: frozenset[int]) -> Iterator[Finding]:
    if not servers:
        yield _finding("the bot is in no server yet; open the link above", fine=False)
    for missing in wanted - {int(server["id"]) for server in servers}:
        yield _finding(
            f"the bot is not in server {missing} of STUDYHALL_DISCORD_GUILDS; open the link above", fine=False
        )
    for server in servers:
        names = lacking_in(discord.Permissions(int(server["permissions"])))
        words = (
            f"in {server['name']} its role lacks {names}: grant them under Server Settings, Roles"
            if names
            else f"is in {server['name']}"
        )
        yield _finding(words, fine=not names)


def _finding(words: str, *, fine: bool = True) -> Finding:
    return Finding(fine=fine, what=WHAT, words=words)
