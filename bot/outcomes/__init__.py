"""What a handler decided: values that hold facts and no wording. The presenter turns each into effects."""

from bot.outcomes.answers import AttemptGraded, FormOpened, GradeShown, HintShown
from bot.outcomes.boards import Board, BoardLine, BoardPosted, BoardShown, StatsShown
from bot.outcomes.doubts import DoubtShown, GradeDecided
from bot.outcomes.due import Missed, Planned, ScheduleBroken, ThreadsRefused
from bot.outcomes.home import HomeShown, OpenRound
from bot.outcomes.members import DataExported, DeletionExplained, HelpShown, HidingChanged, MemberDeleted, SettingsShown
from bot.outcomes.refusals import Failure, Nothing, Refusal
from bot.outcomes.rounds import BestAnswer, RoundOpened, RoundRevealed, RoundView
from bot.outcomes.schedules import DateSkipped, ScheduleSaved, SchedulesListed, ScheduleStopped

__all__ = ["AttemptGraded", "BestAnswer", "Board", "BoardLine", "BoardPosted", "BoardShown", "DataExported", "DateSkipped", "DeletionExplained", "DoubtShown", "Failure", "FormOpened", "GradeDecided", "GradeShown", "HelpShown", "HidingChanged", "HintShown", "HomeShown", "MemberDeleted", "Missed", "Nothing", "OpenRound", "Outcome", "Planned", "Refusal", "RoundOpened", "RoundRevealed", "RoundView", "ScheduleBroken", "ScheduleSaved", "ScheduleStopped", "SchedulesListed", "SettingsShown", "StatsShown", "ThreadsRefused"]  # fmt: skip

Outcome = (
    RoundOpened | FormOpened | AttemptGraded | GradeShown | HintShown | RoundRevealed | BoardShown | BoardPosted | StatsShown
    | HomeShown
    | ScheduleSaved | SchedulesListed | ScheduleStopped | DateSkipped | DoubtShown | GradeDecided | DataExported | DeletionExplained
    | MemberDeleted | HidingChanged | SettingsShown | HelpShown | Planned | ScheduleBroken | ThreadsRefused | Refusal | Failure | Nothing
)  # fmt: skip
