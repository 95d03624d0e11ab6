"""Cards of privacy, settings and help."""

from collections.abc import Iterator
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Card, Fields, File, Item, Items, Talk, Text, Tone
from bot.commands import COMMANDS, Command, DeleteData, Reach, usage
from bot.commands.parsing import to_id
from bot.ports import platform_of
from bot.text import listed

_CHANGED: Final = {
    "share": "Reveals may quote your best answer: {} from now on.",
    "remind": "A private word before a reveal that would end your streak: {} from now on.",
    "review": "A private word in the morning when something is due in your review: {} from now on.",
    "zone": "The team's time zone is {} from now on.",
    "desk": "Organisers are told what waits for them at {} from now on.",
    "appoint": "{} is an organiser now.",
    "dismiss": "{} is no appointed organiser any more.",
}


def exported(outcome: o.DataExported) -> Card:
    """Hand over a member's data."""
    description = "All that is kept of you, as JSON: answers, grades, hints, points, streaks, what you asked and set."
    return Card(title="Your data", blocks=(File("studyhall-my-data.json", outcome.document, description),))


def deletion_explained(outcome: o.DeletionExplained) -> Card:
    """Say what a deletion does, and ask."""
    also = listed([f"{one.name} on {platform_of(one.ref).title()}" for one in outcome.linked])
    return Card(
        title="Delete your data?",
        blocks=(
            Text(
                "Your answers, your name and your identity are deleted for good, and you leave the boards. What stays "
                "are numbers without a name, so that the team's totals still add up. Messages in the channel are "
                "yours to delete there."
            ),
            *(
                [Text(f"The same goes for your linked account: {also}. To keep it, type /link off first.")]
                if also
                else ()
            ),
            Text("Nothing is deleted until you press the button."),
        ),
        actions=(Action("Delete my data for good", to_id(DeleteData(confirm="delete"))),),
        tone=Tone.WARNING,
    )


def deleted() -> Card:
    """Confirm a deletion."""
    text = "Your answers, name and identity are deleted. If you answer again, you start anew."
    return Card(title="Deleted", blocks=(Text(text),))


def hiding(outcome: o.HidingChanged) -> Card:
    """Confirm that a member is hidden, or shown again."""
    if outcome.hidden:
        return Card(
            title="You are hidden from the boards", blocks=(Text("You still earn points; see them with /stats."),)
        )
    return Card(title="You are on the boards again")


def shown(outcome: o.SettingsShown) -> Card:
    """Show the settings and how to change them."""
    yours = (
        ("Reveals may quote your best answer", f"{'on' if outcome.shares else 'off'} (/settings share=on or off)"),
        ("Reminder of a streak at risk", f"{'on' if outcome.reminds else 'off'} (/settings remind=on or off)"),
        ("Word of what is due in review", f"{'on' if outcome.reviews else 'off'} (/settings review=on or off)"),
        ("Hidden from boards", f"{'on' if outcome.hidden else 'off'} (/privacy hide on or off)"),
    )
    zone, change = outcome.zone, " (/settings appoint=name or dismiss=name)" if outcome.organiser else ""
    organisers = ("Organisers", f"{listed([*outcome.organisers, 'the admins here'])}{change}")
    desk = ("Told what waits for organisers", f"at {outcome.desk_at} (/settings desk=09:00)")
    team = (("Team's time zone", f"{zone} (/settings zone=Europe/Berlin)"), desk) if outcome.organiser else ()
    return Card(
        title="Settings",
        blocks=(
            *(Text(_CHANGED[what].format(to)) for what, to in outcome.changed.items()),
            Fields((*yours, *team, organisers)),
        ),
        tone=Tone.GOOD if outcome.changed else Tone.PLAIN,
    )


def help_card(outcome: o.HelpShown) -> Card:
    """Show what the asker can type."""
    typed = [c for c in COMMANDS if c.spec.reach is Reach.TYPED and (outcome.organiser or not c.spec.organiser)]
    return Card(
        title="What you can type",
        blocks=(
            _answering(),
            Items(tuple(Item(line) for line in map(_line, typed))),
            Text("Topics:"),
            Items(tuple(Item(f"{word}: {title}") for word, title in outcome.topics)),
            *_example(outcome),
        ),
    )


def _answering() -> Text:
    mention = "Answer a question with its Answer button, or by replying in its thread and mentioning me. Commands:"
    return Text(
        "Answer a question by replying in its thread, or with its Answer button. Commands:",
        instead=((Talk.MENTION, mention), (Talk.NONE, "Answer a question with its Answer button. Commands:")),
    )


def _line(command: type[Command]) -> str:
    return f"{usage(command)}: {command.spec.summary}"


def _example(outcome: o.HelpShown) -> Iterator[Text]:
    if outcome.organiser:
        yield Text("A daily question: /schedule set 09:00 Europe/Berlin mon-fri reveal=17:00 board=fri holidays=DE")
