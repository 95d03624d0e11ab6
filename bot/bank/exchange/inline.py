"""Markdown's parser, set up for notes, and a line of it as the plain text that cards hold."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

MAX_INLINE: Final = 20_000  # characters; a longer line is taken as it is
_NEAR: Final = 4  # tokens in which the letter beside a mark is looked for
MAX_NESTING: Final = 40  # a list in a list takes two
_ACTING: Final = re.compile(r"[\\`*$&]|(?<!\w)_|_(?!\w)")
_PLAIN: Final = re.compile(
    r"(?<!`)`([^`\n]+)`(?!`)|(?<![\w*\\])\*\*(?=[^\s*])([^*`_\n\\$&]+)(?<=[\w.,:;?!)])\*\*(?![\w*])"
    r"|(?<![\w*\\])\*(?=[^\s*])([^*`_\n\\$&]+)(?<=[\w.,:;?!)])\*(?![\w*])"
)
_BOLD: Final = re.compile(r"\*\*(?=[^\s*])([^*`_\n\\$&]+)(?<=[\w.,:;?!)])\*\*(?![\w*])")
_MARKS: Final = frozenset("\\`*_$&")
_HARD: Final = re.compile(r" {2,}\n *")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable("table")
    parser.use(front_matter_plugin).use(dollarmath_plugin, allow_space=False, allow_digits=False)
    parser.core.ruler.disable(["inline", "text_join"])  # blocks first; a block's words when they are asked for
    return parser.disable(["link", "image", "autolink", "reference"])  # they stay as they are written


MARKDOWN: Final = _parser()
WITHOUT_FRONT: Final = _parser().disable(["front_matter"])  # for what is no document's start


@lru_cache(maxsize=128)  # a block is looked at by many: whether it asks, announces, explains, and what it says
def plain(content: str) -> str:
    """Return a stretch of Markdown as plain text; a line's end is a blank unless it is a hard one."""
    if len(content) > MAX_INLINE:
        return content.strip()
    if _MARKS.isdisjoint(content):
        return _broken(content).strip()
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
    if simple := _BOLD.match(content):
        return simple[1].strip(), plain(content[simple.end() :])
    tokens = _inline(content)
    ends = [
        close
        for opening, close in _emphasis(tokens)
        if tokens[opening].type == "strong_open" and not any(map(_words, tokens[:opening]))
    ]
    if not ends:
        return None
    end = max(ends)
    head, tail = ("".join(map(_words, some)).strip() for some in (tokens[: end + 1], tokens[end + 1 :]))
    return head, tail


@lru_cache(maxsize=4)  # for its words, and for what is bold in it
def _inline(content: str) -> Sequence[Token]:
    tokens: list[Token] = []
    MARKDOWN.inline.parse(content, MARKDOWN, {}, tokens)
    return tokens


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
