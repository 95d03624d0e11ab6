"""Commands that no person can send: the schedule's own, see `bot/jobs.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from bot.commands import options
from bot.commands.spec import Opt, Reach, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class TidyUp:
    """Forget what need not be kept any longer: old deliveries, and the words of old answers."""

    spec: ClassVar = Spec(name="tidy", summary="Forget what is old", reach=Reach.DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeTeam:
    """Delete all that belongs to a team which took the bot out long ago."""

    spec: ClassVar = Spec(name="purge", summary="Delete a team that left", reach=Reach.DUE)
    team: Annotated[int, Opt(options.NUMBER, "the team")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCalendars:
    """Notice that zones, holidays or the clock are not what schedules were planned by, and plan those anew."""

    spec: ClassVar = Spec(name="calendars", summary="Look at zones and holidays", reach=Reach.DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSchedules:
    """Write down what falls due of some schedules in the coming days, and settle what an outage left behind."""

    spec: ClassVar = Spec(name="plan", summary="Plan what falls due", reach=Reach.DUE)
    schedules: Annotated[tuple[int, ...], Opt(options.NUMBER, "the schedules")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOrganisers:
    """Tell a team's organisers, once a day at the most, what came to their desk."""

    spec: ClassVar = Spec(name="remind", summary="Tell what waits", reach=Reach.DUE)
    team: Annotated[int, Opt(options.NUMBER, "the team")]
    since: Annotated[datetime | None, Opt(options.TEXT, "when it was looked at before")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindReviewers:
    """Tell those of a team who want it, once a day at the most, what is due in their review."""

    spec: ClassVar = Spec(name="remind reviewers", summary="Tell what is due in review", reach=Reach.DUE)
    team: Annotated[int, Opt(options.NUMBER, "the team")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Pause a schedule that cannot be planned, or give up an occurrence that cannot be read; the others go on."""

    spec: ClassVar = Spec(name="aside", summary="Set aside what cannot be done", reach=Reach.DUE)
    reason: Annotated[str, Opt(options.TEXT, "what went wrong")]
    schedule: Annotated[int | None, Opt(options.NUMBER, "the schedule")] = None
    occurrence: Annotated[int | None, Opt(options.NUMBER, "the occurrence")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostScheduled:
    """Carry out one due occurrence: ask its question, reveal its round, or post its board. Safe to repeat."""

    spec: ClassVar = Spec(name="due", summary="Carry out what is due", reach=Reach.DUE)
    occurrence: Annotated[int, Opt(options.NUMBER, "the occurrence")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailure:
    """Note that an occurrence could not be carried out: try again later, or give up and tell the organisers."""

    spec: ClassVar = Spec(name="failed", summary="Note a failure", reach=Reach.DUE)
    occurrence: Annotated[int, Opt(options.NUMBER, "the occurrence")]
    reason: Annotated[str, Opt(options.TEXT, "what went wrong")]
    final: Annotated[bool, Opt(options.SWITCH, "whether trying again cannot help")]
    too_late: Annotated[bool, Opt(options.SWITCH, "whether it is not wanted any more")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOfRole:
    """Tell organisers, once a channel, that the champion's role may not be given."""

    spec: ClassVar = Spec(name="crown", summary="Tell that a role is refused", reach=Reach.DUE)
    occurrence: Annotated[int, Opt(options.NUMBER, "the board's occurrence")]
    reason: Annotated[str, Opt(options.TEXT, "what is lacking")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOfThreads:
    """Tell organisers, once a channel, that no thread may be opened on its questions."""

    spec: ClassVar = Spec(name="threads", summary="Tell that threads are refused", reach=Reach.DUE)
    occurrence: Annotated[int, Opt(options.NUMBER, "the question's occurrence")]
    reason: Annotated[str, Opt(options.TEXT, "what is lacking")]
