"""Cards of answers: the private form, the grade with its points, hints."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Form, Item, Items, Quote, Sign, Text, Tone
from bot.commands import OpenAppealForm, ShowGrade, SubmitAnswer
from bot.commands.parsing import to_id
from bot.grading import Band
from bot.presenter.effects import Ask, Edit, Effect, Post, Reply
from bot.presenter.rounds import brought_up_to_date
from bot.rules.rounds import question_tag
from bot.rules.scoring import ASKED_ROUNDS_A_DAY, HINT_COST, MAX_ANSWER, MAX_ATTEMPTS
from bot.text import plural

HEADLINE: Final = {Band.CORRECT: "Correct", Band.PARTLY: "Partly there", Band.INCORRECT: "Not yet"}
_AIDED: Final = "With a second opinion: a language model found words in it that I took for less. You can appeal."
MOOD: Final = {Band.CORRECT: Tone.GOOD, Band.PARTLY: Tone.WARNING, Band.INCORRECT: Tone.BAD}

ONCE: Final = "You sent the same words before: they count once."
_SHOWN: Final = "For practice, without points: you know the answer to this question already."


def form(outcome: o.FormOpened) -> Sequence[Effect]:
    """Show the private answer form."""
    view = outcome.view
    submit = to_id(SubmitAnswer(round=view.round.id))
    prompt = f"{_SHOWN} {view.question.question}" if outcome.practice else view.question.question
    return [Ask(Form(title="Your answer", prompt=prompt, submit=submit, max_length=MAX_ANSWER))]


def graded(outcome: o.AttemptGraded) -> Sequence[Effect]:
    """Tell the member their grade privately, and name them on the question card the first time.

    Given in the thread an answer gets a sign alone: one card there, brought up to date, has everybody's way to their grade.
    """
    edits = [brought_up_to_date(outcome.view)] if outcome.number == 1 else []
    told = _in_thread(outcome.view) if outcome.openly and not outcome.late else ()
    return [Reply(grade_card(outcome), sign=Sign.SAVED), *edits, *told]


def _in_thread(view: o.RoundView) -> Sequence[Effect]:
    """See to the card under the answers in a round's thread, which is there from the first of them on; deleted, it is posted again."""
    tag, card = f"answers:{view.round.id}", _answers(view)
    post = Post(
        tag=tag, card=card, channel=view.round.channel_ref, in_thread_of=question_tag(view.round.id),
        round=view.round.id, must=False,
    )  # fmt: skip
    return [post, Edit(tag=tag, draw=lambda: card, rank=view.members, anew=post)]


def _answers(view: o.RoundView) -> Card:
    """Return what everybody may see of the answers: that they are saved, and where each finds their own grade."""
    see = Action("See my grade", to_id(ShowGrade(round=view.round.id)))
    words = (
        f"A reply that I have marked is saved as an attempt, and an edit changes nothing; what you say after {MAX_ATTEMPTS} "
        "of them is talk. "
        f"Your grade is for your eyes only. Answered so far: {plural(view.members, 'member')}."
    )
    return Card(title=words, actions=(see,))


def told(outcome: o.SaidBefore | o.GradeShown) -> Reply:
    """Tell a member the grade that an attempt of theirs has, as they asked for it or sent its words again."""
    return Reply(shown(outcome)) if isinstance(outcome, o.GradeShown) else said_before(outcome)


def shown(outcome: o.GradeShown) -> Card:
    """Return the grade that was asked for, and which attempt is the best where that is another."""
    card, best = grade_card(outcome.attempt), outcome.best
    if best is None:
        return card
    words = f"Your best is attempt {best.number}: {best.grade.score} of 100, worth {plural(best.worth, 'point')}."
    return replace(card, blocks=(*card.blocks, Text(words)))


def said_before(outcome: o.SaidBefore) -> Reply:
    """Return the grade that the same words have already; before everybody only that they count once, and the way to it."""
    card, attempt, once = shown(outcome.shown), outcome.shown.attempt, Text(ONCE)
    see = Action("See my grade", to_id(ShowGrade(round=attempt.view.round.id, attempt=attempt.number)))
    openly = Card(title="No new attempt", blocks=(once,), actions=(see,))
    return Reply(replace(card, blocks=(once, *card.blocks)), openly=openly, sign=Sign.NOT_SAVED)


def grade_card(outcome: o.AttemptGraded) -> Card:
    """Return a grade with the member's own words that earned it; what is missing waits for the reveal."""
    grade = outcome.grade
    words = dict.fromkeys(p.evidence for p in grade.points if p.earned)  # one stretch of words may earn two points
    earned = tuple(Item(f"“{evidence}”", done=True) for evidence in words)
    return Card(
        title=_headline(outcome),
        blocks=(
            Text(
                f"{grade.covered} of {plural(len(grade.points), 'key point')}{', earned by your words:' if earned else '.'}"
            ),
            *((Items(earned),) if earned else ()),
            *((Text(_AIDED),) if grade.aided else ()),
            *(Text(note) for note in grade.notes),
            *_mistakes(outcome),
            *_doubt(outcome),
            Text(_standing(outcome)),
            *((Text("You have appealed against this grade."),) if outcome.appealed else ()),
        ),
        actions=(Action("Appeal", to_id(OpenAppealForm(attempt=outcome.attempt))),) if outcome.may_appeal else (),
        tone=Tone.WARNING if _is_copy(outcome) else MOOD[grade.band],
    )


def _headline(outcome: o.AttemptGraded) -> str:
    if _is_copy(outcome):
        what = "the reference answer" if outcome.recited else "an earlier answer"
        return f"Counts as 0: it nearly repeats {what} ({outcome.grade.score} of 100)"
    return f"{HEADLINE[outcome.grade.band]}: {outcome.grade.score} of 100"


def _is_copy(outcome: o.AttemptGraded) -> bool:
    """Whether an attempt counts for nothing, being another's; after the reveal nothing counts."""
    return outcome.copied and not outcome.late


def _mistakes(outcome: o.AttemptGraded) -> Iterator[Block]:
    """Before the reveal a mistake is only counted: naming it would tell the answer."""
    mistakes = outcome.grade.mistakes
    if mistakes and outcome.view.round.closed_at is None:
        yield Text(f"{_wrong(len(mistakes))}; the reveal says which.")
    elif mistakes:
        yield Text(f"{_wrong(len(mistakes))}. What is true:")
        yield Items(tuple(map(Item, mistakes)))


def _wrong(count: int) -> str:
    return f"{plural(count, 'statement')} in it {'is' if count == 1 else 'are'} wrong"


def _doubt(outcome: o.AttemptGraded) -> Iterator[Block]:
    """Say that a grade is unsure; after the reveal nobody looks at it any more."""
    if outcome.grade.unsure:
        then = "" if outcome.late else " An organiser can look at it and change it."
        yield Text(f"I am not sure of this grade, because {outcome.grade.unsure}{then}")


def _standing(outcome: o.AttemptGraded) -> str:
    if outcome.late:
        return "For practice: this question is revealed already, so there are no points."
    if outcome.practice:
        worth = _SHOWN
    elif not outcome.view.round.earns:
        worth = "No points: the answer to this question has been revealed here before."
    elif not outcome.counts:
        worth = f"No points: {ASKED_ROUNDS_A_DAY} questions asked with /quiz count on a day, and this is one more."
    elif outcome.copied:
        what = (
            "the reference answer, which has been revealed here" if outcome.recited else "an earlier answer in a thread"
        )
        worth = (
            f"It nearly repeats {what}, so it earns no points, keeps no streak, and counts as 0 of 100 in your "
            "statistics. Say it in your own words."
        )
    else:
        hints = f" after {plural(outcome.hints, 'hint')}" if outcome.hints else ""
        half = ", half for coming late" if outcome.half else ""
        worth = f"Worth {plural(outcome.worth, 'point')}{hints}{half}."
    left = plural(outcome.left, "attempt") if outcome.left else "no attempts"
    is_open = outcome.view.round.closed_at is None
    return (
        f"{worth} Saved as attempt {outcome.number}{f'; you have {left} left' if is_open else ''}, and the best counts."
    )


def hint(outcome: o.HintShown) -> Card:
    """Return a hint and what it costs."""
    cost = outcome.number * HINT_COST
    if outcome.again:
        words = f"This is the last one again, and it costs nothing more: your answers earn {cost} % less, as before."
        return Card(title="There are no more hints", blocks=(Quote(outcome.hint), Text(words)))
    more = "" if outcome.number == outcome.count else " Press Hint again for the next."
    return Card(
        title=f"Hint {outcome.number} of {outcome.count}",
        blocks=(Quote(outcome.hint), Text(f"Your answers from now on earn {cost} % less.{more}")),
    )
