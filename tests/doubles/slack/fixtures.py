"""What the tests of the loopback Slack itself begin with; a module asks for it with `pytest_plugins`."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.members import Member
from tests.doubles.slack.messages import Channel
from tests.doubles.slack.server import SlackServer


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Give a running server."""
    async with SlackServer() as running:
        yield running


@pytest.fixture
def maya(slack: SlackServer) -> Member:
    return slack.create_user("maya")


@pytest.fixture
def quiz(slack: SlackServer, maya: Member) -> Channel:
    return slack.team.create_channel("quiz")


@pytest.fixture
async def client(slack: SlackServer) -> AsyncWebClient:
    """Give a client of the Web API with the bot's token."""
    return AsyncWebClient(token=slack.token, base_url=slack.api)
