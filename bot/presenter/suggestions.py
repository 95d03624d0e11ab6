"""Cards of questions that members suggest: for who writes one, for the desk, and what was decided."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Field, Fields, Form, Item, Items, Quote, Text, Tone
from bot.commands import (
    ConfirmQuestion,
    DeclineSuggestion,
    NameSuggester,
    OpenDeclineForm,
    OpenEditForm,
    OpenSuggestionForm,
    SendSuggestion,
    ShowDoubts,
    SubmitSuggestion,
    TakeSuggestion,
)
from bot.commands.parsing import to_id
from bot.presenter.effects import Ask, Direct, Effect, Reply
from bot.question import MOST_REFERENCE, Level
from bot.rules.suggestions import Suggestion
from bot.text import clip, listed

_BECOMES: Final = (
    "An organiser looks at it; if it is taken, it is asked like any other. It earns you no points, and you can answer it for "
    "practice, for you know the answer."
)


def form(outcome: o.SuggestionFormOpened) -> Sequence[Effect]:
    """Show the form."""
    written = outcome.suggestion
    topics = f"Topic: {', '.join(outcome.topics)}"
    more = (
        Field(name="answer", label="Its answer", max_length=MOST_REFERENCE, value=written.answer if written else ""),
        Field(
            name="level",
            label=f"Level: {listed(list(Level))}",
            max_length=40,
            value=written.level if written else Level.MID,
        ),
        Field(name="topic", label="Topic", max_length=60, value=written.topic if written else ""),
    )
    asked = Form(
        title="Suggest a question", prompt=f"{_BECOMES} {clip(topics, 1_000)}.", submit=to_id(SubmitSuggestion()), max_length=600,
        label="Question", value=written.text if written else "", more=more,
    )  # fmt: skip
    on = to_id(OpenSuggestionForm(suggestion=written.id if written else None))
    button = Card(title="Suggest a question", blocks=(Text(_BECOMES),), actions=(Action("Write it", on, primary=True),))
    return [Ask(asked, instead=button)]


def kept(outcome: o.SuggestionKept) -> Card:
    """Say that a suggestion is sent, or what to look at first."""
    written = outcome.suggestion
    if outcome.sent:
        return _sent(written)
    on = Action("Write on", to_id(OpenSuggestionForm(suggestion=written.id)), primary=True)
    if outcome.problem:
        return Card(
            title="Not sent yet",
            blocks=(Text(f"{outcome.problem} Your words are kept."),),
            actions=(on,),
            tone=Tone.WARNING,
        )
    send = Action("Send it all the same", to_id(SendSuggestion(suggestion=written.id)))
    like = tuple(Item(question.question) for question in outcome.alike)
    nearly = (
        (Text("Not sent yet: nearly the same is asked already."), Items(like)) if like else (Text("Not sent yet."),)
    )
    return Card(title="Is it among these?", blocks=nearly, actions=(on, send), tone=Tone.WARNING)


def _sent(written: Suggestion) -> Card:
    name = Action("Name me at the reveal", to_id(NameSuggester(suggestion=written.id)))
    who = "You are named when it is revealed." if written.named else "You are not named when it is revealed."
    return Card(
        title="Thank you, your suggestion waits for an organiser",
        blocks=(Quote(written.text), Text(f"{who} You are told what is decided, in a direct message.")),
        actions=() if written.named else (name,),
        tone=Tone.GOOD,
    )


def to_decide(written: Suggestion, waiting: str, besides: Iterable[Block]) -> Card:
    """Show a suggestion as the organisers' desk does."""
    return Card(
        title=f"{written.name or 'A hidden member'} suggests · {waiting} to decide",
        blocks=(
            Quote(written.text),
            Quote(written.answer, by="Its answer"),
            Fields((("Level", written.level), ("Topic", written.topic))),
            *besides,
        ),
        actions=(
            Action("Take", to_id(TakeSuggestion(suggestion=written.id)), primary=True),
            Action("Decline", to_id(OpenDeclineForm(suggestion=written.id))),
        ),
        tone=Tone.WARNING,
    )


def decline_form(outcome: o.DeclineFormOpened) -> Sequence[Effect]:
    """Show the form for the reason."""
    submit = to_id(DeclineSuggestion(suggestion=outcome.suggestion.id))
    prompt = f"Why is “{clip(outcome.suggestion.text, 300)}” not taken? Its author is told."
    return [Ask(Form(title="Decline a suggestion", prompt=prompt, submit=submit, max_length=500))]


def settled(outcome: o.SuggestionSettled) -> Sequence[Effect]:
    """Tell a suggestion's author what was decided, and lead the organiser on."""
    told = [Direct(member=outcome.tell, card=_told(outcome))] if outcome.tell else []
    desk = Action("To the desk", to_id(ShowDoubts()))
    if outcome.question is None:
        return [*told, Reply(Card(title="Declined, and its author is told why", actions=(desk,)))]
    named = outcome.question.id
    right = (Action("It is right", to_id(ConfirmQuestion(question=named))),) if outcome.question.complete else ()
    edit = Action("Edit", to_id(OpenEditForm(question=named)), primary=True)
    points = Items(tuple(Item(point.statement) for point in outcome.question.key_points))
    if points.items:
        words = (
            f"{named} is a draft now, with key points that I propose from its answer. Look at them before it is asked."
        )
        blocks: tuple[Block, ...] = (Text(words), points)
    else:
        blocks = (Text(f"{named} is a draft now. Give it an answer and key points, and it can be asked."),)
    return [*told, Reply(Card(title="Taken", blocks=blocks, actions=(edit, *right, desk), tone=Tone.GOOD))]


def _told(outcome: o.SuggestionSettled) -> Card:
    text = Quote(outcome.suggestion.text)
    if outcome.question is not None:
        words = Text("It is asked once an organiser has confirmed its key points. Thank you.")
        return Card(title="Your suggestion is taken", blocks=(text, words), tone=Tone.GOOD)
    return Card(title="Your suggestion is not taken", blocks=(text, Quote(outcome.reason, by="The organiser")))
