"""Commands about the hall, the web page of a team: a link into it, and what it alone shows."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec
from bot.rules.periods import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHall:
    """Give a member a link into the hall, or end every visit of theirs."""

    spec: ClassVar = Spec(
        name="hall", summary="Open the hall, a web page with your grades and boards; out ends your visits"
    )
    action: Annotated[str, Opt(options.HALL, "out")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowWork:
    """Show a question with the asker's own attempts, and once it is revealed its answer beside them."""

    spec: ClassVar = Spec(name="work", summary="See your answers to a question", reach=Reach.BUTTON)
    round: Annotated[int, Opt(options.NUMBER, "the round")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRecord:
    """Show the questions that the asker has answered, and on which days."""

    spec: ClassVar = Spec(name="record", summary="See what you have answered", reach=Reach.BUTTON)
    before: Annotated[int | None, Opt(options.NUMBER, "the round before which to begin")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStatus:
    """Show an organiser how punctually what was due in their team came."""

    spec: ClassVar = Spec(name="status", summary="See how punctual I was", reach=Reach.BUTTON, organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDifficulty:
    """Show an organiser how hard each question was that their team was asked, and whether it tells members apart."""

    spec: ClassVar = Spec(name="difficulty", summary="See how hard questions were", reach=Reach.BUTTON, organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCalendar:
    """Show an organiser a month of the team's schedules: what was asked, what comes, what is left out or off, and what is queued."""

    spec: ClassVar = Spec(name="calendar", summary="See a month of the schedules", reach=Reach.BUTTON, organiser=True)
    month: Annotated[Term | None, Opt(options.PERIOD, "a month, such as 2026-12")] = None
    page: Annotated[int | None, Opt(options.NUMBER, "which of the schedules, a few at a time")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAudit:
    """Show an organiser what was decided and changed in their team."""

    spec: ClassVar = Spec(name="changes", summary="See who decided what", reach=Reach.BUTTON, organiser=True)
