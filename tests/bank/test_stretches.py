"""What is read without Markdown's parser is what the parser would have read."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from bot.bank.exchange.inline import MARKDOWN
from bot.bank.exchange.markup import Block, blocks
from bot.bank.exchange.stretches import stretches

PIECES: Final = (
    "", "", "What is wind?", "It is air.", "# Wind", "### Wind ##", "## #tag", "#tag", "---", "***", "* * *", "- - -", "===", "- air", "- sea",
    "* air", "+ air", "1. air", "2. sea", "7) ice", "  - deep", "    - deeper", "   1. deep", "   2. deep", " - near", "    deep", "   so", "  so", "\tso", "```", "```python", "  ```", "~~~", "~~~~", "$$", "$$ x $$", "$x$ so",
    "> said", "- # head", "- > said", "- 1. two", "- ---", "- a | b", "* :-- | --", "  * :-- | --", "2. a | b", ":-- | --", "1.", "-", "**bold** words", "*so*", "_so_", "`code`", "| a | b |", "|---|---|", "a | b",
    "[x]: y", "2020. A year", "5 winds", "A) wind", "1. wind  ", "so\\", "\u00a0", "…", "\\# so",
)  # fmt: skip
Seen = tuple[str, int, int, str]


def parsed(lines: Sequence[str]) -> Iterator[Seen]:
    """Yield the outermost blocks as the parser finds them: kind, lines, and the words of headings, paragraphs and lists."""
    tokens = MARKDOWN.parse("\n".join(lines))
    for place, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map:
            start, end = token.map
            while end > start + 1 and not lines[end - 1].strip():
                end -= 1
            words = tokens[place + 1].content if token.nesting and tokens[place + 1].type == "inline" else token.content
            if token.type.endswith("list_open"):
                inside = takewhile(lambda one: one.level, tokens[place + 1 :])
                words = "\n\n".join(f"{one.level // 2 * '>'}{one.content}" for one in inside if one.type == "inline")
            yield token.type.removesuffix("_open"), start + 1, end, words


def seen(block: Block) -> Seen:
    words = "\n\n".join(said(block, 0)) if block.kind.endswith("list") else block.content
    return block.kind, block.first, block.last, words


def said(block: Block, depth: int) -> Iterator[str]:
    """Yield the words of the paragraphs, headings and cells in a block, each with how deep it stands."""
    if block.kind in {"paragraph", "heading"}:
        yield f"{(depth + 1) // 2 * '>'}{block.content}"
    for _, cells in block.rows:
        yield from (f"{(depth + 4) // 2 * '>'}{cell}" for cell in cells)
    for inner in block.inside:
        yield from said(inner, depth + 1)


@given(st.lists(st.sampled_from(PIECES), max_size=14))
@example(["It is", "1. air", "", "```", "# code", "", "So", "```", "So."])
@example(["- air", "  ```", "  # code", "", "  ```", "", "So."])
@example(["$$", "# x", "", "$$", "", "So."])
@example(["$$", "# x $$", "", "So."])
@example(["> so", "$$", "# x", "$$", "", "So."])
@example(["- air", "  ```", "- sea", "", "```", "# code", "```", "", "So."])
@example(["---", "a: b", "---", "So."])
@example(["- air", "  - deep", "    - deeper", "  - deep", "- sea", "   1. deep", "   2. deep", "", "So."])
@example(["- air", "  2. sea", "So."])
@example(["1. wind  ", "A) air", "", "2. sea", "**b** so", "", "", "So."])
def test_as_the_parser_reads(lines: list[str]):
    """In any order of lines, the blocks are the parser's."""
    assert list(map(seen, blocks(lines))) == list(parsed(lines))


def test_what_needs_no_parser():
    """Headings, paragraphs, rules, code and lists with a line an item need no parser; the rest does, up to the next of them."""
    lines = [
        "# Wind",
        "It is",
        "air.",
        "",
        "- so",
        "- and",
        "",
        "---",
        "```",
        "x",
        "```",
        "- a",
        "  - b",
        "",
        "| a |",
        "|---|",
        "",
        "So.",
    ]
    kinds = ["heading", "paragraph", "list", "hr", "fence", "nested", "", "paragraph"]
    assert [kind for kind, _, _ in stretches(lines)] == kinds
