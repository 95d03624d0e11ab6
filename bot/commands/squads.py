"""Commands about the teams in which members play for the board: squads in the code, where a team is a whole server or workspace."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinSquad:
    """Join a team, or change to it, from the next week on."""

    spec: ClassVar = Spec(name="team join", summary="Join a team, from next Monday on")
    name: Annotated[str, Opt(options.SQUAD, "the team's name")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveSquad:
    """Leave one's team from the next week on."""

    spec: ClassVar = Spec(name="team leave", summary="Leave your team, from next Monday on")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSquads:
    """List the teams and who is in them."""

    spec: ClassVar = Spec(name="team list", summary="List the teams and who is in them")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSquad:
    """Make a team that members can join."""

    spec: ClassVar = Spec(name="team create", summary="Make a team that members can join", organiser=True)
    name: Annotated[str, Opt(options.SQUAD, "the team's name")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSquad:
    """Take a team away from the next week on; what it has scored stays."""

    spec: ClassVar = Spec(name="team remove", summary="Take a team away, from next Monday on", organiser=True)
    name: Annotated[str, Opt(options.SQUAD, "the team's name")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSquads:
    """Propose who is in which team, so that they are equally strong."""

    spec: ClassVar = Spec(name="team balance", summary="Propose teams that are equally strong", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyBalance:
    """Do as was proposed, if that is what would be proposed now."""

    spec: ClassVar = Spec(name="balance", summary="Apply the proposal", reach=Reach.BUTTON, organiser=True)
    seal: Annotated[str, Opt(options.TEXT, "the proposal's seal")]
