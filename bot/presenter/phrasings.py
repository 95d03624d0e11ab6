"""Cards of what the grader learns: the form with an answer's words, what was learned, what is forgotten."""

from collections.abc import Sequence

from bot import outcomes as o
from bot.cards import Action, Card, Form, Item, Items, Text, Tone
from bot.commands import OpenLearnForm, SaveLesson, ShowDoubts, SubmitPhrasings
from bot.commands.parsing import to_id
from bot.presenter.edits import changed
from bot.presenter.effects import Ask, Effect
from bot.rules.phrasings import Phrasing, Side
from bot.text import clip

_HOW = (
    "Take the # away before each line that I should learn, and keep only the telling words. says: these words should have counted "
    "for the key point. not: they should not have. The key points:"
)
_MAX = 3_000  # characters; Slack's form takes no more to begin with


def form(outcome: o.LearnFormOpened) -> Sequence[Effect]:
    """Show the form."""
    points = "\n".join(f"{point.id}: {point.statement}" for point in outcome.question.key_points)
    submit = to_id(SubmitPhrasings(attempt=outcome.attempt))
    return [
        Ask(
            Form(
                title="Words to learn",
                prompt=f"{_HOW}\n{points}",
                submit=submit,
                max_length=_MAX,
                value=clip(outcome.lines, _MAX),
            )
        )
    ]


def held(outcome: o.LessonHeld) -> Card:
    """Say what is in a lesson's way, or which marked answers it changes, and let its author go on, or learn it."""
    on = Action("Mark on", to_id(OpenLearnForm(attempt=outcome.attempt)), primary=bool(outcome.problem))
    if outcome.problem:
        words = Text(f"{outcome.problem} Your lines are kept.")
        return Card(title="Not learned yet", blocks=(words,), actions=(on,), tone=Tone.WARNING)
    learn = Action("Learn it", to_id(SaveLesson(attempt=outcome.attempt)), primary=True)
    return Card(
        title="Not learned yet",
        blocks=(
            _lines(outcome.new),
            *changed(outcome.changed),
            Text(f"The answer that it is from {_effect(outcome)}."),
        ),
        actions=(learn, on),
        tone=Tone.WARNING,
    )


def _effect(outcome: o.LessonHeld | o.PhrasingsLearned) -> str:
    if outcome.score == outcome.before:
        return f"is graded {outcome.score} of 100 as before"
    return f"would get {outcome.score} of 100, and got {outcome.before} before"


def _lines(some: Sequence[Phrasing]) -> Items:
    return Items(tuple(Item(line(one)) for one in some))


def learned(outcome: o.PhrasingsLearned) -> Card:
    """Say what was learned, and what it does to the answer that it is from."""
    if not outcome.learned:
        return Card(title="I know these words already", actions=_on())
    words = f"From the next answer on I grade by it. This answer {_effect(outcome)}; its own grade is yours to decide. Take it back with /question show."
    return Card(
        title="I have learned that",
        blocks=(_lines(outcome.learned), Text(words), *changed(outcome.changed)),
        actions=_on(),
        tone=Tone.GOOD,
    )


def line(one: Phrasing) -> str:
    """Return a phrasing in a line."""
    return f"{one.point}: “{one.words}” {'counts' if one.side is Side.SAYS else 'does not count'}"


def forgotten(outcome: o.PhrasingForgotten) -> Card:
    """Say what is forgotten."""
    text = f"I do not grade by this any more: {line(outcome.phrasing)}."
    return Card(title="Forgotten", blocks=(Text(text),), actions=_on())


def _on() -> tuple[Action, ...]:
    return (Action("To the desk", to_id(ShowDoubts())),)
