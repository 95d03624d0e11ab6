"""What is decided about links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Ref


@dataclass(frozen=True, slots=True)
class Side:
    """One account: whose name it has there, and where to reach them."""

    name: str
    ref: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkShown:
    """A member's other accounts, with a code for one more, or none where they may want to be unlinked; or a code for the `teams`."""

    accounts: Sequence[Side]
    code: str
    until: datetime
    teams: bool = False
    joined: int = 0  # how many other teams have one board with this one


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAsked:
    """A member is asked whether they agree to a link with the other side."""

    link: int
    you: Side
    other: Side
    teams: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAgreed:
    """The side that typed the code agrees, and the other has to."""

    you: Side
    other: Side
    teams: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade:
    """Both sides agreed."""

    you: Side
    other: Side
    teams: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRefused:
    """A side did not agree."""

    you: Side
    other: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEnded:
    """A link has ended; `others` are to hear of it."""

    you: Side
    others: Sequence[Side]
    teams: bool


OfLinks = LinkShown | LinkAsked | LinkAgreed | LinkMade | LinkRefused | LinkEnded
