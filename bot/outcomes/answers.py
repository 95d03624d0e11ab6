"""What is decided about answers: the form, attempts with their grades, hints."""

from dataclasses import dataclass

from bot.grading import Grade
from bot.outcomes.rounds import RoundView
from bot.rules.rounds import Round


@dataclass(frozen=True, slots=True)
class FormOpened:
    """A member wants to answer in private, for practice where they have been shown the answer before."""

    view: RoundView
    practice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptGraded:
    """An attempt is saved and graded; `worth` are the points that it would earn if the round were closed now.

    Given `openly`, before everybody's eyes, its grade is shown nowhere until its author asks. `counts` is false for a round asked
    with /quiz beyond those that earn points on one day; it is for `practice` where its member had been shown the answer before;
    it counts `half` after the reveal's time; a copy is `recited` if it is the reference's. `attempt` is its id; its author has `appealed` against the grade, or `may_appeal`.
    """

    view: RoundView
    grade: Grade
    number: int
    left: int
    worth: int
    hints: int
    late: bool
    copied: bool
    attempt: int
    appealed: bool
    may_appeal: bool
    counts: bool = True
    practice: bool = False
    recited: bool = False
    half: bool = False
    openly: bool = False


@dataclass(frozen=True, slots=True)
class GradeShown:
    """A member wants to see what became of an attempt; `best` is the one that counts, where it is another."""

    attempt: AttemptGraded
    best: AttemptGraded | None = None


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """A member sent the words of an attempt of theirs again, which is no other attempt: `shown` is what they have of it."""

    shown: GradeShown


@dataclass(frozen=True, slots=True, kw_only=True)
class HintShown:
    """A hint for one member."""

    round: Round
    number: int
    count: int
    hint: str
    again: bool = False
