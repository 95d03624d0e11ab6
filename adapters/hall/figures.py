"""The table of how hard questions were: its columns, and the rows of a page of it in the order that is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.outcomes import Difficulty

LISTED: Final = 100  # questions on a page
DIGITS: Final = 4  # of a page's number
COLUMNS: Final[dict[str, tuple[str, Callable[[Difficulty], str | float | None]]]] = {
    "mean": ("Mean score", lambda one: one.facts.mean),
    "tells": ("Discrimination", lambda one: one.facts.discrimination),
    "members": ("Members", lambda one: len(one.facts.scores)),
    "asked": ("Asked", lambda one: one.facts.rounds),
    "question": ("Question", lambda one: one.question.casefold()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A page of a table: its rows, by which column they stand and which way, and the pages that there are."""

    rows: Sequence[Difficulty]
    by: str
    down: bool
    number: int
    pages: int

    def sort(self, column: str) -> str:
        """Return how a column is sorted, in the words of screen readers."""
        return "none" if column != self.by else "descending" if self.down else "ascending"

    def to(self, column: str) -> str:
        """Return the address that sorts by a column: the other way where it is sorted by it."""
        return address(column, down=column == self.by and not self.down)

    def at(self, number: int) -> str:
        """Return the address of another page in the same order."""
        return f"{address(self.by, down=self.down)}&page={number}"


def ordered(questions: Sequence[Difficulty], by: str, *, down: bool, page: str) -> Ordered:
    """Return a page of questions; of what is too little known to say stands last, whichever way they are sorted."""
    by = by if by in COLUMNS else "mean"
    key = COLUMNS[by][1]
    known = sorted((one for one in questions if key(one) is not None), key=key, reverse=down)  # type: ignore[arg-type]  # none is None
    every = [*known, *(one for one in questions if key(one) is None)]
    number, pages = page_of(len(every), LISTED, page)
    return Ordered(rows=every[(number - 1) * LISTED : number * LISTED], by=by, down=down, number=number, pages=pages)


def page_of(count: int, listed: int, page: str) -> tuple[int, int]:
    """Return the number of the page that is asked for, or the nearest, and how many there are."""
    pages = max(1, -(-count // listed))
    wanted = int(page) if page.isascii() and page.isdigit() and len(page) <= DIGITS else 1
    return min(max(1, wanted), pages), pages


def address(by: str, *, down: bool) -> str:
    """Return the address of the table in an order."""
    return f"/difficulty?by={by}{'&down=1' if down else ''}"
