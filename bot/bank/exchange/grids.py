"""Tables that stand in a document: those whose columns are named as a question's are read as questions."""

import re
from typing import Final

from bot.bank.exchange import columns, pages, shapes
from bot.bank.exchange.columns import Columns
from bot.bank.exchange.found import Document
from bot.bank.exchange.inline import plain
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.markup import Block

_NUMBERS: Final = re.compile(r"(?:\W*Q\s*\d+)+\W*", re.IGNORECASE)
_PAIR: Final = 2  # columns, of which one may ask and the other answer without a name


def of_block(block: Block, *, answered: bool) -> Columns | None:
    """Return the columns of a table of questions; in the answer to a heading it must name the answers too."""
    header, *rows = [[plain(shapes.unlinked(cell)) for cell in cells] for _, cells in block.rows] or [[]]
    found = columns.match(header, rows, named=answered or len(header) != _PAIR)
    if found.answers and not _says(found, rows):
        return None
    return found if found.asks and not (found.guessed and found.terms) and (found.answers or not answered) else None


def _says(table: Columns, rows: list[list[str]]) -> bool:
    """Whether something is said in most of the cells that answer: words, and no numbers of questions such as “Q1–Q3”."""
    place = table.roles.index("answer")
    said = [cells[place] for cells in rows if place < len(cells)]
    return 2 * sum(not _NUMBERS.fullmatch(cell) for cell in said) >= len(said)


def take(block: Block, table: Columns, document: Document, levels: Levels) -> None:
    """Take a table's rows as questions, unless it is a table of contents."""
    rows = block.rows[1:] if table.header else block.rows
    if 2 * sum(shapes.is_only_anchor(" ".join(cells)) for _, cells in rows) < len(rows) or not rows:
        for line, cells in rows:
            fields = table.fields([plain(shapes.unlinked(cell).replace("\\|", "|")) for cell in cells])
            columns.take(fields, document, levels, first=line, last=line)


def written(text: str) -> str:
    """Return Markdown with its HTML tables of questions as tables of Markdown, on the same lines where they fit."""
    parts, end = [], 0
    while (start := text.find("<table", end)) >= 0 and (close := text.find("</table>", start)) >= 0:
        close += len("</table>")
        parts += [text[end:start], _as_markdown(text[start:close])]
        end = close
    return "".join([*parts, text[end:]])


def _as_markdown(table: str) -> str:
    block = next((one for one in pages.blocks(table) if one.kind == "table"), None)
    if block is None or not of_block(block, answered=True):
        return table
    header, *rows = [f"| {' | '.join(cells)} |" for _, cells in block.rows]
    lines = ["", header, f"|{'---|' * len(block.rows[0][1])}", *rows, ""]
    return "\n".join([*lines, *[""] * (table.count("\n") + 1 - len(lines))])
