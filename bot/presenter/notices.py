"""Cards for what went wrong, and for organisers who must know of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import outcomes as o
from bot.cards import Card, Sign, Text, Tone
from bot.errors import NotAllowed, NotFound, Refused, UnknownWord, UserError
from bot.presenter.effects import Direct, Effect, Reply
from bot.text import plural

_TITLE: Final[dict[type[UserError], str]] = {
    UnknownWord: "I don't know that one",
    NotAllowed: "That is for organisers",
    NotFound: "Nothing found",
    Refused: "Not now",
}


def refusal(outcome: o.Refusal) -> Reply:
    """Say why something cannot be, and what to do instead; a message that was no answer to anything is let be."""
    title = _TITLE.get(type(outcome.error), "I could not read that")
    card = Card(title=title, blocks=(Text(str(outcome.error)),), tone=Tone.WARNING)
    talk = isinstance(outcome.error, NotFound)
    return Reply(card, openly=None if talk else card, sign=None if talk else Sign.NOT_SAVED)


def failure(outcome: o.Failure) -> Reply:
    """Say that something failed, whether it was saved, and the id under which it is logged."""
    kept = "It is saved, but could not be shown." if outcome.saved else "Nothing of it was saved: please try again."
    words = Text(f"{kept} Organisers find it in the log as {outcome.incident}.")
    openly = Card(title="Something went wrong on my side", blocks=(words,), tone=Tone.BAD)
    card = replace(openly, blocks=(words, Text(outcome.detail))) if outcome.detail else openly
    return Reply(card, openly=openly, sign=Sign.SAVED if outcome.saved else Sign.NOT_SAVED)


def missed(outcome: o.Planned) -> Sequence[Effect]:
    """Tell organisers which questions an outage swallowed."""
    return [Direct(member=who, card=_missed(one)) for one in outcome.missed for who in one.tell]


def _missed(one: o.Missed) -> Card:
    days = ", ".join(f"{day:%a %-d %B}" for day in one.days)
    text = (
        f"I could not ask {plural(len(one.days), 'question')} of #{one.channel_name} in time ({days}): I was not running, "
        "or the platform did not answer. They are not made up for, and no streak breaks by it."
    )
    return Card(title="Questions missed", blocks=(Text(text),), tone=Tone.WARNING)


def broken(outcome: o.ScheduleBroken) -> Sequence[Effect]:
    """Tell organisers that the schedule is stuck, once."""
    if outcome.paused:
        rest = "The schedule is paused: mend it, then type /schedule resume there."
    else:
        rest = "I have given up on this one; the next is tried as planned."
    card = Card(
        title=f"The daily question of #{outcome.channel_name} is stuck",
        blocks=(Text(f"{outcome.reason} {rest}"),),
        tone=Tone.BAD,
    )
    return [Direct(member=who, card=card) for who in outcome.tell]
