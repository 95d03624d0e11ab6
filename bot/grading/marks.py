"""What an author marks in a wording of a key point: `*word*` has to be there, `*this* < *that*` in this order.

The marks are taken off before anything is read, so that nobody sees them who does not write questions.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_MARK: Final = re.compile(r"(?<![\w*])\*(?P<word>[^\W_][\w'’-]*)\*(?![\w*])")
_BEFORE: Final = re.compile(r"\s*<\s*")

Place = tuple[int, int]  # characters of the text without its marks


@dataclass(frozen=True, slots=True)
class Marked:
    """A text without its marks, where the marked words stand in it, and which of them has to stand before which."""

    text: str
    words: tuple[Place, ...] = ()
    order: tuple[tuple[Place, Place], ...] = ()


def marked(text: str) -> Marked:
    """Take the marks off a text."""
    found = list(_MARK.finditer(text))
    if not found:
        return Marked(text)
    words: list[Place] = []
    ordered: list[bool] = []
    plain, end = "", 0
    for mark in found:
        between = text[end : mark.start()]
        ordered.append(bool(words) and bool(_BEFORE.fullmatch(between)))
        plain += " " if ordered[-1] else between
        words.append((len(plain), len(plain) + len(mark["word"])))
        plain, end = plain + mark["word"], mark.end()
    order = tuple(pair for pair, is_ordered in zip(pairwise(words), ordered[1:], strict=True) if is_ordered)
    return Marked(plain + text[end:], tuple(words), order)
