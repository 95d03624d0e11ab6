"""Commands about answers that organisers mark: the grader is held to them."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAnswers:
    """Show an answer to a question that nobody has marked; where one is passed over, the next."""

    spec: ClassVar = Spec(
        name="question mark", summary="Mark answers, to test how a question is graded", organiser=True
    )
    question: Annotated[str | None, Opt(options.QUESTION, "the question's id")] = None
    after: Annotated[int | None, Opt(options.NUMBER, "the answer before the one to show", offered=False)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAnswer:
    """Say how good an answer is, or take that back."""

    spec: ClassVar = Spec(name="mark", summary="Mark an answer", reach=Reach.BUTTON, organiser=True)
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]
    mark: Annotated[str, Opt(options.MARK, "correct, partly, incorrect or none")]
