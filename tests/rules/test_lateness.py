"""How late is too late: one place says it, and what is written about it keeps to that."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from adapters.services.metrics import LATE
from bot.rules.lateness import CATCH_UP, MAX_TRIES, wait

ROOT: Final = Path(__file__).parents[2]
WORDS: Final = {timedelta(hours=2): "two hours"}


def test_tries_end_when_the_question_is_too_late():
    """The last try comes when a question is too late to be posted, and not long after that."""
    tried = sum((wait(number) for number in range(MAX_TRIES - 1)), timedelta(0))
    assert CATCH_UP < tried < CATCH_UP + wait(MAX_TRIES)


def test_the_metrics_tell_a_late_post_from_a_lost_one():
    """The last bucket ends where a question is not posted any more."""
    assert LATE[-1] == CATCH_UP.total_seconds()


@pytest.mark.parametrize("page", ["README.md", "docs/schedule.md", "docs/troubleshooting.md"])
def test_the_pages_say_how_late(page: str):
    """Whoever changes how late a question may come changes what people read of it."""
    assert WORDS[CATCH_UP] in (ROOT / page).read_text(encoding="utf-8")
