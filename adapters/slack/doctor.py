"""What `python -m bot doctor` says of Slack: settings, tokens, scopes, the socket, and where the bot is a member."""

from collections.abc import AsyncIterator
from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.commands import HTTP_PATH, INSTALL_PATH, SCOPES
from adapters.slack.connection import NOT_TAKEN, Access, access
from adapters.slack.errors import REACHED, refused, translated
from adapters.slack.web import OneToken, Web
from bot.errors import SettingsError
from bot.ports import Finding
from bot.settings import Settings

WHAT: Final = "Slack"
SHOWN: Final = 10  # channels that are named


async def examine(loaded: Settings) -> list[Finding]:
    """Look at Slack from here, when anything of it is set."""
    if not loaded.slack:
        return []
    try:
        way = access(loaded)
    except SettingsError as error:
        return [_finding(problem, fine=False) for problem in error.problems]
    web = Web(way.api, OneToken(way.bot_token))
    try:
        return [finding async for finding in _look(web.client(way.bot_token), way)]
    finally:
        await web.close()


async def _look(client: AsyncWebClient, way: Access) -> AsyncIterator[Finding]:
    shown = "STUDYHALL_SLACK_BOT_TOKEN"
    try:
        if way.bot_token:
            async for finding in _bot(client):
                yield finding
        shown = "STUDYHALL_SLACK_APP_TOKEN"
        if way.app_token:
            await client.apps_connections_open(app_token=way.app_token)
            yield _finding("the socket's token is taken")
        else:
            yield _finding(f"Slack's requests are taken on {way.host}:{way.port}{HTTP_PATH}")
    except SlackApiError as error:
        yield _finding(_refused(error, shown), fine=False)
    except REACHED as error:
        yield _finding(f"cannot be reached ({error}); check the network and STUDYHALL_SLACK_API", fine=False)
    if not way.bot_token:
        yield _finding(f"workspaces install the bot at {INSTALL_PATH} of its public address")


async def _bot(client: AsyncWebClient) -> AsyncIterator[Finding]:
    about: Any = await client.auth_test()
    yield _finding(f"the token is {about['user']}'s in {about['team']}")
    headers = {name.lower(): value for name, value in about.headers.items()}
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    if missing := [scope for scope in SCOPES if scope not in granted]:
        words = (
            f"scopes are missing: {', '.join(missing)}; add them under OAuth & Permissions, and install the app again"
        )
        yield _finding(words, fine=False)
        return
    yield _finding("all scopes are granted")
    found: Any = await client.users_conversations(
        types="public_channel,private_channel", exclude_archived=True, limit=200
    )
    names = sorted(channel["name"] for channel in found["channels"])
    shown = ", ".join(f"#{name}" for name in names[:SHOWN])
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    words = f"is in {shown}{rest}" if names else "is in no channel yet; type /invite @Studyhall in one"
    yield _finding(words, fine=bool(names))


def _refused(error: SlackApiError, name: str) -> str:
    """Return what to do about an error, of which a refused token is the commonest."""
    problem = translated(error)
    problem.__cause__ = error
    return f"{name} ({error.response['error']}): {NOT_TAKEN}" if refused(problem) else str(problem)


def _finding(words: str, *, fine: bool = True) -> Finding:
    return Finding(fine=fine, what=WHAT, words=words)
