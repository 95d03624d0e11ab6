"""Cards of notes from chat: how to bring them, the form, and what was taken."""

from collections.abc import Sequence
from typing import Final, assert_never

from bot import outcomes as o
from bot.cards import Action, Card, Form, Item, Items, Text, Tone
from bot.commands import OpenImportForm, ShowDoubts, ShowQuestion, SubmitImport
from bot.commands.parsing import to_id
from bot.presenter.effects import Ask, Effect, Reply
from bot.text import clip, plural

_MAX: Final = 3_000  # characters; Slack's form takes no more
_LINES: Final = 8
_BUTTONS: Final = 3  # of a draft each
_HOW: Final = "A heading, a number or “Q:” for each question, its answer below it; options with letters and “Answer: B”; or a table."
_WHERE: Final = (
    "A whole file, up to 1 MB: attach it to this command where it takes one, or send it to me in a direct message."
    " Markdown, CSV, JSON, YAML, HTML, notebooks, and text that Anki or Quizlet exports are read."
)


def offered(_: o.ImportOffered) -> Card:
    """Say what can be pasted."""
    words = f"Paste up to {_MAX:,} characters of notes. {_HOW} They come in as drafts, which nobody is asked until one of you has confirmed them."
    return Card(
        title="Bring your own questions",
        blocks=(Text(words), Text(_WHERE)),
        actions=(Action("Paste notes", to_id(OpenImportForm()), primary=True),),
    )


def form(_: o.ImportFormOpened) -> Sequence[Effect]:
    """Show the form."""
    return [Ask(Form(title="Your notes", prompt=_HOW, submit=to_id(SubmitImport()), max_length=_MAX))]


def imported(outcome: o.QuestionsImported) -> Card:
    """Say what was taken, what was not, and where to look at it."""
    lines = tuple(Item(clip(line, 160)) for line in outcome.said[:_LINES])
    listed = (Items(lines),) if lines else ()
    if not outcome.new:
        there = f"{plural(outcome.known, 'question')} of these notes stand in your bank already; nothing new was taken."
        return Card(
            title="No new question",
            blocks=(Text(there if outcome.known else f"Nothing was taken. {outcome.line}"), *listed),
            actions=_again(),
            tone=Tone.WARNING,
        )
    rest = "Look at each and confirm it, at the desk one after the other; until then it is not asked. /question search draft lists them."
    desk = Action("To the desk", to_id(ShowDoubts()), primary=True)
    shown = [Action(clip(q.id, 40), to_id(ShowQuestion(question=q.id))) for q in outcome.new[:_BUTTONS]]
    return Card(
        title=f"{plural(len(outcome.new), 'draft')} taken",
        blocks=(Text(outcome.line), *listed, Text(rest)),
        actions=(desk, *shown, *_again()),
        tone=Tone.GOOD,
    )


def _again() -> tuple[Action, ...]:
    return (Action("Paste more", to_id(OpenImportForm())),)


def told(outcome: o.OfImports) -> Sequence[Effect]:
    """Return what is to be done for what becomes of notes."""
    match outcome:
        case o.ImportOffered():
            return [Reply(offered(outcome))]
        case o.ImportFormOpened():
            return form(outcome)
        case o.QuestionsImported():
            return [Reply(imported(outcome))]
        case _:
            assert_never(outcome)
