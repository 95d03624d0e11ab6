"""Stretches of time: what people's words for them mean, and that each is spelled so that it is read again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.periods import Term, after, named, read
from bot.rules.scoring import Period

TODAY = date(2026, 11, 25)  # a Wednesday
DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("week", date(2026, 11, 23), date(2026, 11, 30)),
        ("last week", date(2026, 11, 16), date(2026, 11, 23)),
        ("last-week", date(2026, 11, 16), date(2026, 11, 23)),
        ("this week", date(2026, 11, 23), date(2026, 11, 30)),
        ("w48", date(2026, 11, 23), date(2026, 11, 30)),
        ("w50", date(2025, 12, 8), date(2025, 12, 15)),
        ("month", date(2026, 11, 1), date(2026, 12, 1)),
        ("Previous Month", date(2026, 10, 1), date(2026, 11, 1)),
        ("november", date(2026, 11, 1), date(2026, 12, 1)),
        ("Dec", date(2025, 12, 1), date(2026, 1, 1)),
        ("nov 2025", date(2025, 11, 1), date(2025, 12, 1)),
        ("2025 november", date(2025, 11, 1), date(2025, 12, 1)),
        ("2026-11", date(2026, 11, 1), date(2026, 12, 1)),
        ("11.2026", date(2026, 11, 1), date(2026, 12, 1)),
        ("season", date(2026, 10, 1), date(2027, 1, 1)),
        ("last quarter", date(2026, 7, 1), date(2026, 10, 1)),
        ("last season", date(2026, 7, 1), date(2026, 10, 1)),
        ("q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2025-q4", date(2025, 10, 1), date(2026, 1, 1)),
        ("q4 2025", date(2025, 10, 1), date(2026, 1, 1)),
        ("summer", date(2026, 7, 1), date(2026, 10, 1)),
        ("fall 2025", date(2025, 10, 1), date(2026, 1, 1)),
        ("winter-2026", date(2026, 1, 1), date(2026, 4, 1)),
        ("all", date.min, date.max),
    ],
)
def test_words_for_a_time(words: str, start: date, end: date):
    """A period, the one before it, a week, month or season by name or number, with or without its year."""
    term = read(words)
    assert term is not None
    assert term.dates(TODAY) == (start, end)


@pytest.mark.parametrize(
    "words", ["", "weak", "last", "last all", "last november", "2026-13", "w54", "q5", "2026", "no 2026", "november x", "a b c", "all 2026", "2026-11 2025"]
)  # fmt: skip
def test_other_words_are_no_time(words: str):
    """What names no stretch of time is none."""
    assert read(words) is None


@given(st.sampled_from([Period.WEEK, Period.MONTH, Period.SEASON]), DAYS)
def test_a_time_by_its_number_means_the_same_for_ever(period: Period, day: date):
    """The term of a period, typed as it is spelled, has the period's dates, whenever it is read; the next follows without a gap."""
    start = period.start(day)
    term = read(str(named(period, start)))
    assert term is not None
    for today in (day, day + timedelta(days=400)):
        assert term.dates(today) == (start, after(period, start))
    assert period.start(after(period, start)) == after(period, start)
    assert period.start(after(period, start) - timedelta(days=1)) == start


@pytest.mark.parametrize("words", ["week", "last-month", "november", "q3", "w7", "all"])
def test_a_term_is_spelled_as_it_is_typed(words: str):
    """A button's id reads as the same term."""
    term = read(words)
    assert str(term) == words


def test_a_week_that_its_year_has_not():
    """Only some years have a 53rd week."""
    with pytest.raises(ValueError, match="week"):
        Term(Period.WEEK, year=2025, number=53).dates(TODAY)
