"""What organisers must know of the schedule: questions missed, a schedule that is stuck."""

from collections.abc import Sequence

from bot import outcomes as o
from bot.cards import Card, Text, Tone
from bot.presenter.effects import Direct, Effect
from bot.text import plural


def missed(outcome: o.Planned) -> Sequence[Effect]:
    """Tell organisers which questions an outage swallowed."""
    return [Direct(member=who, card=_missed(one)) for one in outcome.missed for who in one.tell]


def _missed(missed_: o.Missed) -> Card:
    days = ", ".join(f"{day:%a %-d %B}" for day in missed_.days)
    text = (
        f"I could not ask {plural(len(missed_.days), 'question')} of #{missed_.channel_name} in time ({days}): I was not running, "
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
