"""One short coroutine a command: read, decide, write in one transaction, return an outcome. Here is who handles what."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from bot import commands
from bot.handlers import (
    answers,
    appeals,
    away,
    boards,
    calendar,
    desk,
    doubts,
    due,
    edits,
    hall,
    home,
    importing,
    links,
    listening,
    live,
    marks,
    members,
    phrasings,
    planning,
    posting,
    questions,
    queue,
    review,
    rounds,
    schedules,
    squads,
    suggestions,
)
from bot.handlers.deps import Call, Deps
from bot.outcomes import Outcome

Handler = Callable[[Any, Any, Any], Awaitable[Outcome]]

_MEMBER_HANDLERS: Final[Mapping[type[commands.Command], Handler]] = {
    commands.AskQuestion: rounds.ask_question,
    commands.OpenAnswerForm: answers.open_answer_form,
    commands.SubmitAnswer: answers.submit_answer,
    commands.ShowGrade: answers.show_grade,
    commands.AppealGrade: appeals.appeal_grade,
    commands.OpenAppealForm: appeals.open_appeal_form,
    commands.SubmitAppeal: appeals.submit_appeal,
    commands.TakeHint: answers.take_hint,
    commands.RevealAnswer: rounds.reveal_answer,
    commands.OfferReveal: rounds.offer_reveal,
    commands.ShowMore: rounds.show_more,
    commands.ShowLeaderboard: boards.show_leaderboard,
    commands.ShowStats: boards.show_stats,
    commands.ShowHome: home.show_home,
    commands.OpenHall: hall.open_hall,
    commands.ShowWork: hall.show_work,
    commands.ShowRecord: hall.show_record,
    commands.ShowStatus: hall.show_status,
    commands.ShowDifficulty: hall.show_difficulty,
    commands.ShowCalendar: calendar.show_calendar,
    commands.ShowAudit: hall.show_audit,
    commands.SetSchedule: schedules.set_schedule,
    commands.JoinRole: listening.join_role,
    commands.ListSchedules: schedules.list_schedules,
    commands.PreviewSchedule: schedules.preview_schedule,
    commands.PauseSchedule: schedules.pause_schedule,
    commands.ResumeSchedule: schedules.resume_schedule,
    commands.RemoveSchedule: schedules.remove_schedule,
    commands.SkipDate: schedules.skip_date,
    commands.UnskipDate: schedules.unskip_date,
    commands.QueueQuestion: queue.queue_question,
    commands.UnqueueQuestion: queue.unqueue_question,
    commands.TakeDaysOff: away.take_days_off,
    commands.ReviewQuestions: review.review_questions,
    commands.OpenRecallForm: review.open_recall_form,
    commands.SubmitRecall: review.submit_recall,
    commands.RateRecall: review.rate_recall,
    commands.JoinSquad: squads.join_squad,
    commands.LeaveSquad: squads.leave_squad,
    commands.ListSquads: squads.list_squads,
    commands.CreateSquad: squads.create_squad,
    commands.RemoveSquad: squads.remove_squad,
    commands.BalanceSquads: squads.balance_squads,
    commands.ApplyBalance: squads.apply_balance,
    commands.ShowDoubts: desk.show_doubts,
    commands.DecideGrade: doubts.decide_grade,
    commands.OpenDecisionForm: doubts.open_decision_form,
    commands.SubmitDecision: doubts.submit_decision,
    commands.ExportDecisions: doubts.export_decisions,
    commands.OpenLearnForm: phrasings.open_learn_form,
    commands.SubmitPhrasings: phrasings.submit_phrasings,
    commands.SaveLesson: phrasings.save_lesson,
    commands.ForgetPhrasing: phrasings.forget_phrasing,
    commands.MarkAnswers: marks.mark_answers,
    commands.MarkAnswer: marks.mark_answer,
    commands.SuggestQuestion: suggestions.suggest_question,
    commands.OpenSuggestionForm: suggestions.open_suggestion_form,
    commands.SubmitSuggestion: suggestions.submit_suggestion,
    commands.SendSuggestion: suggestions.send_suggestion,
    commands.NameSuggester: suggestions.name_suggester,
    commands.TakeSuggestion: suggestions.take_suggestion,
    commands.OpenDeclineForm: suggestions.open_decline_form,
    commands.DeclineSuggestion: suggestions.decline_suggestion,
    commands.ReportQuestion: questions.report_question,
    commands.RateQuestion: questions.rate_question,
    commands.SearchQuestions: questions.search_questions,
    commands.ShowQuestion: questions.show_question,
    commands.EditQuestion: edits.edit_question,
    commands.OpenEditForm: edits.open_edit_form,
    commands.SubmitEdit: edits.submit_edit,
    commands.TryEdit: edits.try_edit,
    commands.SaveEdit: edits.save_edit,
    commands.UndoEdits: edits.undo_edits,
    commands.ConfirmQuestion: questions.move_question,
    commands.RetireQuestion: questions.move_question,
    commands.RestoreQuestion: questions.move_question,
    commands.ShowQuestionHistory: questions.show_question_history,
    commands.ImportQuestions: importing.import_questions,
    commands.OpenImportForm: importing.open_import_form,
    commands.SubmitImport: importing.submit_import,
    commands.LinkAccounts: links.link_accounts,
    commands.AgreeLink: links.agree_link,
    commands.DropLink: links.drop_link,
    commands.StartLive: live.start_live,
    commands.PickLive: live.pick_live,
    commands.OpenLiveForm: live.open_live_form,
    commands.SubmitLive: live.submit_live,
    commands.StopLive: live.stop_live,
    commands.ExportData: members.export_data,
    commands.DeleteData: members.delete_data,
    commands.HideMember: members.hide_member,
    commands.ChangeSettings: members.change_settings,
    commands.ShowHelp: members.show_help,
}


def _with_the_teams_bank(handler: Handler) -> Handler:
    async def handle(command: commands.Command, call: Call, deps: Deps) -> Outcome:
        return await handler(command, call, await deps.of(call.context.team))

    return handle


# (command, call, deps): what a member asks for, with the questions of the member's team.
MEMBER_HANDLERS: Final[Mapping[type[commands.Command], Handler]] = {
    command: _with_the_teams_bank(handler) for command, handler in _MEMBER_HANDLERS.items()
}

# (command, now, deps): what falls due.
DUE_HANDLERS: Final[Mapping[type[commands.Command], Handler]] = {
    commands.TidyUp: planning.tidy_up,
    commands.PurgeTeam: planning.purge_team,
    commands.CheckCalendars: planning.check_calendars,
    commands.PlanSchedules: planning.plan_schedules,
    commands.PostScheduled: due.post_scheduled,
    commands.RecordFailure: due.record_failure,
    commands.RemindOrganisers: desk.remind_organisers,
    commands.RemindReviewers: review.remind_reviewers,
    commands.TellListeners: listening.tell_listeners,
    commands.SetAside: due.set_aside,
    commands.TellOfRole: posting.tell_of_role,
    commands.TellOfThreads: due.tell_of_threads,
}
