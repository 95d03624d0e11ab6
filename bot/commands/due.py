"""Commands that no person can send: the schedule's own, see `bot/jobs.py`."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOccurrences:
    """Write down what falls due in the coming days, and settle what an outage left behind."""

    spec: ClassVar = Spec(name="plan", summary="Plan what falls due", reach=Reach.DUE)
    afresh: Annotated[bool, Opt(options.SWITCH, "plan again what lies ahead")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostScheduled:
    """Carry out one due occurrence: ask its question, reveal its round, or post its board. Safe to repeat."""

    spec: ClassVar = Spec(name="due", summary="Carry out what is due", reach=Reach.DUE)
    occurrence: Annotated[int, Opt(options.NUMBER, "the occurrence")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailure:
    """Note that an occurrence could not be carried out: try again later, or give up and tell the organisers."""

    spec: ClassVar = Spec(name="failed", summary="Note a failure", reach=Reach.DUE)
    occurrence: Annotated[int, Opt(options.NUMBER, "the occurrence")]
    reason: Annotated[str, Opt(options.TEXT, "what went wrong")]
    final: Annotated[bool, Opt(options.SWITCH, "whether trying again cannot help")]
    too_late: Annotated[bool, Opt(options.SWITCH, "whether it is not wanted any more")] = False
