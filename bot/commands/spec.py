"""How a command is declared: its name, how it is reached, its options, and how it is typed."""

from dataclasses import dataclass
from enum import StrEnum

from bot.bank.loading import Bank
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
    something will be posted where it is typed, later on. `alias` is another word that is typed for it, which no list names.
    """

    name: str
    summary: str
    reach: Reach = Reach.TYPED
    organiser: bool = False
    form: bool = False
    posts: bool = False
    alias: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that is typed for it, its own first."""
        return (self.name, self.alias) if self.alias else (self.name,)


@dataclass(frozen=True, slots=True)
class Opt:
    """An option: its kind, and its help in a few words.

    One that is not `offered` is what a button carries, or a file: no help or completion names it, for no card shows what to type.
    One that is `named` is only given by its name, though its kind may be told by its shape elsewhere.
    """

    kind: options.Kind
    help: str
    offered: bool = True
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A command's option as the parsers see it."""

    name: str
    kind: options.Kind
    help: str
    required: bool
    offered: bool = True
    named: bool = False

    @property
    def by_name_only(self) -> bool:
        """Whether it must be typed with its name."""
        return self.named or self.kind.by_name_only

    def claims(self, word: str, bank: Bank) -> bool:
        """Whether a bare word is meant for it."""
        return not self.named and self.kind.claims(word, bank)
