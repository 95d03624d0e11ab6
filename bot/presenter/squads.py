"""Cards of the teams in which members play for the board (squads)."""

from collections.abc import Iterator
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Item, Items, Text, Tone
from bot.commands import ApplyBalance
from bot.commands.parsing import to_id
from bot.presenter.boards import heading, sharing, squads, yet
from bot.text import plural

_CHANGED: Final = {
    "joined": "You are in {name} from {since} on",
    "left": "You leave {name} on {since}",
    "made": "There is a team {name} now",
    "removed": "The team {name} is taken away",
    "balanced": "The teams are shared out anew from {since} on",
}


def of_squads(outcome: o.OfSquads) -> Card:
    """Return the card of what is decided about teams."""
    match outcome:
        case o.SquadsListed():
            return _listed(outcome)
        case o.BalanceProposed():
            return _proposed(outcome)
        case _:
            return _board(outcome)


def _listed(outcome: o.SquadsListed) -> Card:
    """Return the teams and who is in them, with what was changed."""
    title = _CHANGED.get(outcome.change, "Teams").format(name=outcome.name, since=f"{outcome.since:%A %-d %B}")
    return Card(title=title, blocks=tuple(_list_blocks(outcome)), tone=Tone.GOOD if outcome.change else Tone.PLAIN)


def _list_blocks(outcome: o.SquadsListed) -> Iterator[Block]:
    if outcome.change in {"joined", "left"} and outcome.now:
        yield Text(f"Until then your points count for {outcome.now}.")
    if outcome.change == "removed":
        yield Text(f"Its members are in no team from {outcome.since:%A %-d %B} on. What it has scored stays.")
    if not outcome.squads:
        yield Text("There are no teams. Organisers make one with /team create Owls.")
        return
    yield Items(
        tuple(Item(f"{name}: {', '.join(map(_member, each)) or 'nobody yet'}") for name, each in outcome.squads)
    )
    yield Text(f"A team's score is the mean of its best {outcome.best}. Changes count from the next Monday on.")
    if outcome.hidden and outcome.then:
        yield Text("You are hidden from the boards, so your points do not count for your team: /privacy hide off")
    elif not outcome.then:
        yield Text(f"Join one: /team join {outcome.squads[0][0]}")


def _member(member: o.SquadMember) -> str:
    when = " (from Monday)" if member.comes else " (until Sunday)" if member.goes else ""
    return f"{member.name}{when}"


def _proposed(outcome: o.BalanceProposed) -> Card:
    """Show a proposal, and what applies it."""
    season = "last season's points" if outcome.last_season else "this season's points, for there was none before"
    lines = (
        Item(f"{name}: {', '.join(each) or 'nobody'} ({plural(points, 'point')} together)")
        for name, each, points in outcome.squads
    )
    return Card(
        title="Teams that are equally strong",
        blocks=(
            Text(
                f"By {season}. Nothing is changed until you press the button; then it counts from {outcome.since:%A %-d %B} on."
            ),
            Items(tuple(lines)),
        ),
        actions=(Action("Apply", to_id(ApplyBalance(seal=outcome.seal)), primary=True),),
    )


def _board(outcome: o.SquadBoardShown) -> Card:
    """Return a board by teams for one member."""
    board = outcome.board
    blocks = squads(board) or (
        Text(yet(board) if outcome.squads else "There are no teams. Organisers make one with /team create Owls."),
    )
    join = () if outcome.member or not outcome.squads else (Text("You are in no team. See them with /team list"),)
    return Card(title=heading(board, "Teams"), blocks=(*blocks, *join), actions=sharing(board, outcome.asked))
