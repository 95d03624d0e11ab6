"""The private word of a channel's questions, all of it in one card; and the answer to who chose its role."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Block, Card, Fields, Quote, Text, Tone
from bot.commands import JoinRole
from bot.commands.parsing import to_id
from bot.presenter.effects import Direct, Effect, Enlist, Reply
from bot.text import clip

QUESTION_CHARS: Final = 300
MOST: Final = 10  # questions in one message


def told(outcome: o.ListenersTold) -> Sequence[Effect]:
    """Tell each member."""
    return [Direct(member=who, card=_card(heard)) for who, heard in outcome.tell.items()]


def enlisted(outcome: o.RoleChosen) -> Sequence[Effect]:
    """Give a member the role, or take it, and tell them what follows; the button takes it back."""
    role, where = f"@{outcome.role_name}", f"#{outcome.channel_name}"
    if outcome.joins:
        text = f"You have {role} now: you are mentioned with each daily question of {where} and at its reveal, and not with anything else."
        back = Action("Mention me no more", to_id(JoinRole(choice="leave")))
    else:
        text = f"You are without {role}: no question of {where} mentions you any more."
        back = Action("Mention me", to_id(JoinRole(choice="join")))
    title = "You are mentioned from now on" if outcome.joins else "You are not mentioned any more"
    told = Card(title=title, blocks=(Text(text),), actions=(back,), tone=Tone.GOOD)
    return [Enlist(role=outcome.role, joins=outcome.joins), Reply(told)]


def _card(heard: Sequence[o.Heard]) -> Card:
    names = [f"#{one.channel_name}" for one in heard]
    title = _what(heard[0]) if len(heard) == 1 else "From your channels"
    blocks = tuple(block for one in heard[-MOST:] for block in _about(one, alone=len(heard) == 1))
    return Card(title=title, blocks=(*blocks, Text(f"No more of these: /settings notify=off in {names[0]}")))


def _what(one: o.Heard) -> str:
    return f"The answer is in #{one.channel_name}" if one.revealed else f"A question in #{one.channel_name}"


def _about(one: o.Heard, *, alone: bool) -> Iterator[Block]:
    if not alone:
        yield Text(f"{_what(one)}:")
    yield Quote(clip(one.view.question.question, QUESTION_CHARS))
    if not one.revealed:
        yield Fields((("Reveal", one.view.round.reveal_at),))
