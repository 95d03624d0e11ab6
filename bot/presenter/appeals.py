"""Cards of appeals: the form in which a member says why, and that an organiser will look at it."""

from collections.abc import Sequence

from bot import outcomes as o
from bot.cards import Card, Form, Text, Tone
from bot.commands import SubmitAppeal
from bot.commands.parsing import to_id
from bot.presenter.effects import Ask, Effect
from bot.rules.scoring import MAX_ANSWER

_PROMPT = "What did you say that should have counted? An organiser reads it with your answer, and you are told what they decide."


def form(outcome: o.AppealFormOpened) -> Sequence[Effect]:
    """Show the form."""
    submit = to_id(SubmitAppeal(attempt=outcome.attempt))
    return [Ask(Form(title="Your appeal", prompt=_PROMPT, submit=submit, max_length=MAX_ANSWER))]


def made(outcome: o.AppealMade) -> Card:
    """Say that an organiser will look at it."""
    what = f"your answer on {outcome.topic_title}, {outcome.score} of 100 so far"
    words = f"An organiser will look at {what}. You are told what they decide, in a direct message."
    return Card(title="Your appeal waits for an organiser", blocks=(Text(words),), tone=Tone.GOOD)
