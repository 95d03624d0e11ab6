"""What of an answer is the question's own, or its hints, which everybody can read: it says nothing, and is blanked out, every offset kept."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rapidfuzz import fuzz

from bot.text import blanked

_SENTENCE: Final = re.compile(r"(?<=[.!?:;])\s+")
_HINT: Final = 85.0  # likeness by letters from which a stretch is a hint's: none of 4,301 honest answers has one
_POSED: Final = 95.0  # … and the question's: an answer may well begin with its words
_OPENER: Final = re.compile(r"\W{0,9}([^:?\n]{25,400})[:?\n]")  # what an answer begins with that stands for itself
_LEAST: Final = 25  # letters of a sentence that is looked for
_LEAST_WHOLE: Final = 15  # of a hint or a question
_PART, _PARTS = 6, 6  # letters, and parts of a long one, by which a question is looked for before it is compared
_MOST_OF_IT: Final = 0.8  # of its length; a word of it is no copy


def without_posed(text: str, question: str, hints: Sequence[str]) -> str:
    """Return a text with blanks for what it repeats of its question and of the hints."""
    text = _without(text, (question,), _POSED)
    opener = _OPENER.match(text)
    if opener and fuzz.partial_ratio(opener[1].lower(), question.lower()) >= _POSED and len(opener[1]) <= len(question):
        text = blanked(text, *opener.span(1))
    return _without(text, hints, _HINT)


def _without(text: str, posed: Sequence[str], like: float) -> str:
    for said in _said(posed):
        while len(text) >= _MOST_OF_IT * len(said) and (found := _found(said, text, like)):
            text = blanked(text, *found)
    return text


def _said(posed: Sequence[str]) -> Iterator[str]:
    """Return what is looked for, each once: what was posed as a whole, and those of its sentences that are long enough to be known by."""
    whole = [" ".join(one.split()) for one in posed]
    sentences = (sentence for one in whole for sentence in _SENTENCE.split(one) if len(sentence) >= _LEAST)
    return iter(dict.fromkeys([*(one for one in whole if len(one) >= _LEAST_WHOLE), *sentences]))


def _found(said: str, text: str, like: float) -> tuple[int, int] | None:
    """Return where in a text something said stands, in letters of whichever case."""
    sought, folded = said.lower(), _folded(text)
    if like >= _POSED and not _has_a_part(sought, folded):
        return None
    found = fuzz.partial_ratio_alignment(sought, folded, score_cutoff=like)
    return (found.dest_start, found.dest_end) if found else None


def _folded(text: str) -> str:
    """Return a text in small letters, every offset kept."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(letter.lower()[0] for letter in text)


def _has_a_part(sought: str, text: str) -> bool:
    """Whether one of some parts of what is sought stands in a text: a look that takes a tenth of comparing all of it."""
    size = max(_PART, len(sought) // _PARTS)
    return any(sought[at : at + size] in text for at in range(0, len(sought) - size + 1, size))
