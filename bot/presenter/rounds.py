"""Cards of a round: the question, open and closed, and the reveal."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Fields, Item, Items, Quote, Talk, Text, Tone
from bot.commands import OpenAnswerForm, RevealAnswer, TakeHint
from bot.commands.parsing import to_id
from bot.ports import Ref
from bot.presenter.effects import Edit, Effect, News, Post, Reply
from bot.question import Level, Question
from bot.rules.lateness import LATE_AFTER
from bot.rules.rounds import Round, question_tag
from bot.rules.scoring import ASKED_ROUNDS_A_DAY, HINT_COST, LEVEL_WEIGHT, MAX_ATTEMPTS
from bot.text import clip, plural

TITLE_CHARS: Final = 90
LAST_RANK: Final = 1_000_000_000


def opened(outcome: o.RoundOpened) -> Sequence[Effect]:
    """Post the question with its thread, and warn organisers of a pool that runs dry."""
    view = outcome.view
    title = clip(f"{view.topic_title} ({view.round.level}): {view.question.question}", TITLE_CHARS)
    post = Post(
        tag=question_tag(view.round.id), card=question(view), channel=view.round.channel_ref, thread_title=title,
        round=view.round.id, not_after=outcome.not_after,
    )  # fmt: skip
    told = [Reply(_outside(outcome.outside))] if outcome.outside else []
    return [*(_dry(outcome, who) for who in outcome.tell), post, *told]


def _outside(channel_name: str) -> Card:
    """Return where a question is that was asked for in a thread: there it would be taken for talk about another."""
    return Card(title=f"The question stands in #{channel_name}, not in this thread.")


def question(view: o.RoundView) -> Card:
    """Return the card of a question, open or closed; it never holds anything of the answer."""
    day = "Question of the day" if view.round.scheduled else f"Question for {view.round.asked_by_name or 'the channel'}"
    closed = view.round.closed_at is not None
    status: tuple[Block, ...] = (Fields((("Answered", ", ".join(view.answered)),)),) if view.answered else ()
    return Card(
        title=f"{day} · {view.topic_title} · {view.round.level}",
        blocks=(Quote(view.question.question), *_late(view.round), *(_closed() if closed else _how(view)), *status),
        actions=_practise(view.round) if closed else _buttons(view),
        tone=Tone.PLAIN if closed else Tone(view.round.level),
    )


def _late(round_: Round) -> tuple[Block, ...]:
    if round_.due_at is None or round_.opened_at - round_.due_at <= LATE_AFTER:
        return ()
    return (Fields((("Late: it was due", round_.due_at),)),)


def _how(view: o.RoundView) -> tuple[Block, ...]:
    return (
        _reply(),
        Fields((_worth(view.round), ("Reveal", view.round.reveal_at))),
    )


def _reply() -> Text:
    count = f"{MAX_ATTEMPTS} attempts, the best counts."
    mention = f"Press Answer to answer in private, or reply in the thread and mention me. {count}"
    alone = f"Press Answer to answer in private, or reply to this message. {count}"
    return Text(
        f"Reply in the thread, or press Answer to answer in private. {count}",
        instead=((Talk.MENTION, mention), (Talk.NONE, alone)),
    )


def _worth(of: Round) -> tuple[str, str]:
    """Return what an answer can earn; of rounds that are asked only so many count for a member on one day."""
    if of.repeat:
        return ("Worth", "nothing, for its answer has been revealed here before")
    most = f"{_most(of.level)} points"
    return (
        "Worth up to",
        most if of.scheduled else f"{most}, if it is among your first {ASKED_ROUNDS_A_DAY} of /quiz today",
    )


def _closed() -> tuple[Block, ...]:
    return (Text("Closed: the answer is in the thread.", instead=((Talk.NONE, "Closed: the answer stands below."),)),)


def _most(level: Level) -> int:
    return 100 * LEVEL_WEIGHT[level]


def _buttons(view: o.RoundView) -> tuple[Action, ...]:
    number = view.round.id
    hint = Action(f"Hint (−{HINT_COST} %)", to_id(TakeHint(round=number)))
    return (
        Action("Answer", to_id(OpenAnswerForm(round=number)), primary=True),
        *((hint,) if view.question.hints else ()),
        Action("Reveal", to_id(RevealAnswer(round=number))),
    )


def _practise(round_: Round) -> tuple[Action, ...]:
    return (Action("Try it, for no points", to_id(OpenAnswerForm(round=round_.id))),)


def _dry(outcome: o.RoundOpened, who: Ref) -> News:
    left = plural(outcome.left, "unseen question")
    rest = (
        "After that the longest unseen come again. Add questions to the bank, or widen the levels and topics with "
        "/schedule set."
    )
    text = Text(f"The daily question has {left} left, less than a week. {rest}")
    card = Card(title="The questions are running out", blocks=(text,), tone=Tone.WARNING)
    about = f"{outcome.view.question.topic}: {left} left, less than a week"
    return News(member=who, card=card, title=card.title, line=about, rest=rest)


def revealed(outcome: o.RoundRevealed) -> Sequence[Effect]:
    """Post the answer in the thread and close the question card."""
    round_ = outcome.view.round
    tag = question_tag(round_.id)
    post = Post(
        tag=f"reveal:{round_.id}",
        card=reveal_card(outcome),
        channel=round_.channel_ref,
        in_thread_of=tag,
        round=round_.id,
    )
    return [
        post,
        brought_up_to_date(outcome.view),
        *(_to_decide(outcome, who) for who in outcome.tell),
    ]


def _often_wrong(question_: Question) -> tuple[Block, ...]:
    """Set the misconceptions right, which a member's grade only counts before the reveal."""
    if not question_.misconceptions:
        return ()
    return (
        Text("Often got wrong. What is true:"),
        Items(tuple(Item(m.statement) for m in question_.misconceptions)),
    )


def _to_decide(outcome: o.RoundRevealed, who: Ref) -> News:
    what, rest = (
        f"{plural(outcome.doubts, 'answer')} to the question on {outcome.view.topic_title}",
        "Type /unsure to decide.",
    )
    text = Text(f"I am not sure of my grade of {what}. {rest}")
    card = Card(title="Grades to decide", blocks=(text,), tone=Tone.WARNING)
    return News(member=who, card=card, title=card.title, line=what, rest=rest)


def brought_up_to_date(view: o.RoundView) -> Edit:
    """Return the edit of a question card: the more have answered the newer it is, and a closed one is the newest."""
    closed = view.round.closed_at is not None
    rank = LAST_RANK if closed else view.members
    return Edit(tag=question_tag(view.round.id), card=question(view), rank=rank, must=closed)


def renamed(views: Sequence[o.RoundView]) -> Sequence[Effect]:
    """Return the edits of cards that name somebody who is not to be named any more, or may be again."""
    return [replace(brought_up_to_date(view), must=False) for view in views]


def reveal_card(outcome: o.RoundRevealed) -> Card:
    """Return the reference answer, the key points with who had them, and the best answers shown with consent."""
    question_ = outcome.view.question
    points = tuple(
        Item(
            f"{point.statement} ({had} of {plural(outcome.members, 'member')})",
            done=had > 0 if outcome.members else None,
        )
        for point, had in outcome.covered
    )
    return Card(
        title=f"The answer · {outcome.view.topic_title} · {outcome.view.round.level}",
        blocks=(
            Quote(question_.question),
            Text("Reference answer:"),
            Quote(question_.reference),
            Text("Key points:" if outcome.members else "Key points (nobody answered this one):"),
            Items(points if outcome.members else tuple(Item(point.statement) for point, _ in outcome.covered)),
            *_often_wrong(question_),
            *(Quote(best.text, by=f"{best.name}, {best.score} of 100") for best in outcome.best),
            *((Text("Further reading:"), Items(tuple(map(Item, question_.reading)))) if question_.reading else ()),
        ),
        actions=_practise(outcome.view.round),
        tone=Tone.GOOD,
    )
