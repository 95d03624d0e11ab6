"""Boards and statistics."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.commands import ShowLeaderboard, ShowStats
from bot.errors import BadValue, NotFound, Refused
from bot.handlers.deps import Call, Deps, today
from bot.handlers.review import due_of
from bot.handlers.squads import squad_board
from bot.outcomes import Board, BoardLine, BoardShared, BoardShown, Nothing, SquadBoardShown, StatsShown
from bot.ports import Ref
from bot.rules import scoring
from bot.rules.names import look, told_apart
from bot.rules.people import Account
from bot.rules.periods import Term, named
from bot.rules.schedule import week_start
from bot.rules.scoring import Period, Standing, Tally
from bot.store import fair, ledger, members, people
from bot.store.boards import Scope
from bot.text import clip, nearest, plural

LINES = 10
ELSEWHERE = "Another team’s own topic"  # by its name nobody knows it here
WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
SHARED_AGAIN = timedelta(minutes=10)
OfBoard = BoardShown | SquadBoardShown


async def show_leaderboard(command: ShowLeaderboard, call: Call, deps: Deps) -> OfBoard | BoardShared | Nothing:
    """Show a board with the asker's own place, also where that is not among the first; or share it with the channel."""

    def look(connection: Connection) -> OfBoard:
        day = today(connection, call)
        start, end = _dates(command.period, day)
        scope = Scope(
            team=call.who.team, start=start, end=end, topic=command.topic, level=command.level, known=deps.bank.every
        )
        title = deps.bank.title(command.topic) if command.topic else ""
        empty = Board(
            period=command.period.period, start=start, end=min(day, end - ONE_DAY), running=day < end, topic_title=title,
            level=command.level,
        )  # fmt: skip
        asked = _kept(command, start)
        if command.by:
            return squad_board(connection, call, scope, empty, asked)
        lines, counted = board_lines(connection, command.period.period, scope, day, you=call.who.member)
        own = next((line for line in lines[LINES:] if line.you), None)
        board = replace(empty, lines=lines[:LINES], members=counted)
        return BoardShown(board=board, asked=asked, own=own, hidden=call.who.hidden)

    def share(connection: Connection) -> BoardShared | Nothing:
        return _shared(connection, call, look(connection))

    return await (deps.db.write(share) if command.share else deps.db.read(look))


def _kept(command: ShowLeaderboard, start: date) -> ShowLeaderboard:
    """Return what asks for the same board for ever, in private."""
    period = command.period.period
    return replace(command, period=Term(period) if period is Period.ALL else named(period, start), share=None)


def _shared(connection: Connection, call: Call, shown: OfBoard) -> BoardShared | Nothing:
    """Return a board for everybody: without what is the asker's own, and not while the last is hardly read."""
    if not ledger.first_time(connection, call.context.event, now=call.now):
        return Nothing()
    if not shown.board.lines and not shown.board.squads:
        raise Refused("Nobody is on that board, so there is nothing to share.")
    key = f"shared:{call.who.channel}"
    last = ledger.noticed(connection, call.who.team, key)
    if last and timedelta(0) <= call.now - last < SHARED_AGAIN:
        raise Refused(f"A board was shared here less than {plural(SHARED_AGAIN.seconds // 60, 'minute')} ago.")
    ledger.forget_notice(connection, call.who.team, key)
    ledger.first_notice(connection, call.who.team, key, now=call.now)
    board = replace(shown.board, lines=[replace(line, you=False) for line in shown.board.lines])
    board = replace(board, squads=[replace(line, yours=False) for line in board.squads])
    return BoardShared(
        board=board, asked=shown.asked, tag=f"{key}:{call.now.timestamp():.0f}", channel=call.context.channel,
        channel_name=call.who.channel_name, sharer="" if call.who.hidden else call.who.name,
    )  # fmt: skip


def _dates(term: Term, day: date) -> tuple[date, date]:
    """Return a board's dates, or raise BadValue for a time that is not yet, or never."""
    try:
        start, end = term.dates(day)
    except ValueError:
        raise BadValue(f"There is no week {term.number} in that year.") from None
    if start > day:
        raise BadValue(f"That has not begun: it starts on {start:%-d %B %Y}. Try last week, last month or november.")
    return start, end


def board_lines(
    connection: Connection, period: Period, scope: Scope, day: date, *, you: int = 0
) -> tuple[list[BoardLine], int]:
    """Return the first lines of a board, then the asker's own if it comes later, and how many members it counts."""
    tallies = people.tallies(connection, scope)
    standings = scoring.rank(tallies)
    shown = [*standings[:LINES], *(s for s in standings[LINES:] if s.tally.member == you)]
    last = min(day, scope.end - ONE_DAY)
    before = _places_before(connection, period, scope, last, tallies)
    listed = [s.tally.member for s in shown]
    back = people.earned_before(connection, scope.team, listed, before=week_start(last))
    names = told_apart(members.names(connection, listed))
    streaks = people.streaks(connection, scope.team, listed)
    moves = {one.tally.member: _moved(one, before, back) for one in shown}
    lines = [_line(s, names, streaks, moves, you=you) for s in shown]
    return lines, len(standings)


def _moved(standing: Standing, before: Mapping[int, int], back: Container[int]) -> int | None:
    """Return how many places up a member went since last week; None is for who is new, not for who was away a while."""
    who = standing.tally.member
    if who in before:
        return before[who] - standing.place
    return 0 if who in back else None


def _line(
    standing: Standing, names: Mapping[int, str], streaks: Mapping[int, tuple[int, int]],
    moves: Mapping[int, int | None], *, you: int,
) -> BoardLine:  # fmt: skip
    who = standing.tally.member
    return BoardLine(
        place=standing.place, name=names[who], tally=standing.tally, streak=streaks.get(who, (0, 0))[0],
        moved=moves[who], you=who == you,
    )  # fmt: skip


def _places_before(
    connection: Connection, period: Period, scope: Scope, day: date, tallies: list[Tally]
) -> dict[int, int]:
    """Return each member's place a week ago: last week's board, or the longer board without this week's awards."""
    if period is Period.WEEK:
        last = replace(scope, start=scope.start - WEEK, end=scope.start)
        return _places(people.tallies(connection, last))
    this_week = replace(scope, start=max(scope.start, week_start(day)))
    newest = {t.member: t for t in people.tallies(connection, this_week)}
    return _places(_less(t, newest.get(t.member)) for t in tallies)


def _less(whole: Tally, part: Tally | None) -> Tally:
    return Tally(member=whole.member, points=whole.points - (part.points if part else 0))


def _places(tallies: Iterable[Tally]) -> dict[int, int]:
    return {s.tally.member: s.place for s in scoring.rank(tallies)}


async def show_stats(command: ShowStats, call: Call, deps: Deps) -> StatsShown:
    """Show a member's points, streak and accuracy."""

    def look(connection: Connection) -> StatsShown:
        member, name = member_named(connection, call, command.member)
        shares = people.shares(connection, Scope(team=call.who.team, known=deps.bank.every), member)
        others = [one.member for one in people.others(connection, member)]
        idle = fair.idle(connection, [member, *others])
        running, best = people.streaks(connection, call.who.team, [member]).get(member, (0, 0))
        live = people.live_points(connection, Account(member=member, team=call.who.team))
        return StatsShown(
            name=name,
            own=member == call.who.member,
            total=_sum(member, [s.tally for s in shares], more=live[1]),
            streak=running,
            best_streak=best,
            shares=[(deps.bank.title(s.topic) if s.topic in deps.bank.topics else ELSEWHERE, s) for s in shares],
            copies=idle.copies,
            practice=idle.practice,
            beyond=idle.beyond,
            live=live,
            review=due_of(connection, call, deps.bank) if member == call.who.member else None,
        )

    return await deps.db.read(look)


def _sum(member: int, tallies: list[Tally], *, more: int) -> Tally:
    return Tally(
        member=member,
        points=sum(t.points for t in tallies) + more,
        rounds=sum(t.rounds for t in tallies),
        correct=sum(t.correct for t in tallies),
        score=sum(t.score for t in tallies),
    )


def member_named(connection: Connection, call: Call, name: str | None, *, organisers: bool = False) -> tuple[int, str]:
    """Return the member of a name as (id, name), the asker without one; raise NotFound with the nearest name.

    A member who is hidden is found by nobody but themselves; with `organisers`, those of them who are can be found.
    """
    if name is None:
        return call.who.member, call.who.name
    visible = members.visible_to(connection, call.who.team, call.who.member, organisers=organisers)
    if name.startswith(f"{call.context.platform}:"):
        return _member_of_ref(connection, call, name, visible)
    wanted = look(name.removeprefix("@"))
    found = [(member, known) for member, known in visible if look(known) == wanted]
    if len(found) > 1:
        raise BadValue(
            f"{len(found)} members are called “{clip(name, 60)}”, or look so. One of them has to change their name first.",
            heading="Which one?",
        )
    if found:
        return found[0]
    near = nearest(name.removeprefix("@"), [known for _, known in visible])
    hint = f"Did you mean “{near}”?" if near else "They appear here once they have answered or typed a command."
    raise NotFound(f"I know no member “{clip(name, 60)}” here. {hint}")


def _member_of_ref(connection: Connection, call: Call, ref: Ref, visible: list[tuple[int, str]]) -> tuple[int, str]:
    """Return the member whom a platform picked from its own list, if they are known here and not hidden."""
    wanted = members.of_ref(connection, ref, team_id=call.who.team)
    for member, known in visible:
        if member == wanted:
            return member, known
    raise NotFound("I don't know that member. They appear here once they have answered or typed a command.")
