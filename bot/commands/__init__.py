"""Every command, declared once: what people type, what buttons stand for, what falls due.

A command is a frozen dataclass with an imperative name, in the file of its subject. Its annotated fields are its options,
from which the parsers, the help, the buttons' ids and the README's table are made; its `spec` says how it is reached.
"""

from dataclasses import fields
from functools import cache
from typing import Final, get_args, get_type_hints

from bot.commands.answers import OpenAnswerForm, ShowGrade, SubmitAnswer, TakeHint
from bot.commands.appeals import AppealGrade, OpenAppealForm, SubmitAppeal
from bot.commands.away import TakeDaysOff
from bot.commands.boards import ShowLeaderboard, ShowStats
from bot.commands.doubts import DecideGrade, ExportDecisions, OpenDecisionForm, ShowDoubts, SubmitDecision
from bot.commands.due import (
    CheckCalendars,
    PlanSchedules,
    PostScheduled,
    PurgeTeam,
    RecordFailure,
    RemindOrganisers,
    RemindReviewers,
    SetAside,
    TellOfRole,
    TellOfThreads,
    TidyUp,
)
from bot.commands.edits import EditQuestion, OpenEditForm, SaveEdit, SubmitEdit, TryEdit, UndoEdits
from bot.commands.hall import OpenHall, ShowAudit, ShowCalendar, ShowDifficulty, ShowRecord, ShowStatus, ShowWork
from bot.commands.home import ShowHome
from bot.commands.importing import ImportQuestions, OpenImportForm, SubmitImport
from bot.commands.links import AgreeLink, DropLink, LinkAccounts
from bot.commands.listening import JoinRole, TellListeners
from bot.commands.live import OpenLiveForm, PickLive, StartLive, StopLive, SubmitLive
from bot.commands.marks import MarkAnswer, MarkAnswers
from bot.commands.members import ChangeSettings, DeleteData, ExportData, HideMember, ShowHelp
from bot.commands.phrasings import ForgetPhrasing, OpenLearnForm, SaveLesson, SubmitPhrasings
from bot.commands.questions import (
    ConfirmQuestion,
    RateQuestion,
    ReportQuestion,
    RestoreQuestion,
    RetireQuestion,
    SearchQuestions,
    ShowQuestion,
    ShowQuestionHistory,
)
from bot.commands.review import OpenRecallForm, RateRecall, ReviewQuestions, SubmitRecall
from bot.commands.rounds import AskQuestion, OfferReveal, RevealAnswer, ShowMore
from bot.commands.schedules import (
    ListSchedules,
    PauseSchedule,
    PreviewSchedule,
    QueueQuestion,
    RemoveSchedule,
    ResumeSchedule,
    SetSchedule,
    SkipDate,
    UnqueueQuestion,
    UnskipDate,
)
from bot.commands.spec import Opt, Option, Reach, Spec
from bot.commands.squads import (
    ApplyBalance,
    BalanceSquads,
    CreateSquad,
    JoinSquad,
    LeaveSquad,
    ListSquads,
    RemoveSquad,
)
from bot.commands.suggestions import (
    DeclineSuggestion,
    NameSuggester,
    OpenDeclineForm,
    OpenSuggestionForm,
    SendSuggestion,
    SubmitSuggestion,
    SuggestQuestion,
    TakeSuggestion,
)

__all__ = [
    "COMMANDS",
    "MAX_ID",
    "AgreeLink",
    "AppealGrade",
    "ApplyBalance",
    "AskQuestion",
    "BalanceSquads",
    "ChangeSettings",
    "CheckCalendars",
    "Command",
    "ConfirmQuestion",
    "CreateSquad",
    "DecideGrade",
    "DeclineSuggestion",
    "DeleteData",
    "DropLink",
    "EditQuestion",
    "ExportData",
    "ExportDecisions",
    "ForgetPhrasing",
    "HideMember",
    "ImportQuestions",
    "JoinRole",
    "JoinSquad",
    "LeaveSquad",
    "LinkAccounts",
    "ListSchedules",
    "ListSquads",
    "MarkAnswer",
    "MarkAnswers",
    "NameSuggester",
    "OfferReveal",
    "OpenAnswerForm",
    "OpenAppealForm",
    "OpenDecisionForm",
    "OpenDeclineForm",
    "OpenEditForm",
    "OpenHall",
    "OpenImportForm",
    "OpenLearnForm",
    "OpenLiveForm",
    "OpenRecallForm",
    "OpenSuggestionForm",
    "Opt",
    "Option",
    "PauseSchedule",
    "PickLive",
    "PlanSchedules",
    "PostScheduled",
    "PreviewSchedule",
    "PurgeTeam",
    "QueueQuestion",
    "RateQuestion",
    "RateRecall",
    "Reach",
    "RecordFailure",
    "RemindOrganisers",
    "RemindReviewers",
    "RemoveSchedule",
    "RemoveSquad",
    "ReportQuestion",
    "RestoreQuestion",
    "ResumeSchedule",
    "RetireQuestion",
    "RevealAnswer",
    "ReviewQuestions",
    "SaveEdit",
    "SaveLesson",
    "SearchQuestions",
    "SendSuggestion",
    "SetAside",
    "SetSchedule",
    "ShowAudit",
    "ShowCalendar",
    "ShowDifficulty",
    "ShowDoubts",
    "ShowGrade",
    "ShowHelp",
    "ShowHome",
    "ShowLeaderboard",
    "ShowMore",
    "ShowQuestion",
    "ShowQuestionHistory",
    "ShowRecord",
    "ShowStats",
    "ShowStatus",
    "ShowWork",
    "SkipDate",
    "Spec",
    "StartLive",
    "StopLive",
    "SubmitAnswer",
    "SubmitAppeal",
    "SubmitDecision",
    "SubmitEdit",
    "SubmitImport",
    "SubmitLive",
    "SubmitPhrasings",
    "SubmitRecall",
    "SubmitSuggestion",
    "SuggestQuestion",
    "TakeDaysOff",
    "TakeHint",
    "TakeSuggestion",
    "TellListeners",
    "TellOfRole",
    "TellOfThreads",
    "TidyUp",
    "TryEdit",
    "UndoEdits",
    "UnqueueQuestion",
    "UnskipDate",
    "offered",
    "options_of",
    "usage",
]

MAX_ID: Final = 100  # Discord's limit for a component's custom_id, the tightest of all

Command = (
    AskQuestion | OpenAnswerForm | SubmitAnswer | ShowGrade | AppealGrade | OpenAppealForm | SubmitAppeal | TakeHint | RevealAnswer | OfferReveal | ShowMore | ShowLeaderboard | ShowStats | ShowHome | OpenHall | ShowWork | ShowRecord | ShowStatus | ShowDifficulty | ShowCalendar | ShowAudit
    | SetSchedule | ListSchedules | PreviewSchedule | PauseSchedule | ResumeSchedule | RemoveSchedule | SkipDate | UnskipDate
    | QueueQuestion | UnqueueQuestion | JoinRole | TakeDaysOff | ReviewQuestions | OpenRecallForm | SubmitRecall | RateRecall
    | JoinSquad | LeaveSquad | ListSquads | CreateSquad | RemoveSquad | BalanceSquads | ApplyBalance
    | SuggestQuestion | OpenSuggestionForm | SubmitSuggestion | SendSuggestion | NameSuggester | TakeSuggestion | OpenDeclineForm | DeclineSuggestion
    | ShowDoubts | DecideGrade | OpenDecisionForm | SubmitDecision | ExportDecisions
    | OpenLearnForm | SubmitPhrasings | SaveLesson | ForgetPhrasing | MarkAnswers | MarkAnswer
    | ReportQuestion | RateQuestion | SearchQuestions | ShowQuestion | EditQuestion | OpenEditForm | SubmitEdit | TryEdit | SaveEdit | UndoEdits | ConfirmQuestion | RetireQuestion | RestoreQuestion | ShowQuestionHistory
    | ImportQuestions | OpenImportForm | SubmitImport
    | LinkAccounts | AgreeLink | DropLink
    | StartLive | PickLive | OpenLiveForm | SubmitLive | StopLive
    | ExportData | DeleteData | HideMember | ChangeSettings | ShowHelp | TidyUp | PurgeTeam | CheckCalendars | PlanSchedules
    | PostScheduled | RecordFailure | RemindOrganisers | RemindReviewers | TellListeners | SetAside | TellOfRole | TellOfThreads
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
    return tuple(
        Option(name=o, kind=opt.kind, help=opt.help, required=required[o], offered=opt.offered, named=opt.named)
        for o, opt in opts
    )


def offered(command: type[Command]) -> tuple[Option, ...]:
    """Return the options that people are offered: all but those that only a button carries."""
    return tuple(option for option in options_of(command) if option.offered)


def usage(command: type[Command]) -> str:
    """Return how a command is typed: `/quiz [mid/senior/principal] [topic]`, `/schedule set [at] [reveal=17:00]`."""
    return " ".join(["/" + command.spec.name, *(f"[{_word(option)}]" for option in offered(command))])


def _word(option: Option) -> str:
    if option.by_name_only:
        return f"{option.name}={option.kind.example}"
    return "/".join(option.kind.choices) or option.name
