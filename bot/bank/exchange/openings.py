"""Patterns that begin with one of many words: whether a text may fit one shows in its first two letters, and few do.

A document's every line is asked whether it is an answer's heading, a section's, a question's mark; to try all words of each is slow.
"""

import re

_LETTERS = 2
_INSIDE = re.compile(r"\[[^\]]*\]|\((?:[^()\\]|\\.)*\)")  # what has alternatives of its own


class Opening:
    """A pattern whose texts all begin with one of some words, or with anything but two Latin letters."""

    def __init__(self, pattern: str, *words: str) -> None:
        """Take a pattern for any case, and the alternatives with which it begins, those of each text parted by bars."""
        self.pattern = re.compile(pattern, re.IGNORECASE)
        self._first = {word[:_LETTERS].casefold() for some in words for word in _alternatives(some)}

    def may(self, text: str) -> bool:
        """Whether a text begins as the pattern does."""
        first = text[:_LETTERS].casefold()
        return first in self._first or not first.isalpha() or not first.isascii()

    def match(self, text: str) -> re.Match[str] | None:
        """Match a text's start."""
        return self.pattern.match(text) if self.may(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Match the whole of a text."""
        return self.pattern.fullmatch(text) if self.may(text) else None


def _alternatives(words: str) -> list[str]:
    while (outer := _INSIDE.sub("", words)) != words:
        words = outer
    return words.split("|")
