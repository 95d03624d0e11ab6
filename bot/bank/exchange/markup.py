"""Markdown as blocks with their lines, and as the plain text that cards hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from textwrap import dedent
from typing import Final

from markdown_it.token import Token

from bot.bank.exchange.embedded import CLOSE, OPEN, SUMMARY, as_markdown
from bot.bank.exchange.inline import MARKDOWN, MAX_NESTING, WITHOUT_FRONT, plain
from bot.bank.exchange.stretches import ITEM, stretches
from bot.bank.safe_yaml import Unreadable, uncollected

_CALLOUT: Final = re.compile(r"\[!\w+\][-+]?[ \t]*(?=\S)")


@dataclass  # never changed, and not frozen: a file has tens of thousands, and a frozen one takes five times as long to make
class Block:
    """A block of a document: its kind, its lines (from 1, both included), and the blocks inside it.

    The content of a paragraph, a heading or a summary is Markdown of a line or more; that of code is its text.
    """

    kind: str
    first: int
    last: int
    content: str = ""
    depth: int = 0  # of a heading
    number: int = 1  # of a numbered list's first item
    inside: tuple["Block", ...] = ()
    rows: tuple[tuple[int, tuple[str, ...]], ...] = ()  # of a table: each one's line and its cells
    source: tuple[str, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """The block's words as plain text: nothing left out but the marks of emphasis."""
        return plain(self.content) if self.kind == "paragraph" else self._whole

    @cached_property
    def _whole(self) -> str:
        match self.kind:
            case "heading":
                return f"{plain(self.content).rstrip(':')}:"
            case "bullet_list":
                return "\n".join(_item(block.text, "-") for block in self.inside)
            case "ordered_list":
                return "\n".join(_item(b.text, f"{n}.") for n, b in enumerate(self.inside, start=self.number))
            case "list_item" | "blockquote" | "details":
                return "\n".join(filter(None, (plain(self.content), *(block.text for block in self.inside))))
            case _:
                return dedent("\n".join(self.source))


def blocks(lines: Sequence[str], numbers: Sequence[int] | None = None) -> tuple[Block, ...]:
    """Return a document's outermost blocks in order, or raise Unreadable where lists and quotes nest without end.

    `numbers` are the lines' numbers where they are not 1, 2, 3 and so on.
    """
    numbered = as_markdown(list(zip(numbers or range(1, len(lines) + 1), lines, strict=True)))
    reader = _Reader([text for _, text in numbered], [number for number, _ in numbered])
    found: list[Block] = []
    with uncollected:
        for kind, start, end in stretches(reader.lines):
            found += [reader.plain(kind, start, end)] if kind else reader.read(start, end)
    return _folded(found)


@dataclass(slots=True)
class _Reader:
    lines: list[str]
    numbers: list[int]

    def plain(self, kind: str, start: int, end: int) -> Block:
        """Return a block of a kind that needs no parser."""
        lines, first, last = self.lines[start:end], self.numbers[start], self.numbers[end - 1]
        match kind:
            case "heading":
                words = lines[0].lstrip("#")
                return Block(kind, first, last, _unclosed(words), depth=len(lines[0]) - len(words))
            case "paragraph":
                return Block(kind, first, last, "\n".join(lines).strip())
            case "list":
                return self._list(start, end)
            case "nested":
                return self._nested(start, end)
            case "fence":
                return Block(kind, first, last, "".join(f"{line}\n" for line in lines[1:-1]), source=tuple(lines))
            case _:
                return Block(kind, first, last, source=tuple(lines))

    def _list(self, start: int, end: int) -> Block:
        """Return items that are a paragraph each as a list."""
        items = []
        starts = [n for n in range(start, end) if ITEM.fullmatch(self.lines[n])]
        for a, b in pairwise([*starts, end]):
            text = "\n".join((self.lines[a].partition(" ")[2], *self.lines[a + 1 : b])).strip()
            first, last = self.numbers[a], self.numbers[a + text.count("\n")]
            items.append(Block("list_item", first, last, inside=(Block("paragraph", first, last, text),)))
        return _listed(self.lines[start].partition(" ")[0], items)

    def _nested(self, start: int, end: int) -> Block:
        """Return items of a line each as a list, with the lists that stand below them in it."""
        starts: list[int] = []
        words = 0
        for n in range(start, end):
            text = self.lines[n].lstrip(" ")
            if not starts or len(self.lines[n]) - len(text) < words:
                starts.append(n)
                words = len(self.lines[n]) - len(text.partition(" ")[2])
        items = [self._item(a, b) for a, b in pairwise([*starts, end])]
        return _listed(self.lines[start].split(maxsplit=1)[0], items)

    def _item(self, start: int, end: int) -> Block:
        first, last = self.numbers[start], self.numbers[end - 1]
        opening = Block("paragraph", first, first, self.lines[start].lstrip(" ").partition(" ")[2].strip())
        below = (self._nested(start + 1, end),) if end > start + 1 else ()
        return Block("list_item", first, last, inside=(opening, *below))

    def read(self, start: int, end: int) -> list[Block]:
        """Return the outermost blocks of some lines."""
        text = "\n".join(self.lines[start:end])
        rules = MARKDOWN if not start else WITHOUT_FRONT
        opened: list[tuple[Token, list[Block]]] = []
        found: list[Block] = []
        for token in rules.parse(text):
            if token.level >= MAX_NESTING - 1:  # from here on the parser gives up
                raise Unreadable(self.numbers[start + token.map[0]] if token.map else 1, "nested too deeply")
            if token.nesting > 0:
                opened.append((token, found))
                found = []
            elif token.nesting < 0:
                opening, outer = opened.pop()
                outer.append(self._block(opening, start, found))
                found = outer
            else:
                found.append(self._block(token, start, []))
        return found

    def _block(self, token: Token, offset: int, inside: list[Block]) -> Block:  # noqa: PLR0911  one line a kind
        if token.map is None:  # a row's cell: its words are those of the inline token in it
            return Block("cell", 0, 0, inside[0].content if inside else "")
        start, end = (offset + place for place in token.map)
        while end > start + 1 and not self.lines[end - 1].strip():  # a list's lines reach to what follows it
            end -= 1
        kind = token.type.removesuffix("_open")
        first, last = self.numbers[start], self.numbers[end - 1]
        match kind:
            case "heading" | "paragraph":
                return Block(
                    kind,
                    first,
                    last,
                    inside[0].content if inside else "",
                    depth=int(token.tag[1:]) if kind == "heading" else 0,
                )
            case "bullet_list" | "ordered_list":
                return Block(kind, first, last, number=int(token.attrs.get("start", 1)), inside=tuple(inside))
            case "blockquote" if inside and (called := _CALLOUT.match(inside[0].content)):
                return _callout(called, first, last, inside)
            case "list_item" | "blockquote":
                return Block(kind, first, last, inside=_folded(inside))
            case "table":
                rows = tuple(
                    (row.first, tuple(cell.content for cell in row.inside)) for part in inside for row in part.inside
                )
                return Block(kind, first, last, rows=rows, source=tuple(self.lines[start:end]))
            case "thead" | "tbody" | "tr":
                return Block(kind, first, last, inside=tuple(inside))
            case _:
                return Block(kind, first, last, token.content, source=tuple(self.lines[start:end]))


def _listed(mark: str, items: Sequence[Block]) -> Block:
    kind = "bullet_list" if len(mark) == 1 else "ordered_list"
    return Block(kind, items[0].first, items[-1].last, number=int(mark[:-1] or 1), inside=tuple(items))


def _callout(called: re.Match[str], first: int, last: int, inside: Sequence[Block]) -> Block:
    """Return a quote with a title (“> [!question] Why?”) as details with a summary."""
    title, _, rest = inside[0].content[called.end() :].partition("\n")
    opening = replace(inside[0], content=rest, first=min(inside[0].first + 1, inside[0].last)) if rest else None
    return Block("details", first, last, title.strip(), inside=_folded([*filter(None, [opening]), *inside[1:]]))


def _unclosed(text: str) -> str:
    """Return a heading's words without the marks that may close it."""
    text = text.strip(" \t")
    words = text.rstrip("#")
    return (words if words[-1:] in {" ", "\t"} else text).strip()


def _folded(found: Sequence[Block]) -> tuple[Block, ...]:
    """Return blocks with those between the marks of `<details>` inside one each."""
    if not any(block.content[:1] in {OPEN, CLOSE, SUMMARY} for block in found if block.kind == "paragraph"):
        return tuple(found)
    stack: list[tuple[Block, list[Block]]] = []
    out: list[Block] = []
    for block in found:
        mark = block.content[:1] if block.kind == "paragraph" else ""
        if mark == OPEN:
            if len(stack) >= MAX_NESTING:
                raise Unreadable(block.first, "nested too deeply")
            stack.append((replace(block, kind="details", content=""), out))
            out = []
        elif mark == CLOSE:
            if stack:
                opening, outer = stack.pop()
                outer.append(_details(opening, out, block.last))
                out = outer
        else:
            out.append(block)
    while stack:
        opening, outer = stack.pop()
        outer.append(_details(opening, out, out[-1].last if out else opening.last))
        out = outer
    return tuple(out)


def _details(opening: Block, inside: list[Block], last: int) -> Block:
    """Return a block of details: its summary is its content."""
    summary = ""
    for place, block in enumerate(inside):
        if block.kind == "paragraph" and block.content[:1] == SUMMARY:
            summary = block.content[1:].strip()
            del inside[place]
            if not summary and place < len(inside):
                summary = inside.pop(place).content
            break
    return replace(opening, content=summary.lstrip("# "), last=max(last, opening.first), inside=tuple(inside))


def _item(text: str, mark: str) -> str:
    return f"{mark} {text}".replace("\n", "\n  ")
