"""Cards of what the grader learns: the form with an answer's words, what was learned, what is forgotten."""

from collections.abc import Sequence

from bot import outcomes as o
from bot.cards import Action, Card, Form, Item, Items, Text, Tone
from bot.commands import ShowDoubts, SubmitPhrasings
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


def learned(outcome: o.PhrasingsLearned) -> Card:
    """Say what was learned, and what it does to the answer that it is from."""
    if not outcome.learned:
        return Card(title="I know these words already", actions=_on())
    same = outcome.score == outcome.before
    effect = (
        f"is graded {outcome.score} of 100 as before"
        if same
        else f"would get {outcome.score} of 100, and got {outcome.before} before"
    )
    words = f"From the next answer on I grade by it. This answer {effect}; its own grade is yours to decide. Take it back with /question show."
    return Card(
        title="I have learned that",
        blocks=(Items(tuple(Item(line(one)) for one in outcome.learned)), Text(words), *changed(outcome.changed)),
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
