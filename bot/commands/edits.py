"""Commands about questions that organisers edit in chat: look, fill the form in, save, go back to the file."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class EditQuestion:
    """Show the form in which a question is edited, as a command that is typed."""

    spec: ClassVar = Spec(
        name="question edit", summary="Edit a question: words, answer, key points", organiser=True, form=True
    )
    question: Annotated[str | None, Opt(options.QUESTION, "the question's id")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEditForm:
    """Show the form in which a question is edited, as it is or as an edit has it that is not saved yet."""

    spec: ClassVar = Spec(name="edit-form", summary="Edit a question", reach=Reach.BUTTON, organiser=True, form=True)
    question: Annotated[str, Opt(options.QUESTION, "the question's id")]
    edit: Annotated[int | None, Opt(options.NUMBER, "the edit")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditForm:
    """What the form of an edit sends, which was opened on one of the question's versions."""

    question: Annotated[str, Opt(options.QUESTION, "the question's id")]
    version: Annotated[str | None, Opt(options.TEXT, "the version that was there")] = None
    text: Annotated[str, Opt(options.TEXT, "the question")] = ""
    reference: Annotated[str, Opt(options.TEXT, "the reference answer")] = ""
    points: Annotated[str, Opt(options.TEXT, "the key points")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitEdit(EditForm):
    """Edit a question as the form says."""

    spec: ClassVar = Spec(name="edit-send", summary="Edit a question", reach=Reach.BUTTON, organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TryEdit(EditForm):
    """Look what a form of an edit would make of sample answers, and of those that were given; nothing is saved."""

    spec: ClassVar = Spec(name="edit-try", summary="Try an edit on sample answers", reach=Reach.BUTTON, organiser=True)
    samples: Annotated[str, Opt(options.TEXT, "sample answers, an empty line between them")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveEdit:
    """Save an edit in spite of what speaks against it."""

    spec: ClassVar = Spec(name="edit-save", summary="Save an edit", reach=Reach.BUTTON, organiser=True)
    edit: Annotated[int, Opt(options.NUMBER, "the edit")]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoEdits:
    """Ask a question as its file has it again."""

    spec: ClassVar = Spec(name="edit-undo", summary="Back to the file's words", reach=Reach.BUTTON, organiser=True)
    question: Annotated[str, Opt(options.QUESTION, "the question's id")]
