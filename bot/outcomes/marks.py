"""What is decided about answers that organisers mark."""

from dataclasses import dataclass

from bot.question import Question
from bot.rules.marks import ToMark


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerToMark:
    """The next of `left` answers to a question that wait to be marked, if there is one; `marked` was just now, as `mark` says."""

    question: Question
    topic_title: str
    answer: ToMark | None
    left: int
    marked: ToMark | None = None
    mark: str = ""
