"""Markdown as blocks with their lines, and as the plain text that cards hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from bot.bank.safe_yaml import Unreadable

MAX_INLINE: Final = 20_000  # characters; a longer line is taken as it is
_NEAR: Final = 4  # tokens in which the letter beside a mark is looked for
MAX_NESTING: Final = 40  # a list in a list takes two


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable("table")
    parser.use(front_matter_plugin).use(dollarmath_plugin, allow_space=False, allow_digits=False)
    parser.core.ruler.disable(["inline", "text_join"])  # blocks first; a block's words when they are asked for
    return parser.disable(["link", "image", "autolink", "reference"])  # they stay as they are written


_MARKDOWN: Final = _parser()


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a document: its kind, its lines (from 1, both included), and the blocks inside it."""

    kind: str
    first: int
    last: int
    content: str = ""
    depth: int = 0  # of a heading
    number: int = 1  # of a numbered list's first item
    inside: tuple["Block", ...] = ()
    source: tuple[str, ...] = field(default=(), repr=False)

    @property
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
            case "list_item" | "blockquote":
                return "\n".join(block.text for block in self.inside)
            case _:
                return "\n".join(self.source)


def blocks(lines: Sequence[str]) -> tuple[Block, ...]:
    """Return a document's outermost blocks in order, or raise Unreadable where lists and quotes nest without end."""
    tokens = _MARKDOWN.parse("\n".join(lines))
    for token in tokens:
        if token.level >= MAX_NESTING - 1:  # from here on the parser gives up
            raise Unreadable(token.map[0] + 1 if token.map else 1, "nested too deeply")
    tree = SyntaxTreeNode(tokens)
    return tuple(_block(node, lines) for node in tree.children)


def plain(content: str) -> str:
    """Return a stretch of Markdown as plain text; a line's end is a blank unless it is a hard one."""
    if len(content) > MAX_INLINE:
        return content.strip()
    tokens: list[Token] = []
    _MARKDOWN.inline.parse(content, _MARKDOWN, {}, tokens)
    words = [_words(token) for token in tokens]
    for opening, closing in _emphasis(tokens):
        before = next(filter(None, reversed(words[max(0, opening - _NEAR) : opening])), "")
        after = next(filter(None, words[closing + 1 : closing + 1 + _NEAR]), "")
        if before[-1:].isalnum() or after[:1].isalnum():  # A*B*C is a product
            words[opening] = words[closing] = tokens[opening].markup
    return "".join(words).strip()


def _block(node: SyntaxTreeNode, lines: Sequence[str]) -> Block:
    start, end = node.map or (0, 0)
    while end > start + 1 and not lines[end - 1].strip():  # a list's lines reach to what follows it
        end -= 1
    own = node.children[0].content if node.type in {"paragraph", "heading"} else _content(node)
    return Block(
        kind=node.type, first=start + 1, last=end, content=own,
        depth=int(node.tag[1:]) if node.type == "heading" else 0,
        number=int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 1,
        inside=tuple(_block(child, lines) for child in node.children if child.is_nested and child.map),
        source=tuple(lines[start:end]),
    )  # fmt: skip


def _content(node: SyntaxTreeNode) -> str:
    return node.content if node.token else ""


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
