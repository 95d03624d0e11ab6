"""What a handler decided: values that hold facts and no wording. The presenter turns each into effects."""

from bot.outcomes.answers import AttemptGraded, FormOpened, GradeShown, HintShown, SaidBefore
from bot.outcomes.appeals import AppealFormOpened, AppealMade
from bot.outcomes.away import AwayShown
from bot.outcomes.boards import Board, BoardLine, BoardPosted, BoardShared, BoardShown, Crowned, SquadLine, StatsShown
from bot.outcomes.doubts import (
    DecisionFormOpened,
    DecisionsExported,
    DoubtShown,
    Followed,
    GradeDecided,
    OrganisersReminded,
)
from bot.outcomes.due import AnswerLost, Missed, Planned, ScheduleBroken, StreaksAtRisk, ThreadsRefused
from bot.outcomes.edits import EditFormOpened, EditHeld, EditTried, Tried
from bot.outcomes.hall import (
    AuditShown,
    CalendarShown,
    ChannelMonth,
    Difficulty,
    DifficultyShown,
    HallClosed,
    HallOpened,
    OfHall,
    OwnDay,
    OwnRound,
    Punctuality,
    RecordShown,
    StatusShown,
    Work,
    WorkShown,
)
from bot.outcomes.home import HomeShown, OpenRound
from bot.outcomes.importing import ImportFormOpened, ImportOffered, QuestionsImported
from bot.outcomes.links import LinkAgreed, LinkAsked, LinkEnded, LinkMade, LinkRefused, LinkShown, OfLinks, Side
from bot.outcomes.listening import Heard, ListenersTold, RoleChosen
from bot.outcomes.live import LiveAnswered, LiveFormOpened, LiveQuestion, LiveStopped, LiveWentOn, OfLive
from bot.outcomes.marks import AnswerToMark
from bot.outcomes.members import DataExported, DeletionExplained, HelpShown, HidingChanged, MemberDeleted, SettingsShown
from bot.outcomes.phrasings import LearnFormOpened, LessonHeld, PhrasingForgotten, PhrasingsLearned
from bot.outcomes.questions import (
    QuestionHistoryShown,
    QuestionMoved,
    QuestionRated,
    QuestionReported,
    QuestionsFound,
    QuestionShown,
    QuestionState,
)
from bot.outcomes.refusals import Failure, Nothing, Refusal
from bot.outcomes.review import OfReview, RecallFormOpened, RecallGraded, ReviewExported, ReviewsDue, ReviewShown
from bot.outcomes.rounds import AnswerShown, BestAnswer, RevealAsked, RoundOpened, RoundRevealed, RoundView
from bot.outcomes.schedules import (
    DateSkipped,
    QueuedQuestion,
    QueueShown,
    ScheduleSaved,
    SchedulesListed,
    ScheduleStopped,
)
from bot.outcomes.squads import BalanceProposed, OfSquads, SquadBoardShown, SquadMember, SquadsListed
from bot.outcomes.suggestions import (
    DeclineFormOpened,
    SuggestionFormOpened,
    SuggestionKept,
    SuggestionSettled,
)

__all__ = ["AnswerLost", "AnswerShown", "AnswerToMark", "AppealFormOpened", "AppealMade", "AttemptGraded", "AuditShown", "AwayShown", "BalanceProposed", "BestAnswer", "Board", "BoardLine", "BoardPosted", "BoardShared", "BoardShown", "CalendarShown", "ChannelMonth", "Crowned", "DataExported", "DateSkipped", "DecisionFormOpened", "DecisionsExported", "DeclineFormOpened", "DeletionExplained", "Difficulty", "DifficultyShown", "DoubtShown", "EditFormOpened", "EditHeld", "EditTried", "Failure", "Followed", "FormOpened", "GradeDecided", "GradeShown", "HallClosed", "HallOpened", "Heard", "HelpShown", "HidingChanged", "HintShown", "HomeShown", "ImportFormOpened", "ImportOffered", "LearnFormOpened", "LessonHeld", "LinkAgreed", "LinkAsked", "LinkEnded", "LinkMade", "LinkRefused", "LinkShown", "ListenersTold", "LiveAnswered", "LiveFormOpened", "LiveQuestion", "LiveStopped", "LiveWentOn", "MemberDeleted", "Missed", "Nothing", "OfHall", "OfImports", "OfLessons", "OfLinks", "OfLive", "OfMembers", "OfQuestions", "OfReview", "OfSquads", "OfSuggestions", "OfTheDesk", "OfTheSchedule", "OpenRound", "OrganisersReminded", "Outcome", "OwnDay", "OwnRound", "PhrasingForgotten", "PhrasingsLearned", "Planned", "Punctuality", "QuestionHistoryShown", "QuestionMoved", "QuestionRated", "QuestionReported", "QuestionShown", "QuestionState", "QuestionsFound", "QuestionsImported", "QueueShown", "QueuedQuestion", "RecallFormOpened", "RecallGraded", "RecordShown", "Refusal", "RevealAsked", "ReviewExported", "ReviewShown", "ReviewsDue", "RoleChosen", "RoundOpened", "RoundRevealed", "RoundView", "SaidBefore", "ScheduleBroken", "ScheduleSaved", "ScheduleStopped", "SchedulesListed", "SettingsShown", "Side", "SquadBoardShown", "SquadLine", "SquadMember", "SquadsListed", "StatsShown", "StatusShown", "StreaksAtRisk", "SuggestionFormOpened", "SuggestionKept", "SuggestionSettled", "ThreadsRefused", "Tried", "Work", "WorkShown"]  # fmt: skip

# What comes to the organisers' desk, and goes from it.
OfTheDesk = (
    AppealFormOpened
    | LearnFormOpened
    | EditFormOpened
    | EditTried
    | AppealMade
    | DoubtShown
    | DecisionFormOpened
    | GradeDecided
    | OrganisersReminded
    | DecisionsExported
)
OfTheSchedule = Planned | ScheduleBroken | ThreadsRefused | AnswerLost | StreaksAtRisk | ListenersTold
OfSuggestions = SuggestionFormOpened | SuggestionKept | DeclineFormOpened | SuggestionSettled
OfImports = ImportOffered | ImportFormOpened | QuestionsImported
OfLessons = PhrasingsLearned | LessonHeld | PhrasingForgotten | AnswerToMark
OfMembers = OfImports | OfLinks | OfLive | OfReview | OfSquads
OfQuestions = (
    QuestionsFound | QuestionShown | QuestionReported | QuestionMoved | QuestionRated | EditHeld | QuestionHistoryShown | OfLessons
)  # fmt: skip
Outcome = (
    RoundOpened | FormOpened | AttemptGraded | SaidBefore | GradeShown | HintShown | RoundRevealed | RevealAsked | AnswerShown | BoardShown | BoardShared | BoardPosted | StatsShown
    | HomeShown | OfHall | AwayShown | OfTheSchedule | OfMembers
    | ScheduleSaved | SchedulesListed | ScheduleStopped | DateSkipped | QueueShown | RoleChosen | OfTheDesk | OfSuggestions | OfQuestions | DataExported | DeletionExplained
    | MemberDeleted | HidingChanged | SettingsShown | HelpShown | Refusal | Failure | Nothing
)  # fmt: skip
