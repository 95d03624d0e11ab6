"""What is decided about grades that wait for a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.outcomes.questions import QuestionState
from bot.outcomes.rounds import RoundView
from bot.ports import Ref
from bot.rules.doubts import Doubt
from bot.rules.suggestions import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtShown:
    """The oldest of `waiting` grades, with its question, or of `reports` on questions, or of `suggestions`; after these one due for review, or a draft; none where all are decided.

    `own` are the asker's own, which another organiser has to decide; `broken` is what is wrong in the team's own files. Where there is `more`,
    a button leads to it.
    """

    waiting: int
    reports: int
    suggestions: int
    reviews: int
    drafts: int
    own: int
    doubt: Doubt | None = None
    view: RoundView | None = None
    report: QuestionState | None = None
    suggestion: Suggestion | None = None
    broken: Sequence[str] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class DecisionsExported:
    """What was decided in a team as JSON."""

    document: str


@dataclass(frozen=True, slots=True)
class DecisionFormOpened:
    """An organiser wants to decide a grade with a reason; where a button was pressed, they have decided already."""

    doubt: Doubt
    decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A member whose answer says the same as one that was decided: what its grade was, and whether they had appealed, or it counts as a copy."""

    member: Ref
    before: int
    appealed: bool
    copied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeDecided:
    """An organiser has decided a grade: `tell` is its member, `reason` what they are told, `then` what waits next.

    `alike` answers that say the same got the same score; `others` are members who had appealed for one, or whose grade changed by it.
    """

    score: int
    before: int
    counts: bool
    reason: str
    topic_title: str
    tell: Ref
    others: Sequence[Followed]
    alike: int
    then: DoubtShown


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisersReminded:
    """Organisers are to be told how many grades wait, reports on questions, suggestions, questions due for review, and drafts."""

    tell: Sequence[Ref]
    waiting: int
    reports: int
    suggestions: int
    reviews: int
    drafts: int
