"""Chart -> PNG, for the platforms that show pictures."""

import io
import warnings
from typing import Final

from bot.cards import Chart
from bot.text import clip, safe

WIDTH: Final = 7.2  # inches, at 100 dots each
ROW: Final = 0.42
NAME_CHARS: Final = 24
INK: Final = "#8a8f98"  # to be read on light and on dark


def png(chart: Chart) -> bytes:
    """Draw a chart; it takes a tenth of a second, so call it in a thread. The library is loaded with the first one."""
    from matplotlib.figure import Figure  # noqa: PLC0415  20 MB that a text-only day never needs
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    figure = Figure(figsize=(WIDTH, 0.9 + ROW * len(chart.bars)), layout="constrained")
    axes = figure.add_subplot()
    places = range(len(chart.bars))
    drawn = axes.barh(places, [bar.value for bar in chart.bars], color="#5865f2")
    axes.bar_label(drawn, labels=[f"{bar.value:,}" for bar in chart.bars], padding=4, color=INK)
    axes.set_yticks(places, [_name(bar.name) for bar in chart.bars])
    axes.invert_yaxis()
    axes.set_xlabel(chart.title)
    axes.margins(x=0.12)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.label.set_color(INK)
    axes.tick_params(colors=INK)
    axes.spines[:].set_color(INK)
    axes.spines[["top", "right"]].set_visible(False)
    picture = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a script that the font lacks is drawn as boxes; the words beside have it
        figure.savefig(picture, format="png", transparent=True)
    return picture.getvalue()


def _name(name: str) -> str:
    """Return a name as plain text: the library reads what stands between dollar signs as a formula."""
    return clip(safe(name).replace("\n", " "), NAME_CHARS).replace("$", r"\$")
