"""Ids and names of topics from people's words."""

import hashlib
import re
import unicodedata
from collections.abc import Container
from itertools import count
from typing import Final

from bot.text import clip

_ID_CHARS: Final = 48
_WORDS: Final = re.compile(r"[a-z0-9]+")


def slug(text: str, *, fallback: str) -> str:
    """Return a text as words for an id; one that has no Latin letters gets a name of its own."""
    words = _WORDS.findall(text.lower() if text.isascii() else _folded(text))
    short = clip("-".join(words), _ID_CHARS + 1)
    if short.endswith("…"):  # the last word may be cut: leave it out if another is there
        short = short[:-1].rpartition("-")[0] or short[:-1]
    return short.strip("-") or f"{fallback}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()


def free(base: str, taken: Container[str]) -> str:
    """Return a name that nothing has: the base, or the first that is free with a number behind it."""
    return next(key for n in count(1) if (key := base if n == 1 else f"{base}-{n}") not in taken)
