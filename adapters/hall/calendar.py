"""The calendar of schedules: the weeks of a month with what is on each day, and what its forms may stand for."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from markupsafe import Markup

from adapters.hall.inbound import Pressed
from bot.bank.loading import Bank
from bot.commands import Command, QueueQuestion, ShowCalendar, SkipDate, UnqueueQuestion, UnskipDate
from bot.commands.parsing import from_id
from bot.outcomes import CalendarShown, ChannelMonth
from bot.rules.calendar import DayPlan

PATH: Final = "/schedule"
PLANS: Final = (SkipDate, UnskipDate, QueueQuestion, UnqueueQuestion)  # what a form of the calendar may stand for


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A day of the grid; `inside` the month, with what each schedule has on it."""

    day: date
    inside: bool
    today: bool
    plans: Sequence[tuple[ChannelMonth, DayPlan]]


def weeks(shown: CalendarShown) -> list[list[Cell]]:
    """Return the weeks of a month, each from its Monday on."""
    grid = Calendar().monthdatescalendar(shown.first.year, shown.first.month)
    return [[_cell(shown, day) for day in week] for week in grid]


def _cell(shown: CalendarShown, day: date) -> Cell:
    plans = [(month, month.days[day]) for month in shown.months if day in month.days]
    return Cell(day=day, inside=day.month == shown.first.month, today=day == shown.today, plans=plans)


def clock(at: datetime, zone: str, *, named: bool = False) -> Markup:
    """Return an instant as a schedule's wall clock shows it, with the zone named where that is not plain."""
    local = at.astimezone(ZoneInfo(zone))
    return Markup('<time datetime="{}">{}</time>').format(
        at.isoformat(), f"{local:%H:%M %Z}" if named else f"{local:%H:%M}"
    )


def zones(shown: CalendarShown) -> set[str]:
    """Return the zones of the schedules that can be followed."""
    return {one.schedule.plan.zone for one in shown.months if not one.schedule.fault}


def address(month: str, page: str | int = 1, day: str = "") -> str:
    """Return where a month stands, and a day in it."""
    asked = {"month": month, **({"page": page} if str(page) not in {"", "1"} else {})}
    return f"{PATH}?{urlencode(asked)}{f'#{quote(day)}' if day else ''}"


def beside(shown: CalendarShown, step: int) -> date:
    """Return the first date of the month before or after."""
    return (shown.first + timedelta(days=31 if step > 0 else -1)).replace(day=1)


def asked_for(query: Mapping[str, str], bank: Bank) -> Command:
    """Return what an address asks for; raises UserError."""
    wanted = {name: words for name in ("month", "page") if (words := query.get(name, "").strip())}
    return from_id(ShowCalendar.spec.name, bank, **wanted)


def command_of(button: Pressed, bank: Bank) -> Command:
    """Return what a form of the calendar stands for, of what was filled in; raises UserError."""
    texts = {name: text.strip() for name, text in button.texts.items()}
    command = from_id(button.id, bank, **{name: text for name, text in texts.items() if text})
    if not isinstance(command, PLANS):
        raise web.HTTPBadRequest
    return command
