"""Tables in files: separated values, and lists of terms with their meanings.

A table with our own columns is an export and comes back as it was. Of any other, `columns.py` says what its columns are.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final

from bot.bank.exchange import cards, columns, pages, records, rows, shapes
from bot.bank.exchange.found import Document, Remark
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.names import simple
from bot.question import Topic

_OURS: Final = frozenset(("topic", "id", "level", "question"))
_BETWEEN: Final = ("\t", " :: ", " - ", " – ", " — ", " = ", ";", ": ", "|", ",")
_LOOSE: Final = frozenset((": ", ";", "|", ","))  # stand in ordinary sentences too
_NEARLY_ALL: Final = 0.9
_LEAST: Final = 2
_WIDEST: Final = 40  # columns of a table
_TERM_WORDS: Final = 6
_MEANING, _LEAST_TERMS = 4, 3  # words of a meaning, and terms, from which lines are a glossary
_DEFINED: Final = re.compile(r"^(?![\s:])([^\n]{1,80})\n:[ \t]+(\S[^\n]*)$", re.MULTILINE)
_BOLD_TERM: Final = re.compile(r"\s*(?:[-*+]\s+)?\*\*([^*:]{1,80}):?\*\*\s*[:–—-]?\s+(\S.*)")
_PLAIN_TERM: Final = re.compile(r"([^:]{1,80}) :: (\S.*)")
_HEAD: Final = 10_000  # characters in which an export's first line ends
_RULE: Final = re.compile(r"\s*\|?\s*:?-[-:|\s]*")
_MARKED_UP: Final = re.compile(  # nobody writes of the tags like this
    r"[^\s`]<br\s*/?>[^\s`]|^\s*<(p|div|span|ul|ol)(?:\s[^<>]*)?>.*</\1>\s*$", re.IGNORECASE | re.DOTALL
)
_CARD: Final = re.compile(r";(?=[^;\t]*\t)")  # between two cards on one line, each with a tab between its sides


def read(lines: Sequence[str], levels: Levels, *, mark: str = "", more: Mapping[str, str] | None = None) -> Document:
    """Return the questions of a table whose cells are separated by a mark."""
    document = Document(shape="table")
    start = 1 if rows.said(lines) else 0
    mark = mark or rows.said(lines) or rows.separator(lines)
    found = [
        (first, last, [records.unescaped(cell) for cell in cells])
        for first, last, cells in rows.rows(lines, mark, document, start=start)
    ]
    first, last, heading = found[0] if found else (1, 1, [])
    document.columns = heading
    table = columns.match(heading, [cells for _, _, cells in found[1:]], more=more)
    if not table.asks:
        words = f"left out: {columns.proposal(heading)}"
        document.remarks.append(Remark(first, max(last, len(lines)), words, understood=False))
        return document
    _said(table, document, first, last)
    if sum(any(map(_MARKED_UP.search, cells)) for _, _, cells in found) >= _LEAST:
        found = [(begin, end, [*map(pages.words, cells)]) for begin, end, cells in found]  # a deck of cards, exported
    for begin, end, cells in found[1 if table.header else 0 :]:
        columns.take(table.fields([cell.strip() for cell in cells]), document, levels, first=begin, last=end)
    return document


def read_export(text: str) -> Document | None:
    """Return the questions of an export of ours, to the letter; None for any other table."""
    start = io.StringIO(text[:_HEAD], newline=None).readline()  # a line may end in "\r" alone
    heading = next(csv.reader([start]), []) if '"' not in start or start.count('"') % 2 == 0 else []
    if not frozenset(heading) >= _OURS:
        return None
    document = Document(shape="export")
    reader = csv.reader(io.StringIO(text, newline=""))
    before = 1
    try:
        for cells in islice(reader, 1, None):
            if any(cell.strip() for cell in cells):
                _row(
                    dict(zip(heading, map(records.unescaped, cells), strict=False)),
                    document,
                    before + 1,
                    reader.line_num,
                )
            before = reader.line_num
    except csv.Error as error:
        words = f"left out from here on: {error}"
        document.remarks.append(Remark(before + 1, max(before + 1, text.count("\n")), words, understood=False))
    return document


def _said(table: columns.Columns, document: Document, first: int, last: int) -> None:
    names = [
        f"{name} = {role}" if role and role != simple(name) else name
        for name, role in zip(table.names, table.roles, strict=False)
    ]
    words = table.guessed or f"columns {', '.join(names)}"
    document.remarks.append(Remark(first, last, words))
    document.shape = "terms" if table.terms else document.shape
    document.guessed = table.guessed


def terms(lines: Sequence[str], levels: Levels) -> Document | None:
    """Return the questions of a list with a term and its meaning a line, or None where lines are no such list."""
    written = [(n, part) for n, line in enumerate(lines, start=1) for part in _CARD.split(line) if part.strip()]
    for mark in _BETWEEN:
        sides = [
            (n, line.partition(mark)[0].strip(), line.partition(mark)[2].strip()) for n, line in written if mark in line
        ]
        if len(sides) < max(_LEAST, _NEARLY_ALL * len(written)) or not all(front and back for _, front, back in sides):
            continue
        asking = sum(shapes.asks(front) for _, front, _ in sides)
        short = sum(len(front.split()) <= _TERM_WORDS for _, front, _ in sides)
        if asking < _NEARLY_ALL * len(sides) and (
            (mark in _LOOSE and mark != ": ")
            or short < _NEARLY_ALL * len(sides)
            or (mark == ": " and (len(sides) <= _LEAST or _says_little(sides)))
        ):
            continue
        document = Document(shape="terms" if asking < len(sides) else "questions and answers by line")
        document.guessed = "terms with their meaning: asked as “What is …?”" if asking < len(sides) else ""
        for line, front, back in sides:
            asked = cards.asked(front.strip("*_ ") or front)
            columns.take({"question": asked, "answer": back}, document, levels, first=line, last=line)
        return document
    return None


def _says_little(sides: Sequence[tuple[int, str, str]]) -> bool:
    """Whether what stands behind most terms is a word or two: facts such as “Owner: Ana” mean nothing."""
    return sum(len(back.split()) <= _LEAST for _, _, back in sides) * 2 > len(sides)


def glossary(lines: Sequence[str], levels: Levels) -> Document | None:
    """Return the questions of a glossary: each term bold, or above a line that begins with “:”, its meaning a sentence."""
    text = _DEFINED.sub(r"\1 :: \2", "\n".join("" if line.startswith("#") else line for line in lines))
    found = [_BOLD_TERM.fullmatch(line) or _PLAIN_TERM.fullmatch(line) for line in text.split("\n")]
    meant = [one for one in found if one and len(one[2].split()) >= _MEANING]
    if len(meant) < max(_LEAST_TERMS, _NEARLY_ALL * sum(map(bool, map(str.strip, text.split("\n"))))):
        return None
    return terms([f"{one[1]} :: {one[2]}" if one else "" for one in found], levels)


def exported(topic: Callable[[], Topic], document: Document, *, first: int, last: int) -> None:
    """Take one record of an export: a topic with one question, or a remark on what is wrong with it."""
    try:
        document.topics.append(topic())
    except ValueError as error:
        document.remarks.append(Remark(first, last, f"left out: {records.why(error)}", understood=False))
    else:
        name = document.topics[-1].questions[0].id
        document.remarks.append(Remark(first, last, f"question {name}, as it was exported"))


def _row(cells: Mapping[str, str], document: Document, first: int, last: int) -> None:
    exported(partial(records.topic_of, cells), document, first=first, last=last)
    columns.left_out({name: cell for name, cell in cells.items() if name not in records.COLUMNS}, document, first, last)


def is_tabbed(lines: Sequence[str]) -> bool:
    """Whether each line with words has a tab between two of them: exports of cards say no more about themselves."""
    if not any("\t" in line for line in lines):
        return False
    found = [line.strip() for line in lines if line.strip()]
    return (
        bool(found)
        and all("\t" in line for line in found)
        and not any(line.startswith(("- ", "* ", "#")) for line in found)
    )


def is_chain(lines: Sequence[str]) -> bool:
    """Whether several cards stand on a line, each with a tab between its sides."""
    return any(line.count("\t") > 1 and len(_CARD.findall(line)) == line.count("\t") - 1 for line in lines)


def of_text(lines: Sequence[str], levels: Levels, *, more: Mapping[str, str] | None) -> Document | None:
    """Return the questions of a table in a file of another name, if its first row names what asks and what answers."""
    mark = rows.said(lines) or rows.separator(lines)
    if any(map(_RULE.fullmatch, lines)):
        return None  # a table in Markdown, of which the notes' reader took nothing
    heading = next((line for line in lines[1 if rows.said(lines) else 0 :] if line.strip()), "").split(mark)
    roles = columns.role_of_all(heading, more)
    return (
        read(lines, levels, mark=mark, more=more)
        if "question" in roles and ("answer" in roles or len(heading) > 1) and len(heading) < _WIDEST
        else None
    )
