"""What is decided about rounds: questions, attempts and their grades, hints, reveals, doubts."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.grading import Grade
from bot.ports import Ref
from bot.question import KeyPoint, Question
from bot.store.doubts import Doubt
from bot.store.rounds import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """A round with what its card shows."""

    round: Round
    question: Question
    topic_title: str
    answered: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpened:
    """A question is to be posted; `tell` are organisers to be told that only `left` unseen questions remain."""

    view: RoundView
    tell: Sequence[Ref] = ()
    left: int = 0
    settles: int | None = None


@dataclass(frozen=True, slots=True)
class FormOpened:
    """A member wants to answer in private."""

    view: RoundView


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptGraded:
    """An attempt is saved and graded; `worth` are the points it takes from the round as things stand.

    `counts` is false for a round asked with /quiz beyond those that earn points on one day.
    """

    view: RoundView
    grade: Grade
    number: int
    left: int
    worth: int
    hints: int
    late: bool
    copied: bool
    counts: bool = True


@dataclass(frozen=True, slots=True)
class GradeShown:
    """A member wants to see what became of their newest attempt."""

    attempt: AttemptGraded


@dataclass(frozen=True, slots=True, kw_only=True)
class HintShown:
    """A hint for one member."""

    round: Round
    number: int
    of: int
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BestAnswer:
    """An answer whose author agrees to be shown."""

    name: str
    score: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRevealed:
    """A round is closed: its answer may be shown. `covered` counts, by key point, the members who had it.

    `tell` are organisers to be told, once, that `doubts` of its grades are unsure.
    """

    view: RoundView
    members: int
    covered: Sequence[tuple[KeyPoint, int]]
    best: Sequence[BestAnswer] = ()
    settles: int | None = None
    doubts: int = 0
    tell: Sequence[Ref] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtShown:
    """The oldest of `waiting` unsure grades, with its question; none where all are decided."""

    doubt: Doubt | None
    view: RoundView | None
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeDecided:
    """An organiser has decided a grade: `tell` is its member, `then` what waits next."""

    score: int
    before: int
    topic_title: str
    tell: Ref
    then: DoubtShown
