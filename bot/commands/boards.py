"""Commands that show standings: the board and a member's own figures."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Spec
from bot.question import Level
from bot.rules.periods import THIS_WEEK, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLeaderboard:
    """Show the board of a stretch of time with the asker's own place."""

    spec: ClassVar = Spec(name="leaderboard", summary="Show the board and your own place")
    period: Annotated[Term, Opt(options.PERIOD, "week, last month, november, autumn 2026, all")] = THIS_WEEK
    topic: Annotated[str | None, Opt(options.TOPIC, "only this topic")] = None
    level: Annotated[Level | None, Opt(options.LEVEL, "only this level")] = None
    by: Annotated[str | None, Opt(options.SQUADS, "by teams instead of members")] = None
    share: Annotated[str | None, Opt(options.SHARE, "for everybody in this channel")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStats:
    """Show a member's points, streak and accuracy."""

    spec: ClassVar = Spec(name="stats", summary="Show points, streak and accuracy, yours or another member's")
    member: Annotated[str | None, Opt(options.MEMBER, "a member's name")] = None
