"""HTML inside Markdown, written as Markdown: line by line, each with the number of the line that it came from.

What has no Markdown of its own (`<details>`, `<summary>`) becomes a paragraph that starts with a mark; markup.py makes
blocks of those. Everything in code stays as it is.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

OPEN, CLOSE, SUMMARY = "\ue001", "\ue002", "\ue003"
OWN: Final = dict.fromkeys(map(ord, (OPEN, CLOSE, SUMMARY)))  # taken out of what is read
_FENCE: Final = re.compile(r"^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})(.*)$")
_ITEM: Final = re.compile(r"^(\s*(?:[-*+]|\d{1,9}[.)])\s{1,4})\S")
_TAG: Final = re.compile(
    r"`[^`]*`|<!--|<(/?)(details|summary|p|div|center|br|hr|h[1-6]|b|strong|i|em|u|code|kbd|sub|sup|a|img|span|font|ul|ol|li|dl"
    r"|dt|dd|blockquote|pre|small|samp|tt|mark|del|ins|section|article|picture|source|table|thead|tbody|tr|th|td)(\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(r"(href|src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    ("p", "div", "center", "ul", "ol", "dl", "section", "article", "blockquote", "table", "thead", "tbody")
)
_ENDS: Final = {
    "b": "**",
    "strong": "**",
    "i": "*",
    "em": "*",
    "code": "`",
    "kbd": "`",
    "samp": "`",
    "tt": "`",
    "dt": "**",
}
_STARTS: Final = {"li": "- ", "sup": "^"}
_MOST_INDENT: Final = 3
Lines = list[tuple[int, str]]


def as_markdown(lines: Sequence[tuple[int, str]]) -> Lines:
    """Return numbered lines of Markdown without HTML in them."""
    if not any("<" in line for _, line in lines):
        return [*lines]
    last = max((number for number, line in lines if "-->" in line), default=0)
    writer, fence = _Writer(last), ""
    inside: list[int] = []
    for number, line in lines:
        found = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence:
            writer.out.append((number, line))
            fence = "" if found and found[1].startswith(fence) and not found[2].strip() else fence
        elif found and "`" not in found[2]:
            fence = found[1]
            writer.out.append((number, line))
        elif "<" not in line and not writer.comment:
            inside = _inside(line, inside)
            writer.out.append((number, line))
        else:
            inside = _inside(line, inside)
            writer.line(number, line, inside)
    return writer.out


def _inside(line: str, before: list[int]) -> list[int]:
    """Return at which columns the texts of the list items begin that a line may be in, the innermost last."""
    if not line:
        return before
    if line[0].isalpha():
        return []
    if item := _ITEM.match(line):
        indent = len(line) - len(line.lstrip())
        return [*(column for column in before if column <= indent), len(item[1])]
    return [] if line[:1].strip() and not line.startswith("<") else before


class _Writer:
    """Writes the lines; a line may become several."""

    def __init__(self, last: int) -> None:
        self._last_end = last  # the line of the last comment's end: one that opens below it is none
        self._number = 0
        self.out: Lines = []
        self.comment = False
        self._links: list[str] = []
        self._opened: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._columns: list[str] = []  # of the details that are open

    def line(self, number: int, line: str, inside: Sequence[int]) -> None:
        self._opened, self._last, self._number = {}, {}, number
        indent = len(line) - len(line.lstrip())
        column = " " * max((start for start in inside if start <= indent), default=min(indent, _MOST_INDENT))
        parts = list(self._parts(line))
        first = parts[0]
        if not first.strip() and len(parts) > 1:
            parts = parts[1:] if not first else [first, *parts[1:]]
        for place, part in enumerate(parts):
            self.out.append(
                (
                    number,
                    part
                    if place == 0 and part is first
                    else self._column(part, column) + part.lstrip()
                    if part.strip()
                    else "",
                )
            )

    def _column(self, part: str, column: str) -> str:
        """Return where a part of a line begins: what ends details stands no deeper than what began them."""
        if part == OPEN:
            self._columns.append(column)
        elif part == CLOSE and self._columns:
            return min(column, self._columns.pop())
        return column

    def _parts(self, line: str) -> Iterator[str]:
        """Yield the lines that a line becomes."""
        text, end, last = "", 0, line.rfind("-->")
        if self.comment:
            end = self._after_comment(line, 0)
        while found := _TAG.search(line, end):
            text += line[end : found.start()]
            end = found.end()
            if found[0].startswith("`") or (found[0] == "<!--" and self._number >= self._last_end and last < end):
                text += found[0]
            elif found[0] == "<!--":
                end = self._after_comment(line, found.end())
            else:
                *done, text = self._tag(found[2].casefold(), found, text)
                yield from done
        yield text + ("" if self.comment else line[end:])

    def _after_comment(self, line: str, start: int) -> int:
        end = line.find("-->", start)
        self.comment = end < 0
        return len(line) if end < 0 else end + 3

    def _tag(self, tag: str, found: re.Match[str], text: str) -> list[str]:  # noqa: C901, PLR0911  one line a tag
        """Return what a tag makes of the text before it: lines that are ended, and what the next one begins with."""
        closes = bool(found[1])
        match tag:
            case "details":
                return [text, "", CLOSE if closes else OPEN, "", ""]
            case "summary":
                return [text, "", ""] if closes else [text, "", SUMMARY]
            case "br":
                return [f"{text}  ", ""] if text.strip() else ["", ""]
            case "hr":
                return [text, "", "---", ""]
            case "pre":
                return [text, "```", ""] if closes else [text, "", "```", ""]
            case "a" | "img":
                return [text + self._link(tag, found[3] or "", closes=closes)]
            case "tr" | "li" | "dd" | "dt" if not closes:
                bold = tag == "dt" and self._is_paired(tag, found, closes=False)
                return [text, *([""] if tag == "dt" else []), "**" if bold else _STARTS.get(tag, "")]
            case _ if tag in _BLOCKS:
                return [text, "", ""]
            case _ if tag[0] == "h" and tag[1:].isdigit():
                return [text, "", ""] if closes else [text, "", "#" * int(tag[1]) + " "]
            case _ if tag in _ENDS and not self._is_paired(tag, found, closes=closes):
                return [text]
            case _:
                return [_emphasised(text, tag, closes=closes)]

    def _is_paired(self, tag: str, found: re.Match[str], *, closes: bool) -> bool:
        """Whether a tag opens and closes on one line: Markdown's emphasis does not reach over paragraphs."""
        if closes:
            self._opened[tag] = self._opened.get(tag, 0) - 1
            return self._opened[tag] >= 0
        if tag not in self._last:
            self._last[tag] = found.string.casefold().rfind(f"</{tag}")
        opens = self._last[tag] > found.start()
        self._opened[tag] = self._opened.get(tag, 0) + opens
        return opens

    def _link(self, tag: str, attributes: str, *, closes: bool) -> str:
        said = {name.casefold(): one or two or three for name, one, two, three in _ATTRIBUTE.findall(attributes)}
        if tag == "img":
            return f"![{said.get('alt', '')}]({said.get('src', '').replace(' ', '%20')})"
        if closes:
            target = self._links.pop() if self._links else ""
            return f"]({target})" if target else ""
        self._links.append(said.get("href", "").replace(" ", "%20"))
        return "[" if self._links[-1] else ""


def _emphasised(text: str, tag: str, *, closes: bool) -> str:
    mark = _ENDS.get(tag, "" if closes else _STARTS.get(tag, ""))
    if not mark or tag in _STARTS:
        return text + mark
    if not closes:
        return text + mark
    kept = text.rstrip()  # a mark that follows a blank closes nothing
    if kept.endswith(mark):
        return kept.removesuffix(mark)  # nothing was in it
    return kept + mark + text[len(kept) :]
