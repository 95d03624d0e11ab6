"""What handlers are given: the resources of the process, and the call they answer."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.bank.team_banks import TeamBanks
from bot.errors import NotFound
from bot.handlers.edited import Edits
from bot.handlers.forgotten import Forgotten
from bot.handlers.grader import Grader
from bot.outcomes import RoundView
from bot.ports import Context, Helper, Ref, SecondOpinion
from bot.question import Question
from bot.rules.rounds import Round
from bot.rules.schedule import Running, local_date
from bot.store import answers, members, rounds, schedules
from bot.store.database import Database
from bot.store.ledger import KEEP_EVENTS
from bot.store.members import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """The process's resources; `zone` is the time zone of a team that has not set one.

    With an `opinion`, answers are graded a second time, and a `helper` may find key points in them; for a team at most
    `opinions_a_day` times. The words of answers
    to closed rounds are kept for `answers_days`, or for good. The `hall` is the address of the web page, where there is one. What was acted on is remembered for `events_kept`; for good
    where a platform may deliver it again at any time, as a script does that is played again.
    `bank` is the one that comes with the bot; a handler gets its team's, with the team's own questions beside it and what was
    edited in chat in it, and what the `files` alone say. Who is `importing` writes to such files, one after the other; the `grader` grades answers so.
    """

    db: Database
    bank: Bank
    rng: Random
    zone: str = "UTC"
    opinion: SecondOpinion | None = None
    helper: Helper | None = None
    opinions_a_day: int = 200
    answers_days: int | None = None
    hall: str = ""
    events_kept: timedelta | None = KEEP_EVENTS
    teams: TeamBanks = field(default_factory=TeamBanks)
    edits: Edits = field(default_factory=Edits)
    forgotten: Forgotten = field(default_factory=Forgotten)
    files: Bank = field(default_factory=lambda: Bank({}))
    importing: asyncio.Lock = field(default_factory=asyncio.Lock)
    grader: Grader = field(default_factory=Grader)

    async def of_team(self, team: int) -> "Deps":
        """Return the resources with the bank of a team that is named by its number."""
        return await self.of(await self.db.read(partial(members.team_ref, team_id=team)))

    async def of(self, team: Ref) -> "Deps":
        """Return the resources with a team's bank."""
        files = await asyncio.to_thread(self.teams.of, team, self.bank) if self.teams.folder else self.bank
        return replace(self, bank=await self.edits.upon(files, team, self.db), files=files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One command of one member: where it came from, who they are, when it is."""

    context: Context
    who: Who
    now: datetime

    @property
    def organiser(self) -> bool:
        """Whether the member may do what organisers do: the platform says so, or the team appointed them."""
        return self.context.organiser or self.who.organiser


def zone_of(connection: Connection, call: Call) -> str:
    """Return the time zone of the call's channel: its schedule's, else the team's."""
    schedule = schedules.of_channel(connection, call.who.channel)
    follows = schedule and schedule.state is not Running.REMOVED and not schedule.fault
    return schedule.plan.zone if schedule and follows else call.who.zone


def today(connection: Connection, call: Call) -> date:
    """Return the local date in the call's channel."""
    return local_date(call.now, zone_of(connection, call))


def round_of(connection: Connection, call: Call, round_id: int | None) -> Round:
    """Return the round that a button names or whose thread the call stands in, or raise NotFound."""
    found = None
    if round_id is not None:
        found = rounds.get(connection, round_id, team_id=call.who.team)
    elif call.context.thread:
        found = rounds.of_thread(connection, call.context.thread, team_id=call.who.team)
    if found is None:
        raise NotFound("There is no question to answer here. Press Answer on a question's card, or ask one with /quiz.")
    return found


def view_of(connection: Connection, asked: Round, bank: Bank, *, question: Question | None = None) -> RoundView:
    """Return a round with what its card shows."""
    return RoundView(
        round=asked,
        question=question or question_of(connection, asked, bank),
        topic_title=bank.title(asked.topic),
        answerers=answers.answered_by(connection, asked.id),
    )


def question_of(connection: Connection, asked: Round, bank: Bank) -> Question:
    """Return a round's question as it was asked; the bank's own object while it is unchanged."""
    present = bank.every.get(asked.question_id)
    return present if present and present.version == asked.version else rounds.question_of(connection, asked)
