"""The card of where a member stands."""

from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Fields, Item, Items, Text
from bot.commands import OpenAnswerForm, ReviewQuestions, ShowGrade
from bot.commands.parsing import to_id
from bot.text import clip, plural

COMING: Final = 5  # of the next questions, and of buttons for open ones
GRADES: Final = (
    19  # buttons; with those for open questions and for review as many as any platform shows under one message
)
QUESTION_CHARS: Final = 200


def home(outcome: o.HomeShown) -> Card:
    """Return where a member stands, with buttons for the questions that they may still answer, and for their grades."""
    figures = Fields(
        (
            ("Points", f"{outcome.points:,}"),
            ("Streak", f"{outcome.streak} now, {outcome.best_streak} at best"),
            *((("In review", f"{outcome.due:,} due"),) if outcome.due else ()),
        )
    )
    return Card(
        title="Where you stand",
        blocks=(figures, *_open(outcome), *_done(outcome), *_coming(outcome)),
        actions=(*_answers(outcome), *_review(outcome), *_grades(outcome)),
    )


def _open(outcome: o.HomeShown) -> tuple[Block, ...]:
    lines = tuple(Item(_question(one, f", {plural(one.left, 'attempt')} left")) for one in outcome.open if one.left)
    if not lines:
        return (Text("No question is waiting for you. Ask one in a channel with /quiz."),)
    return (Text("Open for you:"), Items(lines))


def _done(outcome: o.HomeShown) -> tuple[Block, ...]:
    """Name the questions for which no attempts are left."""
    lines = tuple(Item(_question(one)) for one in outcome.open if not one.left)
    return (Text("Answered, and not revealed yet:"), Items(lines)) if lines else ()


def _question(open_round: o.OpenRound, more: str = "") -> str:
    words = clip(open_round.view.question.question, QUESTION_CHARS)
    kind = f"{open_round.view.topic_title}, {open_round.view.round.level}"
    return f"Question {open_round.view.round.id} in #{open_round.channel_name}: {words} ({kind}{more})"


def _coming(outcome: o.HomeShown) -> tuple[Block, ...]:
    coming = outcome.coming[:COMING]
    return (Text("Next questions:"), Fields(tuple((f"#{name}", at) for name, at in coming))) if coming else ()


def _answers(outcome: o.HomeShown) -> tuple[Action, ...]:
    numbers = [one.view.round.id for one in outcome.open if one.left][:COMING]
    return tuple(
        Action(f"Answer question {number}", to_id(OpenAnswerForm(round=number)), primary=number == numbers[0])
        for number in numbers
    )


def _review(outcome: o.HomeShown) -> tuple[Action, ...]:
    return (Action(f"Review {plural(outcome.due, 'question')}", to_id(ReviewQuestions())),) if outcome.due else ()


def _grades(outcome: o.HomeShown) -> tuple[Action, ...]:
    numbers = [one.view.round.id for one in outcome.open if one.attempts][-GRADES:]
    return tuple(Action(f"See my grade of question {number}", to_id(ShowGrade(round=number))) for number in numbers)
