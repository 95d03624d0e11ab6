"""Typed lines -> what they ask for: the core's commands, button numbers, messages, and the terminal's own commands."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.bank.loading import Bank
from bot.cards import Card, Item, Items
from bot.commands import COMMANDS, Command, Reach, ShowHelp, options
from bot.commands.parsing import parse
from bot.errors import BadValue, UnknownWord
from bot.question import Level
from bot.settings import YEARS
from bot.text import clean, clip, nearest

NAME: Final = "local"
LOCAL_COMMANDS: Final = {
    "as": "/as maya: be another member",
    "channel": "/channel general: go to another channel",
    "thread": "/thread: go into the newest question's thread",
    "back": "/back: leave the thread",
    "clock": "/clock +1d: let a day pass (also +90m, +2h, or 2026-11-23 09:00 Europe/Berlin)",
    "next": "/next diffusion-forward-reverse: draw this question first",
    "quit": "/quit: leave",
}
_STEP: Final = re.compile(r"\+(\d{1,4})([mhdw])")
_UNIT: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PRESS: Final = re.compile(r"(\d{1,6})(?:\s+(.*))?")
_LOST: Final = frozenset(("help", "h", "hello", "hi", "hey", "/"))  # who says this wants to know what to type
_FARTHEST: Final = timedelta(days=3660)  # that time is moved on at once: each day on the way is lived through

HELP: Final = Card(
    title="In this terminal",
    blocks=(
        Items(
            (
                Item("> your answer: reply in the newest question's thread"),
                Item("1: press the button [1]; 1 your answer: and fill in its form at once"),
                *map(Item, LOCAL_COMMANDS.values()),
            )
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Send:
    """A command for the core."""

    command: Command


@dataclass(frozen=True, slots=True)
class Press:
    """A button by its number, with the text for its form if that was typed at once."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Say:
    """A message: in the newest thread, or where the member is."""

    text: str
    in_newest_thread: bool


@dataclass(frozen=True, slots=True)
class Local:
    """One of the local platform's own commands."""

    name: str
    words: str


Typed = Send | Press | Say | Local


def read(line: str, bank: Bank) -> Typed:
    """Read a line; raises UserError for a command nobody knows."""
    if line.casefold().rstrip(" !.?") in _LOST or line == "?":
        return Send(ShowHelp())
    if line.startswith("/"):
        return _command(line[1:].strip(), bank)
    if line.startswith(">"):
        return Say(line[1:].strip(), in_newest_thread=True)
    if press := _PRESS.fullmatch(line):
        return Press(int(press[1]), press[2] or "")
    return Say(line, in_newest_thread=False)


def _command(line: str, bank: Bank) -> Typed:
    name, _, words = line.partition(" ")
    if name.casefold() in LOCAL_COMMANDS:
        return Local(name.casefold(), clean(words))
    core = {name.split()[0] for c in COMMANDS if c.spec.reach is Reach.TYPED for name in c.spec.names}
    near = None if name.casefold() in core else nearest(name, sorted({*LOCAL_COMMANDS, *core}))
    if near in LOCAL_COMMANDS:
        raise UnknownWord(f"I know no command /{clip(name, 60)}. Type {LOCAL_COMMANDS[near]}.")
    return Send(parse(line, bank))


def instant(words: str, now: datetime, zone: str) -> tuple[datetime, str]:
    """Return the instant and the reader's zone that `/clock` names: a step from now, or a wall time, with or without a zone."""
    if step := _STEP.fullmatch(words):
        when = now + timedelta(**{_UNIT[step[2]]: int(step[1])})
    else:
        wall, _, named = words.rpartition(" ")
        if options.ZONE.claims(named, Bank({})):
            words, zone = wall, str(options.ZONE.read(named, Bank({})))
        when = _wall(words, zone)
    if when.year not in YEARS or when - now > _FARTHEST:
        raise BadValue(
            f"That is too far away. Go at most ten years ahead at once, and stay between {YEARS[0]} and {YEARS[-1]}."
        )
    return when, zone


def _wall(words: str, zone: str) -> datetime:
    try:
        when = datetime.fromisoformat(words)
    except ValueError:
        message = (
            f"“{clip(words, 60)}” is no time. Type /clock +1d, /clock +90m or /clock 2026-11-23 09:00 Europe/Berlin"
        )
        raise BadValue(message) from None
    return when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))


def completions(bank: Bank) -> list[str]:
    """Return what the prompt offers to complete."""
    typed = [f"/{name}" for c in COMMANDS if c.spec.reach is Reach.TYPED for name in c.spec.names]
    asked = [f"/quiz {level}" for level in Level] + [f"/quiz {topic}" for topic in bank.topics]
    return sorted([*typed, *asked, *(f"/{name}" for name in LOCAL_COMMANDS)])
