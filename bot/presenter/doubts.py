"""Cards of grades that wait for a person: for organisers to decide them, and for the member to learn what was decided."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Fields, File, Form, Item, Items, Quote, Text, Tone
from bot.commands import DecideGrade, OpenDecisionForm, OpenLearnForm, ShowDoubts, SubmitDecision
from bot.commands.parsing import to_id
from bot.grading import Band, PointResult
from bot.presenter import questions, suggestions
from bot.presenter.effects import Ask, Direct, Effect, News, Reply
from bot.question import KeyPoint
from bot.rules.doubts import MAX_DECISION, Decision, Doubt
from bot.text import listed, plural

_LABEL: Final = {Band.CORRECT: "Correct", Band.PARTLY: "Partly", Band.INCORRECT: "Incorrect"}
_HOW: Final = (
    "Begin with keep, correct, partly, incorrect or points from 0 to 100. What follows is your reason; the member is "
    "told it. For example: 80 You said it in other words."
)
_WHY: Final = "Why? Who appeals is told your reason."


def shown(outcome: o.DoubtShown) -> Card:
    """Return the oldest grade that waits, with what to decide it by."""
    doubt, view = outcome.doubt, outcome.view
    if outcome.suggestion is not None:
        leads_on = ShowDoubts(suggestion=outcome.suggestion.id)
        card = suggestions.to_decide(outcome.suggestion, _waiting(outcome), _besides(outcome))
        return replace(card, actions=(*card.actions, *_next(outcome, leads_on)))
    if outcome.report is not None:
        leads_on = ShowDoubts(after=outcome.report.question.id)
        card = questions.to_decide(outcome.report, _waiting(outcome), _besides(outcome))
        return replace(card, actions=(*card.actions, *_next(outcome, leads_on)))
    if doubt is None or view is None:
        return _cleared(outcome)
    return Card(
        title=f"{_title(doubt)} · {_waiting(outcome)} to decide",
        blocks=(*_to_decide_by(doubt, view), Text(_would(doubt)), *_besides(outcome)),
        actions=(*_decisions(doubt), *_lesson(doubt, view), *_next(outcome, ShowDoubts(grade=doubt.attempt))),
        tone=Tone.WARNING,
    )


def _next(outcome: o.DoubtShown, leads_on: ShowDoubts) -> Iterator[Action]:
    """Yield the button to what follows, where there is more."""
    if outcome.more:
        yield Action("Next", to_id(leads_on))


def _cleared(outcome: o.DoubtShown) -> Card:
    """Say that nothing is left for the asker to decide, and how another comes to decide what is their own."""
    if outcome.own:
        words = "If there is no other organiser, name one: /settings appoint=maya"
        return Card(title="Only your own answers wait", blocks=(*_besides(outcome), Text(words)))
    words = "Nobody waits for you, and I am sure of all the others."
    return Card(title="Every grade is decided", blocks=(Text(words), *_besides(outcome)), tone=Tone.GOOD)


def _waiting(desk: o.DoubtShown | o.OrganisersReminded) -> str:
    """Return what waits in words: "2 grades and 1 report"."""
    kinds = (
        (desk.waiting, "grade"),
        (desk.reports, "report"),
        (desk.suggestions, "suggestion"),
        (desk.reviews, "review"),
        (desk.drafts, "draft"),
    )
    return listed([plural(count, noun) for count, noun in kinds if count])


def _title(doubt: Doubt) -> str:
    return (
        f"{_name(doubt)}: {doubt.score} of 100, {'appealed against' if doubt.unsure is None else 'and I am not sure'}"
    )


def _name(doubt: Doubt) -> str:
    return doubt.name or "A hidden member"


def _besides(outcome: o.DoubtShown) -> Iterator[Block]:
    """Say that one's own grades wait too, which are never shown to oneself, and that files of questions cannot be read."""
    if outcome.own:
        waits = f"{plural(outcome.own, 'grade')} of your own answers {'wait' if outcome.own > 1 else 'waits'}"
        yield Text(f"{waits}: another organiser has to decide.")
    if outcome.broken:
        more = f", and {plural(len(outcome.broken) - 1, 'more problem')}" if len(outcome.broken) > 1 else ""
        yield Text(
            f"Your team's own files of questions have a fault, so I ask what is wrong as it was before: {outcome.broken[0]}{more}"
        )


def _to_decide_by(doubt: Doubt, view: o.RoundView) -> Iterator[Block]:
    """Yield the question, the answer, why it waits, what was earned; the reference answer once it is revealed."""
    yield Quote(view.question.question)
    yield Quote(doubt.text, by=f"{_name(doubt)} wrote")
    yield from _why(doubt)
    if view.round.closed_at is None:
        words = dict.fromkeys(p.evidence for p in doubt.points if p.earned)  # one clause may earn several points
        found = tuple(Item(f"“{evidence}”", done=True) for evidence in words)
        yield Text("The reference answer is shown here once it is revealed; you may take part until then.")
        yield Items(found or (Item("None of its words earned a key point."),))
        return
    had = {p.key_point: p for p in doubt.points if p.earned}
    yield Quote(view.question.reference, by="Reference answer")
    yield Items(tuple(_point(point, had.get(point.id)) for point in view.question.key_points))


def _why(doubt: Doubt) -> Iterator[Block]:
    """Yield why a grade waits: what its author says, or what the grader doubts."""
    if doubt.appeal:
        yield Quote(doubt.appeal, by=f"{_name(doubt)} appeals")
    elif doubt.appeal is not None:
        yield Text("Its author appeals, and gave no reason.")
    opinion = f" The second opinion gives {doubt.opinion}." if doubt.opinion is not None else ""
    if doubt.unsure is not None:
        yield Text(f"I am not sure, because {doubt.unsure}{opinion}")
    if doubt.copied:
        yield Text(
            "It nearly repeats an earlier answer, so it counts as 0. Whatever you decide but to keep it lets it count."
        )


def _point(point: KeyPoint, had: PointResult | None) -> Item:
    by = f" (by “{had.evidence}”)" if had and had.evidence else ""
    return Item(f"{point.statement}{by}", done=had is not None)


def _would(doubt: Doubt) -> str:
    """Return what each decision but to keep it would make of the grade, and of those of answers that say the same."""
    made = [f"{_LABEL[band]} {Decision(verdict=band).score(doubt)}" for band in Band if band is not doubt.band]
    return f"It has {doubt.score} of 100. By a button: {listed(made)}; who says the same gets the same."


def _decisions(doubt: Doubt) -> Iterator[Action]:
    """Yield the buttons that decide; who appeals is to hear a reason, for which they ask."""
    decides = DecideGrade if doubt.appeal is None else OpenDecisionForm
    yield Action(f"Keep {doubt.score}", to_id(decides(attempt=doubt.attempt, decision="keep")), primary=True)
    for band in Band:
        if band is not doubt.band:
            yield Action(_LABEL[band], to_id(decides(attempt=doubt.attempt, decision=band)))
    yield Action("Points or reason", to_id(OpenDecisionForm(attempt=doubt.attempt)))


def _lesson(doubt: Doubt, view: o.RoundView) -> Iterator[Action]:
    """Yield the button that takes the answer's words for examples; before the reveal it would tell the key points."""
    if view.round.closed_at is not None:
        yield Action("Teach me words", to_id(OpenLearnForm(attempt=doubt.attempt)))


def form(outcome: o.DecisionFormOpened) -> Sequence[Effect]:
    """Show the form in which a grade is decided with a reason."""
    submit = to_id(SubmitDecision(attempt=outcome.doubt.attempt, decision=outcome.decision))
    title = f"Your decision{f': {outcome.decision}' if outcome.decision else f' ({outcome.doubt.score} so far)'}"
    return [Ask(Form(title=title, prompt=_WHY if outcome.decision else _HOW, submit=submit, max_length=MAX_DECISION))]


def decided(outcome: o.GradeDecided) -> Sequence[Effect]:
    """Show the organiser what waits next, and tell the members whose grade it is, or follows it."""
    told = [Direct(member=one.member, card=_followed(outcome, one)) for one in outcome.others]
    return [Direct(member=outcome.tell, card=_told(outcome)), *told, Reply(_then(outcome))]


def _then(outcome: o.GradeDecided) -> Card:
    """Return what waits next, after how many other answers the decision holds for."""
    card = shown(outcome.then)
    if not outcome.alike:
        return card
    words = f"{plural(outcome.alike, 'other answer')} {'says' if outcome.alike == 1 else 'say'} the same, and got the same grade."
    return replace(card, blocks=(Text(words), *card.blocks))


def _followed(outcome: o.GradeDecided, one: o.Followed) -> Card:
    """Tell who said the same as the answer that was decided; the reason too where they had appealed."""
    copy = " It still counts as 0, for it nearly repeats an earlier answer." if one.copied else ""
    return Card(
        title="An organiser has decided your appeal" if one.appealed else "Your grade has changed",
        blocks=(
            Fields((("Question", outcome.topic_title),)),
            Text(
                f"An organiser has decided about an answer that says the same as yours. {_now(outcome, one.before)}{copy}"
            ),
            *(_reason(outcome) if one.appealed else ()),
        ),
        tone=_tone(outcome, one.before),
    )


def _now(outcome: o.GradeDecided, before: int) -> str:
    same = outcome.score == before
    return f"Your grade {'stays at' if same else f'was {before} and is now'} {outcome.score} of 100."


def _reason(outcome: o.GradeDecided) -> Iterator[Block]:
    if outcome.reason:
        yield Quote(outcome.reason, by="The organiser")


def _tone(outcome: o.GradeDecided, before: int) -> Tone:
    return Tone.GOOD if outcome.score > before else Tone.PLAIN if outcome.score == before else Tone.WARNING


def _told(outcome: o.GradeDecided) -> Card:
    counts = " It counts now, for it is no copy." if outcome.counts else ""
    return Card(
        title="An organiser has looked at your answer",
        blocks=(
            Fields((("Question", outcome.topic_title),)),
            Text(_now(outcome, outcome.before) + counts),
            *_reason(outcome),
        ),
        tone=Tone.GOOD if outcome.counts else _tone(outcome, outcome.before),
    )


def exported(outcome: o.DecisionsExported) -> Card:
    """Hand over what was decided."""
    description = "Who decided what, when and why, with the grade before and after, as JSON."
    return Card(title="What was decided", blocks=(File("studyhall-decisions.json", outcome.document, description),))


def reminded(outcome: o.OrganisersReminded) -> Sequence[Effect]:
    """Tell each organiser what waits, of all channels in one message."""
    rest = "Type /desk to decide."
    one = outcome.waiting + outcome.reports + outcome.suggestions + outcome.reviews + outcome.drafts == 1
    waits = f"{_waiting(outcome)} {'waits' if one else 'wait'} for an organiser"
    card = Card(
        title="On the organisers’ desk",
        blocks=(Text(f"{waits}. {rest}"),),
        tone=Tone.WARNING,
    )
    return [News(member=who, card=card, title=card.title, line=waits, rest=rest) for who in outcome.tell]
