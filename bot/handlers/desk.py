"""The organisers' desk: whatever waits for one of them in one queue, the oldest first, and a word a day where something came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bank.loading import Bank
from bot.commands import RemindOrganisers, ShowDoubts
from bot.handlers.deps import Call, Deps, view_of
from bot.handlers.questions import state_of
from bot.outcomes import DoubtShown, Nothing, OrganisersReminded, RoundView
from bot.question import Question
from bot.rules.doubts import DAY, Doubt, Spot, hour_before, spot_after, to_tell
from bot.rules.questions import Life, Remark, life, open_reports, review_due
from bot.rules.schedule import instant
from bot.rules.suggestions import Suggestion
from bot.store import doubts, ledger, members, questions, rounds, suggestions

REMINDED = "desk"  # the notice's key
FIRST = ShowDoubts()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What waits beside grades: questions with reports, since when; suggestions; and for whom nobody waits, the longest due first."""

    reports: Mapping[str, datetime]
    suggested: Sequence[Suggestion]
    reviews: Sequence[Question]
    drafts: Sequence[Question]
    now: datetime

    def spots(self) -> list[Spot]:
        """Return what is on the desk beside grades; each once."""
        reports = [Spot(came=since, question=name) for name, since in self.reports.items()]
        suggested = [Spot(came=one.came, suggestion=one.id) for one in self.suggested]
        rest = (one for one in [*self.reviews, *self.drafts] if one.id not in self.reports)
        return [*reports, *suggested, *(Spot(turn=n, came=self.now, question=one.id) for n, one in enumerate(rest, 1))]

    def came(self, zone: str) -> list[datetime]:
        """Return since when each waits; what only a date is known of from the end of that day."""
        days = [*(one.since for one in self.drafts), *(one.review_by for one in self.reviews if one.review_by)]
        ends = (instant(day + DAY, time(), zone) for day in days)
        return [*self.reports.values(), *(one.came for one in self.suggested), *ends]


async def show_doubts(command: ShowDoubts, call: Call, deps: Deps) -> DoubtShown:
    """Show what waits longest and is not the asker's own answer, or follows what they saw; then what is due for review, and drafts."""

    async def look(connection: AsyncConnection) -> DoubtShown:
        return await next_on(connection, call, deps, seen=command)

    return await deps.db.read(look)


async def next_on(
    connection: AsyncConnection, call: Call, deps: Deps, *, seen: ShowDoubts = FIRST, after: Spot | None = None
) -> DoubtShown:
    """Return what is next on the desk: the first, or what comes after what was `seen` there, or `after` a spot that is empty now."""
    grades, own = await doubts.waiting(connection, call.who.team, but=call.who.member)
    beside = await _beside(connection, call.who.team, deps.bank, call.now)
    spots = [*grades, *beside.spots()]
    desk = DoubtShown(
        waiting=len(grades), reports=len(beside.reports), suggestions=len(beside.suggested), reviews=len(beside.reviews),
        drafts=len(beside.drafts), own=own, broken=deps.bank.broken, more=len(spots) > 1,
    )  # fmt: skip
    match spot_after(spots, after or next((one for one in spots if _leads_on(one) == seen), None)):
        case None:
            return desk
        case Spot(question="", suggestion=0, grade=number):
            doubt = await doubts.get(connection, number, team_id=call.who.team)
            assert doubt is not None  # noqa: S101  it waits
            return replace(desk, doubt=doubt, view=await _view(connection, doubt, call, deps.bank))
        case Spot(question="", suggestion=number):
            return replace(desk, suggestion=next(one for one in beside.suggested if one.id == number))
        case one:
            state = await state_of(connection, deps.bank.every[one.question], call.who.team, deps.bank, now=call.now)
            return replace(desk, report=state)


def _leads_on(spot: Spot) -> ShowDoubts:
    """Return the command that shows what follows a spot."""
    return ShowDoubts(after=spot.question or None, grade=spot.grade or None, suggestion=spot.suggestion or None)


async def _view(connection: AsyncConnection, doubt: Doubt, call: Call, bank: Bank) -> RoundView:
    asked = await rounds.get(connection, doubt.round, team_id=call.who.team)
    assert asked is not None  # noqa: S101  the attempt refers to it
    return await view_of(connection, asked, bank)


async def _beside(connection: AsyncConnection, team: int, bank: Bank, now: datetime) -> _Beside:
    said = await questions.of_team(connection, team)
    of = {name: said.get(name, ()) for name in bank.every}
    drafts = [one for one in bank.every.values() if one.draft and life(one, of[one.id]) is Life.DRAFT]
    reviews = [one for one in bank.every.values() if review_due(one, of[one.id], now.date())]
    return _Beside(
        now=now, reports=_reported(of), suggested=await suggestions.waiting(connection, team),
        reviews=sorted(reviews, key=lambda one: one.review_by or date.max), drafts=sorted(drafts, key=lambda one: one.since),
    )  # fmt: skip


def _reported(said: Mapping[str, Sequence[Remark]]) -> dict[str, datetime]:
    """Return the questions with reports at which nobody has looked, each with when it was reported first."""
    waiting = {name: open_reports(remarks) for name, remarks in said.items()}
    return {name: reports[0].at for name, reports in waiting.items() if reports}


async def remind_organisers(command: RemindOrganisers, now: datetime, deps: Deps) -> OrganisersReminded | Nothing:
    """Tell a team's organisers what waits, of every kind, at their hour, where something came since they were told last."""
    at, zone = await deps.db.read(partial(members.desk_at, team_id=command.team))
    if command.since and hour_before(now, at=at, zone=zone) <= command.since:
        return Nothing()  # all that can be told by now was looked at then
    bank = (await deps.of_team(command.team)).bank

    async def look(connection: AsyncConnection) -> OrganisersReminded | Nothing:
        desk = await doubts.desk(connection, command.team)
        beside = await _beside(connection, command.team, bank, now)
        told = await ledger.noticed(connection, command.team, REMINDED)
        if not to_tell([*desk.came, *beside.came(zone)], told, at=at, zone=zone, now=now):
            return Nothing()
        tell = await members.in_charge(connection, command.team, else_=desk.askers)
        if not tell:
            return Nothing()
        return OrganisersReminded(
            tell=tell, waiting=len(desk.came), reports=len(beside.reports), suggestions=len(beside.suggested),
            reviews=len(beside.reviews), drafts=len(beside.drafts),
        )  # fmt: skip

    async def note(connection: AsyncConnection) -> None:
        await ledger.forget_notice(connection, command.team, REMINDED)
        await ledger.first_notice(connection, command.team, REMINDED, now=now)

    found = await deps.db.read(look)
    if isinstance(found, OrganisersReminded):
        await deps.db.write(note)
    return found
