"""Cards of answers that organisers mark: the answer without its author, beside what is right."""

from collections.abc import Iterator
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Item, Items, Quote, Text, Tone
from bot.commands import MarkAnswer, MarkAnswers, OpenLearnForm, ShowQuestion
from bot.commands.parsing import to_id
from bot.grading import Band
from bot.rules.marks import NO_MARK, ToMark
from bot.text import plural

_LABEL: Final = {Band.CORRECT: "Correct", Band.PARTLY: "Partly", Band.INCORRECT: "Incorrect"}
_HOW: Final = "How good is it? A mark changes no grade: I am tested by it. /question show tells how often I agree."


def to_mark(outcome: o.AnswerToMark) -> Card:
    """Show an answer to mark, or that there is none left."""
    answer, question = outcome.answer, outcome.question
    if answer is None:
        return _done(outcome)
    points = Items(tuple(Item(point.statement) for point in question.key_points))
    return Card(
        title=f"{outcome.topic_title} · {question.level} · {plural(outcome.left, 'answer')} to mark",
        blocks=(
            *_marked(outcome), Quote(question.question), Quote(answer.text, by="Somebody wrote"),
            Quote(question.reference, by="Reference answer"), points, Text(_HOW),
        ),
        actions=(*_bands(outcome, answer), *_undo(outcome)),
    )  # fmt: skip


def _bands(outcome: o.AnswerToMark, answer: ToMark) -> Iterator[Action]:
    for band, label in _LABEL.items():
        yield Action(label, to_id(MarkAnswer(attempt=answer.attempt, mark=band)), primary=band is Band.CORRECT)
    yield Action("Pass over", to_id(MarkAnswers(question=outcome.question.id, after=answer.attempt)))
    yield Action("Teach me words", to_id(OpenLearnForm(attempt=answer.attempt)))


def _done(outcome: o.AnswerToMark) -> Card:
    """Say that there is no answer left to mark, but for those that were passed over."""
    named, over = outcome.question.id, outcome.left
    words = f"You passed over {plural(over, 'answer')}." if over else f"No answer to {named} waits for a mark."
    back = Action("Show the question", to_id(ShowQuestion(question=named)), primary=True)
    again = (Action("Begin again", to_id(MarkAnswers(question=named))),) if over else ()
    return Card(
        title="No more answers to mark",
        blocks=(*_marked(outcome), Text(words)),
        actions=(back, *again, *_undo(outcome)),
        tone=Tone.GOOD,
    )


def _marked(outcome: o.AnswerToMark) -> Iterator[Block]:
    """Yield what was marked just now, beside the grade that it had."""
    if (one := outcome.marked) is not None:
        same = "as I graded it" if one.band == outcome.mark else f"and I graded it {one.band}"
        yield Text(f"Marked {outcome.mark}, {same}: {one.score} of 100.")


def _undo(outcome: o.AnswerToMark) -> Iterator[Action]:
    if outcome.marked is not None:
        yield Action("Take it back", to_id(MarkAnswer(attempt=outcome.marked.attempt, mark=NO_MARK)))
