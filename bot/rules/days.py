"""Days as people name them: a date, “tomorrow”, “friday”; and spans of them. Which day that is, only the calendar's today can say."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.rules.periods import MONTHS
from bot.rules.schedule import week_start

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR: Final = {"today": 0, "tomorrow": 1}
_WEEKS: Final = {"this": 0, "next": 1}
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_KEPT_ISO: Final = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_DOTTED: Final = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})?")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? ([a-z]+)\.?,?(?: (\d{4}))?")
_MONTH_DAY: Final = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?")
_SPAN: Final = re.compile(r" ?(?:\.\.+|…|[-–—]|\b(?:to|until|till|through)\b) ?")
_WISH: Final = re.compile(
    rf"(?:(?:this|next) )?(?:month|{'|'.join(MONTHS)}|christmas|xmas|easter)(?: week| holidays?)?"
)
_UNTIL: Final = re.compile(r"(?:until|till) ")
LEAST_LETTERS: Final = 3  # of a weekday's or month's name
LEAP: Final = 2028  # a year that has every date


@dataclass(frozen=True, slots=True)
class Day:
    """One day: on a date, on the next of a weekday (today may be it) or of a month's day, or so many days from today.

    A weekday with a `week` is that of this week, or of the next.
    """

    fixed: date | None = None
    weekday: int | None = None
    ahead: int = 0
    week: int | None = None
    month: int | None = None
    number: int = 1

    def on(self, today: date) -> date:
        """Return the date that is meant, said today."""
        if self.fixed is not None:
            return self.fixed
        if self.month is not None:
            this_year = self._in(today.year, self.month)
            return this_year if this_year >= today else self._in(today.year + 1, self.month)
        if self.weekday is None:
            return today + timedelta(days=self.ahead)
        if self.week is not None:
            return week_start(today) + timedelta(weeks=self.week, days=self.weekday)
        return today + timedelta(days=(self.weekday - today.weekday()) % len(WEEKDAYS))

    def _in(self, year: int, month: int) -> date:
        return date(year, month, min(self.number, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days, the last included."""

    first: Day
    last: Day

    def on(self, today: date) -> tuple[date, date]:
        """Return the dates that are meant, said today; a last day that is the next of its name is looked for from the first on."""
        first, last = self.first.on(today), self.last
        return first, last.on(first if last.week is None and last.ahead == 0 else today)


def weekday(word: str) -> int | None:
    """Return a weekday's number from its name or the first three letters or more."""
    return _named(word, WEEKDAYS)


def _named(word: str, names: tuple[str, ...]) -> int | None:
    known = (n for n, name in enumerate(names) if len(word) >= LEAST_LETTERS and name.startswith(word))
    return next(known, None)


def read_day(word: str) -> Day | None:
    """Return the day that a word, or some, names, or None where it names none that exists."""
    word = " ".join(word.casefold().split())
    if word in _NEAR:
        return Day(ahead=_NEAR[word])
    week, _, name = word.rpartition(" ")
    if (number := weekday(name)) is not None and week in {"", *_WEEKS}:
        return Day(weekday=number, week=_WEEKS.get(week))
    numbers = _numbers(word)
    try:
        return _dated(*numbers) if numbers else None
    except ValueError:
        return None


def _dated(year: int | None, month: int, number: int) -> Day:
    """Return the day of a date, or the next of its name; raises ValueError where there is none."""
    day = date(year or LEAP, month, number)
    return Day(day) if year else Day(month=month, number=day.day)


def read_days(word: str) -> Days | None:
    """Return the span that is named: `friday`, `2026-12-24..2027-01-02`, `24 dec - 2 jan`, `next week`, `until friday`."""
    word = " ".join(word.casefold().split())
    week, _, name = word.partition(" ")
    if name == "week" and week in _WEEKS:
        return Days(Day(weekday=0, week=1) if week == "next" else Day(), Day(weekday=6, week=_WEEKS[week]))
    match [read_day(part) for part in _parts(word)]:
        case [Day() as only]:
            return Days(Day() if _UNTIL.match(word) else only, only)
        case [Day() as first, Day() as last]:
            return Days(first, last)
        case _:
            return None


def _parts(word: str) -> list[str]:
    """Return the days of a span, whose sign may stand in a date too."""
    kept = _ISO.sub(r"\1/\2/\3", _UNTIL.sub("", word, count=1) if _UNTIL.match(word) else word)
    return [_KEPT_ISO.sub(r"\1-\2-\3", part) for part in _SPAN.split(kept)]


def looks_like_days(word: str) -> bool:
    """Whether words have the shape of days, also where they name none that exists."""
    word = " ".join(word.casefold().split())
    return read_days(word) is not None or _WISH.fullmatch(word) is not None or all(map(looks_like_day, _parts(word)))


def looks_like_day(word: str) -> bool:
    """Whether words have the shape of one day."""
    return read_day(word) is not None or _numbers(" ".join(word.casefold().split())) is not None


def _numbers(word: str) -> tuple[int | None, int, int] | None:
    """Return a date's numbers as (year, month, day); what nobody says twice, the year, may be left out."""
    if found := _ISO.fullmatch(word):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DOTTED.fullmatch(word):
        return int(found[3]) if found[3] else None, int(found[2]), int(found[1])
    if found := _DAY_MONTH.fullmatch(word):
        name, number, year = found[2], found[1], found[3]
    elif found := _MONTH_DAY.fullmatch(word):
        name, number, year = found[1], found[2], found[3]
    else:
        return None
    month = _named(name, MONTHS)
    return None if month is None else (int(year) if year else None, month + 1, int(number))


def run_of(days: Iterable[int]) -> str:
    """Return weekdays in words: "mon-fri", "daily", "mon, wed, fri"; nothing for none."""
    ordered = sorted(days)
    if len(ordered) == len(WEEKDAYS):
        return "daily"
    short = [WEEKDAYS[day][:LEAST_LETTERS] for day in ordered]
    run = len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1))  # noqa: PLR2004  two are not a run
    return f"{short[0]}-{short[-1]}" if run else ", ".join(short)
