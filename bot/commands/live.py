"""Commands about live rounds: several questions one after another, each for some seconds."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec
from bot.question import Level
from bot.rules.live import QUESTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class StartLive:
    """Ask several questions here, one after another, with a board at the end."""

    spec: ClassVar = Spec(
        name="live", summary="Several questions here, one after another, against the clock", posts=True
    )
    count: Annotated[int, Opt(options.COUNT, "how many, 5 by default")] = QUESTIONS
    level: Annotated[Level | None, Opt(options.LEVEL, "mid, senior or principal")] = None
    topic: Annotated[str | None, Opt(options.TOPIC, "a topic of the bank")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PickLive:
    """Choose an option of a live question."""

    spec: ClassVar = Spec(name="live-pick", summary="Choose an option", reach=Reach.BUTTON)
    live: Annotated[int, Opt(options.NUMBER, "the live round")]
    number: Annotated[int, Opt(options.NUMBER, "its question")] = 1
    option: Annotated[int, Opt(options.NUMBER, "the option")] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLiveForm:
    """Show the private form of a live question."""

    spec: ClassVar = Spec(name="live-form", summary="Answer a live question", reach=Reach.BUTTON, form=True)
    live: Annotated[int, Opt(options.NUMBER, "the live round")]
    number: Annotated[int, Opt(options.NUMBER, "its question")] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitLive:
    """Take what somebody wrote to a live question."""

    spec: ClassVar = Spec(name="live-send", summary="Take an answer to a live question", reach=Reach.BUTTON)
    live: Annotated[int, Opt(options.NUMBER, "the live round")]
    number: Annotated[int, Opt(options.NUMBER, "its question")] = 1
    text: Annotated[str, Opt(options.TEXT, "the answer")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLive:
    """End a live round before its last question."""

    spec: ClassVar = Spec(name="live-stop", summary="Stop a live round", reach=Reach.BUTTON)
    live: Annotated[int, Opt(options.NUMBER, "the live round")]
