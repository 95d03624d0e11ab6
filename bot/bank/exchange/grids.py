"""Tables that stand in a document: those whose columns are named as a question's are read as questions."""

from bot.bank.exchange import columns, shapes
from bot.bank.exchange.columns import Columns
from bot.bank.exchange.found import Document
from bot.bank.exchange.inline import plain
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.markup import Block


def of_block(block: Block, *, answered: bool) -> Columns | None:
    """Return the columns of a table of questions; in the answer to a heading it must name the answers too."""
    header, *rows = [[plain(shapes.unlinked(cell)) for cell in cells] for _, cells in block.rows] or [[]]
    found = columns.match(header, rows, named=True)
    return found if found.asks and (found.answers or not answered) else None


def take(block: Block, table: Columns, document: Document, levels: Levels) -> None:
    """Take a table's rows as questions, unless it is a table of contents."""
    rows = block.rows[1:]
    if 2 * sum(shapes.is_only_anchor(" ".join(cells)) for _, cells in rows) < len(rows) or not rows:
        for line, cells in rows:
            fields = table.fields([plain(shapes.unlinked(cell).replace("\\|", "|")) for cell in cells])
            columns.take(fields, document, levels, first=line, last=line)
