"""Cards of links: the code, whom one would be linked with, and what came of it."""

from collections.abc import Sequence
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Fields, Item, Items, Text, Tone
from bot.commands import AgreeLink, DropLink, LinkAccounts
from bot.commands.parsing import to_id
from bot.ports import platform_of
from bot.presenter.effects import Direct, Effect, Reply
from bot.text import plural

_SHARED: Final = (
    "You would be one person: one line on the board here and on the one there, with the points of both, one streak, one set of statistics. "
    "Whoever holds either account can export and delete the data of both. Nothing else of one side is seen on the other."
)
_ONE_BOARD: Final = (
    "This server or workspace and that one would have one board: the names, points and streaks of all members are seen on both sides. "
    "Nothing else of one side is seen on the other."
)
_NOT_YOURS: Final = "Is that not you, or did somebody give you the code? Then press No: nothing is shared."
_NOT_ASKED: Final = "Did you not ask for this? Then press No: nothing is shared."


def of_links(outcome: o.OfLinks) -> Sequence[Effect]:
    """Return what is to be done for a link; both sides hear of each step."""
    match outcome:
        case o.LinkShown():
            return [Reply(_shown(outcome))]
        case o.LinkAsked():
            return [Reply(_asked(outcome))]
        case o.LinkAgreed():
            return [Reply(_agreed(outcome)), Direct(member=outcome.other.ref, card=_waits(outcome))]
        case o.LinkMade():
            made = _made(outcome.you, teams=outcome.teams)
            return [Reply(_made(outcome.other, teams=outcome.teams)), Direct(member=outcome.other.ref, card=made)]
        case o.LinkRefused():
            refused = Card(title="Not linked", blocks=(Text(f"{_named(outcome.you)} said no. Nothing is shared."),))
            return [Reply(Card(title="Not linked. Nothing is shared")), Direct(member=outcome.other.ref, card=refused)]
        case _:
            return [Reply(_ended(outcome)), *(Direct(member=one.ref, card=_left(outcome)) for one in outcome.others)]


def _named(side: o.Side) -> str:
    return f"{side.name} on {platform_of(side.ref).title()}"


def _shown(outcome: o.LinkShown) -> Card:
    unlink = (Action("Unlink", to_id(LinkAccounts(action="off"))),) if outcome.accounts and not outcome.teams else ()
    if not outcome.code:
        return Card(title="Unlink?", blocks=_linked(outcome), actions=unlink, tone=Tone.WARNING)
    where = "an organiser there types" if outcome.teams else "type there, from your other account"
    code: tuple[Block, ...] = (
        Text(f"To link {'them' if outcome.teams else 'the other'}, {where}:"),
        Text(f"/link {outcome.code}"),
        Fields((("Good once, until", outcome.until),)),
        Text("Give this code to nobody else. I ask both sides before anything is linked."),
    )
    return Card(
        title="One board with another server or workspace" if outcome.teams else "Be one person here and elsewhere",
        blocks=(*_linked(outcome), *code),
        actions=unlink,
    )


def _linked(outcome: o.LinkShown) -> tuple[Block, ...]:
    if outcome.teams and outcome.joined:
        return (
            Text(
                f"One board with {plural(outcome.joined, 'other server or workspace', 'other servers or workspaces')} stands; /link team off ends it."
            ),
        )
    if not outcome.teams and outcome.accounts:
        return (
            Text(
                "You are linked with these accounts of yours; /link off ends it, and each has again what it earned itself:"
            ),
            Items(tuple(Item(_named(one)) for one in outcome.accounts)),
        )
    return ()


def _asked(outcome: o.LinkAsked) -> Card:
    title = f"Link {_named(outcome.you)} and {_named(outcome.other)}?"
    return Card(
        title=title,
        blocks=(Text(_ONE_BOARD if outcome.teams else _SHARED), Text(_NOT_ASKED if outcome.teams else _NOT_YOURS)),
        actions=(
            Action("Yes, join them" if outcome.teams else "Yes, both are me", to_id(AgreeLink(link=outcome.link))),
            Action("No", to_id(DropLink(link=outcome.link))),
        ),
        tone=Tone.WARNING,
    )  # fmt: skip


def _agreed(outcome: o.LinkAgreed) -> Card:
    text = f"Now {_named(outcome.other)} has to agree: type /link{' team' if outcome.teams else ''} there, within ten minutes of the code."
    return Card(title="One side has agreed", blocks=(Text(text),))


def _waits(outcome: o.LinkAgreed) -> Card:
    what = "have one board with your server or workspace" if outcome.teams else "be linked with you"
    text = f"{_named(outcome.you)} has typed your code, and wants to {what}. See what that means, and agree or not: type /link{' team' if outcome.teams else ''} in a channel."
    return Card(title=f"Link with {_named(outcome.you)}?", blocks=(Text(text),), tone=Tone.WARNING)


def _made(other: o.Side, *, teams: bool) -> Card:
    if teams:
        text = f"Agreed with {_named(other)}. An organiser of either side ends it by /link team off"
        return Card(title="Both have one board now", blocks=(Text(text),), tone=Tone.GOOD)
    text = "Your points and streak are one from now on, on either board. /link off ends it without loss."
    return Card(title=f"You are linked with {_named(other)}", blocks=(Text(text),), tone=Tone.GOOD)


def _ended(outcome: o.LinkEnded) -> Card:
    if outcome.teams:
        return Card(title="The board is this one’s own again", blocks=(Text("Nothing of it is lost."),))
    return Card(
        title="Not linked any more", blocks=(Text("This account has again what it earned itself; nothing is lost."),)
    )


def _left(outcome: o.LinkEnded) -> Card:
    text = f"{_named(outcome.you)} ended the link. This account has again what it earned itself; nothing is lost."
    return Card(title="Not linked any more", blocks=(Text(text),))
