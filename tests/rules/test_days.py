"""Days as people name them, and spans of days."""

from datetime import date

import pytest

from bot.rules.days import looks_like_days, read_day, read_days

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("24.12.2026", date(2026, 12, 24)),
        ("today", MONDAY),
        ("Tomorrow", date(2026, 11, 24)),
        ("monday", MONDAY),
        ("fri", date(2026, 11, 27)),
        ("Sunday", date(2026, 11, 29)),
        ("next friday", date(2026, 12, 4)),
        ("24 December", date(2026, 12, 24)),
        ("Feb 3rd", date(2027, 2, 3)),
        ("29 feb", date(2027, 2, 28)),
        ("24. dec. 2027", date(2027, 12, 24)),
        ("1.3.", date(2027, 3, 1)),
    ],
)
def test_a_day_has_several_names(word: str, meant: date):
    """A date, a word for a near day, and a weekday, which is the next of its name and may be today."""
    day = read_day(word)
    assert day is not None
    assert day.on(MONDAY) == meant


@pytest.mark.parametrize(
    "word", ["2026-02-30", "32.1.2026", "31 february", "24 hours", "last friday", "12/24/2026", "someday", "mo", ""]
)
def test_no_other_word_is_a_day(word: str):
    """A date that does not exist, and a word that is none, name no day."""
    assert read_day(word) is None


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("2026-12-24..2027-01-02", date(2026, 12, 24), date(2027, 1, 2)),
        ("2026-12-24–2027-01-02", date(2026, 12, 24), date(2027, 1, 2)),
        ("fri..mon", date(2026, 11, 27), date(2026, 11, 30)),
        ("today..tomorrow", MONDAY, date(2026, 11, 24)),
        ("friday", date(2026, 11, 27), date(2026, 11, 27)),
        ("24.12.2026-02.01.2027", date(2026, 12, 24), date(2027, 1, 2)),
        ("2026-12-24 - 2027-01-02", date(2026, 12, 24), date(2027, 1, 2)),
        ("24 Dec to 2 Jan", date(2026, 12, 24), date(2027, 1, 2)),
        ("mon-fri", MONDAY, date(2026, 11, 27)),
        ("this week", MONDAY, date(2026, 11, 29)),
        ("next week", date(2026, 11, 30), date(2026, 12, 6)),
        ("until Wednesday", MONDAY, date(2026, 11, 25)),
    ],
)
def test_a_span_has_a_first_and_a_last_day(word: str, first: date, last: date):
    """One day is a span too, and a weekday that ends one comes after its beginning."""
    days = read_days(word)
    assert days is not None
    assert days.on(MONDAY) == (first, last)
    assert looks_like_days(word)


def test_shape_and_sense_differ():
    """What looks like days and are none is told from what is another word."""
    assert looks_like_days("2026-02-30")
    assert read_days("2026-02-30") is None
    assert read_days("fri..sat..sun") is None
    assert looks_like_days("30 february to 2 march")
    assert not looks_like_days("24 hours")
    assert not looks_like_days("cancel")
