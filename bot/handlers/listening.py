"""Who is made aware of a channel's questions: by a role, or by a private word once the question or its reveal stands there."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.commands import JoinRole, TellListeners
from bot.errors import Refused
from bot.handlers.deps import Call, Deps, view_of
from bot.outcomes import Heard, ListenersTold, Nothing, RoleChosen
from bot.ports import Ref
from bot.rules.rounds import question_tag, reveal_tag
from bot.rules.schedule import Kind
from bot.store import ledger, listening, members, rounds, schedules
from bot.store.listening import Nudge

STALE: Final = timedelta(days=1)  # after a reveal it is news no more
AGAIN: Final = timedelta(minutes=1)  # until it is looked again whether something stands in its channel


async def join_role(command: JoinRole, call: Call, deps: Deps) -> RoleChosen:
    """Return the role of this channel's schedule, for who presses its button to have it or to be without it."""

    def look(connection: Connection) -> RoleChosen:
        known = schedules.of_channel(connection, call.who.channel)
        if known is None or not known.plan.role:
            raise Refused(
                "No role is mentioned with the questions here any more. I can tell you in private: /settings notify=on",
                heading="No role here",
            )
        return RoleChosen(
            role=known.plan.role, role_name=known.plan.role_name, channel_name=known.channel_name,
            joins=command.choice == "join",
        )  # fmt: skip

    return await deps.db.read(look)


async def tell_listeners(command: TellListeners, now: datetime, deps: Deps) -> ListenersTold | Nothing:
    """Tell a team's members what is due, each in one message; a question that is revealed meanwhile is news no more."""
    bank = (await deps.of_team(command.team)).bank

    def tell(connection: Connection) -> ListenersTold | Nothing:
        told = defaultdict[Ref, list[Heard]](list)
        for one in listening.due(connection, command.team, now=now):
            heard = _heard(connection, one, command.team, bank, now)
            ref = members.ref_of(connection, one.member)
            if heard and ref:
                told[ref].append(heard)
        return ListenersTold(told) if told else Nothing()

    return await deps.db.write(tell)


def _heard(connection: Connection, one: Nudge, team: int, bank: Bank, now: datetime) -> Heard | None:
    """Return what a word is about, and forget it; one of what does not stand there yet waits."""
    current, revealed = rounds.get(connection, one.round, team_id=team), one.kind == Kind.REVEAL
    if current is None or now - current.reveal_at > STALE or (current.closed_at is not None and not revealed):
        listening.done(connection, [one.id])
        return None
    entry = ledger.sent(connection, reveal_tag(current.id) if revealed else question_tag(current.id))
    if entry is None or entry.ref is None:
        listening.put_off(connection, [one.id], until=now + AGAIN)
        return None
    listening.done(connection, [one.id])
    name = members.channel_names(connection, [current.channel])[current.channel]
    return Heard(view=view_of(connection, current, bank), channel_name=name, revealed=revealed)
