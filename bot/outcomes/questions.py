"""What is decided about questions: found, shown, reported, moved on."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.question import Question
from bot.rules.phrasings import Learned
from bot.rules.questions import Life, Remark, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionState:
    """A question with where it is, and what was said of it; `open` says that it is asked just now and keeps its answer.

    `edited` is over which version of its file it was edited in chat, where it was, and `file` is the version that the file has now.
    """

    question: Question
    topic_title: str
    life: Life
    remarks: Sequence[Remark] = ()
    open: bool = False
    edited: str | None = None
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsFound:
    """The first of `count` questions that fit."""

    found: Sequence[QuestionState]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionShown:
    """A question with how often it was asked here, of how many members, and the mean of their scores; and what was learned."""

    state: QuestionState
    rounds: int
    members: int
    mean: int | None
    learned: Sequence[Learned]


@dataclass(frozen=True, slots=True)
class QuestionReported:
    """A member's report is written down; the state says whether it stops the question."""

    state: QuestionState


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMoved:
    """An organiser has confirmed, edited, retired or restored a question."""

    said: Said
    state: QuestionState


@dataclass(frozen=True, slots=True)
class QuestionHistoryShown:
    """What was said of a question."""

    state: QuestionState
