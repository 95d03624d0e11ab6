"""Rows of separated values: cells and their lines, also where a quotation mark is never closed."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.bank.exchange.found import Document, Remark

SEPARATORS: Final = (",", ";", "\t", "|")
_MOST_LINES: Final = 300  # of a cell
_SAMPLE: Final = 60  # lines, by which the separator is told
_SAID: Final = re.compile(r"^\s*\"?sep=(.)\"?\s*$", re.IGNORECASE)
Row = tuple[int, int, list[str]]


def said(lines: Sequence[str]) -> str:
    """Return the separator that a file's first line names, as spreadsheets write it."""
    found = _SAID.match(lines[0]) if lines else None
    return found[1] if found else ""


def separator(lines: Sequence[str]) -> str:
    """Return what parts the cells of some lines: that by which most rows have the same number of cells."""

    def fit(mark: str) -> tuple[float, int]:
        widths = Counter(len(cells) for _, _, cells in rows(lines[:_SAMPLE], mark, Document()))
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(1, 0))
        return (count / max(1, widths.total()) if width > 1 else 0.0, lines[0].count(mark) if lines else 0)

    return max(SEPARATORS, key=fit)


def rows(lines: Sequence[str], mark: str, document: Document, *, start: int = 0) -> Iterator[Row]:
    """Yield each row's first and last line and its cells; a mark that is never closed is a remark, and its line a row."""
    place = start
    while place < len(lines):
        if not lines[place].strip():
            place += 1
            continue
        scan = _Scan(mark)
        end = place
        while scan.feed(lines[end]) and end + 1 < len(lines) and end - place < _MOST_LINES:
            end += 1
        if scan.opened or scan.broken:
            words = "a quotation mark is opened here and not closed; what follows is read as rows of its own"
            document.remarks.append(Remark(place + 1, place + 1, words, understood=False))
            yield place + 1, place + 1, [cell.strip().strip('"') for cell in lines[place].split(mark)]
            place += 1
        else:
            yield place + 1, end + 1, scan.cells
            place = end + 1


@dataclass(slots=True)
class _Scan:
    """Reads one row, line by line: `opened` while a quoted cell goes on."""

    mark: str
    cells: list[str] = field(default_factory=list)
    opened: bool = False
    broken: bool = False
    _parts: list[str] = field(default_factory=list)

    def feed(self, line: str) -> bool:
        """Take a line, and return whether the row goes on below it."""
        place = 0
        while place <= len(line):
            place = self._quoted(line, place) if self.opened else self._cell(line, place)
            if self.broken:
                return False
        return self.opened

    def _cell(self, line: str, place: int) -> int:
        start = place + len(line[place:]) - len(line[place:].lstrip(" ")) if line[place : place + 1] == " " else place
        if line[start : start + 1] == '"':
            self.opened = True
            return start + 1
        end = line.find(self.mark, place)
        end = len(line) if end < 0 else end
        self.cells.append(line[place:end])
        return end + 1

    def _quoted(self, line: str, place: int) -> int:
        """Read on in a quoted cell: two marks are one, a single one ends it."""
        while (end := line.find('"', place)) >= 0:
            if line[end + 1 : end + 2] == '"':
                self._parts.append(line[place : end + 1])
                place = end + 2
                continue
            self._parts.append(line[place:end])
            rest = line.find(self.mark, end + 1)
            rest = len(line) if rest < 0 else rest
            self.broken = bool(line[end + 1 : rest].strip())
            self.cells.append("".join(self._parts))
            self._parts.clear()
            self.opened = False
            return rest + 1
        self._parts.append(line[place:] + "\n")
        return len(line) + 1
