"""Cards of review: what is due, the form, how well a question was recalled, and the notes to take away."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Fields, File, Form, Item, Items, Quote, Text, Tone
from bot.commands import OpenRecallForm, RateRecall, ReviewQuestions, SubmitRecall
from bot.commands.parsing import to_id
from bot.grading import Grade
from bot.presenter.answers import HEADLINE, MOOD, ONCE
from bot.presenter.effects import Ask, Direct, Effect, Reply
from bot.question import Question
from bot.rules.review import Rating
from bot.rules.scoring import MAX_ANSWER
from bot.text import clip, plural

_ASKED_CHARS: Final = 300
_LABELS: Final = {
    Rating.AGAIN: "I did not know it",
    Rating.HARD: "It was hard",
    Rating.GOOD: "I knew it",
    Rating.EASY: "It was easy",
}


def of_review(outcome: o.OfReview) -> Sequence[Effect]:
    """Return what is to be done for a member's review."""
    match outcome:
        case o.RecallFormOpened(review, question):
            submit = to_id(SubmitRecall(review=review))
            return [Ask(Form(title="Your answer", prompt=question.question, submit=submit, max_length=MAX_ANSWER))]
        case o.RecallGraded():
            return [Reply(graded(outcome))]
        case o.ReviewExported():
            return [Reply(exported(outcome))]
        case o.ReviewsDue():
            return reminded(outcome)
        case _:
            return [Reply(shown(outcome))]


def shown(outcome: o.ReviewShown) -> Card:
    """Return how much is due in a member's review, and the next question."""
    blocks = (*_changed(outcome), *_next(outcome))
    title = f"Your review: {outcome.due:,} due of {outcome.count:,}" if outcome.count else "Your review is empty"
    answer = (Action("Answer", to_id(OpenRecallForm(review=outcome.next[0])), primary=True),) if outcome.next else ()
    return Card(title=title, blocks=blocks, actions=answer, tone=Tone.GOOD if outcome.changed else Tone.PLAIN)


def _changed(outcome: o.ReviewShown) -> Iterator[Block]:
    if outcome.changed:
        yield Text("This question is in your review:" if outcome.added else "This question is in your review no more:")
        yield Quote(clip(outcome.changed.question, _ASKED_CHARS))


def _next(outcome: o.ReviewShown) -> Iterator[Block]:
    if outcome.next:
        _, question, title = outcome.next
        yield Text(f"Next ({title}, {question.level}); for your eyes only, and for no points:")
        yield Quote(question.question)
    elif outcome.coming:
        yield Fields((("Nothing is due. The next comes", outcome.coming),))
    elif not outcome.changed:
        yield Text("What you miss comes here by itself at its reveal. Add another question with /review add")


def graded(outcome: o.RecallGraded) -> Card:
    """Return how well a question was recalled, when it comes back, and buttons to say that it was otherwise."""
    grade = outcome.grade
    after = ". This is the last that was due." if not outcome.due else f"; {outcome.due:,} more due now."
    return Card(
        title=f"{HEADLINE[grade.band]}: {grade.score} of 100" if grade else f"Rated as {outcome.rating}",
        blocks=(
            *((Text(ONCE),) if outcome.again else ()),
            *(_answer(grade, outcome.question) if grade else ()),
            Fields(((f"Rated as {outcome.rating}, so it comes back", outcome.back_at),)),
            Text(f"For practice, without points{after}"),
        ),
        actions=(*_following(outcome), *_others(outcome)),
        tone=MOOD[grade.band] if grade else Tone.GOOD,
    )


def _answer(grade: Grade, question: Question) -> tuple[Block, ...]:
    """Return the key points with those that were said, what was wrong, and the reference: it has been revealed before."""
    earned = {point.key_point for point in grade.points if point.earned}
    points = Items(tuple(Item(point.statement, done=point.id in earned) for point in question.key_points))
    wrong = (Text("What is true instead:"), Items(tuple(map(Item, grade.mistakes)))) if grade.mistakes else ()
    return (points, *wrong, Quote(question.reference, by="Reference answer"))


def _following(outcome: o.RecallGraded) -> tuple[Action, ...]:
    return (Action("Next question", to_id(ReviewQuestions()), primary=True),) if outcome.due else ()


def _others(outcome: o.RecallGraded) -> Iterator[Action]:
    """Yield a button for each other rating."""
    for rating in Rating:
        if rating is not outcome.rating:
            yield Action(_LABELS[rating], to_id(RateRecall(recall=outcome.recall, rating=rating)))


def exported(outcome: o.ReviewExported) -> Card:
    """Hand over what a member reviews."""
    if not outcome.count:
        return Card(title="Your review is empty", blocks=(Text("What you miss comes here by itself at its reveal."),))
    words = f"{plural(outcome.count, 'note')} for Anki: import the file there as it is."
    return Card(title="Your review", blocks=(File("studyhall-review.txt", outcome.document, words),))


def reminded(outcome: o.ReviewsDue) -> Sequence[Effect]:
    """Tell members, each in private, how much is due."""
    return [Direct(member=who, card=_due(count)) for who, count in outcome.tell.items()]


def _due(count: int) -> Card:
    return Card(
        title=f"{plural(count, 'question')} to review",
        blocks=(Text("Type /review in a channel: only you see it. No more such messages: /settings review=off"),),
    )
