"""Cards of questions' life, for organisers to look and decide, and for who reports one."""

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Fields, Item, Items, Quote, Text, Tone
from bot.commands import (
    ConfirmQuestion,
    ForgetPhrasing,
    MarkAnswers,
    OpenEditForm,
    OpenLearnForm,
    RateQuestion,
    RestoreQuestion,
    RetireQuestion,
    ShowDoubts,
    ShowQuestion,
    UndoEdits,
)
from bot.commands.parsing import to_id
from bot.presenter.effects import Direct, Effect
from bot.presenter.phrasings import line
from bot.question import KeyPoint
from bot.rules.difficulty import Facts, Feeling, to_look_at
from bot.rules.marks import Otherwise, Proposal
from bot.rules.phrasings import Phrasing
from bot.rules.questions import Life, Remark, Said, open_reports
from bot.text import clip, plural

_SAID: Final = {
    Said.REPORT: "reported it",
    Said.CONFIRM: "confirmed it",
    Said.RETIRE: "retired it",
    Said.RESTORE: "restored it",
    Said.EDIT: "edited it",
    Said.UNDO: "went back to its file's words",
}
_MOVED: Final = {
    Said.CONFIRM: ("The question is confirmed", "It is asked like any other."),
    Said.RETIRE: ("The question is retired", "It is asked no more; what was asked stays, also an open round."),
    Said.RESTORE: ("The question is back", "It is asked like any other."),
    Said.EDIT: (
        "The edit is saved",
        "It is asked like this from the next round on; rounds that are open keep the words they began with. It wins over the file.",
    ),
    Said.UNDO: ("Back to the file", "It is asked as its file has it, from the next round on."),
}
_UNASKED: Final = {
    Life.DRAFT: "It is a draft as before: look at it, and confirm it.",
    Life.RETIRED: "It is retired as before, and not asked until it is restored.",
}
_FELT: Final = {
    Feeling.CLEAR: "Clear",
    Feeling.UNCLEAR: "Unclear",
    Feeling.TOO_EASY: "Too easy",
    Feeling.TOO_HARD: "Too hard",
}
_A_STATE: Final = {Life.DRAFT: "a draft"}
_NEWEST: Final = 15  # remarks


def found(outcome: o.QuestionsFound) -> Card:
    """List questions with where they are."""
    if not outcome.found:
        state = next((word for word in Life if word == outcome.words.strip().casefold()), None)
        words = (
            f"No question is {_A_STATE.get(state, state)} just now."
            if state
            else "No question has all these words. Leave one out."
        )
        return Card(title="Nothing found", blocks=(Text(words),), tone=Tone.WARNING)
    more = outcome.count - len(outcome.found)
    lines = (f"{s.question.id} ({s.question.level}, {s.life}): {clip(s.question.question, 120)}" for s in outcome.found)
    rest = (Text(f"And {plural(more, 'question')} more: add a word."),) if more else ()
    return Card(
        title=plural(outcome.count, "question"),
        blocks=(Items(tuple(map(Item, lines))), *rest),
        actions=tuple(
            Action(clip(s.question.id, 40), to_id(ShowQuestion(question=s.question.id))) for s in outcome.found[:5]
        ),
    )


def shown(outcome: o.QuestionShown) -> Card:
    """Show a question with what is kept of it; its answer waits while it is asked."""
    state, facts = outcome.state, outcome.facts
    mean = "" if facts.mean is None else f", on average {facts.mean} of 100 at best"
    used = f"asked {plural(facts.rounds, 'time')}, answered by {plural(len(facts.scores), 'member')}{mean}"
    return Card(
        title=_title(state),
        blocks=(
            Quote(state.question.question),
            *_answer(outcome.state, outcome),
            Fields((("Here", used), *_tells(facts), ("Id", state.question.id))),
            *_looked_at(outcome),
            *_edited(state),
            *_reports(state),
            *_learned(outcome),
        ),
        actions=(*_moves(state), *_undo(state), *_teach(outcome), *_forget(outcome)),
        tone=_tone(state),
    )


def to_decide(state: o.QuestionState, waiting: str, besides: Iterable[Block]) -> Card:
    """Show a reported question or a draft as the organisers' desk does."""
    named = state.question.id
    by = state.question.review_by
    due = f"Its facts were to be looked at again by {by:%-d %B %Y}. Are they still true?" if by and state.review else ""
    review = (Text(due),) if due else ()
    return Card(
        title=f"{_title(state)} · {waiting} to decide",
        blocks=(
            Quote(state.question.question),
            *review,
            *_reports(state),
            *_answer(state),
            Fields((("Id", named),)),
            *besides,
        ),
        actions=tuple(_moves(state)),
        tone=Tone.WARNING,
    )


def _title(state: o.QuestionState) -> str:
    return f"{state.topic_title} · {state.question.level} · {state.life}"


def _tone(state: o.QuestionState) -> Tone:
    return Tone(state.question.level) if state.life is Life.LIVE else Tone.WARNING


def _tells(facts: Facts) -> Iterator[tuple[str, str]]:
    if (tells := facts.discrimination) is not None:
        yield "Discrimination", f"{tells:.2f} (1: who does well elsewhere does well here; 0: it tells nothing)"
    if facts.felt:
        said = (f"{facts.felt[one]} {label.casefold()}" for one, label in _FELT.items() if one in facts.felt)
        yield "Members say", ", ".join(said)


def _answer(state: o.QuestionState, outcome: o.QuestionShown | None = None) -> Iterator[Block]:
    if state.open:
        yield Text("It is asked just now: the answer is shown here once it is revealed.")
        return
    yield Quote(state.question.reference or "(none yet)", by="Reference answer")
    if state.question.key_points:
        yield Items(tuple(Item(f"{p.statement} ({_of_point(p, outcome)})") for p in state.question.key_points))


def _of_point(point: KeyPoint, outcome: o.QuestionShown | None) -> str:
    """Return a key point's weight, how many of the members had it, and which of the marked answers."""
    if outcome is None:
        return f"weight {point.weight}"
    had = f", {outcome.facts.share(point.id)} % had it" if outcome.facts.scores else ""
    right, wrong = outcome.working.get(point.id, (0, 0))
    marked = f"; {right} right and {wrong} wrong answers earn it" if outcome.tested else ""
    return f"weight {point.weight}{had}{marked}"


def _looked_at(outcome: o.QuestionShown) -> Iterator[Block]:
    """Yield why somebody should look at a question, and how the grader does on its marked answers."""
    if outcome.state.open:
        return
    if reasons := [*to_look_at(outcome.state.question, outcome.facts)]:
        yield Text("To look at:")
        yield Items(tuple(map(Item, reasons)))
    if outcome.tested:
        wrong = [one for one in outcome.tested if not one.agrees]
        right = len(outcome.tested) - len(wrong)
        yield Text(
            f"Graded as marked: {right} of {plural(len(outcome.tested), 'answer')} that organisers decided or marked."
        )
        yield from [Items(tuple(Item(_otherwise(one), done=False) for one in wrong[:_NEWEST]))] if wrong else []
    if outcome.proposed:
        yield Text("I could learn these words; wrong answers lack them:")
        yield Items(tuple(Item(_proposal(one)) for one in outcome.proposed))


def _proposal(one: Proposal) -> str:
    return f"“{clip(one.words, 80)}”, in {one.times} right answers: maybe {' or '.join(one.points)}"


def _otherwise(one: Otherwise) -> str:
    return f"“{clip(one.marked.text, 160)}”: {one.after}, marked {one.marked.band}"


def rated(outcome: o.QuestionRated) -> Card:
    """Show what can be said of a question, or thank for what was."""
    if outcome.said is not None:
        return Card(
            title=f"Noted: {_FELT[outcome.said].casefold()}",
            blocks=(Text("Thank you. Organisers see how many say so."),),
            tone=Tone.GOOD,
        )
    return Card(
        title="How was this question?",
        actions=tuple(
            Action(label, to_id(RateQuestion(round=outcome.round, said=said))) for said, label in _FELT.items()
        ),
    )


def _reports(state: o.QuestionState) -> Iterator[Block]:
    for one in open_reports(state.remarks):
        yield Quote(one.reason or "(no reason)", by=f"{_by(one)} reports")


def _edited(state: o.QuestionState) -> Iterator[Block]:
    """Yield who edited a question last, and whether its file says something else by now."""
    if state.edited is None:
        return
    last = next((one for one in reversed(state.remarks) if one.said is Said.EDIT), None)
    by = f"Edited here by {_by(last)} on {last.at:%-d %B %Y}" if last else "Edited here"
    if not state.file:
        yield Text(f"{by}; no file has it.")
        return
    changed = " The file has changed since: look which is right." if state.file != state.edited else ""
    yield Text(f"{by}, which wins over its file.{changed}")


def _undo(state: o.QuestionState) -> Iterator[Action]:
    if state.edited is not None and state.file:
        yield Action("Back to the file", to_id(UndoEdits(question=state.question.id)))


def _by(one: Remark) -> str:
    return one.name or "Somebody who is hidden"


def _learned(outcome: o.QuestionShown) -> Iterator[Block]:
    if outcome.learned and not outcome.state.open:
        points = {point.id for point in outcome.state.question.key_points}
        yield Text("Learned from answers here:")
        yield Items(tuple(Item(_lesson(one.phrasing, points)) for one in outcome.learned))


def _lesson(one: Phrasing, points: Container[str]) -> str:
    return line(one) if one.point in points else f"{line(one)}: not used, the question has no such key point now"


def _teach(outcome: o.QuestionShown) -> Iterator[Action]:
    """Yield the buttons by which answers are marked, and words learned of one that is graded too low."""
    if outcome.state.open or not outcome.facts.scores:
        return
    yield Action("Mark answers", to_id(MarkAnswers(question=outcome.state.question.id)))
    if outcome.teach is not None:
        yield Action("Teach me words", to_id(OpenLearnForm(attempt=outcome.teach)))


def _forget(outcome: o.QuestionShown) -> Iterator[Action]:
    """Yield the buttons that take the newest learned words back."""
    if not outcome.state.open:
        for one in outcome.learned[-3:]:
            yield Action(f"Forget “{clip(one.phrasing.words, 20)}”", to_id(ForgetPhrasing(phrasing=one.id)))


def _moves(state: o.QuestionState) -> Iterator[Action]:
    named = state.question.id
    if state.life is Life.RETIRED:
        yield Action("Restore", to_id(RestoreQuestion(question=named)), primary=True)
        return
    if state.question.complete and (state.life is not Life.LIVE or state.review or open_reports(state.remarks)):
        yield Action("It is right", to_id(ConfirmQuestion(question=named)), primary=True)
    if not state.open:
        yield Action("Edit", to_id(OpenEditForm(question=named)))
    yield Action("Retire", to_id(RetireQuestion(question=named)))


def report_kept(outcome: o.QuestionReported) -> Card:
    """Thank for a report, and say what follows."""
    stopped = (
        "It is not asked any more until then." if outcome.state.life is Life.REPORTED else "It is asked until then."
    )
    about = clip(outcome.state.question.question, 200)
    words = f"An organiser will look at “{about}”, and you are told what comes of it. {stopped}"
    return Card(title="Thank you, that is noted", blocks=(Text(words),), tone=Tone.GOOD)


def moved(outcome: o.QuestionMoved) -> Card:
    """Say where a question is now, and lead back to the desk."""
    title, words = _MOVED[outcome.said]
    if outcome.said is not Said.RETIRE:
        words = _UNASKED.get(outcome.state.life, words)
    about = f"{outcome.state.question.id}: {clip(outcome.state.question.question, 200)}"
    return Card(
        title=title,
        blocks=(Text(about), Text(words)),
        actions=(Action("To the desk", to_id(ShowDoubts())),),
        tone=Tone.GOOD,
    )


def reporters_told(outcome: o.QuestionMoved) -> Sequence[Effect]:
    """Tell who had reported a question what an organiser has decided of it."""
    reason = (Quote(outcome.reason, by="The organiser"),) if outcome.reason else ()
    words = f"An organiser has looked at the question that you reported, and {_SAID[outcome.said]}."
    card = Card(
        title="Thank you for your report",
        blocks=(Text(words), Quote(clip(outcome.state.question.question, 200)), *reason),
    )
    return [Direct(member=who, card=card) for who in outcome.tell]


def history(outcome: o.QuestionHistoryShown) -> Card:
    """Show what was said of a question, newest first."""
    state = outcome.state
    lines = [_line(one) for one in reversed(state.remarks)]
    blocks: Sequence[Block] = (
        (Items(tuple(map(Item, lines[:_NEWEST]))),) if lines else (Text("Nobody has said anything of it."),)
    )
    since = Fields((("In the bank since", f"{state.question.since:%-d %B %Y}"), ("Version", state.question.version)))
    return Card(title=f"{state.question.id} · {state.life}", blocks=(*blocks, since))


def _line(one: Remark) -> str:
    reason = f": {one.reason}" if one.reason else ""
    return f"{one.at:%-d %B %Y}, {_by(one)} {_SAID[one.said]} (version {one.version}){reason}"
