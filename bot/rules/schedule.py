"""When things happen: local wall times turned into UTC instants, one a local date, whatever the clocks do.

Pure functions of a schedule and a date. The rules: a wall time means its first occurrence (PEP 495, fold=0); a wall
time that the clocks jump over means the instant it would have been, which reads as later by the jump; a local date
that does not exist (Samoa, 2011-12-30) has no occurrence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import version
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from bot.question import Level

RULES: Final = 1  # of this module; a change that moves what was planned already raises it
PLAN_DAYS: Final = 14  # how far ahead occurrences are written down
MINUTE: Final = timedelta(minutes=1)
WEEK: Final = timedelta(days=7)
MOST_A_DAY: Final = 4  # questions of one schedule
SEARCH_DAYS: Final = 730  # how far ahead a date is looked for before a schedule is called empty


class Kind(StrEnum):
    """What happens at an occurrence, in the order of things that fall on one instant."""

    QUESTION = "question"
    REMINDER = "reminder"
    REVEAL = "reveal"
    BOARD = "board"
    MONTH = "month"
    SEASON = "season"
    LIVE = "live"  # a live round goes on


BOARDS: Final = (Kind.BOARD, Kind.MONTH, Kind.SEASON)
ORDER: Final = tuple(Kind)


class State(StrEnum):
    """Where an occurrence stands; only `due` is ever acted on."""

    DUE = "due"
    POSTED = "posted"
    MISSED = "missed"
    SKIPPED = "skipped"
    FAILED = "failed"


class Running(StrEnum):
    """Whether a schedule runs; `broken` is a pause that the platform forced."""

    ACTIVE = "active"
    PAUSED = "paused"
    BROKEN = "broken"
    REMOVED = "removed"


STOPPED: Final = (Running.PAUSED, Running.BROKEN, Running.REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A channel's questions as its organiser set them: times are wall times in `zone`, weekdays count from Monday 0.

    The questions of a day are numbered by their `times` (a *slot*, from 0). A weekly one is open until the next; so is one whose answers
    count `half` from its reveal's time on. A `warmup` begins with the lowest levels; reveals are told `aloud`, in the channel too. The `role`
    is mentioned with question and reveal, `champion` goes to who led a month or season: references, with their names when they were set.
    """

    zone: str
    at: time
    weekdays: frozenset[int]
    reveal: time
    board_day: int
    board_at: time
    levels: tuple[Level, ...] = ()
    topics: tuple[str, ...] = ()
    country: str = ""
    days_off: frozenset[date] = frozenset()
    role: str = ""
    role_name: str = ""
    champion: str = ""
    champion_name: str = ""
    more: tuple[time, ...] = ()
    weekly: bool = False
    half: bool = False
    warmup: bool = False
    aloud: bool = True

    @property
    def until_next(self) -> bool:
        """Whether a question is open until the next."""
        return self.weekly or self.half

    @property
    def times(self) -> tuple[time, ...]:
        """The times of a day's questions, in order."""
        return (self.at, *self.more)

    def has_question(self, day: date) -> bool:
        """Whether questions are due on this local date: a chosen weekday that is no holiday and no day off."""
        working = day.weekday() in self.weekdays and day not in self.days_off
        return working and exists(day, self.zone) and not holiday(self.country, day)

    def due(self, kind: Kind, day: date, slot: int = 0) -> datetime:
        """Return the UTC instant of one kind of occurrence on a local date; a reveal is never before its question."""
        if kind is Kind.QUESTION:
            return instant(day, self._time(slot), self.zone)
        if kind in BOARDS:
            return instant(day, self.board_at, self.zone)
        if self.weekly:
            return self._before_next(day, self.due(Kind.QUESTION, day, slot))
        full = self.full_until(day, slot)
        return self._before_next(day, full) if self.half else full

    def full_until(self, day: date, slot: int = 0) -> datetime:
        """Return the instant that was set for a question's reveal, from which its answers may still count half."""
        return max(self._reveal(day, slot), self.due(Kind.QUESTION, day, slot) + MINUTE)

    def _before_next(self, day: date, after: datetime) -> datetime:
        """Return the instant just before the first question that comes after an instant."""
        days, slots = self.days(Kind.QUESTION, day), range(len(self.times))
        coming = (due for one in days for slot in slots if (due := self.due(Kind.QUESTION, one, slot)) > after)
        return max(after + MINUTE, next(coming, after + WEEK) - MINUTE)

    def _time(self, slot: int) -> time:
        """Return a question's time; one that was asked by an older plan, which had more, has the last."""
        return self.times[min(slot, len(self.more))]

    def _reveal(self, day: date, slot: int) -> datetime:
        """Return the instant of the reveal; one that a gap would move past the next question comes just before that."""
        after = day + timedelta(days=1)
        if self.reveal > self._time(slot):
            return instant(day, self.reveal, self.zone)
        planned, asked = (instant(after, wall, self.zone) for wall in (self.reveal, self.at))
        return asked - MINUTE if self.reveal <= self.at and planned > asked else planned

    def days(self, kind: Kind, start: date) -> Iterator[date]:
        """Yield the local dates from `start` on which this kind of occurrence falls, for the coming two years."""
        for offset in range(SEARCH_DAYS):
            day = start + timedelta(days=offset)
            if self._has_board(kind, day) if kind in BOARDS else self.has_question(day):
                yield day

    def _has_board(self, kind: Kind, day: date) -> bool:
        """Whether a board is posted on a date: on its weekday, or on the first of a month, or of a season."""
        fits = {
            Kind.BOARD: day.weekday() == self.board_day and self.board_week(day) != self.board_week(day - WEEK),
            Kind.MONTH: day.day == 1,
            Kind.SEASON: day.day == 1 and day.month % 3 == 1,
        }[kind]
        return fits and exists(day, self.zone)

    def board_week(self, day: date) -> date:
        """Return the Monday of the week that a board posted on a date is about: of questions open until the next, the last revealed."""
        if not self.until_next:
            return board_week(day)
        posted, before = self.due(Kind.BOARD, day), (day - timedelta(days=n) for n in range(SEARCH_DAYS))
        asked = (one for one in before if self.has_question(one) and self.due(Kind.REVEAL, one) <= posted)
        return week_start(next(asked, day))

    def coming(
        self, now: datetime, count: int, *, skipped: frozenset[tuple[date, int]] = frozenset()
    ) -> list[tuple[date, datetime]]:
        """Return the next questions after `now` as (local date, UTC instant), without those of some dates and slots."""
        days = self.days(
            Kind.QUESTION, local_date(now, self.zone) - timedelta(days=1)
        )  # a gap may move one past midnight
        slots = ((day, [slot for slot in range(len(self.times)) if (day, slot) not in skipped]) for day in days)
        dues = (
            (day, due) for day, some in slots for due in sorted(self.due(Kind.QUESTION, day, slot) for slot in some)
        )
        return [pair for pair, _ in zip(((d, u) for d, u in dues if u > now), range(count), strict=False)]


# What stands for a plan that cannot be read: nothing comes of it.
UNREADABLE: Final = Plan(
    zone="UTC", at=time(), weekdays=frozenset(), reveal=time(12), board_day=0, board_at=time(12)
)  # fmt: skip


def fault(plan: Plan) -> str:
    """Return why a plan cannot be followed: what is known of zones and holidays changes from one version to the next."""
    if not plan.weekdays <= frozenset(range(7)) or plan.board_day not in range(7):
        return "One of its weekdays is none."
    try:
        instant(date(2026, 1, 1), plan.at, plan.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"The time zone {plan.zone} is not known any more."
    try:
        holiday(plan.country, date(2026, 1, 1))
    except (NotImplementedError, ValueError):
        return f"The public holidays of {plan.country} are not known any more."
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A channel's schedule; occurrences are planned for instants after `effective_at`.

    With a `fault` it cannot be followed, and nothing comes of it until it is set anew.
    """

    id: int
    team: int
    channel: int
    channel_ref: str
    channel_name: str
    member: int
    plan: Plan
    state: Running
    effective_at: datetime
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One thing that falls due."""

    id: int
    team: int
    channel: int
    channel_ref: str
    schedule: int | None
    round: int | None
    kind: Kind
    local_date: date
    due_at: datetime
    state: State
    tries: int
    settled_at: datetime | None
    slot: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a schedule is, which can be read also where its plan cannot."""

    team: int
    member: int
    channel_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is due, as little of it as is needed to begin: what is wrong with the rest is found when it is carried out."""

    id: int
    channel_ref: str


def instant(day: date, wall: time, zone: str) -> datetime:
    """Return the UTC instant of a wall time on a local date; see the module's rules for gaps and folds."""
    return datetime.combine(day, wall.replace(fold=0), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def clocks(zone: str) -> tuple[timedelta | None, ...]:
    """Return what a zone's clocks are ahead by, month after month of a year: equal for zones that go together."""
    return tuple(datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in range(1, 13))


def is_fixed(zone: str) -> bool:
    """Whether a zone is no place's but an offset that stays all year, such as EST; UTC is meant so by whoever writes it."""
    placeless = zone.isupper() or zone.startswith("Etc/")
    return placeless and len(set(clocks(zone))) == 1 and clocks(zone)[0] != timedelta(0)


def local_date(now: datetime, zone: str) -> date:
    """Return the date on the wall calendar of a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def exists(day: date, zone: str) -> bool:
    """Whether a local date exists at all: a zone that changes sides of the date line jumps over one."""
    noon = instant(day, time(12), zone)
    return local_date(noon, zone) == day


def week_start(day: date) -> date:
    """Return the Monday of a date's week."""
    return day - timedelta(days=day.weekday())


def board_week(day: date) -> date:
    """Return the Monday of the week that a board posted on this date is about: on a Monday, the week before."""
    return week_start(day - timedelta(days=1))


def calendars() -> str:
    """Return by what dates are reckoned: the present zones, holidays and rules, which change from one version to the next."""
    return f"tzdata {version('tzdata')}, holidays {version('holidays')}, rules {RULES}"


def holiday(country: str, day: date) -> str:
    """Return the public holiday's name on a date in a country (`DE`), a subdivision (`DE-BY`), or one of several (`DE,FR`).

    What is off for one denomination or community alone is so where it is named (`DE-BY+catholic`).
    """
    names = (_calendar(one, day.year).get(day, "") for one in country.split(",") if one)
    return next(filter(None, names), "")


def known_countries() -> dict[str, list[str]]:
    """Return the countries whose holidays are known, each with its subdivisions."""
    return dict(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=256)
def _calendar(country: str, year: int) -> dict[date, str]:
    where, *communities = country.split("+")
    code, _, subdivision = where.partition("-")
    kinds = (holidays.PUBLIC, *communities)
    return dict(holidays.country_holidays(code, subdiv=subdivision or None, years=year, categories=kinds).items())
