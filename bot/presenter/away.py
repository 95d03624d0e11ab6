"""The card of days off."""

from collections.abc import Iterator

from bot import outcomes as o
from bot.cards import Block, Card, Item, Items, Text, Tone
from bot.text import plural


def shown(outcome: o.AwayShown) -> Card:
    """Return a member's days off, with what was changed."""
    changed = outcome.saved is not None or bool(outcome.cancelled)
    return Card(title=_title(outcome), blocks=tuple(_blocks(outcome)), tone=Tone.GOOD if changed else Tone.PLAIN)


def _title(outcome: o.AwayShown) -> str:
    if outcome.saved:
        return f"You are away: {_spell(*outcome.saved)}"
    if outcome.cancelled is not None:
        return "You are here again" if outcome.cancelled else "There was nothing to cancel"
    return "Your days off"


def _blocks(outcome: o.AwayShown) -> Iterator[Block]:
    if outcome.saved:
        yield Text("Questions on these days neither break your streak nor count for it; points can be earned as ever.")
        yield Text("Back early? /away cancel")
    elif outcome.cancelled:
        yield Text(f"{plural(outcome.cancelled, 'spell')} of days off taken back. What is past stays as it was.")
    elif not outcome.spells:
        yield Text("None are set. Set them with /away friday or /away 2026-12-24..2027-01-02")
    if outcome.spells and (outcome.saved is None or len(outcome.spells) > 1):
        yield Items(tuple(Item(_spell(first, last)) for first, last in outcome.spells))


def _spell(first: object, last: object) -> str:
    return f"{first:%a %-d %B %Y}" if first == last else f"{first:%a %-d %B %Y} to {last:%a %-d %B %Y}"
