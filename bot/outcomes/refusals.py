"""What becomes of a command that is not carried out: a refusal, a failure, or nothing at all."""

from dataclasses import dataclass

from bot.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The member cannot have what they asked for, and `error` says why."""

    error: UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something failed that is not the member's fault: `saved` when only showing it failed; `detail` for organisers.

    Without an `incident` nothing of mine failed either: it cannot be shown where it was asked for, and `detail` says why.
    """

    incident: str
    saved: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is to be done: a delivery that was acted on already, or an occurrence settled meanwhile."""
