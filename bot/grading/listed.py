"""Whether an answer is a row of the rubric's own phrasings: each is right, and none says how it belongs to the others."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.grading.reading import Reading
from bot.grading.words import Word

_END: Final = "\n"  # stands between phrasings, and in no word
_SHARE: Final = 0.9  # of an answer's words; of 4,721 honest and wrong ones none in sentences has more than two thirds
_LONG: Final = 5  # words of the phrasings, on average, from which they may be statements
_SOME: Final = 3


def in_a_row(phrasings: Iterable[Reading]) -> str:
    """Return phrasings in the form in which answers are held against them: stem by stem, each between two ends."""
    rows = (" ".join(word.stem for word in one.words) for one in phrasings)
    return _END.join(("", *dict.fromkeys(rows), ""))


def is_row_of(phrasings: str, words: Sequence[Word]) -> bool:
    """Whether words are hardly more than some phrasings, one after the other."""
    stems = [word.stem for word in words]
    place = found = others = 0
    while place < len(stems) and others <= (1 - _SHARE) * len(stems):
        length = _longest(stems, place, phrasings)
        found, others, place = found + (length > 0), others + (not length), place + (length or 1)
    return found >= _SOME and others <= (1 - _SHARE) * len(stems) and len(stems) - others < _LONG * found


def _longest(stems: Sequence[str], place: int, phrasings: str) -> int:
    """Return how many stems from a place on are the longest phrasing that begins there, 0 for none."""
    longest, said = 0, _END
    for length in range(1, len(stems) - place + 1):
        said += stems[place + length - 1]
        if said not in phrasings:
            break
        if said + _END in phrasings:
            longest = length
        said += " "
    return longest
