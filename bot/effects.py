"""What is to be done on a platform: values made by the presenter, carried out by delivery in their order."""

from dataclasses import dataclass

from bot.cards import Card, Form
from bot.ports import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Post a card once under a tag, in a channel or in the thread of another tag; with a title, open its thread."""

    tag: str
    card: Card
    channel: Ref
    in_thread_of: str = ""
    thread_title: str = ""
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace the card that was posted under a tag."""

    tag: str
    card: Card


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer the asker privately."""

    card: Card


@dataclass(frozen=True, slots=True)
class Ask:
    """Show the asker a form."""

    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """Tell a member something in a direct message."""

    member: Ref
    card: Card


Effect = Post | Edit | Reply | Ask | Direct
