"""What of an answer is the question's own hints, which everybody can read: it earns nothing, and is blanked out, every offset kept."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rapidfuzz import fuzz

from bot.text import blanked

_SENTENCE: Final = re.compile(r"(?<=[.!?:;])\s+")
_LIKE: Final = (
    85.0  # likeness by letters, of 100, from which a stretch is a hint's sentence; of 4,301 honest answers none has one
)
_LEAST: Final = 25  # letters of a sentence that is looked for
_LEAST_WHOLE: Final = 15  # of a hint
_MOST_OF_IT: Final = 0.8  # of its length; a word of it is no copy


def without_hints(text: str, hints: Sequence[str]) -> str:
    """Return a text with blanks for the hints that it repeats, and for their sentences."""
    for said in _said(hints):
        while len(text) >= _MOST_OF_IT * len(said) and (found := _found(said, text)):
            text = blanked(text, *found)
    return text


def _said(hints: Sequence[str]) -> Iterator[str]:
    """Return what is looked for, each once: the hints, and those of their sentences that are long enough to be known by."""
    whole = [" ".join(hint.split()) for hint in hints]
    sentences = (sentence for hint in whole for sentence in _SENTENCE.split(hint) if len(sentence) >= _LEAST)
    return iter(dict.fromkeys([*(hint for hint in whole if len(hint) >= _LEAST_WHOLE), *sentences]))


def _found(said: str, text: str) -> tuple[int, int] | None:
    """Return where in a text something said stands."""
    found = fuzz.partial_ratio_alignment(said, text, score_cutoff=_LIKE)
    return (found.dest_start, found.dest_end) if found else None
