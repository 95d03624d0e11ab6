"""What is decided about questions: found, shown, reported, moved on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.ports import Ref
from bot.question import Question
from bot.rules.difficulty import Facts, Feeling
from bot.rules.marks import Otherwise, Proposal
from bot.rules.phrasings import Learned
from bot.rules.questions import Life, Remark, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionState:
    """A question with where it is, and what was said of it; `open` says that it is asked just now and keeps its answer.

    `edited` is over which version of its file it was edited in chat, where it was, and `file` is the version that the file has now.
    Its facts are due for `review`.
    """

    question: Question
    topic_title: str
    life: Life
    remarks: Sequence[Remark] = ()
    open: bool = False
    edited: str | None = None
    file: str = ""
    review: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsFound:
    """The first of `count` questions that fit."""

    found: Sequence[QuestionState]
    count: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionShown:
    """A question with how it goes here, what was learned of it, and its marked answers as they are graded now.

    Of each key point `working` has how many right and wrong answers earn it; words that are `proposed` may be learned, and the
    attempt to `teach` by is one that is graded lower than it is marked.
    """

    state: QuestionState
    facts: Facts
    learned: Sequence[Learned]
    tested: Sequence[Otherwise] = ()
    working: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    proposed: Sequence[Proposal] = ()
    teach: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRated:
    """A member says how a round's question was, or wants to."""

    round: int
    said: Feeling | None


@dataclass(frozen=True, slots=True)
class QuestionReported:
    """A member's report is written down; the state says whether it stops the question."""

    state: QuestionState


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMoved:
    """An organiser has confirmed, edited, retired or restored a question; `tell` are who had reported it, with the organiser's reason."""

    said: Said
    state: QuestionState
    tell: Sequence[Ref] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class QuestionHistoryShown:
    """What was said of a question."""

    state: QuestionState
