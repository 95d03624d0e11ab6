"""Cards of schedules."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot import outcomes as o
from bot.cards import Block, Card, Fields, Item, Items, Text, Tone
from bot.commands.options import WEEKDAYS
from bot.rules.schedule import Plan, Running, Schedule
from bot.text import plural

_WEEK: Final = 7


def saved(outcome: o.ScheduleSaved) -> Card:
    """Return a schedule with its next questions."""
    plan = outcome.plan
    return Card(
        title="The daily question is set" if outcome.saved else "The daily question of this channel",
        blocks=(
            Fields(
                (
                    ("Question", f"{_days(plan.weekdays)} at {plan.at:%H:%M}, {plan.zone}"),
                    ("Reveal", f"{plan.reveal:%H:%M}{' the day after' if plan.reveal <= plan.at else ''}"),
                    ("Weekly board", f"{WEEKDAYS[plan.board_day]} at {plan.board_at:%H:%M}"),
                    ("Levels", ", ".join(plan.levels) or "all"),
                    ("Topics", ", ".join(plan.topics) or "all"),
                    ("Days off", _off(plan)),
                    ("Pool", f"{plural(outcome.pool, 'question')}, {outcome.unseen} unseen here"),
                )
            ),
            *_coming(outcome),
        ),
        tone=Tone.GOOD if outcome.saved else Tone.PLAIN,
    )


def _coming(outcome: o.ScheduleSaved) -> tuple[Block, ...]:
    if not outcome.coming:
        return (Text("No question is coming: the schedule is paused, or every date is off."),)
    shown = outcome.coming[:1] if outcome.saved else outcome.coming
    return (Text("Next questions:" if len(shown) > 1 else "Next question:"), _dates(shown, outcome.plan.zone))


def _dates(coming: Iterable[tuple[date, datetime]], zone: str) -> Items:
    local = (due_at.astimezone(ZoneInfo(zone)) for _, due_at in coming)
    return Items(tuple(Item(f"{at:%a %-d %B %Y, %H:%M %Z}") for at in local))


def _days(days: Iterable[int]) -> str:
    """Return weekdays in words: "mon-fri", "daily", "mon, wed, fri"."""
    ordered = sorted(days)
    if len(ordered) == _WEEK:
        return "daily"
    run = ordered == list(range(ordered[0], ordered[-1] + 1)) and len(ordered) > 2  # noqa: PLR2004  two are not a run
    return f"{WEEKDAYS[ordered[0]]}-{WEEKDAYS[ordered[-1]]}" if run else ", ".join(WEEKDAYS[d] for d in ordered)


def _off(plan: Plan) -> str:
    country = [f"public holidays of {plan.country}"] if plan.country else []
    return ", ".join([*country, *(f"{day:%-d %B %Y}" for day in sorted(plan.days_off))]) or "none"


def listed(outcome: o.SchedulesListed) -> Card:
    """Return the team's schedules."""
    if not outcome.schedules:
        return Card(
            title="Schedules",
            blocks=(Text("None yet. Set this channel's with /schedule set 09:00 Europe/Berlin mon-fri"),),
        )
    return Card(title="Schedules", blocks=(Items(tuple(Item(_line(one, next_)) for one, next_ in outcome.schedules)),))


def _line(schedule: Schedule, next_due: datetime | None) -> str:
    if schedule.fault:
        return f"#{schedule.channel_name}: stuck. {schedule.fault} Set it anew there with /schedule set."
    plan = schedule.plan
    when = f"#{schedule.channel_name}: {_days(plan.weekdays)} at {plan.at:%H:%M}, {plan.zone}"
    if schedule.state is not Running.ACTIVE:
        return f"{when} ({'paused: it is stuck' if schedule.state is Running.BROKEN else schedule.state})"
    local = next_due.astimezone(ZoneInfo(plan.zone)) if next_due else None
    return f"{when}; next {local:%a %-d %B, %H:%M}" if local else f"{when}; no date is coming"


def stopped(outcome: o.ScheduleStopped) -> Card:
    """Return the word that a schedule is paused or removed."""
    if outcome.state is Running.PAUSED:
        text = "No questions until /schedule resume. An open question is still revealed on time; streaks are safe."
        return Card(title="The daily question is paused", blocks=(Text(text),))
    text = "Points and past questions stay. Set it again at any time with /schedule set."
    return Card(title="The daily question is removed", blocks=(Text(text),))


def skipped(outcome: o.DateSkipped) -> Card:
    """Return the word that a date is left out, and what comes instead."""
    dates = tuple(Item(f"{day:%a %-d %B %Y}") for day, _ in outcome.coming)
    after: Sequence[Block] = (Text("Next questions:"), Items(dates)) if dates else ()
    return Card(title=f"No question on {outcome.day:%A %-d %B %Y}", blocks=(Text("Streaks are safe."), *after))
