"""The desk in the hall: what was decided there stands above what waits next, and who appeals gets a reason that is written beside the buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.bank.loading import Bank
from bot.cards import Action, Card
from bot.commands import OpenDecisionForm, ShowDoubts, SubmitDecision
from bot.commands.parsing import from_id, named_by, to_id
from bot.outcomes import QuestionMoved, SuggestionSettled
from bot.rules.doubts import MAX_DECISION

__all__ = ["DONE", "MAX_DECISION", "PATH", "above", "origin", "others", "reasoned"]

PATH: Final = "/desk"
DONE: Final = (QuestionMoved, SuggestionSettled)  # what takes something off the desk, and does not show what waits next
_NONE: Final = Bank({})


def origin(form: Mapping[str, str]) -> str:
    """Return the desk's path for a form that stood on it."""
    return PATH if form.get("here") == PATH else ""


def reasoned(actions: Sequence[Action]) -> list[tuple[str, Action]]:
    """Return the decisions that want a reason, each with the id by which it is sent together with one."""
    return [(sent, one) for one in actions if (sent := _with_reason(one))]


def others(actions: Sequence[Action]) -> list[Action]:
    """Return the other buttons."""
    return [one for one in actions if not _with_reason(one)]


def above(shown: Sequence[Card]) -> list[Card]:
    """Return the cards of what was done as they stand above the desk, without the button that leads there."""
    back = to_id(ShowDoubts())
    return [replace(card, actions=tuple(one for one in card.actions if one.id != back)) for card in shown]


def _with_reason(action: Action) -> str:
    if named_by(action.id) is not OpenDecisionForm:
        return ""
    match from_id(action.id, _NONE):
        case OpenDecisionForm(attempt=attempt, decision=str(decision)):
            return to_id(SubmitDecision(attempt=attempt, decision=decision))
        case _:
            return ""
