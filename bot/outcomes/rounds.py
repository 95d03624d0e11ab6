"""What is decided about rounds: a question is posted, its answer revealed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Ref
from bot.question import KeyPoint, Question
from bot.rules.names import told_apart
from bot.rules.rounds import Answerer, Round


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """A round with what its card shows: who answered, in the order in which they began to."""

    round: Round
    question: Question
    topic_title: str
    answerers: Collection[Answerer] = ()

    @property
    def members(self) -> int:
        """How many answered, those who are not named among them."""
        return len(self.answerers)

    def answered(self) -> Sequence[str]:
        """Return the names of those who are named."""
        shown = {one.member: one.name for one in self.answerers if not one.hidden}
        named = told_apart(shown)
        return [named[who] for who in shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpened:
    """A question is to be posted, unless it is later than `not_after`; `tell` are organisers to be told that only `left` unseen questions remain.

    Asked for in a thread it stands `outside`, in the channel of that name. A `role` is mentioned with it.
    """

    view: RoundView
    tell: Sequence[Ref] = ()
    left: int = 0
    not_after: datetime | None = None
    outside: str = ""
    settles: int | None = None
    role: Ref = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BestAnswer:
    """An answer whose author agrees to be shown."""

    name: str
    score: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRevealed:
    """A round is closed: its answer may be shown. `covered` counts, by key point, the members who had it.

    `asked` by a member, it is told to them. A `role` is mentioned with it; `aloud` it is heard of in the channel over its thread.
    """

    view: RoundView
    members: int
    covered: Sequence[tuple[KeyPoint, int]]
    best: Sequence[BestAnswer] = ()
    suggested_by: str = ""
    settles: int | None = None
    asked: bool = False
    role: Ref = ""
    aloud: bool = True


@dataclass(frozen=True, slots=True)
class RevealAsked:
    """The member is asked whether to reveal a round, or which of several that are open; `more` of the oldest are not shown."""

    views: Sequence[RoundView]
    more: bool = False


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """A member asked for all that a short reveal leaves out."""

    revealed: RoundRevealed
