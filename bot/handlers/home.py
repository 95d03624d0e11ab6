"""Where a member stands: points and streak, what is open in the channels that they take part in, what comes next."""

from datetime import datetime

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.commands import ShowHome
from bot.handlers.deps import Call, Deps, view_of
from bot.handlers.review import due_of
from bot.outcomes import HomeShown, OpenRound
from bot.rules import scoring
from bot.store import answers, members, people, rounds, schedules
from bot.store.boards import Scope


async def show_home(_: ShowHome, call: Call, deps: Deps) -> HomeShown:
    """Show the asker where they stand; of channels in which they never took part nothing is told."""

    def look(connection: Connection) -> HomeShown:
        joined = rounds.joined_by(connection, call.who.member)
        here = (
            [call.who.channel] if call.context.page else []
        )  # who came to the page from a channel has read what is there
        channels = members.channel_names(connection, [*joined, *here])
        shares = people.shares(connection, Scope(team=call.who.team, known=deps.bank.every), call.who.member)
        streak, best = people.streaks(connection, call.who.team, [call.who.member]).get(call.who.member, (0, 0))
        _, counted = people.live_points(connection, call.who.account)
        return HomeShown(
            points=sum(share.tally.points for share in shares) + counted,
            streak=streak,
            best_streak=best,
            due=due_of(connection, call, deps.bank)[0],
            open=_open(connection, call, channels, deps.bank),
            coming=_coming(connection, channels, call.now),
        )

    return await deps.db.read(look)


def _open(connection: Connection, call: Call, channels: dict[int, str], bank: Bank) -> list[OpenRound]:
    """Return the open rounds with what the asker has done in them, oldest first."""
    found = []
    for channel, name in channels.items():
        for one in rounds.open_in(connection, channel):
            done = answers.numbered(connection, one.id, call.who.member)
            left = max(0, scoring.MAX_ATTEMPTS - done)
            view = view_of(connection, one, bank)
            found.append(OpenRound(view=view, channel_name=name, attempts=done, left=left))
    return sorted(found, key=lambda one: one.view.round.id)


def _coming(connection: Connection, channels: dict[int, str], now: datetime) -> list[tuple[str, datetime]]:
    coming = schedules.next_questions(connection, channels, after=now)
    return [(channels[channel], due_at) for channel, due_at in coming]
