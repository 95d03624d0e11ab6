"""The schedule's side of the flow: finds what is due and sends it to `App.handle`. APScheduler only wakes it.

Truth is the occurrence table, so a lost wake-up delays a post and never loses it, and one too many does nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from bot.app import App
from bot.clock import MovableClock, SystemClock
from bot.commands import (
    CheckCalendars,
    Command,
    PlanSchedules,
    PostScheduled,
    PurgeTeam,
    RecordFailure,
    RemindOrganisers,
    RemindReviewers,
    SetAside,
    TellListeners,
    TidyUp,
)
from bot.errors import AlreadyRunning, ChannelGone, InfrastructureError, StoreError, TooLate, Unfit
from bot.rules.schedule import Occurrence, Waiting
from bot.store import listening, planning, review, schedules, teams
from bot.store.notebook import StoredNotebook
from bot.store.planning import Stale

log = structlog.get_logger(__name__)
POLL_SECONDS: Final = 1
CHANNELS_AT_ONCE: Final = 8
FINISH_SECONDS: Final = 5.0
PLAN_EVERY: Final = timedelta(minutes=10)
TIDY_EVERY: Final = timedelta(hours=1)
PLANNED_TOGETHER: Final = 10  # schedules in one change, which holds the writer for some milliseconds
PLANNED_A_TICK: Final = 200  # of those that can wait, so that a tick is not long when all come at once
PLANNED_AT: Final = "planned_at"  # under which is kept when who leads has looked ahead
SETTLED_FOR: Final = timedelta(hours=1)  # from then on: what has fallen due since is not too late yet
DESKS_A_TICK: Final = 20  # teams whose desk is looked at


class Jobs:
    """Carries out what is due; `tick` may be called at any time and any number of times.

    `alive` is called after each step that was got through: a tick with much to post is long, and not stuck.
    `tried` is called after these, and after a tick that failed: what does not even fail is stuck.
    """

    def __init__(self, app: App, *, alive: Callable[[], None] = lambda: None) -> None:
        self.app = app
        self.alive = alive
        self.tried: Callable[[], None] = lambda: None
        self._one_at_a_time = asyncio.Lock()
        self._planned_at: datetime | None = None
        self._tidied_at: datetime | None = None
        self._to_plan: list[int] = []  # schedules whose coming days are planned when there is time
        self._desks_after: int | None = None  # the team up to which desks have been looked at; None once all were
        self._desks_since: datetime | None = None  # when all were begun to be looked at before; None after a failure
        self._desks_begun: datetime | None = None  # when they were begun to be looked at now
        self._ending = False
        self._said = ""  # the failure that was logged last, while it lasts
        self._aside: set[int] = set()  # occurrences that cannot even be given up
        self._untold: set[int] = set()  # teams whose listeners cannot be told

    async def tick(self) -> None:
        """Do what is to be done now; where several processes share the database, one of them plans, and sees to what all hear."""
        async with self._one_at_a_time:
            now = self.app.clock.now()
            if await self.app.deps.db.leads():
                await self._see_to_all(now)
            else:
                await self._see_to_own(now)
            await self.app.flush()
            self._got_through()

    async def _see_to_own(self, now: datetime) -> None:
        """Carry out what is due where this process alone hears, once who leads has settled what comes too late."""
        if await self._due(now) and await self._was_planned(now):
            await self._carry_out_due(now)
        await self._tell_listeners()

    async def _was_planned(self, now: datetime) -> bool:
        planned_at = await StoredNotebook(self.app.deps.db).get(PLANNED_AT)
        return planned_at is not None and now - datetime.fromisoformat(planned_at) < SETTLED_FOR

    async def _see_to_all(self, now: datetime) -> None:
        """Plan the coming days, then carry out everything that is due, in order, until nothing is."""
        if _is_over(PLAN_EVERY, self._planned_at, now):
            await self._look_ahead(now, first=self._planned_at is None)
            self._planned_at = now
            if self.app.deps.db.holder:
                await StoredNotebook(self.app.deps.db).put(PLANNED_AT, now.isoformat())
            await self.app.flush()  # what was missed is told together, before anything new is begun
        await self._carry_out_due(now)
        many = 0 if self._ending else PLANNED_A_TICK
        some, self._to_plan = self._to_plan[:many], self._to_plan[many:]
        await self._plan(some)
        await self._tell_listeners()
        if self._desks_after is not None and not self._ending:
            self._desks_after = await self._look_at_desks(self._desks_after)

    async def _carry_out_due(self, now: datetime) -> None:
        tried: set[int] = set()  # whatever becomes of it, nothing is tried twice at one instant
        while (waiting := await self._due(now, but=tried)) and not self._ending:
            tried |= {one.id for one in waiting}
            await self._carry_out_all(waiting)

    def _got_through(self) -> None:
        self.alive()
        self.tried()

    async def _look_ahead(self, now: datetime, *, first: bool) -> None:
        """Tidy up, plan what must be planned before anything is carried out, and note what may be planned after it."""

        def look(connection: Connection) -> tuple[list[int], Stale, list[int]]:
            gone, stale = teams.gone(connection, now=now), planning.stale(connection, now=now)
            return gone, stale, review.teams(connection, now=now)

        if first:
            await self._try(CheckCalendars())
        if _is_over(TIDY_EVERY, self._tidied_at, now):
            await self._try(TidyUp())
            self._tidied_at = now
        gone, stale, reviewers = await self.app.deps.db.read(look)
        if self._desks_after is None:
            self._desks_after, self._desks_begun = 0, now
        for one in gone:
            await self._try(PurgeTeam(team=one))
        await self._plan(stale.now)
        self._to_plan = stale.soon
        for one in reviewers:
            await self._try(RemindReviewers(team=one))

    async def _tell_listeners(self) -> None:
        """Tell members of questions and reveals, team by team, where that can be; a team of which it fails is left alone."""

        def look(connection: Connection) -> list[tuple[int, str]]:
            return listening.teams(connection, now=self.app.clock.now())

        for one, ref in await self.app.deps.db.read(look):
            if one not in self._untold and self.app.ready(ref):
                self._untold |= {one} if await self._try(TellListeners(team=one)) else set()

    async def _look_at_desks(self, after: int) -> int | None:
        """Tell some teams' organisers what waits, if their hour came since all were looked at; return up to which team, or None after the last."""

        def look(connection: Connection) -> list[int]:
            return teams.after(connection, after, limit=DESKS_A_TICK)

        some = await self.app.deps.db.read(look)
        for one in some:
            failed = await self._try(RemindOrganisers(team=one, since=self._desks_since))
            self._desks_begun = None if failed else self._desks_begun
        if len(some) == DESKS_A_TICK:
            return some[-1]
        self._desks_since = self._desks_begun
        return None

    async def _plan(self, ids: Sequence[int]) -> None:
        """Plan schedules, a few at a time; where that fails each by itself: one that cannot be planned is paused, and told."""
        for start in range(0, len(ids), PLANNED_TOGETHER):
            some = tuple(ids[start : start + PLANNED_TOGETHER])
            if await self._try(PlanSchedules(schedules=some)):
                for one in some:
                    await self._or_aside(PlanSchedules(schedules=(one,)), partial(SetAside, schedule=one))
            self._got_through()

    async def _or_aside(self, command: Command, aside: Callable[..., SetAside]) -> str:
        """Carry out a due command, or set aside what it is about; return what was in the way of that too."""
        problem = await self._try(command)
        return await self._try(aside(reason=problem)) if problem else ""

    async def _try(self, command: Command) -> str:
        """Carry out a due command, and return what was in the way; a fault is in the log already."""
        try:
            await self.app.handle(command)
        except InfrastructureError as error:
            _raise_if_everybodys(error)
            log.warning("due_failed", command=type(command).__name__, reason=str(error))
            return str(error)
        return ""

    async def _carry_out_all(self, waiting: Sequence[Waiting]) -> None:
        """Carry out what is due: in order within a channel, several channels at once, so that none waits for the others."""
        by_channel: dict[str, list[int]] = {}
        for one in waiting:
            by_channel.setdefault(one.channel_ref, []).append(one.id)
        turn = asyncio.Semaphore(CHANNELS_AT_ONCE)

        async def one_channel(occurrences: Sequence[int]) -> None:
            async with turn:
                for occurrence in occurrences:
                    if not self._ending:
                        await self._carry_out(occurrence)
                        self._got_through()

        done = await asyncio.gather(*map(one_channel, by_channel.values()), return_exceptions=True)
        for error in done:
            if isinstance(error, BaseException):
                raise error

    async def travel(self, clock: MovableClock, to: datetime) -> None:
        """Move a clock to an instant through everything that falls due on the way, each at its own time."""
        while clock.now() < to:
            due = await self.next_due(after=clock.now())  # what is stuck behind holds up nothing that lies ahead
            clock.move_to(min(to, clock.now() + timedelta(days=1), *([due] if due else [])))
            await self.tick()
        clock.move_to(to)
        await self.tick()

    async def next_due(self, *, after: datetime | None = None) -> datetime | None:
        """Return the instant of the next thing to do, or of the next that comes after an instant."""

        def look(connection: Connection) -> datetime | None:
            return schedules.next_due(connection, after=after)

        return await self.app.deps.db.read(look)

    async def _due(self, now: datetime, *, but: AbstractSet[int] = frozenset()) -> list[Waiting]:
        """Return what is due where it can be carried out here; where it cannot, it waits."""

        def look(connection: Connection) -> list[Waiting]:
            return schedules.due(connection, now=now)

        waiting, left_out = await self.app.deps.db.read(look), but | self._aside
        return [one for one in waiting if one.id not in left_out and self.app.ready(one.channel_ref)]

    async def _carry_out(self, occurrence: int) -> None:
        try:
            outcome = await self.app.handle(PostScheduled(occurrence=occurrence))
        except InfrastructureError as error:
            _raise_if_everybodys(error)
            log.warning("occurrence_failed", occurrence=occurrence, reason=str(error))
            await self._record(occurrence, error)
            return
        if getattr(outcome, "settles", None) == occurrence:
            await self._count(occurrence)

    async def _record(self, occurrence: int, error: InfrastructureError) -> None:
        """Note a failure; what cannot even be noted is given up, and what cannot be given up is left alone."""
        final, too_late = isinstance(error, ChannelGone), isinstance(error, TooLate)
        failure = RecordFailure(occurrence=occurrence, reason=str(error), final=final, too_late=too_late)
        problem = await self._or_aside(failure, partial(SetAside, occurrence=occurrence))
        self._aside |= {occurrence} if problem else set()

    async def _count(self, occurrence: int) -> None:
        def look(connection: Connection) -> Occurrence | None:
            return schedules.get_occurrence(connection, occurrence)

        done = await self.app.deps.db.read(look)
        assert done is not None  # noqa: S101  occurrences are only deleted before they are begun
        self.app.meter.posted(done.kind, self.app.clock.now() - done.due_at)

    async def _tick_or_log(self) -> None:
        """Tick, and let no failure end the ticking: a full disk is reported once, not every second, and tried again."""
        said, self._said = self._said, ""
        try:
            await self.tick()
        except InfrastructureError as error:
            ends = isinstance(error, AlreadyRunning)  # others have its work: this process ends, and says so
            self._said = said if ends else str(error)
            if said != self._said:
                log.error("tick_failed", reason=self._said)  # noqa: TRY400  the reason says all
        self.tried()

    @asynccontextmanager
    async def waking(self) -> AsyncIterator["Jobs"]:
        """Tick every second until the block ends."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        job = scheduler.add_job(
            self._tick_or_log, "interval", seconds=POLL_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        scheduler.start()
        watching = asyncio.create_task(stay_awake(job), name="stay_awake")
        try:
            yield self
        finally:
            self._ending = True
            watching.cancel()
            scheduler.pause()
            await asyncio.sleep(0)  # a tick that was woken just now begins, and finds nothing to do any more
            with suppress(TimeoutError):
                async with asyncio.timeout(FINISH_SECONDS), self._one_at_a_time:  # what was begun is finished
                    pass
            scheduler.shutdown(wait=False)  # which cancels a tick


async def stay_awake(job: Job, *, look: float = POLL_SECONDS) -> None:
    """Wake what waits where the machine's clock was put back: APScheduler would let it sleep until it is as late as it was."""
    while True:
        await asyncio.sleep(look)
        now = SystemClock().now()
        if job.next_run_time and job.next_run_time - now > timedelta(seconds=2 * POLL_SECONDS):
            job.modify(next_run_time=now)


def _is_over(span: timedelta, since: datetime | None, now: datetime) -> bool:
    """Whether a span of time is over, also where it was never begun or the clock was put back."""
    return since is None or not timedelta(0) <= now - since < span


def _raise_if_everybodys(error: InfrastructureError) -> None:
    """Raise what is no trouble of one team, schedule or occurrence: a database that cannot be used."""
    if isinstance(error, StoreError) and not isinstance(error, Unfit):
        raise error
