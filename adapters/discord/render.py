"""Card -> embeds, buttons and files. Pure; Discord's limits are named here and nowhere else.

Lengths are counted in UTF-16 units, the strictest way in which Discord or its clients may count. Source of the limits:
Discord's developer documentation, "Message", "Embed limits" and "Component reference".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never

import discord

from adapters.discord.spelling import mentioned, typed
from adapters.drawing.marks import MEDALS, SIGN, standing
from bot.cards import (
    Action,
    Block,
    Card,
    Chart,
    Fields,
    File,
    Form,
    Items,
    Place,
    Quote,
    Ranking,
    Talk,
    Text,
    Tone,
    WebLink,
)
from bot.ports import Ref
from bot.text import cut_at_lines, safe

CONTENT: Final = 2000
MENTIONS: Final = 20  # of a message
SAID: Final = CONTENT - 500  # of a message that is words alone, beside whom it mentions
TOTAL: Final = 6000  # of all embeds of one message
TITLE: Final = 256
DESCRIPTION: Final = 4096
FIELDS: Final = 25
FIELD_NAME: Final = 80  # Discord takes 256, but 25 of those are more than an embed may hold
FIELD_VALUE: Final = 1024
BUTTONS: Final = 25
LABEL: Final = 80
CUSTOM_ID: Final = 100
MODAL_TITLE: Final = 45
MODAL_LABEL: Final = 45
MODAL_TEXT: Final = 4000
INPUT: Final = 4000
THREAD_NAME: Final = 100
FILE_DESCRIPTION: Final = 1024
CHART_FILE: Final = "chart.png"
NOBODY: Final = discord.AllowedMentions.none()
NO_IDS: Final[Mapping[str, int]] = {}

COLOUR: Final = {
    Tone.PLAIN: 0x4E5058, Tone.GOOD: 0x248046, Tone.WARNING: 0xF0B232, Tone.BAD: 0xDA373C,
    Tone.MID: 0x1ABC9C, Tone.SENIOR: 0x3498DB, Tone.PRINCIPAL: 0x9B59B6,
}  # fmt: skip
_MARKUP: Final = re.compile(r"([\\`*_~|\[\]])|^(\s*)([>#+-])|^(\s*\d+)([.)])", re.MULTILINE)
_MENTION: Final = re.compile(r"@(?=everyone|here)|<(?=[@#/:a-z])", re.IGNORECASE)
_BREAK: Final = "\u200b"  # nothing to see, but a mention no longer


class Buttons(discord.ui.View):
    """Buttons that the library need not remember: their ids say all, also after a restart."""

    def is_finished(self) -> bool:
        """Keep the library from storing the view."""
        return True


class Modal(discord.ui.Modal):
    """A form that the library need not remember."""

    def is_finished(self) -> bool:
        """Keep the library from storing the form."""
        return True


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart that is still to be drawn."""

    chart: Chart


@dataclass(frozen=True, slots=True)
class Rendered:
    """What Discord is sent of a card."""

    content: str
    embeds: tuple[discord.Embed, ...]
    buttons: tuple[tuple[str, str, bool], ...]  # label, custom id, primary
    files: tuple[File, ...] = ()
    pictures: tuple[Picture, ...] = ()
    mentions: discord.AllowedMentions = NOBODY


def card(shown: Card, *, tag: str = "", commands: Mapping[str, int] = NO_IDS, talk: Talk = Talk.OPEN) -> Rendered:
    """Return a card for Discord; the tag is kept in a button's id, where it can be read back from the channel's history.

    `commands` are Discord's ids of my commands, with which a command that a text names can be clicked; `talk` says what
    becomes of replies where it is shown.
    """
    shown = replace(shown, blocks=tuple(_fitted(block, talk) for block in shown.blocks))
    buttons = tuple(_buttons(shown.actions, tag))
    named, who = mentions(shown.mentions)
    if not shown.blocks:
        return Rendered(" ".join([*named, fit(say(shown.title, commands), SAID)]), (), buttons, mentions=who)
    charts = tuple(Picture(block) for block in shown.blocks if isinstance(block, Chart))[:1]
    files = tuple(block for block in shown.blocks if isinstance(block, File))
    embeds = tuple(_embeds(shown, commands, with_picture=bool(charts)))
    return Rendered(" ".join(named), embeds, buttons, files, charts, who)


def mentions(wanted: Sequence[Ref]) -> tuple[list[str], discord.AllowedMentions]:
    """Return who is mentioned as Discord writes it, and that nobody else is."""
    ids = [(":role:" in ref, int(ref.rpartition(":")[2])) for ref in wanted[:MENTIONS]]
    roles, users = ([discord.Object(number) for role, number in ids if role is kind] for kind in (True, False))
    who = discord.AllowedMentions(everyone=False, replied_user=False, roles=roles, users=users) if ids else NOBODY
    return [f"<@{'&' if role else ''}{number}>" for role, number in ids], who


def _fitted(block: Block, talk: Talk) -> Block:
    return Text(dict(block.instead).get(talk, block.text)) if isinstance(block, Text) else block


def form(asked: Form) -> discord.ui.Modal:
    """Return a form as a modal: the question above, its texts below."""
    modal = Modal(title=fit(asked.title, MODAL_TITLE), custom_id=asked.submit)
    modal.add_item(discord.ui.TextDisplay(fit(escape(asked.prompt), MODAL_TEXT) or _BREAK))
    for field in asked.fields:
        text: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph,
            custom_id=field.name,
            max_length=min(field.max_length, INPUT),
            default=fit(field.value, INPUT) or None,
        )
        modal.add_item(discord.ui.Label(text=fit(field.label, MODAL_LABEL), component=text))
    return modal


def thread_name(title: str) -> str:
    """Return a thread's name, which is plain text on Discord."""
    return fit(" ".join(safe(title).split()), THREAD_NAME) or "Question"


def tag_of(custom_ids: Iterable[str]) -> str:
    """Return the tag that a message's buttons carry, if any."""
    return next((tag for _, mark, tag in (one.partition("#") for one in custom_ids) if mark), "")


def tag_on(message: discord.Message) -> str:
    """Return the tag that a message of mine carries, if any."""
    rows = (getattr(row, "children", ()) for row in message.components)
    return tag_of(item.custom_id or "" for row in rows for item in row)


def action_of(custom_id: str) -> str:
    """Return the action that a button stands for, without the tag."""
    return custom_id.partition("#")[0]


def escape(text: str) -> str:
    """Return text without any power: no markup, no mention, nothing that steers; all text that is shown passes here."""
    plain = _MARKUP.sub(
        lambda m: "".join(part if part.isspace() or part.isdigit() else f"\\{part}" for part in m.groups() if part),
        safe(text),
    )
    return _MENTION.sub(lambda m: m.group() + _BREAK, plain)


def say(text: str, commands: Mapping[str, int]) -> str:
    """Return the bot's own words without power but for the commands they name, which are spelled as they are typed here."""
    return mentioned(escape(typed(text)), commands)


def described(text: str) -> str:
    """Return the words that stand for a file or picture, which Discord shows as they are."""
    return fit(safe(text), FILE_DESCRIPTION)


def units(text: str) -> int:
    """Return a text's length in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def fit(text: str, limit: int) -> str:
    """Return the text in at most `limit` units, with an ellipsis where it was cut."""
    if units(text) <= limit:
        return text
    return _head(text, limit - 1).rstrip() + "…"


def _head(text: str, limit: int) -> str:
    """Return the beginning of a text that is longer, in at most `limit` units: no half character, no half escape."""
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")
    slashes = len(kept) - len(kept.rstrip("\\"))
    return kept[:-1] if slashes % 2 else kept


def _embeds(shown: Card, commands: Mapping[str, int], *, with_picture: bool) -> Iterator[discord.Embed]:
    """Yield the embeds of a card: its text flows on into a second one, and what exceeds all of them is cut."""
    first = discord.Embed(title=fit(escape(typed(shown.title)), TITLE), colour=COLOUR[shown.tone])
    _add_fields(first, [pair for block in shown.blocks if isinstance(block, Fields) for pair in block.pairs], commands)
    room = TOTAL - _length(first)
    words = fit("".join(_paragraphs(shown.blocks, commands)).strip("\n"), room)
    parts = list(_parts(words)) or [""]
    first.description = parts[0] or None
    embeds = [first, *(discord.Embed(description=part, colour=COLOUR[shown.tone]) for part in parts[1:])]
    if with_picture:
        embeds[-1].set_image(url=f"attachment://{CHART_FILE}")
    yield from embeds


def _paragraphs(blocks: Iterable[Block], commands: Mapping[str, int]) -> Iterator[str]:
    """Yield each block's lines as a paragraph; a list belongs to the sentence before it."""
    for block in blocks:
        gap = "\n" if isinstance(block, Items | Ranking) else "\n\n"
        if words := "\n".join(_lines(block, commands)):
            yield gap + words


def _add_fields(embed: discord.Embed, pairs: Sequence[tuple[str, str | datetime]], commands: Mapping[str, int]) -> None:
    """Add labels with their values; the last instant goes to the footer, where each reader sees it in their own time."""
    instants = [pair for pair in pairs if isinstance(pair[1], datetime)]
    for label, value in pairs[:FIELDS]:
        if instants and (label, value) == instants[-1]:
            embed.set_footer(text=fit(escape(label), FIELD_NAME))
            embed.timestamp = instants[-1][1] if isinstance(instants[-1][1], datetime) else None
        else:
            shown = (
                f"<t:{int(value.timestamp())}:f>"
                if isinstance(value, datetime)
                else fit(say(value, commands), _field_room(embed))
            )
            embed.add_field(name=fit(escape(label), FIELD_NAME) or _BREAK, value=shown or _BREAK, inline=True)


def _field_room(embed: discord.Embed) -> int:
    """Return how long a field's value may be so that the fields together leave most of the embed to the text."""
    return max(20, min(FIELD_VALUE, 1500 - sum(units(f.value or "") for f in embed.fields)))


def _length(embed: discord.Embed) -> int:
    fields = sum(units(f.name or "") + units(f.value or "") for f in embed.fields)
    return units(embed.title or "") + fields + units(embed.footer.text or "")


def _parts(words: str) -> Iterator[str]:
    """Cut a text into descriptions, at the end of a line where there is one."""
    return cut_at_lines(words, lambda text: text if units(text) <= DESCRIPTION else _head(text, DESCRIPTION))


def _lines(block: Block, commands: Mapping[str, int]) -> Iterable[str]:
    match block:
        case Text(text):
            yield say(text, commands)
        case Quote(text, by):
            yield from _quote(text, by)
        case Fields(_):
            return  # they have their own place in an embed
        case Items(items):
            yield from (f"{SIGN[item.done]} {say(item.text, commands)}" for item in items)
        case Ranking(places):
            yield from map(_place, places)
        case Chart(_, _, _):
            return  # a picture, with its words as the alternative text
        case File(name, content, description):
            yield f"📎 {escape(name)} ({len(content.encode(errors='replace')):,} bytes): {escape(description)}"
        case WebLink(label, address):
            yield f"[{escape(label)}]({address})"
        case _:
            assert_never(block)


def _quote(text: str, by: str) -> Iterable[str]:
    if by:
        yield f"**{escape(by)}**"
    yield from (f"> {line}" for line in escape(text).splitlines())


def _place(place: Place) -> str:
    medal = MEDALS.get(place.place, f"{place.place}\\.")
    name = f"**{escape(place.name)}**{' (you)' if place.you else ''}"
    return f"{medal} {name} · {standing(place)}"


def _buttons(actions: Sequence[Action], tag: str) -> Iterator[tuple[str, str, bool]]:
    """Yield a card's buttons; the shortest id has room for the tag."""
    shortest = min(actions[:BUTTONS], key=lambda action: len(action.id), default=None)
    for action in actions[:BUTTONS]:
        marked = f"{action.id}#{tag}" if tag and action is shortest else action.id
        yield fit(safe(typed(action.label)), LABEL) or _BREAK, marked[:CUSTOM_ID], action.primary
