"""Commands about what the grader learns: an organiser takes a member's words as an example of a key point, or back."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLearnForm:
    """Show the form in which an answer's words are marked."""

    spec: ClassVar = Spec(name="learn-form", summary="Teach me words", reach=Reach.BUTTON, organiser=True, form=True)
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitPhrasings:
    """Learn the words that were marked."""

    spec: ClassVar = Spec(name="learn-send", summary="Teach me words", reach=Reach.BUTTON, organiser=True)
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]
    text: Annotated[str, Opt(options.TEXT, "the marked lines")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveLesson:
    """Learn the words of a lesson that waits, although answers that were marked are graded otherwise by it."""

    spec: ClassVar = Spec(name="learn-save", summary="Teach me words", reach=Reach.BUTTON, organiser=True)
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetPhrasing:
    """Take learned words back."""

    spec: ClassVar = Spec(name="forget", summary="Forget words", reach=Reach.BUTTON, organiser=True)
    phrasing: Annotated[int, Opt(options.NUMBER, "the phrasing")]
