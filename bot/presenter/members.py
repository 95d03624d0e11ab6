"""Cards of privacy, settings and help."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Card, Fields, File, Item, Items, Talk, Text, Tone
from bot.commands import COMMANDS, Command, DeleteData, JoinRole, Reach, usage
from bot.commands.options import JOINING
from bot.commands.parsing import to_id
from bot.ports import platform_of
from bot.presenter.schedules import stays_the_same
from bot.rules.schedule import is_fixed
from bot.text import listed

_CHANGED: Final = {
    "share": "Reveals may quote your best answer: {} from now on.",
    "remind": "A private word before a reveal that would end your streak: {} from now on.",
    "review": "A private word in the morning when something is due in your review: {} from now on.",
    "notify": "A private word of the daily question and its reveal: {} from now on.",
    "mention": "Boards may mention you: {} from now on.",
    "quiet": "Quiet hours, in which I tell you nothing in private: {} from now on.",
    "my_zone": "Your quiet hours are by the clock of {} from now on.",
    "zone": "The team's time zone is {} from now on.",
    "desk": "Organisers are told what waits for them at {} from now on.",
    "best": "A team's score is the mean of its best {} from now on, also on boards of the past.",
    "live": "Live rounds {} on the boards from now on.",
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


def answered(outcome: o.SettingsShown | o.HelpShown) -> Card:
    """Show the settings, or the help."""
    return shown(outcome) if isinstance(outcome, o.SettingsShown) else help_card(outcome)


def shown(outcome: o.SettingsShown) -> Card:
    """Show the settings and how to change them."""
    yours = (
        ("Reveals may quote your best answer", f"{'on' if outcome.shares else 'off'} (/settings share=on or off)"),
        ("Reminder of a streak at risk", f"{'on' if outcome.reminds else 'off'} (/settings remind=on or off)"),
        ("Word of what is due in review", f"{'on' if outcome.reviews else 'off'} (/settings review=on or off)"),
        ("Word of daily questions", f"{_channels(outcome.notified)} (/settings notify=on or off, in the channel)"),
        ("Mentioned on boards", f"{'on' if outcome.mentions else 'off'} (/settings mention=on or off)"),
        ("Quiet hours", f"{_quiet(outcome)} (/settings quiet=22:00-08:00 my_zone=Europe/Berlin)"),
        ("Hidden from boards", f"{'on' if outcome.hidden else 'off'} (/privacy hide on or off)"),
    )
    zone, change = outcome.zone, " (/settings appoint=name or dismiss=name)" if outcome.organiser else ""
    organisers = ("Organisers", f"{listed([*outcome.organisers, 'the admins here'])}{change}")
    desk = ("Told what waits for organisers", f"at {outcome.desk_at} (/settings desk=09:00)")
    best = ("A team's score", f"the mean of its best {outcome.best} (/settings best=3)")
    live = ("Live rounds", f"{'count' if outcome.live else 'do not count'} on the boards (/settings live=on or off)")
    team = (
        (("Team's time zone", f"{zone} (/settings zone=Europe/Berlin)"), desk, best, live) if outcome.organiser else ()
    )
    return Card(
        title="Settings",
        blocks=(
            *(Text(_CHANGED[what].format(to)) for what, to in outcome.changed.items()),
            *(Text(stays_the_same(zone)) for zone in _fixed(outcome)),
            Fields((*yours, *team, *_mentioned(outcome), organisers)),
        ),
        actions=_join(outcome),
        tone=Tone.GOOD if outcome.changed else Tone.PLAIN,
    )


def _fixed(outcome: o.SettingsShown) -> Iterable[str]:
    """Return zones just set that are an offset and no place."""
    set_ = (outcome.changed[what] for what in ("my_zone", "zone") if what in outcome.changed)
    return dict.fromkeys(filter(is_fixed, set_))


def _mentioned(outcome: o.SettingsShown) -> tuple[tuple[str, str], ...]:
    return (("Mentioned with the questions here", f"@{outcome.role_name}"),) if outcome.role_name else ()


def _join(outcome: o.SettingsShown) -> tuple[Action, ...]:
    """Let a member join and leave the role that is mentioned here."""
    if not outcome.role_name:
        return ()
    joins, leaves = (to_id(JoinRole(choice=choice)) for choice in JOINING)
    return (Action("Mention me", joins), Action("Mention me no more", leaves))


def _channels(names: Sequence[str]) -> str:
    return listed([f"#{name}" for name in names]) or "off"


def _quiet(outcome: o.SettingsShown) -> str:
    return f"{outcome.quiet}, {outcome.own_zone}" if outcome.quiet else "none"


def help_card(outcome: o.HelpShown) -> Card:
    """Show in a few words how it works; or the commands of members or organisers, or the topics."""
    match outcome.about:
        case None:
            return _in_short(organiser=outcome.organiser)
        case "topics":
            lines = [f"{word}: {title}" for word, title in outcome.topics]
            return Card(title="Topics", blocks=(Text("Ask about one, such as /quiz gans:"), _items(lines)))
        case about:
            return _commands(organisers=about == "organisers")


def _in_short(*, organiser: bool) -> Card:
    """Say what a member needs to know, and an organiser besides; the rest is behind buttons."""
    steps = (
        "/quiz: a question now, also of a level or topic, such as /quiz senior",
        "/home: where you stand, what is open for you, and your grades",
        "/leaderboard: who leads, and your place",
        "/settings: what I may tell you in private, and what you share",
    )
    daily = "A question every day in this channel: /schedule set 09:00 Europe/Berlin mon-fri reveal=17:00 holidays=DE"
    return Card(
        title="What you can type",
        blocks=(_answering(), _items(steps), *((Text(daily),) if organiser else ())),
        actions=(
            Action("All commands", "/help commands"),
            Action("Topics", "/help topics"),
            *((Action("For organisers", "/help organisers"),) if organiser else ()),
        ),
    )


def _answering() -> Text:
    after = "Only you see your grade. At the time on its card the answer is revealed, and the points count."
    mention = f"Answer a question with its Answer button, or by replying in its thread and mentioning me. {after}"
    alone = f"Answer a question with its Answer button, or by replying to its card. {after}"
    return Text(
        f"Answer a question by replying in its thread, or with its Answer button. {after}",
        instead=((Talk.MENTION, mention), (Talk.NONE, alone)),
    )


def _commands(*, organisers: bool) -> Card:
    typed = [c for c in COMMANDS if c.spec.reach is Reach.TYPED and c.spec.organiser is organisers]
    title = "What organisers can type" if organisers else "All that you can type"
    who = (Text("Organisers are the admins here, and whom they appoint: /settings names them."),)
    return Card(title=title, blocks=(*(who if organisers else ()), _items(map(_line, typed))))


def _items(lines: Iterable[str]) -> Items:
    return Items(tuple(map(Item, lines)))


def _line(command: type[Command]) -> str:
    return f"{usage(command)}: {command.spec.summary}"
