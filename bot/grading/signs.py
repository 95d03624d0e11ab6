"""What is written in signs and single letters: a formula is no list of words, and a pile of signs is no formula."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Final

from bot.grading.words import FUNCTION_WORDS, Word

_SIGNS: Final = re.compile(r"(?:[^\w\s.,;:!?'\"“”’…•)\]}]|_)+")  # what closes was counted where it opened
_RELATIONS: Final = re.compile("[<>=≤≥≠≈±+*/^−]")
_IN_A_ROW: Final = 4  # single letters with nothing between them, as no formula has them
_PILED: Final = 8
_PILE: Final = 0.25  # of all words


def formulaic(text: str, words: Sequence[Word]) -> float:
    """Return the share of signs, numbers and single letters in a text; none where there is no sign."""
    signs = len(_SIGNS.findall(text))
    return (signs + sum(map(_is_symbol, words))) / (signs + len(words)) if signs else 0.0


def is_soup(text: str, words: Sequence[Word]) -> bool:
    """Whether much of a text is single letters in rows, with nothing that relates them."""
    bare = [_is_letter(one) and _is_letter(two) and text[one.end : two.start].isspace() for one, two in pairwise(words)]
    rows = [len(list(row)) + 1 for together, row in groupby(bare) if together]
    return sum(row for row in rows if row >= _IN_A_ROW) >= max(_PILED, _PILE * len(words))


def symbols(text: str, words: Sequence[Word]) -> Counter[str]:
    """Count a text's numbers, single letters and signs: formulas and facts hang on them."""
    told = [word.stem for word in words if _is_letter(word) or word.stem[0].isdigit()]
    return Counter([*told, *_RELATIONS.findall(text)])


def _is_symbol(word: Word) -> bool:
    return _is_letter(word) or word.word[0].isdigit()


def _is_letter(word: Word) -> bool:
    return len(word.word) == 1 and word.word not in FUNCTION_WORDS
