"""Commands about a question's life: find it, look at it, report it, confirm, retire and restore it.

Without a question each is about the one in whose thread it is typed, else about the channel's newest.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuestion:
    """Say what is wrong with a question."""

    spec: ClassVar = Spec(
        name="question report", summary="Say what is wrong with a question, by default the newest here"
    )
    question: Annotated[str | None, Opt(options.QUESTION, "the question's id")] = None
    reason: Annotated[str, Opt(options.WORDS, "what is wrong")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuestions:
    """List the questions that fit some words; `draft`, `live`, `reported` and `retired` are states."""

    spec: ClassVar = Spec(name="question search", summary="Find questions by words and state", organiser=True)
    words: Annotated[str, Opt(options.WORDS, "words of it, or draft, live, reported, retired")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowQuestion:
    """Show a question with its answer and its state."""

    spec: ClassVar = Spec(name="question show", summary="Show a question with its answer", organiser=True)
    question: Annotated[str | None, Opt(options.QUESTION, "the question's id")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmQuestion:
    """Say that a draft, or a reported question, is right."""

    spec: ClassVar = Spec(name="question confirm", summary="Say that a draft or reported one is right", organiser=True)
    question: Annotated[str | None, Opt(options.QUESTION, "the question's id")] = None
    reason: Annotated[str, Opt(options.WORDS, "why")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateQuestion:
    """Say how a revealed question was; without a word, show what can be said."""

    spec: ClassVar = Spec(name="rate", summary="Say how the question was", reach=Reach.BUTTON)
    round: Annotated[int, Opt(options.NUMBER, "the round")]
    said: Annotated[str | None, Opt(options.FEELING, "clear, unclear, too-easy or too-hard")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireQuestion:
    """Ask a question no more; what was asked stays."""

    spec: ClassVar = Spec(name="question retire", summary="Ask a question no more", organiser=True)
    question: Annotated[str | None, Opt(options.QUESTION, "the question's id")] = None
    reason: Annotated[str, Opt(options.WORDS, "why")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreQuestion:
    """Ask a retired question again."""

    spec: ClassVar = Spec(name="question restore", summary="Ask a retired question again", organiser=True)
    question: Annotated[str | None, Opt(options.QUESTION, "the question's id")] = None
    reason: Annotated[str, Opt(options.WORDS, "why")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowQuestionHistory:
    """Show what was said of a question."""

    spec: ClassVar = Spec(name="question history", summary="Show who said what of a question", organiser=True)
    question: Annotated[str | None, Opt(options.QUESTION, "the question's id")] = None
