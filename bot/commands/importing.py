"""Commands with which organisers bring a team's own notes: an offer, a file, the form for them, and what was pasted into it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportQuestions:
    """Take the questions of a file that came with it; without one say how they come in from chat."""

    spec: ClassVar = Spec(name="question import", summary="Bring questions from your own notes", organiser=True)
    file: Annotated[str, Opt(options.FILE, "a file of notes", offered=False)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenImportForm:
    """Show the form into which notes are pasted."""

    spec: ClassVar = Spec(name="import-form", summary="Paste notes", reach=Reach.BUTTON, organiser=True, form=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitImport:
    """Take the questions of pasted notes into the team's own bank, as drafts."""

    spec: ClassVar = Spec(name="import-send", summary="Import notes", reach=Reach.BUTTON, organiser=True)
    text: Annotated[str, Opt(options.TEXT, "the notes")] = ""
