"""A document's lines in stretches: what shows by itself what it is, and what Markdown's parser has to read.

Headings, paragraphs, rules, fences and lists with a line an item are most of people's notes, and finding them takes a
tenth of the parser's time. Whatever looks like more is left to the parser, up to a line that surely stands outside it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

HEADING: Final = re.compile(r"(#{1,6})[ \t]+(?=[^\s#])(.*)")
ITEM: Final = re.compile(
    r"(?P<mark>[-*+]|(?P<number>\d{1,9})[.)]) (?=[^\s`~#>|$])(?![-*+](?:\s|$)|\d{1,9}[.)](?:\s|$)|[-*_=]{2,}\s*$|\[\^)(?P<text>.*)"
)
_MARKER: Final = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
_STARTS: Final = re.compile(r"(?:[-*+]|1[.)]) (?=\S)")  # a list that may follow a paragraph without a blank line
_RULE: Final = re.compile(r"([-*_])(?:[ \t]*\1){2,}[ \t]*")
_FENCE: Final = re.compile(r"(`{3,})[^`]*|(~{3,}).*")
_FENCED: Final = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,}|\$\$)(.*)")
_WORDS: Final = re.compile(  # what a paragraph's line begins with, and no other block
    r"(?!\d{1,9}[.)](?:\s|$))(?:[^\W_]|[^\x00-\x7f\s]|\*{1,2}(?=[^\s*])|_{1,2}(?=[^\s_])|`(?!``)|\$(?!\$)|[\"'(\[!&\\.,;/{}?%@^<])"
)
_DEEPEST: Final = 8  # lists within each other
_DEEP: Final = 4  # blanks before a line from which it is code
Stretch = tuple[str, int, int]


def stretches(lines: Sequence[str]) -> Iterator[Stretch]:
    """Yield a document's stretches in order: the kind, where it starts, and where it ends; "" for what needs the parser."""
    start, place = 0, _front(lines)
    while place < len(lines):
        if not _says(lines[place]):
            place += 1
            continue
        kind, end = _plain(lines, place)
        if not kind:
            place = _beyond(lines, end)
            continue
        if any(map(_says, lines[start:place])):
            yield "", start, place
        yield kind, place, end
        start = place = end
    if any(map(_says, lines[start:])):
        yield "", start, len(lines)


def _says(line: str) -> bool:
    return line != "" and line.strip(" \t") != ""


def _front(lines: Sequence[str]) -> int:
    """Return where a document begins that may have front matter."""
    if not lines or not lines[0].startswith("---"):
        return 0
    return _beyond(lines, next((n for n in range(1, len(lines)) if lines[n].startswith("---")), len(lines)) + 1)


def _plain(lines: Sequence[str], place: int) -> tuple[str, int]:
    """Return what stands at a place, and where it ends; no kind, and the next line, where that does not show by itself."""
    line = lines[place]
    if line[0].isalpha():
        end = _paragraph(lines, place)
        return ("paragraph", end) if end else ("", place)
    if HEADING.fullmatch(line):
        return "heading", place + 1
    if _RULE.fullmatch(line):
        return "hr", place + 1
    if ITEM.fullmatch(line):
        end, kind = _list(lines, place), "list"
        if not end:
            end, kind = _nested(lines, place), "nested"
    elif fence := _FENCE.fullmatch(line):
        end, kind = _fence(lines, place, fence[1] or fence[2]), "fence"
    else:
        end, kind = _paragraph(lines, place), "paragraph"
    return (kind, end) if end else ("", place)


def _list(lines: Sequence[str], place: int) -> int:
    """Return where a list ends whose items are a paragraph each, or nothing where more may belong to an item."""
    mark, end, own = _mark(lines[place]), place, True
    while end < len(lines) and (own or _goes_on(lines[end])):
        further = _next(lines, end + 1)
        own = further < len(lines) and _mark(lines[further]) == mark
        end = further if own else end + 1
    return end if _ends_list(lines, end) else 0


def _next(lines: Sequence[str], place: int) -> int:
    """Return the first line from a place on that says something, or the document's end."""
    while place < len(lines) and not _says(lines[place]):
        place += 1
    return place


def _ends_list(lines: Sequence[str], end: int) -> bool:
    """Whether nothing from a line on can belong to the list above it."""
    follows = _next(lines, end)
    if follows == len(lines) or (HEADING.fullmatch(lines[follows]) is not None):
        return True
    return follows > end and not lines[follows][0].isspace() and not _MARKER.match(lines[follows])


def _nested(lines: Sequence[str], place: int) -> int:
    """Return where lists end whose items are a line each, some below others, or nothing where it is not that plain."""
    end = place
    opened: list[tuple[int, str]] = []  # where the words of each item begin that is still open, and its mark
    while end < len(lines) and _says(lines[end]):
        line = lines[end].lstrip(" ")
        found, deep, mark = ITEM.fullmatch(line), len(lines[end]) - len(line), ""
        while opened and deep < opened[-1][0]:
            mark = opened.pop()[1]
        above = opened[-1][0] if opened else 0
        if not found or deep - above >= _DEEP or mark not in {"", found["mark"][-1]} or len(opened) > _DEEPEST:
            return 0
        if opened and not mark and found["number"] not in {None, "1"}:
            return 0  # below words, a list with another number is no list
        opened.append((deep + len(found["mark"]) + 1, found["mark"][-1]))
        end += 1
    return end if _ends_list(lines, end) else 0


def _goes_on(line: str) -> bool:
    """Whether a line below an item's is one of its paragraph, and can be nothing else."""
    return _WORDS.match(line) is not None and not HEADING.fullmatch(line) and not _FENCE.fullmatch(line)


def _mark(line: str) -> str:
    found = ITEM.fullmatch(line)
    return found["mark"][-1] if found else ""


def _fence(lines: Sequence[str], place: int, mark: str) -> int:
    """Return where code ends that begins at a place, or nothing where it is never closed."""
    closed = (n for n in range(place + 1, len(lines)) if _closes(lines[n], mark))
    return next(closed, -1) + 1


def _closes(line: str, mark: str) -> bool:
    text = line.strip(" \t")
    return text.startswith(mark) and not text.strip(mark[0]) and _indent(line) < _DEEP


def _paragraph(lines: Sequence[str], place: int) -> int:
    """Return where a paragraph ends, or nothing where one of its lines could make something else of it."""
    if lines[place][0].isspace():
        return 0
    end = place
    while end < len(lines) and _says(lines[end]):
        line = lines[end]
        if end > place and (HEADING.fullmatch(line) or _FENCE.fullmatch(line) or _STARTS.match(line)):
            return end
        if not _WORDS.match(line.lstrip(" \t")):
            return 0
        end += 1
    return end


def _beyond(lines: Sequence[str], place: int) -> int:
    """Return the next line that surely stands outside of what begins at a place: no list, quote or code goes on there."""
    fence, column = "", 0
    for n in range(place, len(lines)):
        line = lines[n]
        if not fence and n > place and _is_outside(line, lines[n - 1]):
            return n
        if fence and _says(line) and _indent(line) < column:
            return len(lines)  # what the code stood in may end here, and the code with it
        found = _FENCED.fullmatch(line)
        if fence and _ends(line, fence):
            fence = ""
        elif found and not fence and not (found[1] == "$$" and found[2].rstrip().endswith("$$")):
            if found[1] == "$$" and n and _says(lines[n - 1]):
                return len(lines)  # a formula does not begin below a paragraph, but it does below other blocks
            fence, column = found[1], found.start(1)
    return len(lines)


def _ends(line: str, fence: str) -> bool:
    return line.rstrip().endswith("$$") if fence == "$$" else _closes(line.lstrip(" \t>"), fence)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _is_outside(line: str, before: str) -> bool:
    if HEADING.fullmatch(line):
        return True
    return _says(line) and not _says(before) and not line[0].isspace() and not _MARKER.match(line)
