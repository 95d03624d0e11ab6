"""Headings that only count (“Question 31 - General”, “**Q1**”): what asks is the line or the code that stands below them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from bot.bank.exchange import shapes
from bot.bank.exchange.inline import bold, plain
from bot.bank.exchange.markup import Block
from bot.question import LEVEL_WORDS

_COUNTED: Final = re.compile(
    r"(?:question|frage|pregunta|pergunta|вопрос|Q)\s?[.#]?\s?(?P<number>\d{1,4})[.):]?(?:\s?[-–—:(]\s?(?P<label>[^?:]{1,40}))?",
    re.IGNORECASE,
)
_LEAST: Final = 2
_MOSTLY: Final = 0.8  # of what counts has what asks below it
_LABEL_WORDS: Final = 3
_INNER: Final = 6  # the depth of a heading in the place of a bold line
_OF_CODE: Final = "What does this code do?"


def counted(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return blocks in which what asks below a number is the heading; the same ones where that is not a document's way."""
    places = [place for place, block in enumerate(blocks) if _number(block)]
    below = [(start, _asked(blocks[start:end])) for start, end in pairwise([*places, len(blocks)])]
    asked = {start: heading for start, heading in below if heading}
    if len(places) < _LEAST or len(asked) < _MOSTLY * len(places):
        return blocks
    return [asked.get(place, block) for place, block in enumerate(blocks) if place - 1 not in asked]


def _number(block: Block) -> re.Match[str] | None:
    """Return the number of which a heading or a bold line consists, maybe with a word for what it is about."""
    if block.kind == "heading":
        found = _COUNTED.fullmatch(plain(block.content))
    else:
        strong = bold(block.content) if block.kind == "paragraph" and "\n" not in block.content else None
        found = _COUNTED.fullmatch(strong[0]) if strong and not strong[1] else None
    label = (found["label"] or "") if found else ""
    return None if len(label.split()) > _LABEL_WORDS or shapes.imperative(label) else found


def _asked(some: Sequence[Block]) -> Block | None:
    """Return the heading in the place of a number and what asks below it; none where nothing asks, or nothing answers."""
    opening, number = some[0], _number(some[0])
    if len(some) <= _LEAST or number is None:
        return None
    label = (number["label"] or "").rstrip(") ")
    level = f" ({label})" if label.casefold() in LEVEL_WORDS else ""
    whole = replace(opening, kind="heading", depth=opening.depth or _INNER, last=some[1].last)
    if some[1].kind == "fence" and (not label or level):
        return replace(whole, content=f"Q{number['number']}: {_OF_CODE}{level}", source=some[1].source)
    if some[1].kind == "paragraph" and "\n" not in some[1].content and shapes.asks(some[1].content):
        return replace(whole, content=f"Q{number['number']}: {some[1].content}{level}")
    return None
