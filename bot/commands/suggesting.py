"""What completes an option while it is typed: values, each with what it means, found by either."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import available_timezones

from bot.bank.loading import Bank
from bot.question import Level
from bot.rules import periods
from bot.rules.schedule import known_countries
from bot.rules.scoring import Period

ALL: Final = "all"
_NO_RANK: Final = 4
_NOON: Final = 12
_ALSO: Final[dict[str, tuple[str, ...]]] = {
    "CZ": ("Czechia",), "GB": ("United Kingdom", "England", "Scotland"), "NL": ("Holland",), "US": ("USA", "America"),
}  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS: Final[dict[str, str]] = {
    "mon-fri": "weekdays", "daily": "every day", "mon,wed,fri": "every other weekday", "tue,thu": "twice a week",
    "sat,sun": "weekends", **{name[:3].casefold(): f"{name}s" for name in _WEEKDAYS},
}  # fmt: skip
LEVELS: Final[dict[str, str]] = {
    ALL: "every level", **{level: f"{level} only" for level in Level}, "mid,senior": "the two easier ones",
    "senior,principal": "the two harder ones",
}  # fmt: skip
PERIODS: Final[dict[str, str]] = dict.fromkeys(
    (*Period, *(f"last {one}" for one in Period if one is not Period.ALL), *periods.MONTHS, *periods.SEASONS), ""
)
TIMES: Final[dict[str, str]] = {
    f"{hour:02}:{minute:02}": f"{hour % 12 or 12}{f':{minute}' if minute else ''} {'am' if hour < _NOON else 'pm'}\n{hour}:{minute:02}"
    for minute in (0, 30, 15, 45)
    for hour in (*range(7, 24), *range(7))
}  # the full hours of the day first


def topics(bank: Bank) -> dict[str, str]:
    """Return the topics with their titles and aliases, by which people know them."""
    return {name: _meaning(topic.title, topic.aliases) for name, topic in bank.topics.items()}


def questions(bank: Bank) -> dict[str, str]:
    """Return the questions with their words, by which people know them."""
    return {name: question.question for name, question in bank.every.items()}


def topic_lists(bank: Bank) -> dict[str, str]:
    """Return what a list of topics may hold."""
    return {ALL: "every topic", **topics(bank)}


@lru_cache(maxsize=1)
def zones() -> dict[str, str]:
    """Return the time zones with the countries that they are in."""
    names = _countries_names()
    within = {row[2]: names.get(row[0], "") for row in table("zone.tab") if len(row) > 2}  # noqa: PLR2004
    return {name: within.get(name, "") for name in sorted(available_timezones()) if name != "localtime"}


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Return the countries whose holidays are known by their names, then their parts; and that none is meant."""
    names, known = _countries_names(), known_countries()
    found = {code: names.get(code, "") for code in sorted(known, key=lambda code: names.get(code, code))}
    parts = {
        f"{code}-{part.replace(' ', '_')}": f"{_shown(names.get(code, code))}, {part}"
        for code in found
        for part in known[code]
    }
    return {"none": "no public holidays", **found, **parts}


def _countries_names() -> dict[str, str]:
    return {code: _meaning(name, _ALSO.get(code, ())) for code, name in table("iso3166.tab")}


def table(name: str) -> Iterator[list[str]]:
    """Yield the rows of a table that comes with the time zones."""
    text = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))


def _meaning(shown: str, more: Sequence[str]) -> str:
    """Return a meaning: what is shown of it, and on further lines what it is found by besides."""
    return "\n".join((shown, *more))


def _shown(meaning: str) -> str:
    return meaning.partition("\n")[0]


def found(known: Mapping[str, str], typed: str, *, most: int, many: bool = False) -> dict[str, str]:
    """Return values that complete what is typed, with what is shown of their meaning: first those that begin with it.

    Of `many` with commas between them the last is completed, and what stands there already is not offered again.
    """
    head, comma, tail = typed.rpartition(",") if many else ("", "", typed)
    there = set(head.casefold().replace(" ", "").split(","))
    word = _searched(tail)
    ranks = {
        value: _rank(word, _searched(value), _searched(meant)) for value, meant in known.items() if value not in there
    }
    ordered = sorted((value for value, rank in ranks.items() if rank < _NO_RANK), key=lambda value: ranks[value])
    return {f"{head}{comma}{value}": _shown(known[value]) for value in ordered[:most]}


def _rank(word: str, value: str, meant: str) -> int:
    """Return how near a value is to what is typed: it means just that, begins with it, holds it, or a word of its meaning begins so."""
    tests = (word == meant, value.startswith(word), word in value, f" {word}" in f" {meant}")
    return next((rank for rank, true in enumerate(tests) if true), _NO_RANK)


def _searched(text: str) -> str:
    """Return a text as it is searched: “New York” finds `America/New_York`."""
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
