"""HTML: a page as blocks, and a cell's markup as plain text. A page's menus, scripts and feet are no part of it.

The parser is given only tags that HTML has: anything else that looks like one, such as `List<int>`, is text.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from lxml import etree

from bot.bank.exchange.markup import Block

_KNOWN: Final = (
    "html|head|body|title|meta|link|main|header|footer|nav|aside|section|article|div|span|p|br|hr|h[1-6]|b|strong|i|em|u|s|small"
    "|mark|del|ins|sub|sup|code|kbd|samp|pre|tt|var|a|img|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|th|td|caption|blockquote"
    "|details|summary|script|style|svg|form|button|label|input|select|option|textarea|figure|figcaption|font|center|noscript|iframe"
    "|colgroup|col|q|cite|abbr|time|video|audio|source|picture|math|address|template|wbr|path|g|fieldset|legend"
)
_NO_TAG: Final = re.compile(rf"<(?!(?:/?(?:{_KNOWN})(?:\s[^<>]*)?/?|!DOCTYPE[^<>]*)>)", re.IGNORECASE)
_OFFICE: Final = re.compile(
    r"</?[a-z]\w{0,20}:[a-z]\w{0,40}(?:\s[^<>]*)?/?>", re.IGNORECASE
)  # <o:p>, of word processors
_COMMENT: Final = re.compile(r"<!--(?:(?!-->).)*-->", re.DOTALL)
_DATA: Final = re.compile(r"<!\[CDATA\[|\]\]>")
_SKIPPED: Final = frozenset((
    "script", "style", "nav", "header", "footer", "aside", "svg", "form", "noscript", "iframe", "template", "head", "title",
    "select", "video", "audio", "math",
))  # fmt: skip
_BREAKING: Final = frozenset((
    "div", "p", "section", "article", "main", "body", "html", "ul", "ol", "dl", "li", "dt", "dd", "table", "tr", "td", "th", "blockquote", "figure",
    "center", "address", "pre", "details", "summary", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "fieldset", "figcaption", "thead", "tbody",
    "tfoot", "caption",
))  # fmt: skip
_BOLD: Final = frozenset(("b", "strong", "dt"))
_SPECIAL: Final = re.compile(r"([\\`*_$&\[\]|])")
_MAX_DEPTH: Final = 90
_SPACE: Final = re.compile(r"[ \t\r\f\v\u00a0]*\n[ \t\r\f\v\u00a0\n]*|[ \t\r\f\v\u00a0]+")
_TAG_TEXT: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")


def blocks(text: str) -> tuple[Block, ...]:
    """Return a page's blocks in order."""
    root = _parsed(text)
    if root is None:
        return ()
    reader = _Reader()
    reader.read(root, 0)
    return tuple(reader.done())


def title(text: str) -> str:
    """Return what a page calls itself."""
    found = re.search(r"<title[^<>]*>([^<]{1,300})", text[:20_000], re.IGNORECASE)
    return " ".join(words(found[1]).split()) if found else ""


def words(cell: str) -> str:
    """Return a cell's HTML as plain text, a line where a block or a break ends one; powers keep their sign."""
    if not _TAG_TEXT.search(cell):
        return _NO_TAG.sub("<", cell).replace("\u00a0", " ").strip() if "<" not in cell else cell.strip()
    root = _parsed(f"<div>{cell}</div>")
    text = "".join(_pieces(root, 0))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?<!\n)\n+(?=- )", "\n", "\n".join(lines))).strip()


def _parsed(text: str) -> Any:
    head, ended, rest = text.rpartition(
        "-->"
    )  # what opens below the last one's end is none, and looks for no end in vain
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), head + ended) + rest
    clean = _NO_TAG.sub("&lt;", _OFFICE.sub("", _DATA.sub("", text))).replace("\x00", "")
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    return etree.fromstring(clean.encode("utf-8", errors="replace"), parser)


def _pieces(element: Any, depth: int) -> Iterator[str]:
    """Yield an element's text as a person reads it."""
    tag = element.tag if isinstance(element.tag, str) else "script"
    if tag in {"script", "style"} or depth > _MAX_DEPTH:
        return
    if tag == "img":
        yield f"[image {element.get('src') or element.get('alt') or ''}]".replace(" ]", "]")
    yield {"br": "\n", "li": "\n- ", "sup": "^", "td": " ", "th": " "}.get(tag, "\n" if tag in _BREAKING else "")
    yield element.text or ""
    for child in element:
        yield from _pieces(child, depth + 1)
        yield child.tail or ""
    yield "\n" if tag in _BREAKING and tag not in {"td", "th"} else ""


class _Reader:
    """Collects blocks; words that stand loose between two of them are a paragraph."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._loose: list[str] = []
        self._line = 1

    def done(self) -> list[Block]:
        self._end()
        return self._found

    def read(self, element: Any, depth: int) -> None:
        """Take an element and what is in it."""
        if not isinstance(element.tag, str) or (_is_skipped(element) and depth) or depth > _MAX_DEPTH:
            return
        if element.tag in _BREAKING:
            self._end()
            self._line = element.sourceline or self._line
            self._block(element, depth)
        else:
            self._inline(element, depth)

    def _block(self, element: Any, depth: int) -> None:
        at = self._line
        match element.tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._add(Block("heading", at, at, _content(element, bold=False), depth=int(element.tag[1])))
            case "ul" | "ol":
                items = tuple(self._item(child, depth) for child in element if child.tag == "li")
                self._add(
                    Block(
                        "bullet_list" if element.tag == "ul" else "ordered_list",
                        at,
                        self._last(items, at),
                        inside=items,
                    )
                )
            case "table":
                rows = tuple((row.sourceline or at, _cells(row)) for row in element.iter("tr"))
                self._table(element, rows, depth)
            case "pre":
                code = "".join(element.itertext())
                self._add(Block("fence", at, at, code, source=("```", *code.strip("\n").split("\n"), "```")))
            case "hr":
                self._add(Block("hr", at, at))
            case "details" | "blockquote":
                self._add(self._container(element, depth))
            case "summary":
                return
            case "dt":
                self._add(Block("paragraph", at, at, f"**{_content(element, bold=False)}**"))
            case _ if _asks(element):
                self._add(Block("paragraph", at, at, f"**{_content(element, bold=False)}**"))
            case _:
                self._children(element, depth)
                self._end()

    def _table(self, element: Any, rows: tuple[tuple[int, tuple[str, ...]], ...], depth: int) -> None:
        if len([cells for _, cells in rows if len(cells) > 1]) > 1:
            at = element.sourceline or self._line
            source = tuple(" | ".join(cells) for _, cells in rows)
            self._add(Block("table", at, max(line for line, _ in rows), rows=rows, source=source))
        else:  # a page laid out in a table
            self._children(element, depth)

    def _children(self, element: Any, depth: int) -> None:
        self._loose.append(_escaped(element.text))
        for child in element:
            self.read(child, depth + 1)
            self._loose.append(_escaped(child.tail))

    def _inline(self, element: Any, depth: int) -> None:
        if any(child.tag in _BREAKING for child in element.iter()):
            self._children(element, depth)
        else:
            self._loose.append(_content(element, bold=True))

    def _inner(self, element: Any, depth: int) -> tuple[Block, ...]:
        inner = _Reader()
        inner._line = element.sourceline or self._line
        inner._children(element, depth)
        found = tuple(inner.done())
        self._line = max(self._line, inner._line)
        return found

    def _item(self, element: Any, depth: int) -> Block:
        inside = self._inner(element, depth + 1)
        at = element.sourceline or self._line
        return Block("list_item", at, self._last(inside, at), inside=inside)

    def _container(self, element: Any, depth: int) -> Block:
        summary = next((child for child in element if child.tag == "summary"), None)
        at = element.sourceline or self._line
        inside = self._inner(element, depth + 1)
        content = _content(summary, bold=False) if summary is not None else ""
        return Block(element.tag, at, self._last(inside, at), content, inside=inside)

    def _last(self, inside: Sequence[Block], at: int) -> int:
        return max((block.last for block in inside), default=at)

    def _add(self, block: Block) -> None:
        if block.content or block.inside or block.kind in {"hr", "table"}:
            self._found.append(block)

    def _end(self) -> None:
        content = _spaced("".join(self._loose))
        self._loose.clear()
        if content:
            self._found.append(Block("paragraph", self._line, self._line + content.count("\n"), content))


def _asks(element: Any) -> bool:
    """Whether a page's styles call an element a question, and it is nothing but its words."""
    words = element.get("class", "").casefold().replace("_", "-").split()
    named = any(word.removeprefix("faq-").removesuffix("-text").removesuffix("-title") == "question" for word in words)
    return named and not any(child.tag in _BREAKING for child in element.iterdescendants())


def _is_skipped(element: Any) -> bool:
    """Whether an element is no part of a page's text; a button is one where it unfolds the answer to what it asks."""
    return element.tag in _SKIPPED or (
        element.tag == "button" and not any(mark in "".join(element.itertext()) for mark in "?？؟")
    )


def _cells(row: Any) -> tuple[str, ...]:
    return tuple(_content(cell, bold=False).replace("  \n", " ") for cell in row if cell.tag in {"td", "th"})


def _content(element: Any, *, bold: bool) -> str:
    """Return an element's words as Markdown of one paragraph."""
    return _spaced("".join(_markdown(element, 0, bold=bold))) if not bold else "".join(_markdown(element, 0, bold=bold))


def _markdown(element: Any, depth: int, *, bold: bool) -> Iterator[str]:
    tag = element.tag if isinstance(element.tag, str) else "script"
    if tag == "script" or (_is_skipped(element) and tag != "math") or depth > _MAX_DEPTH:
        return
    if tag == "br" or (depth and tag in _BREAKING):
        yield "\ue000"
    mark = "**" if bold and tag in _BOLD and "".join(element.itertext()).strip() else "^" if tag == "sup" else ""
    text = "".join([_escaped(element.text), *_inner_markdown(element, depth, bold=bold and not mark)])
    kept = text.strip() if mark == "**" else text
    if tag == "a" and (target := element.get("href", "")).startswith("#") and kept.strip():
        yield f"[{kept.strip()}]({target.replace(' ', '%20')})"
        return
    lead, tail = (text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]) if mark == "**" else ("", "")
    yield f"{lead}{mark}{kept}{mark if mark == '**' else ''}{tail}"


def _inner_markdown(element: Any, depth: int, *, bold: bool) -> Iterator[str]:
    for child in element:
        yield from _markdown(child, depth + 1, bold=bold)
        yield _escaped(child.tail)


def _escaped(text: str | None) -> str:
    return _SPECIAL.sub(r"\\\1", text) if text else ""


def _spaced(text: str) -> str:
    """Return text with single blanks, and a hard break where a `<br>` stands."""
    return re.sub(r" ?(?:\ue000 ?)+", "  \n", _SPACE.sub(" ", text).strip(" \ue000"))
