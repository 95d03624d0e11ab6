"""Squads, which members know as teams: who is in which from the next week on, their board, and sharing members out evenly."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b

from sqlalchemy import Connection

from bot.commands import (
    ApplyBalance,
    BalanceSquads,
    CreateSquad,
    JoinSquad,
    LeaveSquad,
    ListSquads,
    RemoveSquad,
    ShowLeaderboard,
)
from bot.errors import BadValue, NotFound, Refused
from bot.handlers.deps import Call, Deps, today
from bot.outcomes import BalanceProposed, Board, Nothing, SquadBoardShown, SquadLine, SquadMember, SquadsListed
from bot.rules.names import kept, look, told_apart
from bot.rules.periods import Term
from bot.rules.scoring import Period
from bot.rules.squads import MOST, NAME_CHARS, Move, balanced, counts_from, members_on, rank
from bot.store import ledger, members, people, squads
from bot.store.boards import Scope
from bot.store.squads import Squad
from bot.text import clip, nearest


async def join_squad(command: JoinSquad, call: Call, deps: Deps) -> SquadsListed:
    """Move the asker into a squad from the next week on."""

    def join(connection: Connection) -> SquadsListed:
        chosen = _named(connection, call, command.name)
        _go(connection, call, chosen.id)
        return replace(_listed(connection, call), change="joined", name=chosen.name)

    return await deps.db.write(join)


async def leave_squad(_: LeaveSquad, call: Call, deps: Deps) -> SquadsListed:
    """Move the asker out of their squad from the next week on."""

    def leave(connection: Connection) -> SquadsListed:
        before = _listed(connection, call)
        if not before.then:
            raise Refused("You are in no team. See them with /team list.", heading="No team to leave")
        _go(connection, call, None)
        return replace(_listed(connection, call), change="left", name=before.then)

    return await deps.db.write(leave)


async def list_squads(_: ListSquads, call: Call, deps: Deps) -> SquadsListed:
    """List the squads and who is in them."""

    def look_up(connection: Connection) -> SquadsListed:
        return _listed(connection, call)

    return await deps.db.read(look_up)


async def create_squad(command: CreateSquad, call: Call, deps: Deps) -> SquadsListed | Nothing:
    """Make a squad, under a name that is not taken for another's."""

    def create(connection: Connection) -> SquadsListed | Nothing:
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        name = _new_name(command.name, squads.of_team(connection, call.who.team))
        place = {"team_id": call.who.team, "member_id": call.who.member}
        squads.create(connection, name, now=call.now, **place)
        return replace(_listed(connection, call), change="made", name=name)

    return await deps.db.write(create)


async def remove_squad(command: RemoveSquad, call: Call, deps: Deps) -> SquadsListed:
    """Take a squad away; whoever is in it is in none from the next week on."""

    def remove(connection: Connection) -> SquadsListed:
        gone = _named(connection, call, command.name)
        since = counts_from(today(connection, call))
        inside = members_on(squads.moves(connection, call.who.team), since)
        out = [Move(member=who, squad=None, since=since) for who, squad in inside.items() if squad == gone.id]
        squads.move(connection, out, team_id=call.who.team, now=call.now)
        squads.remove(connection, gone.id, now=call.now)
        return replace(_listed(connection, call), change="removed", name=gone.name)

    return await deps.db.write(remove)


def _named(connection: Connection, call: Call, name: str) -> Squad:
    """Return the squad of a name as it looks, or raise NotFound with the nearest name."""
    if not name:
        raise BadValue("Say which team, by its name: /team join Owls")
    there = squads.of_team(connection, call.who.team)
    found = next((one for one in there if look(one.name) == look(name)), None)
    if found is not None:
        return found
    near = nearest(name, [one.name for one in there])
    hint = f"Did you mean “{near}”?" if near else "See them with /team list."
    raise NotFound(f"There is no team “{clip(name, 60)}” here. {hint}")


def _new_name(typed: str, there: list[Squad]) -> str:
    name = kept(typed, limit=NAME_CHARS)
    if not look(name):
        raise BadValue("A team needs a name that can be read: /team create Owls")
    if alike := next((one.name for one in there if look(one.name) == look(name)), ""):
        raise Refused(f"There is a team “{alike}” already, which looks the same. Choose another name.")
    if len(there) >= MOST:
        raise Refused(
            f"There are {MOST} teams, the most there can be. Take one away first: /team remove {there[0].name}"
        )
    return name


def _go(connection: Connection, call: Call, squad: int | None) -> None:
    since = counts_from(today(connection, call))
    move = Move(member=call.who.member, squad=squad, since=since)
    squads.move(connection, [move], team_id=call.who.team, now=call.now)


def _listed(connection: Connection, call: Call) -> SquadsListed:
    """Return the squads with the members that the asker may see, and what is to change."""
    day = today(connection, call)
    since, moves = counts_from(day), squads.moves(connection, call.who.team)
    now, then = members_on(moves, day), members_on(moves, since)
    names = told_apart(dict(members.visible_to(connection, call.who.team, call.who.member)))
    there = squads.of_team(connection, call.who.team)
    called = {one.id: one.name for one in there} | squads.names(connection, now.values())
    me = call.who.member
    return SquadsListed(
        squads=[(one.name, _members(one.id, names, now, then)) for one in there],
        since=since,
        best=squads.best(connection, call.who.team),
        now=called[now[me]] if me in now else "",
        then=called[then[me]] if me in then else "",
        hidden=call.who.hidden,
    )


def _members(
    squad: int, names: Mapping[int, str], now: Mapping[int, int], then: Mapping[int, int]
) -> list[SquadMember]:
    inside = [who for who in names if squad in {now.get(who), then.get(who)}]
    return [
        SquadMember(name=names[who], comes=now.get(who) != squad, goes=then.get(who) != squad)
        for who in sorted(inside, key=lambda who: names[who].casefold())
    ]


def squad_board(
    connection: Connection, call: Call, scope: Scope, board: Board, asked: ShowLeaderboard
) -> SquadBoardShown:
    """Return a board by squads."""
    inside = members_on(squads.moves(connection, call.who.team), counts_from(today(connection, call)))
    shown = with_squads(connection, scope, board, yours=inside.get(call.who.member, 0))
    there = squads.of_team(connection, call.who.team)
    return SquadBoardShown(board=shown, asked=asked, squads=len(there), member=call.who.member in inside)


def with_squads(connection: Connection, scope: Scope, board: Board, *, yours: int = 0) -> Board:
    """Return a board with what the squads scored in its time."""
    best = squads.best(connection, scope.team)
    standings = rank(squads.points(connection, scope), best=best)
    names = squads.names(connection, [one.squad for one in standings])
    lines = [
        SquadLine(
            place=one.place, name=names[one.squad], points=one.points, scorers=one.scorers, yours=one.squad == yours
        )
        for one in standings
    ]
    return replace(board, squads=lines, best=best)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    """Who is to be in which squad from when, by how many points of which season."""

    shared: Mapping[int, int]
    strength: Mapping[int, int]
    since: date
    last_season: bool

    @property
    def seal(self) -> str:
        """What fits this proposal alone."""
        return blake2b(f"{self.since} {sorted(self.shared.items())}".encode(), digest_size=8).hexdigest()


async def balance_squads(_: BalanceSquads, call: Call, deps: Deps) -> BalanceProposed:
    """Propose who is in which squad, so that they are equally strong."""

    def propose(connection: Connection) -> BalanceProposed:
        made = _proposal(connection, call, deps)
        names = told_apart(members.names(connection, made.shared))
        shared = [
            (one.name, [who for who, squad in made.shared.items() if squad == one.id])
            for one in squads.of_team(connection, call.who.team)
        ]
        lines = [(name, [names[who] for who in each], sum(made.strength[who] for who in each)) for name, each in shared]
        return BalanceProposed(squads=lines, since=made.since, seal=made.seal, last_season=made.last_season)

    return await deps.db.read(propose)


async def apply_balance(command: ApplyBalance, call: Call, deps: Deps) -> SquadsListed:
    """Move everybody as was proposed, unless something has changed since."""

    def apply(connection: Connection) -> SquadsListed:
        made = _proposal(connection, call, deps)
        if made.seal != command.seal:
            raise Refused("Points, members or teams have changed since. Look at it again with /team balance.")
        moves = [Move(member=who, squad=squad, since=made.since) for who, squad in made.shared.items()]
        squads.move(connection, moves, team_id=call.who.team, now=call.now)
        return replace(_listed(connection, call), change="balanced")

    return await deps.db.write(apply)


def _proposal(connection: Connection, call: Call, deps: Deps) -> _Proposal:
    """Share out whoever earned points last season or in this one, by last season's; in a first season by this one's."""
    day = today(connection, call)
    there = squads.of_team(connection, call.who.team)
    if len(there) < 2:  # noqa: PLR2004
        raise Refused("There are not two teams to share members among. Make them first: /team create Owls")
    here = {who for who, _ in members.visible_to(connection, call.who.team, 0)}
    whole = Scope(team=call.who.team, known=deps.bank.every)
    now, last = [_earned(connection, whole, here, Term(Period.SEASON, back=back).dates(day)) for back in (0, 1)]
    strength = {who: (last or now).get(who, 0) for who in sorted(last | now)}
    if not strength:
        raise Refused(
            "Nobody has earned points yet, so no team is stronger than another. Members can choose with /team join."
        )
    shared = balanced(strength, [one.id for one in there])
    return _Proposal(shared=shared, strength=strength, since=counts_from(day), last_season=bool(last))


def _earned(connection: Connection, scope: Scope, here: Container[int], dates: tuple[date, date]) -> dict[int, int]:
    """Return what those who are here have on the board of some dates, which joined teams may be on too."""
    start, end = dates
    tallies = people.tallies(connection, replace(scope, start=start, end=end))
    return {one.member: one.points for one in tallies if one.points > 0 and one.member in here}
