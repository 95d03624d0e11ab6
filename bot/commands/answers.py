"""Commands about answers: the form, an attempt, a hint, the grade of it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAnswerForm:
    """Show the private answer form of a round; without one, of the round in whose thread it was asked for."""

    spec: ClassVar = Spec(name="answer", summary="Answer in a private form", reach=Reach.BUTTON, form=True)
    round: Annotated[int | None, Opt(options.NUMBER, "the round")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitAnswer:
    """Grade a member's answer; without a round, the one whose thread it stands in."""

    spec: ClassVar = Spec(name="submit", summary="Grade an answer", reach=Reach.BUTTON)
    round: Annotated[int | None, Opt(options.NUMBER, "the round")] = None
    text: Annotated[str, Opt(options.TEXT, "the answer")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHint:
    """Show a member the next hint of a round; typed, of the one in whose thread it is, else of the newest that is open here."""

    spec: ClassVar = Spec(name="hint", summary="Take a hint for the question that is open here")
    round: Annotated[int | None, Opt(options.NUMBER, "the round", offered=False)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGrade:
    """Show a member the grade of one of their attempts in a round, or of their newest."""

    spec: ClassVar = Spec(name="grade", summary="See your grade", reach=Reach.BUTTON)
    round: Annotated[int, Opt(options.NUMBER, "the round")]
    attempt: Annotated[int | None, Opt(options.NUMBER, "the attempt")] = None
