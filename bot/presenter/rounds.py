"""Cards of a round: the question, open and closed, and the reveal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Fields, Item, Items, Quote, Talk, Text, Tone
from bot.commands import JoinRole, OfferReveal, OpenAnswerForm, RateQuestion, RevealAnswer, ShowMore, TakeHint
from bot.commands.parsing import to_id
from bot.ports import Ref
from bot.presenter.effects import Edit, Effect, News, Post, Reply
from bot.question import Level, Question
from bot.rules.lateness import LATE_AFTER
from bot.rules.rounds import Round, question_tag, reveal_tag
from bot.rules.scoring import ASKED_ROUNDS_A_DAY, HINT_COST, LEVEL_WEIGHT, MAX_ATTEMPTS
from bot.text import beginning, clip, listed, plural

TITLE_CHARS: Final = 90
CHOICE_CHARS: Final = 150
BUTTON_CHARS: Final = 60
REVEAL_CHARS: Final = 960  # of a reveal's answer and key points; with what stands around them 1,200 at most
POINTS_CHARS: Final = 760
ALMOST_A_WEEK: Final = timedelta(days=6)  # a weekly question is open so long at least
LAST_RANK: Final = 1_000_000_000


def opened(outcome: o.RoundOpened) -> Sequence[Effect]:
    """Post the question with its thread, and warn organisers of a pool that runs dry."""
    view = outcome.view
    title = clip(f"{view.topic_title} ({view.round.level}): {view.question.question}", TITLE_CHARS)
    post = Post(
        tag=question_tag(view.round.id), card=replace(question(view), mentions=_mentions(outcome.role)), channel=view.round.channel_ref, thread_title=title,
        round=view.round.id, not_after=outcome.not_after,
    )  # fmt: skip
    told = [Reply(_outside(outcome.outside))] if outcome.outside else []
    return [*(_dry(outcome, who) for who in outcome.tell), post, *told]


def _mentions(role: Ref) -> tuple[Ref, ...]:
    return (role,) if role else ()


def _outside(channel_name: str) -> Card:
    """Return where a question is that was asked for in a thread: there it would be taken for talk about another."""
    return Card(title=f"The question stands in #{channel_name}, not in this thread.")


def question(view: o.RoundView, *, outside: bool = False) -> Card:
    """Return the card of a question, open or closed; it never holds anything of the answer, which may stand `outside` of the thread."""
    day = _of_when(view.round) if view.round.scheduled else f"Question for {view.round.asked_by_name or 'the channel'}"
    closed = view.round.closed_at is not None
    answered = ", ".join(view.answered())
    status: tuple[Block, ...] = (Fields((("Answered", answered),)),) if answered else ()
    return Card(
        title=f"{day} · {view.topic_title} · {view.round.level}",
        blocks=(
            Quote(view.question.question),
            *_late(view.round),
            *(_closed(outside=outside) if closed else _how(view)),
            *status,
        ),
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
        Fields((_worth(view.round), *_half(view.round), ("Reveal", view.round.reveal_at))),
    )


def _of_when(of: Round) -> str:
    """Name a scheduled question by how long it is open; one whose answers count half from some time on is of a day all the same."""
    weekly = of.half_at is None and of.reveal_at - of.opened_at >= ALMOST_A_WEEK
    return "Question of the week" if weekly else "Question of the day"


def _half(of: Round) -> tuple[tuple[str, datetime], ...]:
    return (("Half the points from", of.half_at),) if of.half_at else ()


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
    if not of.earns:
        return ("Worth", "nothing, for its answer has been revealed here before")
    most = f"{_most(of.level)} points"
    if of.repeat:
        return ("Worth up to", f"{most}; practice only for whoever was shown its answer before")
    return (
        "Worth up to",
        most if of.scheduled else f"{most}, if it is among your first {ASKED_ROUNDS_A_DAY} of /quiz today",
    )


def _closed(*, outside: bool) -> tuple[Block, ...]:
    below = "Closed: the answer stands below."
    return (Text(below) if outside else Text("Closed: the answer is in the thread.", instead=((Talk.NONE, below),)),)


def _most(level: Level) -> int:
    return 100 * LEVEL_WEIGHT[level]


def _buttons(view: o.RoundView) -> tuple[Action, ...]:
    number = view.round.id
    hint = Action(f"Hint (−{HINT_COST} %)", to_id(TakeHint(round=number)))
    return (
        Action("Answer", to_id(OpenAnswerForm(round=number)), primary=True),
        *((hint,) if view.question.hints else ()),
        Action("Reveal", to_id(OfferReveal(round=number))),
    )


def _practise(round_: Round) -> tuple[Action, ...]:
    return (Action("Try it, for no points", to_id(OpenAnswerForm(round=round_.id))),)


def _dry(outcome: o.RoundOpened, who: Ref) -> News:
    left = plural(outcome.left, "unseen question")
    rest = (
        "After that the longest unseen come again. Add questions to the bank, or widen the levels and topics with "
        "/schedule set."
    )
    text = Text(f"The daily question has {left} left, enough for less than a week. {rest}")
    card = Card(title="The questions are running out", blocks=(text,), tone=Tone.WARNING)
    about = f"{outcome.view.question.topic}: {left} left, enough for less than a week"
    return News(member=who, card=card, title=card.title, line=about, rest=rest)


def revealed(outcome: o.RoundRevealed) -> Sequence[Effect]:
    """Post the answer in the thread and close the question card."""
    round_ = outcome.view.round
    post = Post(
        tag=reveal_tag(round_.id), card=reveal_card(outcome), outside=reveal_card(outcome, alone=True),
        channel=round_.channel_ref, in_thread_of=question_tag(round_.id), round=round_.id, aloud=outcome.aloud,
    )  # fmt: skip
    return [
        post,
        brought_up_to_date(outcome.view),
        *((Reply(_done(outcome.view)),) if outcome.asked else ()),
    ]


def _done(view: o.RoundView) -> Card:
    """Tell who asked for a reveal that it is there: the command itself shows nothing where it was typed."""
    words = clip(view.question.question, CHOICE_CHARS)
    return Card(
        title="Revealed",
        blocks=(Quote(words), Text("The answer is in the question's thread, or below it.")),
        tone=Tone.GOOD,
    )


def asked_back(outcome: o.RevealAsked | o.AnswerShown) -> Card:
    """Answer who asks which question to reveal, or for all of an answer."""
    return reveal_asked(outcome) if isinstance(outcome, o.RevealAsked) else whole_answer(outcome.revealed)


def reveal_asked(outcome: o.RevealAsked) -> Card:
    """Ask which of several open questions to reveal, by buttons that name them; of one, whether it is meant."""
    if len(outcome.views) == 1:
        return _sure(outcome.views[0])
    named = [_choice(number, view) for number, view in enumerate(outcome.views, start=1)]
    older = (Text("Older ones have a Reveal button under their card."),) if outcome.more else ()
    return Card(
        title="Which question shall I reveal?",
        blocks=(*(Fields(pairs) for pairs, _ in named), *older),
        actions=tuple(action for _, action in named),
    )


def _sure(view: o.RoundView) -> Card:
    """Ask whether a question is to be revealed, and say what becomes of who has not answered it."""
    so_far = f"{plural(view.members, 'member')} answered so far." if view.members else "Nobody has answered yet."
    return Card(
        title="Reveal the answer to everybody now?",
        blocks=(
            Quote(clip(view.question.question, CHOICE_CHARS)),
            Text(
                f"{so_far} Whoever answers afterwards earns no points. By itself it is revealed at the time on its card."
            ),
        ),
        actions=(Action("Reveal to everybody", to_id(RevealAnswer(round=view.round.id)), primary=True),),
    )


def _choice(number: int, view: o.RoundView) -> tuple[tuple[tuple[str, str | datetime], ...], Action]:
    """Return what is said of an open question, and the button that reveals it."""
    words = clip(view.question.question, CHOICE_CHARS)
    kind = f"{number}. {view.topic_title} · {view.round.level}"
    button = Action(f"{number}. {clip(words, BUTTON_CHARS)}", to_id(RevealAnswer(round=view.round.id)))
    return ((kind, words), ("Open since", view.round.opened_at)), button


def _often_wrong(question_: Question) -> tuple[Block, ...]:
    """Set the misconceptions right, which a member's grade only counts before the reveal."""
    if not question_.misconceptions:
        return ()
    return (
        Text("Often got wrong. What is true:"),
        Items(tuple(Item(m.statement) for m in question_.misconceptions)),
    )


def brought_up_to_date(view: o.RoundView) -> Edit:
    """Return the edit of a question card: the more have answered the newer it is, and a closed one is the newest.

    Between two ranks there is room for one under other names.
    """
    closed = view.round.closed_at is not None
    tag, draw = question_tag(view.round.id), partial(question, view)
    if not closed:
        return Edit(tag=tag, draw=draw, rank=2 * view.members)
    outside = question(view, outside=True)
    return Edit(tag=tag, draw=draw, rank=LAST_RANK, must=True, beside=reveal_tag(view.round.id), outside=outside)


def renamed(views: Sequence[o.RoundView]) -> Sequence[Effect]:
    """Return the edits of cards that name somebody who is not to be named any more, or may be again.

    They are newer than what another process may still draw for the same answers.
    """
    edits = map(brought_up_to_date, views)
    return [replace(edit, must=False, rank=edit.rank + 1) for edit in edits]


def reveal_card(outcome: o.RoundRevealed, *, alone: bool = False) -> Card:
    """Return the answer as it fits on a phone: how it begins, the key points with who had them; More shows the rest.

    One that stands `alone`, outside of its question's thread, says what it answers.
    """
    question_, view = outcome.view.question, outcome.view
    points = _points(outcome, clipped=True)
    room = REVEAL_CHARS - sum(len(item.text) for item in points.items)
    begins = beginning(question_.reference, room)
    whole = begins == question_.reference and points == _points(outcome, clipped=False)
    more = () if whole and not _besides(outcome) else (Action("More", to_id(ShowMore(round=view.round.id))),)
    return Card(
        title=_answer_title(view),
        blocks=(*(_asked(view) if alone else ()), Quote(begins), _had(outcome), points, *_named(outcome)),
        actions=(
            *more,
            *_practise(view.round),
            Action("How was it?", to_id(RateQuestion(round=view.round.id))),
            *((Action("Mention me", to_id(JoinRole(choice="join"))),) if outcome.role else ()),
        ),
        tone=Tone.GOOD,
        mentions=_mentions(outcome.role),
    )


def whole_answer(outcome: o.RoundRevealed) -> Card:
    """Return all of an answer: the reference, the key points, what is often got wrong, the best answers, what to read."""
    reference = Quote(outcome.view.question.reference)
    blocks = (reference, _had(outcome), _points(outcome, clipped=False), *_besides(outcome))
    return Card(title=_answer_title(outcome.view), blocks=blocks, tone=Tone.GOOD)


def _asked(view: o.RoundView) -> tuple[Block, ...]:
    return (Text(clip(view.question.question, CHOICE_CHARS)),)


def _answer_title(view: o.RoundView) -> str:
    return f"The answer · {view.topic_title} · {view.round.level}"


def _had(outcome: o.RoundRevealed) -> Text:
    if not outcome.members:
        return Text("Key points (nobody answered this one):")
    return Text(f"Key points, and how many of {plural(outcome.members, 'member')} had each:")


def _points(outcome: o.RoundRevealed, *, clipped: bool) -> Items:
    """Return the key points with how many members had each; `clipped` where they would leave no room for the answer."""
    total = sum(len(point.statement) for point, _ in outcome.covered)
    most = POINTS_CHARS // len(outcome.covered) if clipped and total > POINTS_CHARS else total
    if not outcome.members:
        return Items(tuple(Item(clip(point.statement, most)) for point, _ in outcome.covered))
    return Items(tuple(Item(f"{clip(point.statement, most)} ({had})", done=had > 0) for point, had in outcome.covered))


def _named(outcome: o.RoundRevealed) -> tuple[Block, ...]:
    """Name who gave the best answers; More has their words."""
    best = [f"{one.name} ({one.score} of 100)" for one in outcome.best]
    suggested = (Text(f"{outcome.suggested_by} suggested this question."),) if outcome.suggested_by else ()
    return (*((Text(f"Best answers: {listed(best)}."),) if best else ()), *suggested)


def _besides(outcome: o.RoundRevealed) -> tuple[Block, ...]:
    """Return what belongs to an answer besides the answer."""
    reading = outcome.view.question.reading
    return (
        *_often_wrong(outcome.view.question),
        *(Quote(best.text, by=f"{best.name}, {best.score} of 100") for best in outcome.best),
        *((Text("Further reading:"), Items(tuple(map(Item, reading)))) if reading else ()),
    )
