"""Commands about grades that the bot is not sure of: show the oldest, decide it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDoubts:
    """Show an organiser the oldest answer whose grade is unsure."""

    spec: ClassVar = Spec(name="unsure", summary="Decide grades that I am not sure of", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideGrade:
    """Keep or change an unsure grade."""

    spec: ClassVar = Spec(name="decide", summary="Decide a grade", reach=Reach.BUTTON, organiser=True)
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]
    decision: Annotated[str, Opt(options.DECISION, "keep, correct, partly or incorrect")] = "keep"
