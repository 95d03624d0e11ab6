"""Files: those that a member shares with me alone, fetched with my token, and those that I hand over myself.

The token goes to Slack and nowhere else: a file may be kept elsewhere, and where Slack does not let me read one, it
answers with a page for people to sign in.
"""

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import REACHED
from adapters.slack.web import SHARE, Web
from bot.errors import ChannelGone, Unreachable
from bot.ports import Attached

SECONDS: Final = 30.0  # that a file may take
MOST: Final = 2_000_000  # bytes that are read of a file, whatever was said of its size
ELSEWHERE: Final = "It is not kept in Slack. Download it, and send me the file itself."
LATER: Final = "Slack does not give it to me just now. Send it again in a minute."
NOT_TAKEN: Final = "Slack does not take the file."
REFUSED: Final = "Slack does not let me read it. Send it to me again, and not as a link."


def shared(web: Web, team: str, message: Mapping[str, Any]) -> Iterator[Attached]:
    """Yield the files of a message."""
    for file in message["files"]:
        fetch = partial(_fetched, web, team, str(file["id"]))
        yield Attached(name=str(file.get("name") or ""), size=int(file.get("size") or 0), fetch=fetch)


async def _fetched(web: Web, team: str, file: str) -> bytes:
    about = (await web.call(team, "files.info", file=file))["file"]
    address = str(about.get("url_private_download") or "")
    client = web.client(await web.tokens.of(team))
    if not _is_slacks(address, client.base_url):
        raise ChannelGone(ELSEWHERE)
    return await web.again(partial(_read, client, address, is_page=about.get("filetype") == "html"))


async def _read(client: AsyncWebClient, address: str, *, is_page: bool) -> bytes:
    assert client.session is not None  # noqa: S101  the one that it was made with
    try:
        async with (
            asyncio.timeout(SECONDS),
            client.session.get(address, headers=_signed(client.token), allow_redirects=False) as answer,
        ):
            if _may_help_later(answer.status):
                raise Unreachable(LATER)
            if answer.status != HTTPStatus.OK or (answer.content_type == "text/html" and not is_page):
                raise ChannelGone(REFUSED)
            return b"".join([part async for part in _parts(answer.content)])
    except REACHED as error:
        raise Unreachable(LATER) from error


async def hand_over(
    web: Web, team: str, content: bytes, *, name: str, alt_txt: str, where: Mapping[str, str]
) -> None:  # fmt: skip
    """Put a file into a channel or thread. Until it is shared nobody sees any of it, so each step before is repeated by itself."""
    given = await web.call(team, "files.getUploadURLExternal", filename=name, length=len(content), alt_txt=alt_txt)
    client = web.client(await web.tokens.of(team))
    await web.again(partial(_send, client, str(given["upload_url"]), content))
    await web.call(team, SHARE, files=[{"id": given["file_id"], "title": name}], **where)


async def _send(client: AsyncWebClient, address: str, content: bytes) -> None:
    assert client.session is not None  # noqa: S101  the one that it was made with
    try:
        async with client.session.post(address, data=content) as answer:
            if answer.status != HTTPStatus.OK:
                raise (Unreachable if _may_help_later(answer.status) else ChannelGone)(NOT_TAKEN)
    except REACHED as error:
        raise Unreachable(NOT_TAKEN) from error


def _may_help_later(status: int) -> bool:
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS


def _signed(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _parts(content: Any) -> Any:
    """Yield a file's parts, no more than are wanted."""
    left = MOST
    async for part in content.iter_chunked(65_536):
        yield part[:left]
        left -= len(part)
        if left <= 0:
            return


def _is_slacks(address: str, api: str) -> bool:
    """Whether an address is on the machines of the API, such as files.slack.com beside slack.com."""
    there, mine = urlsplit(address), urlsplit(api)
    host = f".{mine.hostname}"
    return there.scheme == mine.scheme and f".{there.hostname}".endswith(host)
