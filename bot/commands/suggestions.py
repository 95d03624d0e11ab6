"""Commands about questions that members suggest: the form, the sending, and what organisers decide of them."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestQuestion:
    """Show the empty form, as a command that is typed."""

    spec: ClassVar = Spec(name="suggest", summary="Suggest a question of your own", form=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSuggestionForm:
    """Show the form, empty or with a suggestion that is not sent yet."""

    spec: ClassVar = Spec(name="suggest-form", summary="Suggest a question", reach=Reach.BUTTON, form=True)
    suggestion: Annotated[int | None, Opt(options.NUMBER, "the suggestion")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSuggestion:
    """Suggest what the form says; level and topic are read where nothing that was written can be lost."""

    spec: ClassVar = Spec(name="suggest-send", summary="Suggest a question", reach=Reach.BUTTON)
    text: Annotated[str, Opt(options.TEXT, "the question")] = ""
    answer: Annotated[str, Opt(options.TEXT, "its answer")] = ""
    level: Annotated[str, Opt(options.TEXT, "its level")] = ""
    topic: Annotated[str, Opt(options.TEXT, "its topic")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSuggestion:
    """Send a suggestion although there are questions like it."""

    spec: ClassVar = Spec(name="suggest-anyway", summary="Send a suggestion", reach=Reach.BUTTON)
    suggestion: Annotated[int, Opt(options.NUMBER, "the suggestion")]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSuggester:
    """Agree to be named when the question is revealed."""

    spec: ClassVar = Spec(name="suggest-name", summary="Be named at the reveal", reach=Reach.BUTTON)
    suggestion: Annotated[int, Opt(options.NUMBER, "the suggestion")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSuggestion:
    """Make a draft of a suggestion."""

    spec: ClassVar = Spec(name="suggest-take", summary="Take a suggestion", reach=Reach.BUTTON, organiser=True)
    suggestion: Annotated[int, Opt(options.NUMBER, "the suggestion")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeclineForm:
    """Show the form in which a suggestion is declined with a reason."""

    spec: ClassVar = Spec(
        name="suggest-decline-form", summary="Decline a suggestion", reach=Reach.BUTTON, organiser=True, form=True
    )
    suggestion: Annotated[int, Opt(options.NUMBER, "the suggestion")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineSuggestion:
    """Decline a suggestion, with the reason that its author is told."""

    spec: ClassVar = Spec(name="suggest-decline", summary="Decline a suggestion", reach=Reach.BUTTON, organiser=True)
    suggestion: Annotated[int, Opt(options.NUMBER, "the suggestion")]
    text: Annotated[str, Opt(options.TEXT, "the reason")] = ""
