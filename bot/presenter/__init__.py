"""Outcome -> effects: the words of every card are in this package, or in the sentence of an error."""

from collections.abc import Sequence
from typing import assert_never

from bot import outcomes as o
from bot.cards import Card
from bot.presenter import (
    answers,
    appeals,
    away,
    boards,
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
    questions,
    refusals,
    review,
    rounds,
    schedules,
    squads,
    suggestions,
)
from bot.presenter.effects import Effect, Reply


def present(outcome: o.Outcome) -> Sequence[Effect]:  # noqa: C901, PLR0911, PLR0912  one line an outcome, and none else
    """Return what is to be done for an outcome, in order."""
    if isinstance(outcome, o.OfTheDesk):
        return _of_the_desk(outcome)
    if isinstance(outcome, o.OfSuggestions):
        return _of_suggestions(outcome)
    if isinstance(outcome, o.OfQuestions):
        told = questions.reporters_told(outcome) if isinstance(outcome, o.QuestionMoved) else ()
        return [*told, Reply(_of_questions(outcome))]
    if isinstance(outcome, o.OfMembers):
        return _of_members(outcome)
    if isinstance(outcome, o.OfTheSchedule):
        return due.told(outcome)
    if isinstance(outcome, o.OfHall):
        return [Reply(card) for card in hall.told(outcome)]
    match outcome:
        case o.RoundOpened():
            return rounds.opened(outcome)
        case o.FormOpened():
            return answers.form(outcome)
        case o.AttemptGraded():
            return answers.graded(outcome)
        case o.SaidBefore() | o.GradeShown():
            return [answers.told(outcome)]
        case o.HintShown():
            return [Reply(answers.hint(outcome))]
        case o.RoundRevealed():
            return rounds.revealed(outcome)
        case o.RevealAsked() | o.AnswerShown():
            return [Reply(rounds.asked_back(outcome))]
        case o.BoardShown():
            return [Reply(boards.shown(outcome))]
        case o.BoardShared() | o.BoardPosted():
            return boards.in_public(outcome)
        case o.StatsShown():
            return [Reply(boards.stats(outcome))]
        case o.HomeShown():
            return [Reply(home.home(outcome))]
        case o.AwayShown():
            return [Reply(away.shown(outcome))]
        case o.RoleChosen():
            return listening.enlisted(outcome)
        case o.ScheduleSaved(crowns=crowns) | o.ScheduleStopped(crowns=crowns):
            return [Reply(schedules.answered(outcome)), *boards.uncrowned(crowns)]
        case o.SchedulesListed() | o.DateSkipped() | o.QueueShown():
            return [Reply(schedules.answered(outcome))]
        case o.DataExported():
            return [Reply(members.exported(outcome))]
        case o.DeletionExplained():
            return [Reply(members.deletion_explained(outcome))]
        case o.MemberDeleted(cards, crowns):
            return [Reply(members.deleted()), *rounds.renamed(cards), *boards.uncrowned(crowns)]
        case o.HidingChanged(_, cards, crowns):
            return [Reply(members.hiding(outcome)), *rounds.renamed(cards), *boards.uncrowned(crowns)]
        case o.SettingsShown() | o.HelpShown():
            return [Reply(members.answered(outcome))]
        case o.Refusal() | o.Failure():
            return [refusals.told(outcome)]
        case _:
            return _silent(outcome)


def _silent(_: o.Nothing) -> Sequence[Effect]:
    """Say nothing; the type has each outcome presented above."""
    return []


def _of_members(outcome: o.OfMembers) -> Sequence[Effect]:
    """Return what is to be done for what is one member's own, for live rounds, and for imports."""
    if isinstance(outcome, o.OfImports):
        return importing.told(outcome)
    if isinstance(outcome, o.OfLinks):
        return links.of_links(outcome)
    if isinstance(outcome, o.OfLive):
        return live.of_live(outcome)
    if isinstance(outcome, o.OfSquads):
        return [Reply(squads.of_squads(outcome))]
    return review.of_review(outcome)


def _of_the_desk(outcome: o.OfTheDesk) -> Sequence[Effect]:  # noqa: C901, PLR0911  one line an outcome, and none else
    """Return what is to be done for what comes to the organisers' desk, and goes from it."""
    match outcome:
        case o.AppealFormOpened():
            return appeals.form(outcome)
        case o.LearnFormOpened():
            return phrasings.form(outcome)
        case o.EditFormOpened():
            return edits.form(outcome)
        case o.EditTried():
            return edits.tried(outcome)
        case o.AppealMade():
            return [Reply(appeals.made(outcome))]
        case o.DoubtShown():
            return [Reply(doubts.shown(outcome))]
        case o.DecisionFormOpened():
            return doubts.form(outcome)
        case o.GradeDecided():
            return doubts.decided(outcome)
        case o.OrganisersReminded():
            return doubts.reminded(outcome)
        case o.DecisionsExported():
            return [Reply(doubts.exported(outcome))]
        case _:
            assert_never(outcome)


def _of_suggestions(outcome: o.OfSuggestions) -> Sequence[Effect]:
    """Return what is to be done for what members suggest."""
    match outcome:
        case o.SuggestionFormOpened():
            return suggestions.form(outcome)
        case o.SuggestionKept():
            return [Reply(suggestions.kept(outcome))]
        case o.DeclineFormOpened():
            return suggestions.decline_form(outcome)
        case o.SuggestionSettled():
            return suggestions.settled(outcome)
        case _:
            assert_never(outcome)


def _of_questions(outcome: o.OfQuestions) -> Card:  # noqa: PLR0911  one line an outcome, and none else
    """Return the card of what is decided about questions."""
    match outcome:
        case o.QuestionsFound():
            return questions.found(outcome)
        case o.QuestionShown():
            return questions.shown(outcome)
        case o.QuestionReported():
            return questions.report_kept(outcome)
        case o.QuestionMoved():
            return questions.moved(outcome)
        case o.QuestionRated():
            return questions.rated(outcome)
        case o.EditHeld():
            return edits.held(outcome)
        case o.QuestionHistoryShown():
            return questions.history(outcome)
        case _:
            return _of_lessons(outcome)


def _of_lessons(outcome: o.OfLessons) -> Card:
    """Return the card of what the grader learns, and is held to."""
    match outcome:
        case o.PhrasingsLearned():
            return phrasings.learned(outcome)
        case o.LessonHeld():
            return phrasings.held(outcome)
        case o.AnswerToMark():
            return marks.to_mark(outcome)
        case o.PhrasingForgotten():
            return phrasings.forgotten(outcome)
        case _:
            assert_never(outcome)
