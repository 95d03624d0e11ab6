"""Stretches of time as people name them for a board: “last week”, “november”, “2026-11”, a season by its name.

A question counts for the local date on which it was asked, by its channel's clock, whenever it is answered and revealed. So an
answer given before midnight at a month's end counts for that month, and so does one given after midnight to a question of the
day before. A season is a quarter of the year, called after the time of year that most of it lies in: winter, spring, summer, autumn.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.rules.scoring import Period

MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
SEASONS: Final = ("winter", "spring", "summer", "autumn")
_OTHER_NAMES: Final = {"fall": "autumn", "quarter": "season", "overall": "all", "alltime": "all"}
_LAST: Final = frozenset(("last", "previous", "past"))
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MONTH: Final = re.compile(r"((?:19|20)\d\d)-(\d\d?)|(\d\d?)[./]((?:19|20)\d\d)")
_QUARTER: Final = re.compile(r"q([1-4])")
_WEEK: Final = re.compile(r"(?:w|kw)(\d\d?)")
LEAST_LETTERS: Final = 3  # of a month's name
WEEKS: Final = 53  # the most that a year has


@dataclass(frozen=True, slots=True)
class Term:
    """A stretch of time: so many periods back from the present one, or by its number in a year.

    A number without a year means the last that has begun. A week's number is the calendar's (ISO 8601).
    """

    period: Period
    back: int = 0
    year: int | None = None
    number: int | None = None

    def __str__(self) -> str:
        """Return how it is typed, as one word."""
        if self.number is None:
            return f"last-{self.period}" if self.back else str(self.period)
        name = {Period.WEEK: f"w{self.number}", Period.SEASON: f"q{self.number}"}.get(self.period, f"{self.number:02}")
        if self.year is None:
            return MONTHS[self.number - 1] if self.period is Period.MONTH else name
        return f"{self.year}-{name}"

    def dates(self, today: date) -> tuple[date, date]:
        """Return the first date, and the one after the last; raises ValueError for a week that its year has not."""
        if self.period is Period.ALL:
            return date.min, date.max
        start = self.period.start(today) if self.number is None else self._numbered(today)
        for _ in range(self.back):
            start = self.period.start(start - timedelta(days=1))
        return start, after(self.period, start)

    def _numbered(self, today: date) -> date:
        if self.year is not None:
            return self._in_year(self.year)
        this_year = self._in_year(today.year)
        return this_year if this_year <= today else self._in_year(today.year - 1)

    def _in_year(self, year: int) -> date:
        number = self.number or 1
        if self.period is Period.WEEK:
            return date.fromisocalendar(year, number, 1)
        return date(year, number if self.period is Period.MONTH else 3 * number - 2, 1)


THIS_WEEK: Final = Term(Period.WEEK)


def after(period: Period, start: date) -> date:
    """Return the first date of the period that follows one."""
    if period is Period.WEEK:
        return start + timedelta(days=7)
    return period.start(start + timedelta(days=31 if period is Period.MONTH else 93))


def named(period: Period, start: date) -> Term:
    """Return the term of a period that began on a date, by its number, so that it means the same for ever."""
    if period is Period.WEEK:
        year, week, _ = start.isocalendar()
        return Term(period, year=year, number=week)
    return Term(period, year=start.year, number=start.month if period is Period.MONTH else (start.month + 2) // 3)


def read(words: str) -> Term | None:
    """Return the term that one word or two name, or None."""
    parts = [_OTHER_NAMES.get(part, part) for part in words.casefold().replace("_", " ").split()]
    match parts:
        case [one]:
            return _one(one) or _pair(one.partition("-")[0], _OTHER_NAMES.get(rest := one.partition("-")[2], rest))
        case [first, second]:
            return _pair(first, second)
        case _:
            return None


def _pair(first: str, second: str) -> Term | None:
    """Return what two words mean together: “last week”, “november 2025”, “2025 q4”."""
    term = _one(second if first in _LAST or first == "this" else first)
    if first in _LAST:
        return Term(term.period, back=1) if term and term.number is None and term.period is not Period.ALL else None
    if first == "this":
        return term
    if _YEAR.fullmatch(first):
        first, second, term = second, first, _one(second)
    if term is None or term.number is None or term.year is not None or not _YEAR.fullmatch(second):
        return None
    return Term(term.period, year=int(second), number=term.number)


def _one(word: str) -> Term | None:
    if word in tuple(Period):
        return Term(Period(word))
    if word in SEASONS:
        return Term(Period.SEASON, number=SEASONS.index(word) + 1)
    if len(word) >= LEAST_LETTERS and (found := [n for n, name in enumerate(MONTHS, 1) if name.startswith(word)]):
        return Term(Period.MONTH, number=found[0])
    return _numbered(word)


def _numbered(word: str) -> Term | None:
    if found := _QUARTER.fullmatch(word):
        return Term(Period.SEASON, number=int(found[1]))
    if (found := _WEEK.fullmatch(word)) and 1 <= int(found[1]) <= WEEKS:
        return Term(Period.WEEK, number=int(found[1]))
    if (found := _MONTH.fullmatch(word)) and 1 <= int(found[2] or found[3]) <= len(MONTHS):
        return Term(Period.MONTH, year=int(found[1] or found[4]), number=int(found[2] or found[3]))
    return None
