"""Cards of the hall: the way in and out, and what its pages say in the words of chat."""

from collections.abc import Sequence

from bot import outcomes as o
from bot.cards import Card, Fields, Text, WebLink
from bot.presenter.answers import grade_card
from bot.presenter.rounds import asked_back
from bot.text import plural


def told(outcome: o.OfHall) -> Sequence[Card]:
    """Return the card with the way in or out, or the grades of one's attempts, and last the answer once it is revealed."""
    match outcome:
        case o.HallOpened():
            return [_opened(outcome)]
        case o.HallClosed(visits):
            ended = f"{plural(visits, 'visit')} ended." if visits else "Nobody was in there under your name."
            return [Card(title="You are out of the hall", blocks=(Text(f"{ended} /hall opens it again."),))]
        case o.WorkShown():
            answer = [asked_back(o.AnswerShown(outcome.revealed))] if outcome.revealed else []
            return [*(grade_card(work.attempt) for work in outcome.works), *answer]
        case _:
            return []


def _opened(outcome: o.HallOpened) -> Card:
    return Card(
        title="The hall is open",
        blocks=(
            Text("Your answers with what earned each point, boards of any time, your streak and review, on one page:"),
            WebLink("Open the hall", outcome.link),
            Fields((("Good once, until", outcome.until),)),
            Text("It is yours alone: whoever opens it is there as you. /hall out ends every visit."),
        ),
    )
