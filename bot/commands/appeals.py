"""Commands about appeals: a member asks an organiser to look at a grade."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealGrade:
    """Appeal against a member's newest grade: of the round in whose thread it is typed, else of the channel."""

    spec: ClassVar = Spec(name="appeal", summary="Ask an organiser to look at your newest grade here")
    reason: Annotated[str, Opt(options.WORDS, "what should have counted")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAppealForm:
    """Show the form in which a member says why a grade is wrong."""

    spec: ClassVar = Spec(name="appeal-form", summary="Appeal against a grade", reach=Reach.BUTTON, form=True)
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitAppeal:
    """Appeal against a grade, with the reason that the form took."""

    spec: ClassVar = Spec(name="appeal-send", summary="Appeal against a grade", reach=Reach.BUTTON)
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]
    text: Annotated[str, Opt(options.TEXT, "what should have counted")] = ""
