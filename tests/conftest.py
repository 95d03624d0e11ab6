"""Fixtures for all tests: zones from the locked tzdata package, and a hall with a database of its own."""

import zoneinfo
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fakes import Hall
from tests.fakes import hall as start_hall

settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")


@pytest.fixture(scope="session", autouse=True)
def _locked_zones() -> Iterator[None]:
    """Read time zones from the tzdata package, not from the machine."""
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath()


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Give a running Studyhall on a Monday morning."""
    async with start_hall(tmp_path) as running:
        yield running
