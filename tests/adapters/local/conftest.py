"""A chat that is played by lines."""

import io
from pathlib import Path

import pytest

from tests.doubles.terminal import Play, opened


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Play a script on the same folder each time, and return what the screen showed."""

    async def run(script: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(script))
        async with opened(tmp_path) as (platform, app, screen):
            await platform.run(app)
        return screen.getvalue()

    return run
