"""Outcome -> effects: the words of every card are in this package, or in the sentence of an error."""

from collections.abc import Sequence
from typing import assert_never

from bot import outcomes as o
from bot.presenter import answers, boards, doubts, due, home, members, refusals, rounds, schedules
from bot.presenter.effects import Effect, Reply


def present(outcome: o.Outcome) -> Sequence[Effect]:  # noqa: C901, PLR0911, PLR0912  one line an outcome, and none else
    """Return what is to be done for an outcome, in order."""
    match outcome:
        case o.RoundOpened():
            return rounds.opened(outcome)
        case o.FormOpened():
            return answers.form(outcome)
        case o.AttemptGraded():
            return answers.graded(outcome)
        case o.GradeShown():
            return [Reply(answers.shown(outcome))]
        case o.HintShown():
            return [Reply(answers.hint(outcome))]
        case o.RoundRevealed():
            return rounds.revealed(outcome)
        case o.BoardShown():
            return [Reply(boards.shown(outcome))]
        case o.BoardPosted():
            return boards.posted(outcome)
        case o.StatsShown():
            return [Reply(boards.stats(outcome))]
        case o.HomeShown():
            return [Reply(home.home(outcome))]
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
            return [Reply(members.exported(outcome))]
        case o.DeletionExplained():
            return [Reply(members.deletion_explained())]
        case o.MemberDeleted(cards):
            return [Reply(members.deleted()), *rounds.renamed(cards)]
        case o.HidingChanged(_, cards):
            return [Reply(members.hiding(outcome)), *rounds.renamed(cards)]
        case o.SettingsShown():
            return [Reply(members.shown(outcome))]
        case o.HelpShown():
            return [Reply(members.help_card(outcome))]
        case o.Planned() | o.ScheduleBroken() | o.ThreadsRefused():
            return due.news(outcome)
        case o.Refusal():
            return [refusals.refusal(outcome)]
        case o.Failure():
            return [refusals.failure(outcome)]
        case o.Nothing():
            return []
        case _:
            assert_never(outcome)
