"""What is decided about members' own affairs: their data, their settings, the help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.outcomes.boards import Crowned
from bot.outcomes.links import Side
from bot.outcomes.rounds import RoundView


@dataclass(frozen=True, slots=True)
class DataExported:
    """A member's own data as JSON."""

    document: str


@dataclass(frozen=True, slots=True)
class DeletionExplained:
    """A member asked for deletion without confirming it; what is kept of their `linked` accounts would go too."""

    linked: Sequence[Side] = ()


@dataclass(frozen=True, slots=True)
class MemberDeleted:
    """A member's words, name and identity are gone; `rounds` are those whose cards named them, a champion's roles are taken."""

    rounds: Sequence[RoundView] = ()
    crowns: Sequence[Crowned] = ()


@dataclass(frozen=True, slots=True)
class HidingChanged:
    """A member is hidden, or shown again; `rounds` are those whose cards named them, or may now; no hidden champion wears a role."""

    hidden: bool
    rounds: Sequence[RoundView] = ()
    crowns: Sequence[Crowned] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsShown:
    """A member's and the team's settings; `changed` says what the command changed, and to what or whom.

    `organisers` are the appointed ones; to members without those who are hidden. `role_name` is that of the role which is
    mentioned with this channel's questions; of those of the `notified` channels the member is told in private.
    `best` members make a squad's score, and `live` rounds count on boards.
    """

    shares: bool
    hidden: bool
    reminds: bool
    reviews: bool
    mentions: bool
    quiet: str
    own_zone: str
    notified: Sequence[str]
    zone: str
    desk_at: str
    organiser: bool
    organisers: Sequence[str]
    best: int
    live: bool
    changed: Mapping[str, str]
    role_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpShown:
    """How it works in a few words; or what it is asked `about`: the commands, those of organisers, the topics."""

    about: str | None
    organiser: bool
    topics: Sequence[tuple[str, str]]
