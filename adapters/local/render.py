"""Card -> text for a terminal. Pure; colours are left to the console, which drops them where there are none."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text as Line

from adapters.drawing.marks import MEDALS
from bot.cards import Action, Bar, Block, Card, Chart, Fields, File, Items, Place, Quote, Ranking, Text, Tone, WebLink
from bot.text import plural, safe

STYLE: Final = {
    Tone.PLAIN: "white", Tone.GOOD: "green", Tone.WARNING: "yellow", Tone.BAD: "red",
    Tone.MID: "cyan", Tone.SENIOR: "blue", Tone.PRINCIPAL: "magenta",
}  # fmt: skip
INDENT: Final = 2
BAR_WIDTH: Final = 24


def card(shown: Card, *, buttons: Mapping[str, int], zone: str, framed: bool) -> RenderableType:
    """Return what the terminal shows of a card; `buttons` are the numbers by which its actions are pressed."""
    lines: list[RenderableType] = [part for block in shown.blocks for part in _block(block, zone)]
    if shown.actions:
        lines.append(Line("   ".join(_button(action, buttons) for action in shown.actions), style="bold"))
    title = Line(escape(shown.title), style=f"bold {STYLE[shown.tone]}")
    if framed:
        return Panel(Group(*lines), title=title, title_align="left", border_style=STYLE[shown.tone], padding=(0, 1))
    return Padding(Group(title, *lines), (0, 0, 0, INDENT))


def _button(action: Action, buttons: Mapping[str, int]) -> str:
    """Return a button with its number; in a direct message, which is in no channel, it has none."""
    number = f"[{buttons[action.id]}] " if action.id in buttons else ""
    return f"{number}{escape(action.label)}"


def escape(text: str) -> str:
    """Return text that cannot steer the terminal; every string that is shown passes here."""
    return safe(text)


def moment(at: datetime, zone: str) -> str:
    """Return an instant as the reader's wall clock shows it."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %-d %b %Y, %H:%M %Z}"


def _block(block: Block, zone: str) -> Iterable[RenderableType]:  # noqa: C901  one case a block
    match block:
        case Text(text):
            yield Line(escape(text))
        case Quote(text, by):
            yield from _quote(text, by)
        case Fields(pairs):
            for label, value in pairs:
                shown = moment(value, zone) if isinstance(value, datetime) else value
                yield Line.assemble((f"{escape(label)}: ", "dim"), escape(shown))
        case Items(items):
            for item in items:
                yield Line(f"{_SIGN[item.done]} {escape(item.text)}")
        case Ranking(places):
            for place in places:
                yield Line(_place(place), style="bold" if place.you else "")
        case Chart(title, bars, _):
            yield from _chart(title, bars)
        case File(name, content, description):
            yield Line(f"{escape(name)} ({len(content.encode()):,} bytes): {escape(description)}")
        case WebLink(label, address):
            yield from (Line(f"{escape(label)}:"), Line(escape(address)))
        case _:
            assert_never(block)


_SIGN: Final = {True: "✓", False: "✗", None: "•"}


def _quote(text: str, by: str) -> Iterable[RenderableType]:
    if by:
        yield Line(f"{escape(by)}:", style="dim")
    for line in escape(text).splitlines():
        yield Padding(Line(line, style="italic"), (0, 0, 0, INDENT))


def _chart(title: str, bars: tuple[Bar, ...]) -> Iterable[RenderableType]:
    yield Line(f"{escape(title)}:", style="dim")
    most = max(1, *(bar.value for bar in bars))
    for bar in bars:
        filled = "█" * round(BAR_WIDTH * max(0, bar.value) / most)
        yield Line(f"{filled:<{BAR_WIDTH}} {escape(bar.name)} {bar.value:,}")


def _place(place: Place) -> str:
    medal = MEDALS.get(place.place, f"{place.place}.")
    streak = f", streak {place.streak}" if place.streak else ""
    you = " (you)" if place.you else ""
    return (
        f"{medal} {escape(place.name)}{you}: {plural(place.points, 'point')} "
        f"from {plural(place.rounds, 'question')}{streak}{_moved(place.moved)}"
    )


def _moved(moved: int | None) -> str:
    if moved is None:
        return ", new"
    return f", {'up' if moved > 0 else 'down'} {abs(moved)}" if moved else ""
