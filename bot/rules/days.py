"""Days as people name them: a date, “tomorrow”, “friday”; and spans of them. Which day that is, only the calendar's today can say."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR: Final = {"today": 0, "tomorrow": 1}
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SPAN: Final = re.compile(r"\.\.+|…|(?<=\d)[–—](?=\d)")
LEAST_LETTERS: Final = 3  # of a weekday's name


@dataclass(frozen=True, slots=True)
class Day:
    """One day: on a date, on the next of a weekday (today may be it), or so many days from today."""

    fixed: date | None = None
    weekday: int | None = None
    ahead: int = 0

    def on(self, today: date) -> date:
        """Return the date that is meant, said today."""
        if self.fixed is not None:
            return self.fixed
        if self.weekday is None:
            return today + timedelta(days=self.ahead)
        return today + timedelta(days=(self.weekday - today.weekday()) % len(WEEKDAYS))


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days, the last included."""

    first: Day
    last: Day

    def on(self, today: date) -> tuple[date, date]:
        """Return the dates that are meant, said today; the last day is looked for from the first on."""
        first = self.first.on(today)
        return first, self.last.on(first if self.last.weekday is not None else today)


def weekday(word: str) -> int | None:
    """Return a weekday's number from its name or the first three letters or more."""
    known = (n for n, name in enumerate(WEEKDAYS) if len(word) >= LEAST_LETTERS and name.startswith(word))
    return next(known, None)


def read_day(word: str) -> Day | None:
    """Return the day that a word names, or None where it names none that exists."""
    word = word.casefold()
    if word in _NEAR:
        return Day(ahead=_NEAR[word])
    if (number := weekday(word)) is not None:
        return Day(weekday=number)
    numbers = _numbers(word)
    try:
        return Day(date(*numbers)) if numbers else None
    except ValueError:
        return None


def read_days(word: str) -> Days | None:
    """Return the span that a word names: `friday`, `2026-12-24..2027-01-02`."""
    parts = [read_day(part) for part in _SPAN.split(word)]
    match parts:
        case [Day() as only]:
            return Days(only, only)
        case [Day() as first, Day() as last]:
            return Days(first, last)
        case _:
            return None


def looks_like_days(word: str) -> bool:
    """Whether a word has the shape of days, also where it names none that exists."""
    parts = _SPAN.split(word.casefold())
    return all(part in _NEAR or weekday(part) is not None or _numbers(part) for part in parts)


def _numbers(word: str) -> tuple[int, int, int] | None:
    if found := _ISO.fullmatch(word):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DOTTED.fullmatch(word):
        return int(found[3]), int(found[2]), int(found[1])
    return None
