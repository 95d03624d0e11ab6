"""Cards of schedules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot import outcomes as o
from bot.cards import Block, Card, Fields, Item, Items, Text, Tone
from bot.commands.options import WEEKDAYS
from bot.commands.places import city_near
from bot.rules.days import WEEKDAYS as NAMES
from bot.rules.days import run_of
from bot.rules.schedule import Plan, Running, Schedule, is_fixed
from bot.text import clip, plural
from bot.text import listed as listed_words

QUESTION_CHARS: Final = 100
_WARMUP: Final = "; a new channel begins with the lowest levels, five questions of each"


def saved(outcome: o.ScheduleSaved) -> Card:
    """Return a schedule with its next questions."""
    plan = outcome.plan
    return Card(
        title=f"The {_question(plan)} {_is(plan)} set" if outcome.saved else f"The {_question(plan)} of this channel",
        blocks=(
            Fields(
                (
                    ("Question", f"{_when(plan)}, {plan.zone}"),
                    ("Reveal", f"{_reveal(plan)}{'' if plan.aloud else ', in the thread alone'}"),
                    ("Weekly board", f"{WEEKDAYS[plan.board_day]} at {plan.board_at:%H:%M}"),
                    ("Levels", f"{', '.join(plan.levels) or 'all'}{_WARMUP if plan.warmup else ''}"),
                    ("Topics", ", ".join(plan.topics) or "all"),
                    ("Days off", _off(plan)),
                    *((("Mentioned with questions and reveals", f"@{plan.role_name}"),) if plan.role else ()),
                    *((("The champion's role", f"@{plan.champion_name}"),) if plan.champion else ()),
                    ("Pool", f"{plural(outcome.pool, 'question')}, {outcome.unseen} unseen here"),
                )
            ),
            *_coming(outcome),
            *_between(outcome),
            *_left_out(outcome),
            *_warning(plan),
        ),
        tone=Tone.GOOD if outcome.saved else Tone.PLAIN,
    )


def _between(outcome: o.ScheduleSaved) -> tuple[Block, ...]:
    """Say which dates among the next ones are off, and why."""
    if not outcome.off or outcome.saved:
        return ()
    dates = Items(tuple(Item(f"{day:%a %-d %B %Y}: {why or 'a day off'}") for day, why in outcome.off))
    return (Text("No question in between on:"), dates)


def _left_out(outcome: o.ScheduleSaved) -> tuple[Block, ...]:
    if not outcome.left_out or outcome.saved:
        return ()
    dates = Items(tuple(Item(f"{day:%a %-d %B %Y}") for day in outcome.left_out))
    return (Text("Left out (take it back with /schedule unskip and the date):"), dates)


def _warning(plan: Plan) -> tuple[Block, ...]:
    """Warn of a zone that is an offset and no place: where people live clocks are changed."""
    return (Text(stays_the_same(plan.zone)),) if is_fixed(plan.zone) else ()


def stays_the_same(zone: str) -> str:
    """Say what is odd about a zone that is an offset."""
    return f"{zone} stays the same all year. Where clocks are changed, name a city instead, such as {city_near(zone)}."


def _coming(outcome: o.ScheduleSaved) -> tuple[Block, ...]:
    if not outcome.coming:
        return (Text("No question is coming: the schedule is paused, or every date is off."),)
    shown = outcome.coming[:1] if outcome.saved else outcome.coming
    return (Text("Next questions:" if len(shown) > 1 else "Next question:"), _dates(shown, outcome))


def _dates(coming: Iterable[tuple[date, datetime]], outcome: o.ScheduleSaved) -> Items:
    queued: defaultdict[date, list[str]] = defaultdict(list)
    for day, question in outcome.queued:
        queued[day].append(question)
    local = ((day, due_at.astimezone(ZoneInfo(outcome.plan.zone))) for day, due_at in coming)
    return Items(
        tuple(
            Item(f"{at:%a %-d %B %Y, %H:%M %Z}{f': {queued[day].pop(0)}' if queued[day] else ''}") for day, at in local
        )
    )


def _question(plan: Plan) -> str:
    return "weekly question" if plan.weekly else "daily questions" if plan.more else "daily question"


def _is(plan: Plan) -> str:
    return "are" if plan.more else "is"


def _when(plan: Plan) -> str:
    """Return a plan's days and times in words: "mon-fri at 09:00 and 13:00"."""
    if plan.weekly:
        return f"each {NAMES[min(plan.weekdays)].title()} at {plan.at:%H:%M}"
    return f"{run_of(plan.weekdays)} at {listed_words([f'{one:%H:%M}' for one in plan.times])}"


def _reveal(plan: Plan) -> str:
    if plan.weekly:
        return "just before the next question"
    return (
        f"just before the next question; from {_at_reveal(plan)} on answers count half"
        if plan.half
        else _at_reveal(plan)
    )


def _at_reveal(plan: Plan) -> str:
    later = sum(plan.reveal <= one for one in plan.times)
    after = (
        " the day after"
        if later == len(plan.times)
        else f" the day after for the last {later}"
        if later > 1
        else " the day after for the last"
    )
    return f"{plan.reveal:%H:%M}{after if later else ''}"


def _off(plan: Plan) -> str:
    places = " and ".join(plan.country.split(",")).replace("+", ", also ")
    country = [f"public holidays of {places}"] if plan.country else []
    return ", ".join([*country, *(f"{day:%-d %B %Y}" for day in sorted(plan.days_off))]) or "none"


def answered(outcome: o.ScheduleSaved | o.SchedulesListed | o.ScheduleStopped | o.DateSkipped | o.QueueShown) -> Card:
    """Return the card of what is decided about schedules."""
    match outcome:
        case o.ScheduleSaved():
            return saved(outcome)
        case o.SchedulesListed():
            return listed(outcome)
        case o.ScheduleStopped():
            return stopped(outcome)
        case o.DateSkipped():
            return skipped(outcome)
        case _:
            return queue(outcome)


def queue(outcome: o.QueueShown) -> Card:
    """Return the questions that wait for their dates, or for their turn."""
    title = f"The queue of #{outcome.channel_name}"
    tone = Tone.GOOD if outcome.changed else Tone.PLAIN
    if not outcome.waiting:
        text = "No question is queued: they are chosen. Queue one with /schedule queue vae-elbo-derivation 2026-12-24"
        return Card(title=title, blocks=(Text(text),), tone=tone)
    lines = (
        f"{f'{one.day:%a %-d %B %Y}' if one.day else 'next'}: {one.id}, {clip(one.question, QUESTION_CHARS)}"
        for one in outcome.waiting
    )
    more = Text("To move one, queue it again. To take one out: /schedule unqueue")
    return Card(title=title, blocks=(Items(tuple(map(Item, lines))), more), tone=tone)


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
    when = f"#{schedule.channel_name}: {_when(plan)}, {plan.zone}"
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
    dates = tuple(Item(f"{day:%a %-d %B %Y}") for day in dict.fromkeys(day for day, _ in outcome.coming))
    after: Sequence[Block] = (Text("Next questions:"), Items(dates)) if dates else ()
    return Card(title=f"No question on {outcome.day:%A %-d %B %Y}", blocks=(Text("Streaks are safe."), *after))
