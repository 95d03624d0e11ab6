"""What is decided about members' own affairs: their data, their settings, the help."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DataExported:
    """A member's own data as JSON."""

    document: str


@dataclass(frozen=True, slots=True)
class DeletionExplained:
    """A member asked for deletion without confirming it."""


@dataclass(frozen=True, slots=True)
class MemberDeleted:
    """A member's words, name and identity are gone."""


@dataclass(frozen=True, slots=True)
class HidingChanged:
    """A member is hidden from boards, or shown again."""

    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsShown:
    """A member's and the team's settings; `changed` says what the command changed."""

    shares: bool
    hidden: bool
    zone: str
    organiser: bool
    changed: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpShown:
    """What can be typed."""

    organiser: bool
    topics: Sequence[tuple[str, str]]
