"""Parts of a document as they stand in an answer, and which parts are none."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.bank.exchange import choices, shapes
from bot.bank.exchange.inline import plain
from bot.bank.exchange.markup import Block

_CONTENTS: Final = 0.6  # of a list's words are links to anchors


def rendered(block: Block) -> str:
    """Return a block as it stands in an answer: without links that only lead elsewhere, and without "Answer" alone."""
    match block.kind:
        case "paragraph":
            return "" if shapes.is_navigation(block.content) or shapes.is_rule(block.content) else _of_paragraph(block)
        case "heading":
            text = shapes.bare(plain(block.content))
            return text if shapes.MARKER.match(text) else "" if shapes.is_answer_heading(text) else block.text
        case "details":
            summary = plain(block.content)
            head = "" if shapes.is_cover(summary) else f"{summary.rstrip(':')}:"
            return "\n\n".join(filter(None, (head if summary else "", *map(rendered, block.inside))))
        case "bullet_list" if all(shapes.is_only_anchor(item.text) for item in block.inside):
            return ""
        case "hr":
            return ""
        case _:
            return block.text


def _of_paragraph(block: Block) -> str:
    """Return a paragraph as one line, or with its lines where they are options."""
    if "\n" not in block.content:
        return block.text
    lines = block.content.split("\n")
    options = sum(bool(choices.LETTER.match(line)) for line in lines)
    return "\n".join(map(plain, lines)) if options > 1 and options >= len(lines) - 1 else block.text


def is_contents(block: Block) -> bool:
    """Whether a list is a table of contents: most of what stands in it are links to anchors."""
    leaves = [*_leaves(block)]
    anchors = sum(map(shapes.is_only_anchor, leaves))
    return bool(anchors) and anchors >= _CONTENTS * len(leaves)


def _leaves(block: Block) -> Iterator[str]:
    if block.inside:
        for inner in block.inside:
            yield from _leaves(inner)
    elif block.kind == "paragraph":
        yield block.content


def regions(content: Sequence[Block]) -> list[int]:
    """Return where the part of the document ends that stands under each heading."""
    ends = [len(content)] * len(content)
    opened: list[int] = []
    for place, block in enumerate(content):
        if block.kind == "heading":
            while opened and content[opened[-1]].depth >= block.depth:
                ends[opened.pop()] = place
            opened.append(place)
    return ends


def first_line(block: Block) -> str:
    """Return the line at whose end a level may be marked."""
    return plain(block.content.partition("\n")[0])


def unquoted(text: str) -> str:
    """Return a text without quotation marks that enclose the whole of it: “one” and “two” keep theirs."""
    for opening, closing in (('"', '"'), ("“", "”")):
        inner = text[1:-1]
        if text[:1] == opening and text[-1:] == closing and len(text) > 1:
            first = min((inner.find(mark) for mark in (opening, closing) if mark in inner), default=-1)
            closes = first >= 0 and inner[first] == closing and not inner[:first][-1:].isspace() and first > 0
            return text if closes else inner.strip()
    return text
