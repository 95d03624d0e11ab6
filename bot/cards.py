"""The closed view model: what any platform is asked to show. Renderers match on the block types and nothing else.

Every string here is plain text, never markup: a renderer escapes all of it, so nobody can be mentioned by a name, a
question or an answer.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Tone(StrEnum):
    """What a card feels like; a renderer picks colour or sign."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    MID = "mid"
    SENIOR = "senior"
    PRINCIPAL = "principal"


class Sign(StrEnum):
    """What is put to a member's message so that they see what became of it; it never tells a grade."""

    SAVED = "saved"
    NOT_SAVED = "not saved"


class Talk(StrEnum):
    """Whether members can answer by replying in a card's thread."""

    OPEN = "open"
    MENTION = "mention"  # only what mentions the bot is heard there
    NONE = "none"  # there is no thread, and none can be opened


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph in the bot's words, and what is said instead where talk is not open."""

    text: str
    instead: tuple[tuple[Talk, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's or the bank's words, set apart."""

    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """Short labels with values; an instant is shown in each reader's own zone where the platform can."""

    pairs: tuple[tuple[str, str | datetime], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list; `done` draws a tick or a cross, None a bullet."""

    text: str
    done: bool | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One line of a board; `moved` is how many places up (+) or down (-) since last week, None for a new entry."""

    place: int
    name: str
    points: int
    rounds: int
    streak: int = 0
    moved: int | None = 0
    you: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """The lines of a board, best first."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart: what the bars measure, the bars from the top, and in words what it shows, for who cannot see it."""

    title: str
    bars: tuple[Bar, ...]
    description: str


@dataclass(frozen=True, slots=True)
class File:
    """A document to hand over: its name, its text, and what it is in one sentence."""

    name: str
    content: str
    description: str


@dataclass(frozen=True, slots=True)
class WebLink:
    """A way to a page of ours: what is there, and its address, which is made of no word that anybody wrote."""

    label: str
    address: str


Block = Text | Quote | Fields | Items | Ranking | Chart | File | WebLink


@dataclass(frozen=True, slots=True)
class Action:
    """A button: its label, and the command it stands for spelled as an id of at most 100 characters."""

    label: str
    id: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One message. `mentions` are references of the role and the members who asked to be mentioned with it; nobody else ever is."""

    title: str
    blocks: tuple[Block, ...] = ()
    actions: tuple[Action, ...] = ()
    tone: Tone = Tone.PLAIN
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One more text of a form, which may begin with a `value`; its `name` is that of the option that takes it."""

    name: str
    label: str
    max_length: int
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A private form with a long text, which may begin with a `value`; `submit` is the id of the command that takes it.

    The text is the command's option `text`, under the form's title or its own `label`; `more` texts may follow it, three at most.
    """

    title: str
    prompt: str
    submit: str
    max_length: int
    value: str = ""
    label: str = ""
    more: tuple[Field, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every text of the form, the first one too."""
        label = self.label or self.title
        return (Field(name="text", label=label, max_length=self.max_length, value=self.value), *self.more)
