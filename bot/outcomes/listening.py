"""How members are made aware of a channel's questions: what they are told in private, and the role that they chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.outcomes.rounds import RoundView
from bot.ports import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A question that was asked in a channel, or whose answer was revealed there."""

    view: RoundView
    channel_name: str
    revealed: bool


@dataclass(frozen=True, slots=True)
class ListenersTold:
    """What each of some members is to be told, all of it in one message."""

    tell: Mapping[Ref, Sequence[Heard]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChosen:
    """A member is to have the role that is mentioned with a channel's questions, or to be without it."""

    role: Ref
    role_name: str
    channel_name: str
    joins: bool
