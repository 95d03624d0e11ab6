"""A connection that is given up in the middle of something leaves nothing open, and nobody reads of it in the log."""

import gc
from pathlib import Path

import pytest

from adapters.discord import connection
from tests.adapters.discord.test_discord import on_the_loopback
from tests.doubles.discord.server import DiscordServer


async def test_what_takes_too_long_to_close_is_closed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """The library, broken off as it closes, would never close the session of its calls."""
    monkeypatch.setattr(connection, "CLOSE_SECONDS", 0.0)
    async with DiscordServer() as server:
        async with on_the_loopback(tmp_path, server, server.token):
            await server.gateway.connected()
        gc.collect()
        assert server.gateway.hearing == []
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []
