"""Commands about review: the questions that a member missed come back, in private."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQuestions:
    """Show the next question that is due in review; or put one in, take one out, or hand all over."""

    spec: ClassVar = Spec(name="review", summary="Review in private what you missed; add or drop a question, or export")
    action: Annotated[str, Opt(options.REVIEW, "add, drop or export")] = ""
    question: Annotated[str | None, Opt(options.QUEUED, "the question's id, by default the newest here")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRecallForm:
    """Show the private form of a question in review."""

    spec: ClassVar = Spec(name="recall", summary="Answer in review", reach=Reach.BUTTON, form=True)
    review: Annotated[int, Opt(options.NUMBER, "the question in review")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitRecall:
    """Grade an answer to a question in review, and say when it comes back."""

    spec: ClassVar = Spec(name="recalled", summary="Grade an answer in review", reach=Reach.BUTTON)
    review: Annotated[int, Opt(options.NUMBER, "the question in review")]
    text: Annotated[str, Opt(options.TEXT, "the answer")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRecall:
    """Correct how well a question was recalled."""

    spec: ClassVar = Spec(name="recall-rate", summary="Say how well you knew it", reach=Reach.BUTTON)
    recall: Annotated[int, Opt(options.NUMBER, "the recall")]
    rating: Annotated[str, Opt(options.RATING, "again, hard, good or easy")] = "good"
