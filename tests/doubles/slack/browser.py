"""The browser of an admin who installs the bot in a workspace of the loopback Slack."""

from urllib.parse import urlsplit

import aiohttp

from tests.doubles.slack.access import approve
from tests.doubles.slack.people import User


class Browser:
    """A browser on the bot's pages, which keeps their cookies."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._cookies: dict[str, str] = {}

    async def get(self, path: str) -> tuple[int, str]:
        """Open a page, and return its status and text."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(self._address + path, headers=headers) as page,
        ):
            self._cookies |= {name: morsel.value for name, morsel in page.cookies.items()}
            return page.status, await page.text()

    async def begin(self) -> str:
        """Open the install page, and return where its button leads."""
        _, page = await self.get("/slack/install")
        address = "https://slack" + page.partition('href="https://slack')[2].partition('"')[0].replace("&amp;", "&")
        assert address.startswith("https://slack.com/oauth/v2/authorize")
        return address

    async def install(self, by: User) -> tuple[int, str]:
        """Install the app as a member does."""
        return await self.back(approve(by, await self.begin()))

    async def back(self, address: str) -> tuple[int, str]:
        """Come back from Slack's page."""
        return await self.get(f"/slack/oauth_redirect?{urlsplit(address).query}")
