"""How a command is declared: its name, how it is reached, its options, and how it is typed."""

from dataclasses import dataclass
from enum import StrEnum

from bot.commands import options


class Reach(StrEnum):
    """How a command is reached."""

    TYPED = "typed"  # a person types its name
    BUTTON = "button"  # a button or form carries it; nobody types it
    DUE = "due"  # the schedule sends it; no person can


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """How a command is named and reached; `name` is "schedule set" for a grouped one, the id's first part for a button.

    `form` says that it is answered with a form, which some platforms only take as the very first answer; `posts` that
    something will be posted where it is typed, later on.
    """

    name: str
    summary: str
    reach: Reach = Reach.TYPED
    organiser: bool = False
    form: bool = False
    posts: bool = False


@dataclass(frozen=True, slots=True)
class Opt:
    """An option: its kind, and its help in a few words."""

    kind: options.Kind
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A command's option as the parsers see it."""

    name: str
    kind: options.Kind
    help: str
    required: bool
