"""Every command, declared once: what people type, what buttons stand for, what falls due.

A command is a frozen dataclass with an imperative name. Its annotated fields are its options, from which the parsers,
the help, the buttons' ids and the README's table are made; its `spec` says how it is reached.
"""

from dataclasses import dataclass, fields
from datetime import date, time
from enum import StrEnum
from functools import cache
from typing import Annotated, ClassVar, Final, get_args, get_type_hints

from bot.commands import options
from bot.question import Level
from bot.rules.scoring import Period

MAX_ID: Final = 100  # Discord's limit for a component's custom_id, the tightest of all


class Reach(StrEnum):
    """How a command is reached."""

    TYPED = "typed"  # a person types its name
    BUTTON = "button"  # a button or form carries it; nobody types it
    DUE = "due"  # the schedule sends it; no person can


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """How a command is named and reached; `name` is "schedule set" for a grouped one, the id's first part for a button.

    `form` says that it is answered with a form, which some platforms only take as the very first answer.
    """

    name: str
    summary: str
    reach: Reach = Reach.TYPED
    organiser: bool = False
    form: bool = False


@dataclass(frozen=True, slots=True)
class Opt:
    """An option: its kind, and its help in a few words."""

    kind: options.Kind
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A command's option as the parsers see it."""

    name: str
    kind: options.Kind
    help: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestion:
    """Ask a question in this channel now."""

    spec: ClassVar = Spec(name="quiz", summary="Ask a question here now")
    level: Annotated[Level | None, Opt(options.LEVEL, "mid, senior or principal")] = None
    topic: Annotated[str | None, Opt(options.TOPIC, "a topic of the bank")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAnswerForm:
    """Show the private answer form of a round; without one, of the round in whose thread it was asked for."""

    spec: ClassVar = Spec(name="answer", summary="Answer in a private form", reach=Reach.BUTTON, form=True)
    round: Annotated[int | None, Opt(options.NUMBER, "the round")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitAnswer:
    """Grade a member's answer; without a round, the one whose thread it stands in."""

    spec: ClassVar = Spec(name="submit", summary="Grade an answer", reach=Reach.BUTTON)
    round: Annotated[int | None, Opt(options.NUMBER, "the round")] = None
    text: Annotated[str, Opt(options.TEXT, "the answer")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHint:
    """Show a member the next hint of a round."""

    spec: ClassVar = Spec(name="hint", summary="Take the next hint", reach=Reach.BUTTON)
    round: Annotated[int, Opt(options.NUMBER, "the round")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGrade:
    """Show a member the grade of their newest attempt in a round."""

    spec: ClassVar = Spec(name="grade", summary="See your grade", reach=Reach.BUTTON)
    round: Annotated[int, Opt(options.NUMBER, "the round")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealAnswer:
    """Close a round and reveal its reference answer; without a round, the newest open one here."""

    spec: ClassVar = Spec(name="reveal", summary="Reveal the open question's answer (organisers, or who asked it)")
    round: Annotated[int | None, Opt(options.NUMBER, "its number, when several are open")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLeaderboard:
    """Show the board of a period with the asker's own place."""

    spec: ClassVar = Spec(name="leaderboard", summary="Show the board and your own place")
    period: Annotated[Period, Opt(options.PERIOD, "week, month, season (a quarter) or all")] = Period.WEEK
    topic: Annotated[str | None, Opt(options.TOPIC, "only this topic")] = None
    level: Annotated[Level | None, Opt(options.LEVEL, "only this level")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStats:
    """Show a member's points, streak and accuracy."""

    spec: ClassVar = Spec(name="stats", summary="Show points, streak and accuracy, yours or another member's")
    member: Annotated[str | None, Opt(options.MEMBER, "a member's name")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHome:
    """Show a member where they stand: points, streak, what is open, what comes next."""

    spec: ClassVar = Spec(name="home", summary="See where you stand", reach=Reach.BUTTON)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSchedule:
    """Set this channel's daily question; options that are left out keep their value."""

    spec: ClassVar = Spec(name="schedule set", summary="Set this channel's daily question", organiser=True)
    at: Annotated[time | None, Opt(options.TIME, "local time of the question")] = None
    zone: Annotated[str | None, Opt(options.ZONE, "IANA time zone")] = None
    days: Annotated[frozenset[int] | None, Opt(options.DAYS, "weekdays")] = None
    reveal: Annotated[time | None, Opt(options.OTHER_TIME, "local time of the reveal")] = None
    levels: Annotated[tuple[Level, ...] | None, Opt(options.LEVELS, "levels to draw from")] = None
    topics: Annotated[tuple[str, ...] | None, Opt(options.TOPICS, "topics to draw from")] = None
    board: Annotated[int | None, Opt(options.DAY, "day of the weekly board")] = None
    board_at: Annotated[time | None, Opt(options.OTHER_TIME, "local time of the weekly board")] = None
    holidays: Annotated[str | None, Opt(options.COUNTRY, "country whose holidays are off, or none")] = None
    days_off: Annotated[frozenset[date] | None, Opt(options.DATES, "own dates off, or none")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSchedules:
    """List the team's schedules."""

    spec: ClassVar = Spec(name="schedule list", summary="List the team's schedules", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSchedule:
    """Show the next ten questions' dates and times."""

    spec: ClassVar = Spec(name="schedule preview", summary="Show the next ten dates and times", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSchedule:
    """Stop this channel's daily question until it is resumed."""

    spec: ClassVar = Spec(name="schedule pause", summary="Pause the daily question", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSchedule:
    """Go on with a paused schedule."""

    spec: ClassVar = Spec(name="schedule resume", summary="Go on with a paused schedule", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSchedule:
    """Remove this channel's schedule; rounds and points stay."""

    spec: ClassVar = Spec(name="schedule remove", summary="Remove the schedule; points stay", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipDate:
    """Leave out one date, by default the next one due."""

    spec: ClassVar = Spec(name="schedule skip", summary="Leave out one date, by default the next", organiser=True)
    day: Annotated[date | None, Opt(options.DATE, "the local date")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDoubts:
    """Show an organiser the oldest answer whose grade is unsure."""

    spec: ClassVar = Spec(name="unsure", summary="Decide grades that I am not sure of", organiser=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideGrade:
    """Keep or change an unsure grade."""

    spec: ClassVar = Spec(name="decide", summary="Decide a grade", reach=Reach.BUTTON, organiser=True)
    attempt: Annotated[int, Opt(options.NUMBER, "the attempt")]
    decision: Annotated[str, Opt(options.DECISION, "keep, correct, partly or incorrect")] = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportData:
    """Hand a member all their own data as JSON."""

    spec: ClassVar = Spec(name="privacy export", summary="Get all your own data as JSON")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteData:
    """Delete a member's answers, name and identity; anonymous totals stay."""

    spec: ClassVar = Spec(name="privacy delete", summary="Delete your answers, name and identity for good")
    confirm: Annotated[str, Opt(options.TEXT, "the word “delete”, to be sure")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HideMember:
    """Keep a member off the boards, or show them again."""

    spec: ClassVar = Spec(name="privacy hide", summary="Hide yourself from the boards (off: show again)")
    switch: Annotated[bool, Opt(options.SWITCH, "on or off")] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings:
    """Show the settings, or change those that are given."""

    spec: ClassVar = Spec(name="settings", summary="Show or change settings, yours and the team's")
    share: Annotated[bool | None, Opt(options.SWITCH, "may a reveal quote your best answer? on or off")] = None
    zone: Annotated[str | None, Opt(options.ZONE, "the team's time zone (organisers)")] = None
    appoint: Annotated[str | None, Opt(options.MEMBER, "make a member an organiser (organisers)")] = None
    dismiss: Annotated[str | None, Opt(options.MEMBER, "take that back (organisers)")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHelp:
    """Say what can be typed."""

    spec: ClassVar = Spec(name="help", summary="Show what you can type")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOccurrences:
    """Write down what falls due in the coming days, and settle what an outage left behind."""

    spec: ClassVar = Spec(name="plan", summary="Plan what falls due", reach=Reach.DUE)
    afresh: Annotated[bool, Opt(options.SWITCH, "plan again what lies ahead")] = False


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


Command = (
    AskQuestion | OpenAnswerForm | SubmitAnswer | ShowGrade | TakeHint | RevealAnswer | ShowLeaderboard | ShowStats | ShowHome
    | SetSchedule | ListSchedules | PreviewSchedule | PauseSchedule | ResumeSchedule | RemoveSchedule | SkipDate
    | ShowDoubts | DecideGrade | ExportData | DeleteData | HideMember | ChangeSettings | ShowHelp | PlanOccurrences | PostScheduled
    | RecordFailure
)  # fmt: skip
COMMANDS: Final[tuple[type[Command], ...]] = get_args(Command)


def options_of(command: type[Command]) -> tuple[Option, ...]:
    """Return a command's options in the order they are declared."""
    return _options(command.spec.name)


@cache
def _options(name: str) -> tuple[Option, ...]:
    command = next(c for c in COMMANDS if c.spec.name == name)
    described = get_type_hints(command, include_extras=True)
    required = {f.name: f.default is f.default_factory for f in fields(command)}  # both are MISSING
    opts = ((option, get_args(described[option])[-1]) for option in required)
    return tuple(Option(name=o, kind=opt.kind, help=opt.help, required=required[o]) for o, opt in opts)


def usage(command: type[Command]) -> str:
    """Return how a command is typed: `/quiz [mid/senior/principal] [topic]`, `/schedule set [at] [reveal=17:00]`."""
    return " ".join(["/" + command.spec.name, *(f"[{_word(option)}]" for option in options_of(command))])


def _word(option: Option) -> str:
    if option.kind.by_name_only:
        return f"{option.name}={option.kind.example}"
    return "/".join(option.kind.choices) or option.name
