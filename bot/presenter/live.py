"""Cards of a live round: each question while it is open and after, what its members are told, and the board at the end."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Fields, Form, Item, Items, Place, Quote, Ranking, Text, Tone
from bot.commands import OpenLiveForm, PickLive, StopLive, SubmitLive
from bot.commands.parsing import to_id
from bot.presenter.effects import Ask, Edit, Effect, Post, Reply
from bot.rules.live import FULL, Format
from bot.rules.scoring import MAX_ANSWER
from bot.text import beginning, listed, plural

_LETTERS: Final = "ABCD"
_ANSWER_CHARS: Final = 400
_WORD_CHARS: Final = 60


def of_live(outcome: o.OfLive) -> Sequence[Effect]:
    """Return what is to be done for a live round."""
    match outcome:
        case o.LiveWentOn():
            return list(_went_on(outcome))
        case o.LiveFormOpened(question):
            return [Ask(_form(question))]
        case o.LiveAnswered(closes_at=until):
            return [Reply(Card(title="Your answer is in", blocks=(Fields((("All see what is right", until),)),)))]
        case _:
            return [Reply(Card(title="The live round ends now"))]


def _went_on(outcome: o.LiveWentOn) -> Iterator[Effect]:
    if outcome.closed:
        closed = outcome.closed
        yield Edit(tag=f"live:{closed.live}:{closed.number}", draw=partial(_closed, closed), rank=1, must=True)
    if outcome.open:
        asked = outcome.open
        yield Post(tag=f"live:{asked.live}:{asked.number}", card=_open(asked), channel=outcome.channel)
    else:
        yield Post(tag=f"live:{outcome.live}:0", card=_board(outcome), channel=outcome.channel)


def _title(asked: o.LiveQuestion) -> str:
    return f"Live {asked.number} of {asked.of} · {asked.topic_title} · {asked.question.level}"


def _open(asked: o.LiveQuestion) -> Card:
    options = tuple(Item(f"{letter}: {text}") for letter, text in zip(_LETTERS, asked.item.options, strict=False))
    return Card(
        title=_title(asked),
        blocks=(
            Quote(asked.question.question),
            *((Text(asked.item.prompt),) if asked.item.prompt else ()),
            *((Items(options),) if options else ()),
            Fields((("Closes", asked.closes_at or ""), ("Worth up to", f"{FULL} points of this live round"))),
        ),
        actions=(*_answers(asked), Action("Stop", to_id(StopLive(live=asked.live)))),
        tone=Tone(asked.question.level),
    )


def _answers(asked: o.LiveQuestion) -> Iterator[Action]:
    where = {"live": asked.live, "number": asked.number}
    if asked.item.format is Format.CHOICE:
        for number, letter in enumerate(_LETTERS[: len(asked.item.options)]):
            yield Action(letter, to_id(PickLive(option=number, **where)), primary=True)
    else:
        yield Action("Answer", to_id(OpenLiveForm(**where)), primary=True)


def _form(asked: o.LiveQuestion) -> Form:
    word = asked.item.format is Format.WORD
    return Form(
        title="The missing word" if word else "Your answer",
        prompt=asked.item.prompt or asked.question.question,
        submit=to_id(SubmitLive(live=asked.live, number=asked.number)),
        max_length=_WORD_CHARS if word else MAX_ANSWER,
    )


def _closed(asked: o.LiveQuestion) -> Card:
    """Return a question's card when its time is up: what is right, and who had it."""
    prompt: tuple[Block, ...] = (Text(asked.item.prompt),) if asked.item.format is Format.WORD else ()
    return Card(
        title=f"{_title(asked)} · closed",
        blocks=(
            Quote(asked.question.question),
            *prompt,
            Text("What is right:"),
            Quote(beginning(asked.item.right, _ANSWER_CHARS)),
            Text(_who(asked)),
        ),
    )


def _who(asked: o.LiveQuestion) -> str:
    if not asked.members:
        return "Nobody answered in time."
    who = f": {listed(list(asked.had))}" if asked.had else ""
    return f"{asked.right} of {asked.members} had it, or some of it{who}."


def _board(outcome: o.LiveWentOn) -> Card:
    """Return the board at the end."""
    places = tuple(
        Place(place=one.place, name=one.name, points=one.tally.points, rounds=one.tally.rounds) for one in outcome.board
    )
    where = (
        "These points count on the boards too."
        if outcome.counts
        else "These points are the live round's own, and on no other board."
    )
    blocks = (Ranking(places), Text(where)) if places else (Text("Nobody had points this time."),)
    best = [one.name for one in outcome.board if one.place == 1]
    won = f" · {listed(best)}, {plural(outcome.board[0].tally.points, 'point')}" if best else ""
    return Card(
        title=f"Live round over{won}",
        blocks=blocks,
        actions=(Action("All commands", "/help commands"),),
        tone=Tone.GOOD,
    )
