"""Cards of unsure grades, for organisers to decide, and for the member to learn what was decided."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Fields, Item, Items, Quote, Text, Tone
from bot.commands import DecideGrade
from bot.commands.parsing import to_id
from bot.grading import Band
from bot.presenter.effects import Direct, Effect, Reply
from bot.rules.doubts import Doubt
from bot.text import plural

_LABEL: Final = {Band.CORRECT: "Correct", Band.PARTLY: "Partly", Band.INCORRECT: "Incorrect"}


def shown(outcome: o.DoubtShown) -> Card:
    """Return the oldest unsure grade with what to decide it by."""
    doubt, view = outcome.doubt, outcome.view
    if doubt is None or view is None:
        return Card(title="Every grade is decided", blocks=(Text("I am sure of all the others."),), tone=Tone.GOOD)
    return Card(
        title=f"{doubt.name or 'A hidden member'}: {doubt.score} of 100, and I am not sure · {plural(outcome.waiting, 'grade')} to decide",
        blocks=tuple(_to_decide_by(doubt, view)),
        actions=tuple(_decisions(doubt)),
        tone=Tone.WARNING,
    )


def _to_decide_by(doubt: Doubt, view: o.RoundView) -> Iterator[Block]:
    """Yield the question, the answer, why it is unsure; the reference answer once it is revealed."""
    yield Quote(view.question.question)
    yield Quote(doubt.text, by=f"{doubt.name or 'A hidden member'} wrote")
    opinion = f" The second opinion gives {doubt.opinion}." if doubt.opinion is not None else ""
    yield Text(f"I am not sure, because {doubt.unsure}{opinion}")
    if view.round.closed_at is None:
        found = tuple(Item(f"“{p.evidence}”", done=True) for p in doubt.points if p.earned)
        yield Text("The reference answer is shown here once it is revealed; you may take part until then.")
        yield Items(found or (Item("None of its words earned a key point."),))
        return
    had = {p.key_point for p in doubt.points if p.earned}
    yield Quote(view.question.reference, by="Reference answer")
    yield Items(tuple(Item(point.statement, done=point.id in had) for point in view.question.key_points))


def _decisions(doubt: Doubt) -> Iterator[Action]:
    yield Action(f"Keep {doubt.score}", to_id(DecideGrade(attempt=doubt.attempt, decision="keep")), primary=True)
    for band in Band:
        if band is not doubt.band:
            yield Action(_LABEL[band], to_id(DecideGrade(attempt=doubt.attempt, decision=band)))


def decided(outcome: o.GradeDecided) -> Sequence[Effect]:
    """Show the organiser what waits next, and tell the member."""
    same = outcome.score == outcome.before
    words = "stays at" if same else f"was {outcome.before} and is now"
    card = Card(
        title="An organiser has looked at your answer",
        blocks=(Fields((("Question", outcome.topic_title),)), Text(f"Your grade {words} {outcome.score} of 100.")),
        tone=Tone.PLAIN if same else Tone.GOOD if outcome.score > outcome.before else Tone.WARNING,
    )
    return [Direct(member=outcome.tell, card=card), Reply(shown(outcome.then))]
