"""Writing down who changed a schedule or the team's settings, with the change itself."""

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from sqlalchemy import Connection

from bot.commands import (
    PauseSchedule,
    RemoveSchedule,
    ResumeSchedule,
    SetSchedule,
    SkipDate,
    UnqueueQuestion,
    UnskipDate,
    options_of,
)
from bot.commands.spec import Option
from bot.handlers.deps import Call
from bot.rules.days import run_of
from bot.rules.schedule import Plan
from bot.store import deeds, ledger
from bot.text import clip

DETAIL_CHARS: Final = 300
OfSchedule = SetSchedule | PauseSchedule | ResumeSchedule | RemoveSchedule | SkipDate | UnskipDate | UnqueueQuestion
_ALL: Final = ("levels", "topics")  # none of which is all
_ROLES: Final = {"role": "role_name", "champion": "champion_name"}


def note(connection: Connection, call: Call, command: OfSchedule, detail: object = "") -> None:
    """Write down what was done to the channel's schedule."""
    place = {"team_id": call.who.team, "member_id": call.who.member, "channel_id": call.who.channel}
    deeds.add(connection, command.spec.name, str(detail), now=call.now, **place)


def note_settings(connection: Connection, call: Call, changed: Mapping[str, str], whose: Mapping[str, int]) -> None:
    """Write down which of the team's settings were changed; a member whom one is about is no words, so that no name outlives them."""
    if not changed or not ledger.first_time(connection, call.context.event, now=call.now):
        return
    place = {"team_id": call.who.team, "member_id": call.who.member}
    for what, words in changed.items():
        detail = "" if what in whose else words
        name = f"{deeds.SETTINGS}{what}"
        deeds.add(connection, name, detail, now=call.now, whose_id=whose.get(what), **place)


def given(command: SetSchedule, plan: Plan) -> str:
    """Return what was given to a schedule, as it is typed; roles by the names that the plan has of them."""
    some = [(option, getattr(command, option.name)) for option in options_of(SetSchedule)]
    return clip(" ".join(_typed(option, value, plan) for option, value in some if value is not None), DETAIL_CHARS)


def _typed(option: Option, value: Any, plan: Plan) -> str:
    if value is True and not option.by_name_only:
        return option.name
    if value and option.name in _ROLES:
        value = getattr(plan, _ROLES[option.name])
    word = _word(value) or ("all" if option.name in _ALL else "none")
    return f"{option.name}={word}" if option.by_name_only or value is False else word


def _word(value: Any) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case int():
            return run_of([value])
        case time():
            return f"{value:%H:%M}"
        case frozenset() if all(isinstance(one, int) for one in value):
            return run_of(value).replace(" ", "")
        case frozenset() | tuple():
            return ",".join(_word(one) for one in (sorted(value) if isinstance(value, frozenset) else value))
        case _:
            return str(value)
