"""What a handler decided: values that hold facts and no wording. The presenter turns each into effects."""

from bot.outcomes.boards import Board, BoardLine, BoardPosted, BoardShown, HomeShown, OpenRound, StatsShown
from bot.outcomes.members import (
    DataExported,
    DeletionExplained,
    Failure,
    HelpShown,
    HidingChanged,
    MemberDeleted,
    Nothing,
    Refusal,
    SettingsShown,
)
from bot.outcomes.rounds import (
    AttemptGraded,
    BestAnswer,
    DoubtShown,
    FormOpened,
    GradeDecided,
    GradeShown,
    HintShown,
    RoundOpened,
    RoundRevealed,
    RoundView,
)
from bot.outcomes.schedules import (
    DateSkipped,
    Missed,
    Planned,
    ScheduleBroken,
    ScheduleSaved,
    SchedulesListed,
    ScheduleStopped,
)

__all__ = ["AttemptGraded", "BestAnswer", "Board", "BoardLine", "BoardPosted", "BoardShown", "DataExported", "DateSkipped", "DeletionExplained", "DoubtShown", "Failure", "FormOpened", "GradeDecided", "GradeShown", "HelpShown", "HidingChanged", "HintShown", "HomeShown", "MemberDeleted", "Missed", "Nothing", "OpenRound", "Outcome", "Planned", "Refusal", "RoundOpened", "RoundRevealed", "RoundView", "ScheduleBroken", "ScheduleSaved", "ScheduleStopped", "SchedulesListed", "SettingsShown", "StatsShown"]  # fmt: skip

Outcome = (
    RoundOpened | FormOpened | AttemptGraded | GradeShown | HintShown | RoundRevealed | BoardShown | BoardPosted | StatsShown
    | HomeShown
    | ScheduleSaved | SchedulesListed | ScheduleStopped | DateSkipped | DoubtShown | GradeDecided | DataExported | DeletionExplained
    | MemberDeleted | HidingChanged | SettingsShown | HelpShown | Planned | ScheduleBroken | Refusal | Failure | Nothing
)  # fmt: skip
