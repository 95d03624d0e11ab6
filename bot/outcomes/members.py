"""What is decided about members' own affairs: their data, their settings, the help."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.outcomes.rounds import RoundView


@dataclass(frozen=True, slots=True)
class DataExported:
    """A member's own data as JSON."""

    document: str


@dataclass(frozen=True, slots=True)
class DeletionExplained:
    """A member asked for deletion without confirming it."""


@dataclass(frozen=True, slots=True)
class MemberDeleted:
    """A member's words, name and identity are gone; `rounds` are those whose cards named them."""

    rounds: Sequence[RoundView] = ()


@dataclass(frozen=True, slots=True)
class HidingChanged:
    """A member is hidden, or shown again; `rounds` are those whose cards named them, or may now."""

    hidden: bool
    rounds: Sequence[RoundView] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsShown:
    """A member's and the team's settings; `changed` says what the command changed."""

    shares: bool
    hidden: bool
    reminds: bool
    zone: str
    organiser: bool
    changed: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpShown:
    """What can be typed."""

    organiser: bool
    topics: Sequence[tuple[str, str]]
