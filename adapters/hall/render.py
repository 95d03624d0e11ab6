"""Cards and pages -> HTML. The words of the pages stand in `templates/`; whatever is filled in is escaped there, all of it."""

import base64
import platform
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, assert_never
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from adapters.hall import desk, keys
from adapters.hall.inbound import Visitor
from bot import VERSION, grading
from bot.cards import Block, Card, Chart, Fields, File, Form, Items, Quote, Ranking, Text, WebLink
from bot.outcomes import RecordShown
from bot.text import safe

MENU: Final = (
    ("/", "Today"), ("/answers", "Answers"), ("/board", "Board"), ("/statistics", "Statistics"), ("/review", "Review"),
    ("/settings", "Settings"),
)  # fmt: skip
ORGANISERS: Final = (("/desk", "Desk"), ("/questions", "Questions"), ("/schedule", "Schedule"), ("/status", "Status"))
UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))  # in seconds
MB: Final = 1_000_000
GB: Final = 1_000 * MB
TEMPLATES: Final = Path(__file__).parent / "templates"
STYLE: Final = (TEMPLATES / "hall.css").read_text(encoding="utf-8")
ICON: Final = (TEMPLATES / "icon.svg").read_text(encoding="utf-8")


def _plain(value: object) -> object:
    """Take out of what is filled in whatever steers how text is shown; what is HTML already is ours."""
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_ENVIRONMENT: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, finalize=_plain,
    trim_blocks=True, lstrip_blocks=True, auto_reload=False,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """For whom a page is drawn: `who` is in, and nobody where None; `here` is the path of the page in the menu."""

    who: Visitor | None = None
    here: str = ""

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """The pages that the visitor can go to."""
        organises = self.who is not None and self.who.context.organiser
        return MENU + (ORGANISERS if organises else ())

    def seal(self, spelled: str, names: str = "", place: str = "", called: str = "") -> str:
        """Return the seal of a button or form; it may be meant for another channel than the visitor's."""
        return keys.seal(self.who.cookie, keys.words(spelled, names, place, called)) if self.who else ""

    def once(self) -> str:
        """Return the name of a new sheet."""
        return keys.nonce()

    def moment(self, at: datetime) -> Markup:
        """Return an instant as the visitor's wall clock shows it."""
        local = at.astimezone(ZoneInfo(self.who.zone if self.who else "UTC"))
        return Markup('<time datetime="{}">{:%a %-d %b %Y, %H:%M %Z}</time>').format(at.isoformat(), local)


def page(template: str, look: Look, **values: Any) -> str:
    """Return a whole page."""
    return _ENVIRONMENT.get_template(template).render(
        look=look, desk=desk, kind=kind, data=data, share=share, span=span, room=room, **values
    )


def cards(shown: list[Card], form: Form | None, look: Look, *, again: bool = False) -> str:
    """Return the page of what is answered in cards, with the form that is asked to be filled in; nothing is where it was sent `again`."""
    title = form.title if form else shown[0].title if shown else "Done already" if again else "Done"
    return page("cards.html", look, title=title, cards=shown, form=form, again=again)


def weeks(record: RecordShown) -> list[list[tuple[date, str]]]:
    """Return the days of a record a week at a time, each with what became of it; days to come are nothing."""
    days = (record.today - record.first).days + 1
    every = [record.first + timedelta(days=n) for n in range(days)]
    told = [(day, str(record.days.get(day, ""))) for day in every]
    return [told[n : n + 7] for n in range(0, days, 7)]


def kind(block: Block) -> str:  # noqa: PLR0911  one case a block
    """Return the name of the macro that draws a block."""
    match block:
        case Text():
            return "text"
        case Quote():
            return "quote"
        case Fields():
            return "fields"
        case Items():
            return "items"
        case Ranking():
            return "ranking"
        case Chart():
            return "chart"
        case File():
            return "file"
        case WebLink():
            return "link"
        case _:
            assert_never(block)


def data(file: File) -> str:
    """Return a document as an address that holds all of it, to be taken away without being asked for again."""
    kept = base64.b64encode(file.content.encode()).decode()
    return f"data:application/octet-stream;base64,{kept}"


def share(value: int, most: int) -> int:
    """Return how long a bar is, in percent of the longest."""
    return round(100 * max(0, value) / most) if most > 0 else 0


def span(time: timedelta) -> str:
    """Return a stretch of time in its largest unit."""
    seconds = round(time.total_seconds())
    unit = next((unit for unit in UNITS if seconds >= unit[0]), UNITS[-1])
    return f"{seconds // unit[0]} {unit[1]}"


def room(size: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{size / GB:,.1f} GB" if size >= GB else f"{size / MB:.1f} MB"


def versions(schema: str) -> list[tuple[str, str]]:
    """Return what runs here, each with its version."""
    here = {"Studyhall": VERSION, "Grader": str(grading.VERSION), "Database schema": schema}
    return [*here.items(), ("Python", platform.python_version())]
