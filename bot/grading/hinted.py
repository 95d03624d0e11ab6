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
_MOST_OF_IT: Final = 0.8  # of its length; a word of it is no copy


def without_hints(text: str, hints: Sequence[str]) -> str:
    """Return a text with blanks for the sentences of hints that it repeats."""
    for sentence in _sentences(hints):
        while len(text) >= _MOST_OF_IT * len(sentence) and (found := _found(sentence, text)):
            text = blanked(text, *found)
    return text


def _sentences(hints: Sequence[str]) -> Iterator[str]:
    every = (sentence for hint in hints for sentence in _SENTENCE.split(" ".join(hint.split())))
    return (sentence for sentence in every if len(sentence) >= _LEAST)


def _found(sentence: str, text: str) -> tuple[int, int] | None:
    """Return where in a text a sentence stands."""
    found = fuzz.partial_ratio_alignment(sentence, text, score_cutoff=_LIKE)
    return (found.dest_start, found.dest_end) if found else None
