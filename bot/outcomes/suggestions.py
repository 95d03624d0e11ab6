"""What is decided about questions that members suggest."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports import Ref
from bot.question import Question
from bot.rules.suggestions import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionFormOpened:
    """A member writes a suggestion, maybe on one that is not sent; `topics` are those there are."""

    suggestion: Suggestion | None
    topics: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionKept:
    """A suggestion is written down: sent, or not yet, for what the `problem` says or because others are `alike`."""

    suggestion: Suggestion
    problem: str = ""
    alike: Sequence[Question] = ()
    sent: bool = True


@dataclass(frozen=True, slots=True)
class DeclineFormOpened:
    """An organiser wants to say why a suggestion is not taken."""

    suggestion: Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionSettled:
    """An organiser has taken a suggestion, as the draft `question`, or declined it; `tell` is its author, where they are still here."""

    suggestion: Suggestion
    tell: Ref | None
    question: Question | None = None
    reason: str = ""
