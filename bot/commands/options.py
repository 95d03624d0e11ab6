"""The kinds of options a command can have: how a person's word becomes a value, and what to say when it cannot.

A kind *claims* a bare word that has its shape (`25:00` looks like a time) and then *reads* it, which may fail with a
sentence that says how to write it. So `/schedule set 25:00` complains about the time, not about an unknown word.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from bot.bank.loading import Bank
from bot.commands import places, suggesting
from bot.errors import BadValue, UnknownWord
from bot.question import Level, level_named
from bot.rules import periods
from bot.rules.days import Day, Days, looks_like_day, looks_like_days, read_day, read_days
from bot.rules.days import weekday as _weekday
from bot.rules.difficulty import Feeling
from bot.rules.doubts import DECISIONS
from bot.rules.marks import MARKS
from bot.rules.periods import Term
from bot.rules.review import Rating
from bot.text import clip, nearest

WEEKLY: Final = "weekly"
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ALL_DAYS: Final = {"daily": range(7), "everyday": range(7), "weekdays": range(5), "weekends": range(5, 7)}
AWAY_ACTIONS: Final = ("list", "cancel")
HALL_ACTIONS: Final = ("out",)
LINK_ACTIONS: Final = ("off", "team", "team off")
UNLINK: Final = "unlink"  # asks back before it is off
_CODE: Final = re.compile(r"[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}")
REVIEW_ACTIONS: Final = ("add", "drop", "export")
JOINING: Final = ("join", "leave")
HELP_PARTS: Final = ("commands", "organisers", "topics")
_ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of option: `claims` says whether a bare word has its shape, `read` returns the value or raises UserError.

    `choices` are all values where they are few: a platform offers them, and a mistyped word is measured against them.
    `suggest` lists them where they are many, each with what it means, to complete what is being typed;
    of `many` with commas between them the last. A kind that claims no bare word is only
    given by name. One that takes the `rest` takes every word that is left, one of `pairs` may take several `words`, such as “last week”.
    """

    name: str
    example: str
    claims: Callable[[str, Bank], bool]
    read: Callable[[str, Bank], Any]
    choices: tuple[str, ...] = ()
    suggest: Callable[[Bank], Mapping[str, str]] | None = None
    rest: bool = False
    many: bool = False
    pairs: bool = False
    words: int = 2

    @property
    def by_name_only(self) -> bool:
        """Whether the option must be typed with its name."""
        return self.claims is _never


def _level(word: str, _: Bank) -> Level:
    return level_named(word) or Level(_choice("level", word, tuple(Level)))


def _levels(word: str, bank: Bank) -> tuple[Level, ...]:
    return () if word.casefold() == _ALL else tuple(_level(part, bank) for part in _parts(word, "mid,senior or all"))


def _period(word: str, _: Bank) -> Term:
    if found := periods.read(word):
        return found
    near = nearest(word, suggesting.PERIODS)
    hint = f"Did you mean “{near}”?" if near else "Write it as last week, november, 2026-11, q4 or autumn 2026."
    raise UnknownWord(f"I know no time “{clip(word, 60)}”. {hint}", word=word, instead=near)


def _role(word: str, _: Bank) -> str:
    """Return a role that a platform picked from its own list, or nothing for none."""
    if word.casefold() in places.NONE:
        return ""
    if ":role:" not in word:
        raise BadValue(
            "There are no roles here to mention. Each member can be told of questions in private: /settings notify=on",
            heading="No roles here",
        )
    return word


def _switch(word: str, _: Bank) -> bool:
    return _choice("choice", word, ("on", "off")) == "on"


def _topic(word: str, bank: Bank) -> str:
    if found := bank.topic_named(word):
        return found
    near = bank.nearest_topic(word)
    known = ", ".join(bank.topics)
    hint = f"Did you mean “{near}”?" if near else f"The bank has: {known}."
    raise UnknownWord(f"I know no topic “{clip(word, 60)}”. {hint}", word=word, instead=near)


def _question(word: str, bank: Bank) -> str:
    if (name := word.casefold()) in bank.every:
        return name
    near = nearest(word, bank.every)
    hint = f"Did you mean “{near}”?" if near else "Organisers find it with /question search and a word of it."
    raise UnknownWord(f"I know no question “{clip(word, 60)}”. {hint}")


def _topics(word: str, bank: Bank) -> tuple[str, ...]:
    return () if word.casefold() == _ALL else tuple(_topic(part, bank) for part in _parts(word, "gans,vaes or all"))


def _time(word: str, _: Bank) -> time:
    return places.read_time(word)


def _times(word: str, _: Bank) -> tuple[time, ...]:
    return places.read_times(word)


def _zone(word: str, _: Bank) -> str:
    return places.read_zone(word)


def _days(word: str, _: Bank) -> frozenset[int]:
    days: set[int] = set()
    for part in _parts(word, "mon-fri"):
        first, dash, last = part.partition("-")
        start, end = _weekday(first), _weekday(last) if dash else _weekday(first)
        if part in _ALL_DAYS:
            days.update(_ALL_DAYS[part])
        elif start is None or end is None:
            raise BadValue(f"“{clip(part, 60)}” are no days of the week. Write them as mon-fri, mon,wed,fri or daily.")
        else:
            days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def _day(word: str, _: Bank) -> int:
    day = _weekday(word.casefold())
    if day is None:
        raise BadValue(f"“{clip(word, 60)}” is no day of the week. The board needs one, such as fri.")
    return day


def _country(word: str, _: Bank) -> str:
    return places.read_countries(word)


def _date(word: str, _: Bank) -> Day:
    if (found := read_day(word)) is None:
        raise BadValue(f"“{clip(word, 60)}” is no date. Write it as 2026-12-24, tomorrow or friday.")
    return found


def _dates(word: str, _: Bank) -> frozenset[date]:
    if word.casefold() in places.NONE:
        return frozenset()
    return frozenset(_fixed(part) for part in _parts(word, "2026-12-24"))


def _fixed(word: str) -> date:
    """Return a date that is the same whenever it is read."""
    day = read_day(word)
    if day is None or day.fixed is None:
        raise BadValue(f"“{clip(word, 60)}” is no date. Write it as 2026-12-24.")
    return day.fixed


def _span(word: str, _: Bank) -> Days:
    if (found := read_days(word)) is None:
        raise BadValue(
            f"“{clip(word, 60)}” are no days. Write them as 2026-12-24..2027-01-02, friday, until friday or next week."
        )
    return found


def _text(word: str, _: Bank) -> str:
    return word


def _number(word: str, _: Bank) -> int:
    if not word.isascii() or not word.isdigit() or len(word) > 18:  # noqa: PLR2004
        raise BadValue(f"“{clip(word, 60)}” is no number.")
    return int(word)


def _choice(what: str, word: str, choices: tuple[str, ...]) -> str:
    if word.casefold() in choices:
        return word.casefold()
    near = nearest(word, choices)
    hint = f"Did you mean “{near}”?" if near else f"Choose one of: {', '.join(choices)}."
    raise UnknownWord(f"I know no {what} “{clip(word, 60)}”. {hint}", word=word, instead=near)


def _parts(word: str, example: str) -> list[str]:
    """Return the parts of a list with commas, at least one."""
    parts = [part for part in word.casefold().split(",") if part]
    if not parts:
        raise BadValue(f"“{clip(word, 60)}” is an empty list. Write it as {example}.")
    return parts


def _is_days(word: str, _: Bank) -> bool:
    parts = word.casefold().split(",")
    return all(part in _ALL_DAYS or _weekday(part.partition("-")[0]) is not None for part in parts)


def _never(_: str, __: Bank) -> bool:
    return False


def _any(_: str, __: Bank) -> bool:
    return True


def _one_of(choices: tuple[str, ...]) -> Callable[[str, Bank], bool]:
    return lambda word, _: word.casefold() in choices


def _chosen(what: str, choices: tuple[str, ...]) -> Callable[[str, Bank], str]:
    return lambda word, _: _choice(what, word, choices)


def _is_level(word: str, bank: Bank) -> bool:
    """Whether a word is a level's name or means one; a topic that is called so goes first."""
    return level_named(word) is not None and (word.casefold() in tuple(Level) or not _is_topic(word, bank))


def _is_topic(word: str, bank: Bank) -> bool:
    return bank.topic_named(word) is not None


def suggestions(kind: Kind, typed: str, bank: Bank, *, most: int) -> dict[str, str]:
    """Return values that complete what is being typed, each with what it means as far as its name does not say so."""
    known = kind.suggest(bank) if kind.suggest else dict.fromkeys(kind.choices, "")
    return suggesting.found(known, typed, most=most, many=kind.many)


def _is_question(word: str, bank: Bank) -> bool:
    return word.casefold() in bank.every


def _may_be_question(word: str, _: Bank) -> bool:
    """Whether a word can only be meant for a question, also for one that nobody knows."""
    return not looks_like_days(word)


LEVEL = Kind("level", "principal", _is_level, _level, tuple(Level))
LEVELS = Kind("levels", "mid,senior", _never, _levels, suggest=lambda _: suggesting.LEVELS)
PERIOD = Kind(
    "period",
    "week",
    lambda w, _: periods.read(w) is not None,
    _period,
    suggest=lambda _: suggesting.PERIODS,
    pairs=True,
)
SWITCH = Kind("on or off", "on", _one_of(("on", "off")), _switch, ("on", "off"))
TOPIC = Kind("topic", "diffusion", _is_topic, _topic, suggest=suggesting.topics)
QUESTION = Kind("question", "diffusion-forward-reverse", _is_question, _question, suggest=suggesting.questions)
QUEUED = Kind("question", "diffusion-forward-reverse", _may_be_question, _question, suggest=suggesting.questions)
TOPICS = Kind("topics", "gans,vaes", _never, _topics, suggest=suggesting.topic_lists, many=True)
TIMES = Kind(
    "time",
    "09:00",
    lambda w, _: places.look_like_times(w),
    _times,
    suggest=lambda _: suggesting.TIMES,
    many=True,
    pairs=True,
)
MODE = Kind("mode", WEEKLY, _one_of((WEEKLY,)), lambda w, b: w.casefold() == WEEKLY or _switch(w, b), (WEEKLY,))
OTHER_TIME = Kind("time", "17:00", _never, _time, suggest=lambda _: suggesting.TIMES)
ZONE = Kind(
    "zone",
    "Europe/Berlin",
    lambda w, _: places.looks_like_zone(w),
    _zone,
    suggest=lambda _: suggesting.zones(),
    pairs=True,
)
DAYS = Kind("days", "mon-fri", _is_days, _days, suggest=lambda _: suggesting.DAYS)
DAY = Kind("day", "fri", _never, _day, WEEKDAYS)
COUNTRY = Kind("country", "DE-BY", _never, _country, suggest=lambda _: suggesting.countries())
DATE = Kind("date", "2026-12-24", lambda w, _: looks_like_day(w), _date, pairs=True, words=3)
SPAN = Kind("days", "2026-12-24..2027-01-02", lambda w, _: looks_like_days(w), _span, pairs=True, words=7)
HALL = Kind("action", "out", _one_of(HALL_ACTIONS), _chosen("action", HALL_ACTIONS), HALL_ACTIONS)
_LINKS: Final = _chosen("action", (*LINK_ACTIONS, UNLINK))
LINKING = Kind("action", "off", _one_of(LINK_ACTIONS), _LINKS, LINK_ACTIONS, pairs=True)
CODE = Kind("code", "K7PM-2QXW", lambda w, _: _CODE.fullmatch(w) is not None, _text)
AWAY = Kind("action", "cancel", _one_of(AWAY_ACTIONS), _chosen("action", AWAY_ACTIONS), AWAY_ACTIONS)
REVIEW = Kind("action", "add", _one_of(REVIEW_ACTIONS), _chosen("action", REVIEW_ACTIONS), REVIEW_ACTIONS)
HELP = Kind("part of the help", "commands", _one_of(HELP_PARTS), _chosen("part of the help", HELP_PARTS), HELP_PARTS)
RATING = Kind("rating", "good", _one_of(tuple(Rating)), _chosen("rating", tuple(Rating)))
QUIET = Kind("hours", "22:00-08:00", places.are_hours, places.hours, pairs=True, words=6)
DATES = Kind("dates", "2026-12-24,2026-12-31", _never, _dates)
ROLE = Kind("role", "none", _never, _role)
JOIN = Kind("choice", "join", _one_of(JOINING), _chosen("choice", JOINING), JOINING)
MEMBER = Kind("member", "maya", _any, _text)
TEXT = Kind("text", "delete", _any, _text)
SQUAD = Kind("name", "owls", _any, _text, rest=True)
SHARE = Kind("choice", "share", _one_of(("share",)), _chosen("choice", ("share",)), ("share",))
SQUADS = Kind("board", "teams", _one_of(("teams",)), _chosen("board", ("teams",)), ("teams",))
WORDS = Kind("words", "I said it in other words", _any, _text, rest=True)
DECISION = Kind("decision", "keep", _one_of(DECISIONS), _chosen("decision", DECISIONS), DECISIONS)
MARK = Kind("mark", "correct", _one_of(MARKS), _chosen("mark", MARKS), MARKS)
FEELING = Kind("choice", "clear", _one_of(tuple(Feeling)), _chosen("choice", tuple(Feeling)), tuple(Feeling))
FILE = Kind("file", "notes.md", _any, _text, rest=True)
BEST = Kind("number", "3", _never, _number)
COUNT = Kind("count", "5", lambda w, _: w.isdigit(), _number)
NUMBER = Kind("number", "12", lambda w, _: w.isdigit(), _number)
