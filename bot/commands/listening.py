"""Commands about who is made aware of a channel's questions: by a role, or by a private word."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRole:
    """Let a member have the role that is mentioned with this channel's questions, or be without it."""

    spec: ClassVar = Spec(name="role", summary="Be mentioned, or no more", reach=Reach.BUTTON)
    choice: Annotated[str, Opt(options.JOIN, "whether to join or leave")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellListeners:
    """Tell those of a team who want it of questions that were asked and revealed."""

    spec: ClassVar = Spec(name="tell listeners", summary="Tell of questions", reach=Reach.DUE)
    team: Annotated[int, Opt(options.NUMBER, "the team")]
