"""Commands about rounds: ask a question, reveal its answer."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec
from bot.question import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestion:
    """Ask a question in this channel now."""

    spec: ClassVar = Spec(name="quiz", summary="Ask a question here now")
    level: Annotated[Level | None, Opt(options.LEVEL, "mid, senior or principal")] = None
    topic: Annotated[str | None, Opt(options.TOPIC, "a topic of the bank")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealAnswer:
    """Close a round and reveal its reference answer; without a round, the open one here, or ask which of several."""

    spec: ClassVar = Spec(name="reveal", summary="Reveal the open question's answer (organisers, or who asked it)")
    round: Annotated[int | None, Opt(options.NUMBER, "the round", offered=False)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferReveal:
    """Ask a member back whether a round is to be revealed to everybody: a button is soon pressed by mistake."""

    spec: ClassVar = Spec(name="may-reveal", summary="Reveal this question's answer", reach=Reach.BUTTON)
    round: Annotated[int, Opt(options.NUMBER, "the round")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowMore:
    """Show a member what a short reveal leaves out."""

    spec: ClassVar = Spec(name="more", summary="See all of an answer", reach=Reach.BUTTON)
    round: Annotated[int, Opt(options.NUMBER, "the round")]
