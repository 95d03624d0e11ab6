"""Commands about grades that wait for a person, being unsure or appealed: show the oldest, decide it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDoubts:
    """Show an organiser the oldest grade, report or suggestion that waits for one, or the one after another; then the drafts."""

    spec: ClassVar = Spec(
        name="desk",
        summary="Decide appeals, unsure grades, reports, suggestions, drafts",
        organiser=True,
        alias="unsure",
    )
    after: Annotated[str | None, Opt(options.QUESTION, "the question before what to show", offered=False)] = None
    grade: Annotated[int | None, Opt(options.NUMBER, "the attempt before what to show", offered=False)] = None
    suggestion: Annotated[int | None, Opt(options.NUMBER, "the suggestion before what to show", offered=False)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDecisions:
    """Hand an organiser what was decided in their team as JSON."""

    spec: ClassVar = Spec(name="audit", summary="Get who decided what, when and why, as JSON", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideGrade:
    """Keep or change a grade that waits."""

    spec: ClassVar = Spec(name="decide", summary="Decide a grade", reach=Reach.BUTTON, organiser=True)
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]
    decision: Annotated[str, Opt(options.DECISION, "keep, correct, partly or incorrect")] = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDecisionForm:
    """Show the form in which a grade is decided with a reason, or by points; the decision may be made already."""

    spec: ClassVar = Spec(
        name="decide-form", summary="Decide a grade with a reason", reach=Reach.BUTTON, organiser=True, form=True
    )
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]
    decision: Annotated[str | None, Opt(options.DECISION, "keep, correct, partly or incorrect")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitDecision:
    """Keep or change a grade as the form says: the decision first, unless a button made it, then the reason that the member is told."""

    spec: ClassVar = Spec(
        name="decide-send", summary="Decide a grade with a reason", reach=Reach.BUTTON, organiser=True
    )
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]
    decision: Annotated[str | None, Opt(options.DECISION, "keep, correct, partly or incorrect")] = None
    text: Annotated[str, Opt(options.TEXT, "the decision and its reason")] = ""
