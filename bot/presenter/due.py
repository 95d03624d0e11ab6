"""What organisers must know of the schedule: questions missed, a schedule that is stuck; and how news become one message."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot import outcomes as o
from bot.cards import Block, Card, Fields, Item, Items, Quote, Text, Tone
from bot.presenter import listening
from bot.presenter.effects import Direct, Effect, News
from bot.presenter.listening import QUESTION_CHARS
from bot.presenter.rounds import whole_answer
from bot.text import clip, plural

LINES: Final = 20  # of one kind of news in one message


def told(outcome: o.OfTheSchedule) -> Sequence[Effect]:
    """Tell organisers what the schedule cannot do, or not as it should; and members, in private, what concerns them."""
    match outcome:
        case o.Planned():
            return planned(outcome)
        case o.ScheduleBroken():
            return broken(outcome)
        case o.ThreadsRefused():
            return without_role(outcome) if outcome.role else without_threads(outcome)
        case o.ListenersTold():
            return listening.told(outcome)
        case o.AnswerLost():
            return lost(outcome)
        case _:
            return at_risk(outcome)


def lost(outcome: o.AnswerLost) -> Sequence[Effect]:
    """Tell who asked a question why its answer could not be shown where it was asked, and tell them the answer."""
    answer = whole_answer(outcome.revealed)
    why = f"I could not show this answer in #{outcome.channel_name}: {outcome.reason}"
    asked = Text(clip(outcome.revealed.view.question.question, QUESTION_CHARS))
    return [Direct(member=outcome.tell, card=replace(answer, blocks=(Text(why), asked, *answer.blocks)))]


def planned(outcome: o.Planned) -> Sequence[Effect]:
    """Tell organisers which questions an outage swallowed, and which schedules are stuck."""
    lost = [_missed(one, who) for one in outcome.missed for who in one.tell]
    return [*lost, *(effect for one in outcome.broken for effect in broken(one))]


def _missed(missed_: o.Missed, who: str) -> News:
    days = ", ".join(f"{day:%a %-d %B}" for day in missed_.days)
    what = f"{plural(len(missed_.days), 'question')} of #{missed_.channel_name}"
    why = "I was not running, the platform did not answer, or each was open already."
    after = "They are not made up for, and no streak breaks by it."
    card = Card(
        title="Questions missed",
        blocks=(Text(f"I could not ask {what} in time ({days}): {why} {after}"),),
        tone=Tone.WARNING,
    )
    return News(member=who, card=card, title=card.title, line=f"{what} ({days})", rest=f"{why} {after}")


def broken(outcome: o.ScheduleBroken) -> Sequence[Effect]:
    """Tell organisers that the schedule is stuck, once."""
    if outcome.paused:
        rest = "The schedule is paused: mend it, then type /schedule resume there."
    else:
        rest = "I have given up on this one; the next is tried as planned."
    card = Card(
        title=f"The daily question of #{outcome.channel_name} is stuck",
        blocks=(Text(f"{outcome.reason} {rest}"),),
        tone=Tone.BAD,
    )
    line = f"#{outcome.channel_name}: {outcome.reason}"
    return [
        News(member=who, card=card, title="Daily questions that are stuck", line=line, rest=rest)
        for who in outcome.tell
    ]


def at_risk(outcome: o.StreaksAtRisk) -> Sequence[Effect]:
    """Remind members, each in private, of a question that they have not answered."""
    return [Direct(member=who, card=_at_risk(outcome, length)) for who, length in outcome.tell]


def _at_risk(outcome: o.StreaksAtRisk, length: int) -> Card:
    view = outcome.view
    what = f"{view.topic_title}, {view.round.level}"
    return Card(
        title=f"Your streak of {plural(length, 'question')} is at risk",
        blocks=(
            Text(f"You have not answered the question that is open in #{outcome.channel_name} ({what}):"),
            Quote(view.question.question),
            Fields((("Reveal", view.round.reveal_at),)),
            Text("Reply in its thread, or press Answer there. No more reminders: /settings remind=off"),
        ),
        tone=Tone.WARNING,
    )


def without_threads(outcome: o.ThreadsRefused) -> Sequence[Effect]:
    """Tell organisers what their questions lack to have threads; they can be answered all the same."""
    rest = "Until then members answer with the card's Answer button, or by replying to the card."
    card = Card(title="Questions without a thread", blocks=(Text(f"{outcome.reason} {rest}"),), tone=Tone.WARNING)
    return [News(member=who, card=card, title=card.title, line=outcome.reason, rest=rest) for who in outcome.tell]


def without_role(outcome: o.ThreadsRefused) -> Sequence[Effect]:
    """Tell organisers what is lacking for the champion to have the role; the board names them all the same."""
    rest = "The board is posted and names its champion. Once this is mended, the next one gets the role by itself."
    card = Card(title="The champion has no role yet", blocks=(Text(f"{outcome.reason} {rest}"),), tone=Tone.WARNING)
    return [News(member=who, card=card, title=card.title, line=outcome.reason, rest=rest) for who in outcome.tell]


def together(told: Sequence[News]) -> Card:
    """Return one card for all that a member is to be told."""
    if len(told) == 1:
        return told[0].card
    by_kind: dict[tuple[str, str], list[str]] = {}
    for one in told:
        by_kind.setdefault((one.title, one.rest), []).append(one.line)
    titles = {title for title, _ in by_kind}
    only = titles.pop() if len(titles) == 1 else ""
    blocks = tuple(block for kind, lines in by_kind.items() for block in _kind(*kind, lines, only=only))
    return Card(title=only or "About your daily questions", blocks=blocks, tone=Tone.WARNING)


def _kind(title: str, rest: str, lines: Sequence[str], *, only: str) -> Iterator[Block]:
    if title != only:
        yield Text(f"{title}:")
    yield Items(tuple(map(Item, lines[:LINES])))
    if len(lines) > LINES:
        yield Text(f"and {len(lines) - LINES} more")
    yield Text(rest)
