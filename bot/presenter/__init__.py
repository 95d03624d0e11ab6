"""Outcome -> effects: every word that a person reads is in this package."""

from collections.abc import Sequence
from typing import assert_never

from bot import outcomes as o
from bot.presenter import boards, doubts, notices, rounds, schedules, settings
from bot.presenter.effects import Effect, Reply


def present(outcome: o.Outcome) -> Sequence[Effect]:  # noqa: C901, PLR0911, PLR0912  one line an outcome, and none else
    """Return what is to be done for an outcome, in order."""
    match outcome:
        case o.RoundOpened():
            return rounds.opened(outcome)
        case o.FormOpened():
            return rounds.form(outcome)
        case o.AttemptGraded():
            return rounds.graded(outcome)
        case o.GradeShown(attempt):
            return [Reply(rounds.grade_card(attempt))]
        case o.HintShown():
            return [Reply(rounds.hint(outcome))]
        case o.RoundRevealed():
            return rounds.revealed(outcome)
        case o.BoardShown():
            return [Reply(boards.shown(outcome))]
        case o.BoardPosted():
            return boards.posted(outcome)
        case o.StatsShown():
            return [Reply(boards.stats(outcome))]
        case o.HomeShown():
            return [Reply(boards.home(outcome))]
        case o.ScheduleSaved():
            return [Reply(schedules.saved(outcome))]
        case o.SchedulesListed():
            return [Reply(schedules.listed(outcome))]
        case o.ScheduleStopped():
            return [Reply(schedules.stopped(outcome))]
        case o.DateSkipped():
            return [Reply(schedules.skipped(outcome))]
        case o.DoubtShown():
            return [Reply(doubts.shown(outcome))]
        case o.GradeDecided():
            return doubts.decided(outcome)
        case o.DataExported():
            return [Reply(settings.exported(outcome))]
        case o.DeletionExplained():
            return [Reply(settings.deletion_explained())]
        case o.MemberDeleted():
            return [Reply(settings.deleted())]
        case o.HidingChanged():
            return [Reply(settings.hiding(outcome))]
        case o.SettingsShown():
            return [Reply(settings.shown(outcome))]
        case o.HelpShown():
            return [Reply(settings.help_card(outcome))]
        case o.Planned():
            return notices.missed(outcome)
        case o.ScheduleBroken():
            return notices.broken(outcome)
        case o.Refusal():
            return [notices.refusal(outcome)]
        case o.Failure():
            return [notices.failure(outcome)]
        case o.Nothing():
            return []
        case _:
            assert_never(outcome)
