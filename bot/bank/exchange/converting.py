"""Notebooks, Org and reStructuredText as lines of Markdown, each with the number of the line that it came from."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.bank.exchange import records

Lines = list[tuple[int, str]]
_ORG_HEADING: Final = re.compile(
    r"^(\*+)\s+(?:(?:TODO|DONE|NEXT|WAITING)\s+)?(?:\[#[A-C]\]\s+)?(.*?)(?:\s+:[\w@:]+:)?\s*$"
)
_ORG_KEYWORD: Final = re.compile(r"^\s*#\+(\w+):?\s*(.*)$")
_ORG_DRAWER: Final = re.compile(r"^\s*:[A-Za-z_-]+:\s*$")
_ORG_LINK: Final = re.compile(r"\[\[([^\[\]]*)\](?:\[([^\[\]]*)\])?\]")
_ORG_MARK: Final = re.compile(r"(?<![\w*/=~])([*=~])(?=\S)([^*=~\n]{1,400}?)(?<=\S)\1(?![\w*=~])")
_RULED: Final = re.compile(r"([=\-~^\"'`#*+:.<>_])\1{2,}\s*")
_DIRECTIVE: Final = re.compile(r"^(\s*)\.\.\s+([\w-]+)::\s*(.*)$")
_CODE: Final = frozenset(("code-block", "code", "sourcecode", "parsed-literal", "math", "highlight"))


def notebook(text: str) -> Lines | None:
    """Return a notebook's text and code as Markdown, or None for JSON that is no notebook."""
    try:
        data = records.parsed(text)
    except ValueError:
        return None
    cells = data.get("cells") if isinstance(data, dict) and "nbformat" in data else None
    if not isinstance(cells, list):
        return None
    out: Lines = []
    place, first = 0, 1
    for cell in cells:
        kind, source = (cell.get("cell_type"), cell.get("source")) if isinstance(cell, dict) else (None, None)
        lines = _source(source)
        at = text.find(json.dumps(lines[0], ensure_ascii=False)[1:-1], place) if lines and lines[0].strip() else -1
        first, place = (first + text.count("\n", place, at), at) if at >= 0 else (first, place)
        fenced = ["```", *lines, "```"] if kind == "code" else lines
        out += [(first, line) for line in (*fenced, "")] if kind in ("code", "markdown") and lines else []
    return out


def _source(source: Any) -> list[str]:
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str)).split("\n") if source else []


def org(lines: Sequence[str]) -> Lines:
    """Return Org's headings, lists, code and marks as Markdown's."""
    return list(_org(lines))


def _org(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    code = drawer = False
    for number, line in enumerate(lines, start=1):
        keyword = _ORG_KEYWORD.match(line)
        name = keyword[1].casefold() if keyword else ""
        if name in {"begin_src", "begin_example", "end_src", "end_example"}:
            code = name.startswith("begin")
            yield number, "```"
        elif code:
            yield number, line
        elif drawer or _ORG_DRAWER.match(line):
            drawer = line.strip().casefold() != ":end:"
            yield number, ""
        elif heading := _ORG_HEADING.match(line):
            yield number, "#" * min(len(heading[1]), 6) + " " + _org_words(heading[2])
        elif name == "title" and keyword:
            yield number, f"# {keyword[2]}"
        else:
            yield number, "" if keyword or line.startswith("# ") else _org_words(_unindented(line))


def _unindented(line: str) -> str:
    """Return a line of a section's text, which Org's writers indent, as Markdown has it; lists keep their depth."""
    stripped = line.lstrip()
    return line if re.match(r"(?:[-+*]|\d+[.)])\s", stripped) else stripped


def _org_words(text: str) -> str:
    text = _ORG_LINK.sub(lambda found: found[2] or found[1], text)
    return _ORG_MARK.sub(lambda found: f"**{found[2]}**" if found[1] == "*" else f"`{found[2]}`", text)


def rst(lines: Sequence[str]) -> Lines:
    """Return reStructuredText's headings, code and marks as Markdown's; other directives give their text."""
    out: Lines = []
    depths: dict[str, int] = {}
    fence: int | None = None
    for number, line in enumerate(lines, start=1):
        indent = len(line) - len(line.lstrip())
        if fence is not None and line.strip() and indent <= fence:
            out.append((number, "```"))
            fence = None
        directive = _DIRECTIVE.match(line)
        if fence is not None:
            out.append((number, line[fence + 3 :] if line.strip() else ""))
        elif directive and directive[2] in _CODE:
            fence = len(directive[1])
            out.append((number, "```"))
        elif _underlines(line, out):
            over, title = out.pop()
            while out and _RULED.fullmatch(out[-1][1]) and out[-1][1].strip():
                out.pop()  # a line over the title
            depth = depths.setdefault(line.strip()[0], len(depths) + 1)
            out.append((over, "#" * min(depth, 6) + f" {title.strip()}"))
        elif line.rstrip().endswith("::") and not directive:
            fence = indent
            out += [(number, _rst_words(line.rstrip()[:-1])), (number, ""), (number, "```")]
        else:
            out.append(
                (
                    number,
                    ""
                    if (directive and not directive[3]) or line.startswith(":")
                    else _rst_words(directive[3] if directive else line),
                )
            )
    return [*out, (len(lines), "```")] if fence is not None else out


def _underlines(line: str, out: Lines) -> bool:
    title = out[-1][1].strip() if out else ""
    return (
        bool(title)
        and bool(_RULED.fullmatch(line.strip()))
        and not _RULED.fullmatch(title)
        and len(line.strip()) >= min(len(title), 4)
    )


def _rst_words(text: str) -> str:
    text = re.sub(r":[\w-]+:`([^`<]*?)(?: ?<[^`>]*>)?`", r"`\1`", text)
    return re.sub(r"`([^`<]+?) <[^`>]*>`_{1,2}", r"\1", text).replace("``", "`")
