"""The year in short: a question a week in each of four zones, and a bot that is out for nine weeks in ten."""

from pathlib import Path

import pytest

from tests.soak.year import played

pytestmark = pytest.mark.process  # no process, but as long as some


async def test_a_year_of_two_teams_that_share_people(tmp_path: Path):
    """Through holidays, days off, outages, clock changes and links that end and begin, every board and streak is the fold of what was answered."""
    year, found = await played(tmp_path, every=10, days="wed")
    assert found == []
    assert min(len(some) for some in year.asked.values()) >= 4
    assert len(year.said) > 120
    assert len(year.pairs) >= 4
