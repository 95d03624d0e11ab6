"""The year in short: a question a week in each of four zones, and a bot that is out for nine weeks in ten."""

from pathlib import Path

import pytest

from tests.soak.year import SQUADS, played

pytestmark = pytest.mark.process  # no process, but as long as some


async def test_a_year_of_two_teams_that_share_people(tmp_path: Path):
    """Through holidays, days off, outages, moves, live rounds and links that end and begin, boards, scores and streaks are the fold of what was done."""
    year, found = await played(tmp_path, every=10, days="wed")
    assert found == []
    assert min(len(some) for some in year.asked.values()) >= 4
    assert len(year.said) > 120
    assert len(year.pairs) >= 4
    assert len(year.met) > 100
    assert {one.squad for one in year.went} == {*SQUADS, None}
