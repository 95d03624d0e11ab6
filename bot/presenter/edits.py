"""Cards of questions that are edited: the form, and what speaks against what it says."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot import outcomes as o
from bot.bank.editing import FIELD_CHARS
from bot.cards import Action, Block, Card, Field, Form, Item, Items, Quote, Text, Tone
from bot.commands import OpenEditForm, SaveEdit, SubmitEdit
from bot.commands.parsing import to_id
from bot.presenter.effects import Ask, Effect
from bot.rules.marks import Otherwise
from bot.text import clip, plural

_HOW: Final = (
    "Key points stand one a line: a name, a colon, the point in a sentence; then, each after a |, short ways people say it. "
    "A line without | keeps the ways it has. Saved, it is asked like this from the next round on."
)
_SHOWN: Final = 6  # marked answers


def form(outcome: o.EditFormOpened) -> Sequence[Effect]:
    """Show the form."""
    texts = outcome.texts
    more = (
        Field(name="reference", label="Reference answer", max_length=FIELD_CHARS, value=texts.reference),
        Field(name="points", label="Key points", max_length=FIELD_CHARS, value=texts.points),
    )
    submit = to_id(SubmitEdit(question=outcome.question.id, version=outcome.question.version))
    asked = Form(
        title="Edit the question", prompt=_HOW, submit=submit, max_length=600, value=texts.question, label="Question",
        more=more,
    )  # fmt: skip
    on = Action("Edit", to_id(OpenEditForm(question=outcome.question.id, edit=outcome.edit)), primary=True)
    button = Card(title="Edit the question", blocks=(Quote(outcome.question.question),), actions=(on,))
    return [Ask(asked, instead=button)]


def held(outcome: o.EditHeld) -> Card:
    """Say what speaks against an edit, and let its author go on editing, or save it all the same."""
    named = outcome.question.id
    on = Action("Edit on", to_id(OpenEditForm(question=named, edit=outcome.edit)), primary=True)
    save = (Action("Save it all the same", to_id(SaveEdit(edit=outcome.edit))),) if outcome.new else ()
    return Card(
        title="Not saved yet",
        blocks=(Text(f"{named}: your words are kept."), *map(Text, outcome.doubts), *changed(outcome.changed)),
        actions=(on, *save),
        tone=Tone.WARNING,
    )


def changed(answers: Sequence[Otherwise]) -> Iterator[Block]:
    """Yield the marked answers that would be graded otherwise, each with its mark."""
    if answers:
        one = len(answers) == 1
        yield Text(f"{plural(len(answers), 'marked answer')} graded otherwise by it{':' if one else ', such as:'}")
        yield Items(tuple(Item(line(answer), done=answer.agrees) for answer in answers[:_SHOWN]))


def line(answer: Otherwise) -> str:
    """Return a marked answer with its mark and its grade, before and after."""
    words = clip(answer.marked.text, 160)
    return f"“{words}”: {answer.before} before, {answer.after} now; marked {answer.marked.band}"
