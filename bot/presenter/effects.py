"""What is to be done on a platform: values made by the presenter, carried out by delivery in their order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards import Card, Form, Sign
from bot.ports import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Post a card once under a tag, in a channel or in the thread of another tag; with a title, open its thread.

    The card has an action: some platforms can only keep the tag in a button's id. After `not_after` it is only looked for, not posted any more.
    What is posted in a thread `aloud` is heard of in the channel too. Where the thread is gone the card `outside` stands in the channel.
    One that need not be there (`must` is false) may be lost: it comes with the next occasion.
    """

    tag: str
    card: Card
    channel: Ref
    in_thread_of: str = ""
    thread_title: str = ""
    round: int | None = None
    must: bool = True
    not_after: datetime | None = None
    aloud: bool = False
    outside: Card | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace the card that was posted under a tag, unless one of a higher `rank` has been put there already.

    The card is drawn when it is to be shown: of a busy round's many edits few come that far.
    An edit that `must` be made is tried again when the platform does not answer; others may be lost. Where the message was
    deleted `anew` is posted, if anything. A card that tells of the post `beside` it in its thread is the one `outside` where
    that post stands in the channel instead.
    """

    tag: str
    draw: Callable[[], Card]
    rank: int = 0
    must: bool = False
    anew: Post | None = None
    beside: str = ""
    outside: Card | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer the asker privately.

    Where the command came from a message that the platform cannot answer privately, `openly` is shown instead, if
    anything; `sign` is put to the message. Without a sign the message was only talk: nothing is shown and nothing put to it.
    """

    card: Card
    openly: Card | None = None
    sign: Sign | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Show the asker a form, or where none can be shown the card `instead`, with the button that opens it."""

    form: Form
    instead: Card | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """Tell a member something in a direct message."""

    member: Ref
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Tell an organiser something that need not be told this instant: what comes together is told in one message.

    Alone it is its `card`. With others of its `title` it is a `line` of a list, under which the `rest` is said once.
    """

    member: Ref
    card: Card
    title: str
    line: str
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enlist:
    """Give the asker a role, or take it from them."""

    role: Ref
    joins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Crown:
    """Give a champion's role to who leads now, and take it from who had it; where it `must` be it is tried again."""

    role: Ref
    gives: Sequence[Ref]
    takes: Sequence[Ref]
    must: bool = True


Effect = Post | Edit | Reply | Ask | Direct | News | Enlist | Crown
