"""The soak in short: two virtual days on both platforms at once, with fault after fault."""

from pathlib import Path

import pytest

from tests.soak.soak import soaking, table

pytestmark = pytest.mark.process  # no process, but as long as one


# What members see within seconds of the machine's is left to `make soak`: a busy machine lets their patience end.
NEVER = ("posts lost", "posts doubled", "answers lost", "rounds left open")


async def test_two_days_in_a_storm(tmp_path: Path):
    """Whatever befalls the calls of two days, no post is lost or doubled, no answer lost, no round stays open, and all totals equal their facts."""
    async with soaking(tmp_path, seed=7, rate=0.5, members=1) as soak:
        await soak.days(0, 2)
        equal = await soak.end()
    wrong = {name: [what for what in NEVER if tally.wrong.get(what)] for name, tally in soak.tallies.items()}
    assert wrong == {"Discord": [], "Slack": []}, table(soak, equal=equal)
    assert equal
    for tally in soak.tallies.values():
        assert (tally.seen["posts due"], tally.seen["answers given"], tally.seen["rounds ended"]) == (10, 4, 4)
        assert sum(tally.faults.values()) > 0
