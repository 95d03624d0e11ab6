"""Cards for what could not be: refusals and failures."""

from dataclasses import replace
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Card, Sign, Text, Tone
from bot.commands import MAX_ID
from bot.commands.parsing import LINE
from bot.errors import NotAllowed, NotFound, Refused, Talk, UnknownWord, UsedUp, UserError, Waits
from bot.presenter.effects import Reply

_TITLE: Final[dict[type[UserError], str]] = {
    UnknownWord: "I don't know that one",
    NotAllowed: "That is for organisers",
    NotFound: "Nothing found",
    Refused: "Not now",
    UsedUp: "Not now",
    Talk: "Not graded",
    Waits: "It is on its way",
}


def told(outcome: o.Refusal | o.Failure) -> Reply:
    """Say what became of a command that was not carried out."""
    return refusal(outcome) if isinstance(outcome, o.Refusal) else failure(outcome)


def refusal(outcome: o.Refusal) -> Reply:
    """Say why something cannot be, and what to do instead; nothing where somebody only talked in a place without a question."""
    title = outcome.error.heading or _TITLE.get(type(outcome.error), "I could not read that")
    card = Card(title=title, blocks=(Text(str(outcome.error)),), actions=_meant(outcome.error.meant), tone=Tone.WARNING)
    talk = isinstance(outcome.error, NotFound)
    unheard = talk or isinstance(outcome.error, UsedUp)
    openly = None if unheard else replace(card, actions=())
    return Reply(card, openly=openly, sign=None if talk else Sign.NOT_SAVED)


def _meant(line: str) -> tuple[Action, ...]:
    """Offer to do what was meant."""
    spelled = f"{LINE}{line}"
    return (Action(spelled, spelled, primary=True),) if line and len(spelled) <= MAX_ID and "#" not in line else ()


def failure(outcome: o.Failure) -> Reply:
    """Say that something failed, whether it was saved, and the id under which it is logged; of what is no fault of mine, why."""
    if not outcome.incident:
        return _not_shown(outcome)
    kept = "It is saved, but could not be shown." if outcome.saved else "Nothing of it was saved: please try again."
    words = Text(f"{kept} Organisers find it in the log as {outcome.incident}.")
    openly = Card(title="Something went wrong on my side", blocks=(words,), tone=Tone.BAD)
    card = replace(openly, blocks=(words, Text(outcome.detail))) if outcome.detail else openly
    return Reply(card, openly=openly, sign=Sign.SAVED if outcome.saved else Sign.NOT_SAVED)


def _not_shown(outcome: o.Failure) -> Reply:
    """Say what became of what cannot be shown where it was asked for, and why."""
    kept = "It is saved." if outcome.saved else "Nothing of it was saved."
    card = Card(title="I could not show it here", blocks=(Text(f"{kept} {outcome.detail}"),), tone=Tone.WARNING)
    return Reply(card, openly=card, sign=Sign.SAVED if outcome.saved else Sign.NOT_SAVED)
