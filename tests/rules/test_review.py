"""When a question comes back in review."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.grading import Band
from bot.rules.review import Rating, due, rated

START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_missed_question_comes_back_on_the_next_day():
    """What was missed comes back a day after its reveal; what was added is due at once."""
    assert due(START, (), missed=True) == START + DAY
    assert due(START, (), missed=False) == START


def test_grades_mean_ratings():
    """A wrong answer is asked again soon; only the member can say that something was easy."""
    assert [rated(band) for band in (Band.INCORRECT, Band.PARTLY, Band.CORRECT)] == ["again", "hard", "good"]


def test_the_better_it_was_known_the_later_it_comes_back():
    """Of the four ratings each brings a question back no sooner than the one below it, and an easy one days later."""
    later = [due(START, [(rating, START + DAY)], missed=True) for rating in Rating]
    assert all(one <= other for one, other in pairwise(later))
    assert later[-1] - later[0] >= 2 * DAY


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(Rating), st.integers(-5, 400)), max_size=8), st.booleans())
def test_the_date_is_a_fold_over_the_recalls(steps: list[tuple[Rating, int]], missed: bool):
    """The same recalls give the same date, a day or more after the newest, also where a clock was set back in between."""
    at, recalls = START, []
    for rating, hours in steps:
        at += timedelta(hours=hours)
        recalls.append((rating, at))
    found = due(START, recalls, missed=missed)
    assert found == due(START, iter(recalls), missed=missed)
    assert found - max([one for _, one in recalls], default=START) >= DAY * bool(recalls or missed)
