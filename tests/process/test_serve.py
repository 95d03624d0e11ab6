"""The process on chat platforms: which it serves by the tokens that are set, and how a signal ends it."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from adapters.slack.commands import manifest
from bot import __main__ as composition
from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.handlers.grader import Grader
from bot.settings import Settings
from tests.doubles.fakes import MONDAY, Hall
from tests.doubles.loopback import PATIENCE
from tests.doubles.slack.server import SlackServer

CONTENT = Path(__file__).parents[2] / "content"


async def test_a_process_on_slack_ends_with_a_signal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """With Slack's tokens the bot connects there, logs without them, and a signal ends it in order, with what grades beside it."""
    made: list[Grader] = []

    def noted(processes: int) -> Grader:
        made.append(Grader(processes))
        return made[-1]

    monkeypatch.setattr(composition, "Grader", noted)
    async with SlackServer(start_at=MONDAY, manifest=manifest()) as slack:
        given: dict[str, Any] = {
            "slack_bot_token": slack.token,
            "slack_app_token": slack.app_token,
            "slack_api": slack.api,
        }
        loaded = Settings(data_dir=tmp_path, content_dir=CONTENT, start_at=MONDAY, graders=1, **given)
        running = asyncio.create_task(composition._serve(loaded))
        await slack.socket.connected()
        (beside,) = made[0].processes
        await beside.ready.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, PATIENCE)
    with pytest.raises(ProcessLookupError):
        os.kill(beside.number or 0, 0)
    said = capsys.readouterr().err
    assert '"platforms": ["slack"]' in said
    assert "stopped" in said
    assert slack.token not in said


def platforms(hall: Hall, **given: Any) -> list[str]:
    return [one.name for one in composition._platforms(Settings(**given), hall.db, SystemClock())]


async def test_tokens_say_where_the_bot_speaks(hall: Hall):
    """Each platform whose credentials are set is served, both in one process; half of them are refused."""
    slack = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
    several = {"slack_signing_secret": "s", "slack_client_id": "1", "slack_client_secret": "c"}
    assert platforms(hall) == []
    assert platforms(hall, discord_token="t") == ["discord"]
    assert platforms(hall, discord_token="t", **slack) == ["discord", "slack"]
    assert platforms(hall, slack_encryption_key=Fernet.generate_key().decode(), **several) == ["slack"]
    with pytest.raises(SettingsError, match="STUDYHALL_SLACK_ENCRYPTION_KEY: missing for several workspaces"):
        platforms(hall, **several)
