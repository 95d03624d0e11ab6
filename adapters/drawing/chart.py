"""Chart -> SVG, and SVG -> PNG for the platforms that show pictures."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final
from xml.sax.saxutils import escape

import resvg_py

from bot.cards import Bar, Chart
from bot.text import clip, safe

WIDTH: Final = 720  # pixels
ROW: Final = 42
NAME_CHARS: Final = 24
FONT: Final = "Source Sans Pro"
_BAR: Final = 26
_BARS_FROM: Final = 210  # the names stand to the left
_BARS_TO: Final = WIDTH - 80  # and the numbers to the right
_FOOT: Final = 48
_INK: Final = "#8a8f98"  # to be read on light and on dark
_FILL: Final = "#5865f2"


def svg(chart: Chart) -> str:
    """Draw a chart; who cannot see it reads its title and what it shows in words."""
    height = ROW * len(chart.bars) + _FOOT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{_text(chart.title)}</title><desc>{_text(chart.description)}</desc>"
        f'<g font-family="{FONT}, sans-serif" font-size="17" fill="{_INK}">{"".join(_rows(chart.bars))}'
        f'<path d="M{_BARS_FROM} 4V{height - _FOOT}" stroke="{_INK}"/>'
        f'<text x="{_BARS_FROM}" y="{height - 18}">{_text(chart.title)}</text></g></svg>'
    )


def png(chart: Chart) -> bytes:
    """Draw a chart as a picture; it takes some milliseconds, so call it in a thread."""
    return resvg_py.svg_to_bytes(svg_string=svg(chart), font_files=[_font()], font_family=FONT)


def _rows(bars: tuple[Bar, ...]) -> Iterator[str]:
    """Yield a bar each with its name before and its number behind it."""
    most = max((bar.value for bar in bars), default=0) or 1
    for row, bar in enumerate(bars):
        top, long = row * ROW + (ROW - _BAR) // 2, round((_BARS_TO - _BARS_FROM) * max(0, bar.value) / most)
        middle = top + _BAR // 2 + 6
        name = clip(safe(bar.name.replace("\n", " ")), NAME_CHARS)
        yield f'<text x="{_BARS_FROM - 10}" y="{middle}" text-anchor="end">{_text(name)}</text>'
        yield f'<rect x="{_BARS_FROM}" y="{top}" width="{long}" height="{_BAR}" rx="3" fill="{_FILL}"/>'
        yield f'<text x="{_BARS_FROM + long + 8}" y="{middle}">{bar.value:,}</text>'


def _text(words: str) -> str:
    """Return words as text of a document; what no document may have, half characters and controls, is left out."""
    return escape(safe(words))


@cache
def _font() -> str:
    return str(files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.ttf")
