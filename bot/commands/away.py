"""The command about a member's days off."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Spec
from bot.rules.days import Days


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDaysOff:
    """Write down days off, list them, or take back those that are not over."""

    spec: ClassVar = Spec(name="away", summary="Days off that break no streak: set them, list them, or cancel")
    days: Annotated[Days | None, Opt(options.SPAN, "a day, or the first and last")] = None
    action: Annotated[str, Opt(options.AWAY, "list or cancel")] = "list"
