"""What a handler decided: values that hold facts and no wording. The presenter turns each into effects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.errors import UserError
from bot.grading import Grade
from bot.ports import Ref
from bot.question import KeyPoint, Level, Question
from bot.schedule import Plan
from bot.scoring import Period, Tally
from bot.store.boards import Share
from bot.store.doubts import Doubt
from bot.store.rounds import Round
from bot.store.schedules import Running, Schedule


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
class BoardLine:
    """One member's line of a board."""

    place: int
    name: str
    tally: Tally
    streak: int
    moved: int | None
    you: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board: its lines, and how many members it counts in all."""

    period: Period
    start: date
    end: date
    topic_title: str = ""
    level: Level | None = None
    lines: Sequence[BoardLine] = ()
    members: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardShown:
    """A member asked for a board; `own` is their line where it is not among the first."""

    board: Board
    own: BoardLine | None
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPosted:
    """The weekly board is to be posted in its channel."""

    board: Board
    channel: Ref
    settles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsShown:
    """A member's statistics."""

    name: str
    own: bool
    total: Tally
    streak: int
    best_streak: int
    shares: Sequence[tuple[str, Share]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRound:
    """A round that a member may still answer, and how many attempts they have left."""

    view: RoundView
    channel_name: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeShown:
    """Where a member stands: in the channels that they take part in, what is open and what comes next."""

    points: int
    streak: int
    best_streak: int
    open: Sequence[OpenRound] = ()
    coming: Sequence[tuple[str, datetime]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSaved:
    """A schedule is set, resumed or shown: its plan, pool and next questions."""

    plan: Plan
    channel_name: str
    pool: int
    unseen: int
    coming: Sequence[tuple[date, datetime]]
    saved: bool = True


@dataclass(frozen=True, slots=True)
class SchedulesListed:
    """The team's schedules, each with its next question."""

    schedules: Sequence[tuple[Schedule, datetime | None]]


@dataclass(frozen=True, slots=True)
class ScheduleStopped:
    """A schedule is paused or removed."""

    state: Running


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSkipped:
    """A date's question is left out."""

    day: date
    coming: Sequence[tuple[date, datetime]]


@dataclass(frozen=True, slots=True)
class DataExported:
    """A member's own data as JSON."""

    document: str


@dataclass(frozen=True, slots=True)
class DeletionExplained:
    """A member asked for deletion without confirming it."""


@dataclass(frozen=True, slots=True)
class MemberDeleted:
    """A member's words, name and identity are gone."""


@dataclass(frozen=True, slots=True)
class HidingChanged:
    """A member is hidden from boards, or shown again."""

    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsShown:
    """A member's and the team's settings; `changed` says what the command changed."""

    shares: bool
    hidden: bool
    zone: str
    organiser: bool
    changed: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpShown:
    """What can be typed."""

    organiser: bool
    topics: Sequence[tuple[str, str]]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Questions of one schedule that an outage swallowed, and whom to tell."""

    channel_name: str
    days: Sequence[date]
    tell: Sequence[Ref]


@dataclass(frozen=True, slots=True)
class Planned:
    """The coming days are planned; `missed` is what cannot be made up for."""

    missed: Sequence[Missed] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBroken:
    """Something due cannot be done: organisers are told once, with what to do."""

    channel_name: str
    reason: str
    paused: bool
    tell: Sequence[Ref]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The member cannot have what they asked for, and `error` says why."""

    error: UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something failed that is not the member's fault: `saved` when only showing it failed; `detail` for organisers."""

    incident: str
    saved: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is to be done: a delivery that was acted on already, or an occurrence settled meanwhile."""


Outcome = (
    RoundOpened | FormOpened | AttemptGraded | GradeShown | HintShown | RoundRevealed | BoardShown | BoardPosted | StatsShown
    | HomeShown
    | ScheduleSaved | SchedulesListed | ScheduleStopped | DateSkipped | DoubtShown | GradeDecided | DataExported | DeletionExplained
    | MemberDeleted | HidingChanged | SettingsShown | HelpShown | Planned | ScheduleBroken | Refusal | Failure | Nothing
)  # fmt: skip
