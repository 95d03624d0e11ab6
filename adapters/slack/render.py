"""Card -> Block Kit, with the whole card once more as plain words. Pure; Slack's limits are named here and nowhere else.

Every text is marked as verbatim, so that Slack turns no name in it into a mention. Source of the limits: Slack's
reference of blocks and composition objects; what a message may hold in all is less than the sum of its blocks.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, assert_never

from adapters.drawing.marks import MEDALS, SIGN, standing
from adapters.slack.commands import NAME, parts, typed
from bot.cards import (
    Action,
    Block,
    Card,
    Chart,
    Field,
    Fields,
    File,
    Form,
    Items,
    Place,
    Quote,
    Ranking,
    Text,
    Tone,
    WebLink,
)
from bot.text import cut_at_lines, safe

HEADER: Final = 150
SECTION: Final = 3000
FIELDS: Final = 10
FIELD: Final = 2000
BLOCKS: Final = 50
TOTAL: Final = 12_000  # of all blocks of one message; Slack refuses somewhat above 13,000
FALLBACK: Final = 4000
BUTTONS: Final = 25
LABEL: Final = 75
ACTION_ID: Final = 255
MODAL_TITLE: Final = 24
MODAL_LABEL: Final = 2000
INPUT: Final = 3000
FILE_DESCRIPTION: Final = 1000
BAR_WIDTH: Final = 16
CHART_FILE: Final = "chart.png"

MARK: Final = {
    Tone.PLAIN: "", Tone.GOOD: "🟢 ", Tone.WARNING: "🟡 ", Tone.BAD: "🔴 ",
    Tone.MID: "🟩 ", Tone.SENIOR: "🟦 ", Tone.PRINCIPAL: "🟪 ",
}  # fmt: skip
_ENTITY: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_POWER: Final = re.compile(r"[&<>]")
_BREAK: Final = "\u200b"  # nothing to see, but neither a mention nor a mark any longer
_MARKS: Final = re.compile(
    r"[*~`]|(?-i:(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))|@(?=everyone|here|channel)|:(?=[\w+'-]+:)", re.IGNORECASE
)  # Slack reads no mark in snake_case, which stays as it is so that it can be copied and searched
_MENTION: Final = re.compile(r"@(?=everyone|here|channel)|<(?=[@#!a-z])", re.IGNORECASE)
_CUT: Final = re.compile(r"(&[a-z]{0,4}|<[^>]*|\u200b)$")  # half of an entity or a date at the end of a cut text


@dataclass(frozen=True, slots=True)
class Rendered:
    """What Slack is sent of a card; files and charts go up beside the message."""

    text: str
    blocks: list[dict[str, Any]]
    files: tuple[File, ...] = ()
    charts: tuple[Chart, ...] = ()


def card(shown: Card, *, team: str = "", drawn: bool = False) -> Rendered:
    """Return a card for Slack, shown by me in a workspace; where its chart is `drawn` as a picture, the blocks do without it."""
    files = tuple(block for block in shown.blocks if isinstance(block, File))
    charts = tuple(block for block in shown.blocks if isinstance(block, Chart))[:1]
    said = replace(shown, blocks=tuple(b for b in shown.blocks if not (drawn and isinstance(b, Chart))))
    return Rendered(fallback(shown), [*_blocks(said, team)], files, charts)


def fallback(shown: Card) -> str:
    """Return the whole card as plain words, for notifications and for who cannot see the blocks."""
    lines = [escape(typed(shown.title)), *(line for block in shown.blocks for line in _lines(block))]
    return fit("\n".join(lines), FALLBACK)


def form(asked: Form, kept: str) -> dict[str, Any]:
    """Return a form as a modal: the question above, its texts of several lines below; `kept` comes back with it."""
    return {
        "type": "modal", "callback_id": asked.submit, "private_metadata": kept, "title": _plain(asked.title, MODAL_TITLE),
        "submit": _plain("Send", MODAL_TITLE), "close": _plain("Cancel", MODAL_TITLE),
        "blocks": [
            *([_section(fit(escape(asked.prompt), SECTION))] if asked.prompt.strip() else []),
            *map(_input, asked.fields),
        ],
    }  # fmt: skip


def _input(field: Field) -> dict[str, Any]:
    element = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": True,
        "min_length": 1,
        "max_length": min(field.max_length, INPUT),
        **({"initial_value": field.value[:INPUT]} if field.value else {}),
    }
    return {"type": "input", "block_id": field.name, "label": _plain(field.label, MODAL_LABEL), "element": element}


def home(shown: Card, kept: str, *, team: str = "") -> dict[str, Any]:
    """Return a card as the App Home; `kept` comes back with what is pressed there."""
    return {"type": "home", "private_metadata": kept, "blocks": [*_blocks(shown, team)]}


def escape(text: str) -> str:
    """Return text without any power in Slack's markup: no mark, no mention; all text that is shown passes here."""
    quiet = _MARKS.sub(lambda m: m.group() + _BREAK, safe(text))
    return _POWER.sub(lambda m: _ENTITY[m.group()], quiet)


def moment(at: datetime) -> str:
    """Return an instant that each reader sees in their own time."""
    shown = at.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{shown:%a %-d %b %Y, %H:%M} UTC>"


def fit(text: str, limit: int) -> str:
    """Return escaped text in at most `limit` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else f"{_CUT.sub('', text[: limit - 1]).rstrip()}…"


def words(text: str, limit: int) -> str:
    """Return words that Slack reads no markup in; what looks like a mention is broken all the same."""
    quiet = " ".join(_MENTION.sub(lambda m: m.group() + _BREAK, safe(text)).split())
    return quiet if len(quiet) <= limit else f"{quiet[: limit - 1].rstrip()}…"


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": words(text, limit) or _BREAK, "emoji": False}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text or _BREAK, "verbatim": True}


def _blocks(shown: Card, team: str) -> Iterator[dict[str, Any]]:
    """Yield a card's blocks: header, what it says, buttons; what exceeds the whole is cut."""
    if shown.blocks:
        yield {"type": "header", "text": _plain(MARK[shown.tone] + typed(shown.title), HEADER)}
    else:
        yield _section(fit(escape(typed(shown.title)), SECTION))
    if named := " ".join(f"<@{parts(one)[1]}>" for one in shown.mentions if one.startswith(f"{NAME}:")):
        yield {"type": "context", "elements": [_mrkdwn(named)]}
    buttons = list(_buttons(shown.actions, team))
    said = list(_said(shown.blocks, room=TOTAL - HEADER - (LABEL * len(buttons))))
    yield from said[: BLOCKS - 2]
    if buttons:
        yield {"type": "actions", "elements": buttons}


def _said(blocks: Iterable[Block], *, room: int) -> Iterator[dict[str, Any]]:
    """Yield what the blocks of a card say, as long as there is room."""
    for block in blocks:
        made = list(_fields(block)) if isinstance(block, Fields) else list(_sections(block))
        for one in made:
            room -= _length(one)
            if room < 0:
                yield {"type": "context", "elements": [_mrkdwn("…")]}
                return
            yield one


def _length(block: dict[str, Any]) -> int:
    texts = [block["text"]] if "text" in block else block["fields"]
    return sum(len(text["text"]) for text in texts)


def _fields(block: Fields) -> Iterator[dict[str, Any]]:
    pairs = [f"*{escape(label)}*\n{_value(value)}" for label, value in block.pairs]
    for start in range(0, len(pairs), FIELDS):
        yield {"type": "section", "fields": [_mrkdwn(fit(pair, FIELD)) for pair in pairs[start : start + FIELDS]]}


def _value(value: str | datetime) -> str:
    return moment(value) if isinstance(value, datetime) else escape(typed(value))


def _sections(block: Block) -> Iterator[dict[str, Any]]:
    """Yield a block as sections, cut at the end of a line where there is one."""
    whole = "\n".join(_lines(block, rich=True))
    return map(_section, cut_at_lines(whole, _longest))


def _longest(text: str) -> str:
    """Return as much of a text as fits into a section, and no half of a mark."""
    return text if len(text) <= SECTION else _CUT.sub("", text[:SECTION])


def _lines(block: Block, *, rich: bool = False) -> Iterator[str]:
    """Yield a block's lines: escaped words, and with `rich` also the marks that we make ourselves."""
    match block:
        case Text(text):
            yield escape(typed(text))
        case Quote(text, by):
            yield from _quote(text, by, rich=rich)
        case Fields(pairs):
            yield from (f"{escape(label)}: {_value(value)}" for label, value in pairs)
        case Items(items):
            yield from (f"{SIGN[item.done]} {escape(typed(item.text))}" for item in items)
        case Ranking(places):
            yield from (_place(place, rich=rich) for place in places)
        case Chart(title, bars, description):
            if rich:
                most = max(1, *(bar.value for bar in bars))
                yield f"*{escape(title)}*"
                yield from (
                    f"{'█' * round(BAR_WIDTH * max(0, b.value) / most)} {escape(b.name)} {b.value:,}" for b in bars
                )
            else:
                yield escape(description)
        case File(name, content, description):
            yield f"📎 {escape(name)} ({len(content.encode()):,} bytes, sent to you directly): {escape(description)}"
        case WebLink(label, address):
            yield f"<{address}|{escape(label)}>" if rich else f"{escape(label)}: {address}"
        case _:
            assert_never(block)


def _quote(text: str, by: str, *, rich: bool) -> Iterator[str]:
    if by:
        yield f"*{escape(by)}*" if rich else f"{escape(by)}:"
    yield from (f"> {line}" if rich else line for line in escape(text).splitlines())


def _place(place: Place, *, rich: bool) -> str:
    medal = MEDALS.get(place.place, f"{place.place}.")
    name = f"*{escape(place.name)}*" if rich else escape(place.name)
    return f"{medal} {name}{' (you)' if place.you else ''} · {standing(place)}"


def _buttons(actions: Iterable[Action], team: str) -> Iterator[dict[str, Any]]:
    """Yield buttons; each carries the workspace that shows it, which Slack does not tell of who presses it in a shared channel."""
    carried = {"value": team} if team else {}
    for action in [*actions][:BUTTONS]:
        made = {
            "type": "button",
            "text": _plain(typed(action.label), LABEL),
            "action_id": action.id[:ACTION_ID],
            **carried,
        }
        yield {**made, "style": "primary"} if action.primary else made
