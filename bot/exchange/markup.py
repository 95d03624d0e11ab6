"""Markdown as blocks with their lines, and as the plain text that cards hold."""

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from bot.exchange.embedded import CLOSE, OPEN, SUMMARY, as_markdown
from bot.safe_yaml import Unreadable

MAX_INLINE: Final = 20_000  # characters; a longer line is taken as it is
_NEAR: Final = 4  # tokens in which the letter beside a mark is looked for
MAX_NESTING: Final = 40  # a list in a list takes two
_LONG_LIST: Final = 200  # items of a line each, from which a list is read without the parser
_ACTING: Final = re.compile(r"[\\`*$&]|(?<!\w)_|_(?!\w)")
_PLAIN: Final = re.compile(
    r"(?<!`)`([^`\n]+)`(?!`)|(?<![\w*\\])\*\*(?=[^\s*])([^*`_\n\\$&]+)(?<=[\w.,:;?!)])\*\*(?![\w*])"
    r"|(?<![\w*\\])\*(?=[^\s*])([^*`_\n\\$&]+)(?<=[\w.,:;?!)])\*(?![\w*])"
)
_HARD: Final = re.compile(r" {2,}\n *")
_SIMPLE_ITEM: Final = re.compile(r"[-*+] (?![\s`~#>]|\d+[.)]|[-*+] |\[\^)[^|]*")
_CELL: Final = re.compile(r"(?<!\\)\|")
_ENDED: Final = {"heading_close", "paragraph_close", "blockquote_close", "list_item_close", "bullet_list_close", "ordered_list_close"}


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable("table")
    parser.use(front_matter_plugin).use(dollarmath_plugin, allow_space=False, allow_digits=False)
    parser.core.ruler.disable(["inline", "text_join"])  # blocks first; a block's words when they are asked for
    return parser.disable(["link", "image", "autolink", "reference"])  # they stay as they are written


_MARKDOWN: Final = _parser()


@dataclass(frozen=True)
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

    @cached_property
    def text(self) -> str:
        """The block's words as plain text: nothing left out but the marks of emphasis."""
        match self.kind:
            case "paragraph":
                return plain(self.content)
            case "heading":
                return f"{plain(self.content).rstrip(':')}:"
            case "bullet_list":
                return "\n".join(_item(block.text, "-") for block in self.inside)
            case "ordered_list":
                return "\n".join(_item(b.text, f"{n}.") for n, b in enumerate(self.inside, start=self.number))
            case "list_item" | "blockquote" | "details":
                return "\n".join(filter(None, (plain(self.content), *(block.text for block in self.inside))))
            case _:
                return "\n".join(self.source)


def blocks(lines: Sequence[str], numbers: Sequence[int] | None = None) -> tuple[Block, ...]:
    """Return a document's outermost blocks in order, or raise Unreadable where lists and quotes nest without end.

    `numbers` are the lines' numbers where they are not 1, 2, 3 and so on.
    """
    numbered = as_markdown(list(zip(numbers or range(1, len(lines) + 1), lines, strict=True)))
    reader = _Reader([text for _, text in numbered], [number for number, _ in numbered])
    found: list[Block] = []
    with _uncollected():
        for start, end, simple in _stretches(reader.lines):
            found += [reader.simple_list(start, end)] if simple else reader.read(start, end)
    return _folded(found)


def plain(content: str) -> str:
    """Return a stretch of Markdown as plain text; a line's end is a blank unless it is a hard one."""
    if len(content) > MAX_INLINE:
        return content.strip()
    if not _ACTING.search(_PLAIN.sub("", content)):
        return _broken(_PLAIN.sub(_kept, content)).strip()
    tokens = _inline(content)
    words = [_words(token) for token in tokens]
    for opening, closing in _emphasis(tokens):
        before = next(filter(None, reversed(words[max(0, opening - _NEAR) : opening])), "")
        after = next(filter(None, words[closing + 1 : closing + 1 + _NEAR]), "")
        if before[-1:].isalnum() or after[:1].isalnum():  # A*B*C is a product
            words[opening] = words[closing] = tokens[opening].markup
    return "".join(words).strip()


def _kept(found: re.Match[str]) -> str:
    """Return the words in code or in plain emphasis, which need no parser."""
    code, *marked = found.groups()
    if code is None:
        return next(words for words in marked if words is not None)
    return code[1:-1] if code[0] == code[-1] == " " and code.strip() else code


def _broken(text: str) -> str:
    """Return lines as one, but for those that end in two blanks."""
    if "\n" not in text:
        return text
    return "\n".join(re.sub(r" ?\n *", " ", part) for part in _HARD.split(text))


def bold(content: str) -> tuple[str, str] | None:
    """Return the bold words at a text's start, and what follows them; None where it does not start so."""
    if not content.startswith(("**", "__")) or len(content) > MAX_INLINE:
        return None
    tokens = _inline(content)
    ends = [close for opening, close in _emphasis(tokens) if tokens[opening].type == "strong_open" and not any(map(_words, tokens[:opening]))]
    if not ends:
        return None
    end = max(ends)
    while end + 1 < len(tokens) and tokens[end + 1].type == "em_close":
        end += 1
    head, tail = ("".join(map(_words, some)).strip() for some in (tokens[: end + 1], tokens[end + 1 :]))
    return head, tail


def _inline(content: str) -> list[Token]:
    tokens: list[Token] = []
    _MARKDOWN.inline.parse(content, _MARKDOWN, {}, tokens)
    return tokens


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare the collector what a parser makes, of which nothing is thrown away before it is done."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _stretches(lines: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    """Yield the stretches of a document, and whether each is a long list with one line an item."""
    start = place = 0
    while place < len(lines):
        end = place
        if lines[place][:2] in {"- ", "* ", "+ "} and (not place or not lines[place - 1].strip()):
            while end < len(lines) and lines[end][:2] == lines[place][:2] and _SIMPLE_ITEM.fullmatch(lines[end]):
                end += 1
        if end - place >= _LONG_LIST and (end == len(lines) or not lines[end].strip()):
            if start < place:
                yield start, place, False
            yield place, end, True
            start = end
        place = max(end, place + 1)
    if start < len(lines):
        yield start, len(lines), False


@dataclass(slots=True)
class _Reader:
    lines: list[str]
    numbers: list[int]

    def simple_list(self, start: int, end: int) -> Block:
        """Return lines with a dash each as a list."""
        items = []
        for place in range(start, end):
            at = self.numbers[place]
            words = Block("paragraph", at, at, self.lines[place][2:].strip())
            items.append(Block("list_item", at, at, inside=(words,)))
        return Block("bullet_list", items[0].first, items[-1].last, inside=tuple(items))

    def read(self, start: int, end: int) -> list[Block]:
        """Return the outermost blocks of some lines."""
        text = "\n".join(self.lines[start:end])
        rules = _MARKDOWN if not start else _WITHOUT_FRONT
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

    def _block(self, token: Token, offset: int, inside: list[Block]) -> Block:
        if token.map is None:  # a row's cell: its words are those of the inline token in it
            return Block("cell", 0, 0, inside[0].content if inside else "")
        start, end = (offset + place for place in token.map)
        while end > start + 1 and not self.lines[end - 1].strip():  # a list's lines reach to what follows it
            end -= 1
        kind = token.type.removesuffix("_open")
        first, last = self.numbers[start], self.numbers[end - 1]
        match kind:
            case "heading" | "paragraph":
                return Block(kind, first, last, inside[0].content if inside else "", depth=int(token.tag[1:]) if kind == "heading" else 0)
            case "bullet_list" | "ordered_list":
                return Block(kind, first, last, number=int(token.attrs.get("start", 1)), inside=tuple(inside))
            case "list_item" | "blockquote":
                return Block(kind, first, last, inside=_folded(inside))
            case "table":
                rows = tuple((row.first, tuple(cell.content for cell in row.inside)) for part in inside for row in part.inside)
                return Block(kind, first, last, rows=rows, source=tuple(self.lines[start:end]))
            case "thead" | "tbody" | "tr":
                return Block(kind, first, last, inside=tuple(inside))
            case _:
                return Block(kind, first, last, token.content, source=tuple(self.lines[start:end]))


def _without_front() -> MarkdownIt:
    parser = _parser()
    return parser.disable(["front_matter"])


_WITHOUT_FRONT: Final = _without_front()


def _folded(found: Sequence[Block]) -> tuple[Block, ...]:
    """Return blocks with those between the marks of `<details>` inside one each."""
    if not any(block.content[:1] in {OPEN, CLOSE, SUMMARY} for block in found if block.kind == "paragraph"):
        return tuple(found)
    stack: list[tuple[Block, list[Block]]] = []
    out: list[Block] = []
    for block in found:
        mark = block.content[:1] if block.kind == "paragraph" else ""
        if mark == OPEN:
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


def _words(token: Token) -> str:
    match token.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "math_inline" | "math_inline_double":
            return f"{token.markup}{token.content}{token.markup}"
        case _:
            return token.content


def _emphasis(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return where each stretch of emphasis opens and closes."""
    opened: list[int] = []
    found = []
    for place, token in enumerate(tokens):
        if token.nesting > 0:
            opened.append(place)
        elif token.nesting < 0:
            found.append((opened.pop(), place))
    return found


def _item(text: str, mark: str) -> str:
    return f"{mark} {text}".replace("\n", "\n  ")
