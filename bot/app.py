"""The one entry of the core: a command comes in, its outcome goes out and has been delivered."""

import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.clock import Clock
from bot.commands import Command, Reach, RecordFailure, SetSchedule, ShowLeaderboard, TellOfRole, TellOfThreads
from bot.delivery import Delivery
from bot.errors import (
    AlreadyRunning,
    ChannelGone,
    Fault,
    InfrastructureError,
    NotAllowed,
    NoThread,
    PlatformError,
    Refused,
    Unreachable,
    UserError,
    Waits,
)
from bot.handlers import DUE_HANDLERS, MEMBER_HANDLERS, threads
from bot.handlers.deps import Call, Deps
from bot.outcomes import AttemptGraded, Failure, FormOpened, Outcome, Refusal, RoleChosen, RoundOpened, RoundRevealed
from bot.ports import Coming, Context, Meter, OpenThread, Ref, Unmetered
from bot.presenter import present
from bot.rules.schedule import State
from bot.store import claims, members, rounds, schedules, teams
from bot.store.members import Who

log = structlog.get_logger(__name__)
NO_POSTS: Final = "I cannot post here"
NO_ANSWER: Final = "I cannot show the answer here"
NO_ROLE: Final = "I cannot use that role"
NOT_OPENED: Final = (
    "It took too long, and nothing was saved. Press the button again, or reply in the question's thread."
)
NOT_SHOWN: Final = "It took too long, and nothing was saved. Try it once more."


class App:
    """Studyhall itself: handles commands against its resources and delivers what comes of them."""

    def __init__(self, deps: Deps, *, clock: Clock, delivery: Delivery, meter: Meter | None = None) -> None:
        self.deps = deps
        self.clock = clock
        self.meter = meter or Unmetered()
        self._delivery = delivery

    async def handle(self, command: Command, context: Context | None = None) -> Outcome:
        """Carry out a command and deliver its outcome.

        A member's command (with a context) never raises: a refusal is answered privately, and a failure that is not
        theirs is logged under an id that they are told; save where this process was given up, and others have what was asked. A due command (without a context) raises InfrastructureError,
        and may be repeated: what was delivered already is not delivered twice.
        """
        if context is None:
            return await self._due(command)
        saved = False
        try:
            outcome = await self._asked(command, context)
            saved = True
            if isinstance(outcome, AttemptGraded):
                self.meter.graded(outcome.grade.band, unsure=bool(outcome.grade.unsure))
            await self._deliver_asked(outcome, context, form=command.spec.form)
        except UserError as error:
            return await self.refuse(error, context)
        except AlreadyRunning as error:
            failure = self._failure(error, command, context, saved=saved)
            return failure if context.kept else await self._apologise(failure, context)
        except Exception as error:  # noqa: BLE001  the broad except: nobody waits for an answer in vain
            return await self._apologise(self._failure(error, command, context, saved=saved), context)
        return outcome

    async def refuse(self, error: UserError, context: Context) -> Outcome:
        """Answer privately why something cannot be: also for an adapter that could not read what was typed."""
        return await self._apologise(Refusal(error=error), context)

    def _failure(self, error: Exception, command: Command, context: Context, *, saved: bool) -> Failure:
        if isinstance(error, ChannelGone):  # somebody deleted a channel, or left: no fault of mine
            log.warning("not_shown", command=type(command).__name__, reason=str(error))
            return Failure(incident="", saved=saved, detail=str(error))
        shown = context.organiser and isinstance(error, InfrastructureError)
        return Failure(incident=_logged(error, command), saved=saved, detail=str(error) if shown else "")

    async def _due(self, command: Command) -> Outcome:
        try:
            outcome = await DUE_HANDLERS[type(command)](command, self.clock.now(), self.deps)
            await self._deliver(outcome, None)
        except InfrastructureError:
            raise
        except Exception as error:  # a bug in one occurrence must not keep the others from being carried out
            raise Fault(f"Something in me failed; the log has it as {_logged(error, command)}.") from error
        return outcome

    async def _asked(self, command: Command, context: Context) -> Outcome:
        call = Call(context=context, who=await self._who(context), now=self.clock.now())
        if command.spec.organiser and not call.organiser:
            what = f"/{command.spec.name}" if command.spec.reach is Reach.TYPED else "That button"
            raise NotAllowed(f"{what} is for organisers; /settings names them. Ask one to do it, or to appoint you.")
        posts = command.spec.posts or (isinstance(command, ShowLeaderboard) and command.share)
        if posts and (hindrance := await self._delivery.hindrance(context.channel)):
            raise Refused(hindrance, heading=NO_POSTS)
        if isinstance(command, SetSchedule) and (hindrance := await self._hindrance_of(command, context.team)):
            raise Refused(hindrance, heading=NO_ROLE)
        return await MEMBER_HANDLERS[type(command)](command, call, self.deps)

    async def _hindrance_of(self, command: SetSchedule, team: Ref) -> str:
        """Return what keeps the roles that a schedule names from being used."""
        wanted = [(role, role is command.role) for role in (command.role, command.champion) if role]
        own = [(role, mentioned) for role, mentioned in wanted if role.startswith(f"{team}:role:")]
        found = [await self._delivery.hindrance(role, mentioned=mentioned) for role, mentioned in own]
        return next(filter(None, found), "")

    async def _who(self, context: Context) -> Who:
        """Return who is asking; somebody new, or under a new name, is written down first."""

        def find(connection: Connection) -> Who | None:
            return members.find(connection, context)

        def enrol(connection: Connection) -> Who:
            return members.enrol(connection, context, zone=self.deps.zone)

        who = await self.deps.db.read(find)
        known = who and who.name == members.kept_name(context) and who.channel_name == members.kept_channel(context)
        return who if who and known else await self.deps.db.write(enrol)

    async def _deliver_asked(self, outcome: Outcome, context: Context, *, form: bool) -> None:
        """Deliver what a member asked for; what is tried again, or was not begun, is no failure."""
        try:
            await self._deliver(outcome, context)
        except PlatformError as error:
            if form:
                log.warning("form_not_opened", reason=str(error))
                words = NOT_OPENED if isinstance(outcome, FormOpened) else NOT_SHOWN
                said = f"Nothing was saved. {error}" if isinstance(error, ChannelGone) else words
                raise Refused(said, heading="The form did not open") from error
            if isinstance(outcome, RoleChosen) and isinstance(error, ChannelGone):
                raise Refused(str(error), heading=NO_ROLE) from error
            if (settles := getattr(outcome, "settles", None)) is None:
                raise
            if isinstance(error, Unreachable):
                log.warning("shown_later", occurrence=settles, reason=str(error))
                raise Waits("I am kept waiting just now. It is saved, and comes by itself in a moment.") from error
            await self._take_back(outcome, error)
            raise

    async def _take_back(self, outcome: Outcome, error: PlatformError) -> None:
        """Take a question back that cannot be posted where it was asked, or give its answer up there, and say why."""
        if not isinstance(error, ChannelGone) or not isinstance(outcome, RoundOpened | RoundRevealed):
            return
        opened, number = isinstance(outcome, RoundOpened), outcome.view.round.id
        if opened:
            log.warning("question_not_shown", round=number, reason=str(error))
        else:
            log.warning("answer_not_shown", round=number, reason=str(error))
        assert outcome.settles is not None  # noqa: S101  what was asked for has an occurrence
        await self._due(RecordFailure(occurrence=outcome.settles, reason=str(error), final=True))
        raise Refused(str(error), heading=NO_POSTS if opened else NO_ANSWER) from error

    async def _deliver(self, outcome: Outcome, context: Context | None) -> None:
        """Send an outcome's effects, then note that the occurrence behind it is dealt with."""
        refused = await self._delivery.send(present(outcome), context, now=self.clock.now())
        if (settles := getattr(outcome, "settles", None)) is not None:
            await self._settle([settles])
            if refused is not None:
                tell = TellOfThreads if isinstance(refused, NoThread) else TellOfRole
                await self._due(tell(occurrence=settles, reason=str(refused)))

    async def _settle(self, occurrences: Sequence[int]) -> None:
        def settle(connection: Connection) -> None:
            schedules.settle(connection, occurrences, State.POSTED, now=self.clock.now())

        await self.deps.db.write(settle)

    async def flush(self) -> None:
        """Make the edits that had to wait for their turn, and forget what was deleted meanwhile."""
        await self.deps.forgotten.follow(self.deps.db)
        await self._delivery.flush(now=self.clock.now())

    async def bank_of(self, team: Ref) -> Bank:
        """Return the questions that a team is asked, to read what its members type."""
        return (await self.deps.of(team)).bank

    def ready(self, place: Ref) -> bool:
        """Whether what is due in a place is to be carried out here and now; it waits for its platform to be connected."""
        try:
            return self._delivery.ready(place)
        except Exception:  # noqa: BLE001  a place that no adapter can read: carrying it out finds that, and waits for nobody
            return self.deps.db.leading

    async def alone(self) -> bool:
        """Whether no other process runs on the database now."""
        db = self.deps.db
        return not db.holder or not await db.read(partial(claims.others, by=db.holder))

    async def open_threads(self, platform: str) -> Sequence[OpenThread]:
        """Return a platform's threads in which answers may have been given while the bot did not hear them."""

        def look(connection: Connection) -> Sequence[OpenThread]:
            return rounds.open_threads(connection, platform)

        return await self.deps.db.read(look)

    async def has_round(self, thread: Ref) -> bool:
        """Whether a thread is a round's, so that what is said in it are answers."""

        def look(connection: Connection) -> bool:
            return rounds.is_thread(connection, thread)

        return await self.deps.db.read(look)

    async def coming(self, platform: str, channel: Ref = "") -> Sequence[Coming]:
        """Return the questions that are being posted on a platform, or in one channel of it: a thread there may become a round's."""

        def look(connection: Connection) -> Sequence[Coming]:
            return rounds.coming(connection, platform, channel)

        return await self.deps.db.read(look)

    async def on_edit(self, context: Context, text: str) -> UserError | None:
        """Return what to say to who edited what they said in a thread, or nothing where that is no matter."""
        return await threads.edited(context, text, await self.deps.of(context.team))

    async def on_file(self, context: Context) -> UserError | None:
        """Return what to say to who sent a file without words into a thread, or nothing where no answer is waited for."""
        return await threads.wordless(context, self.deps)

    async def left(self, team: Ref) -> None:
        """Stop what is planned for a team that took the bot out; what is theirs is deleted when it does not come back."""

        def leave(connection: Connection) -> None:
            teams.leave(connection, team, now=self.clock.now())

        await self.deps.db.write(leave)

    async def came_back(self, team: Ref) -> bool:
        """Keep what belongs to a team that has the bot again, and return whether it had taken it out."""

        def come_back(connection: Connection) -> bool:
            return teams.come_back(connection, team)

        return await self.deps.db.write(come_back)

    async def teams_of(self, platform: str) -> Mapping[Ref, bool]:
        """Return whether each team of a platform has the bot, as far as is known."""

        def look(connection: Connection) -> Mapping[Ref, bool]:
            return teams.of_platform(connection, platform)

        return await self.deps.db.read(look)

    async def _apologise(self, outcome: Refusal | Failure, context: Context) -> Refusal | Failure:
        try:
            await self._delivery.send(present(outcome), context, now=self.clock.now())
        except PlatformError as error:
            log.warning("apology_not_delivered", reason=str(error), platform=context.platform)
        return outcome


def _logged(error: Exception, command: Command) -> str:
    """Log a failure under a new id, and return the id; what failed outside of us is a sentence, and needs no trace."""
    incident = secrets.token_hex(3)
    why: dict[str, object] = {"reason": str(error)} if isinstance(error, InfrastructureError) else {"exc_info": error}
    log.error("command_failed", command=type(command).__name__, incident=incident, **why)
    return incident
