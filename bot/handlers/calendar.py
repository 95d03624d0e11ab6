"""The calendar of a team's schedules: a month of them, a few at a time."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.commands import ShowCalendar
from bot.handlers.deps import Call, Deps, today
from bot.handlers.questions import askable
from bot.handlers.queue import waiting_in
from bot.outcomes import CalendarShown, ChannelMonth
from bot.rules.calendar import BEFORE, month, month_end
from bot.rules.periods import Term
from bot.rules.schedule import Schedule
from bot.rules.scoring import Period
from bot.store import calendar, schedules

AROUND: Final = 12  # months before and after the present one
SHOWN: Final = 5  # schedules at a time
MOST_OFFERED: Final = 500  # questions to choose from; of a larger bank they are written by their names


async def show_calendar(command: ShowCalendar, call: Call, deps: Deps) -> CalendarShown:
    """Show a month of the team's schedules, that of the asker's channel first; a month or page that is not there is the nearest."""

    def look(connection: Connection) -> CalendarShown:
        every = sorted(schedules.of_team(connection, call.who.team), key=lambda one: _place(one, call))
        pages = max(1, -(-len(every) // SHOWN))
        page = min(max(1, command.page or 1), pages)
        day = today(connection, call)
        first, earliest, latest = _months(command.month, day)
        shown = _shown(connection, every[(page - 1) * SHOWN : page * SHOWN], call, deps.bank, first=first)
        return CalendarShown(
            first=first, today=day, months=shown, titles=_titles(shown, deps.bank), page=page, pages=pages,
            earlier=first > earliest, later=first < latest, offered=_offered(connection, call, deps.bank),
        )  # fmt: skip

    return await deps.db.read(look)


def _place(one: Schedule, call: Call) -> tuple[bool, str, int]:
    return one.channel != call.who.channel, one.channel_name, one.id


def _months(wanted: Term | None, day: date) -> tuple[date, date, date]:
    """Return the first dates of the month that is shown, and of the first and the last that can be."""
    earliest, latest = _moved(day, -AROUND), _moved(day, AROUND)
    start = wanted.dates(day)[0] if wanted and wanted.period is Period.MONTH else day
    return min(max(earliest, start.replace(day=1)), latest), earliest, latest


def _moved(day: date, months: int) -> date:
    """Return the first date of the month that is so many away."""
    year, number = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, number + 1, 1)


def _shown(
    connection: Connection, some: Sequence[Schedule], call: Call, bank: Bank, *, first: date
) -> list[ChannelMonth]:
    found = calendar.known(connection, some, since=first - BEFORE, before=month_end(first))
    return [
        ChannelMonth(
            schedule=one,
            days=month(one, known, first=first, now=call.now),
            waiting=waiting_in(connection, one, bank),
        )
        for one, known in zip(some, found, strict=True)
    ]


def _titles(shown: Sequence[ChannelMonth], bank: Bank) -> dict[str, str]:
    """Return the words of the questions that are named in some months; one that is no more in the bank is named by its id."""
    named = {one.question for month in shown for day in month.days.values() for one in day.askings if one.question}
    return {name: bank.every[name].question if name in bank.every else name for name in named}


def _offered(connection: Connection, call: Call, bank: Bank) -> dict[str, str]:
    """Return the questions that can be queued, each with its words."""
    ready = askable(connection, tuple(bank.questions.values()), call.who.team)
    return {one.id: one.question for one in ready} if len(ready) <= MOST_OFFERED else {}
