"""Files that a member shares with me alone: what Slack says of them, and how they are fetched with my token.

The token goes to Slack and nowhere else: a file may be kept elsewhere, and where Slack does not let me read one, it
answers with a page for people to sign in.
"""

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.slack.errors import REACHED
from adapters.slack.web import Web
from bot.errors import ChannelGone, Unreachable
from bot.ports import Attached

SECONDS: Final = 30.0  # that a file may take
MOST: Final = 2_000_000  # bytes that are read of a file, whatever was said of its size
ELSEWHERE: Final = "It is not kept in Slack. Download it, and send me the file itself."
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
    assert client.session is not None  # noqa: S101  the one that it was made with
    try:
        async with (
            asyncio.timeout(SECONDS),
            client.session.get(address, headers=_signed(client.token), allow_redirects=False) as answer,
        ):
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                raise Unreachable("Slack does not give it to me just now. Send it again in a minute.")
            is_page = answer.content_type == "text/html" and about.get("filetype") != "html"
            if answer.status != HTTPStatus.OK or is_page:
                raise ChannelGone(REFUSED)
            return b"".join([part async for part in _parts(answer.content)])
    except REACHED as error:
        raise Unreachable("Slack does not give it to me just now. Send it again in a minute.") from error


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
