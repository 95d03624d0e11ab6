"""Links: a one-time code joins two accounts into one person, or two teams into one board, once both sides have agreed.

Whoever is linked can take away and delete the data of both accounts. So the names of both are shown to both sides before either
agrees, and nothing happens by a code alone.
"""

import secrets
from typing import Final

from sqlalchemy import Connection

from bot.commands import AgreeLink, DropLink, LinkAccounts
from bot.commands.options import UNLINK
from bot.errors import NotAllowed, NotFound, Refused
from bot.handlers.deps import Call, Deps
from bot.outcomes import LinkAgreed, LinkAsked, LinkEnded, LinkMade, LinkRefused, LinkShown, Refusal, Side
from bot.rules.people import Account
from bot.store import links, people
from bot.store.links import GOOD_FOR, Link

LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is taken for another
HALF: Final = 4
GUESSES: Final = 5  # wrong codes that a member may type in an hour
MOST: Final = 5  # accounts of one person, and teams with one board
NO_CODE: Final = "No code is called so now: it is good for ten minutes, and once. Type /link there for a new one, and then its code here."
OVER: Final = "This link is over: it has to be agreed to within ten minutes. Begin again with /link"
NOT_LINKED: Final = "You are not linked to an account elsewhere. Type /link for a code."
NOT_JOINED: Final = "The board is this one's own already. An organiser joins it with another's by /link team"
ORGANISERS: Final = "Only organisers can join this server or workspace with another; those of both sides have to agree."

OfLink = LinkShown | LinkAsked | LinkEnded | Refusal


async def link_accounts(command: LinkAccounts, call: Call, deps: Deps) -> OfLink:
    """Show what is linked with a new code, or what waits to be agreed to; take a code; or end a link."""
    teams = command.action.startswith("team")
    if teams and not call.organiser:
        raise NotAllowed(ORGANISERS)

    def change(connection: Connection) -> OfLink:
        if command.action == UNLINK:
            return _to_part(connection, call)
        if command.action.endswith("off"):
            return (_part_team if teams else _part)(connection, call)
        if command.code:
            return _taken(connection, call, command.code)
        waiting = links.waiting(connection, call.who.member, now=call.now)
        return _asked(connection, call, waiting) if waiting else _shown(connection, call, teams=teams)

    return await deps.db.write(change)


def _shown(connection: Connection, call: Call, *, teams: bool) -> LinkShown:
    """Make a code, and return it with what is linked already."""
    code = "".join(secrets.choice(LETTERS) for _ in range(2 * HALF))
    mine = {"team_id": call.who.team, "member_id": call.who.member}
    links.make(connection, code, teams=teams, now=call.now, **mine)
    joined = people.joined(connection, call.who.team)
    return LinkShown(
        accounts=_others(connection, call.who.member), code=f"{code[:HALF]}-{code[HALF:]}",
        until=call.now + GOOD_FOR, teams=teams, joined=len(joined) - 1,
    )  # fmt: skip


def _to_part(connection: Connection, call: Call) -> LinkShown:
    """Return what the asker would be unlinked from."""
    accounts = _others(connection, call.who.member)
    if not accounts:
        raise NotFound(NOT_LINKED)
    return LinkShown(accounts=accounts, code="", until=call.now, teams=False)


def _others(connection: Connection, member: int) -> list[Side]:
    others = [one.member for one in people.others(connection, member)]
    return [Side(*side) for side in links.sides(connection, others).values()]


def _taken(connection: Connection, call: Call, code: str) -> LinkAsked | Refusal:
    """Take a code; a wrong one is counted, and so it is no error that undoes what was written."""
    if links.guesses(connection, call.who.member, now=call.now) >= GUESSES:
        raise Refused(f"You have typed {GUESSES} codes that there are none of. Wait an hour, then try again.")
    taken = links.take(connection, code.upper().replace("-", ""), member_id=call.who.member, now=call.now)
    if taken is None:
        links.note_guess(connection, team_id=call.who.team, member_id=call.who.member, now=call.now)
        return Refusal(error=NotFound(NO_CODE))
    _refuse_unfit(connection, call, taken)
    return _asked(connection, call, taken)


def _refuse_unfit(connection: Connection, call: Call, asked: Link) -> None:
    """Raise where the two sides of a link cannot be joined, or not by the asker."""
    if asked.teams and not call.organiser:
        raise NotAllowed(ORGANISERS)
    both = [_reach(connection, one, teams=asked.teams) for one in _accounts(connection, asked)]
    if both[0] & both[1]:
        raise Refused("Both are in the same server or workspace, or linked already. A link joins two of these.")
    if len(both[0] | both[1]) > MOST:
        raise Refused(f"At the most {MOST} can be linked.")


def _accounts(connection: Connection, asked: Link) -> list[Account]:
    """Return the account that made a link's code, and the one that typed it."""
    assert asked.other is not None  # noqa: S101  whoever sees a link has typed its code, or is told who did
    return [people.account(connection, one) for one in (asked.maker, asked.other)]


def _reach(connection: Connection, one: Account, *, teams: bool) -> set[int]:
    """Return the teams that are joined with an account's, or those that the person is in."""
    if teams:
        return set(people.joined(connection, one.team))
    return {one.team, *(other.team for other in people.others(connection, one.member))}


def _asked(connection: Connection, call: Call, asked: Link) -> LinkAsked:
    you, other = _sides(connection, call, asked)
    return LinkAsked(link=asked.id, you=you, other=other, teams=asked.teams)


def _sides(connection: Connection, call: Call, asked: Link) -> tuple[Side, Side]:
    """Return the asker's side of a link, and the other's."""
    found = links.sides(connection, [one.member for one in _accounts(connection, asked)])
    other = next(side for who, side in found.items() if who != call.who.member)
    return Side(*found[call.who.member]), Side(*other)


async def agree_link(command: AgreeLink, call: Call, deps: Deps) -> LinkAgreed | LinkMade:
    """Agree to a link: the side that typed its code, then the side that made it."""

    def agree(connection: Connection) -> LinkAgreed | LinkMade:
        asked = _open(connection, command.link, call)
        _refuse_unfit(connection, call, asked)
        you, other = _sides(connection, call, asked)
        if call.who.member == asked.other:
            links.agree(connection, asked.id, now=call.now)
            return LinkAgreed(you=you, other=other, teams=asked.teams)
        _join(connection, asked)
        return LinkMade(you=you, other=other, teams=asked.teams)

    return await deps.db.write(agree)


def _open(connection: Connection, number: int, call: Call) -> Link:
    """Return a link that is the asker's to agree to, or raise NotFound."""
    asked = links.get(connection, number, member_id=call.who.member, now=call.now)
    if asked is None or asked.other is None or (call.who.member == asked.maker and asked.agreed_at is None):
        raise NotFound(OVER)
    return asked


def _join(connection: Connection, asked: Link) -> None:
    sides = _accounts(connection, asked)
    if asked.teams:
        links.join_teams(connection, [team for one in sides for team in _reach(connection, one, teams=True)])
    else:
        others = [other.member for one in sides for other in people.others(connection, one.member)]
        links.join(connection, [*others, *(one.member for one in sides)])
    links.drop(connection, asked.id)


async def drop_link(command: DropLink, call: Call, deps: Deps) -> LinkRefused:
    """Refuse a link, and tell the other side."""

    def drop(connection: Connection) -> LinkRefused:
        asked = _open(connection, command.link, call)
        you, other = _sides(connection, call, asked)
        links.drop(connection, asked.id)
        return LinkRefused(you=you, other=other)

    return await deps.db.write(drop)


def _part(connection: Connection, call: Call) -> LinkEnded:
    """End the asker's links; each account has again what it earned itself, and their others stay linked among themselves."""
    others = _others(connection, call.who.member)
    if not others:
        raise NotFound(NOT_LINKED)
    (you,) = links.sides(connection, [call.who.member]).values()
    links.part(connection, call.who.member)
    return LinkEnded(you=Side(*you), others=others, teams=False)


def _part_team(connection: Connection, call: Call) -> LinkEnded:
    """Let the asker's team have its own board again."""
    teams = people.joined(connection, call.who.team)
    if len(teams) == 1:
        raise NotFound(NOT_JOINED)
    (you,) = links.sides(connection, [call.who.member]).values()
    links.part_team(connection, teams)
    return LinkEnded(you=Side(*you), others=(), teams=True)
