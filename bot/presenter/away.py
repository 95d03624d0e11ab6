"""The card of days off."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot import outcomes as o
from bot.cards import Block, Card, Item, Items, Text, Tone


def shown(outcome: o.AwayShown) -> Card:
    """Return a member's days off, with what was changed."""
    changed = outcome.saved is not None or bool(outcome.cancelled)
    return Card(title=_title(outcome), blocks=tuple(_blocks(outcome)), tone=Tone.GOOD if changed else Tone.PLAIN)


def _title(outcome: o.AwayShown) -> str:
    if outcome.saved:
        return f"You are away: {_spell(*outcome.saved)}"
    if outcome.which:
        return "Which days off?"
    if outcome.cancelled is None:
        return "Your days off"
    if outcome.today:
        return "You are here again"
    return "Days off taken back" if outcome.cancelled else "There was nothing to cancel"


def _blocks(outcome: o.AwayShown) -> Iterator[Block]:
    if outcome.saved:
        yield Text("Questions on these days neither break your streak nor count for it; points can be earned as ever.")
        yield Text("Back early? /away cancel")
    elif outcome.which:
        yield Text(f"Nothing is taken back yet. Name a day of them: /away cancel {outcome.spells[0][0]}")
    elif outcome.cancelled:
        yield Text("Questions on these days count for your streak again; what is past stays as it was:")
        yield _listed(outcome.cancelled)
    elif not outcome.spells:
        yield Text("None are set. Set them with /away friday or /away 2026-12-24..2027-01-02")
    if outcome.spells and (outcome.saved is None or len(outcome.spells) > 1):
        yield from [] if outcome.cancelled is None else [Text("Still set:")]
        yield _listed(outcome.spells)


def _listed(spells: Sequence[tuple[date, date]]) -> Items:
    return Items(tuple(Item(_spell(first, last)) for first, last in spells))


def _spell(first: object, last: object) -> str:
    return f"{first:%a %-d %B %Y}" if first == last else f"{first:%a %-d %B %Y} to {last:%a %-d %B %Y}"
