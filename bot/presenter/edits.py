"""Cards of questions that are edited: the form, and what speaks against what it says."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot import outcomes as o
from bot.bank.editing import FIELD_CHARS, Texts
from bot.cards import Action, Block, Card, Field, Form, Item, Items, Quote, Text, Tone
from bot.commands import OpenEditForm, SaveEdit, SubmitEdit
from bot.commands.parsing import to_id
from bot.grading import Deduction, Grade, PointResult
from bot.presenter.answers import HEADLINE, MOOD
from bot.presenter.effects import Ask, Effect, Reply
from bot.question import Question
from bot.rules.marks import Otherwise
from bot.text import clip, plural

_HOW: Final = (
    "Key points stand one a line: a name, a colon, the point in a sentence; then, each after a |, short ways people say it. "
    "A line without | keeps the ways it has. Saved, it is asked like this from the next round on."
)
_SHOWN: Final = 6  # marked answers


def form(outcome: o.EditFormOpened) -> Sequence[Effect]:
    """Show the form."""
    asked = _asked(SubmitEdit(question=outcome.question.id, version=outcome.question.version), outcome.texts)
    on = Action("Edit", to_id(OpenEditForm(question=outcome.question.id, edit=outcome.edit)), primary=True)
    button = Card(title="Edit the question", blocks=(Quote(outcome.question.question),), actions=(on,))
    return [Ask(asked, instead=button)]


def _asked(submit: SubmitEdit, texts: Texts) -> Form:
    more = (
        Field(name="reference", label="Reference answer", max_length=FIELD_CHARS, value=texts.reference),
        Field(name="points", label="Key points", max_length=FIELD_CHARS, value=texts.points),
    )
    return Form(
        title="Edit the question", prompt=_HOW, submit=to_id(submit), max_length=600, value=texts.question,
        label="Question", more=more,
    )  # fmt: skip


def tried(outcome: o.EditTried) -> Sequence[Effect]:
    """Show the form as it was sent, what speaks against it and whom it would grade otherwise, and each sample with its grade."""
    submit = SubmitEdit(question=outcome.question.id, version=outcome.version or None)
    samples = [Reply(_sample(one, outcome.new)) for one in outcome.samples if outcome.new]
    return [Ask(_asked(submit, outcome.texts)), Reply(_verdict(outcome)), *samples]


def _verdict(outcome: o.EditTried) -> Card:
    found = (Items(tuple(map(Item, outcome.faults))),) if outcome.faults else ()
    against = bool(outcome.faults or outcome.changed or outcome.given)
    return Card(
        title="Tried, and nothing saved",
        blocks=(
            Text("To mend, or to decide about:" if found else "Nothing speaks against its words."),
            *found,
            *changed(outcome.changed),
            *_given(outcome),
        ),
        tone=Tone.WARNING if against else Tone.GOOD,
    )


def _given(outcome: o.EditTried) -> Iterator[Block]:
    """Yield what it would make of the answers that members gave: no grade that stands is changed by it."""
    if outcome.looked_at:
        of = plural(outcome.looked_at, "answer")
        yield Text(
            f"Of {of} that members gave, {len(outcome.given) or 'none'} would be graded otherwise; what they have stays."
        )
    if outcome.given:
        yield Items(tuple(Item(_moves(one)) for one in outcome.given[:_SHOWN]))


def _moves(answer: Otherwise) -> str:
    return f"“{clip(answer.marked.text, 160)}”: {answer.before} before, {answer.after} now"


def _sample(sample: o.Tried, question: Question) -> Card:
    """Return a sample's grade: each key point with the words that earned it, and why points were taken off."""
    grade = sample.grade
    if grade is None:
        return Card(title="Talk, and no answer", blocks=(Quote(sample.text), Text("It would get no grade.")))
    said = {point.id: point.statement for point in question.key_points}
    had = tuple(Item(_point(said[one.key_point], one), done=one.earned) for one in grade.points)
    return Card(
        title=f"{HEADLINE[grade.band]}: {grade.score} of 100",
        blocks=(Quote(sample.text), Items(had), *_off(grade), *_unsure(grade)),
        tone=MOOD[grade.band],
    )


def _point(statement: str, had: PointResult) -> str:
    by = f", by “{had.evidence}”" if had.earned and had.evidence else ""
    return f"{had.key_point}: {statement} Weight {had.weight}, credit {round(100 * had.credit)} %{by}"


def _off(grade: Grade) -> Iterator[Block]:
    if grade.deductions:
        yield Items(
            tuple(
                Item(f"{_off_for(cut)} ({plural(cut.points, 'point')} off): {cut.reason}") for cut in grade.deductions
            )
        )


def _off_for(cut: Deduction) -> str:
    return "Wrong in it" if cut.mistake else "Taken off"


def _unsure(grade: Grade) -> Iterator[Block]:
    if grade.unsure:
        yield Text(f"I am not sure of this grade, because {grade.unsure}")


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
